package events_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/events"
)

func TestScore_Word(t *testing.T) {
	tests := map[string]struct {
		score *events.Score
		want  string
	}{
		"no score":       {nil, ""},
		"no total":       {&events.Score{Exposure: new(3)}, ""},
		"nothing at all": {&events.Score{Total: new(0)}, "GOOD"},
		"still good":     {&events.Score{Total: new(20)}, "GOOD"},
		"fair":           {&events.Score{Total: new(21)}, "FAIR"},
		"still fair":     {&events.Score{Total: new(50)}, "FAIR"},
		"poor":           {&events.Score{Total: new(51)}, "POOR"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := tt.score.Word(); got != tt.want {
				t.Errorf("word %q, want %q", got, tt.want)
			}
		})
	}
}

// TestInventory_keepsMissingApart: what is not known arrives as not known, and a zero as a zero.
func TestInventory_keepsMissingApart(t *testing.T) {
	sent := events.Health{Inventory: &events.Inventory{
		At: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Nodes: new(0), Score: &events.Score{Exposure: new(0)},
		Missing: []string{"pods: forbidden"},
	}}
	data, err := json.Marshal(sent)
	if err != nil {
		t.Fatal(err)
	}
	var heard events.Health
	if err := json.Unmarshal(data, &heard); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sent.Inventory, heard.Inventory); diff != "" {
		t.Errorf("-sent +heard:\n%s", diff)
	}
}
