package policy

import (
	"testing"

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
		federal, local := ScopeFederal.checkNewName(groupKind, name, mustBeNew), ScopeLocal.checkNewName(groupKind, name, mustBeNew)
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
		d := Create(GroupConfig{Name: "fed.x", Criteria: &[]events.Criterion{c}})
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
