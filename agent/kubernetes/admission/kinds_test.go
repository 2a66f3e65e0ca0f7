package admission_test

import (
	"strings"
	"testing"

	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"

	"github.com/fedhub/fedhub/agent/kubernetes/admission"
	"github.com/fedhub/fedhub/internal/policytest"
	"github.com/fedhub/fedhub/policy"
)

// enforce puts rules into force, for the objects of this test only.
func (c cluster) enforce(t *testing.T, federal, local *policy.State) {
	t.Helper()
	plan := admission.New(admission.Config{Namespace: home}).Plan(federal, local, "berlin")
	if len(plan.Short) > 0 {
		t.Fatal(plan.Short)
	}
	c.write(t, plan.Objects...)
	c.await(t, plan.Objects...)
}

// Every kind that becomes pods is judged by its template, where it stands.
func TestCompiler_Plan_kinds(t *testing.T) {
	c := clusterFor(t)
	c.enforce(t, policytest.Federal(t), policytest.Local(t, deny(501_00, criterion("runAsPrivileged", "=", "true"))))
	const template = `template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: nginx, securityContext: {privileged: %}}]}}`
	const job = `template: {spec: {restartPolicy: Never, containers: [{name: a, image: nginx, securityContext: {privileged: %}}]}}`
	for kind, text := range map[string]string{
		"Pod":                   `apiVersion: v1, spec: {containers: [{name: a, image: nginx, securityContext: {privileged: %}}]}`,
		"ReplicationController": `apiVersion: v1, spec: {selector: {a: b}, ` + template + `}`,
		"Deployment":            `apiVersion: apps/v1, spec: {selector: {matchLabels: {a: b}}, ` + template + `}`,
		"DaemonSet":             `apiVersion: apps/v1, spec: {selector: {matchLabels: {a: b}}, ` + template + `}`,
		"ReplicaSet":            `apiVersion: apps/v1, spec: {selector: {matchLabels: {a: b}}, ` + template + `}`,
		"StatefulSet":           `apiVersion: apps/v1, spec: {serviceName: x, selector: {matchLabels: {a: b}}, ` + template + `}`,
		"Job":                   `apiVersion: batch/v1, spec: {` + job + `}`,
		"CronJob":               `apiVersion: batch/v1, spec: {schedule: "* * * * *", jobTemplate: {spec: {` + job + `}}}`,
	} {
		t.Run(kind, func(t *testing.T) {
			for privileged, refused := range map[string]bool{"true": true, "false": false} {
				o := parse(t, "{kind: "+kind+", metadata: {name: x}, "+strings.Replace(text, "%", privileged, 1)+"}")
				if got := c.refusal(t, c.space, o); (got != "") != refused {
					t.Errorf("privileged %s: %q", privileged, got)
				}
			}
			if text := c.refusal(t, home, parse(t, "{kind: "+kind+", metadata: {name: x}, "+strings.Replace(text, "%", "true", 1)+"}")); text != "" {
				t.Error("in the controller's own namespace: " + text)
			}
		})
	}
}

// A claim that a StatefulSet is going to make is judged with it.
func TestCompiler_Plan_claimTemplates(t *testing.T) {
	c := clusterFor(t)
	c.enforce(t, policytest.Federal(t), policytest.Local(t, deny(502_00, criterion("storageClassName", "containsAny", "slow")),
		exception(502_01, criterion("image", "containsAny", "*")), exception(502_02, criterion("namespace", "containsAny", home+"-x"))))
	for class, refused := range map[string]bool{"storageClassName: slow, ": true, "storageClassName: fast, ": false, "": false} {
		o := parse(t, `{kind: StatefulSet, apiVersion: apps/v1, metadata: {name: x}, spec: {serviceName: x, selector: {matchLabels: {a: b}},
			template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: nginx}]}},
			volumeClaimTemplates: [{metadata: {name: v}, spec: {`+class+`accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]}}`)
		if got := c.refusal(t, c.space, o); (got != "") != refused {
			t.Errorf("%s: %q", class, got)
		}
	}
}

// What was there before a rule can be changed as long as what is judged stays as it is.
func TestCompiler_Plan_updates(t *testing.T) {
	c := clusterFor(t)
	deployments := c.Dynamic().Resource(resources["Deployment"]).Namespace(c.space)
	text := `{kind: Deployment, apiVersion: apps/v1, metadata: {name: x, labels: {` + caseLabel + `: ` + c.label + `}},
		spec: {replicas: 0, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b, old: "1"}}, spec: {containers: [{name: a, image: nginx}]}}}}`
	if _, err := deployments.Create(t.Context(), parse(t, text), meta.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	c.enforce(t, policytest.Federal(t), policytest.Local(t, deny(503_00, criterion("image", "containsAny", "nginx,redis")), exception(503_01, criterion("labels", "containsAny", "old"))))
	for name, tt := range map[string]struct {
		patch   string
		refused bool
	}{
		"more of them":         {patch: `{"spec": {"replicas": 2}}`},
		"a mark":               {patch: `{"metadata": {"annotations": {"a": "b"}}}`},
		"another image":        {patch: `{"spec": {"template": {"metadata": {"labels": {"old": null}}, "spec": {"containers": [{"name": "a", "image": "redis"}]}}}}`, refused: true},
		"no exception anymore": {patch: `{"spec": {"template": {"metadata": {"labels": {"old": null}}}}}`, refused: true},
		"a good image":         {patch: `{"spec": {"template": {"spec": {"containers": [{"name": "a", "image": "quay.io/team/app"}]}}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := deployments.Patch(t.Context(), "x", types.StrategicMergePatchType, []byte(tt.patch), meta.PatchOptions{DryRun: []string{meta.DryRunAll}})
			if got := refusalIn(t, err); (got != "") != tt.refused {
				t.Errorf("got %q", got)
			}
		})
	}
}

// A container that is put into a running pod is judged by the rules about such.
func TestCompiler_Plan_ephemeral(t *testing.T) {
	c := clusterFor(t)
	pods := c.Client().CoreV1().Pods(c.space)
	pod := &core.Pod{
		ObjectMeta: c.meta("x"),
		Spec:       core.PodSpec{Containers: []core.Container{{Name: "a", Image: "redis"}}},
	}
	pod, err := pods.Create(t.Context(), pod, meta.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	only, others := deny(504_00, criterion("image", "containsAny", "busybox")), deny(504_02, criterion("image", "containsAny", "alpine"))
	only.Containers, others.Containers = &[]string{"ephemeral_containers"}, &[]string{"containers", "init_containers"}
	excepted := exception(504_03, criterion("image", "containsAny", "busybox:debug"))
	excepted.Containers = &[]string{"ephemeral_containers"}
	c.enforce(t, policytest.Federal(t), policytest.Local(t, only, others, excepted, deny(504_01, criterion("image", "containsAny", "redis,toolbox"))))
	for image, refused := range map[string]bool{
		"busybox": true, "toolbox": true, "alpine": false, "debian": false, "busybox:debug": false,
	} {
		t.Run(image, func(t *testing.T) {
			debugged := pod.DeepCopy()
			debugged.Spec.EphemeralContainers = []core.EphemeralContainer{{EphemeralContainerCommon: core.EphemeralContainerCommon{
				Name: "debug", Image: image, ImagePullPolicy: core.PullAlways, TerminationMessagePolicy: core.TerminationMessageReadFile,
			}}}
			_, err := pods.UpdateEphemeralContainers(t.Context(), "x", debugged, meta.UpdateOptions{DryRun: []string{meta.DryRunAll}})
			if got := refusalIn(t, err); (got != "") != refused {
				t.Errorf("got %q", got)
			}
		})
	}
	for image, refused := range map[string]bool{"busybox": false, "alpine": true} {
		o := parse(t, "{apiVersion: v1, kind: Pod, metadata: {name: z}, spec: {containers: [{name: a, image: "+image+"}]}}")
		if got := c.refusal(t, c.space, o); (got != "") != refused {
			t.Errorf("as a container, %s: %q", image, got)
		}
	}
}

// Who asked for a workload was judged then: Kubernetes itself asks for its pods.
func TestCompiler_Plan_children(t *testing.T) {
	c := clusterFor(t)
	c.enforce(t, policytest.Federal(t), policytest.Local(t,
		deny(505_00, criterion("user", "notContainsAny", "alice")),
		deny(505_01, criterion("image", "containsAny", "nginx")),
		exception(505_02, criterion("user", "containsAny", "bob"), criterion("image", "containsAny", "nginx:1"))))
	const owned = `, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: x, uid: "1", controller: true}]`
	const controller = "system:serviceaccount:kube-system:replicaset-controller"
	for name, tt := range map[string]struct {
		user, image, meta string
		refused           bool
	}{
		"of somebody":                            {user: "alice", image: "redis"},
		"of somebody else":                       {user: "carol", image: "redis", refused: true},
		"of Kubernetes":                          {user: controller, image: "redis", meta: owned},
		"of Kubernetes, by an older way":         {user: "system:kube-controller-manager", image: "redis", meta: owned},
		"of Kubernetes, but of no workload":      {user: controller, image: "redis", refused: true},
		"with an owner that somebody wrote":      {user: "carol", image: "redis", meta: owned, refused: true},
		"with a fault":                           {user: controller, image: "nginx", meta: owned, refused: true},
		"that may be somebody's with a fault":    {user: controller, image: "nginx:1", meta: owned},
		"of somebody with the other's exception": {user: "alice", image: "nginx:1", refused: true},
	} {
		t.Run(name, func(t *testing.T) {
			config := c.Config()
			config.Impersonate.UserName, config.Impersonate.Groups = tt.user, []string{"system:masters"}
			objects, err := dynamic.NewForConfig(config)
			if err != nil {
				t.Fatal(err)
			}
			o := parse(t, "{apiVersion: v1, kind: Pod, metadata: {name: x, labels: {"+caseLabel+": "+c.label+"}"+tt.meta+
				"}, spec: {containers: [{name: a, image: '"+tt.image+"'}]}}")
			_, err = objects.Resource(resources["Pod"]).Namespace(c.space).Create(t.Context(), o,
				meta.CreateOptions{DryRun: []string{meta.DryRunAll}})
			if got := refusalIn(t, err); (got != "") != tt.refused {
				t.Errorf("got %q", got)
			}
		})
	}
}
