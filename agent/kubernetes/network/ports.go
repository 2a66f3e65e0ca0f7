package network

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/fedhub/fedhub/policy"
)

// The ports that Kubernetes knows.
const (
	firstPort = 1
	lastPort  = 65535
)

// portsOf returns the ports of a rule without ICMP, which Kubernetes has no word for, and whether that was among them.
// Ports that cannot be read are none at all; no policy has such.
func portsOf(text string) (ports []policy.PortRange, icmp bool) {
	ports, err := policy.ParsePorts(text)
	if err != nil {
		return nil, false
	}
	of := func(r policy.PortRange) bool { return r.Protocol == policy.ProtocolICMP }
	return slices.DeleteFunc(slices.Clone(ports), of), slices.ContainsFunc(ports, of)
}

// everyPort reports whether the ports are all of every protocol.
func everyPort(ports []policy.PortRange) bool {
	return len(ports) == 1 && ports[0].Protocol == policy.ProtocolAny
}

// meet reports whether a connection can be to ports of both.
func meet(a, b []policy.PortRange) bool {
	for _, p := range a {
		for _, q := range b {
			every := p.Protocol == policy.ProtocolAny || q.Protocol == policy.ProtocolAny
			if every || p.Protocol == q.Protocol && p.Low <= q.High && q.Low <= p.High {
				return true
			}
		}
	}
	return false
}

func low(r policy.PortRange) int32 { return max(int32(r.Low), firstPort) }

// policyPorts returns the ports as a NetworkPolicy lists them; none stands for all.
func policyPorts(ports []policy.PortRange) []networkingv1.NetworkPolicyPort {
	if everyPort(ports) {
		return nil
	}
	out := make([]networkingv1.NetworkPolicyPort, 0, len(ports))
	for _, r := range ports {
		p := networkingv1.NetworkPolicyPort{Protocol: new(corev1.Protocol(strings.ToUpper(r.Protocol)))}
		if low(r) != firstPort || r.High != lastPort {
			p.Port = new(intstr.FromInt32(low(r)))
			if int32(r.High) > low(r) {
				p.EndPort = new(int32(r.High))
			}
		}
		out = append(out, p)
	}
	return out
}
