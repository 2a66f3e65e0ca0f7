package neuvector

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

func plain(t *testing.T, v any) string {
	t.Helper()
	return string(waittest.Must(json.Marshal(v))(t))
}

// renamed returns what the API has as a file to import, with the names that the policy has.
func renamed(t *testing.T, there map[string]*unstructured.Unstructured) []byte {
	t.Helper()
	var items []any
	for _, o := range there {
		items = append(items, map[string]any{
			"apiVersion": o.GetAPIVersion(), "kind": o.GetKind(), "metadata": map[string]any{"name": o.GetName()}, "spec": o.Object["spec"],
		})
	}
	text := plain(t, map[string]any{"apiVersion": "v1", "kind": "List", "items": items})
	// The webhook is the one thing that no resource has, and response rules need it.
	hook := `{"apiVersion":"neuvector.com/v1","kind":"NvConfigSecurityRule","metadata":{"name":"fed"},"spec":{"config":{"webhooks":[` +
		`{"name":"fed.oncall","url":"https://hooks.shop.example/oncall","type":"Slack","enable":true}]}}}`
	text = strings.Replace(text, `"items":[`, `"items":[`+hook+`,`, 1)
	return []byte(strings.ReplaceAll(text, `"fedhub.`, `"fed.`))
}

// essence returns what a policy says, without numbers, places, times and comments.
func essence(t *testing.T, s *policy.State) []string {
	t.Helper()
	var out []string
	for _, kind := range []events.ObjectKind{
		events.ObjectGroup, events.ObjectNetworkRule, events.ObjectAdmissionRule, events.ObjectAdmissionState, events.ObjectResponseRule,
		events.ObjectProcessProfile, events.ObjectFileProfile, events.ObjectDLPSensor, events.ObjectDLPGroup, events.ObjectWAFSensor, events.ObjectWAFGroup,
	} {
		for o := range s.Objects(kind) {
			var fields map[string]any
			if err := json.Unmarshal([]byte(plain(t, o.WithMeta(events.Meta{}))), &fields); err != nil {
				t.Fatal(err)
			}
			for _, gone := range []string{"id", "rank", "comment", "priority"} {
				delete(fields, gone)
			}
			if c, is := fields["containers"].([]any); is && len(c) == len(containerWords) {
				delete(fields, "containers") // as is none of them
			}
			rules, _ := fields["rules"].([]any) //nolint:errcheck // most objects have none
			for _, r := range rules {
				if r, is := r.(map[string]any); is {
					delete(r, "id")
				}
			}
			out = append(out, fmt.Sprintf("%s %s", kind, plain(t, fields)))
		}
	}
	slices.Sort(out)
	return out
}

func sameJSON(t *testing.T, want string, got any) bool {
	t.Helper()
	var is any
	if err := json.Unmarshal([]byte(want), &is); err != nil {
		t.Fatal(err)
	}
	return plain(t, is) == plain(t, got)
}
