package policy

import (
	"fmt"
	"strconv"

	"github.com/fedhub/fedhub/events"
)

// Format is how an export is written.
type Format string

// The formats.
const (
	FormatYAML Format = "yaml" // one document for each resource
	FormatJSON Format = "json" // one list of all resources
)

// Export returns all that a state has as NeuVector's custom resources, in an order that depends on the state alone:
// webhooks; sensors; for each group its network rules, profiles and sensors; admission rules; response rules. A
// network rule stands with the group that it leads to, or with the one that it comes from when it leads to no group.
// Changes that a rollout has on their way are not part of it.
//
// What NeuVector's forms have no place for is in fields that are called "fedhub": numbers, places, targets,
// times and more. NeuVector passes them over. [Import] reads them, so that an export which is imported into an empty
// state of the same scope makes it the same, with the same [State.Digest]. A response rule that is for one group names
// it as its policy, so that NeuVector refuses it instead of applying it to all.
//
// It refuses a format that it does not know with [ErrInvalid].
func Export(s *State, format Format) ([]byte, error) {
	e := exporter{State: s, rules: map[string]*groupRules{}}
	switch format {
	case FormatYAML:
		return writeYAML(e.resources())
	case FormatJSON:
		return writeJSON(e.resources())
	}
	return nil, fmt.Errorf("%w: format %q; use %s or %s", ErrInvalid, format, FormatYAML, FormatJSON)
}

// resource is a custom resource.
type resource struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Metadata   metadata `json:"metadata"`
	Spec       any      `json:"spec"`
}

type metadata struct {
	Name string `json:"name"`
}

func newResource(kind, name string, spec any) resource {
	return resource{APIVersion: apiVersion, Kind: kind, Metadata: metadata{name}, Spec: spec}
}

// exporter makes resources of a state.
type exporter struct {
	*State
	rules  map[string]*groupRules // by the name of the group that they stand with
	order  []string               // of these names that are no group's
	chosen map[string]bool        // the groups that are exported; nil: all
}

// groupRules are the network rules that stand with one group.
type groupRules struct {
	ingress, egress []crdRule[crdSelector]
}

func (e *exporter) resources() []resource {
	var out []resource
	if spec, ok := e.config(); ok {
		out = append(out, newResource(kindNvConfig, string(e.scope), spec))
	}
	for _, k := range []*kind{dlpSensorKind, wafSensorKind} {
		for o := range e.Objects(k.object) {
			out = append(out, e.sensor(k, o))
		}
	}
	out = append(out, e.groups()...)
	if spec, ok := e.admission(); ok {
		out = append(out, newResource(kindNvAdmission, string(e.scope), spec))
	}
	for r := range All[events.ResponseRule](e.State) {
		name := string(e.scope) + "-response-" + strconv.FormatUint(uint64(r.ID), 10)
		out = append(out, newResource(kindNvResponse, name, e.response(r)))
	}
	return out
}

// extra returns what NeuVector has no place for in any object.
func (e *exporter) extra(o events.Object) *extension {
	meta := o.Common()
	out := &extension{CreatedAt: &meta.CreatedAt, ModifiedAt: &meta.ModifiedAt}
	if e.scope == ScopeFederal {
		out.Targets = &meta.Targets
	}
	return out
}

// config returns the configuration, of which there are only the webhooks.
func (e *exporter) config() (any, bool) {
	type config struct {
		Webhooks []crdWebhook `json:"webhooks"`
	}
	var all []crdWebhook
	for w := range All[events.Webhook](e.State) {
		c := WebhookConfig{Name: w.Name, URL: &w.URL, Enable: &w.Enable, UseProxy: &w.UseProxy, Type: &w.Type}
		all = append(all, crdWebhook{WebhookConfig: c, Extra: e.extra(w)})
	}
	return struct {
		Config config `json:"config"`
	}{config{all}}, len(all) > 0
}

func (e *exporter) sensor(k *kind, o events.Object) resource {
	s := sensorOf(o)
	out := crdSensor{Name: s.Name, Comment: s.Comment, Rules: make([]crdSensorRule, 0, len(s.Rules)), Extra: e.extra(o)}
	out.Extra.Reserved = s.Predefined
	for _, r := range s.Rules {
		out.Rules = append(out.Rules, crdSensorRule{Name: r.Name, Patterns: r.Patterns, Extra: &extension{ID: r.ID}})
	}
	name := kindNvDLP
	if k == wafSensorKind {
		name = kindNvWAF
	}
	return newResource(name, s.Name, struct {
		Sensor crdSensor `json:"sensor"`
	}{out})
}

func (e *exporter) admission() (any, bool) {
	var spec struct {
		Config *crdAdmissionConfig `json:"config,omitempty"`
		Rules  []crdAdmissionRule  `json:"rules"`
	}
	spec.Rules = []crdAdmissionRule{}
	if a, ok := Get[events.AdmissionState](e.State, events.AdmissionState{}.About().Name); ok {
		extra := e.extra(a)
		extra.DefaultAction, extra.FailurePolicy = a.DefaultAction, a.FailurePolicy
		spec.Config = &crdAdmissionConfig{Enable: &a.Enable, Mode: &a.Mode, ClientMode: new("service"), Extra: extra}
	}
	for r := range All[events.AdmissionRule](e.State) {
		out := crdAdmissionRule{
			Action: r.RuleType, Comment: r.Comment, Containers: r.Containers, Criteria: r.Criteria, Disabled: r.Disabled,
			RuleMode: r.RuleMode, Extra: e.extra(r),
		}
		if out.Action == admissionException {
			out.Action = ActionAllow
		}
		if len(out.Containers) == 0 {
			out.Containers = admissionContainers // NeuVector's resources say so of all
		}
		out.Extra.ID = r.ID
		spec.Rules = append(spec.Rules, out)
	}
	return spec, spec.Config != nil || len(spec.Rules) > 0
}

func (e *exporter) response(r events.ResponseRule) any {
	out := crdResponseRule{
		PolicyName: policyDefault, Event: r.Event, Comment: r.Comment, Conditions: r.Conditions, Actions: r.Actions,
		Webhooks: r.Webhooks, Disable: r.Disabled, Extra: e.extra(r),
	}
	if r.Group != "" {
		out.PolicyName = r.Group
	}
	out.Extra.ID, out.Extra.Rank, out.Extra.Group = r.ID, r.Rank, r.Group
	return struct {
		Rule crdResponseRule `json:"rule"`
	}{out}
}
