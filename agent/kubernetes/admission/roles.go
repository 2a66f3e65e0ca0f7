package admission

import (
	"fmt"

	"github.com/fedhub/fedhub/events"
)

// permission is something that a service account may do.
type permission struct{ group, resource, subresource, verb string }

// workloads are the resources that become pods.
var workloads = []permission{
	{"", "pods", "", ""},
	{"apps", "deployments", "", ""},
	{"apps", "daemonsets", "", ""},
	{"apps", "statefulsets", "", ""},
	{"apps", "replicasets", "", ""},
	{"", "replicationcontrollers", "", ""},
	{"batch", "jobs", "", ""},
	{"batch", "cronjobs", "", ""},
}

// risks are the permissions of which each makes a role risky, by NeuVector's names.
var risks = map[string][]permission{
	"risky_role_view_secret": {
		{"", "secrets", "", "get"}, {"", "secrets", "", "list"}, {"", "secrets", "", "watch"},
	},
	"risky_role_any_action_workload": withVerb(workloads, "*"),
	"risky_role_create_pod":          withVerb(workloads, "create"),
	"risky_role_any_action_rbac": {
		{"rbac.authorization.k8s.io", "roles", "", "*"},
		{"rbac.authorization.k8s.io", "rolebindings", "", "*"},
		{"rbac.authorization.k8s.io", "clusterroles", "", "*"},
		{"rbac.authorization.k8s.io", "clusterrolebindings", "", "*"},
	},
	"risky_role_exec_into_container": {{"", "pods", "exec", "create"}, {"", "pods", "exec", "get"}},
}

func withVerb(of []permission, verb string) []permission {
	out := make([]permission, len(of))
	for i, p := range of {
		p.verb = verb
		out[i] = p
	}
	return out
}

// text returns the expression for the workload's service account having the permission in the workload's namespace.
func (p permission) text() string {
	sub := ""
	if p.subresource != "" {
		sub = ".subresource(" + quote(p.subresource) + ")"
	}
	return fmt.Sprintf("authorizer.serviceAccount(request.namespace, variables.account).group(%s).resource(%s)%s"+
		".namespace(request.namespace).check(%s).allowed()", quote(p.group), quote(p.resource), sub, quote(p.verb))
}

// checksAtOnce bounds the permissions that one expression asks for. Each counts 350,000 of the 1,000,000 that
// Kubernetes lets an expression cost; 28 of them are what all expressions of a policy together may cost.
const checksAtOnce = 2

// ofRoles is about the roles of the service account. Its questions are variables, so that each has a budget of its own
// and none is asked once an answer is known.
func ofRoles(c events.AdmissionCriterion, _ bool) (term, error) {
	var asked []string
	seen := map[string]bool{}
	for _, tag := range valuesOf(c) {
		seen[tag] = true
	}
	for _, tag := range valuesOf(c) {
		if tag == "risky_role_any_action_workload" && seen["risky_role_create_pod"] {
			continue // what may do anything may create
		}
		for _, p := range risks[tag] {
			asked = append(asked, p.text())
		}
	}
	out := term{needs: needAccount}
	var names []string
	for i := 0; i < len(asked); i += checksAtOnce {
		name := fmt.Sprintf("risk_%d", i/checksAtOnce+1)
		out.vars = append(out.vars, variable{name, anyOf(asked[i:min(i+checksAtOnce, len(asked))])})
		names = append(names, "variables."+name)
	}
	out.text = anyOf(names)
	return out, nil
}
