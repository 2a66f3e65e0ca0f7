package policy

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/events"
)

// drawer draws requests about few objects, so that they refer to each other, are changed and are removed often.
// Most of what it draws is valid by itself.
type drawer struct {
	*rapid.T
	scope Scope
}

// below draws a number below n, each as often as any other: those of rapid are mostly small.
func (d drawer) below(n int) int {
	return rapid.Custom(func(t *rapid.T) int {
		v := 0
		for bit := 1; bit < 4*n; bit *= 2 {
			if rapid.Bool().Draw(t, "bit") {
				v += bit
			}
		}
		return v % n
	}).Draw(d.T, "below")
}

func (d drawer) offset(n int) uint32 { return uint32(d.below(n)) } //nolint:gosec // G115: a small number

func pick[V any](d drawer, values ...V) V { return values[d.below(len(values))] }

// maybe returns nil or one of the values.
func maybe[V any](d drawer, values ...V) *V {
	if i := d.below(len(values) + 1); i > 0 {
		return &values[i-1]
	}
	return nil
}

// some returns up to three of the values.
func some[V any](d drawer, values ...V) []V {
	out := make([]V, d.below(4))
	for i := range out {
		out[i] = pick(d, values...)
	}
	return out
}

// rarely is true one time in ten.
func (d drawer) rarely() bool { return d.below(10) == 9 }

func (d drawer) prefix() string {
	if d.scope == ScopeFederal {
		return fedPrefix
	}
	return ""
}

// group returns the name of a group, which may or may not be there.
func (d drawer) group() string {
	if d.rarely() {
		return pick(d, "", "fed.", "a b", "fed.nodes", "containers", "x", "fed.x")
	}
	return d.prefix() + pick(d, "a", "b", "c")
}

func (d drawer) sensor() string { return d.prefix() + pick(d, "s", "t") }

func (d drawer) webhook() string { return d.prefix() + pick(d, "h", "i") }

// id returns the number of an object of a kind, or 0.
func (d drawer) id(k *kind) uint32 {
	if d.rarely() {
		return pick[uint32](d, 5, 100_000, 110_000)
	}
	if d.below(2) == 1 {
		return 0
	}
	return k.ids[d.scope].first + d.offset(6)
}

// name returns the name of an object of a kind, or "".
func (d drawer) name(k *kind) string {
	switch {
	case k.naming == byNumber:
		return number(d.id(k))
	case k.naming == single:
		return events.AdmissionState{}.About().Name
	case k == webhookKind:
		return d.webhook()
	case k == dlpSensorKind || k == wafSensorKind:
		return d.sensor()
	}
	return d.group()
}

func (d drawer) kind() *kind { return pick(d, kindTable...) }

func (d drawer) claims() Claims {
	var c Claims
	if d.rarely() {
		c.CfgType = pick(d, cfgFederal, cfgLocal)
	}
	if d.below(4) == 3 {
		c.Targets = maybe(d, "", "", "env=prod", "env = prod", "region in (us,eu)", "=")
	}
	return c
}

func (d drawer) comment() *string { return maybe(d, "", "one", "two") }

// config draws a request about an object of a kind with the given name.
func (d drawer) config(k *kind, name string) Config {
	id := uint32(0)
	_, _ = fmt.Sscan(name, &id) //nolint:errcheck // other kinds have none
	switch k {
	case groupKind:
		return GroupConfig{Name: name, Comment: d.comment(), Criteria: d.criteria(), Claims: d.claims()}
	case webhookKind:
		return WebhookConfig{Name: name, URL: maybe(d, "https://a.example", "https://b.example", "https://c.example"), Claims: d.claims()}
	case dlpSensorKind:
		return DLPConfig{d.sensorConfig(name)}
	case wafSensorKind:
		return WAFConfig{d.sensorConfig(name)}
	case networkKind:
		return d.rule(id)
	case admissionKind:
		return AdmissionConfig{
			ID: id, Comment: d.comment(), RuleType: maybe(d, "deny", "exception", "exception"), RuleMode: maybe(d, "", "monitor"),
			Criteria: maybe(d, []events.AdmissionCriterion{{Name: "image", Op: "containsAny", Value: pick(d, "nginx", "redis")}}), Claims: d.claims(),
		}
	case admissionStateKind:
		return AdmissionStateConfig{Enable: maybe(d, true, false), Mode: maybe(d, "monitor", "protect", "x"), Claims: d.claims()}
	case responseKind:
		return d.response(id)
	case processKind:
		list := some(d, events.ProcessRule{Name: "a", Action: "allow"}, events.ProcessRule{Name: "b", Path: "/b", Action: "deny"}, events.ProcessRule{Name: "*"})
		return ProcessConfig{Group: name, Baseline: maybe(d, "basic", "zero-drift"), Change: list, Claims: d.claims()}
	case fileKind:
		list := []events.FileFilter{{Filter: pick(d, "/etc/*", "/bin", "x"), Behavior: "monitor_change"}}
		return FileConfig{Group: name, Filters: &list, Claims: d.claims()}
	case dlpGroupKind:
		return DLPGroupConfig{d.binding(name)}
	case wafGroupKind:
		return WAFGroupConfig{d.binding(name)}
	}
	panic(k.word)
}

func (d drawer) criteria() *[]events.Criterion {
	if d.rarely() {
		return maybe(d, nil, []events.Criterion{{Key: "address", Value: "10.0.0.0/8", Op: "="}})
	}
	return &[]events.Criterion{{Key: "label", Value: pick(d, "x", "y"), Op: "="}}
}

func (d drawer) sensorConfig(name string) SensorConfig {
	rules := []events.SensorRule{}
	for _, rule := range some(d, "q", "r") {
		rules = append(rules, events.SensorRule{Name: rule, Patterns: []events.Pattern{{Op: "regex", Value: "x+"}}})
	}
	return SensorConfig{Name: name, Comment: d.comment(), Rules: &rules, Claims: d.claims()}
}

func (d drawer) binding(name string) SensorGroupConfig {
	list := []events.SensorUsed{}
	for _, sensor := range some(d, "s", "t") {
		list = append(list, events.SensorUsed{Name: d.prefix() + sensor, Action: "deny"})
	}
	return SensorGroupConfig{Name: name, Status: maybe(d, true, false), Replace: &list, Claims: d.claims()}
}

func (d drawer) rule(id uint32) RuleConfig {
	if d.rarely() {
		return RuleConfig{ID: id, Claims: d.claims()}
	}
	return RuleConfig{
		ID: id, Comment: d.comment(), From: new(d.group()), To: new(pick(d, "external", "nodes", d.group())),
		Action: maybe(d, "allow", "deny", "allow", "deny", "x"), Ports: maybe(d, "80", "any"), Claims: d.claims(),
	}
}

func (d drawer) response(id uint32) ResponseConfig {
	c := ResponseConfig{
		ID: id, Comment: d.comment(), Group: maybe(d, "", d.group()), Event: new("event"), Actions: new([]string{"quarantine"}),
		Conditions: &[]events.ResponseCondition{{Type: "name", Value: pick(d, "x", "y")}}, Claims: d.claims(),
	}
	if d.below(2) == 1 {
		c.Actions, c.Webhooks = new([]string{"webhook"}), new([]string{d.webhook()})
	}
	return c
}

// after draws a place in a list of a kind.
func (d drawer) after(k *kind) *int {
	id := int(d.id(k))
	return pick(d, nil, new(0), &id, new(-id))
}

func (d drawer) edit() Edit {
	k := d.kind()
	e := Edit{Kind: k.object, Name: d.name(k), Delete: d.below(4) == 3}
	if !e.Delete {
		e.Config = d.config(k, e.Name)
		if k.rank != nil {
			e.After = d.after(k)
		}
	}
	return e
}

func (d drawer) edits() []Edit {
	edits := make([]Edit, d.below(7))
	for i := range edits {
		edits[i] = d.edit()
	}
	return edits
}

func (d drawer) rules() []RuleConfig {
	rules := make([]RuleConfig, d.below(5))
	for i := range rules {
		rules[i] = d.rule(d.id(networkKind))
	}
	return rules
}

// change draws a decision about objects. Past has what the policy may be restored to, and local what may be
// promoted.
func (d drawer) change(past []*State, local *State) Decision {
	k := d.kind()
	name := d.name(k)
	switch d.below(24) {
	case 0, 1, 2, 3:
		return Create(d.config(k, name))
	case 4, 5, 6, 7:
		return Put(d.config(k, name))
	case 8, 9, 10:
		return Update(name, d.config(k, pick(d, name, name, name, d.name(k))))
	case 11, 12:
		return Remove(k.object, name)
	case 13:
		if d.rarely() {
			return RemoveAll(k.object)
		}
		return Restore(pick(d, past...))
	case 14, 15:
		return Insert(d.after(networkKind), d.rules())
	case 16:
		return Insert(d.after(responseKind), []ResponseConfig{d.response(d.id(responseKind)), d.response(0)})
	case 17, 18:
		k = pick(d, networkKind, responseKind)
		return Move(k.object, k.ids[d.scope].first+d.offset(4), d.after(k))
	case 19:
		return ReplaceRules(d.rules())
	case 20:
		return Promote(local, pick(d, events.ObjectNetworkRule, events.ObjectAdmissionRule), []uint32{pick[uint32](d, 1, 2, 3, 4, 1000)})
	}
	return ChangeSet(d.edits())
}

// step draws a decision about the rollouts of a federation. New ones are named after the length of the log.
func (d drawer) step(w *world) Decision {
	r, on := w.state.Current()
	if !on && !d.rarely() {
		plan := RolloutPlan{
			ID: fmt.Sprintf("r%d", len(w.log)), Actor: "ada", Clusters: w.clusters,
			Waves: some(d, WavePlan{Selector: "env=prod"}, WavePlan{Percent: 50, Soak: time.Minute}, WavePlan{Percent: 10}, WavePlan{Percent: 100}),
		}
		return StartRollout(plan, pick(d, d.change(w.past, w.local), ChangeSet(d.edits())))
	}
	id := r.ID
	if d.rarely() {
		id = pick(d, w.rollouts()...)
	}
	switch d.below(10) {
	case 0:
		return PauseRollout(id, "why")
	case 1, 2:
		return ResumeRollout(id)
	case 3:
		return AbortRollout(id, "why")
	}
	return AdvanceRollout(id, pick(d, r.Open, r.Open, r.Open, 1))
}
