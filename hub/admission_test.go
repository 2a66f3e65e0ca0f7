package hub

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/events"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

const (
	masterID = "0123456789abcdef0123456789abcdef"
	oslo     = "11111111111111111111111111111111"
	rome     = "22222222222222222222222222222222"
	osloKey  = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4"
	romeKey  = "UAKZMI34PEIV75WQXC74MJ7JL2FKFLXN7HFNI62BGWVWKLBGGCJOKOBS"
)

// facts is a history of FLEET, one fact a second before noon.
type facts []events.Fact

func (list facts) fold() *fleet {
	f := newFleet()
	for i, fact := range list {
		f.Apply(eventOf(fact, uint64(i)+1, noon))
	}
	return f
}

func eventOf(fact events.Fact, revision uint64, at time.Time) events.Event {
	return events.Event{Kind: fact.Kind(), At: at, Actor: "alice", Revision: revision, Set: events.Set{Size: 1}, Data: mustJSON(fact)}
}

var (
	minted       = events.TokenMinted{Federation: masterID, Token: "t1", Expires: noon.Add(time.Hour), Uses: 1}
	mintedForTwo = events.TokenMinted{Federation: masterID, Token: "t1", Expires: noon.Add(time.Hour), Uses: 2}
	revoked      = events.TokenRevoked{Federation: masterID, Token: "t1"}
	redeemed     = events.TokenRedeemed{Federation: masterID, Token: "t1", Cluster: rome}
	romeJoined   = events.ClusterJoined{Cluster: rome, Name: "rome", Account: "AROME", Key: romeKey, Version: "1.2.0", Token: "t1"}
	osloJoined   = events.ClusterJoined{Cluster: oslo, Name: "oslo", Account: "AOSLO", Key: osloKey, Version: "1.2.0", Token: "t1"}
)

// asking returns a proper request of oslo with token t1, edited.
func asking(edits ...func(*admission)) admission {
	a := admission{
		token: "t1", federation: masterID, version: "1.2.3", oldest: "1.0.0", account: "AOSLO",
		ask: events.JoinAsk{
			Cluster: oslo, Name: "oslo", Key: osloKey, Version: "1.2.0", Clock: noon, KubernetesUID: "8f1c",
			Address: events.RestInfo{Server: "10.0.0.2", Port: 10443}, ProxyRequired: true,
		},
	}
	for _, edit := range edits {
		edit(&a)
	}
	return a
}

func named(name string) func(*admission)      { return func(a *admission) { a.ask.Name = name } }
func withKey(key string) func(*admission)     { return func(a *admission) { a.ask.Key = key } }
func withID(id string) func(*admission)       { return func(a *admission) { a.ask.Cluster = id } }
func running(version string) func(*admission) { return func(a *admission) { a.ask.Version = version } }

func clockOff(by time.Duration) func(*admission) {
	return func(a *admission) { a.ask.Clock = a.ask.Clock.Add(by) }
}
func withToken(id string) func(*admission) { return func(a *admission) { a.token = id } }

func TestAdmission_decide(t *testing.T) {
	expiry := noon.Add(time.Hour)
	// at moves the clock of the cluster with the master's.
	at := func(when time.Time) func(*admission) { return func(a *admission) { a.ask.Clock = when } }
	tests := map[string]struct {
		given facts
		ask   admission
		when  time.Time // zero: noon
		want  events.RefusalCode
	}{
		"fresh token":                  {given: facts{minted}, ask: asking()},
		"last moment":                  {given: facts{minted}, ask: asking(at(expiry)), when: expiry.Add(-1)},
		"moment of expiry":             {given: facts{minted}, ask: asking(at(expiry)), when: expiry, want: events.RefusedTokenExpired},
		"long after":                   {given: facts{minted}, ask: asking(at(expiry)), when: expiry.AddDate(1, 0, 0), want: events.RefusedTokenExpired},
		"never minted":                 {ask: asking(), want: events.RefusedTokenUnknown},
		"another token minted":         {given: facts{minted}, ask: asking(withToken("t2")), want: events.RefusedTokenUnknown},
		"revoked":                      {given: facts{minted, revoked}, ask: asking(), want: events.RefusedTokenRevoked},
		"used before":                  {given: facts{minted, redeemed, romeJoined}, ask: asking(), want: events.RefusedTokenSpent},
		"one of two uses left":         {given: facts{mintedForTwo, redeemed, romeJoined}, ask: asking()},
		"both uses gone":               {given: facts{mintedForTwo, redeemed, redeemed}, ask: asking(), want: events.RefusedTokenSpent},
		"used by one who left":         {given: facts{minted, redeemed, romeJoined, events.ClusterLeft{Cluster: rome}}, ask: asking(), want: events.RefusedTokenSpent},
		"revoked, then used up":        {given: facts{minted, redeemed, revoked}, ask: asking(), want: events.RefusedTokenRevoked},
		"used, then expired":           {given: facts{minted, redeemed}, ask: asking(at(expiry)), when: expiry, want: events.RefusedTokenSpent},
		"expired, with a bad name":     {given: facts{minted}, ask: asking(named(""), at(expiry)), when: expiry, want: events.RefusedTokenExpired},
		"unknown, with a bad clock":    {ask: asking(clockOff(time.Hour)), want: events.RefusedTokenUnknown},
		"left, and comes again":        {given: facts{mintedForTwo, osloJoined, events.ClusterLeft{Cluster: oslo}}, ask: asking(withKey(romeKey))},
		"kicked, and comes again":      {given: facts{mintedForTwo, osloJoined, events.ClusterKicked{Cluster: oslo}}, ask: asking(withKey(romeKey))},
		"kicked, with its former key":  {given: facts{mintedForTwo, osloJoined, events.ClusterKicked{Cluster: oslo}}, ask: asking(), want: events.RefusedKeyTaken},
		"name of one who left is free": {given: facts{mintedForTwo, redeemed, romeJoined, events.ClusterLeft{Cluster: rome}}, ask: asking(named("rome"))},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := tt.ask.decide(tt.given.fold(), when(tt.when))
			wantRefusal(t, err, tt.want)
			if tt.want != "" && got != nil {
				t.Errorf("with a refusal came %v", got)
			}
			if tt.want == "" && len(got) != 2 {
				t.Errorf("decided on %v, want a redemption and a join", got)
			}
		})
	}
}

func when(at time.Time) time.Time {
	if at.IsZero() {
		return noon
	}
	return at
}

func wantRefusal(t *testing.T, err error, want events.RefusalCode) {
	t.Helper()
	if want == "" {
		if err != nil {
			t.Errorf("refused: %v", err)
		}
		return
	}
	refusal, ok := errors.AsType[events.Refusal](err)
	if !ok || refusal.Code != want {
		t.Errorf("error %v (code %q), want %q", err, refusal.Code, want)
	}
	if ok && !strings.HasSuffix(refusal.Message, ".") {
		t.Errorf("%q is no sentence", refusal.Message)
	}
}

func TestAdmission_decide_recordsWhatWasAsked(t *testing.T) {
	got, err := asking().decide(facts{minted}.fold(), noon)
	if err != nil {
		t.Fatal(err)
	}
	want := []events.Fact{
		events.TokenRedeemed{Federation: masterID, Token: "t1", Cluster: oslo},
		events.ClusterJoined{
			Cluster: oslo, Name: "oslo", Account: "AOSLO", Key: osloKey, Version: "1.2.0", KubernetesUID: "8f1c", Token: "t1",
			Address: events.RestInfo{Server: "10.0.0.2", Port: 10443}, ProxyRequired: true,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestAdmission_decide_again: the answer to a join may be lost. Who is in with the same key gets it once
// more, whatever became of the token, and nothing is spent.
func TestAdmission_decide_again(t *testing.T) {
	spent := events.TokenRedeemed{Federation: masterID, Token: "t1", Cluster: oslo}
	tests := map[string]struct {
		given facts
		ask   admission
		when  time.Time
		want  events.RefusalCode
	}{
		"at once":                  {given: facts{minted, spent, osloJoined}, ask: asking()},
		"after expiry":             {given: facts{minted, spent, osloJoined}, ask: asking(), when: noon.AddDate(0, 0, 2)},
		"after a revocation":       {given: facts{minted, spent, osloJoined, revoked}, ask: asking()},
		"under another name":       {given: facts{minted, spent, osloJoined}, ask: asking(named("bergen"))},
		"with another key":         {given: facts{mintedForTwo, spent, osloJoined}, ask: asking(withKey(romeKey), named("bergen")), want: events.RefusedNameTaken},
		"another key, spent token": {given: facts{minted, spent, osloJoined}, ask: asking(withKey(romeKey)), want: events.RefusedTokenSpent},
		"after it was kicked":      {given: facts{minted, spent, osloJoined, events.ClusterKicked{Cluster: oslo}}, ask: asking(), want: events.RefusedTokenSpent},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := tt.ask.decide(tt.given.fold(), when(tt.when))
			wantRefusal(t, err, tt.want)
			if len(got) != 0 {
				t.Errorf("decided on %v, want nothing new", got)
			}
		})
	}
}

func TestAdmission_checkCluster(t *testing.T) {
	tests := map[string]struct {
		given facts
		ask   admission
		want  events.RefusalCode
	}{
		"as it should be": {ask: asking()},

		"no id":                    {ask: asking(withID("")), want: events.RefusedRequest},
		"a short id":               {ask: asking(withID(oslo[1:])), want: events.RefusedRequest},
		"an id in capitals":        {ask: asking(withID(strings.Repeat("A", 32))), want: events.RefusedRequest},
		"an id that is a wildcard": {ask: asking(withID("*")), want: events.RefusedRequest},
		"no key":                   {ask: asking(withKey("")), want: events.RefusedRequest},
		"an account's key":         {ask: asking(withKey("A" + osloKey[1:])), want: events.RefusedRequest},
		"a seed":                   {ask: asking(withKey("SU" + osloKey[2:])), want: events.RefusedRequest},

		"no name":                  {ask: asking(named("")), want: events.RefusedRequest},
		"a name with a blank":      {ask: asking(named("o slo")), want: events.RefusedRequest},
		"a name with a dash first": {ask: asking(named("-oslo")), want: events.RefusedRequest},
		"a name with a line":       {ask: asking(named("oslo\n")), want: events.RefusedRequest},
		"every character":          {ask: asking(named("0slo.north:1_a-B"))},
		"the longest name":         {ask: asking(named(strings.Repeat("o", 256)))},
		"one more":                 {ask: asking(named(strings.Repeat("o", 257))), want: events.RefusedRequest},

		"the oldest version":        {ask: asking(running("1.0.0"))},
		"with a v":                  {ask: asking(running("v1.2.0"))},
		"before the oldest":         {ask: asking(running("0.9.9")), want: events.RefusedVersionTooOld},
		"a candidate of the oldest": {ask: asking(running("1.0.0-rc.1")), want: events.RefusedVersionTooOld},
		"a newer patch":             {ask: asking(running("1.2.99"))},
		"a newer minor":             {ask: asking(running("1.3.0")), want: events.RefusedVersionTooNew},
		"a newer major":             {ask: asking(running("2.0.0")), want: events.RefusedVersionTooNew},
		"no version":                {ask: asking(running("")), want: events.RefusedRequest},
		"a version that is none":    {ask: asking(running("latest")), want: events.RefusedRequest},

		"five minutes ahead":  {ask: asking(clockOff(5 * time.Minute))},
		"five minutes behind": {ask: asking(clockOff(-5 * time.Minute))},
		"a moment more":       {ask: asking(clockOff(5*time.Minute + 1)), want: events.RefusedClock},
		"a moment less":       {ask: asking(clockOff(-5*time.Minute - 1)), want: events.RefusedClock},
		"no clock":            {ask: asking(func(a *admission) { a.ask.Clock = time.Time{} }), want: events.RefusedClock},

		"its name is taken":  {given: facts{romeJoined}, ask: asking(named("rome")), want: events.RefusedNameTaken},
		"its id is taken":    {given: facts{romeJoined}, ask: asking(withID(rome)), want: events.RefusedNameTaken},
		"its key is taken":   {given: facts{romeJoined}, ask: asking(withKey(romeKey)), want: events.RefusedKeyTaken},
		"its key was taken":  {given: facts{romeJoined, events.ClusterLeft{Cluster: rome}}, ask: asking(withKey(romeKey)), want: events.RefusedKeyTaken},
		"its name was taken": {given: facts{romeJoined, events.ClusterKicked{Cluster: rome}}, ask: asking(named("rome"))},

		"first of all: its id and key": {given: facts{romeJoined}, ask: asking(withID(""), named(""), running("0.1.0"), clockOff(time.Hour)), want: events.RefusedRequest},
		"the version before the clock": {given: facts{romeJoined}, ask: asking(named("rome"), running("0.1.0"), clockOff(time.Hour)), want: events.RefusedVersionTooOld},
		"the clock before the name":    {given: facts{romeJoined}, ask: asking(named("rome"), clockOff(time.Hour)), want: events.RefusedClock},
		"the name before the key":      {given: facts{romeJoined}, ask: asking(named("rome"), withKey(romeKey)), want: events.RefusedNameTaken},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := tt.given.fold()
			wantRefusal(t, tt.ask.checkCluster(f, noon), tt.want)
			f.Apply(eventOf(mintedForTwo, 99, noon))
			_, err := tt.ask.decide(f, noon)
			wantRefusal(t, err, tt.want)
		})
	}
}
