package policy

import (
	"slices"
	"strings"

	"github.com/fedhub/fedhub/events"
)

// reached is a state with the changes of some rollouts, made when it is first asked for. It is brought up to
// date when it is next asked for: a rollout may have thousands of changes, and each revision is one more state.
type reached struct {
	rollouts string
	state    *State
	behind   *change // the newest that the state lacks
}

// change is what an event said of the policy, and those that came before it.
type change struct {
	fact     events.Fact // nil: nothing
	revision uint64
	subject  string
	data     []byte
	before   *change
	number   int // of changes before it
}

// Reached returns the policy with the changes of the given rollouts, in so far as they are on their way.
func (s *State) Reached(rollouts []string) *State {
	ended := func(id string) bool {
		r, known := s.rollouts.Get(id)
		return known && r.Ended()
	}
	if slices.ContainsFunc(rollouts, ended) {
		rollouts = slices.DeleteFunc(slices.Clone(rollouts), ended)
	}
	if len(rollouts) == 0 || s.staged.Len() == 0 {
		return s
	}
	key := strings.Join(rollouts, ",")
	made := &reached{rollouts: key}
	switch have := s.reached.Load(); {
	case have == nil || have.rollouts != key:
		made.state = s.reach(rollouts)
	case have.behind != nil:
		made.state = s.catchUp(have, rollouts)
	default:
		return have.state
	}
	s.reached.Store(made)
	return made.state
}

// reach returns s with the changes of the rollouts.
func (s *State) reach(rollouts []string) *State {
	out := s.Clone()
	out.reached.Store(nil)
	s.staged.Scan(func(_ string, st staged) bool {
		if slices.Contains(rollouts, st.rollout) {
			out.take(st.fact, st.revision, st.subject, st.data)
		}
		return true
	})
	return out
}

// catchUp returns what reach does, from what it returned before.
func (s *State) catchUp(have *reached, rollouts []string) *State {
	out := have.state.Clone()
	out.revision = s.revision
	var missing []*change
	for c := have.behind; c != nil; c = c.before {
		missing = append(missing, c)
	}
	for _, c := range slices.Backward(missing) {
		if c.fact == nil {
			continue
		}
		if st, taken := s.staged.Get(keyOf(aboutOf(c.fact))); !taken || !slices.Contains(rollouts, st.rollout) {
			out.take(c.fact, c.revision, c.subject, c.data)
		}
	}
	return out
}

// fallBehind notes that what Reached made lacks one more change. When it lacks more than a rollout has, it is
// made anew.
func (s *State) fallBehind(c change) {
	have := s.reached.Load()
	if have == nil {
		return
	}
	if c.before = have.behind; c.before != nil {
		c.number = c.before.number + 1
	}
	if c.number > s.staged.Len() {
		s.reached.Store(nil)
		return
	}
	s.reached.Store(&reached{rollouts: have.rollouts, state: have.state, behind: &c})
}
