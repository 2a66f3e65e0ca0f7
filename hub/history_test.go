package hub_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

// set is a change set as a history shows it.
type set struct {
	First, Last uint64
	Events      int
}

func sets(list []hub.Revision) []set {
	var out []set
	for _, r := range list {
		out = append(out, set{r.First, r.Last, len(r.Events)})
	}
	return out
}

// history returns a world whose policy has change sets of many sizes, oldest first.
func history(t *testing.T) (*world, []set) {
	t.Helper()
	w := newWorld(t)
	founded := w.Policy().Revision()
	want := []set{{1, founded, int(founded)}} //nolint:gosec // G115: a small number
	for i, size := range []int{1, 2, events.MaxSetSize, 1, events.MaxSetSize - 1, events.MaxSetSize + 1, 3} {
		receipt := w.change(raw(groups("fed.h"+hexNumber(i), size)...))
		first := receipt.Revision - uint64(size) + 1 //nolint:gosec // G115: a small number
		for left := size; left > 0; left -= events.MaxSetSize {
			n := min(left, events.MaxSetSize)
			want = append(want, set{first, first + uint64(n) - 1, n})
			first += uint64(n)
		}
	}
	return w, want
}

// TestRevisions: pages of any size have every change set once and whole, the newest first.
func TestRevisions(t *testing.T) {
	w, want := history(t)
	reversed := make([]set, 0, len(want))
	for i := range want {
		reversed = append(reversed, want[len(want)-1-i])
	}
	all := waittest.Must(w.Revisions(t.Context(), 0, 1000))(t)
	if diff := cmp.Diff(reversed, sets(all)); diff != "" {
		t.Fatalf("all (-want +got):\n%s", diff)
	}
	for _, r := range all {
		for i, e := range r.Events {
			if e.Revision != r.First+uint64(i) || e.Command != r.Command || e.Actor != r.Actor || !e.At.Equal(r.At) {
				t.Fatalf("event %d of %d to %d is revision %d of command %s", i, r.First, r.Last, e.Revision, e.Command)
			}
		}
	}
	for _, size := range []int{1, 3, len(want), len(want) + 1} {
		for name, next := range map[string]func(hub.Revision) uint64{
			"its first": func(r hub.Revision) uint64 { return r.First },
			"its last":  func(r hub.Revision) uint64 { return r.Last },
		} {
			var got []set
			for before := uint64(0); ; {
				page := waittest.Must(w.Revisions(t.Context(), before, size))(t)
				got = append(got, sets(page)...)
				if len(page) < size || page[len(page)-1].First == 1 {
					break
				}
				before = next(page[len(page)-1])
			}
			if diff := cmp.Diff(reversed, got); diff != "" {
				t.Errorf("pages of %d, each going on before %s (-want +got):\n%s", size, name, diff)
			}
		}
	}
	newest := want[len(want)-1].Last
	for before, ends := range map[uint64]uint64{1: 0, 2: 0, want[0].Last + 1: want[0].Last, newest + 1: newest, newest + 1000: newest, 1 << 62: newest} {
		page := waittest.Must(w.Revisions(t.Context(), before, 1))(t)
		if got := sets(page); ends == 0 && len(got) != 0 || ends > 0 && (len(got) != 1 || got[0].Last != ends) {
			t.Errorf("before %d: %v, want the one that ends at %d", before, got, ends)
		}
	}
}

// TestRevisionAt: the change set of any of its revisions, with the policy as it was before it.
func TestRevisionAt(t *testing.T) {
	w, want := history(t)
	for _, s := range want {
		for _, at := range []uint64{s.First, s.Last, s.First + (s.Last-s.First)/2} {
			r, before, err := w.RevisionAt(t.Context(), at)
			if err != nil || !cmp.Equal(sets([]hub.Revision{r}), []set{s}) {
				t.Fatalf("revision %d: %+v (%v), want %+v", at, sets([]hub.Revision{r}), err, s)
			}
			if before.Revision() != s.First-1 {
				t.Errorf("before revision %d the policy is at %d, want %d", at, before.Revision(), s.First-1)
			}
		}
	}
	for _, at := range []uint64{0, w.Policy().Revision() + 1, 1 << 62} {
		_, _, err := w.RevisionAt(t.Context(), at)
		wantError(t, err, policy.ErrNotFound)
	}
}

// try changes the policy, unless that is refused for what a rollout or a former change made of it.
func (w *world) try(d policy.Decision) {
	w.t.Helper()
	_, err := w.Change(w.t.Context(), "alice", d)
	if err != nil && !errors.Is(err, policy.ErrRollout) && !errors.Is(err, policy.ErrNotFound) {
		w.t.Fatal(err)
	}
}

// TestPolicyAt: the policy at a revision is what its events make, folded in their order.
func TestPolicyAt(t *testing.T) {
	w := newWorld(t)
	w.join("one", events.Labels{"ring": "1"})
	prod := events.View{Labels: events.Labels{"env": "prod"}}
	names := []string{"fed.a", "fed.b", "fed.c"}
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // G404: not a secret
	w.change(raw(groups("fed.n", 10)...))
	for i := range 300 { // more than the hub remembers
		name, value := names[random.IntN(len(names))], hexNumber(i)
		targets := []string{"", "env=prod", "env=test"}[random.IntN(3)]
		current, on := w.Policy().Current()
		switch step := random.IntN(8); {
		case step < 3:
			w.try(put(name, value, targets))
		case step == 3:
			w.try(policy.Remove(events.ObjectGroup, name))
		case step == 4 && !on:
			w.startRollout(rings(true), put(name, value+"r", targets))
		case step == 5 && on:
			w.try(policy.AbortRollout(current.ID, "by alice"))
		case on:
			w.try(policy.AdvanceRollout(current.ID, current.Open))
		}
	}
	all := waittest.Must(w.Reader(events.Rules).Read(t.Context(), 1, 1<<20))(t)
	fold := policy.NewState(policy.ScopeFederal)
	for i, e := range all {
		fold.Apply(e)
		inside := !e.Set.Last()
		if inside && e.Set.Index != 5 {
			continue
		}
		want := fold.Clone()
		if inside { // it is the policy after its change set
			for _, rest := range all[i+1:] {
				if want.Apply(rest); rest.Set.Last() {
					break
				}
			}
		}
		got := waittest.Must(w.PolicyAt(t.Context(), e.Revision))(t)
		current, _ := want.Current()
		gotCurrent, _ := got.Current()
		reached := []string{current.ID}
		if got.Revision() != want.Revision() || got.Digest() != want.Digest() || got.DigestFor(prod) != want.DigestFor(prod) ||
			got.Reached(reached).Digest() != want.Reached(reached).Digest() || !cmp.Equal(gotCurrent, current) ||
			!cmp.Equal(got.Rollouts(), want.Rollouts()) || !cmp.Equal(got.Staged(current.ID), want.Staged(current.ID)) {
			t.Fatalf("at revision %d the policy is another one than its events make", e.Revision)
		}
	}
	if start := waittest.Must(w.PolicyAt(t.Context(), 0))(t); start.Revision() != 0 {
		t.Errorf("before the first revision the policy is at %d", start.Revision())
	}
	_, err := w.PolicyAt(t.Context(), w.Policy().Revision()+1)
	wantError(t, err, policy.ErrNotFound)
}

func TestReached(t *testing.T) {
	w := newWorld(t)
	w.join("oslo", events.Labels{"env": "prod"})
	w.join("rome", events.Labels{"env": "test"})
	before := w.Policy()
	for targets, want := range map[string][]string{"": {"master", "oslo", "rome"}, "env=prod": {"oslo"}, "env": {"oslo", "rome"}, "env=none": nil} {
		facts, err := put("fed.a", "a", targets)(before, w.clock.now())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range w.Reached(policy.Deltas(before, facts)) {
			got = append(got, s.Name)
		}
		if !cmp.Equal(got, want) {
			t.Errorf("targets %q reach %q, want %q", targets, got, want)
		}
	}
}
