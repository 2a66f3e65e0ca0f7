package api_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// shopYAML is a resource as NeuVector exports it, with one thing that is not federated.
const shopYAML = `apiVersion: neuvector.com/v1
kind: NvSecurityRule
metadata: {name: shop, namespace: demo}
spec:
  target:
    policymode: Monitor
    selector: {name: shop, criteria: [{key: service, op: "=", value: shop.demo}]}
  ingress:
  - action: allow
    applications: [HTTP]
    name: shop-ingress-0
    ports: any
    selector: {name: front, criteria: [{key: service, op: "=", value: front.demo}]}
  process:
  - {action: allow, name: nginx, path: /usr/sbin/nginx}
`

func TestImport(t *testing.T) {
	w := open(t, newFake(cluster.RoleMaster))
	dry := w.as(t, "fedAdmin", http.MethodPost, "/v1/fed/policy/import?dry_run=true&file=shop.yaml", shopYAML)
	dry.want(t, 200, 0)
	if policy.Count[events.Group](w.federal) != 0 || dry.Header.Get("X-Fedhub-Revision") != "" {
		t.Error("a dry run wrote something")
	}
	wet := w.as(t, "fedAdmin", http.MethodPost, "/v1/fed/policy/import?file=shop.yaml", shopYAML)
	wet.want(t, 200, 0)
	if rev := wet.Header.Get("X-Fedhub-Revision"); rev != "4" {
		t.Errorf("revision %q, want 4: two groups, a rule and a process profile", rev)
	}
	type object struct{ File, Kind, Name, Outcome, Reason string }
	type report struct {
		DryRun        bool `json:"dry_run"`
		Groups, Rules int
		Objects       []object
	}
	first, second := read[report](t, dry), read[report](t, wet)
	if !first.DryRun || second.DryRun || first.Groups != 2 || first.Rules != 1 {
		t.Errorf("dry run = %+v, then %+v", first, second)
	}
	if diff := cmp.Diff(first.Objects, second.Objects); diff != "" {
		t.Errorf("the dry run said something else than what happened:\n%s", diff)
	}
	outcomes := map[string]int{}
	for _, o := range second.Objects {
		outcomes[o.Outcome]++
		if o.File != "shop.yaml" {
			t.Errorf("object %+v does not name the file", o)
		}
	}
	if diff := cmp.Diff(map[string]int{"created": 4, "skipped": 1}, outcomes); diff != "" {
		t.Errorf("outcomes, -want +got:\n%s\n%s", diff, wet.Body)
	}
	if diff := cmp.Diff([]uint32{100001}, ruleIDs(t, w.as(t, "reader", http.MethodGet, "/v1/policy/rule", ""))); diff != "" {
		t.Errorf("rules, -want +got:\n%s", diff)
	}
}

func TestImport_refusals(t *testing.T) {
	w := open(t, newFake(cluster.RoleMaster))
	w.as(t, "fedAdmin", http.MethodPost, "/v1/fed/policy/import", "a: [").want(t, 400, 18)
	w.as(t, "fedAdmin", http.MethodPost, "/v1/fed/policy/import?scope=x", "").want(t, 400, 6)
	w.as(t, "admin", http.MethodPost, "/v1/fed/policy/import", shopYAML).want(t, 403, 25)
	w.as(t, "admin", http.MethodPost, "/v1/fed/policy/import?scope=local", shopYAML).want(t, 200, 0)
}

func TestImport_deltas(t *testing.T) {
	w := open(t, newMaster())
	load := func(query string) wire.ImportReport {
		return read[wire.ImportReport](t, w.as(t, "fedAdmin", http.MethodPost, "/v1/fed/policy/import"+query, shopYAML))
	}
	dry, wet := load("?dry_run=true"), load("")
	want := []string{"created group fed.shop", "created group fed.front", "created network 100001", "created process fed.shop"}
	if diff := cmp.Diff(want, inShort(wet.Deltas)); diff != "" {
		t.Errorf("deltas, -want +got:\n%s", diff)
	}
	if wet.Groups != 2 || wet.Rules != 1 || wet.Sets != 1 || wet.Revision != 4 {
		t.Errorf("report = %+v, want two groups and a rule in one change set", wet)
	}
	if diff := cmp.Diff([]string{"primary", "berlin", "oslo"}, wet.Clusters); diff != "" {
		t.Errorf("clusters, -want +got:\n%s", diff)
	}
	if !dry.DryRun || dry.Revision != 0 {
		t.Errorf("dry run = %+v", dry)
	}
	dry.DryRun, dry.Revision = false, wet.Revision
	if diff := cmp.Diff(wet, dry); diff != "" {
		t.Errorf("the dry run (+) said something else than what happened (-):\n%s", diff)
	}
	again := load("")
	if len(again.Deltas)+len(again.Clusters)+again.Sets != 0 || again.Revision != wet.Revision {
		t.Errorf("a second import = %+v, want nothing changed", again)
	}
}

func TestImport_ifRevision(t *testing.T) {
	w := open(t, newMaster())
	w.change(t, changeBody(editWeb))
	path := "/v1/fed/policy/import?if_revision="
	w.as(t, "fedAdmin", http.MethodPost, path+"0", shopYAML).want(t, 409, 74)
	w.as(t, "fedAdmin", http.MethodPost, path+"0&dry_run=true", shopYAML).want(t, 409, 74)
	w.as(t, "fedAdmin", http.MethodPost, path+"1", shopYAML).want(t, 200, 0)
}
