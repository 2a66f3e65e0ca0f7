package apply

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// TestKeeper_lateNews: what the watch tells of an object that is gone is not about the one that came after it.
func TestKeeper_lateNews(t *testing.T) {
	l := newLone(t, nil)
	l.plan(saying("two"))
	e := l.entries[l.at]
	l.note(l.at, e.wish, nil, liveOf(stored(t, saying("two"), "u2", "100"), e.wish), nil)
	l.hears(stored(t, saying("one"), "u1", "50"))
	if e.drift != nil {
		t.Errorf("what it wrote before is a drift to it: %+v", e.drift)
	}
	if err := l.watch.Delete(stored(t, saying("one"), "u1", "60")); err != nil {
		t.Fatal(err)
	}
	if e.live == nil || e.live.uid != "u2" {
		t.Errorf("it forgot what is there, and knows %+v", e.live)
	}
}

// TestKeeper_apiRestored: an API that was restored from a backup counts its revisions anew. What it tells of is not
// older than what was known before.
func TestKeeper_apiRestored(t *testing.T) {
	tests := map[string]struct {
		has  []any
		gone bool
	}{
		"without the object":     {gone: true},
		"with it as it once was": {has: []any{stored(t, saying("before"), "u1", "30")}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			l := newLone(t, nil)
			e := l.made(saying("one"))
			l.lists("100", stored(t, saying("one"), "u1", "100"))
			l.lists("50", test.has...)
			if gone := e.live == nil; gone != test.gone || !gone && e.live.revision != 30 {
				t.Errorf("it takes for what is there: %+v", e.live)
			}
			if out := l.Outcome(); out.Pending != 1 {
				t.Errorf("it stands so: %+v", out)
			}
		})
	}
}

// TestKeeper_kindGone: an object that could not be removed is gone when the cluster no longer serves its kind.
func TestKeeper_kindGone(t *testing.T) {
	l := newLone(t, nil)
	l.made(saying("one"))
	l.plan()
	l.watch.heard(t.Context(), errLeaving)
	l.putRight(t.Context(), l.at)
	if out := l.Outcome(); out.Left == "" {
		t.Fatalf("it is not said that it cannot be removed: %+v", out)
	}
	l.watch.found(t.Context(), false, nil)
	l.putRight(t.Context(), l.at)
	if out := l.Outcome(); out.Err() != nil || out.Pending != 0 {
		t.Errorf("it stands so: %+v", out)
	}
}

// TestKeeper_nameTaken: when the answer to a removal comes after the news that somebody else took the name, the name is
// not free.
func TestKeeper_nameTaken(t *testing.T) {
	l := newLone(t, nil)
	e := l.made(saying("one"))
	seen := e.live
	l.plan()
	if err := l.watch.Delete(stored(t, saying("one"), "u1", "110")); err != nil {
		t.Fatal(err)
	}
	theirs := stored(t, saying("theirs"), "u2", "120")
	theirs.SetManagedFields(nil)
	theirs.SetLabels(nil)
	l.hears(theirs)
	l.note(l.at, nil, seen, nil, nil)
	if o := l.others[l.at]; o == nil || o.uid != "u2" {
		t.Errorf("it knows of no other object, but of %+v", o)
	}
	l.plan(saying("one"))
	l.putRight(t.Context(), l.at)
	if out := l.Outcome(); len(out.Failed) != 1 || l.entries[l.at].stranger != "u2" {
		t.Errorf("it stands so: %+v", out)
	}
}

// TestKeeper_leaving: an object that something holds up is not called removed, in whatever order that becomes known.
func TestKeeper_leaving(t *testing.T) {
	tests := map[string]func(t *testing.T, l *lone, leaving *unstructured.Unstructured){
		"the watch tells before the answer to the removal": func(t *testing.T, l *lone, leaving *unstructured.Unstructured) {
			t.Helper()
			seen := l.made(saying("one")).live
			l.plan()
			l.hears(leaving)
			l.note(l.at, nil, seen, nil, nil)
		},
		"the watch tells after it": func(t *testing.T, l *lone, leaving *unstructured.Unstructured) {
			t.Helper()
			seen := l.made(saying("one")).live
			l.plan()
			l.note(l.at, nil, seen, nil, nil)
			l.hears(leaving)
		},
		"it is so since before": func(t *testing.T, l *lone, leaving *unstructured.Unstructured) {
			t.Helper()
			l.lists("110", leaving)
			l.plan()
		},
	}
	for name, becomesKnown := range tests {
		t.Run(name, func(t *testing.T) {
			l := newLone(t, nil)
			leaving := stored(t, saying("one"), "u1", "110")
			at := metav1.NewTime(l.now)
			leaving.SetDeletionTimestamp(&at)
			becomesKnown(t, l, leaving)
			l.putRight(t.Context(), l.at)
			if out := l.Outcome(); out.Left == "" {
				t.Errorf("it stands so: %+v", out)
			}
			if err := l.watch.Delete(leaving); err != nil {
				t.Fatal(err)
			}
			l.putRight(t.Context(), l.at)
			if out := l.Outcome(); out.Err() != nil || out.Pending != 0 || len(l.entries) != 0 {
				t.Errorf("when it is gone it stands so: %+v", out)
			}
		})
	}
}
