package fedtest

import (
	"k8s.io/client-go/rest"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/agent/kubernetes"
)

// Plugin is the network plugin that clusters of tests say they have.
const Plugin = "test"

// WithKubernetes has the cluster enforce its policy in a Kubernetes API, where the given namespace is the
// controller's own.
func WithKubernetes(api *rest.Config, namespace string) Option {
	return func(c *Cluster) {
		c.makeEnforcer = func() agent.Enforcer {
			e, err := kubernetes.New(kubernetes.Config{API: api, Namespace: namespace, Plugin: Plugin, Logger: c.log, Now: c.Clock.Now})
			if err != nil {
				c.world.t.Fatal(err)
			}
			return e
		}
	}
}
