package e2e_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/fedtest"
	"github.com/fedhub/fedhub/policy"
)

// published has resources that NeuVector's documentation prints. The folder is there on the machines that
// fedhub is made on, and is not part of the repository; testdata has files of the same shape.
const published = "../../../shared/data/neuvector-resources"

func TestImport(t *testing.T) {
	t.Parallel()
	importsAtThreeRemotes(t, "testdata", "shop-broken.yaml", "shop-list.yaml")
}

func TestImport_published(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(published); errors.Is(err, fs.ErrNotExist) {
		return
	}
	importsAtThreeRemotes(t, published, "cluster-rules.yaml", "security-rules.yaml", "demo-policy.yaml")
}

// TestImport_publishedAdmission imports what NeuVector exported of admission control.
func TestImport_publishedAdmission(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(published); errors.Is(err, fs.ErrNotExist) {
		return
	}
	w := fedtest.New(t)
	master, remote := w.Master("hub"), w.Remote("berlin")
	var report wire.ImportReport
	importFile(t, master, published, "admission-rules.yaml").Into(t, &report)
	for _, o := range report.Objects {
		if o.Outcome != string(policy.OutcomeCreated) {
			t.Errorf("line %d, %s %s is %s: %s", o.Line, o.Kind, o.Name, o.Outcome, o.Reason)
		}
	}
	w.Synced(remote)
	state, _ := policy.Get[events.AdmissionState](remote.Federal(), "state")
	rules := slices.Collect(policy.All[events.AdmissionRule](remote.Federal()))
	if !state.Enable || state.Mode != "monitor" || len(rules) != 1 || rules[0].Criteria[0].Value != "n2,ns1" {
		t.Errorf("the remote has the state %+v and the rules %+v", state, rules)
	}
}

// importsAtThreeRemotes imports files at a master and compares what three remotes have with what an
// independent reader finds in the files. The broken file is refused with its line.
func importsAtThreeRemotes(t *testing.T, dir, broken string, files ...string) {
	t.Helper()
	w := fedtest.New(t)
	master := w.Master("hub")
	remotes := []*fedtest.Cluster{w.Remote("berlin"), w.Remote("oslo"), w.Remote("quito")}

	before := master.Federal().Digest()
	sentence := wantProblem(t, broken, importFile(t, master, dir, broken), http.StatusBadRequest, 18)
	if !strings.Contains(sentence, fmt.Sprintf("%s:%d:", broken, brokenLine(t, dir, broken))) {
		t.Errorf("%s is refused without its line: %s", broken, sentence)
	}
	if master.Federal().Digest() != before {
		t.Error("a refused file changed something")
	}

	var want reading
	for _, file := range files {
		answer := importFile(t, master, dir, file)
		var report wire.ImportReport
		answer.Into(t, &report)
		if answer.Status != http.StatusOK {
			t.Fatalf("%s: %s", file, answer.Body)
		}
		t.Logf("%s: %d groups, %d rules", file, report.Groups, report.Rules)
		want.read(t, filepath.Join(dir, file))
	}
	for _, remote := range remotes {
		w.Synced(remote)
		wantImported(t, remote, want)
		if diff := cmp.Diff(rulesOf(master, "fed"), rulesOf(remote, "fed")); diff != "" {
			t.Errorf("rules of master and %s:\n%s", remote.Name, diff)
		}
		if diff := cmp.Diff(groupsOf(master, "fed"), groupsOf(remote, "fed")); diff != "" {
			t.Errorf("groups of master and %s:\n%s", remote.Name, diff)
		}
	}

	revision := master.Federal().Revision()
	for _, file := range files {
		importFile(t, master, dir, file)
	}
	if got := master.Federal().Revision(); got != revision {
		t.Errorf("a second import moved the revision from %d to %d", revision, got)
	}
}

func importFile(t *testing.T, c *fedtest.Cluster, dir, file string) fedtest.Answer {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	return c.Call(http.MethodPost, "/v1/fed/policy/import?scope=fed&file="+url.QueryEscape(file), data)
}

// brokenLine returns the line of the entry whose second key is indented by more than its first: what is wrong
// with both broken files. A parser names where the entry begins.
func brokenLine(t *testing.T, dir, file string) int {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	above := ""
	for i, line := range strings.Split(string(data), "\n") {
		if strings.HasPrefix(strings.TrimSpace(above), "- action: deny") && strings.HasPrefix(strings.TrimSpace(line), "name: ls") {
			return i
		}
		above = line
	}
	t.Fatal("the broken file is not broken")
	return 0
}

// reading is what files ask for, in their order.
type reading struct {
	groups map[string][]string
	rules  []string
}

// resource is as much of an NvSecurityRule as concerns groups and network rules.
type resource struct {
	Kind string
	Spec struct {
		Target          struct{ Selector selector }
		Ingress, Egress []entry
	}
}

type selector struct {
	Name     string
	Criteria []struct{ Key, Op, Value string }
}

type entry struct {
	Selector     selector
	Name         string
	Action       string
	Ports        string
	Applications []string
}

// read adds what the file asks for. Of one resource the ingress rules come first, as in NeuVector.
func (r *reading) read(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Items []resource }
	if err := yaml.Unmarshal(data, &list); err != nil || len(list.Items) == 0 {
		t.Fatalf("%s: %v, %d resources", path, err, len(list.Items))
	}
	if r.groups == nil {
		r.groups = map[string][]string{}
	}
	for _, item := range list.Items {
		target := r.group(item.Spec.Target.Selector)
		for _, e := range item.Spec.Ingress {
			r.rules = append(r.rules, e.text(r.group(e.Selector), target))
		}
		for _, e := range item.Spec.Egress {
			r.rules = append(r.rules, e.text(target, r.group(e.Selector)))
		}
	}
}

// group notes a group unless it is a reserved one, and returns its name in the federation.
func (r *reading) group(s selector) string {
	switch s.Name {
	case "external":
		return s.Name
	case "containers":
		return "fed." + s.Name
	}
	var criteria []string
	for _, c := range s.Criteria {
		criteria = append(criteria, c.Key+c.Op+c.Value)
	}
	r.groups["fed."+s.Name] = criteria
	return "fed." + s.Name
}

func (e entry) text(from, to string) string {
	return fmt.Sprintf("%s > %s: %s %s %s (%s)", from, to, e.Action, e.Ports, e.Applications, e.Name)
}

// wantImported checks that the cluster has every group and rule of the reading, the rules in its order, and
// nothing else but reserved groups.
func wantImported(t *testing.T, c *fedtest.Cluster, want reading) {
	t.Helper()
	var rules []string
	for _, r := range rulesOf(c, "fed") {
		e := entry{Name: r.Comment, Action: r.Action, Ports: r.Ports, Applications: r.Applications}
		rules = append(rules, e.text(r.From, r.To))
	}
	if diff := cmp.Diff(want.rules, rules); diff != "" {
		t.Errorf("rules at %s (-file +cluster):\n%s", c.Name, diff)
	}
	groups := map[string][]string{}
	for _, g := range groupsOf(c, "fed") {
		if g.Reserved {
			continue
		}
		var criteria []string
		for _, one := range g.Criteria {
			criteria = append(criteria, one.Key+one.Op+one.Value)
		}
		groups[g.Name] = criteria
	}
	for _, m := range []map[string][]string{groups, want.groups} {
		for _, criteria := range m {
			slices.Sort(criteria)
		}
	}
	if diff := cmp.Diff(want.groups, groups); diff != "" {
		t.Errorf("groups at %s (-file +cluster):\n%s", c.Name, diff)
	}
}
