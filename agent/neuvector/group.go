package neuvector

import (
	"fmt"
	"strings"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// group is one NvClusterSecurityRule: a group, or an end of rules that is none, with all that hangs on it.
type group struct {
	resource string
	spec     clusterSpec
	needed   []events.About
}

// end is one end of a network rule.
type end struct {
	selector selector
	resource string // that rules can hang on; "": they cannot
	spare    bool   // they hang rather on the other end
	why      string // it cannot be told
}

// noNodes is why nothing hangs on the group of all nodes.
const noNodes = "a resource of NeuVector's that is for the group nodes sets the protection mode of the nodes, too, which is not federated"

// ownGroups takes the groups of one scope. Those that every cluster has need a resource only for what it adds.
func (p *planner) ownGroups(s *policy.State) {
	for g := range policy.All[events.Group](s) {
		e, reserved := p.end(g.Name), g.Name == policy.FederalNodes || g.Name == policy.FederalContainers
		measured := g.MonitorMetric || g.SessionCurrent|g.SessionRate|g.GroupBandWidth != 0
		switch {
		case reserved && !measured:
		case e.why != "":
			p.set(g.About(), events.Unsupported, e.why)
		case e.resource == "":
			p.lacks(g.About(), noNodes)
		default:
			at := p.at(e)
			at.needed = append(at.needed, g.About())
			of := &at.spec.Target.Selector
			of.MonitorMetric, of.SessionCurrent, of.SessionRate, of.GroupBandWidth = g.MonitorMetric, g.SessionCurrent, g.SessionRate, g.GroupBandWidth
		}
	}
}

// at returns the resource that hangs on an end.
func (p *planner) at(e end) *group {
	g := p.groups[e.selector.Name]
	if g == nil {
		g = &group{resource: e.resource, spec: clusterSpec{
			Target: target{e.selector}, Ingress: []networkRule{}, Egress: []networkRule{},
			Process: []events.ProcessRule{}, File: []fileFilter{},
		}}
		p.groups[e.selector.Name] = g
	}
	return g
}

// end returns what a name in a rule stands for.
func (p *planner) end(name string) end {
	e, known := p.ends[name]
	if !known {
		e = p.newEnd(name)
		p.ends[name] = e
	}
	return e
}

func (p *planner) newEnd(name string) end {
	in := groupName(name)
	switch {
	case in == endContainers:
		all := []events.Criterion{{Key: "container", Op: "=", Value: "*"}}
		return end{selector: selector{Name: in, Criteria: all}, resource: ownFederal + "-" + in}
	case in == endExternal:
		return end{selector: selector{Name: in, Criteria: []events.Criterion{}}, resource: ownFederal + "-" + in, spare: true}
	case in == endNodes, in == endIngress:
		return end{selector: selector{Name: in, Criteria: []events.Criterion{}}}
	case strings.HasPrefix(name, "Host:"), strings.HasPrefix(name, "Workload:"):
		return end{why: fmt.Sprintf("NeuVector's resources do not take %q in a rule; make a group of its address, and name that", name)}
	}
	for _, s := range p.scopes {
		g, is := s.Group(name)
		switch {
		case !is:
		case len(g.Criteria) == 0:
			return end{why: fmt.Sprintf("the group %q has no criteria, and NeuVector's resources take none without", name)}
		default:
			return end{selector: selector{Name: in, Comment: sign(name, g.Comment), Criteria: g.Criteria}, resource: resourceName(name)}
		}
	}
	return end{why: fmt.Sprintf("the group %q is not there", name)}
}
