package events_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/events"
)

// TestSubject_stored pins where each fact is stored. These are contracts: the state of an object is the
// newest event on its subject.
func TestSubject_stored(t *testing.T) {
	got := map[string]string{}
	for _, s := range samples {
		got[string(s.fact.Kind())] = s.log.Subject(s.fact)
	}
	data, err := json.MarshalIndent(got, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	pin(t, "envelope/subjects.json", data)
}

func TestSubject_oneObjectHasOneSubject(t *testing.T) {
	for name, pair := range map[string][2]events.Fact{
		"group":   {events.GroupDefined{Group: events.Group{Name: "fed.web"}}, events.GroupRemoved{Name: "fed.web"}},
		"rule":    {events.NetworkRuleDefined{Rule: events.NetworkRule{ID: 7}}, events.NetworkRuleRemoved{ID: 7}},
		"token":   {events.TokenMinted{Federation: berlin, Token: "t1"}, events.TokenRedeemed{Federation: berlin, Token: "t1", Cluster: madrid}},
		"cluster": {events.ClusterJoined{Cluster: madrid}, events.ClusterKicked{Cluster: madrid}},
		"user":    {events.UserDefined{Name: "alice"}, events.UserRemoved{Name: "alice"}},
		"role":    {events.Promoted{}, events.Left{}},
		"rollout": {events.RolloutStarted{Rollout: events.Rollout{ID: "r1"}}, events.RolloutAborted{Rollout: events.Rollout{ID: "r1"}}},
		"staged change": {
			stage(t, "r1", events.GroupDefined{Group: events.Group{Name: "fed.web"}}), stage(t, "r2", events.GroupRemoved{Name: "fed.web"}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, log := range []events.Log{events.Rules, events.Fleet, events.Local} {
				if a, b := log.Subject(pair[0]), log.Subject(pair[1]); a != b {
					t.Errorf("%s is on %s, and %s on %s", pair[0].Kind(), a, pair[1].Kind(), b)
				}
			}
		})
	}
}

// TestSubject_aStagedChangeIsBesideItsObject: what is staged does not replace what holds.
func TestSubject_aStagedChangeIsBesideItsObject(t *testing.T) {
	for _, s := range samples {
		if _, about := objectOf(s.fact); !about {
			continue
		}
		words := strings.Split(s.log.Subject(s.fact), ".")
		want := "staged." + strings.Join(words[4:], ".")
		staged := strings.Split(events.Rules.Subject(stage(t, "r1", s.fact)), ".")
		if got := strings.Join(staged[4:], "."); got != want {
			t.Errorf("staged, %s is on %s, want %s", s.fact.Kind(), got, want)
		}
	}
}

func TestSubject_escapes(t *testing.T) {
	tests := map[string]string{
		"alice":       "alice",
		"a.b":         "a=2Eb",
		"*":           "=2A",
		">":           "=3E",
		"a b":         "a=20b",
		"":            "=",
		"=":           "=3D",
		"=2E":         "=3D2E",
		"ü":           "=C3=BC",
		"a:b-c_d":     "a:b-c_d",
		"line\r\n":    "line=0D=0A",
		"fed.web\x00": "fed=2Eweb=00",
	}
	for name, want := range tests {
		if got := events.Local.Subject(events.UserRemoved{Name: name}); got != "local.user."+want {
			t.Errorf("user %q is on %s, want local.user.%s", name, got, want)
		}
	}
}

// TestSubject_differentNamesNeverShareOne is what keeps one object's events from being another's.
func TestSubject_differentNamesNeverShareOne(t *testing.T) {
	names := rapid.OneOf(rapid.String(), rapid.StringMatching(`[=.a2E* >]{0,6}`), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
	rapid.Check(t, func(t *rapid.T) {
		a, b := names.Draw(t, "a"), names.Draw(t, "b")
		sa, sb := events.Rules.Subject(events.GroupRemoved{Name: a}), events.Rules.Subject(events.GroupRemoved{Name: b})
		if (a == b) != (sa == sb) {
			t.Fatalf("%q is on %s, %q on %s", a, sa, b, sb)
		}
		words := strings.Split(sa, ".")
		if len(words) != 6 {
			t.Fatalf("%q is on %s: %d words, want 6", a, sa, len(words))
		}
		for _, w := range words {
			if w == "" || strings.ContainsAny(w, "*> \t\r\n\x00") {
				t.Fatalf("%q is on %q, which NATS does not take", a, sa)
			}
		}
	})
}

func TestLog_everySubjectIsUnderItsFilter(t *testing.T) {
	for _, s := range samples {
		if subject := s.log.Subject(s.fact); !covers(s.log.Filter(), subject) {
			t.Errorf("%s is not under %s", subject, s.log.Filter())
		}
	}
	want := map[events.Log]string{
		events.Rules: "fed.rules.>", events.Fleet: "fed.fleet.>", events.Local: "local.>", events.Audit: "audit.>", events.Copy: "fedcopy.>",
	}
	for log, filter := range want {
		if log.Filter() != filter {
			t.Errorf("log %s holds %s, want %s", log, log.Filter(), filter)
		}
	}
}

func TestCopySubject(t *testing.T) {
	rules := events.Rules.Subject(events.GroupRemoved{Name: "fed.web"})
	if got, want := events.CopySubject(rules), "fedcopy."+strings.TrimPrefix(rules, "fed.rules."); got != want || !covers(events.Copy.Filter(), got) {
		t.Errorf("the copy of %s is on %s, want %s", rules, got, want)
	}
	place := events.Copy.Subject(events.ViewTaken{})
	if got := events.CopySubject(place); got != place {
		t.Errorf("what is the copy's own is on %s, want %s", got, place)
	}
}

// TestShardFilters_coverEverySubjectOnce: a state asked for in sixteen parts has everything, and nothing twice.
func TestShardFilters_coverEverySubjectOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		subject := events.Rules.Subject(events.GroupRemoved{Name: rapid.String().Draw(t, "name")})
		filter := events.Rules.Filter()
		for depth := 0; ; depth++ {
			narrower := events.ShardFilters(filter)
			if narrower == nil {
				if depth != 2 {
					t.Fatalf("%d digits, want 2", depth)
				}
				return
			}
			var in []string
			for _, f := range narrower {
				if covers(f, subject) {
					in = append(in, f)
				}
			}
			if len(narrower) != 16 || len(in) != 1 {
				t.Fatalf("%s is under %v of %d filters below %s, want one of 16", subject, in, len(narrower), filter)
			}
			filter = in[0]
		}
	})
}

func TestShardFilters(t *testing.T) {
	got := events.ShardFilters("fed.rules.>")
	if got[0] != "fed.rules.0.>" || got[15] != "fed.rules.f.>" {
		t.Errorf("shards %v", got)
	}
	if got := events.ShardFilters("fed.rules.f.0.>"); got != nil {
		t.Errorf("a whole shard is divided into %v", got)
	}
}

func TestLink_subjects(t *testing.T) {
	got := map[string]string{
		"health, as the master hears it":    events.UpAccount(account, events.SubjectHealth),
		"health, of every cluster":          events.UpAccount("*", events.SubjectHealth),
		"reply, as the master hears it":     events.UpAccount(account, events.ReplySubject("n1")),
		"request, as the master sends it":   events.CtlAccount(account, events.SubjectRequest),
		"dismissal, as the master sends it": events.CtlAccount(account, events.SubjectDismiss),
		"every up subject of a cluster":     events.UpAccount(account, ">"),
		"every ctl subject of all":          events.CtlAccount("*", ">"),
		"join":                              events.JoinSubject("t1"),
		"return":                            events.ReturnSubject(madrid),
		"joins and returns":                 events.JoinFilter(),
		"live":                              events.LiveFilter(),
	}
	want := map[string]string{
		"health, as the master hears it":    "fed.up." + account + ".health",
		"health, of every cluster":          "fed.up.*.health",
		"reply, as the master hears it":     "fed.up." + account + ".reply.n1",
		"request, as the master sends it":   "fed.ctl." + account + ".request",
		"dismissal, as the master sends it": "fed.ctl." + account + ".dismiss",
		"every up subject of a cluster":     "fed.up." + account + ".>",
		"every ctl subject of all":          "fed.ctl.*.>",
		"join":                              "fed.join.token.t1",
		"return":                            "fed.join.return." + madrid,
		"joins and returns":                 "fed.join.>",
		"live":                              "fed.live.>",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAccountOf(t *testing.T) {
	tests := map[string]string{
		events.UpAccount(account, events.SubjectHealth): account,
		events.UpAccount(account, "fed.up.reply.n1"):    account,
		"fed.up.": "",
		"fed.up":  "",
		events.CtlAccount(account, events.SubjectRequest): "",
		"": "",
	}
	for subject, want := range tests {
		if got := events.AccountOf(subject); got != want {
			t.Errorf("account of %q is %q, want %q", subject, got, want)
		}
	}
}

// covers reports whether a NATS wildcard matches a subject.
func covers(filter, subject string) bool {
	f, s := strings.Split(filter, "."), strings.Split(subject, ".")
	for i, word := range f {
		switch {
		case word == ">":
			return len(s) > i
		case i >= len(s), word != "*" && word != s[i]:
			return false
		}
	}
	return len(f) == len(s)
}
