package network

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/netip"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// objectName returns the name of an object of a rule: what tells it from the rule's others is in suffix and id.
func objectName(rule events.NetworkRule, suffix, id string) string {
	name := fmt.Sprintf("fedhub-rule-%d%s", rule.ID, suffix)
	if id != "" {
		sum := sha256.Sum256([]byte(id))
		name += "-" + hex.EncodeToString(sum[:4])
	}
	return name
}

// ingress returns the policies that let the connections of a rule into the pods of its target, and no others.
func ingress(rule events.NetworkRule, from, to *end, ports []policy.PortRange) []apply.Object {
	spec := networkingv1.NetworkPolicySpec{PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}}
	// A list without peers would let everybody in.
	if peers := peersOf(from); len(peers) > 0 && len(ports) > 0 {
		spec.Ingress = []networkingv1.NetworkPolicyIngressRule{{From: peers, Ports: policyPorts(ports)}}
	}
	return policies(rule, "-in", to, spec)
}

// egress returns the policies that let the connections of a rule out of the pods of its source, and no others.
func egress(rule events.NetworkRule, from, to *end, ports []policy.PortRange) []apply.Object {
	spec := networkingv1.NetworkPolicySpec{PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeEgress}}
	if peers := peersOf(to); len(peers) > 0 && len(ports) > 0 {
		spec.Egress = []networkingv1.NetworkPolicyEgressRule{{To: peers, Ports: policyPorts(ports)}}
	}
	return policies(rule, "-out", from, spec)
}

// policies returns the given policy for all pods of an end.
func policies(rule events.NetworkRule, suffix string, of *end, spec networkingv1.NetworkPolicySpec) []apply.Object {
	var out []apply.Object
	for _, s := range of.selectors {
		spec.PodSelector = s.pods
		text := mustJSON(spec)
		for _, namespace := range s.homes {
			out = append(out, apply.Object{
				Kind: NetworkPolicy, Namespace: namespace, Name: objectName(rule, suffix, s.id), Spec: text,
				For: []events.About{rule.About()},
			})
		}
	}
	return out
}

func peersOf(e *end) []networkingv1.NetworkPolicyPeer {
	var out []networkingv1.NetworkPolicyPeer
	for _, s := range e.selectors {
		// Without a selector of namespaces it would be about the policy's own.
		out = append(out, networkingv1.NetworkPolicyPeer{NamespaceSelector: &s.namespaces, PodSelector: &s.pods})
	}
	for _, b := range e.blocks {
		out = append(out, networkingv1.NetworkPolicyPeer{
			IPBlock: &networkingv1.IPBlock{CIDR: b.prefix.String(), Except: textsOf(b.except)},
		})
	}
	return out
}

func textsOf(prefixes []netip.Prefix) []string {
	var out []string
	for _, p := range prefixes {
		out = append(out, p.String())
	}
	return out
}

func mustJSON(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // plain values always marshal
	}
	return text
}
