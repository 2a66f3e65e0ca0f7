package network

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// The names that rules speak of without a group of that name.
const (
	nameExternal   = "external"
	nameNodes      = "nodes"
	nameContainers = "containers"
	nameIngress    = "Workload:ingress"
	hostPrefix     = "Host:"
	workloadPrefix = "Workload:"
)

// resolved is an end with what it was made of.
type resolved struct {
	end      *end
	criteria []events.Criterion
	depends  Depends
	made     int // number of the census
}

// resolver makes ends of names, and keeps them for as long as they stay what they are.
type resolver struct {
	kept map[key]resolved
	used map[key]resolved // by the plan that is being made
}

// key is whose name it is, and the name.
type key struct {
	scope policy.Scope
	name  string
}

// begin starts a plan, and finish ends it. What it did not use is forgotten, unless all is steady.
func (r *resolver) begin(steady bool) {
	if r.used = r.kept; !steady || r.used == nil {
		r.used = make(map[key]resolved, len(r.kept))
	}
}

// steady reports whether every name that is kept stands for what it stood for.
func (r *resolver) steady(states []*policy.State, c *census) bool {
	for at, one := range r.kept {
		of := slices.IndexFunc(states, func(s *policy.State) bool { return s != nil && s.Scope() == at.scope })
		if of < 0 {
			return false
		}
		group, _ := states[of].Group(at.name)
		if !slices.Equal(one.criteria, group.Criteria) || c.changed(one.depends, one.made) {
			return false
		}
	}
	return true
}

func (r *resolver) finish() Depends {
	r.kept = r.used
	var all Depends
	for _, one := range r.kept {
		all = all.with(one.depends)
	}
	return all
}

// end returns what a name stands for. The same end comes back as long as it means the same.
func (r *resolver) end(s *policy.State, name string, c *census) *end {
	at := key{s.Scope(), name}
	if one, done := r.used[at]; done {
		return one.end
	}
	group, exists := s.Group(name)
	one, known := r.kept[at]
	if !known || !slices.Equal(one.criteria, group.Criteria) || c.changed(one.depends, one.made) {
		fresh := resolved{criteria: group.Criteria, made: c.newest()}
		fresh.end, fresh.depends = c.resolve(name, group, exists)
		if known && reflect.DeepEqual(one.end, fresh.end) {
			fresh.end = one.end
		}
		one = fresh
	}
	r.used[at] = one
	return one.end
}

// changed reports whether something is not as it was in an earlier census.
func (c *census) changed(d Depends, since int) bool {
	return d.Pods && c.podsSince > since || d.Addresses && c.addressesSince > since ||
		d.Namespaces && c.namespacesSince > since || d.Services && c.servicesSince > since || d.Nodes && c.nodesSince > since
}

// resolve makes the end that a name stands for.
func (c *census) resolve(name string, group events.Group, exists bool) (*end, Depends) {
	host, isHost := strings.CutPrefix(name, hostPrefix)
	workload, isWorkload := strings.CutPrefix(name, workloadPrefix)
	switch {
	case name == nameExternal:
		return c.external(), Depends{Nodes: true, Addresses: true}
	case name == nameNodes || name == policy.FederalNodes:
		return c.nodesEnd(""), Depends{Nodes: true}
	case name == nameIngress:
		return c.ingressEnd(), Depends{Nodes: true}
	case isHost:
		return c.nodesEnd(host), Depends{Nodes: true}
	case isWorkload:
		return c.workloadAt(workload), Depends{Pods: true, Addresses: true}
	case name == nameContainers:
		return c.workloads(nil), Depends{Pods: true, Namespaces: true}
	case !exists:
		return &end{none: fmt.Sprintf("there is no group %q", name)}, Depends{}
	case len(group.Criteria) > 0 && group.Criteria[0].Key == keyAddress:
		return c.addressEnd(group.Criteria), Depends{Nodes: true, Addresses: true}
	}
	asksService := slices.ContainsFunc(group.Criteria, func(cr events.Criterion) bool { return cr.Key == keyService })
	return c.workloads(group.Criteria), Depends{Pods: true, Namespaces: true, Services: asksService}
}
