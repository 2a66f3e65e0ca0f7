package kubernetes_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/fedtest"
	"github.com/fedhub/fedhub/internal/kubetest"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

// noPrivileged is an admission rule that keeps privileged containers out.
const noPrivileged = `{"config":{"category":"Kubernetes","cfg_type":"federal","rule_type":"deny","rule_mode":"protect","criteria":[{"name":"runAsPrivileged","op":"=","value":"true"}]}}`

// privileged returns a pod with one container.
func privileged(is bool) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "try-"},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{
			Name: "main", Image: "nginx:1.27", SecurityContext: &corev1.SecurityContext{Privileged: &is},
		}}},
	}
}

// tries returns what the API says to the creation of a pod.
func (f *federation) tries(t *testing.T, p *corev1.Pod) error {
	t.Helper()
	_, err := f.kube.Client().CoreV1().Pods(f.namespace).Create(t.Context(), p, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	return err
}

// shop is a federation with the groups fed.web, fed.db and fed.cache.
func shop(t *testing.T, kube *kubetest.API) *federation {
	t.Helper()
	f := federate(t, kube)
	for _, name := range []string{"fed.web", "fed.db", "fed.cache"} {
		createGroup(f.master, name, f.namespace)
	}
	return f
}

// policies returns the network policies of the shop.
func (f *federation) policies(t *testing.T) []networkingv1.NetworkPolicy {
	t.Helper()
	return waittest.Must(f.kube.Client().NetworkingV1().NetworkPolicies(f.namespace).List(t.Context(), metav1.ListOptions{}))(t).Items
}

// status returns how an object does in the remote.
func (f *federation) status(kind events.ObjectKind, name string) wire.ObjectState {
	var page wire.ObjectStates
	f.master.Must(http.MethodGet, "/v1/fed/status?kind="+string(kind)+"&name="+name+"&cluster=berlin", nil, &page)
	if len(page.States) != 1 {
		return wire.ObjectState{}
	}
	return page.States[0]
}

// inForce waits until the master knows that an object is in force in the remote.
func (f *federation) inForce(t *testing.T, kind events.ObjectKind, name string) {
	t.Helper()
	fedtest.Eventually(t, string(kind)+" "+name+" is in force", func() bool { return f.status(kind, name).State == string(events.Enforced) })
}

// drifts returns those that the master has recorded.
func (f *federation) drifts() []wire.Event {
	var page wire.Events
	f.master.Must(http.MethodGet, "/v1/fed/events?limit=1000", nil, &page)
	return slices.DeleteFunc(page.Events, func(e wire.Event) bool { return e.Kind != string(events.KindClusterDrifted) })
}

// TestEnforce takes rules of the master's into force at a remote, and out of it again.
func TestEnforce(t *testing.T) {
	f := shop(t, kubetest.Shared(t))
	f.master.Must(http.MethodPost, "/v1/admission/rule", noPrivileged, nil)
	addRules(f.master, allow("fed.web", "fed.db", 5432))
	f.inForce(t, events.ObjectAdmissionRule, "100001")
	f.inForce(t, events.ObjectNetworkRule, "100001")

	err := f.tries(t, privileged(true))
	if err == nil || !strings.Contains(err.Error(), "100001") || !strings.Contains(err.Error(), "hub") {
		t.Errorf("a privileged pod: %v", err)
	}
	if err := f.tries(t, privileged(false)); err != nil {
		t.Errorf("another pod: %v", err)
	}
	got := f.policies(t)
	if len(got) != 1 || got[0].Spec.PodSelector.MatchLabels["app"] != "db" || got[0].Spec.Ingress[0].Ports[0].Port.IntValue() != 5432 {
		t.Errorf("the network policies: %+v", got)
	}

	f.remote.Stop()
	f.remote.Start()
	f.Synced(f.remote)
	f.inForce(t, events.ObjectNetworkRule, "100001")
	if again := f.policies(t); len(again) != 1 || again[0].UID != got[0].UID || again[0].ResourceVersion != got[0].ResourceVersion {
		t.Errorf("after a restart of the remote: %+v", again)
	}

	f.remote.Must(http.MethodPost, "/v1/fed/leave", `{}`, nil)
	waittest.Until(t, "nothing of the federation is in force", func() bool { return len(f.policies(t)) == 0 && f.tries(t, privileged(true)) == nil })
}

// TestEnforce_says: what Kubernetes cannot do is said object by object, and the cluster is not called better than that.
func TestEnforce_says(t *testing.T) {
	f := shop(t, kubetest.Shared(t))
	f.master.Must(http.MethodPost, "/v1/admission/rule", `{"config":{"category":"Kubernetes","cfg_type":"federal","rule_type":"deny","criteria":[{"name":"imageScanned","op":"=","value":"false"}]}}`, nil)
	deny := allow("fed.web", "fed.db", 22)
	*deny.Action = policy.ActionDeny
	addRules(f.master, allow("fed.web", "fed.db", 5432), deny)
	f.inForce(t, events.ObjectNetworkRule, "100001")
	for about, want := range map[events.About]events.Enforcement{
		{Kind: events.ObjectAdmissionRule, Name: "100001"}: events.Unsupported,
		{Kind: events.ObjectNetworkRule, Name: "100002"}:   events.Unsupported,
	} {
		if got := f.status(about.Kind, about.Name); got.State != string(want) || got.Reason == "" {
			t.Errorf("%s %s is %s: %s", about.Kind, about.Name, got.State, got.Reason)
		}
	}
	if s := f.Summary(f.remote.Name); s.RuleState != "partial" {
		t.Errorf("the rules of the cluster are %s", s.RuleState)
	}
}

// TestDrift: who meddles with what a rule became is told at the master, and the rule is in force again.
func TestDrift(t *testing.T) {
	f := shop(t, kubetest.Shared(t))
	addRules(f.master, allow("fed.web", "fed.db", 5432))
	f.inForce(t, events.ObjectNetworkRule, "100001")
	target := f.policies(t)[0]
	patch := []byte(`{"spec":{"ingress":[{}]}}`)
	waittest.Must(f.kube.Client().NetworkingV1().NetworkPolicies(target.Namespace).Patch(
		t.Context(), target.Name, types.MergePatchType, patch, metav1.PatchOptions{FieldManager: "kubectl-edit"}))(t)
	var told []wire.Event
	waittest.Until(t, "the master knows of it", func() bool {
		told = f.drifts()
		return len(told) > 0
	})
	text := string(told[0].Data)
	for _, part := range []string{`"by":"kubectl-edit"`, `"change":"edited"`, `"name":"100001"`, "spec.ingress", f.remote.ID()} {
		if !strings.Contains(text, part) {
			t.Errorf("%s is not in %s", part, text)
		}
	}
	if now := f.policies(t); len(now) != 1 || len(now[0].Spec.Ingress[0].From) == 0 {
		t.Errorf("it was not put right: %+v", now)
	}
	if !slices.ContainsFunc(told, func(e wire.Event) bool { return strings.Contains(string(e.Data), "healed_in") }) {
		t.Errorf("it is not told how long that took: %s", text)
	}
}

// TestAPIAway: while the Kubernetes API is away the remote is heard from and nothing is called in force; what the master
// changed meanwhile comes into force when it is back.
func TestAPIAway(t *testing.T) {
	api := kubetest.Start(t)
	f := shop(t, api)
	addRules(f.master, allow("fed.web", "fed.db", 5432))
	f.inForce(t, events.ObjectNetworkRule, "100001")
	api.Kill(t)
	waittest.Until(t, "the master knows that the API is away", func() bool {
		s := f.Summary(f.remote.Name)
		return s.RuleState == "pending" && strings.Contains(s.Error, "does not answer")
	})
	addRules(f.master, allow("fed.web", "fed.cache", 6379))
	f.Synced(f.remote)
	if got := f.status(events.ObjectNetworkRule, "100002"); got.State == string(events.Enforced) {
		t.Errorf("a rule of when the API is away is %+v", got)
	}
	api.Start(t)
	f.inForce(t, events.ObjectNetworkRule, "100001")
	f.inForce(t, events.ObjectNetworkRule, "100002")
	if got := f.policies(t); len(got) != 2 {
		t.Errorf("the network policies: %+v", got)
	}
}

// TestAPIAway_withoutRules: a cluster with nothing to enforce is as well as before once its API is back.
func TestAPIAway_withoutRules(t *testing.T) {
	api := kubetest.Start(t)
	f := federate(t, api)
	rulesAre := func(state string) func() bool {
		return func() bool { return f.Summary(f.remote.Name).RuleState == state }
	}
	waittest.Until(t, "all is in force", rulesAre("applied"))
	api.Kill(t)
	waittest.Until(t, "the master knows that the API is away", rulesAre("pending"))
	api.Start(t)
	waittest.Until(t, "all is in force again", rulesAre("applied"))
}

// TestMasterAway: a remote that is cut off keeps its rules in force and heals them, also over its own restart.
func TestMasterAway(t *testing.T) {
	f := shop(t, kubetest.Shared(t))
	addRules(f.master, allow("fed.web", "fed.db", 5432))
	f.inForce(t, events.ObjectNetworkRule, "100001")
	before := f.policies(t)[0]
	f.Cut(f.remote)
	f.remote.Stop()
	f.remote.Start()
	waittest.Until(t, "it has its rules in force", func() bool { return f.remote.Summaries()[0].RuleState == "applied" })
	policies := f.kube.Client().NetworkingV1().NetworkPolicies(before.Namespace)
	if got := waittest.Must(policies.Get(t.Context(), before.Name, metav1.GetOptions{}))(t); got.UID != before.UID {
		t.Error("with its master away the remote made its rules anew")
	}
	if err := policies.Delete(t.Context(), before.Name, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	waittest.Until(t, "the rule is back", func() bool { return len(f.policies(t)) == 1 })
	f.Heal(f.remote)
	f.Synced(f.remote)
	waittest.Until(t, "the master has heard of it", func() bool { return len(f.drifts()) > 0 })
}
