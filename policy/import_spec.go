package policy

import (
	"strconv"

	"github.com/fedhub/fedhub/events"
)

// skipped is why parts of a resource are not taken.
var skipped = map[string]string{
	"process":         "process profiles are not federated by this version",
	"process_profile": "process profiles are not federated by this version",
	"file":            "file monitor profiles are not federated by this version",
	"dlp":             "DLP sensors are not federated by this version",
	"waf":             "WAF sensors are not federated by this version",
	"policymode":      "the protection mode is not federated: workloads keep the mode of their own cluster",
}

// spec reads what an NvSecurityRule or NvClusterSecurityRule asks for.
func (r *resourceReader) spec(spec *value, resource ReportItem) {
	for _, f := range spec.fields {
		if why, ok := skipped[f.key]; ok {
			r.skip(f, why)
		}
	}
	r.unknown(spec, "target", "ingress", "egress", "process", "process_profile", "file", "dlp", "waf")
	target := spec.get("target")
	for _, f := range target.fields {
		if f.key == "policymode" && !f.value.empty() {
			r.leave(r.item(f.key, f.value.text, f.line), OutcomeSkipped, skipped[f.key])
		}
	}
	r.unknown(target, "selector", "policymode")
	if target.get("selector").kind != kindMapping {
		resource.Line = target.line
		r.leave(resource, OutcomeRefused, "its target has no selector")
		return
	}
	name := r.selector(target.get("selector"))
	for _, v := range r.ruleList(spec, "ingress") {
		r.rule(v, func(peer string) events.NetworkRule { return events.NetworkRule{From: peer, To: name} })
	}
	for _, v := range r.ruleList(spec, "egress") {
		r.rule(v, func(peer string) events.NetworkRule { return events.NetworkRule{From: name, To: peer} })
	}
}

// skip reports a part that is not taken: each of its items, or itself.
func (r *resourceReader) skip(f field, why string) {
	for _, item := range f.value.items {
		r.leave(r.item(f.key, item.get("name").text, item.line), OutcomeSkipped, why)
	}
	if len(f.value.items) == 0 && !f.value.empty() {
		r.leave(r.item(f.key, f.value.text, f.line), OutcomeSkipped, why)
	}
}

func (r *resourceReader) ruleList(spec *value, key string) []*value {
	list := spec.get(key)
	if list.kind != kindList && !list.empty() {
		r.leave(r.item(key, "", list.line), OutcomeRefused, "it is not a list of rules")
	}
	return list.items
}

// rule reads one ingress or egress rule; between makes a rule of it once the other end is known.
func (r *resourceReader) rule(v *value, between func(peer string) events.NetworkRule) {
	item := r.item("rule", v.get("name").text, v.line)
	if v.get("selector").kind != kindMapping {
		r.leave(item, OutcomeRefused, "it has no selector")
		return
	}
	r.unknown(v, "selector", "action", "applications", "name", "ports", "priority")
	rule := between(r.selector(v.get("selector")))
	if rule.From == "" || rule.To == "" {
		r.leave(item, OutcomeRefused, "one of its groups has no name")
		return
	}
	rule.Comment, rule.Action, rule.Ports = v.get("name").text, v.get("action").text, v.get("ports").text
	for _, app := range v.get("applications").items {
		rule.Applications = append(rule.Applications, app.text)
	}
	if why := wrongShape(v); why != "" {
		r.leave(item, OutcomeRefused, why)
		return
	}
	if text := v.get("priority").text; text != "" {
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			r.leave(item, OutcomeRefused, "its priority is not a number")
			return
		}
		rule.Priority = uint32(n)
	}
	rule, err := normalRule(rule)
	if err == nil {
		err = r.scope.checkEnds(rule.From, rule.To, func(string) bool { return true })
	}
	if err != nil {
		r.leave(item, OutcomeRefused, err.Error())
		return
	}
	r.rules = append(r.rules, wantedRule{item: item, rule: rule})
}

// wrongShape says which field of a rule is a list or a mapping where a text belongs, or the reverse.
func wrongShape(rule *value) string {
	for _, key := range []string{"name", "action", "ports", "priority"} {
		if k := rule.get(key).kind; k != kindScalar && k != kindNull {
			return "its " + key + " is not a plain value"
		}
	}
	apps := rule.get("applications")
	if apps.kind != kindList && apps.kind != kindNull {
		return "its applications are not a list"
	}
	for _, app := range apps.items {
		if app.kind != kindScalar {
			return "one of its applications is not a plain value"
		}
	}
	return ""
}
