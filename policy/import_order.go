package policy

import (
	"cmp"
	"slices"

	"github.com/fedhub/fedhub/events"
)

// arrange puts new rules into the list of their kind. Our own exports say where: a new rule follows the one
// that it follows there, if any of theirs is in the list. All others come last.
func (p *planner) arrange(k *kind, ours, fresh []*wantedRule) {
	old := slices.Collect(p.Objects(k.object))
	follow, last := places(old, ours)
	for _, r := range fresh {
		if r.extra == nil || r.extra.Rank == "" {
			last = append(last, r)
		}
	}
	list := make([]events.Object, 0, len(old)+len(fresh))
	asked := make([]string, 0, len(old)+len(fresh))
	add := func(rules []*wantedRule) {
		for _, r := range rules {
			rank := ""
			if r.extra != nil {
				rank = r.extra.Rank
			}
			list, asked = append(list, r.object), append(asked, rank)
		}
	}
	add(follow[-1])
	for i, o := range old {
		list, asked = append(list, o), append(asked, k.rank(o))
		add(follow[i])
	}
	add(last)
	isOld := func(o events.Object) bool { _, _, is := p.Object(o.About()); return is }
	for i, rank := range rerank(asked, fitting(list, asked, isOld)) {
		if o := list[i]; !isOld(o) || k.rank(o) != rank {
			p.record(k.withRank(o, rank).Defined())
		}
	}
}

// places returns which new rules with a place follow the old one with an index, -1 for none; and those for which
// nothing tells.
func places(old []events.Object, ours []*wantedRule) (follow map[int][]*wantedRule, nowhere []*wantedRule) {
	index := make(map[string]int, len(old))
	for i, o := range old {
		index[o.About().Name] = i
	}
	ranked := slices.DeleteFunc(slices.Clone(ours), func(r *wantedRule) bool {
		return r.extra.Rank == "" || r.object == nil
	})
	slices.SortStableFunc(ranked, func(a, b *wantedRule) int {
		return cmp.Or(cmp.Compare(a.extra.Rank, b.extra.Rank), cmp.Compare(a.extra.ID, b.extra.ID))
	})
	follow = map[int][]*wantedRule{}
	known, at := false, 0
	for _, r := range ranked {
		switch {
		case r.is != "" && !known:
			known, at = true, index[r.is]
			follow[at-1] = append(follow[at-1], nowhere...)
			nowhere = nil
		case r.is != "":
			at = index[r.is]
		case known:
			follow[at] = append(follow[at], r)
		default:
			nowhere = append(nowhere, r)
		}
	}
	return follow, nowhere
}

// fitting reports of each object of a list whether it has the rank that it asks for: an old one always, a new one
// where that lies between its neighbors. Objects of one rank are in the order of their numbers.
func fitting(list []events.Object, asked []string, isOld func(events.Object) bool) []bool {
	at := func(i int) place { return place{rank: asked[i], about: list[i].About()} }
	next, keep := make([]*place, len(list)+1), make([]bool, len(list))
	for i := len(list) - 1; i >= 0; i-- {
		if next[i] = next[i+1]; isOld(list[i]) {
			here := at(i)
			next[i], keep[i] = &here, true
		}
	}
	var low place
	for i, rank := range asked {
		here := at(i)
		keep[i] = keep[i] || validRank(rank) && low.before(here) && (next[i+1] == nil || here.before(*next[i+1]))
		if keep[i] && low.before(here) {
			low = here
		}
	}
	return keep
}
