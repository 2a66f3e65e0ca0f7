package policy

import (
	"os"
	"testing"
	"time"

	"github.com/fedhub/fedhub/events"
)

func FuzzPorts(f *testing.F) {
	for _, text := range []string{"", "any", "tcp/80,udp/1-100", "icmp 443", "tcp/0-65535", "tcp/any,80", "9-1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once, err := normalPorts(text)
		if err != nil {
			return
		}
		twice, err := normalPorts(once)
		if err != nil || twice != once {
			t.Errorf("%q, then %q, then %q (%v)", text, once, twice, err)
		}
	})
}

func FuzzNames(f *testing.F) {
	for _, name := range []string{"fed.web", "web", "fed.", "Host:n", "external", "a\n", "nv.x", ""} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		federal, local := ScopeFederal.checkNewName(name), ScopeLocal.checkNewName(name)
		if federal == nil && local == nil {
			t.Errorf("%q is a name in both scopes", name)
		}
		if (federal == nil || local == nil) && (isSpecial(name) || !nameShape.MatchString(name) || name == endContainers) {
			t.Errorf("%q is a name", name)
		}
	})
}

func FuzzCriteria(f *testing.F) {
	f.Add("label", "=", "web")
	f.Add("address", "=", "10.0.0.1-10.0.0.9")
	f.Add("image", "regex", "(a|b)*")
	f.Add("node", "!=", "^?$")
	f.Fuzz(func(t *testing.T, key, op, value string) {
		c := events.Criterion{Key: key, Op: op, Value: value}
		if checkCriteria([]events.Criterion{c}) != nil {
			return
		}
		d := CreateGroup(GroupConfig{Name: "fed.x", Criteria: &[]events.Criterion{c}})
		fs, err := d(NewState(ScopeFederal), noon)
		if err != nil {
			t.Fatal(err)
		}
		s := given(t, ScopeFederal, fs)
		if g, _ := s.Group("fed.x"); len(g.Criteria) != 1 || g.Criteria[0] != c {
			t.Errorf("stored %+v as %+v", c, g.Criteria)
		}
	})
}

// FuzzImport looks for a file that makes the importer panic, take long, or make facts that the decisions
// for single objects would refuse.
func FuzzImport(f *testing.F) {
	for _, path := range []string{"testdata/shop.yaml", "testdata/refused.yaml", "testdata/broken.yaml"} {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"kind":"List","items":[{"kind":"NvSecurityRule","spec":{"target":{"selector":{"name":"a"}}}}]}`))
	f.Add([]byte("a: &a [*a]\n? b\n: !!x c"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, scope := range []Scope{ScopeFederal, ScopeLocal} {
			in, err := Import("f", data, scope)
			if err != nil {
				continue
			}
			s := NewState(scope)
			in.Report(s)
			fs, err := in.Decision()(s, noon)
			if err != nil {
				continue
			}
			fold(t, s, fs...)
			if again, err := in.Decision()(s, noon.Add(time.Hour)); err != nil || len(again) != 0 {
				t.Errorf("a second import gives %d facts, %v", len(again), err)
			}
			wellFormed(t, s)
		}
	})
}

// wellFormed puts every object of s through the rules for one that is sent alone.
func wellFormed(t *testing.T, s *State) {
	t.Helper()
	for g := range s.Groups() {
		if err := s.scope.checkName(g.Name); err != nil {
			t.Error(err)
		}
		if err := checkCriteria(g.Criteria); err != nil {
			t.Error(err)
		}
	}
	for r := range s.Rules() {
		normal, err := normalRule(r)
		if err != nil || !sameContent(normal, r) || !validRank(r.Rank) || !s.scope.owns(r.ID) {
			t.Errorf("rule %+v: %v", r, err)
		}
		if err := s.scope.checkEnds(r.From, r.To, s.hasGroup); err != nil {
			t.Error(err)
		}
	}
}
