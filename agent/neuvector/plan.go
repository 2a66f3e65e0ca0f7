package neuvector

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// What one object may have. Kubernetes' store takes 1.5 MiB for an object with all of its metadata, and annotations
// of 256 KiB; the purpose of an object stands there.
const (
	maxObject  = 1_400_000
	maxPurpose = 240 << 10
)

// planner makes the resources of one policy.
type planner struct {
	scopes  []*policy.State // in the order in which they count: the federation's first
	ends    map[string]end
	groups  map[string]*group
	objects []apply.Object
	short   map[events.About]events.ObjectState
}

// planOf returns what a policy becomes in a cluster with NeuVector. The same policy always becomes the same.
func planOf(federal, local *policy.State) apply.Plan {
	p := &planner{
		scopes: []*policy.State{federal, local}, ends: map[string]end{}, groups: map[string]*group{},
		short: map[events.About]events.ObjectState{},
	}
	for _, s := range p.scopes {
		p.ownGroups(s)
	}
	p.networkRules()
	for _, s := range p.scopes {
		p.profiles(s)
		p.sensors(s)
		p.responses(s)
		p.webhooks(s)
	}
	for _, name := range slices.Sorted(maps.Keys(p.groups)) {
		g := p.groups[name]
		p.add(kindCluster, g.resource, g.spec, g.needed)
	}
	p.admission(federal, local)
	return apply.Plan{Objects: p.objects, Short: slices.SortedFunc(maps.Values(p.short), func(a, b events.ObjectState) int {
		return cmp.Or(cmp.Compare(a.Object.Kind, b.Object.Kind), cmp.Compare(a.Object.Name, b.Object.Name))
	})}
}

// add puts an object into the plan.
func (p *planner) add(kind apply.Kind, name string, spec any, needed []events.About) {
	data, err := json.Marshal(spec)
	if err != nil { // plain data always marshals
		p.refuse(needed, fmt.Sprintf("%s %s: %v", kind.Kind, name, err))
		return
	}
	purpose := 0
	for _, about := range needed {
		purpose += len(about.Kind) + len(about.Name) + 2
	}
	if size := len(data) + purpose; size > maxObject || purpose > maxPurpose {
		p.refuse(needed, fmt.Sprintf("it is part of the %s %s, which would have %d bytes for %d objects; Kubernetes keeps at most %d "+
			"in one: write fewer or shorter ones", kind.Kind, name, size, len(needed), maxObject))
		return
	}
	p.objects = append(p.objects, apply.Object{Kind: kind, Name: name, Spec: data, For: needed})
}

// refuse reports objects that are not written at all.
func (p *planner) refuse(abouts []events.About, reason string) {
	for _, about := range abouts {
		p.set(about, events.Unsupported, reason)
	}
}

func (p *planner) set(about events.About, state events.Enforcement, reason string) {
	p.short[about] = events.ObjectState{Object: about, State: state, Reason: reason}
}

// lacks reports what of an object that is written is not in force.
func (p *planner) lacks(about events.About, reason string) {
	was, known := p.short[about]
	switch {
	case !known:
		p.set(about, events.Partial, reason)
	case was.State == events.Partial:
		p.set(about, events.Partial, was.Reason+"; "+reason)
	}
}

// disabled is why a rule that is switched off is idle.
const disabled = "the rule is disabled"

// ruleName returns how a rule is called that goes by a number.
func ruleName(s *policy.State, id uint32) string {
	word := "local"
	if s.Scope() == policy.ScopeFederal {
		word = "fed"
	}
	return word + "." + strconv.FormatUint(uint64(id), 10)
}
