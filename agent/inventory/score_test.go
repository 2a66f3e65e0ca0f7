package inventory

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/events"
)

func TestScore(t *testing.T) {
	none, all := &AdmissionRules{}, &AdmissionRules{Privileged: true, RunAsRoot: true, HostNamespaces: true, PrivilegeEscalation: true}
	of := func(pods, exposed, privileged, root, host int, r *AdmissionRules) facts {
		return facts{pods: &pods, exposed: &exposed, privileged: &privileged, runAsRoot: &root, hostNamespaces: &host, admission: r}
	}
	parts := func(total, exposure, privileged, root, host, admission int) *events.Score {
		return &events.Score{
			Total: &total, Exposure: &exposure, Privileged: &privileged, RunAsRoot: &root, HostNamespaces: &host, Admission: &admission,
		}
	}
	without := func(f facts, edit func(*facts)) facts { edit(&f); return f }
	example := of(48, 12, 2, 30, 1, &AdmissionRules{Privileged: true})
	tests := map[string]struct {
		facts facts
		want  *events.Score
	}{
		"nothing wrong":           {of(100, 0, 0, 0, 0, all), parts(0, 0, 0, 0, 0, 0)},
		"everything wrong":        {of(7, 7, 7, 7, 7, none), parts(100, 30, 20, 10, 20, 20)},
		"no pods, no rules":       {of(0, 0, 0, 0, 0, none), parts(20, 0, 0, 0, 0, 20)},
		"a quarter of each":       {of(4, 1, 1, 1, 1, all), parts(40, 15, 10, 5, 10, 0)},
		"one of a million counts": {of(1_000_000, 1, 1, 1, 1, all), parts(4, 1, 1, 1, 1, 0)},
		"a rule for two of four":  {of(1, 0, 0, 0, 0, &AdmissionRules{Privileged: true, HostNamespaces: true}), parts(10, 0, 0, 0, 0, 10)},
		"the example of the docs": {example, parts(46, 15, 5, 8, 3, 15)},
		"pods not readable":       {without(example, func(f *facts) { f.pods = nil }), nil},
		"services not readable": {
			without(of(4, 1, 1, 1, 1, all), func(f *facts) { f.exposed = nil }),
			&events.Score{Privileged: new(10), RunAsRoot: new(5), HostNamespaces: new(10), Admission: new(0)},
		},
		"rules not known": {
			of(4, 1, 1, 1, 1, nil),
			&events.Score{Exposure: new(15), Privileged: new(10), RunAsRoot: new(5), HostNamespaces: new(10)},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, score(tt.facts)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestPart_grows: more of the same is never better, and any of it is more than none.
func TestPart_grows(t *testing.T) {
	for _, all := range []int{1, 2, 3, 10, 97, 5000} {
		before := 0
		for some := range all + 1 {
			p := *part(maxExposure, &some, all)
			if p < before || (p == 0) != (some == 0) || p > maxExposure {
				t.Errorf("%d of %d: part %d, after %d for one less", some, all, p, before)
			}
			before = p
		}
		if before != maxExposure {
			t.Errorf("%d of %d: part %d, want all", all, all, before)
		}
	}
}
