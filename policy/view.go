package policy

import (
	"slices"

	"github.com/fedhub/fedhub/events"
)

// staged is a change that a rollout has on its way.
type staged struct {
	rollout  string
	fact     events.Fact
	data     []byte
	subject  string // that the change will have as policy
	revision uint64
}

// NewStateFor returns an empty federated policy that keeps what is meant for a cluster with the given view:
// an object that is not is as one that is gone. Changes on their way are kept, and hold as far as the view says.
func NewStateFor(v events.View) *State {
	s := NewState(ScopeFederal)
	s.view = &v
	return s
}

// View returns what the state keeps the policy for; false: it keeps all.
func (s *State) View() (events.View, bool) {
	if s.view == nil {
		return events.View{}, false
	}
	return *s.view, true
}

// See makes s one for another view with the same labels. With other labels s would miss what it did not keep.
func (s *State) See(v events.View) {
	s.view = &v
	s.reached.Store(nil)
}

// Keeps reports whether s, which has folded e, is made of e: not of a definition that is not meant for its view,
// or is not the newest.
func (s *State) Keeps(e events.Event) bool {
	fact, err := e.Fact()
	if err != nil {
		return false
	}
	if d, ok := fact.(events.Definition); ok {
		_, revision, there := s.Object(d.Object().About())
		return there && revision == e.Revision
	}
	return true
}

// Effective returns what is in force for the state's view: the policy with the changes that have reached it.
func (s *State) Effective() *State {
	if s.view == nil {
		return s
	}
	return s.Reached(s.view.Rollouts)
}

// Rollout returns the rollout with the given id as it is, or was at its end.
func (s *State) Rollout(id string) (events.Rollout, bool) { return s.rollouts.Get(id) }

// RolloutRevision returns the revision of the newest event about a rollout: of its start or its newest step. 0: none.
func (s *State) RolloutRevision(id string) uint64 {
	revision, _ := s.seen.Get(events.Rules.Subject(events.RolloutStarted{Rollout: events.Rollout{ID: id}}))
	return revision
}

// Rollouts returns every rollout, the newest first.
func (s *State) Rollouts() []events.Rollout {
	return slices.SortedFunc(slices.Values(s.rollouts.Values()), func(a, b events.Rollout) int {
		return b.StartedAt.Compare(a.StartedAt)
	})
}

// Current returns the rollout that is on its way; there is at most one.
func (s *State) Current() (events.Rollout, bool) {
	var current events.Rollout
	on := false
	s.rollouts.Scan(func(_ string, r events.Rollout) bool {
		if on = !r.Ended(); on {
			current = r
		}
		return !on
	})
	return current, on
}

// Staged returns the facts that a rollout which is on its way makes policy, in the order in which they become so.
func (s *State) Staged(rollout string) []events.Fact {
	var out []events.Fact
	s.staged.Scan(func(_ string, st staged) bool {
		if st.rollout == rollout {
			out = append(out, st.fact)
		}
		return true
	})
	sortFacts(out)
	return out
}

// lastStaged returns which object of a kind with the highest number, or the last name, a rollout changes.
func (s *State) lastStaged(k *kind) (events.About, bool) {
	var last events.About
	s.staged.Descend(string(k.object)+afterNames, func(_ string, st staged) bool {
		last = aboutOf(st.fact)
		return false
	})
	return last, last.Kind == k.object
}
