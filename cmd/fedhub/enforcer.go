package main

import (
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/agent/kubernetes"
	"github.com/fedhub/fedhub/agent/neuvector"
)

// enforcement is what a controller is told of the enforcer.
type enforcement struct {
	name       string
	kubeconfig string
	namespace  string
	plugin     string
}

// noEnforcer is the name of the one that needs no Kubernetes.
const noEnforcer = "none"

// enforcers make the enforcers that a controller can be told to use.
var enforcers = map[string]func(enforcement, *slog.Logger, func() time.Time) (agent.Enforcer, error){
	noEnforcer: func(enforcement, *slog.Logger, func() time.Time) (agent.Enforcer, error) { return agent.None{}, nil },
	"kubernetes": func(e enforcement, log *slog.Logger, now func() time.Time) (agent.Enforcer, error) {
		api, namespace, err := e.connect()
		if err != nil {
			return nil, err
		}
		return kubernetes.New(kubernetes.Config{API: api, Namespace: namespace, Plugin: e.plugin, Logger: log, Now: now})
	},
	"neuvector": func(e enforcement, log *slog.Logger, now func() time.Time) (agent.Enforcer, error) {
		api, namespace, err := e.connect()
		if err != nil {
			return nil, err
		}
		return neuvector.New(neuvector.Config{API: api, Namespace: namespace, Logger: log, Now: now})
	},
}

// enforcerNames returns the enforcers that there are, for a person.
func enforcerNames() string {
	return strings.Join(slices.Sorted(maps.Keys(enforcers)), ", ")
}

func (e *enforcement) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&e.name, "enforcer", noEnforcer, "what makes the policy effective: "+enforcerNames())
	flags.StringVar(&e.kubeconfig, "kubeconfig", "", "`file` that says how the enforcer reaches the Kubernetes API; inside a cluster none is needed")
	flags.StringVar(&e.namespace, "namespace", "", "`namespace` of this controller in the cluster, which admission rules leave alone; the one of the pod or of the kubeconfig if none is given")
	flags.StringVar(&e.plugin, "network-plugin", "", "`name` of the network plugin that enforces NetworkPolicies, if it is not one that is recognized")
}

func (e *enforcement) check() error {
	if _, known := enforcers[e.name]; !known {
		return badUsage("--enforcer %s: use one of %s", e.name, enforcerNames())
	}
	return nil
}

// make returns the enforcer.
func (e *enforcement) make(log *slog.Logger, now func() time.Time) (agent.Enforcer, error) {
	klog.SetSlogLogger(log) // what the client of the Kubernetes API has to say
	made, err := enforcers[e.name](*e, log, now)
	if err != nil {
		return nil, fmt.Errorf("--enforcer %s: %w", e.name, err)
	}
	return made, nil
}

// podNamespace is where Kubernetes tells a pod its namespace.
const podNamespace = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

// connect returns how the cluster's API is reached, and the controller's namespace there.
func (e *enforcement) connect() (*rest.Config, string, error) {
	rules := &clientcmd.ClientConfigLoadingRules{ExplicitPath: e.kubeconfig}
	config := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, nil)
	if e.kubeconfig == "" {
		api, err := rest.InClusterConfig()
		if err != nil {
			return nil, "", fmt.Errorf("%w; outside of a cluster name a --kubeconfig", err)
		}
		namespace := e.namespace
		if namespace == "" {
			data, err := fs.ReadFile(os.DirFS("/"), strings.TrimPrefix(podNamespace, "/"))
			if err != nil {
				return nil, "", fmt.Errorf("namespace of this pod: %w; name it with --namespace", err)
			}
			namespace = strings.TrimSpace(string(data))
		}
		return api, namespace, nil
	}
	api, err := config.ClientConfig()
	if err != nil {
		return nil, "", fmt.Errorf("--kubeconfig %s: %w", e.kubeconfig, err)
	}
	if e.namespace != "" {
		return api, e.namespace, nil
	}
	namespace, _, err := config.Namespace()
	return api, namespace, err
}
