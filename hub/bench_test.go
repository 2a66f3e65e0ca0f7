package hub

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nuid"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/policy"
)

// benchMembers is how many members the benchmarks are for.
const benchMembers = 10_000

// benchHub runs a hub with many members that are in the middle of a rollout, and objects for many selections of them.
func benchHub(b *testing.B) *Hub {
	b.Helper()
	keys, err := bus.OpenKeyring(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	h, err := Open(b.Context(), Config{
		ID: masterID, Name: "master", Address: events.RestInfo{Server: "127.0.0.1"}, Listen: "127.0.0.1:0", StoreDir: b.TempDir(), Keys: keys,
		Version: "1.2.0", Oldest: "1.0.0", Logger: slog.New(slog.DiscardHandler), Now: time.Now, NewID: nuid.Next,
	})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(b.Context()))
	var running sync.WaitGroup
	running.Go(func() {
		if err := h.Run(ctx); err != nil {
			b.Error(err)
		}
	})
	b.Cleanup(func() { cancel(); running.Wait() })
	<-h.Ready()
	var joined []events.Fact
	for i := range benchMembers {
		name := fmt.Sprintf("cluster-%d", i)
		joined = append(joined, events.ClusterJoined{
			Cluster: fmt.Sprintf("%032x", i), Name: name, Account: "A" + name, Key: "U" + name,
			Labels: events.Labels{"env": fmt.Sprint("e", i%20), "name": name},
		})
	}
	if _, err := h.fleet.Do(ctx, "bench", func(*fleet, time.Time) ([]events.Fact, error) { return joined, nil }); err != nil {
		b.Fatal(err)
	}
	var objects []events.Fact
	for i := range 100 {
		targets := fmt.Sprintf("env=e%d", i%40)
		objects = append(objects, events.GroupDefined{Group: events.Group{Name: fmt.Sprint("fed.g", i), Meta: events.Meta{Targets: targets}}})
	}
	all := func(facts []events.Fact) policy.Decision {
		return func(*policy.State, time.Time) ([]events.Fact, error) { return facts, nil }
	}
	if _, err := h.Change(ctx, "bench", all(objects)); err != nil {
		b.Fatal(err)
	}
	plan := policy.RolloutPlan{Actor: "bench", Manual: true, Waves: []policy.WavePlan{{Selector: "env=e1"}, {Percent: 10}, {}}}
	if _, err := h.StartRollout(ctx, plan, all([]events.Fact{events.GroupDefined{Group: events.Group{Name: "fed.new"}}})); err != nil {
		b.Fatal(err)
	}
	return h
}

// heartbeats returns one of each member, as the hub hears it.
func heartbeats(b *testing.B, h *Hub) []*nats.Msg {
	b.Helper()
	now := h.Policy()
	var out []*nats.Msg
	for m := range h.fleet.State().all() {
		view := now.ViewOf(m.asCluster())
		data, err := json.Marshal(events.Health{
			Revision: now.Revision(), Digest: now.DigestFor(view), Clock: h.cfg.Now(), View: view.Hash(), Enforcer: enforcerNone,
		})
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, &nats.Msg{Subject: events.UpAccount(m.Account, events.SubjectHealth), Data: data})
	}
	return out
}

// BenchmarkHub_heartbeat: one of ten thousand members reports; first after a change, and then again.
func BenchmarkHub_heartbeat(b *testing.B) {
	h := benchHub(b)
	list := heartbeats(b, h)
	ctx := b.Context()
	i := 0
	for b.Loop() {
		h.answerHealth(ctx, list[i%len(list)])
		i++
	}
}

// BenchmarkHub_look: the conductor looks at ten thousand members, as it does five times a second in a rollout.
func BenchmarkHub_look(b *testing.B) {
	h := benchHub(b)
	for _, m := range heartbeats(b, h) {
		h.answerHealth(b.Context(), m)
	}
	r, _ := h.Policy().Current()
	for b.Loop() {
		h.Progress(r)
	}
}

// BenchmarkHub_page: the last page of how a hundred objects do in ten thousand members.
func BenchmarkHub_page(b *testing.B) {
	h := benchHub(b)
	for b.Loop() {
		h.Objects(ObjectQuery{After: "webhook/~", Limit: 100})
	}
}

// BenchmarkHub_summaries: how ten thousand members do, as it is asked for twice a second for the live stream.
func BenchmarkHub_summaries(b *testing.B) {
	h := benchHub(b)
	for _, m := range heartbeats(b, h) {
		h.answerHealth(b.Context(), m)
	}
	b.ReportAllocs()
	for b.Loop() {
		h.Summaries()
	}
}

// BenchmarkHub_spreads: a change is made for ten thousand members, is watched, and every member confirms it.
func BenchmarkHub_spreads(b *testing.B) {
	h := benchHub(b)
	ctx, i := b.Context(), 0
	for b.Loop() {
		b.StopTimer()
		i++
		_, err := h.Change(ctx, "bench", func(*policy.State, time.Time) ([]events.Fact, error) {
			return []events.Fact{events.GroupDefined{Group: events.Group{Name: "fed.spread", Comment: strconv.Itoa(i)}}}, nil
		})
		if err != nil {
			b.Fatal(err)
		}
		list := heartbeats(b, h)
		b.StartTimer()
		if _, err := h.Spreads(ctx); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		for _, m := range list {
			h.answerHealth(ctx, m)
		}
		b.StartTimer()
	}
	got, err := h.Spreads(ctx)
	if err != nil || len(got) == 0 || got[len(got)-1].Reached < benchMembers {
		b.Fatalf("spreads: %v %v", got, err)
	}
}

// BenchmarkHub_matrix: a thousand objects in a thousand of ten thousand members.
func BenchmarkHub_matrix(b *testing.B) {
	h := benchHub(b)
	var objects []events.Fact
	for i := range 900 {
		targets := []string{"", fmt.Sprintf("env=e%d", i%20)}[i%2]
		objects = append(objects, events.GroupDefined{Group: events.Group{Name: fmt.Sprint("fed.m", i), Meta: events.Meta{Targets: targets}}})
	}
	if _, err := h.Change(b.Context(), "bench", func(*policy.State, time.Time) ([]events.Fact, error) { return objects, nil }); err != nil {
		b.Fatal(err)
	}
	for _, m := range heartbeats(b, h) {
		h.answerHealth(b.Context(), m)
	}
	b.ReportAllocs()
	for b.Loop() {
		h.Matrix("", "env in (e1,e2)")
	}
	m := h.Matrix("", "env in (e1,e2)")
	b.ReportMetric(float64(len(m.Clusters)), "clusters")
	b.ReportMetric(float64(len(m.Objects)), "objects")
}
