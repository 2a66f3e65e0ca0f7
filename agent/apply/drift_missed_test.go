package apply

import (
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/fedhub/fedhub/events"
)

// TestKeeper_driftWhileWatchBroke: what happens to an object while it cannot be watched is a drift like any other.
func TestKeeper_driftWhileWatchBroke(t *testing.T) {
	tests := map[string]struct {
		tell func(t *testing.T, l *lone)
		want events.Change
	}{
		"edited": {
			tell: func(t *testing.T, l *lone) { t.Helper(); l.lists("110", edited(t, saying("one"), "110")) },
			want: events.ChangeEdited,
		},
		"label removed": {
			tell: func(t *testing.T, l *lone) { t.Helper(); l.lists("110", unlabeled(t, saying("one"), "110")) },
			want: events.ChangeUnlabeled,
		},
		"deleted": {
			tell: func(t *testing.T, l *lone) { t.Helper(); l.lists("110") },
			want: events.ChangeDeleted,
		},
		"deleted and made anew by hand": {
			tell: func(t *testing.T, l *lone) {
				t.Helper()
				o := stored(t, saying("one"), "u2", "110")
				o.SetLabels(nil)
				l.lists("110", o)
			},
			want: events.ChangeUnlabeled,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			l := newLone(t, nil)
			l.made(saying("one"))
			l.watch.heard(t.Context(), errLeaving)
			l.putRight(t.Context(), l.at)
			if out := l.Outcome(); len(out.Failed) != 1 {
				t.Errorf("while it cannot be watched, it stands so: %+v", out)
			}
			l.watch.heard(t.Context(), nil)
			test.tell(t, l)
			d := l.healed("120")
			if d == nil || d.Change != test.want {
				t.Fatalf("told %+v, want that it was %s", d, test.want)
			}
			if again := l.healed("120"); again != nil {
				t.Errorf("told again: %+v", again)
			}
		})
	}
}

// TestKeeper_driftWhileDown: what happened to an object while no controller ran is told, whether the objects that are
// there are known before the plan or after it.
func TestKeeper_driftWhileDown(t *testing.T) {
	tests := map[string]struct {
		as   func(t *testing.T, o Object, revision string) *unstructured.Unstructured
		want events.Drift
		says string // a difference
	}{
		"edited": {
			as:   edited,
			want: events.Drift{Change: events.ChangeEdited, By: "kubectl-edit"},
			says: `spec.podSelector.matchLabels.says: is "something else", not "one"`,
		},
		"label removed": {as: unlabeled, want: events.Drift{Change: events.ChangeUnlabeled}},
		"left alone":    {as: untouched},
	}
	for name, test := range tests {
		for _, planFirst := range []bool{false, true} {
			t.Run(name+when(planFirst), func(t *testing.T) {
				l := newLone(t, nil)
				if planFirst {
					l.plan(saying("one"))
				}
				l.lists("110", test.as(t, saying("one"), "110"))
				l.plan(saying("one"))
				d := l.healed("120")
				if d == nil {
					d = &events.Drift{}
				}
				if d.Change != test.want.Change || d.By != test.want.By {
					t.Errorf("told %+v, want %+v", d, test.want)
				}
				if test.says != "" && !slices.Contains(d.Differences, test.says) {
					t.Errorf("differences %q do not say %q", d.Differences, test.says)
				}
				if again := l.healed("120"); again != nil {
					t.Errorf("told again: %+v", again)
				}
			})
		}
	}
}

func when(planFirst bool) string {
	if planFirst {
		return ", known after the plan"
	}
	return ", known before the plan"
}

// TestKeeper_newPlanWhileDrifted: a drift that waits to be put right is told although the plan changes meanwhile.
func TestKeeper_newPlanWhileDrifted(t *testing.T) {
	l := newLone(t, nil)
	l.made(saying("one"))
	l.hears(edited(t, saying("one"), "110"))
	l.plan(saying("two"))
	d := l.healed("120")
	if d == nil || d.Change != events.ChangeEdited || !strings.Contains(strings.Join(d.Differences, "\n"), `not "one"`) {
		t.Errorf("told %+v, want what differed from the plan of that time", d)
	}
	l.hears(edited(t, saying("two"), "130"))
	l.plan()
	if e := l.entries[l.at]; e.drift != nil {
		t.Errorf("that an object differs which is to go counts: %+v", e.drift)
	}
}
