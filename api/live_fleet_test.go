package api

import (
	"reflect"
	"testing"
	"time"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
)

// full returns a summary in which everything that is shown has a value.
func full() cluster.Summary {
	yes, n := true, 1
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	return cluster.Summary{
		ID: "a", Name: "a", Role: cluster.RoleRemote, Address: events.RestInfo{Server: "a", Port: 1}, Status: "a", RuleState: "a",
		LinkUp: true, LinkSince: at, LastHeartbeat: at, DesiredRevision: 1, AppliedRevision: 1, DigestMatch: &yes,
		Labels: events.Labels{"a": "a"}, EnforcedRevision: 1, ClockOffset: time.Second, Version: "a", Enforcer: "a", Error: "a", JoinedAt: at,
		InventoryStale: true,
		Inventory: &events.Inventory{
			At: at, Platform: "a", KubeVersion: "a", Nodes: &n, Namespaces: &n, Services: &n, Workloads: &n, RunningPods: &n, Controllers: &n,
			Missing: []string{"a"},
			Score:   &events.Score{Total: &n, Exposure: &n, Privileged: &n, RunAsRoot: &n, HostNamespaces: &n, Admission: &n},
		},
	}
}

// edits returns a change of each field of v, which points to a struct, and of what that points to.
func edits(v reflect.Value, name string, out map[string]func(root reflect.Value), path ...int) {
	for i := range v.NumField() {
		field, at := v.Field(i), append(append([]int{}, path...), i)
		full := name + v.Type().Field(i).Name
		if field.Kind() == reflect.Pointer && field.Type().Elem().Kind() == reflect.Struct && !field.IsNil() {
			edits(field.Elem(), full+".", out, at...)
		}
		out[full] = func(root reflect.Value) {
			for _, n := range at[:len(at)-1] {
				root = reflect.Indirect(root.Field(n))
			}
			change(root.Field(at[len(at)-1]))
		}
	}
}

func change(f reflect.Value) {
	switch {
	case f.Type() == reflect.TypeFor[time.Time]():
		f.Set(reflect.ValueOf(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)))
	case f.Type() == reflect.TypeFor[events.RestInfo]():
		f.Set(reflect.ValueOf(events.RestInfo{Server: "b"}))
	case f.Kind() == reflect.String:
		f.SetString("b")
	case f.Kind() == reflect.Bool:
		f.SetBool(!f.Bool())
	case f.CanInt():
		f.SetInt(f.Int() + int64(time.Hour))
	case f.CanUint():
		f.SetUint(f.Uint() + 1)
	case f.Kind() == reflect.Array:
		f.Index(0).SetUint(9)
	default:
		f.SetZero()
	}
}

// TestRestAfter: a few changes are told at once, and many are gathered, but not long.
func TestRestAfter(t *testing.T) {
	for messages, want := range map[int]int{0: fleetSteps, 1: fleetSteps, 3: 3 * fleetSteps, 10: mostSteps, 1000: mostSteps} {
		if got := restAfter(messages); got != want {
			t.Errorf("after %d messages the next come in %d steps, want %d", messages, got, want)
		}
	}
}

// TestSameButContact: what is shown of a cluster and is more than its last contact, is a change. A field that is
// new in the answer cannot be forgotten here.
func TestSameButContact(t *testing.T) {
	all := map[string]func(reflect.Value){}
	was := full()
	edits(reflect.ValueOf(&was).Elem(), "", all)
	contact := map[string]bool{"LastHeartbeat": true, "ClockOffset": true, "Inventory.At": true, "ID": true}
	for name, edit := range all {
		before, now := full(), full()
		edit(reflect.ValueOf(&now).Elem())
		shown := !reflect.DeepEqual(wireSummary(before), wireSummary(now))
		if got, want := !sameButContact(&before, &now), shown && !contact[name]; got != want {
			t.Errorf("%s: a change is %v, want %v", name, got, want)
		}
	}
	silent := full()
	silent.LastHeartbeat = time.Time{}
	heard := full()
	if sameButContact(&silent, &heard) {
		t.Error("heard from for the first time is no change")
	}
}

// BenchmarkFleetChanges: one look at ten thousand clusters of which five hundred were heard from, with its message.
func BenchmarkFleetChanges(b *testing.B) {
	const clusters, beats = 10_000, 500
	before := make([]cluster.Summary, clusters)
	for i := range before {
		before[i] = full()
		before[i].ID = string(rune('a'+i%26)) + time.Duration(i).String()
	}
	now := make([]cluster.Summary, clusters)
	for i := range now {
		now[i] = before[i]
		inventory := *before[i].Inventory
		now[i].Inventory, now[i].Labels = &inventory, events.Labels{"a": "a"}
		if i < beats {
			now[i].LastHeartbeat = now[i].LastHeartbeat.Add(time.Second)
		}
	}
	b.ReportAllocs()
	size := 0
	for b.Loop() {
		for _, m := range fleetChanges(before, now, time.Time{}) {
			text, err := message("fleet", m)
			if err != nil || len(m.Beats) != beats {
				b.Fatal(err, len(m.Beats))
			}
			size = len(text)
		}
	}
	b.ReportMetric(float64(size), "bytes")
}
