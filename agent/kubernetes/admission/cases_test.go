package admission_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	core "k8s.io/api/core/v1"
	rbac "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/agent/kubernetes/admission"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/policytest"
	"github.com/fedhub/fedhub/policy"
)

// publishedDir holds cases that somebody else published, where this repository is checked out beside them.
const publishedDir = "../../../../shared/data/admission-cases"

// published is a case in the form in which it was published.
type published struct {
	Rules          []policy.AdmissionConfig `json:"rules"`
	Accept, Reject []string
}

// Published rules let in and refuse the workloads that they were published with.
func TestCompiler_Plan_published(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(publishedDir, "*.json"))
	if err != nil || len(files) == 0 {
		return
	}
	c := clusterFor(t)
	foo := c.named(t, "foo")
	c.riskyAccount(t, c.space)
	running, objects := map[string]cluster{}, map[string][]apply.Object{}
	for i, file := range files {
		tt := readPublished(t, file)
		in := c
		in.label = fmt.Sprint(c.space, "-", i)
		for _, rule := range tt.Rules {
			rule.ID = 60_000 + uint32(i)
			plan := admission.New(admission.Config{Namespace: home}).Plan(policytest.Federal(t), policytest.Local(t, rule), "")
			if len(plan.Short) > 0 {
				if plan.Short[0].State != events.Unsupported {
					t.Error(file, plan.Short)
				}
				continue // it needs scan results
			}
			running[file], objects[file] = in, plan.Objects
			in.write(t, plan.Objects...)
		}
	}
	if unsupported := len(files) - len(running); unsupported != 2 {
		t.Errorf("%d cases cannot be judged", unsupported)
	}
	for file, in := range running {
		t.Run(filepath.Base(file), func(t *testing.T) {
			tt := readPublished(t, file)
			in.await(t, objects[file]...)
			namespace := in.space
			for _, criterion := range *tt.Rules[0].Criteria {
				if criterion.Name == "namespace" {
					namespace = foo // the cases leave it to whoever runs them to be where the rule looks
				}
			}
			for refused, fixtures := range map[bool][]string{false: tt.Accept, true: tt.Reject} {
				for _, fixture := range fixtures {
					text, err := os.ReadFile(filepath.Join(publishedDir, "fixtures", fixture))
					if err != nil {
						t.Fatal(err)
					}
					o := parse(t, string(text))
					o.SetNamespace(namespace)
					if got := in.refusal(t, namespace, o); (got != "") != refused {
						t.Errorf("%s: got %q", fixture, got)
					}
				}
			}
		})
	}
}

func readPublished(t *testing.T, file string) published {
	t.Helper()
	var out published
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	for i := range out.Rules {
		out.Rules[i].Claims = policy.Claims{}
	}
	return out
}

// named makes a namespace of a certain name.
func (c cluster) named(t *testing.T, name string) string {
	t.Helper()
	_, err := c.Client().CoreV1().Namespaces().Create(t.Context(), &core.Namespace{ObjectMeta: meta.ObjectMeta{Name: name}}, meta.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatal(err)
	}
	return name
}

// riskyAccount makes the account that cases about risky roles take for granted.
func (c cluster) riskyAccount(t *testing.T, namespace string) {
	t.Helper()
	const name = "high-risk-service-account"
	account := &core.ServiceAccount{ObjectMeta: meta.ObjectMeta{Name: name}}
	if _, err := c.Client().CoreV1().ServiceAccounts(namespace).Create(t.Context(), account, meta.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	binding := &rbac.RoleBinding{
		ObjectMeta: meta.ObjectMeta{Name: name},
		Subjects:   []rbac.Subject{{Kind: "ServiceAccount", Name: name, Namespace: namespace}},
		RoleRef:    rbac.RoleRef{APIGroup: rbac.GroupName, Kind: "ClusterRole", Name: "cluster-admin"},
	}
	if _, err := c.Client().RbacV1().RoleBindings(namespace).Create(t.Context(), binding, meta.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}
