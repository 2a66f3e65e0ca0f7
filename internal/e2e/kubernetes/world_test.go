package kubernetes_test

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/internal/fedtest"
	"github.com/fedhub/fedhub/internal/kubetest"
	"github.com/fedhub/fedhub/policy"
)

// What the tests and benchmarks of this package have in common.

// federation is a master and one remote that enforces the policy in a Kubernetes API. Only one at a time may use an API:
// a controller removes what others of its kind have put there.
type federation struct {
	*fedtest.World

	master, remote *fedtest.Cluster
	kube           *kubetest.API
	namespace      string // where the workloads of the groups are
}

// federate starts a master "hub" and a remote "berlin", whose controller has a namespace of its own.
func federate(tb testing.TB, kube *kubetest.API) *federation {
	tb.Helper()
	f := &federation{World: fedtest.New(tb), kube: kube, namespace: kube.Namespace(tb)}
	f.master = f.Master("hub")
	f.remote = f.Remote("berlin", fedtest.WithKubernetes(kube.Config(), kube.Namespace(tb)))
	return f
}

// enforced waits until the master knows that the whole policy is in force in the remote.
func (f *federation) enforced(tb testing.TB) {
	tb.Helper()
	fedtest.Eventually(tb, "the policy is in force", func() bool {
		s := f.Summary("berlin")
		return s.EnforcedRevision == f.master.Federal().Revision() && s.Error == ""
	})
}

// createGroup makes a federated group of the pods in a namespace with the label app=<name without fed.>.
func createGroup(c *fedtest.Cluster, name, namespace string) {
	c.Must(http.MethodPost, "/v1/group", wire.GroupWrite{Config: wire.GroupConfig{
		Name: name, Criteria: &[]wire.Criterion{
			{Key: "app", Op: "=", Value: name[len("fed."):]}, {Key: "domain", Op: "=", Value: namespace},
		},
	}}, nil)
}

// allow returns a rule that allows connections to a TCP port.
func allow(from, to string, port int) wire.RuleConfig {
	action, ports := policy.ActionAllow, tcp(port)
	return wire.RuleConfig{From: &from, To: &to, Action: &action, Ports: &ports}
}

func tcp(port int) string { return "tcp/" + strconv.Itoa(port) }

// addRules writes federated rules behind all others, in one change.
func addRules(c *fedtest.Cluster, rules ...wire.RuleConfig) {
	c.Must(http.MethodPatch, "/v1/policy/rule?scope=fed", wire.RulesPatch{Insert: &wire.RuleInsert{Rules: rules}}, nil)
}

// changePort has a rule allow another TCP port.
func changePort(c *fedtest.Cluster, id uint32, port int) {
	ports := tcp(port)
	c.Must(http.MethodPatch, "/v1/policy/rule/"+strconv.FormatUint(uint64(id), 10), wire.RuleWrite{Config: wire.RuleConfig{Ports: &ports}}, nil)
}

// deleteRules removes all federated rules.
func deleteRules(c *fedtest.Cluster) {
	c.Must(http.MethodDelete, "/v1/policy/rule?scope=fed", nil, nil)
}

// rulesOf returns the federated rules that a cluster has, in order.
func rulesOf(c *fedtest.Cluster) []wire.Rule {
	var out wire.Rules
	c.Must(http.MethodGet, "/v1/policy/rule?scope=fed", nil, &out)
	return out.Rules
}
