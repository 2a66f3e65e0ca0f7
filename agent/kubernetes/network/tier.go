package network

import (
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// What the API takes in one object.
const (
	maxLevel       = 999 // of rules; before them goes what guards the controller
	maxNetworks    = 25  // in one peer
	clusterEntries = 25  // of a ClusterNetworkPolicy: rules, and peers and ports of each
	adminEntries   = 100
)

// tierSpec is the spec of a ClusterNetworkPolicy, and of an AdminNetworkPolicy, which has no tier.
type tierSpec struct {
	Tier     string      `json:"tier,omitempty"`
	Priority int         `json:"priority"`
	Subject  tierSubject `json:"subject"`
	Ingress  []tierRule  `json:"ingress,omitempty"`
	Egress   []tierRule  `json:"egress,omitempty"`
}

type tierSubject struct {
	Pods *tierPods `json:"pods,omitempty"`
}

type tierPods struct {
	NamespaceSelector metav1.LabelSelector `json:"namespaceSelector"`
	PodSelector       metav1.LabelSelector `json:"podSelector"`
}

// tierRule is an entry of either direction. Protocols are those of a ClusterNetworkPolicy, Ports of the other.
type tierRule struct {
	Action    string         `json:"action"`
	From      []tierPeer     `json:"from,omitempty"`
	To        []tierPeer     `json:"to,omitempty"`
	Protocols []tierProtocol `json:"protocols,omitempty"`
	Ports     []tierPort     `json:"ports,omitempty"`
}

type tierPeer struct {
	Namespaces  *metav1.LabelSelector `json:"namespaces,omitempty"`
	Pods        *tierPods             `json:"pods,omitempty"`
	Networks    []string              `json:"networks,omitempty"`
	DomainNames []string              `json:"domainNames,omitempty"`
}

type tierProtocol struct {
	TCP *tierDestination `json:"tcp,omitempty"`
	UDP *tierDestination `json:"udp,omitempty"`
}

type tierDestination struct {
	DestinationPort tierNumber `json:"destinationPort"`
}

type tierNumber struct {
	Number int32      `json:"number,omitempty"`
	Range  *tierRange `json:"range,omitempty"`
}

type tierRange struct {
	Protocol string `json:"protocol,omitempty"` // of an AdminNetworkPolicy
	Start    int32  `json:"start"`
	End      int32  `json:"end"`
}

type tierPort struct {
	PortNumber *tierPortNumber `json:"portNumber,omitempty"`
	PortRange  *tierRange      `json:"portRange,omitempty"`
}

type tierPortNumber struct {
	Protocol string `json:"protocol"`
	Port     int32  `json:"port"`
}

// tier writes the rules that stand above NetworkPolicies, as one of the two kinds.
type tier struct {
	kind    apply.Kind
	entries int
}

func tierOf(kind apply.Kind) tier {
	if kind == AdminNetworkPolicy {
		return tier{kind: kind, entries: adminEntries}
	}
	return tier{kind: kind, entries: clusterEntries}
}

func (t tier) admin() bool { return t.kind == AdminNetworkPolicy }

func (t tier) action(action string) string {
	switch {
	case action == policy.ActionDeny:
		return "Deny"
	case t.admin():
		return "Allow"
	}
	return "Accept"
}

// objects returns what says a rule at a level: on the pods of its target, or, when that has none, on those of its source.
func (t tier) objects(rule events.NetworkRule, from, to *end, ports []policy.PortRange, level int) []apply.Object {
	spec := tierSpec{Priority: 1 + level}
	if !t.admin() {
		spec.Tier = "Admin"
	}
	subjects, peers := to, t.peers(rule, from)
	if !to.workloads {
		subjects, peers = from, t.peers(rule, to)
	}
	var out []apply.Object
	for _, s := range subjects.selectors {
		spec.Subject.Pods = &tierPods{NamespaceSelector: s.namespaces, PodSelector: s.pods}
		n := 0
		for entries := range slices.Chunk(t.rules(rule, peers, ports, to.workloads), t.entries-1) {
			n++
			suffix := ""
			if n > 1 {
				suffix = fmt.Sprintf("-part-%d", n)
			}
			spec.Ingress, spec.Egress = entries, nil
			if !to.workloads {
				spec.Ingress, spec.Egress = nil, append([]tierRule{passPods}, entries...)
			}
			out = append(out, apply.Object{
				Kind: t.kind, Name: objectName(rule, suffix, s.id), Spec: mustJSON(spec), For: []events.About{rule.About()},
			})
		}
	}
	return out
}

// guard returns what keeps the pods of a namespace connected, whatever the rules say: a controller that a rule cuts off
// from its master would never hear that the rule is withdrawn. It stands for the first of the rules.
func (t tier) guard(first events.NetworkRule, namespace string) []apply.Object {
	all := &metav1.LabelSelector{}
	everywhere := []tierPeer{{Namespaces: all}, {Networks: []string{"0.0.0.0/0", "::/0"}}}
	spec := tierSpec{
		Subject: tierSubject{Pods: &tierPods{NamespaceSelector: metav1.LabelSelector{MatchLabels: map[string]string{namespaceName: namespace}}}},
		Ingress: []tierRule{{Action: t.action(policy.ActionAllow), From: []tierPeer{{Namespaces: all}}}},
		Egress:  []tierRule{{Action: t.action(policy.ActionAllow), To: everywhere}},
	}
	if !t.admin() {
		spec.Tier = "Admin"
	}
	return []apply.Object{{Kind: t.kind, Name: "fedhub-own", Spec: mustJSON(spec), For: []events.About{first.About()}}}
}

// passPods keeps rules about addresses off connections to pods, whatever address these have.
var passPods = tierRule{Action: "Pass", To: []tierPeer{{Namespaces: &metav1.LabelSelector{}}}}

// rules returns the entries for a rule: as many as hold all peers and ports.
func (t tier) rules(rule events.NetworkRule, peers []tierPeer, ports []policy.PortRange, inward bool) []tierRule {
	var out []tierRule
	for some := range slices.Chunk(peers, t.entries) {
		for few := range slices.Chunk(ports, t.entries) {
			one := tierRule{Action: t.action(rule.Action)}
			if inward {
				one.From = some
			} else {
				one.To = some
			}
			if t.admin() {
				one.Ports = adminPorts(few)
			} else {
				one.Protocols = protocols(few)
			}
			out = append(out, one)
		}
	}
	return out
}

func (t tier) peers(rule events.NetworkRule, e *end) []tierPeer {
	var out []tierPeer
	for _, s := range e.selectors {
		out = append(out, tierPeer{Pods: &tierPods{NamespaceSelector: s.namespaces, PodSelector: s.pods}})
	}
	networks := make([]string, 0, len(e.blocks))
	for _, b := range e.blocks {
		networks = append(networks, b.prefix.String()) // the holes are pods, which passPods has taken care of
	}
	for some := range slices.Chunk(networks, maxNetworks) {
		out = append(out, tierPeer{Networks: some})
	}
	if !t.admin() && rule.Action == policy.ActionAllow { // the API takes no names in a Deny
		for some := range slices.Chunk(sayable(e.domains), maxNetworks) {
			out = append(out, tierPeer{DomainNames: some})
		}
	}
	return out
}

// sayable returns those of the domain names that a ClusterNetworkPolicy takes: they have at least two labels.
func sayable(domains []string) []string {
	return slices.DeleteFunc(slices.Clone(domains), func(d string) bool {
		labels := strings.Split(strings.TrimSuffix(strings.TrimPrefix(d, "*."), "."), ".")
		return len(labels) < 2 || slices.ContainsFunc(labels, func(l string) bool {
			return strings.HasPrefix(l, "_") || strings.HasSuffix(l, "_")
		})
	})
}
