package hub

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/fedhub/fedhub/events"
)

func mustJSON(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // facts only come here
	}
	return data
}

func TestFleet_membership(t *testing.T) {
	left, kicked := events.ClusterLeft{Cluster: rome}, events.ClusterKicked{Cluster: rome}
	tests := map[string]struct {
		given facts
		in    bool
		where standing
		known bool
	}{
		"nobody":               {},
		"joined":               {given: facts{romeJoined}, in: true, known: true},
		"left":                 {given: facts{romeJoined, left}, where: standingLeft, known: true},
		"kicked":               {given: facts{romeJoined, kicked}, where: standingKicked, known: true},
		"joined again":         {given: facts{romeJoined, left, romeJoined}, in: true, known: true},
		"left without joining": {given: facts{left}},
		"of a later version":   {given: facts{romeJoined, unknownFact{romeJoined}}, in: true, known: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := tt.given.fold()
			if _, ok := f.current(rome); ok != tt.in {
				t.Errorf("a member: %t, want %t", ok, tt.in)
			}
			if _, ok := f.byAccount("AROME"); ok != tt.in {
				t.Errorf("found by its account: %t, want %t", ok, tt.in)
			}
			if _, ok := f.names.Get("rome"); ok != tt.in {
				t.Errorf("found by its name: %t, want %t", ok, tt.in)
			}
			m, known := f.members.Get(rome)
			if known != tt.known || m.standing != tt.where {
				t.Errorf("known %t, standing %d; want %t, %d", known, m.standing, tt.known, tt.where)
			}
		})
	}
}

// unknownFact is stored as a kind that this version does not know.
type unknownFact struct{ events.Fact }

// Kind implements [events.Fact].
func (unknownFact) Kind() events.Kind { return "cluster.moved" }

func TestFleet_aNewAccountTakesThePlaceOfTheFormer(t *testing.T) {
	again := romeJoined
	again.Account, again.Key = "ANEW", osloKey
	f := facts{romeJoined, events.ClusterKicked{Cluster: rome}, again}.fold()
	if _, ok := f.byAccount("AROME"); ok {
		t.Error("the account of the former membership is still a member's")
	}
	if m, ok := f.byAccount("ANEW"); !ok || m.Cluster != rome {
		t.Errorf("by its new account: %v, %t", m, ok)
	}
}

func TestFleet_tokens(t *testing.T) {
	f := facts{mintedForTwo, redeemed, redeemed, revoked, events.TokenRevoked{Token: "unknown"}, events.TokenRedeemed{Token: "unknown"}}.fold()
	if n := f.tokens.Len(); n != 1 {
		t.Fatalf("%d tokens, want 1", n)
	}
	got, _ := f.tokens.Get("t1")
	if len(got.redeemed) != 2 || !got.revoked || got.by != "alice" || !got.at.Equal(noon) {
		t.Errorf("token %+v", got)
	}
}

func TestFleet_remembersTheRecordedStatus(t *testing.T) {
	f := facts{romeJoined, events.ClusterStatusChanged{Cluster: rome, From: "joined", To: "synced", Since: noon}, events.ClusterStatusChanged{Cluster: oslo, To: "synced"}}.fold()
	if m, _ := f.current(rome); m.status != StatusSynced {
		t.Errorf("status %q, want %q", m.status, StatusSynced)
	}
	if _, ok := f.members.Get(oslo); ok {
		t.Error("a status made a member")
	}
}

func TestFleet_cloneIsIndependent(t *testing.T) {
	f := facts{mintedForTwo, redeemed, romeJoined}.fold()
	a, b := f.Clone(), f.Clone()
	a.Apply(eventOf(redeemed, 4, noon))
	a.Apply(eventOf(events.ClusterKicked{Cluster: rome}, 5, noon.Add(time.Second)))
	b.Apply(eventOf(events.TokenRedeemed{Token: "t1", Cluster: oslo}, 4, noon))
	for name, want := range map[string]struct {
		f        *fleet
		redeemed []string
		member   bool
	}{
		"original": {f, []string{rome}, true},
		"one":      {a, []string{rome, rome}, false},
		"other":    {b, []string{rome, oslo}, true},
	} {
		got, _ := want.f.tokens.Get("t1")
		if len(got.redeemed) != len(want.redeemed) || got.redeemed[len(got.redeemed)-1] != want.redeemed[len(want.redeemed)-1] {
			t.Errorf("%s: redeemed by %v, want %v", name, got.redeemed, want.redeemed)
		}
		if _, ok := want.f.current(rome); ok != want.member {
			t.Errorf("%s: rome is a member: %t", name, ok)
		}
	}
}
