package admission

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
)

// maxSpec bounds the spec of an object: etcd takes objects of up to 1.5 MiB.
const maxSpec = 1 << 20

// The parts of names.
const (
	namePrefix  = "fedhub-admission-"
	probePrefix = "fedhub-probe-"
	nameOfRest  = "default"
)

// objects returns the policy and the binding of a deny rule. The error is an [UnsupportedError].
func (c *Compiler) objects(rule events.AdmissionRule, in frame) ([]apply.Object, error) {
	j, err := judge(rule)
	if err != nil {
		return nil, err
	}
	id := nameOfRest
	if rule.ID != restID {
		id = strconv.FormatUint(uint64(rule.ID), 10)
	}
	name, probe := namePrefix+id, apply.Probe{Name: probePrefix + id}
	spec := c.policy(rule, j, in, probe.Name)
	binding := bindingSpec{PolicyName: name, ValidationActions: []string{"Deny"}}
	if monitors(rule, in) {
		binding.ValidationActions = []string{"Warn", "Audit"}
	}
	bound, err := encode(binding)
	if err != nil {
		return nil, err
	}
	if probe.Mark, err = markOf(spec, bound); err != nil {
		return nil, err
	}
	spec.Validations[0].Message = "fedhub has this rule in force as version " + probe.Mark
	marked, err := encode(spec)
	switch {
	case err != nil:
		return nil, err
	case len(marked) > maxSpec:
		return nil, UnsupportedError{fmt.Sprintf("the rule and the exceptions from it become %d bytes, and a cluster takes %d; "+
			"use fewer exceptions", len(marked), maxSpec)}
	}
	abouts := append([]events.About{about(rule)}, in.exceptions.abouts...)
	return []apply.Object{
		{Kind: Policy, Name: name, Spec: marked, For: abouts, Probe: &probe},
		{Kind: Binding, Name: name, Spec: bound, For: abouts, Probe: &probe},
	}, nil
}

// markOf returns the mark of this very version of a policy and its binding.
func markOf(spec policySpec, binding []byte) (string, error) {
	unmarked, err := encode(spec)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(append(unmarked, binding...))
	return hex.EncodeToString(sum[:16]), nil
}

// monitors reports whether a rule only tells of what it meets.
func monitors(rule events.AdmissionRule, in frame) bool {
	if rule.RuleMode != "" {
		return rule.RuleMode == modeMonitor
	}
	return in.mode == modeMonitor
}

// policy returns the spec of the policy of a deny rule, without its mark.
func (c *Compiler) policy(rule events.AdmissionRule, j judgment, in frame, probe string) policySpec {
	body := ofContainers(j, in.exceptions)
	if slices.ContainsFunc(rule.Criteria, func(c events.AdmissionCriterion) bool { return c.Name == nameClass }) {
		body = ofStorage(j, in.exceptions)
	}
	out := policySpec{
		FailurePolicy: "Fail",
		Variables:     body.vars,
		Validations: []validation{
			{Expression: `request.resource.resource != "configmaps" || request.namespace != ` + quote(c.probes), Reason: "Forbidden"},
			{
				Expression: fmt.Sprintf(`request.resource.resource == "configmaps" || request.namespace in %s || !%s || size(variables.%s) == 0`,
					listOf(c.exempt), body.changed, body.last),
				Message: message(rule, in), Reason: "Forbidden",
			},
		},
	}
	if in.ignore {
		out.FailurePolicy = "Ignore"
	}
	probes := requests("", []string{"CREATE"}, "configmaps")
	probes.ResourceNames = []string{probe}
	out.MatchConstraints = matchConstraints{MatchPolicy: "Equivalent", ResourceRules: append(body.of, probes)}
	return out
}

// message returns what whoever is refused reads.
func message(rule events.AdmissionRule, in frame) string {
	verb := "refused"
	if monitors(rule, in) {
		verb = "reported"
	}
	what := "rule " + strconv.FormatUint(uint64(rule.ID), 10)
	if rule.ID == restID {
		what = "the default action"
	}
	text := verb + " by " + what + " " + in.by
	if comment := strings.Join(strings.Fields(rule.Comment), " "); comment != "" {
		text += ": " + comment
	}
	return text
}

// encode returns the JSON of a spec.
func encode(spec any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false) // expressions are full of what HTML escapes
	if err := e.Encode(spec); err != nil {
		return nil, fmt.Errorf("spec of an admission policy: %w", err)
	}
	return bytes.TrimSpace(out.Bytes()), nil
}
