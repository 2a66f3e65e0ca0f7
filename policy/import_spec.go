package policy

import (
	"slices"

	"github.com/fedhub/fedhub/events"
)

// notFederated is why the mode of a group or of its profiles is not taken.
const notFederated = "the protection mode is not federated: workloads keep the mode of their own cluster"

// groupDefinition reads the spec of an NvGroupDefinition.
func (r *resourceReader) groupDefinition(spec *value, resource ReportItem) {
	r.known(spec, "selector")
	if spec.get("selector").kind != kindMapping {
		r.leave(resource, OutcomeRefused, "it has no selector")
		return
	}
	r.selector(spec.get("selector"))
}

// spec reads what an NvSecurityRule or NvClusterSecurityRule asks for.
func (r *resourceReader) spec(spec *value, resource ReportItem) {
	r.known(spec, "target", "ingress", "egress", "process", "process_profile", "file", "dlp", "waf", extraKey)
	target := spec.get("target")
	for _, f := range target.fields {
		if f.key == "policymode" && !f.value.empty() {
			r.leave(r.item(f.key, f.value.text, f.line), OutcomeSkipped, notFederated)
		}
	}
	r.known(target, "selector", "policymode")
	if target.get("selector").kind != kindMapping {
		resource.Line = target.line
		r.leave(resource, OutcomeRefused, "its target has no selector")
		return
	}
	name := r.selector(target.get("selector"))
	for _, v := range r.items(spec, "ingress") {
		r.rule(v, func(peer string) (string, string) { return peer, name })
	}
	for _, v := range r.items(spec, "egress") {
		r.rule(v, func(peer string) (string, string) { return name, peer })
	}
	if name != "" {
		r.process(spec, name)
		r.files(spec, name)
		r.sensors(spec, name, "dlp", dlpGroupKind)
		r.sensors(spec, name, "waf", wafGroupKind)
	}
}

// rule reads one ingress or egress rule; ends tells from and to once the other end is known.
func (r *resourceReader) rule(v *value, ends func(peer string) (from, to string)) {
	item := r.item(string(events.ObjectNetworkRule), v.get("name").text, v.line)
	var rule crdRule[*value]
	why := r.decode(v, &rule)
	if selector := v.get("selector"); selector.kind != kindMapping {
		r.refuse(networkKind, item, "it has no selector")
		return
	}
	from, to := ends(r.selector(v.get("selector")))
	if from == "" || to == "" {
		why = "one of its groups has no name"
	}
	if why != "" {
		r.refuse(networkKind, item, why)
		return
	}
	c := RuleConfig{
		Comment: &rule.Name, From: &from, To: &to, Ports: &rule.Ports, Action: &rule.Action,
		Applications: &rule.Applications, Priority: &rule.Priority, Claims: rule.Extra.claims(),
	}
	if rule.Extra != nil {
		c.Comment, c.Disable = &rule.Extra.Comment, &rule.Extra.Disable
	}
	r.want(item, c, rule.Extra)
}

// part returns where the named parts of a spec begin, and a mapping of these alone; false: they say nothing.
func part(spec *value, keys ...string) (int, *value, bool) {
	alone := &value{kind: kindMapping}
	line, says := 0, false
	for _, f := range spec.fields {
		if slices.Contains(keys, f.key) {
			alone.fields = append(alone.fields, f)
			if !f.value.empty() && !says {
				line, says = f.line, true
			}
		}
	}
	return line, alone, says
}

// process reads the process profile of a group.
func (r *resourceReader) process(spec *value, group string) {
	line, v, says := part(spec, "process_profile", "process")
	if !says {
		return
	}
	var p struct {
		Profile   crdProcessProfile    `json:"process_profile"`
		Processes []events.ProcessRule `json:"process"`
	}
	item := r.item("", r.scope.importedGroup(group), line)
	if why := r.decode(v, &p); why != "" {
		r.refuse(processKind, item, why)
		return
	}
	if r.scope == ScopeFederal && p.Profile.Mode != "" {
		r.leave(r.item("mode", p.Profile.Mode, line), OutcomeSkipped, notFederated)
		p.Profile.Mode = ""
	}
	c := ProcessConfig{
		Group: group, Baseline: &p.Profile.Baseline, Mode: &p.Profile.Mode, Processes: &p.Processes, Claims: p.Profile.Extra.claims(),
	}
	if e := p.Profile.Extra; e != nil {
		c.AlertDisabled, c.HashEnabled = &e.AlertDisabled, &e.HashEnabled
	}
	r.want(item, c, p.Profile.Extra)
}

// files reads the file profile of a group.
func (r *resourceReader) files(spec *value, group string) {
	line, v, says := part(spec, "file", extraKey)
	if !says {
		return
	}
	var p struct {
		Filters []crdFile     `json:"file"`
		Extra   specExtension `json:"fedhub"`
	}
	item := r.item("", r.scope.importedGroup(group), line)
	if why := r.decode(v, &p); why != "" {
		r.refuse(fileKind, item, why)
		return
	}
	if len(p.Filters) == 0 && p.Extra.File == nil {
		return
	}
	filters := make([]events.FileFilter, 0, len(p.Filters))
	for _, f := range p.Filters {
		filters = append(filters, events.FileFilter(f))
	}
	r.want(item, FileConfig{Group: group, Filters: &filters, Claims: p.Extra.File.claims()}, p.Extra.File)
}

// sensors reads which sensors look at a group's traffic. A part without sensors that we did not write says nothing:
// NeuVector's exports always have it.
func (r *resourceReader) sensors(spec *value, group, key string, k *kind) {
	line, v, says := part(spec, key)
	if settings := spec.get(key); !says || settings.get("settings").empty() && settings.get(extraKey).empty() {
		return
	}
	var p struct {
		DLP *crdSensorGroup `json:"dlp"`
		WAF *crdSensorGroup `json:"waf"`
	}
	item := r.item("", r.scope.importedGroup(group), line)
	if why := r.decode(v, &p); why != "" {
		r.refuse(k, item, why)
		return
	}
	g := p.DLP
	if k == wafGroupKind {
		g = p.WAF
	}
	used := make([]events.SensorUsed, 0, len(g.Settings))
	for _, s := range g.Settings {
		if s.Extra != nil {
			s.Comment = s.Extra.Comment
		}
		used = append(used, events.SensorUsed{Name: s.Name, Action: s.Action, Comment: s.Comment})
	}
	c := SensorGroupConfig{Name: group, Status: g.Status, Replace: &used, Claims: g.Extra.claims()}
	if k == wafGroupKind {
		r.want(item, WAFGroupConfig{c}, g.Extra)
		return
	}
	r.want(item, DLPGroupConfig{c}, g.Extra)
}
