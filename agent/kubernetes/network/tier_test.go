package network

import (
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// ordered returns the action of the first of the ordered rules that matches; "": none does. Of two objects of one
// priority either may act, so they must not differ.
func (k *kubernetes) ordered(subject *corev1.Pod, peer party, c connection, inward bool) string {
	action, priority := "", 0
	for _, spec := range k.tier {
		if action != "" && spec.Priority > priority {
			break
		}
		one := k.first(spec, subject, peer, c, inward)
		if one != "" && action != "" && one != action {
			k.tb.Fatalf("%s: both %s and %s at priority %d", text(c), action, one, priority)
		}
		if one != "" {
			action, priority = one, spec.Priority
		}
	}
	return action
}

func (k *kubernetes) first(spec tierSpec, subject *corev1.Pod, peer party, c connection, inward bool) string {
	if !k.has(spec.Subject.Pods, subject) {
		return ""
	}
	entries := spec.Egress
	if inward {
		entries = spec.Ingress
	}
	for _, r := range entries {
		if slices.ContainsFunc(append(slices.Clone(r.From), r.To...), func(q tierPeer) bool { return k.isTierPeer(q, peer) }) &&
			protocolListed(r, c) {
			return r.Action
		}
	}
	return ""
}

func (k *kubernetes) has(s *tierPods, p *corev1.Pod) bool {
	return k.selected(&s.NamespaceSelector, k.namespaces[p.Namespace]) && k.selected(&s.PodSelector, p.Labels)
}

func (k *kubernetes) isTierPeer(q tierPeer, p party) bool {
	switch {
	case q.Namespaces != nil:
		return p.pod != nil && k.selected(q.Namespaces, k.namespaces[p.pod.Namespace])
	case q.Pods != nil:
		return p.pod != nil && k.has(q.Pods, p.pod)
	case q.DomainNames != nil:
		return slices.Contains(q.DomainNames, p.domain)
	}
	return slices.ContainsFunc(q.Networks, func(n string) bool {
		return p.address.IsValid() && netip.MustParsePrefix(n).Contains(p.address)
	})
}

func protocolListed(r tierRule, c connection) bool {
	within := func(number int32, span *tierRange) bool {
		return number == c.port || span != nil && span.Start <= c.port && c.port <= span.End
	}
	for _, p := range r.Protocols {
		d := p.TCP
		if c.protocol == "udp" {
			d = p.UDP
		}
		if d != nil && c.protocol != "icmp" && within(d.DestinationPort.Number, d.DestinationPort.Range) {
			return true
		}
	}
	for _, p := range r.Ports {
		if p.PortNumber != nil && strings.EqualFold(p.PortNumber.Protocol, c.protocol) && within(p.PortNumber.Port, nil) ||
			p.PortRange != nil && strings.EqualFold(p.PortRange.Protocol, c.protocol) && within(-1, p.PortRange) {
			return true
		}
	}
	return len(r.Protocols) == 0 && len(r.Ports) == 0
}
