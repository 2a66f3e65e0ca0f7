package kubernetes

import (
	"slices"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/agent/kubernetes/network"
)

// consists returns what the cluster consists of now. As long as nothing changes, that is the very same.
func (e *Enforcer) consists() network.Cluster {
	select {
	case <-e.current:
	default:
		if e.current != nil {
			return e.cluster
		}
	}
	e.current = e.inventory.Changed()
	e.cluster = network.Cluster{
		Pods: e.inventory.Pods(), Namespaces: e.inventory.Namespaces(), Services: e.inventory.Services(), Nodes: e.inventory.Nodes(),
		Serves: e.keeper.Serves, Plugin: e.cfg.Plugin, Own: e.cfg.Namespace,
	}
	if e.cluster.Plugin == "" {
		e.cluster.Plugin = e.inventory.Plugin()
	}
	return e.cluster
}

// plan returns what the policy becomes in the cluster as it is now.
func (e *Enforcer) plan(p agent.Effective) apply.Plan {
	net, adm := e.network.Plan(p.Federal, p.Local, e.consists()), e.admission.Plan(p.Federal, p.Local, p.Master)
	e.mu.Lock()
	// Which plugin there is matters as soon as there are network rules.
	e.looks = e.network.DependsOn() != network.Depends{} || len(net.Objects)+len(net.Short) > 0
	e.mu.Unlock()
	return apply.Plan{
		Objects: slices.Concat(net.Objects, adm.Objects),
		Short:   slices.Concat(net.Short, adm.Short, others(p)),
	}
}
