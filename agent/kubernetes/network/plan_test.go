package network

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
)

var update = flag.Bool("update", false, "write the golden plans")

// example is a policy and a cluster whose plan stands in testdata.
type example struct {
	policy  []events.Object
	cluster func() Cluster
}

func with(kinds ...apply.Kind) func() Cluster { return func() Cluster { return shopCluster(kinds...) } }

func but(change func(*Cluster)) func() Cluster {
	return func() Cluster {
		c := shopCluster()
		change(&c)
		return c
	}
}

func cases() map[string]example {
	web, db := group("fed.web", "app", "=", "web"), group("fed.db", "app", "=", "db", "namespace", "=", "shop")
	partner := group("fed.partner", "address", "=", "203.0.113.0/24", "address", "=", "198.51.100.1-198.51.100.6")
	site := group("fed.site", "address", "=", "example.org", "address", "=", "*.example.com")
	http := allow(100_001, "fed.web", "fed.db", "tcp/80")
	http.Applications = []string{"HTTP"}
	off := deny(100_001, "fed.web", "fed.db", "any")
	off.Disabled = true
	turns := []events.Object{web, db}
	for i := range 6 {
		r := allow(uint32(100_001+i), "fed.web", "fed.db", fmt.Sprint("tcp/", i+1))
		if i%3 == 2 {
			r.Action = "deny"
		}
		turns = append(turns, r)
	}
	return map[string]example{
		"allow between labels":             {policy: []events.Object{web, db, allow(100_001, "fed.web", "fed.db", "tcp/5432,udp/53,tcp/8000-8080,tcp/any")}, cluster: with()},
		"allow from everything":            {policy: []events.Object{db, allow(100_001, "fed.containers", "fed.db", "any")}, cluster: with()},
		"allow out":                        {policy: []events.Object{web, db, partner, allow(100_001, "fed.web", "fed.partner", "tcp/443"), allow(100_002, "fed.web", "fed.db", "tcp/5432"), allow(100_003, "fed.db", "fed.web", "any")}, cluster: with()},
		"allow external":                   {policy: []events.Object{db, allow(100_001, "fed.db", "external", "any"), allow(100_002, "external", "fed.db", "tcp/80")}, cluster: with()},
		"allow nodes":                      {policy: []events.Object{db, allow(100_001, "nodes", "fed.db", "any"), allow(100_002, "fed.db", "Host:n2", "any"), allow(100_003, "fed.db", "Host:n3", "any"), allow(100_004, "Workload:ingress", "fed.db", "any")}, cluster: with()},
		"allow one workload":               {policy: []events.Object{db, allow(100_001, "Workload:10.1.0.3", "fed.db", "any"), allow(100_002, "Workload:10.1.0.1", "fed.db", "any"), allow(100_003, "Workload:10.9.9.9", "fed.db", "any")}, cluster: with()},
		"allow by image":                   {policy: []events.Object{db, group("fed.nginx", "image", "prefix", "nginx"), allow(100_001, "fed.nginx", "fed.db", "tcp/5432")}, cluster: with()},
		"allow by service":                 {policy: []events.Object{db, group("fed.front", "service", "=", "front.shop"), allow(100_001, "fed.front", "fed.db", "tcp/5432"), allow(100_002, "fed.db", "fed.front", "tcp/80")}, cluster: with()},
		"allow an application":             {policy: []events.Object{web, db, http}, cluster: with()},
		"allow a domain name":              {policy: []events.Object{web, site, allow(100_001, "fed.web", "fed.site", "tcp/443")}, cluster: with()},
		"allow a domain name, ordered":     {policy: []events.Object{web, site, allow(100_001, "fed.web", "fed.site", "tcp/443")}, cluster: with(ClusterNetworkPolicy)},
		"allow ICMP":                       {policy: []events.Object{web, db, allow(100_001, "fed.web", "fed.db", "icmp"), allow(100_002, "fed.web", "fed.db", "icmp,tcp/80")}, cluster: with()},
		"allow to a group without members": {policy: []events.Object{web, group("fed.none", "app", "=", "none"), allow(100_001, "fed.web", "fed.none", "any"), allow(100_002, "fed.none", "fed.web", "any")}, cluster: with()},
		"allow from no image":              {policy: []events.Object{db, group("fed.none", "image", "=", "none"), allow(100_001, "fed.none", "fed.db", "any")}, cluster: with()},
		"deny":                             {policy: []events.Object{web, db, deny(100_001, "fed.web", "fed.db", "any"), allow(100_002, "fed.web", "fed.db", "any"), allow(100_003, "fed.db", "fed.web", "any")}, cluster: with()},
		"deny, ordered":                    {policy: []events.Object{web, db, partner, deny(100_001, "fed.web", "fed.db", "tcp/22,tcp/100-200"), allow(100_002, "fed.web", "fed.db", "any"), deny(100_003, "fed.web", "fed.partner", "any"), deny(100_004, "fed.partner", "fed.web", "any")}, cluster: with(ClusterNetworkPolicy, AdminNetworkPolicy)},
		"deny, by the older kind":          {policy: []events.Object{web, db, partner, deny(100_001, "fed.web", "fed.db", "tcp/22,tcp/100-200"), allow(100_002, "fed.web", "fed.db", "any"), deny(100_003, "fed.web", "fed.partner", "any")}, cluster: with(AdminNetworkPolicy)},
		"deny in turns":                    {policy: turns, cluster: with(ClusterNetworkPolicy)},
		"deny behind an application":       {policy: []events.Object{web, db, http, deny(100_002, "fed.web", "fed.db", "any")}, cluster: with(ClusterNetworkPolicy)},
		"disabled":                         {policy: []events.Object{web, db, off, allow(100_002, "fed.web", "fed.db", "any")}, cluster: with()},
		"no plugin":                        {policy: []events.Object{web, db, allow(100_001, "fed.web", "fed.db", "any"), deny(100_002, "fed.web", "fed.db", "any")}, cluster: but(func(c *Cluster) { c.Plugin = "" })},
		"no addresses of pods":             {policy: []events.Object{db, allow(100_001, "fed.db", "external", "any")}, cluster: but(func(c *Cluster) { c.Nodes = nil })},
		"a pod with an address of its own": {policy: []events.Object{db, allow(100_001, "external", "fed.db", "any")}, cluster: but(func(c *Cluster) { c.Pods[1].Status.PodIP = "172.16.0.9" })},
		"a key that no label has":          {policy: []events.Object{db, group("fed.odd", "-/:", "=", "x"), allow(100_001, "fed.odd", "fed.db", "any")}, cluster: with()},
		"addresses of pods":                {policy: []events.Object{db, group("fed.lan", "address", "=", "10.0.0.0/8"), allow(100_001, "fed.lan", "fed.db", "any")}, cluster: with()},
		"pods of the host": {policy: []events.Object{web, db, allow(100_001, "fed.web", "fed.db", "any")}, cluster: but(func(c *Cluster) {
			c.Pods = append(c.Pods, onHost(pod("shop", "proxy", map[string]string{"app": "web"})))
		})},
		"pods that look alike":      {policy: []events.Object{db, group("fed.n2", "node", "=", "n2"), allow(100_001, "fed.db", "fed.n2", "any")}, cluster: but(func(c *Cluster) { c.Pods[0].Spec.NodeName = "n2" })},
		"namespace that ends":       {policy: []events.Object{web, db, allow(100_001, "fed.web", "fed.db", "any")}, cluster: but(func(c *Cluster) { c.Namespaces[0].Status.Phase = corev1.NamespaceTerminating })},
		"neither end has workloads": {policy: []events.Object{partner, site, allow(100_001, "fed.partner", "fed.site", "any")}, cluster: with()},
		"thresholds":                {policy: []events.Object{events.Group{Name: "fed.web", Criteria: web.Criteria, SessionRate: 5}}, cluster: with()},
	}
}

func TestPlan_golden(t *testing.T) {
	for name, tt := range cases() {
		t.Run(name, func(t *testing.T) {
			got := textOfPlan(t, planOf(t, federal(t, tt.policy...), tt.cluster()))
			file := filepath.Join("testdata", "plans", strings.NewReplacer(" ", "-", ",", "").Replace(name)+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Errorf("-want +got\n%s", d)
			}
		})
	}
}

// textOfPlan returns a plan for people to read.
func textOfPlan(tb testing.TB, p apply.Plan) string {
	tb.Helper()
	var out bytes.Buffer
	for _, o := range p.Objects {
		fmt.Fprintf(&out, "%s %s for rule %s\n", o.Kind.Kind, strings.TrimPrefix(o.Namespace+"/"+o.Name, "/"), o.For[0].Name)
		if err := json.Indent(&out, o.Spec, "", "  "); err != nil {
			tb.Fatal(err)
		}
		out.WriteString("\n\n")
	}
	for _, s := range p.Short {
		fmt.Fprintf(&out, "%s %s is %s: %s\n", s.Object.Kind, s.Object.Name, s.State, s.Reason)
	}
	return out.String()
}

func TestPlan_names(t *testing.T) {
	for name, tt := range cases() {
		for _, o := range planOf(t, federal(t, tt.policy...), tt.cluster()).Objects {
			if len(o.Name) > 63 || !strings.HasPrefix(o.Name, "fedhub-") {
				t.Errorf("%s: %q is no name for an object", name, o.Name)
			}
		}
	}
}

func TestPlan_localAndFederal(t *testing.T) {
	own := local(t, group("db", "app", "=", "db"), allow(1, "containers", "db", "any"))
	all := federal(t, group("fed.db", "app", "=", "db"), allow(100_001, "fed.containers", "fed.db", "any"))
	var compiler Compiler
	var names []string
	for _, o := range compiler.Plan(all, own, shopCluster()).Objects {
		names = append(names, o.Name)
	}
	if want := []string{"fedhub-rule-100001-in", "fedhub-rule-1-in"}; !slices.Equal(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
	if plan := compiler.Plan(nil, nil, shopCluster()); len(plan.Objects)+len(plan.Short) != 0 {
		t.Errorf("no policy becomes %v", plan)
	}
}
