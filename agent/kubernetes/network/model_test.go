package network

import (
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// model decides connections as NeuVector does: the first rule that matches, in the order of the policy.
type model struct {
	cluster Cluster
	states  []*policy.State
}

// matching returns the rules that match a connection, in their order. The first one decides.
func (m model) matching(c connection) (out []events.NetworkRule) {
	for _, s := range m.states {
		for r := range policy.All[events.NetworkRule](s) {
			if !r.Disabled && m.is(s, r.From, c.from) && m.is(s, r.To, c.to) && hasPort(r.Ports, c) {
				out = append(out, r)
			}
		}
	}
	return out
}

// isTarget reports whether connections to a pod are what some rule allows.
func (m model) isTarget(p party) bool {
	for _, s := range m.states {
		for r := range policy.All[events.NetworkRule](s) {
			if p.pod != nil && !r.Disabled && r.Action == policy.ActionAllow && m.is(s, r.To, p) {
				return true
			}
		}
	}
	return false
}

func hasPort(ports string, c connection) bool {
	ranges, err := policy.ParsePorts(ports)
	return err == nil && slices.ContainsFunc(ranges, func(r policy.PortRange) bool {
		return r.Protocol == policy.ProtocolAny ||
			r.Protocol == c.protocol && (c.protocol == "icmp" || int32(r.Low) <= c.port && c.port <= int32(r.High))
	})
}

// is reports whether a party belongs to an end of a rule.
func (m model) is(s *policy.State, name string, p party) bool {
	node := slices.ContainsFunc(m.cluster.Nodes, func(n *corev1.Node) bool {
		return slices.ContainsFunc(n.Status.Addresses, func(a corev1.NodeAddress) bool {
			host, isHost := strings.CutPrefix(name, "Host:")
			return a.Address == p.address.String() && (!isHost || host == n.Name || host == a.Address)
		})
	})
	workload, isWorkload := strings.CutPrefix(name, "Workload:")
	switch g, _ := s.Group(name); {
	case name == "external":
		return p.pod == nil // nodes too: see the notes on what cannot be told apart
	case name == "nodes" || name == "fed.nodes" || name == "Workload:ingress" || strings.HasPrefix(name, "Host:"):
		return p.pod == nil && node
	case isWorkload:
		return p.address.String() == workload
	case name == "containers":
		return p.pod != nil
	case len(g.Criteria) > 0 && g.Criteria[0].Key == "address":
		return p.pod == nil && slices.ContainsFunc(g.Criteria, func(c events.Criterion) bool { return atAddress(c.Value, p) })
	default:
		return p.pod != nil && m.member(g.Criteria, p.pod)
	}
}

func atAddress(value string, p party) bool {
	if value == p.domain {
		return true
	}
	if !p.address.IsValid() {
		return false
	}
	if a, err := netip.ParseAddr(value); err == nil {
		return a == p.address
	}
	if b, err := netip.ParsePrefix(value); err == nil {
		return b.Contains(p.address)
	}
	low, high, ok := strings.Cut(value, "-")
	a, err1 := netip.ParseAddr(low)
	b, err2 := netip.ParseAddr(high)
	return ok && err1 == nil && err2 == nil && a.Compare(p.address) <= 0 && p.address.Compare(b) <= 0
}

// member reports whether a pod is a member of a group: one of its containers is.
func (m model) member(criteria []events.Criterion, p *corev1.Pod) bool {
	for _, c := range append(slices.Clone(p.Spec.InitContainers), p.Spec.Containers...) {
		if m.selected(criteria, p, c) {
			return true
		}
	}
	return false
}

func (m model) selected(criteria []events.Criterion, p *corev1.Pod, one corev1.Container) bool {
	held, positive := map[string]bool{}, map[string]bool{}
	for _, c := range criteria {
		values, there := m.values(c.Key, p, one)
		met, negative := false, false
		if there {
			negative = c.Op == "!=" || c.Op == "!regex"
			met = slices.ContainsFunc(values, func(v string) bool { return meets(c, v) }) != negative
		}
		before, known := held[c.Key]
		switch {
		case !known:
			held[c.Key] = met
		case negative && !positive[c.Key]:
			held[c.Key] = before && met
		default:
			held[c.Key] = before || met
		}
		positive[c.Key] = positive[c.Key] || !negative
	}
	for _, ok := range held {
		if !ok {
			return false
		}
	}
	return true
}

func (m model) values(key string, p *corev1.Pod, one corev1.Container) ([]string, bool) {
	switch key {
	case "image":
		return []string{one.Image}, true
	case "container":
		return []string{one.Name}, true
	case "node":
		return []string{p.Spec.NodeName}, true
	case "domain", "namespace":
		return []string{p.Namespace}, true
	case "service":
		var out []string
		for _, s := range m.cluster.Services {
			if s.Namespace == p.Namespace && len(s.Spec.Selector) > 0 && leadsTo(s, p.Labels) {
				out = append(out, s.Name, s.Name+"."+s.Namespace)
			}
		}
		return append(out, ""), true
	}
	from := p.Labels
	if label, ok := strings.CutPrefix(key, "ns:"); ok {
		key = label
		for _, n := range m.cluster.Namespaces {
			if n.Name == p.Namespace {
				from = n.Labels
			}
		}
	}
	v, there := from[key]
	return []string{v}, there
}

func meets(c events.Criterion, v string) bool {
	switch c.Op {
	case "contains":
		return strings.Contains(v, c.Value)
	case "prefix":
		return strings.HasPrefix(v, c.Value)
	case "regex", "!regex":
		return regexp.MustCompile(c.Value).MatchString(v)
	}
	if c.Op == "=" && c.Value == "any" {
		return true
	}
	if fits, err := path.Match(c.Value, strings.ReplaceAll(v, "/", "|")); err == nil && strings.ContainsAny(c.Value, "?*") {
		return fits
	}
	return v == c.Value
}
