package policy

import (
	"slices"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/events"
)

func TestCheckCriteria(t *testing.T) {
	one := func(key, op, value string) []events.Criterion {
		return []events.Criterion{{Key: key, Op: op, Value: value}}
	}
	for name, tt := range map[string]struct {
		when []events.Criterion
		want error
	}{
		"equal":                        {when: one("image", "=", "nginx")},
		"not equal":                    {when: one("namespace", "!=", "prod")},
		"contains":                     {when: one("node", "contains", "gpu")},
		"prefix":                       {when: one("container", "prefix", "k8s_")},
		"regex":                        {when: one("service", "regex", "^web-[0-9]+$")},
		"not regex":                    {when: one("service", "!regex", "canary$")},
		"domain":                       {when: one("domain", "=", "demo")},
		"label key with a slash":       {when: one("app.kubernetes.io/name", "=", "web")},
		"nothing equals nothing":       {when: one("label", "=", "")},
		"wildcards":                    {when: one("image", "=", "ng?nx*")},
		"two of one key":               {when: append(one("image", "=", "a"), one("image", "=", "b")...)},
		"none":                         {want: ErrInvalid},
		"no key":                       {when: one("", "=", "a"), want: ErrInvalid},
		"blank in the key":             {when: one("a b", "=", "a"), want: ErrInvalid},
		"key begins with a dash":       {when: one("-a", "=", "a"), want: ErrInvalid},
		"unknown operator":             {when: one("image", "~", "a"), want: ErrInvalid},
		"no operator":                  {when: one("image", "", "a"), want: ErrInvalid},
		"contains nothing":             {when: one("image", "contains", ""), want: ErrInvalid},
		"prefix of nothing":            {when: one("image", "prefix", ""), want: ErrInvalid},
		"regex that does not compile":  {when: one("image", "regex", "(["), want: ErrInvalid},
		"!regex that does not compile": {when: one("image", "!regex", "*"), want: ErrInvalid},
		"wildcard and anchor":          {when: one("image", "=", "^nginx*"), want: ErrInvalid},
		"anchor alone":                 {when: one("image", "=", "price$")},
		"not UTF-8":                    {when: one("image", "=", "\xff"), want: ErrInvalid},
		"value too long":               {when: one("image", "=", strings.Repeat("a", MaxCriterionLen+1)), want: ErrTooLarge},
		"too many":                     {when: slices.Repeat(one("image", "=", "a"), MaxCriteria+1), want: ErrTooLarge},
		"address":                      {when: one("address", "=", "10.0.0.1")},
		"address beside a label":       {when: append(one("address", "=", "10.0.0.1"), one("label", "=", "a")...), want: ErrInvalid},
		"address contains":             {when: one("address", "contains", "10."), want: ErrInvalid},
		"address not equal":            {when: one("address", "!=", "10.0.0.1"), want: ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) { verdict(t, nil, checkCriteria(tt.when), tt.want) })
	}
}

func TestCheckAddress(t *testing.T) {
	for value, good := range map[string]bool{
		"10.0.0.1": true, "fd00::1": true, "10.0.0.0/8": true, "fd00::/8": true, "10.0.0.1-10.0.0.9": true,
		"fd00::1-fd00::9": true, "google.com": true, "*.google.com": true, "localhost": true, "_sip._tcp.example.org": true,
		"": false, "10.0.0.256": false, "10.0.0.0/33": false, "10.0.0.9-10.0.0.1": false, "10.0.0.1-fd00::1": false,
		"10.0.0.1-": false, "1.2.3": false, "a..b": false, "-a.com": false, "*": false, "*.*.com": false, "fe80::1%eth0": false,
		"http://a.com": false, "a_b c": false,
	} {
		t.Run(value, func(t *testing.T) {
			err := checkCriterion(events.Criterion{Key: "address", Op: "=", Value: value})
			same(t, err == nil, good)
		})
	}
}
