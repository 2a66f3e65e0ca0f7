package policy

import "testing"

func TestImport_refusesObjectsAndTakesTheRest(t *testing.T) {
	s := master(t)
	in := importFile(t, ScopeFederal, "testdata/import/refused.yaml")
	same(t, lines(in.Report(s)), []string{
		"6 group fed.a: refused: its criteria in line 16 are not those in line 6",
		`8 network uses-a: refused: its group "fed.a" is refused`,
		"10 group fed.b: created",
		"22 Pod web: refused: it is not a resource of NeuVector's",
		"25 NvSecurityRule no-spec: refused: it has no spec",
		"28 document : refused: it is not a resource, which has a kind, and nothing that the REST interface answers or takes",
		"33 policymode Monitor: skipped: the protection mode is not federated: workloads keep the mode of their own cluster",
		"33 group fed.good: created",
		"35 color : skipped: this version does not know the field",
		`37 network ports: refused: invalid policy: ports "http": cannot read "http"; write any, icmp, tcp/80, udp/1-100 or tcp/any`,
		`38 network action: refused: invalid policy: action "maybe"; use allow or deny`,
		"39 network no-selector: refused: it has no selector",
		"40 group : refused: it has no name",
		"40 network no-name: refused: one of its groups has no name",
		`41 group fed.b d: refused: invalid name: "fed.b d"; begin with a letter or a digit and use only letters, digits and . : _ -`,
		`41 network bad-name: refused: its group "fed.b d" is refused`,
		`42 group fed.c: refused: invalid policy: operator "~" of criterion "label"; use one of =, !=, contains, prefix, regex, !regex`,
		`42 network bad-op: refused: its group "fed.c" is refused`,
		`43 group fed.d: refused: "criteria" in line 43 is not a list`,
		`43 network bad-shape: refused: its group "fed.d" is refused`,
		"44 group fed.e: refused: invalid policy: a group must have at least one criterion",
		`44 network no-criteria: refused: its group "fed.e" is refused`,
		`45 network apps: refused: "applications" in line 45 is not a list`,
		"46 group external: skipped: its criteria are not taken: the members of this group are fixed",
		"46 network special: created",
		"47 network twin: skipped: line 46 has the same rule",
	})
	same(t, len(must(t, s, in.Decision())), 3)
}
