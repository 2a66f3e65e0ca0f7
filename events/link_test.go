package events_test

import (
	"encoding/json"
	"maps"
	"testing"

	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/events"
)

// TestView_Hash_meansTheView: two sides that mean the same compute the same, however they came by it.
func TestView_Hash_meansTheView(t *testing.T) {
	labels := rapid.MapOf(rapid.String(), rapid.String())
	rollouts := rapid.SliceOf(rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		v := events.View{Labels: labels.Draw(t, "labels"), Rollouts: rollouts.Draw(t, "rollouts")}
		if v.Hash().IsZero() {
			t.Fatal("the hash is zero, which means that there is no view")
		}
		for range 3 { // the order of a map is another one each time
			if (events.View{Labels: maps.Clone(v.Labels), Rollouts: v.Rollouts}).Hash() != v.Hash() {
				t.Fatal("the order of labels changes the hash")
			}
		}
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var sent events.View
		if err := json.Unmarshal(data, &sent); err != nil {
			t.Fatal(err)
		}
		if sent.Hash() != v.Hash() {
			t.Errorf("%v has another hash at the other side", v)
		}
	})
}

func TestView_Hash(t *testing.T) {
	views := map[string]events.View{
		"none":                  {},
		"one label":             {Labels: events.Labels{"env": "prod"}},
		"another value":         {Labels: events.Labels{"env": "test"}},
		"another label":         {Labels: events.Labels{"tier": "prod"}},
		"a label and a rollout": {Labels: events.Labels{"env": "prod"}, Rollouts: []string{"r1"}},
		"another rollout":       {Labels: events.Labels{"env": "prod"}, Rollouts: []string{"r2"}},
		"two rollouts":          {Labels: events.Labels{"env": "prod"}, Rollouts: []string{"r1", "r2"}},
	}
	seen := map[events.Hash]string{}
	for name, v := range views {
		if other, twice := seen[v.Hash()]; twice {
			t.Errorf("%q and %q have one hash", name, other)
		}
		seen[v.Hash()] = name
	}
	empty := events.View{Labels: events.Labels{}, Rollouts: []string{}}
	if empty.Hash() != (events.View{}).Hash() {
		t.Error("a view with empty labels and the view without have two hashes")
	}
}
