package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/fedtest"
	"github.com/fedhub/fedhub/policy"
)

// A policy of ten thousand rules, and what is measured with it.
const (
	bigGroups    = 200
	bigNetwork   = 8000
	bigAdmission = 1000
	bigResponse  = 1000
	bigMiddle    = 104_000 // a network rule among the others
	bigRounds    = 300
	bigStarts    = 5
)

// bigPolicy returns ten thousand rules and the groups that they need, as what NeuVector's REST interface answers.
func bigPolicy(tb testing.TB) []byte {
	tb.Helper()
	type object = map[string]any
	groups := make([]object, 0, bigGroups)
	for i := range bigGroups {
		groups = append(groups, object{
			"name": fmt.Sprintf("fed.g%d", i), "comment": "made for a benchmark", "criteria": []object{
				{"key": "service", "op": "=", "value": fmt.Sprintf("web%d.shop", i)}, {"key": "domain", "op": "=", "value": "shop"},
			},
		})
	}
	rules := make([]object, 0, bigNetwork)
	for i := range bigNetwork {
		rules = append(rules, object{
			"from": fmt.Sprintf("fed.g%d", i%bigGroups), "to": fmt.Sprintf("fed.g%d", (i/bigGroups+i)%bigGroups), "action": "allow",
			"ports": fmt.Sprintf("tcp/%d", 1+i), "applications": []string{"HTTP", "SSL"}, "comment": fmt.Sprintf("network rule %d", i),
		})
	}
	admission := make([]object, 0, bigAdmission)
	for i := range bigAdmission {
		admission = append(admission, object{"rule_type": "deny", "comment": fmt.Sprintf("admission rule %d", i), "criteria": []object{
			{"name": "namespace", "op": "containsAny", "value": fmt.Sprintf("team-%d", i)}, {"name": "runAsPrivileged", "op": "=", "value": "true"},
		}})
	}
	response := make([]object, 0, bigResponse)
	for i := range bigResponse {
		response = append(response, object{
			"event": "security-event", "comment": fmt.Sprintf("response rule %d", i), "group": fmt.Sprintf("fed.g%d", i%bigGroups),
			"conditions": []object{{"type": "level", "value": "Critical"}, {"type": "process", "value": fmt.Sprintf("p%d", i)}}, "actions": []string{"quarantine"},
		})
	}
	var out bytes.Buffer
	for _, document := range []object{{"groups": groups}, {"rules": rules}, {"rules": admission}, {"rules": response}} {
		if err := json.NewEncoder(&out).Encode(document); err != nil {
			tb.Fatal(err)
		}
	}
	return out.Bytes()
}

// wantBig checks that a policy has all of it.
func wantBig(tb testing.TB, s *policy.State) {
	tb.Helper()
	if n, a, r := policy.Count[events.NetworkRule](s), policy.Count[events.AdmissionRule](s), policy.Count[events.ResponseRule](s); n < bigNetwork ||
		a != bigAdmission || r != bigResponse {
		tb.Fatalf("%d network, %d admission and %d response rules", n, a, r)
	}
}

// loadBig imports the big policy in one call, and returns how long that took and what was answered.
func loadBig(b *testing.B, master *fedtest.Cluster, data []byte) (took time.Duration, report wire.ImportReport) {
	b.Helper()
	took = fedtest.Took(func() { master.Must(http.MethodPost, "/v1/fed/policy/import?scope=fed&file=big", data, &report) })
	wantBig(b, master.Federal())
	return took, report
}

// BenchmarkTenThousand_import prints how long one REST call takes that imports 10,000 rules, and how long
// after the answer one remote holds them; and the same for what the master then exports as YAML, at another master.
func BenchmarkTenThousand_import(b *testing.B) {
	w := fedtest.New(b)
	master, remote := w.Master("hub"), w.Remote("berlin")
	data := bigPolicy(b)
	took, report := loadBig(b, master, data)
	visible := fedtest.Eventually(b, "all rules are there", func() bool { return remote.Federal().Digest() == master.Federal().Digest() })
	b.ReportMetric(took.Seconds(), "import-json-s")
	b.ReportMetric(visible.Seconds(), "visible-after-s")
	b.ReportMetric(float64(len(data))/1e6, "json-MB")
	b.ReportMetric(float64(report.Sets), "sets")

	var yaml []byte
	took = fedtest.Took(func() {
		yaml = master.Must(http.MethodGet, "/v1/fed/policy/export?scope=fed&format=yaml", nil, nil).Body
	})
	b.ReportMetric(took.Seconds(), "export-yaml-s")
	b.ReportMetric(float64(len(yaml))/1e6, "yaml-MB")
	other := fedtest.New(b).Master("other")
	took, _ = loadBig(b, other, yaml)
	b.ReportMetric(took.Seconds(), "import-yaml-s")
	wantSameRules(b, other.Federal(), master.Federal())
	took = fedtest.Took(func() { master.Must(http.MethodPost, "/v1/fed/policy/import?scope=fed&file=big", data, &report) })
	b.ReportMetric(took.Seconds(), "import-again-s")
	if report.Sets != 0 {
		b.Errorf("the second import made %d change sets", report.Sets)
	}
	b.ReportMetric(0, "ns/op")
}

// wantSameRules compares the rules of two policies to the byte, with the places that they have and their times.
func wantSameRules(tb testing.TB, got, want *policy.State) {
	tb.Helper()
	for _, kind := range []events.ObjectKind{events.ObjectNetworkRule, events.ObjectAdmissionRule, events.ObjectResponseRule} {
		for o := range want.Objects(kind) {
			if other, _, there := got.Object(o.About()); !there || !bytes.Equal(jsonOf(tb, other), jsonOf(tb, o)) {
				tb.Errorf("what was exported and imported again is %s, want %s", jsonOf(tb, other), jsonOf(tb, o))
				return
			}
		}
	}
}

// BenchmarkTenThousand_start prints how long a master with 10,000 rules takes to start, beside one with none,
// and what of that is reading and checking its log; how long the digest takes; and how long a cluster takes to join,
// and to start with its own copy.
func BenchmarkTenThousand_start(b *testing.B) {
	w := fedtest.New(b)
	empty, master := fedtest.New(b).Master("empty"), w.Master("hub")
	loadBig(b, master, bigPolicy(b))
	remote := w.Standalone("berlin")
	joined := fedtest.Took(func() {
		remote.MustJoin(master)
		fedtest.Eventually(b, "all rules are there", func() bool { return remote.Federal().Digest() == master.Federal().Digest() })
	})
	var without, with, digest, after, again []time.Duration
	for range bigStarts {
		for c, into := range map[*fedtest.Cluster]*[]time.Duration{empty: &without, master: &with, remote: &again} {
			c.Stop()
			*into = append(*into, fedtest.Took(c.Start))
		}
		wantBig(b, master.Federal())
		wantBig(b, remote.Federal())
		state := foldedAnew(b, master.Federal())
		digest = append(digest, fedtest.Took(func() { state.Digest() }))
		comment := "another"
		facts, err := policy.Update(number(bigMiddle), policy.RuleConfig{Comment: &comment})(state, time.Unix(0, 0))
		if err != nil {
			b.Fatal(err)
		}
		change := factEvent(b, facts[0], state.Revision()+1)
		after = append(after, fedtest.Took(func() {
			next := state.Clone()
			next.Apply(change)
			next.Digest()
		}))
	}
	ms := func(list []time.Duration) float64 {
		slices.Sort(list)
		return float64(list[len(list)/2].Microseconds()) / 1000
	}
	b.ReportMetric(ms(without), "start-empty-ms")
	b.ReportMetric(ms(with), "start-10k-ms")
	b.ReportMetric(ms(with)-ms(without), "replay-ms")
	b.ReportMetric(ms(digest), "digest-all-ms")
	b.ReportMetric(ms(after)*1000, "apply+digest-one-us")
	b.ReportMetric(float64(joined.Milliseconds()), "join-ms")
	b.ReportMetric(ms(again), "remote-start-ms")
	b.ReportMetric(0, "ns/op")
}

// foldedAnew returns a policy with the same objects of which nothing was summed yet.
func foldedAnew(b *testing.B, s *policy.State) *policy.State {
	b.Helper()
	fresh := policy.NewState(s.Scope())
	for _, kind := range policy.Kinds() {
		for o := range s.Objects(events.ObjectKind(kind)) {
			fresh.Apply(factEvent(b, o.Defined(), fresh.Revision()+1))
		}
	}
	return fresh
}

// factEvent returns an event that is enough to fold the fact.
func factEvent(tb testing.TB, f events.Fact, revision uint64) events.Event {
	tb.Helper()
	return events.Event{Kind: f.Kind(), Subject: events.Rules.Subject(f), Revision: revision, Data: jsonOf(tb, f)}
}

func jsonOf(tb testing.TB, v any) []byte {
	tb.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// BenchmarkTenThousand_change prints how long one changed rule takes from the answer to its REST write to
// the moment the remote's REST server shows it: among 10,000 rules and alone, by turns in the same run.
func BenchmarkTenThousand_change(b *testing.B) {
	alone, among := newPair(b), newPair(b)
	among.master.call(b, http.MethodPost, "/v1/fed/policy/import?scope=fed&file=big", string(bigPolicy(b)))
	wantBig(b, among.master.controller.Federal())
	among.rule = bigMiddle
	among.seen(b, fmt.Sprintf("network rule %d", bigMiddle-100_002)) // the rule of newPair is the first
	type times struct{ sent, accepted []time.Duration }
	took := map[*pair]*times{alone: {}, among: {}}
	for i := range bigRounds {
		for _, p := range []*pair{alone, among} {
			start := time.Now()
			p.master.call(b, http.MethodPatch, fmt.Sprintf("/v1/policy/rule/%d", p.rule), fmt.Sprintf(`{"config":{"comment":"write %d"}}`, i))
			answered := time.Now()
			seen := p.seen(b, fmt.Sprintf("write %d", i))
			took[p].sent, took[p].accepted = append(took[p].sent, seen.Sub(start)), append(took[p].accepted, seen.Sub(answered))
		}
	}
	us := func(list []time.Duration, share float64) float64 {
		slices.Sort(list)
		return float64(list[int(share*float64(len(list)-1))].Nanoseconds()) / 1000
	}
	for name, p := range map[string]*pair{"alone": alone, "10k": among} {
		b.ReportMetric(us(took[p].accepted, 0.5), name+"-accepted-p50-us")
		b.ReportMetric(us(took[p].accepted, 0.99), name+"-accepted-p99-us")
		b.ReportMetric(us(took[p].sent, 0.5), name+"-sent-p50-us")
	}
	b.ReportMetric(us(took[among].accepted, 0.5)/us(took[alone].accepted, 0.5), "accepted-ratio")
	b.ReportMetric(us(took[among].sent, 0.5)/us(took[alone].sent, 0.5), "sent-ratio")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkTenThousand_wire prints how many bytes one changed rule among 10,000 takes on the connection of one
// remote, in both directions: TLS records and all, counted by a relay in the middle from before the write until
// the master knows that the remote holds it. The report that follows the change is in it, and heartbeats are not
// taken off; what one takes on an idle connection is printed beside it.
func BenchmarkTenThousand_wire(b *testing.B) {
	w := fedtest.New(b)
	master, remote := w.Master("hub"), w.Remote("berlin")
	loadBig(b, master, bigPolicy(b))
	settled := func() {
		fedtest.Eventually(b, "the remote is in sync", func() bool {
			own := master.Federal()
			return slices.ContainsFunc(master.Summaries(), func(s cluster.Summary) bool {
				return s.Name == "berlin" && s.Status == cluster.StatusSynced && s.AppliedRevision == own.Revision()
			})
		})
	}
	settled()
	link := remote.Link(master)
	heard := func() time.Time {
		all := master.Summaries()
		return all[slices.IndexFunc(all, func(s cluster.Summary) bool { return s.Name == "berlin" })].LastHeartbeat
	}
	idle := heard()
	fedtest.Eventually(b, "it is quiet", func() bool { return heard().After(idle) })
	sent, received := link.Carried()
	const beats = 4
	for range beats {
		idle = heard()
		fedtest.Eventually(b, "a heartbeat", func() bool { return heard().After(idle) })
	}
	idleSent, idleReceived := link.Carried()
	b.ReportMetric(float64(idleSent-sent+idleReceived-received)/beats, "B/heartbeat")

	sent, received = link.Carried()
	for i := range bigRounds {
		comment := fmt.Sprintf("write %d", i)
		master.Must(http.MethodPatch, fmt.Sprintf("/v1/policy/rule/%d", bigMiddle), wire.RuleWrite{Config: wire.RuleConfig{Comment: &comment}}, nil)
		settled()
	}
	nowSent, nowReceived := link.Carried()
	if r, _ := remote.Federal().Rule(bigMiddle); r.Comment != fmt.Sprintf("write %d", bigRounds-1) {
		b.Errorf("the remote has %+v", r)
	}
	b.ReportMetric(float64(nowReceived-received)/bigRounds, "to-remote-B/change")
	b.ReportMetric(float64(nowSent-sent)/bigRounds, "to-master-B/change")
	b.ReportMetric(float64(nowReceived-received+nowSent-sent)/bigRounds, "B/change")
	b.ReportMetric(0, "ns/op")
}
