package admission_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	core "k8s.io/api/core/v1"
	rbac "k8s.io/api/rbac/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/agent/kubernetes/admission"
	"github.com/fedhub/fedhub/internal/policytest"
	"github.com/fedhub/fedhub/policy"
)

// judgedCases are all cases, by the name of their table.
var judgedCases = map[string]map[string]judged{
	"images": images, "sets": sets, "askers": askers, "security": security, "amounts": amounts, "paths": paths, "roles": roles,
	"classes": classes,
}

// Each rule lets in and refuses, alone in force in a cluster, what it is to let in and to refuse.
func TestCompiler_Plan_judged(t *testing.T) {
	c := clusterFor(t)
	c.bindRoles(t, c.space)
	id := uint32(1000)
	running := map[string]cluster{}
	objects := map[string][]apply.Object{}
	for _, table := range slices.Sorted(maps.Keys(judgedCases)) {
		for _, name := range slices.Sorted(maps.Keys(judgedCases[table])) {
			id += 2
			in, key := c, table+"/"+name
			in.label = fmt.Sprint(c.space, "-", id)
			running[key] = in
			objects[key] = planOf(t, judgedCases[table][name], id)
		}
	}
	for key, in := range running {
		in.write(t, objects[key]...)
	}
	for table, cases := range judgedCases {
		for name, tt := range cases {
			t.Run(table+"/"+name, func(t *testing.T) {
				t.Parallel()
				in := running[table+"/"+name]
				in.await(t, objects[table+"/"+name]...)
				for _, text := range tt.accept {
					if refusal := in.refusal(t, in.space, workload(t, text)); refusal != "" {
						t.Errorf("refused: %s\n%s", text, refusal)
					}
				}
				for _, text := range tt.reject {
					if in.refusal(t, in.space, workload(t, text)) == "" {
						t.Errorf("let in: %s", text)
					}
				}
			})
		}
	}
}

// planOf returns the objects of a case.
func planOf(t *testing.T, tt judged, id uint32) []apply.Object {
	t.Helper()
	rules := []policy.Config{}
	if tt.rule != nil {
		rule := deny(id, tt.rule...)
		rule.Containers = &tt.of
		rules = append(rules, rule)
	} else {
		rule := exception(id+1, tt.unless...)
		rule.Containers = &tt.of
		rules = append(rules, deny(id, criterion("namespace", "containsAny", "*")), rule)
	}
	plan := admission.New(admission.Config{Namespace: home}).Plan(policytest.Federal(t), policytest.Local(t, rules...), "")
	if len(plan.Short) > 0 {
		t.Fatal(plan.Short)
	}
	return plan.Objects
}

// workload returns a job to be, with the template that the text of a case says; or a claim.
func workload(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	if class, claims := strings.CutPrefix(text, "class: "); claims {
		if class != "" {
			class = ", storageClassName: " + class
		}
		return parse(t, "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: x}, spec: {accessModes: [ReadWriteOnce], "+
			"resources: {requests: {storage: 1Gi}}"+class+"}}")
	}
	if strings.HasPrefix(text, "image:") {
		text = "{spec: {containers: [{name: a, " + text + "}]}}"
	}
	if fields, short := strings.CutPrefix(text, "pod: "); short {
		text = "{spec: {" + fields + ", containers: [{name: a, image: quay.io/team/app, securityContext: {runAsNonRoot: true}}]}}"
	}
	o := parse(t, "{apiVersion: batch/v1, kind: CronJob, metadata: {name: x}, spec: {schedule: '* * * * *', jobTemplate: {spec: {template: "+text+"}}}}")
	if err := unstructured.SetNestedField(o.Object, "Never", "spec", "jobTemplate", "spec", "template", "spec", "restartPolicy"); err != nil {
		t.Fatal(err)
	}
	return o
}

// bindRoles makes the service accounts of the cases about roles.
func (c cluster) bindRoles(t *testing.T, namespace string) {
	t.Helper()
	for name, p := range permissions {
		account := &core.ServiceAccount{ObjectMeta: meta.ObjectMeta{Name: name}}
		if _, err := c.Client().CoreV1().ServiceAccounts(namespace).Create(t.Context(), account, meta.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		role := &rbac.ClusterRole{
			ObjectMeta: meta.ObjectMeta{Name: namespace + "-" + name},
			Rules:      []rbac.PolicyRule{{Verbs: p[:1], APIGroups: p[1:2], Resources: p[2:]}},
		}
		if _, err := c.Client().RbacV1().ClusterRoles().Create(t.Context(), role, meta.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		binding := &rbac.ClusterRoleBinding{
			ObjectMeta: meta.ObjectMeta{Name: role.Name},
			Subjects:   []rbac.Subject{{Kind: "ServiceAccount", Name: name, Namespace: namespace}},
			RoleRef:    rbac.RoleRef{APIGroup: rbac.GroupName, Kind: "ClusterRole", Name: role.Name},
		}
		if _, err := c.Client().RbacV1().ClusterRoleBindings().Create(t.Context(), binding, meta.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
}
