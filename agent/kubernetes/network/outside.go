package network

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// external returns the end that is all that is outside the cluster.
func (c *census) external() *end {
	var pods []netip.Prefix
	for i := range c.nodes {
		pods = append(pods, c.nodes[i].pods...)
	}
	holes := blocksOf(pods)
	out := &end{blocks: []block{
		{prefix: netip.PrefixFrom(netip.IPv4Unspecified(), 0)},
		{prefix: netip.PrefixFrom(netip.IPv6Unspecified(), 0)},
	}}
	for _, h := range holes {
		of := &out.blocks[1]
		if h.prefix.Addr().Is4() {
			of = &out.blocks[0]
		}
		of.except = append(of.except, h.prefix)
	}
	if len(holes) == 0 {
		out.leaks = []string{"no node says which addresses its pods have (spec.podCIDRs), so pods count as external, too"}
		return out
	}
	for _, a := range c.sorted {
		if !slices.ContainsFunc(holes, func(b block) bool { return b.prefix.Contains(a) }) {
			pod := c.addresses[a]
			out.leaks = []string{fmt.Sprintf("pod %s/%s has the address %s, which is none of those that its node says pods have, so it counts as external, too",
				pod.Namespace, pod.Name, a)}
			break
		}
	}
	return out
}

// nodesEnd returns the end that is the nodes: all, or those with the given name or address.
func (c *census) nodesEnd(named string) *end {
	var prefixes []netip.Prefix
	for i := range c.nodes {
		if named == "" || c.nodes[i].name == named {
			for _, a := range c.nodes[i].addresses {
				prefixes = append(prefixes, alone(a))
			}
		}
	}
	if a, err := netip.ParseAddr(named); err == nil {
		prefixes = append(prefixes, alone(a))
	}
	out := &end{blocks: blocksOf(prefixes)}
	switch {
	case len(prefixes) > 0:
	case named == "":
		out.idle = "no node of this cluster has an address"
	default:
		out.idle = fmt.Sprintf("this cluster has no node %q", named)
	}
	return out
}

// ingressEnd returns the end that is the traffic which comes into the cluster through a node.
func (c *census) ingressEnd() *end {
	out := c.nodesEnd("")
	out.gaps = []string{"what comes in through a node has the node's address, so the rule is about all that nodes send"}
	out.noTarget = "what comes in through nodes is only a source; name where it goes"
	return out
}

// workloadAt returns the end that is one pod, by its address. What no pod has is taken as an address.
func (c *census) workloadAt(text string) *end {
	a, err := netip.ParseAddr(text)
	if err != nil {
		return &end{none: fmt.Sprintf("%q is no address", text)}
	}
	pod, there := c.addresses[a.Unmap()]
	if !there {
		return &end{blocks: []block{{prefix: alone(a)}}}
	}
	own := shapeOf(pod)
	var others []*shape
	for _, p := range c.addresses {
		if p != pod && p.Namespace == pod.Namespace {
			others = append(others, shapeOf(p))
		}
	}
	slices.SortFunc(others, func(a, b *shape) int { return strings.Compare(a.key, b.key) })
	if of, known := c.space(pod.Namespace); !known || of.ending {
		return &end{workloads: true}
	}
	selectors, lost := exactly(pod.Namespace, []*shape{own}, others)
	pins := requirements{needs(namespaceName, false, []string{pod.Namespace})}
	return &end{workloads: true, selectors: selectors, pins: pinsOf(pins, nil), gaps: apartGap(lost)}
}
