package neuvector

import (
	"encoding/base32"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation"
	"pgregory.net/rapid"
)

func TestGroupName(t *testing.T) {
	for name, want := range map[string]string{
		"fed.web":          "fedhub.web",
		"fed.A_b:c":        "fedhub.A_b:c",
		"fed.external":     "fedhub.external",
		"web":              "fedhub-local.web",
		"fedhub.web":       "fedhub-local.fedhub.web",
		"nv.web.shop":      "fedhub-local.nv.web.shop", // by its own name it would have a protection mode
		"fed.nodes":        "nodes",
		"nodes":            "nodes",
		"fed.containers":   "containers",
		"containers":       "containers",
		"external":         "external",
		"Workload:ingress": "Workload:ingress",
	} {
		if got := groupName(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestResourceName(t *testing.T) {
	for name, want := range map[string]string{
		"fed.web":                         "fedhub.web",
		"fed.sensor.ssn":                  "fedhub.sensor.ssn",
		"fed.Web":                         "fedhub-x.atim4",
		"fed.a_b":                         "fedhub-x.c5fm4",
		"fed.a..b":                        "fedhub-x.c4n2sog",
		"fed.a-":                          "fedhub-x.c4mg",
		"web":                             "fedhub-local.web",
		"Web":                             "fedhub-local-x.atim4",
		"fed." + strings.Repeat("a", 246): "fedhub." + strings.Repeat("a", 246),
		"fed." + strings.Repeat("a", 247): "fedhub-h.d1c97f05a04d45d67be0d82b39f93d8e06e52db3",
	} {
		if got := resourceName(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

// named returns what a resource is called after, as far as its name alone says it.
func named(resource string) (string, bool) {
	for _, own := range []struct{ prefix, name string }{{ownFederal, prefixFederal}, {ownLocal, ""}} {
		if rest, is := strings.CutPrefix(resource, own.prefix+"."); is {
			return own.name + rest, true
		}
		if rest, is := strings.CutPrefix(resource, own.prefix+"-x."); is {
			name, err := base32.HexEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(rest))
			return own.name + string(name), err == nil
		}
	}
	return "", false
}

// TestResourceName_legal: every name that a policy can have becomes one that Kubernetes takes, and it can be told back.
func TestResourceName_legal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`(fed\.)?[a-zA-Z0-9]+[.:a-zA-Z0-9_-]{0,300}`).Draw(t, "name")
		got := resourceName(name)
		if wrong := validation.IsDNS1123Subdomain(got); len(wrong) > 0 {
			t.Fatalf("%s: %v", got, wrong)
		}
		back, is := named(got)
		if hashed := strings.Contains(got, "-h."); is && back != name || !is && !hashed {
			t.Fatalf("%s became %s, and that %s", name, got, back)
		}
	})
}
