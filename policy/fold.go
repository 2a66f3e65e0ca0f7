package policy

import "github.com/fedhub/fedhub/events"

// Apply folds one event into s. It cannot fail: an event that is not about policy, or that this version
// cannot read, only moves the revision. Of two events about one object the one with the higher revision
// stays, in whichever order they come; a removed object is remembered for that.
func (s *State) Apply(e events.Event) {
	s.revision = max(s.revision, e.Revision)
	fact := s.news(e)
	rollout, aboutRollout := events.RolloutOf(fact)
	staging, isStaged := fact.(events.ChangeStaged)
	switch {
	case aboutRollout:
		s.takeRollout(rollout)
		s.reached.Store(nil)
	case isStaged:
		s.stage(staging, e.Revision)
		s.reached.Store(nil)
	default:
		if fact != nil {
			s.take(fact, e.Revision, e.Subject, e.Data)
		}
		s.fallBehind(change{fact: fact, revision: e.Revision, subject: e.Subject, data: e.Data})
	}
}

// news returns the fact of an event that is about policy, and the newest of its subject that s was told; or nil.
func (s *State) news(e events.Event) events.Fact {
	fact, err := e.Fact()
	if err != nil {
		return nil
	}
	_, aboutRollout := events.RolloutOf(fact)
	_, isStaged := fact.(events.ChangeStaged)
	if !aboutRollout && !isStaged && !isPolicy(fact) {
		return nil
	}
	if last, seen := s.seen.Get(e.Subject); seen && last > e.Revision {
		return nil
	}
	s.seen.Set(e.Subject, e.Revision)
	return fact
}

// isPolicy reports whether f says how an object is, or that it is gone.
func isPolicy(f events.Fact) bool {
	_, defined := f.(events.Definition)
	_, removed := f.(events.Removal)
	return defined || removed
}

// take makes a fact about an object true. What is not meant for the state's view is as gone.
func (s *State) take(f events.Fact, revision uint64, subject string, data []byte) {
	s.changed = max(s.changed, revision)
	if r, ok := f.(events.Removal); ok {
		s.drop(r.About())
		return
	}
	d, ok := f.(events.Definition)
	if !ok {
		return
	}
	o := d.Object()
	if s.view != nil && !Chooses(o.Common().Targets, s.view.Labels) {
		s.drop(o.About())
		return
	}
	s.put(o, revision, subject)
	s.seal(o, subject, data)
}

// stage notes a change that a rollout has on its way. One of a rollout that has ended is void.
func (s *State) stage(c events.ChangeStaged, revision uint64) {
	fact, err := c.Fact()
	if r, known := s.rollouts.Get(c.Rollout); err != nil || known && r.Ended() {
		return
	}
	s.staged.Set(keyOf(c.Object), staged{
		rollout: c.Rollout, fact: fact, data: c.Data, subject: events.Rules.Subject(fact), revision: revision,
	})
}

// takeRollout notes how a rollout does, and forgets the changes of one that has ended.
func (s *State) takeRollout(r events.Rollout) {
	s.rollouts.Set(r.ID, r)
	if !r.Ended() {
		return
	}
	var void []string
	s.staged.Scan(func(key string, st staged) bool {
		if st.rollout == r.ID {
			void = append(void, key)
		}
		return true
	})
	for _, key := range void {
		s.staged.Delete(key)
	}
}
