package policy

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"

	"github.com/fedhub/fedhub/events"
)

// domainShape is a DNS name, with "*" allowed as its first label. Its last label is not a number, so that
// a mistyped address is not taken for a name.
var domainShape = regexp.MustCompile(`^(\*\.)?([a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?\.)*[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.?$`)

// maxDomainLen is the longest name that DNS carries.
const maxDomainLen = 253

// checkAddress judges a criterion of key "address".
func checkAddress(c events.Criterion) error {
	if c.Op != opEqual {
		return fmt.Errorf("%w: operator %q of criterion %q; only %s is possible", ErrInvalid, c.Op, c.Key, opEqual)
	}
	if isAddress(c.Value) || isCIDR(c.Value) || isAddressRange(c.Value) || isDomain(c.Value) {
		return nil
	}
	return fmt.Errorf("%w: address %q; give an IP address, a CIDR block, a range such as 10.0.0.1-10.0.0.9 or a domain name",
		ErrInvalid, c.Value)
}

func isAddress(text string) bool {
	a, err := netip.ParseAddr(text)
	return err == nil && a.Zone() == ""
}

func isCIDR(text string) bool {
	_, err := netip.ParsePrefix(text)
	return err == nil
}

func isAddressRange(text string) bool {
	low, high, found := strings.Cut(text, "-")
	if !found || !isAddress(low) || !isAddress(high) {
		return false
	}
	a, b := netip.MustParseAddr(low), netip.MustParseAddr(high)
	return a.Is4() == b.Is4() && a.Compare(b) <= 0
}

func isDomain(text string) bool { return len(text) <= maxDomainLen && domainShape.MatchString(text) }
