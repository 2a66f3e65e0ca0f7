package policy

import "github.com/fedhub/fedhub/events"

// Apply folds one event into s. It cannot fail: an event that is not about policy, or that this version
// cannot read, only moves the revision. Of two events about one object the one with the higher revision
// stays, in whichever order they come; a removed object is remembered for that.
func (s *State) Apply(e events.Event) {
	s.revision = max(s.revision, e.Revision)
	switch e.Kind { //nolint:exhaustive // most kinds are not policy
	case events.KindGroupDefined, events.KindGroupRemoved,
		events.KindNetworkRuleDefined, events.KindNetworkRuleRemoved:
	default:
		return
	}
	if last, seen := s.seen.Get(e.Subject); seen && last > e.Revision {
		return
	}
	fact, err := e.Fact()
	if err != nil {
		return
	}
	s.seen.Set(e.Subject, e.Revision)
	switch f := fact.(type) { //nolint:gochecksumtype // the kinds above are all
	case events.GroupDefined:
		s.groups.Set(f.Group.Name, f.Group)
		s.digest.put(e.Subject, e.Data)
	case events.GroupRemoved:
		s.groups.Delete(f.Name)
		s.digest.remove(e.Subject)
	case events.NetworkRuleDefined:
		s.dropRule(f.Rule.ID)
		s.putRule(f.Rule)
		s.digest.put(e.Subject, e.Data)
	case events.NetworkRuleRemoved:
		s.dropRule(f.ID)
		s.digest.remove(e.Subject)
	}
}

func (s *State) putRule(r events.NetworkRule) {
	s.rules.Set(r.ID, r)
	s.order.Set(place{r.Rank, r.ID})
	s.users.Set(use{r.From, r.ID})
	s.users.Set(use{r.To, r.ID})
}

func (s *State) dropRule(id uint32) {
	r, existed := s.rules.Delete(id)
	if !existed {
		return
	}
	s.order.Delete(place{r.Rank, r.ID})
	s.users.Delete(use{r.From, r.ID})
	s.users.Delete(use{r.To, r.ID})
}
