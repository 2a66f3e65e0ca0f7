package policy

import (
	"cmp"

	"github.com/fedhub/fedhub/events"
)

// extraKey is the field in which our own exports say more than NeuVector's form can.
const extraKey = "fedhub"

// policyDefault is the policy of response rules that are for whatever group.
const policyDefault = "default"

// admissionSpec reads the spec of an NvAdmissionControlSecurityRule.
func (r *resourceReader) admissionSpec(spec *value, _ ReportItem) {
	r.known(spec, "config", "rules")
	if v := spec.get("config"); !v.empty() {
		r.admissionConfig(v)
	}
	for _, v := range r.items(spec, "rules") {
		r.admissionRule(v)
	}
}

func (r *resourceReader) admissionConfig(v *value) {
	item := r.item("", events.AdmissionState{}.About().Name, v.line)
	var a crdAdmissionConfig
	if why := r.decode(v, &a, "adm_client_mode"); why != "" {
		r.refuse(admissionStateKind, item, why)
		return
	}
	c := AdmissionStateConfig{Enable: a.Enable, Mode: a.Mode, Claims: a.Extra.claims()}
	if a.Extra != nil {
		c.DefaultAction, c.FailurePolicy = &a.Extra.DefaultAction, &a.Extra.FailurePolicy
	}
	r.want(item, c, a.Extra)
}

// admissionRule reads a rule of a custom resource.
func (r *resourceReader) admissionRule(v *value) {
	var a struct {
		crdAdmissionRule
		RuleType string `json:"rule_type"` // as the REST interface has it
		Disable  bool   `json:"disable"`
	}
	name := cmp.Or(v.get(extraKey).get("id").text, firstText(v, "conversion_id_ref", "id", "comment"))
	item := r.item("", name, v.line)
	if why := r.decode(v, &a, ignoredFields[admissionKind]...); why != "" {
		r.refuse(admissionKind, item, why)
		return
	}
	if a.Action == "" {
		a.Action = a.RuleType
	}
	disable := a.Disabled || a.Disable
	r.want(item, AdmissionConfig{
		Comment: &a.Comment, Criteria: &a.Criteria, Disable: &disable, Containers: &a.Containers,
		RuleType: &a.Action, RuleMode: &a.RuleMode, Claims: a.Extra.claims(),
	}, a.Extra)
}

// firstText returns the first of some fields that says something.
func firstText(v *value, keys ...string) string {
	for _, key := range keys {
		if text := v.get(key).text; text != "" {
			return text
		}
	}
	return ""
}

// responseSpec reads the spec of an NvResponseRuleSecurityRule, which has one rule or several.
func (r *resourceReader) responseSpec(spec *value, resource ReportItem) {
	r.known(spec, "rule", "rules")
	if rule := spec.get("rule"); !rule.empty() {
		r.responseRule(rule, resource)
	}
	for _, v := range r.items(spec, "rules") {
		r.responseRule(v, resource)
	}
}

func (r *resourceReader) responseRule(v *value, resource ReportItem) {
	var a struct {
		crdResponseRule
		Disabled bool   `json:"disabled"`
		Group    string `json:"group"`
	}
	item := r.item("", resource.Name, v.line)
	if why := r.decode(v, &a, ignoredFields[responseKind]...); why != "" {
		r.refuse(responseKind, item, why)
		return
	}
	switch {
	case a.Extra != nil:
		a.Group = a.Extra.Group
	case a.Group == "" && a.PolicyName != policyDefault:
		a.Group = a.PolicyName
	}
	disable := a.Disable || a.Disabled
	r.want(item, ResponseConfig{
		Comment: &a.Comment, Group: &a.Group, Event: &a.Event, Conditions: &a.Conditions, Actions: &a.Actions,
		Webhooks: &a.Webhooks, Disable: &disable, Claims: a.Extra.claims(),
	}, a.Extra)
}

func (r *resourceReader) dlpSpec(spec *value, resource ReportItem) {
	r.sensorSpec(spec, resource, dlpSensorKind)
}

func (r *resourceReader) wafSpec(spec *value, resource ReportItem) {
	r.sensorSpec(spec, resource, wafSensorKind)
}

// sensorSpec reads the spec of an NvDlpSecurityRule or NvWafSecurityRule.
func (r *resourceReader) sensorSpec(spec *value, resource ReportItem, k *kind) {
	r.known(spec, "sensor")
	v := spec.get("sensor")
	if v.kind != kindMapping {
		r.leave(resource, OutcomeRefused, "it has no sensor")
		return
	}
	r.sensor(v, k)
}

// sensor reads a sensor of either kind.
func (r *resourceReader) sensor(v *value, k *kind) {
	var s crdSensor
	item := r.item("", v.get("name").text, v.line)
	if why := r.decode(v, &s, ignoredFields[k]...); why != "" {
		r.refuse(k, item, why)
		return
	}
	rules := make([]events.SensorRule, 0, len(s.Rules))
	for _, rule := range s.Rules {
		out := events.SensorRule{Name: rule.Name, Patterns: rule.Patterns}
		if rule.Extra != nil {
			out.ID = rule.Extra.ID
		}
		rules = append(rules, out)
	}
	c := SensorConfig{Name: s.Name, Claims: s.Extra.claims()}
	if v.get("comment").kind != kindNull {
		c.Comment = &s.Comment
	}
	if v.get("rules").kind != kindNull {
		c.Rules = &rules
	}
	if k == wafSensorKind {
		r.want(item, WAFConfig{c}, s.Extra)
		return
	}
	r.want(item, DLPConfig{c}, s.Extra)
}

// configSpec reads the spec of an NvConfigSecurityRule, of which only the webhooks are federated.
func (r *resourceReader) configSpec(spec *value, resource ReportItem) {
	config, fed := spec.get("config"), spec.get("fed_config")
	found := false
	for _, holder := range []*value{spec, config, fed, config.get("fed_config")} {
		found = found || !holder.get("webhooks").empty()
		for _, v := range r.items(holder, "webhooks") {
			r.webhook(v)
		}
	}
	if !found && !spec.empty() {
		r.leave(resource, OutcomeSkipped, "it has no webhooks, and nothing else of the configuration is federated")
	}
}

func (r *resourceReader) webhook(v *value) {
	var w crdWebhook
	item := r.item("", v.get("name").text, v.line)
	if why := r.decode(v, &w); why != "" {
		r.refuse(webhookKind, item, why)
		return
	}
	if w.Extra != nil {
		w.Targets = w.Extra.Targets
	}
	r.want(item, w.WebhookConfig, w.Extra)
}
