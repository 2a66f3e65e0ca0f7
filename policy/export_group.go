package policy

import (
	"fmt"

	"github.com/fedhub/fedhub/events"
)

// The criteria of a rule's other end are repeated with the rule, as NeuVector does, as long as they are few. Otherwise
// there is only its name, which NeuVector calls a referral: else many rules to one large group were too much.
const (
	maxRepeatedCriteria = 4
	maxRepeatedBytes    = 512
)

// groups returns the groups that are exported, with all that belongs to them.
func (e *exporter) groups() []resource {
	var out []resource
	e.place()
	for g := range All[events.Group](e.State) {
		if e.exports(g.Name) {
			out = append(out, newResource(kindNvClusterSecurityRule, g.Name, e.group(g)))
		}
	}
	for _, name := range e.order {
		out = append(out, newResource(kindNvClusterSecurityRule, name, e.noGroup(name)))
	}
	return out
}

// exports reports whether a group of that name is there and exported.
func (e *exporter) exports(name string) bool {
	return e.hasGroup(name) && (e.chosen == nil || e.chosen[name])
}

// place finds out which network rules stand with which group.
func (e *exporter) place() {
	for r := range All[events.NetworkRule](e.State) {
		with, peer, leads := r.To, r.From, "ingress"
		if !e.exports(r.To) && e.exports(r.From) {
			with, peer, leads = r.From, r.To, "egress"
		}
		if e.chosen != nil && !e.exports(with) {
			continue
		}
		g := e.rules[with]
		if g == nil {
			g = &groupRules{}
			e.rules[with] = g
			if !e.hasGroup(with) {
				e.order = append(e.order, with)
			}
		}
		list := &g.ingress
		if leads == "egress" {
			list = &g.egress
		}
		name := fmt.Sprintf("%s-%s-%d", with, leads, len(*list))
		*list = append(*list, e.rule(r, name, peer))
	}
}

func (e *exporter) rule(r events.NetworkRule, name, peer string) crdRule[crdSelector] {
	extra := e.extra(r)
	extra.ID, extra.Rank, extra.Comment, extra.Disable = r.ID, r.Rank, r.Comment, r.Disabled
	return crdRule[crdSelector]{
		Name: name, Selector: e.peer(peer), Action: r.Action, Applications: r.Applications, Ports: r.Ports,
		Priority: r.Priority, Extra: extra,
	}
}

// peer returns the other end of a rule.
func (e *exporter) peer(name string) crdSelector {
	g, exists := e.Group(name)
	if !exists {
		return bareSelector(name)
	}
	size := 0
	for _, c := range g.Criteria {
		size += len(c.Key) + len(c.Op) + len(c.Value)
	}
	if len(g.Criteria) > maxRepeatedCriteria || size > maxRepeatedBytes {
		return crdSelector{Name: name, NameReferral: true}
	}
	return crdSelector{Name: name, Criteria: &g.Criteria}
}

// bareSelector returns an end of rules that needs no criteria.
func bareSelector(name string) crdSelector {
	return crdSelector{Name: name, Criteria: &[]events.Criterion{}}
}

// noGroup returns what stands with an end of rules that is no group.
func (e *exporter) noGroup(name string) crdSpec {
	return e.spec(bareSelector(name), e.rules[name])
}

// group returns a group with all that belongs to it.
func (e *exporter) group(g events.Group) crdSpec {
	extra := e.extra(g)
	extra.Reserved = g.Reserved
	spec := e.spec(crdSelector{
		Name: g.Name, Comment: g.Comment, Criteria: &g.Criteria, MonitorMetric: said(g.MonitorMetric),
		SessionCurrent: said(g.SessionCurrent), SessionRate: said(g.SessionRate), GroupBandWidth: said(g.GroupBandWidth),
		Extra: extra,
	}, e.rules[g.Name])
	e.addProcesses(&spec, g.Name)
	e.addFiles(&spec, g.Name)
	if o, ok := Get[events.DLPGroup](e.State, g.Name); ok {
		spec.DLP = e.sensors(o.SensorGroup, e.extra(o))
	}
	if o, ok := Get[events.WAFGroup](e.State, g.Name); ok {
		spec.WAF = e.sensors(o.SensorGroup, e.extra(o))
	}
	return spec
}

// said returns a value unless it goes without saying.
func said[T comparable](value T) *T {
	if blank(&value) {
		return nil
	}
	return &value
}

// spec returns the network rules of a target, and nothing else yet.
func (*exporter) spec(target crdSelector, rules *groupRules) crdSpec {
	spec := crdSpec{
		Ingress: []crdRule[crdSelector]{}, Egress: []crdRule[crdSelector]{}, Process: []events.ProcessRule{}, File: []crdFile{},
	}
	spec.Target.Selector = target
	if rules != nil {
		spec.Ingress = append(spec.Ingress, rules.ingress...)
		spec.Egress = append(spec.Egress, rules.egress...)
	}
	return spec
}

func (e *exporter) addProcesses(spec *crdSpec, group string) {
	p, ok := Get[events.ProcessProfile](e.State, group)
	if !ok {
		return
	}
	extra := e.extra(p)
	extra.AlertDisabled, extra.HashEnabled = p.AlertDisabled, p.HashEnabled
	spec.ProcessProfile = &crdProcessProfile{Baseline: p.Baseline, Mode: p.Mode, Extra: extra}
	spec.Process = append(spec.Process, p.Processes...)
}

func (e *exporter) addFiles(spec *crdSpec, group string) {
	p, ok := Get[events.FileProfile](e.State, group)
	if !ok {
		return
	}
	spec.Extra = &specExtension{File: e.extra(p)}
	for _, f := range p.Filters {
		spec.File = append(spec.File, crdFile(f))
	}
}

func (*exporter) sensors(g events.SensorGroup, extra *extension) *crdSensorGroup {
	out := &crdSensorGroup{Status: &g.Status, Settings: make([]crdSetting, 0, len(g.Sensors)), Extra: extra}
	for _, used := range g.Sensors {
		setting := crdSetting{Name: used.Name, Action: used.Action}
		if used.Comment != "" {
			setting.Extra = &extension{Comment: used.Comment}
		}
		out.Settings = append(out.Settings, setting)
	}
	return out
}
