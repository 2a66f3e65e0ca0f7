package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The protocols of a [PortRange].
const (
	ProtocolAny  = "any" // every protocol and every port
	ProtocolTCP  = "tcp"
	ProtocolUDP  = "udp"
	ProtocolICMP = "icmp" // has no ports
)

const maxPort = 65535

// PortRange is a row of ports of one protocol, both ends included. Every port is 0 to 65535.
type PortRange struct {
	Protocol string
	Low      uint16
	High     uint16
}

// ParsePorts reads the ports of a rule: "any", or a list, separated by commas or blanks, of "tcp/80",
// "udp/1-100", "tcp/any", "icmp" and bare numbers, which are TCP. The answer is sorted and has no entry that
// "any" of its protocol covers, nor one twice; nothing, or "any" in the list, is one range of [ProtocolAny].
// An error wraps [ErrInvalid] or [ErrTooLarge].
func ParsePorts(text string) ([]PortRange, error) {
	if len(text) > MaxPortsLen {
		return nil, fmt.Errorf("%w: a list of ports of %d bytes; at most %d are kept", ErrTooLarge, len(text), MaxPortsLen)
	}
	every := []PortRange{{Protocol: ProtocolAny, High: maxPort}}
	var out []PortRange
	for word := range strings.FieldsFuncSeq(text, func(c rune) bool { return c == ',' || c == ' ' }) {
		r, ok := parsePortRange(strings.ToLower(word))
		if !ok {
			return nil, fmt.Errorf("%w: ports %q: cannot read %q; write any, icmp, tcp/80, udp/1-100 or tcp/any",
				ErrInvalid, text, word)
		}
		out = append(out, r)
	}
	if len(out) == 0 || slices.Contains(out, every[0]) {
		return every, nil
	}
	all := slices.Clone(out)
	out = slices.DeleteFunc(out, func(r PortRange) bool {
		whole := PortRange{Protocol: r.Protocol, High: maxPort}
		return r != whole && slices.Contains(all, whole)
	})
	slices.SortFunc(out, PortRange.compare)
	return slices.Compact(out), nil
}

// String returns the normal form of r, such as "tcp/80", "udp/1-100", "tcp/any", "icmp" or "any".
func (r PortRange) String() string {
	switch {
	case r.Protocol == ProtocolAny || r.Protocol == ProtocolICMP:
		return r.Protocol
	case r.Low == 0 && r.High == maxPort:
		return r.Protocol + "/" + anyWord
	case r.Low == r.High:
		return r.Protocol + "/" + strconv.Itoa(int(r.Low))
	}
	return r.Protocol + "/" + strconv.Itoa(int(r.Low)) + "-" + strconv.Itoa(int(r.High))
}

// normalPorts returns the one text that stands for the given ports.
func normalPorts(text string) (string, error) {
	ranges, err := ParsePorts(text)
	if err != nil {
		return "", err
	}
	words := make([]string, len(ranges))
	for i, r := range ranges {
		words[i] = r.String()
	}
	return strings.Join(words, ","), nil
}

func (r PortRange) compare(o PortRange) int {
	return cmp.Or(cmp.Compare(r.Protocol, o.Protocol), cmp.Compare(r.Low, o.Low), cmp.Compare(r.High, o.High))
}

func parsePortRange(word string) (PortRange, bool) {
	protocol, ports, split := strings.Cut(word, "/")
	if !split && word != "" && word[0] >= '0' && word[0] <= '9' {
		protocol, ports = ProtocolTCP, word
	}
	whole := PortRange{Protocol: protocol, High: maxPort}
	switch protocol {
	case ProtocolAny, ProtocolICMP:
		return whole, !split || ports == anyWord
	case ProtocolTCP, ProtocolUDP:
	default:
		return PortRange{}, false
	}
	if ports == anyWord || !split && ports == "" {
		return whole, true
	}
	low, high, isRange := strings.Cut(ports, "-")
	if !isRange {
		high = low
	}
	first, ok1 := parsePort(low)
	last, ok2 := parsePort(high)
	if !ok1 || !ok2 || first > last || last == 0 {
		return PortRange{}, false
	}
	if first <= 1 && last == maxPort {
		return whole, true
	}
	return PortRange{Protocol: protocol, Low: first, High: last}, true
}

// parsePort takes digits only: no sign, no blank.
func parsePort(text string) (uint16, bool) {
	n, err := strconv.ParseUint(text, 10, 16)
	return uint16(n), err == nil
}
