package network

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/fedhub/fedhub/events"
)

// addressEnd returns the end that a group of addresses is.
func (c *census) addressEnd(criteria []events.Criterion) *end {
	out := &end{}
	var prefixes []netip.Prefix
	for _, criterion := range criteria {
		if found, ok := prefixesOf(criterion.Value); ok {
			prefixes = append(prefixes, found...)
		} else {
			out.domains = append(out.domains, strings.ToLower(criterion.Value))
		}
	}
	slices.Sort(out.domains)
	out.domains = slices.Compact(out.domains)
	out.blocks = blocksOf(prefixes)
	if pods := c.podsWithin(prefixes); len(pods) > 0 {
		out.podsToo = true
		out.gaps = append(out.gaps, fmt.Sprintf("its addresses are also those of pods: %s; Kubernetes tells pods by labels alone, "+
			"so name pods in a group of workloads", some(pods)))
	}
	return out
}

// prefixesOf returns the CIDR blocks that an address, a block or a range is; false: it is none of these.
func prefixesOf(text string) ([]netip.Prefix, bool) {
	if a, err := netip.ParseAddr(text); err == nil {
		return []netip.Prefix{alone(a)}, true
	}
	if p, err := netip.ParsePrefix(text); err == nil {
		if p.Addr().Is4In6() && p.Bits() >= 96 {
			p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
		}
		return []netip.Prefix{p.Masked()}, true
	}
	low, high, split := strings.Cut(text, "-")
	a, err1 := netip.ParseAddr(low)
	b, err2 := netip.ParseAddr(high)
	if !split || err1 != nil || err2 != nil {
		return nil, false
	}
	return prefixesBetween(a.Unmap(), b.Unmap()), true
}

func alone(a netip.Addr) netip.Prefix { return netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()) }

// prefixesBetween returns the fewest blocks that are together the addresses from a to b.
func prefixesBetween(a, b netip.Addr) []netip.Prefix {
	var out []netip.Prefix
	for a.IsValid() && a.BitLen() == b.BitLen() && a.Compare(b) <= 0 {
		bits := a.BitLen()
		for bits > 0 {
			wider := netip.PrefixFrom(a, bits-1)
			if wider.Masked().Addr() != a || lastOf(wider).Compare(b) > 0 {
				break
			}
			bits--
		}
		p := netip.PrefixFrom(a, bits)
		out = append(out, p)
		a = lastOf(p).Next()
	}
	return out
}

// lastOf returns the highest address of a block.
func lastOf(p netip.Prefix) netip.Addr {
	bytes := p.Masked().Addr().AsSlice()
	for bit := p.Bits(); bit < len(bytes)*8; bit++ {
		bytes[bit/8] |= 0x80 >> (bit % 8)
	}
	a, _ := netip.AddrFromSlice(bytes)
	return a
}

// blocksOf returns the prefixes sorted, without those that others cover.
func blocksOf(prefixes []netip.Prefix) []block {
	prefixes = slices.Clone(prefixes)
	slices.SortFunc(prefixes, netip.Prefix.Compare)
	var out []block
	for _, p := range prefixes {
		if len(out) == 0 || !out[len(out)-1].prefix.Overlaps(p) {
			out = append(out, block{prefix: p})
		}
	}
	return out
}

// podsWithin returns the names of pods that have one of the addresses, or the nodes whose pods will.
func (c *census) podsWithin(prefixes []netip.Prefix) []string {
	var out []string
	for _, p := range prefixes {
		from, _ := slices.BinarySearchFunc(c.sorted, p.Addr(), netip.Addr.Compare)
		for _, a := range c.sorted[from:] {
			if !p.Contains(a) || len(out) > most {
				break
			}
			pod := c.addresses[a]
			out = append(out, pod.Namespace+"/"+pod.Name)
		}
		for i := range c.nodes {
			if len(out) <= most && slices.ContainsFunc(c.nodes[i].pods, p.Overlaps) {
				out = append(out, "those of node "+c.nodes[i].name)
			}
		}
	}
	return out
}
