package kubernetes

import (
	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/agent/inventory"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// guardsOf returns what the admission rules keep out of the cluster that are wholly in force: what a rule says of some
// workloads only is no guard.
func guardsOf(p agent.Effective, states []events.ObjectState) *inventory.AdmissionRules {
	var out inventory.AdmissionRules
	short := map[events.About]bool{}
	for _, s := range states {
		short[s.Object] = true
	}
	mode := modeOf(p)
	shares := map[string]bool{}
	for _, s := range []*policy.State{p.Federal, p.Local} {
		for r := range policy.All[events.AdmissionRule](s) {
			protects := r.RuleMode == modeProtect || r.RuleMode == "" && mode == modeProtect
			if r.Disabled || r.RuleType != policy.ActionDeny || !protects || len(r.Criteria) != 1 || len(r.Containers) != 0 || short[r.About()] {
				continue
			}
			guard(&out, shares, r.Criteria[0])
		}
	}
	out.HostNamespaces = out.HostNamespaces || shares["sharePidWithHost"] && shares["shareIpcWithHost"] && shares["shareNetWithHost"]
	return &out
}

// modeProtect is the mode of rules that refuse.
const modeProtect = "protect"

// modeOf returns the mode of the rules that have none.
func modeOf(p agent.Effective) string {
	for _, s := range []*policy.State{p.Federal, p.Local} {
		if a, ok := policy.Get[events.AdmissionState](s, events.AdmissionState{}.About().Name); ok {
			return a.Mode
		}
	}
	return modeProtect
}

// guard notes what a rule of one criterion keeps out.
func guard(out *inventory.AdmissionRules, shares map[string]bool, c events.AdmissionCriterion) {
	switch {
	case c.Name == "violatePssPolicy":
		out.Privileged, out.HostNamespaces = true, true
		if c.Value == "restricted" {
			out.RunAsRoot, out.PrivilegeEscalation = true, true
		}
	case c.Value != "true":
	case c.Name == "runAsPrivileged":
		out.Privileged = true
	case c.Name == "runAsRoot":
		out.RunAsRoot = true
	case c.Name == "allowPrivEscalation":
		out.PrivilegeEscalation = true
	case c.Name == "pspCompliance":
		out.Privileged, out.HostNamespaces, out.RunAsRoot, out.PrivilegeEscalation = true, true, true, true
	default:
		shares[c.Name] = true
	}
}
