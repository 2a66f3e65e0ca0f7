package policy

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/events"
)

// importFile reads a file that can be read.
func importFile(t *testing.T, scope Scope, path string) *Imported {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	in, err := Import(filepath.Base(path), data, scope)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// lines returns a report as text.
func lines(items []ReportItem) []string {
	var out []string
	for _, i := range items {
		text := fmt.Sprintf("%d %s %s: %s", i.Line, i.Kind, i.Name, i.Outcome)
		if i.Reason != "" {
			text += ": " + i.Reason
		}
		out = append(out, text)
	}
	return out
}

// master returns the federal state after promote.
func master(t *testing.T) *State {
	t.Helper()
	s := NewState(ScopeFederal)
	must(t, s, FederationGroups())
	return s
}

func TestImport_makesGroupsAndRules(t *testing.T) {
	s := master(t)
	must(t, s, importFile(t, ScopeFederal, "testdata/import/shop.yaml").Decision())

	cart, _ := s.Group("fed.nv.cart.shop")
	same(t, cart.Criteria, []events.Criterion{{Key: "domain", Value: "shop", Op: "="}, {Key: "service", Value: "cart.shop", Op: "="}})
	var got []string
	for r := range All[events.NetworkRule](s) {
		got = append(got, strings.Join(append([]string{r.From, r.To, r.Action, r.Ports, r.Comment}, r.Applications...), " "))
	}
	same(t, got, []string{
		"Workload:ingress fed.nv.cart.shop allow tcp/80,tcp/443 nv.cart.shop-ingress-0 HTTP SSL",
		"fed.nv.cart.shop fed.nv.stock.shop allow tcp/6379 nv.stock.shop-egress-0 Redis",
		"fed.nv.cart.shop external deny any external-egress-1 any",
		"external fed.containers deny tcp/22 containers-ingress-0 SSH",
	})
	same(t, Count[events.Group](s), 4)
}

func TestImport_reportsEveryPart(t *testing.T) {
	got := lines(importFile(t, ScopeFederal, "testdata/import/shop.yaml").Report(master(t)))
	same(t, got, []string{
		"12 network nv.stock.shop-egress-0: created",
		"20 group fed.nv.stock.shop: created",
		"26 network external-egress-1: created",
		"34 file fed.nv.cart.shop: created",
		"39 network nv.cart.shop-ingress-0: created",
		"48 process fed.nv.cart.shop: created",
		"64 group fed.nv.cart.shop: created",
		"65 policymode Protect: skipped: the protection mode is not federated: workloads keep the mode of their own cluster",
		"74 network containers-ingress-0: created",
	})
}

func TestImport_twiceChangesNothing(t *testing.T) {
	s := master(t)
	in := importFile(t, ScopeFederal, "testdata/import/shop.yaml")
	must(t, s, in.Decision())
	same(t, len(must(t, s, in.Decision())), 0)
	for _, item := range in.Report(s) {
		if item.Outcome != OutcomeUnchanged && item.Outcome != OutcomeSkipped {
			t.Errorf("%+v", item)
		}
	}
	same(t, len(must(t, s, importFile(t, ScopeFederal, "testdata/import/shop.yaml").Decision())), 0)
}

func TestImport_changesOnlyWhatDiffers(t *testing.T) {
	s := master(t)
	in := importFile(t, ScopeFederal, "testdata/import/shop.yaml")
	must(t, s, in.Decision())
	must(t, s, Update("fed.nv.stock.shop", GroupConfig{Criteria: &webLabel, Comment: new("kept")}))
	must(t, s, Remove(events.ObjectNetworkRule, number(100002)))
	same(t, kinds(must(t, s, in.Decision())), []events.Kind{events.KindGroupDefined, events.KindNetworkRuleDefined})
	stock, _ := s.Group("fed.nv.stock.shop")
	same(t, stock.Comment, "kept")
	same(t, stock.Criteria[0].Value, "stock.shop")
	same(t, ids(s), []uint32{100001, 100003, 100004, 100005})
}

func TestImport_keepsTheNamesOfACluster(t *testing.T) {
	s := NewState(ScopeLocal)
	must(t, s, importFile(t, ScopeLocal, "testdata/import/shop.yaml").Decision())
	same(t, ids(s), []uint32{1, 2, 3, 4})
	same(t, s.hasGroup("nv.cart.shop"), true)
	r, _ := s.Rule(4)
	same(t, r.To, "containers")
}

func TestImport_federatedNamesAreNotLocal(t *testing.T) {
	in, err := Import("f", []byte("kind: NvSecurityRule\nspec: {target: {selector: {name: fed.containers, criteria: []}}}\n"), ScopeLocal)
	verdict(t, nil, err, nil)
	same(t, lines(in.Report(NewState(ScopeLocal))), []string{
		`2 group fed.containers: refused: invalid name: "fed.containers"; names that begin with "fed." belong to the federation`,
	})
}

func TestImport_forAnotherScope(t *testing.T) {
	fs, err := importFile(t, ScopeFederal, "testdata/import/shop.yaml").Decision()(NewState(ScopeLocal), noon)
	verdict(t, fs, err, ErrNotAllowed)
}

func TestImport_takesManyObjectsAtOnce(t *testing.T) {
	const rules = 2000
	var b strings.Builder
	b.WriteString("kind: NvSecurityRule\nspec:\n  target: {selector: {name: a, criteria: [{key: label, op: =, value: a}]}}\n  egress:\n")
	for port := range rules {
		fmt.Fprintf(&b, "  - {action: allow, ports: %d, selector: {name: external}}\n", port+1)
	}
	in, err := Import("f", []byte(b.String()), ScopeFederal)
	verdict(t, nil, err, nil)
	same(t, len(must(t, master(t), in.Decision())), rules+1)
}

func TestImport_reservedGroupIsMadeByPromoteOnly(t *testing.T) {
	got := lines(importFile(t, ScopeFederal, "testdata/import/shop.yaml").Report(NewState(ScopeFederal)))
	same(t, got[len(got)-1], `74 network containers-ingress-0: refused: the group "fed.containers" is not there; promote makes it`)
}

func TestImport_outOfIDs(t *testing.T) {
	s := NewState(ScopeLocal)
	for id := uint32(1); id <= 9999; id++ {
		fold(t, s, events.NetworkRuleDefined{Rule: events.NetworkRule{ID: id, Rank: "a0"}})
	}
	in := importFile(t, ScopeLocal, "testdata/import/shop.yaml")
	fs, err := in.Decision()(s, noon)
	verdict(t, fs, err, ErrOutOfIDs)
	if !slices.ContainsFunc(in.Report(s), func(i ReportItem) bool { return i.Outcome == OutcomeRefused }) {
		t.Error("the report does not say so")
	}
}
