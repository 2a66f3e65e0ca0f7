package apply_test

import (
	"slices"
	"testing"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
)

func TestOutcome_States(t *testing.T) {
	rule := func(name string) events.About { return events.About{Kind: events.ObjectNetworkRule, Name: name} }
	group := events.About{Kind: events.ObjectGroup, Name: "fed.web"}
	partial := func(about events.About) events.ObjectState {
		return events.ObjectState{Object: about, State: events.Partial, Reason: "ports only"}
	}
	failed := func(about events.About) events.ObjectState {
		return events.ObjectState{Object: about, State: events.Failed, Reason: "refused"}
	}
	tests := map[string]struct {
		failed []events.About
		short  []events.ObjectState
		want   []events.ObjectState
	}{
		"all in force":           {},
		"short":                  {short: []events.ObjectState{partial(group)}, want: []events.ObjectState{partial(group)}},
		"failed":                 {failed: []events.About{group}, want: []events.ObjectState{failed(group)}},
		"failed beats short":     {failed: []events.About{group}, short: []events.ObjectState{partial(group)}, want: []events.ObjectState{failed(group)}},
		"sorted by kind":         {failed: []events.About{rule("1")}, short: []events.ObjectState{partial(group)}, want: []events.ObjectState{partial(group), failed(rule("1"))}},
		"then by name":           {failed: []events.About{rule("2")}, short: []events.ObjectState{partial(rule("3")), partial(rule("1"))}, want: []events.ObjectState{partial(rule("1")), failed(rule("2")), partial(rule("3"))}},
		"twice short: told once": {short: []events.ObjectState{partial(group), partial(group)}, want: []events.ObjectState{partial(group)}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			out := apply.Outcome{Failed: map[events.About]string{}}
			for _, about := range test.failed {
				out.Failed[about] = "refused"
			}
			if got := out.States(apply.Plan{Short: test.short}); !slices.Equal(got, test.want) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}
