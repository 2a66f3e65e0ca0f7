package e2e_test

import (
	"sync"
	"testing"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/fedtest"
	"github.com/fedhub/fedhub/policy"
)

// What the rollouts of these tests begin with, and bring.
const (
	oldRule  = 100001
	shopRule = 100010
	onlyRule = 100011 // for the canaries alone
	newGroup = "fed.shop"
)

// plant makes what the edits of a shop begin with.
func plant(master *fedtest.Cluster) {
	createGroup(master, "fed.web")
	createGroup(master, "fed.old")
	setRules(master, "fed", rule("fed.web", "external", "first"), rule("fed.old", "external", "goes with its group"))
}

// shop returns edits of several kinds of objects: some are new, one is changed, two go, one is for a part of
// the clusters.
func shop(t *testing.T) []wire.Edit {
	t.Helper()
	criteria := []map[string]string{{"key": "label", "op": "=", "value": "shop"}}
	return []wire.Edit{
		upsert(t, events.ObjectGroup, newGroup, map[string]any{"name": newGroup, "criteria": criteria}),
		upsert(t, events.ObjectNetworkRule, number(oldRule), map[string]any{"comment": "changed"}),
		upsert(t, events.ObjectNetworkRule, number(shopRule), map[string]any{"from": newGroup, "to": "external", "action": "deny"}),
		upsert(t, events.ObjectNetworkRule, number(onlyRule), map[string]any{
			"from": "fed.web", "to": newGroup, "action": "allow", "targets": "env=canary",
		}),
		upsert(t, events.ObjectAdmissionRule, "100001", map[string]any{
			"rule_type": "deny", "criteria": []map[string]string{{"name": "runAsPrivileged", "op": "=", "value": "true"}},
		}),
		upsert(t, events.ObjectWebhook, "fed.pager", map[string]any{"name": "fed.pager", "url": "https://pager.example/hook"}),
		upsert(t, events.ObjectResponseRule, "100001", map[string]any{
			"event": "security-event", "conditions": []map[string]string{{"type": "level", "value": "Critical"}},
			"actions": []string{"webhook"}, "webhooks": []string{"fed.pager"},
		}),
		removal(events.ObjectGroup, "fed.old"),
	}
}

// reached reports whether the change is in the policy.
func reached(s *policy.State) bool {
	_, there := s.Group(newGroup)
	return there
}

// sickness makes the enforcer of the first cluster that comes by with the change fail.
type sickness struct {
	mu     sync.Mutex
	name   string // of the cluster that has it; "": nobody yet
	healed bool
}

// judgeAt returns what the enforcer of the named cluster says.
func (s *sickness) judgeAt(name string) func(*policy.State) (agent.Verdict, error) {
	return func(p *policy.State) (agent.Verdict, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !reached(p) || s.healed {
			return agent.Verdict{}, nil
		}
		if s.name == "" {
			s.name = name
		}
		if s.name != name {
			return agent.Verdict{}, nil
		}
		about := events.About{Kind: events.ObjectNetworkRule, Name: number(shopRule)}
		return agent.Verdict{Objects: []events.ObjectState{{Object: about, State: events.Failed, Reason: "no room for it"}}}, nil
	}
}

func (s *sickness) who() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.name
}

func (s *sickness) heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.healed = true
}
