package network

import (
	"fmt"

	"github.com/fedhub/fedhub/policy"
)

// place is where a rule stands among the others, and what that costs it.
type place struct {
	level int
	none  string
	gaps  []string
}

// order gives each rule its place; the first one that matches decides. Rules that follow each other and do the same
// share a level: which of them matches makes no difference.
type order struct {
	level    int
	action   string            // of the rules at the level
	unforced *shelf[*sentence] // the rules so far that deny, but not in force, or not wholly
	wide     *shelf[*sentence] // those that allow more than they say
	confined map[*end]bool     // the sources that may only go where rules allow
}

func newOrder(list []*sentence) *order {
	return &order{
		level: noLevel, unforced: &shelf[*sentence]{}, wide: &shelf[*sentence]{}, confined: confined(list),
	}
}

// next gives the next rule its place.
func (o *order) next(s *sentence) place {
	p := place{level: noLevel}
	if s.ordered() {
		if s.rule.Action != o.action {
			o.level, o.action = o.level+1, s.rule.Action
		}
		p.level = o.level
	}
	if p.level > maxLevel {
		p.level = noLevel
		if !s.allows() {
			p.none = fmt.Sprintf("allow and deny take turns more than %d times before this rule, and Kubernetes counts no further; "+
				"put rules that do the same together", maxLevel)
		}
	}
	fits := func(other *sentence) bool { return other.meets(s) }
	if s.allows() {
		if before, found := o.unforced.find(s.pins, fits); found {
			p.gaps = append(p.gaps, fmt.Sprintf("rule %d before it, which denies a part of it, is not wholly in force", before.rule.ID))
		}
	} else if before, found := o.wide.find(s.pins, fits); found {
		p.gaps = append(p.gaps, fmt.Sprintf("rule %d before it allows all traffic on its ports, not only that of its applications", before.rule.ID))
	}
	o.note(s, p)
	return p
}

func (o *order) note(s *sentence, p place) {
	whole := s.none == "" && p.none == "" && len(s.gaps) == 0 && len(p.gaps) == 0
	switch {
	case s.idle != "":
	case s.rule.Action == policy.ActionDeny && !whole:
		o.unforced.add(s.pins, s)
	case s.wide && p.level != noLevel:
		o.wide.add(s.pins, s)
	}
}

// confined returns the sources of rules whose pods may only go where rules allow. A rule that lets pods out to
// addresses confines them to these, so that each rule which may be about the same pods must let them out, too, and
// thereby confines its own.
func confined(list []*sentence) map[*end]bool {
	out := map[*end]bool{}
	var shelved shelf[*end]
	add := func(e *end) {
		if !out[e] {
			out[e] = true
			shelved.add(e.pins, e)
		}
	}
	var open []*sentence
	for _, s := range list {
		switch {
		case s.confines():
			add(s.from)
		case s.allows() && s.enforced() && s.from.workloads:
			open = append(open, s)
		}
	}
	for again := len(out) > 0; again; {
		again = false
		for _, s := range open {
			if out[s.from] {
				continue
			}
			if _, found := shelved.find(s.from.pins, s.from.overlaps); found {
				add(s.from)
				again = true
			}
		}
	}
	return out
}
