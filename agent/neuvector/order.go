package neuvector

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fedhub/fedhub/policy"
)

// highest is the priority of the first rules. NeuVector sorts the rules of all resources by priority, the highest
// first, and those of the same priority in no order.
const highest = policy.MaxPriority

// noOrder is what is to say of rules that have no place of their own.
var noOrder = fmt.Sprintf("rules in NeuVector's resources have one of %d places, and this one would come behind them, where rules that "+
	"contradict each other have no order; put rules with the same action next to each other", highest+1)

// class is all rules with the same ends and the same action.
type class struct {
	from   *region
	action string
	place  uint32 // of the last of them
}

// placesOf returns the place of each rule: behind every earlier one that contradicts it. Those that agree, or never
// meet the same connection, may share a place, so that a new rule moves few others.
func placesOf(rules []hung) []uint32 {
	var goals []*region
	classes := map[*region][]*class{} // by where they lead to
	known := map[[3]string]*class{}
	regions := map[string]*region{}
	places := make([]uint32, len(rules))
	for i, h := range rules {
		from, to := h.ends()
		start, goal := regionOf(regions, from), regionOf(regions, to)
		if classes[goal] == nil {
			goals = append(goals, goal)
		}
		at := [3]string{from.selector.Name, to.selector.Name, h.rule.Action}
		mine := known[at]
		if mine == nil {
			mine = &class{from: start, action: h.rule.Action}
			known[at], classes[goal] = mine, append(classes[goal], mine)
		}
		for _, other := range goals {
			if other.apart(goal) {
				continue
			}
			for _, c := range classes[other] {
				if c.action != mine.action && c.place >= places[i] && !c.from.apart(start) {
					places[i] = c.place + 1
				}
			}
		}
		mine.place = max(mine.place, places[i])
	}
	return places
}

// keysOfOne are the criteria of which a pod has one value.
var keysOfOne = [...]string{"service", "domain"}

// region is what is known of the members of an end.
type region struct {
	outside   bool                     // they are not in the cluster
	workloads bool                     // they are workloads of it
	only      [len(keysOfOne)][]string // the values that they have; none: any
}

func regionOf(known map[string]*region, e end) *region {
	r := known[e.selector.Name]
	if r != nil {
		return r
	}
	r = &region{outside: e.selector.Name == endExternal, workloads: e.resource != "" && e.selector.Name != endExternal}
	known[e.selector.Name] = r
	open := [len(keysOfOne)]bool{}
	for _, c := range e.selector.Criteria {
		if c.Key == "address" || c.Key == "node" {
			r.workloads = false
		}
		i := slices.Index(keysOfOne[:], c.Key)
		switch {
		case i < 0 || strings.HasPrefix(c.Op, "!") || strings.HasPrefix(c.Op, "not"):
		case c.Op == "=" && !strings.ContainsAny(c.Value, "*?"):
			r.only[i] = append(r.only[i], c.Value)
		default:
			open[i] = true
		}
	}
	for i, is := range open {
		if is {
			r.only[i] = nil
		}
	}
	return r
}

// apart reports whether nothing can be in both.
func (r *region) apart(o *region) bool {
	if r.outside && o.workloads || r.workloads && o.outside {
		return true
	}
	for i, values := range r.only {
		if len(values) > 0 && len(o.only[i]) > 0 && !slices.ContainsFunc(values, func(v string) bool { return slices.Contains(o.only[i], v) }) {
			return true
		}
	}
	return false
}
