package network

import (
	"strings"

	"github.com/fedhub/fedhub/policy"
)

// protocols returns ports as a ClusterNetworkPolicy lists them; none stands for all.
func protocols(ports []policy.PortRange) []tierProtocol {
	if everyPort(ports) {
		return nil
	}
	out := make([]tierProtocol, 0, len(ports))
	for _, r := range ports {
		to := &tierDestination{DestinationPort: tierNumber{Number: low(r)}}
		if int32(r.High) > low(r) {
			to.DestinationPort = tierNumber{Range: &tierRange{Start: low(r), End: int32(r.High)}}
		}
		if r.Protocol == policy.ProtocolUDP {
			out = append(out, tierProtocol{UDP: to})
		} else {
			out = append(out, tierProtocol{TCP: to})
		}
	}
	return out
}

// adminPorts returns ports as an AdminNetworkPolicy lists them; none stands for all.
func adminPorts(ports []policy.PortRange) []tierPort {
	if everyPort(ports) {
		return nil
	}
	out := make([]tierPort, 0, len(ports))
	for _, r := range ports {
		protocol := strings.ToUpper(r.Protocol)
		if int32(r.High) > low(r) {
			out = append(out, tierPort{PortRange: &tierRange{Protocol: protocol, Start: low(r), End: int32(r.High)}})
		} else {
			out = append(out, tierPort{PortNumber: &tierPortNumber{Protocol: protocol, Port: low(r)}})
		}
	}
	return out
}
