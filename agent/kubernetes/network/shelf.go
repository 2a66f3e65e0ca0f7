package network

// shelf keeps rules, or ends, so that those which may overlap a given one are found without looking at all.
type shelf[T any] struct {
	loose  []T
	keys   []string       // of the pins that were added by
	all    map[string][]T // by key
	valued map[string][]T // by key and value
}

// pairPins returns the pins of both ends of a rule.
func pairPins(from, to *end) requirements {
	out := make(requirements, 0, len(from.pins)+len(to.pins))
	for _, r := range to.pins {
		r.key = "to " + r.key // a blank is in no label's name
		out = append(out, r)
	}
	for _, r := range from.pins {
		r.key = "from " + r.key
		out = append(out, r)
	}
	return out
}

// add puts one onto the shelf, by the first of its pins.
func (s *shelf[T]) add(pins requirements, one T) {
	if len(pins) == 0 {
		s.loose = append(s.loose, one)
		return
	}
	if s.all == nil {
		s.all, s.valued = map[string][]T{}, map[string][]T{}
	}
	key := pins[0].key
	if len(s.all[key]) == 0 {
		s.keys = append(s.keys, key)
	}
	s.all[key] = append(s.all[key], one)
	for _, v := range pins[0].values {
		s.valued[labelKey(key, v)] = append(s.valued[labelKey(key, v)], one)
	}
}

// find returns one that fits, of those that may overlap what has the given pins.
func (s *shelf[T]) find(pins requirements, fits func(T) bool) (T, bool) {
	if one, ok := first(s.loose, fits); ok {
		return one, true
	}
	for _, key := range s.keys {
		if one, ok := s.findBy(key, pins, fits); ok {
			return one, true
		}
	}
	var none T
	return none, false
}

func (s *shelf[T]) findBy(key string, pins requirements, fits func(T) bool) (T, bool) {
	for _, r := range pins {
		if r.key != key {
			continue
		}
		for _, v := range r.values {
			if one, ok := first(s.valued[labelKey(key, v)], fits); ok {
				return one, true
			}
		}
		var none T
		return none, false
	}
	return first(s.all[key], fits)
}

func first[T any](list []T, fits func(T) bool) (T, bool) {
	for _, one := range list {
		if fits(one) {
			return one, true
		}
	}
	var none T
	return none, false
}
