package policy

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestImport_refusesObjectsAndTakesTheRest(t *testing.T) {
	s := master(t)
	in := importFile(t, ScopeFederal, "testdata/refused.yaml")
	same(t, lines(in.Report(s)), []string{
		"6 group fed.a: refused: its criteria in line 16 are not those in line 6",
		`8 rule uses-a: refused: its group "fed.a" is refused`,
		"10 group fed.b: created",
		"18 NvAdmissionControlSecurityRule local: skipped: resources of this kind are not federated by this version",
		"22 Pod web: refused: it is not a resource of NeuVector's",
		"25 NvSecurityRule no-spec: refused: it has no spec",
		"28 document : refused: it is not a resource: it has no kind",
		"33 policymode Monitor: skipped: the protection mode is not federated: workloads keep the mode of their own cluster",
		"33 group fed.good: created",
		"34 waf : skipped: WAF sensors are not federated by this version",
		"35 color : skipped: this version does not know the field",
		`37 rule ports: refused: invalid policy: ports "http": cannot read "http"; write any, icmp, tcp/80, udp/1-100 or tcp/any`,
		`38 rule action: refused: invalid policy: action "maybe"; use allow or deny`,
		"39 rule no-selector: refused: it has no selector",
		"40 group : refused: it has no name",
		"40 rule no-name: refused: one of its groups has no name",
		`41 group fed.b d: refused: invalid name: "fed.b d"; begin with a letter or a digit and use only letters, digits and . : _ -`,
		`41 rule bad-name: refused: its group "fed.b d" is refused`,
		`42 group fed.c: refused: invalid policy: operator "~" of criterion "label"; use one of =, !=, contains, prefix, regex, !regex`,
		`42 rule bad-op: refused: its group "fed.c" is refused`,
		"43 group fed.d: refused: its criteria are not a list",
		`43 rule bad-shape: refused: its group "fed.d" is refused`,
		"44 group fed.e: refused: invalid policy: a group must have at least one criterion",
		`44 rule no-criteria: refused: its group "fed.e" is refused`,
		"45 rule apps: refused: its applications are not a list",
		"46 group external: skipped: its criteria are not taken: the members of this group are fixed",
		"46 rule special: created",
		"47 rule twin: skipped: line 46 has the same rule",
	})
	same(t, len(must(t, s, in.Decision())), 3)
}

// TestImport_publicResources reads resources that nobody of this project wrote, where they are at hand.
func TestImport_publicResources(t *testing.T) {
	dir := "../../shared/data/neuvector-resources"
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return
	}
	for name, want := range map[string][2]int{
		"security-rules.yaml": {6, 5}, "demo-policy.yaml": {1, 2}, "admission-rules.yaml": {0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := master(t)
			in := importFile(t, ScopeFederal, filepath.Join(dir, name))
			must(t, s, in.Decision())
			same(t, [2]int{s.GroupCount() - 2, s.RuleCount()}, want)
			same(t, len(must(t, s, in.Decision())), 0)
		})
	}
	data, err := os.ReadFile(filepath.Join(dir, "cluster-rules.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Import("cluster-rules.yaml", data, ScopeFederal)
	verdict(t, nil, err, ErrImport)
	if !strings.Contains(err.Error(), "cluster-rules.yaml:32: ") {
		t.Error(err)
	}
}
