package kubernetes

import (
	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// beyond are the kinds of object that Kubernetes has nothing for, and what it lacks.
var beyond = []struct {
	kind  events.ObjectKind
	lacks string
}{
	{events.ObjectResponseRule, "does not act on what happens in containers"},
	{events.ObjectProcessProfile, "does not watch processes"},
	{events.ObjectFileProfile, "does not watch files"},
	{events.ObjectDLPSensor, "does not look into traffic"},
	{events.ObjectDLPGroup, "does not look into traffic"},
	{events.ObjectWAFSensor, "does not look into traffic"},
	{events.ObjectWAFGroup, "does not look into traffic"},
	{events.ObjectWebhook, "sends nothing for response rules"},
}

// others returns the objects of the policy that Kubernetes cannot enforce. What asks for nothing is not among them:
// every federated group comes with an empty profile, and every policy with sensors that nothing is bound to.
func others(p agent.Effective) []events.ObjectState {
	var out []events.ObjectState
	for _, s := range []*policy.State{p.Federal, p.Local} {
		for _, b := range beyond {
			for o := range s.Objects(b.kind) {
				if asks(s, o) {
					out = append(out, events.ObjectState{
						Object: o.About(), State: events.Unsupported,
						Reason: "Kubernetes by itself " + b.lacks + "; where NeuVector runs, the enforcer neuvector hands it on",
					})
				}
			}
		}
	}
	return out
}

// asks reports whether an object of s asks for something to be done.
func asks(s *policy.State, o events.Object) bool {
	switch o := o.(type) {
	case events.ProcessProfile:
		return len(o.Processes) > 0
	case events.FileProfile:
		return len(o.Filters) > 0
	case events.DLPGroup:
		return len(o.Sensors) > 0
	case events.WAFGroup:
		return len(o.Sensors) > 0
	case events.ResponseRule:
		return !o.Disabled
	}
	return len(s.Users(o.About())) > 0
}
