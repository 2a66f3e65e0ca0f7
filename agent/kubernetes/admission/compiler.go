package admission

import (
	"slices"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// Config is what a [Compiler] needs to know.
type Config struct {
	// Namespace is the controller's own: workloads in it are never refused, and probes are made in it.
	Namespace string
}

// Compiler makes objects of the admission rules of policies, and remembers those of the rules that did not change.
// It is for one goroutine at a time.
type Compiler struct {
	probes string   // the namespace of the probes
	exempt []string // the namespaces in which nothing is refused
	last   setting
	rules  map[uint32]*outcome // of the last plan
}

// systemNamespaces are those of Kubernetes itself. NeuVector's first, unchangeable rule lets in what is created there.
var systemNamespaces = []string{"kube-node-lease", "kube-public", "kube-system"}

// New returns a Compiler.
func New(cfg Config) *Compiler {
	exempt := append(slices.Clone(systemNamespaces), cfg.Namespace)
	slices.Sort(exempt)
	return &Compiler{probes: cfg.Namespace, exempt: slices.Compact(exempt)}
}

// Plan returns what the admission rules of a cluster's policy become, the federal ones first, each by its number.
// What it returns is shared with later plans and must not be changed.
func (c *Compiler) Plan(federal, local *policy.State, master string) apply.Plan {
	now := c.settle(federal, local, master)
	out := apply.Plan{Objects: make([]apply.Object, 0, 2*len(c.rules)), Short: slices.Clone(now.short)}
	rules := make(map[uint32]*outcome, len(c.rules))
	for _, list := range []denials{now.federal, now.local, now.rest} {
		for _, rule := range list.rules {
			made := c.outcome(rule, list.in)
			rules[rule.ID] = made
			out.Objects = append(out.Objects, made.objects...)
			if made.short != nil {
				out.Short = append(out.Short, *made.short)
			}
		}
	}
	c.last, c.rules = now, rules
	return out
}

// outcome is what became of one rule.
type outcome struct {
	rule    events.AdmissionRule
	in      frame
	objects []apply.Object
	short   *events.ObjectState
}

// outcome returns what becomes of a rule: what it became in the last plan, if nothing changed.
func (c *Compiler) outcome(rule events.AdmissionRule, in frame) *outcome {
	if old := c.rules[rule.ID]; old != nil && old.in == in && sameRule(old.rule, rule) {
		return old
	}
	made := &outcome{rule: rule, in: in}
	objects, err := c.objects(rule, in)
	if err != nil {
		made.short = &events.ObjectState{Object: about(rule), State: events.Unsupported, Reason: err.Error()}
	}
	made.objects = objects
	return made
}

// restID is the number, which no rule has, of what stands for the default action.
const restID = 0

// about returns the object of the policy that a rule is.
func about(rule events.AdmissionRule) events.About {
	if rule.ID == restID {
		return events.AdmissionState{}.About()
	}
	return rule.About()
}

// sameRule reports whether two rules say the same. The criteria of a rule that did not change are mostly the very
// same slice.
func sameRule(a, b events.AdmissionRule) bool {
	return a.ID == b.ID && a.Comment == b.Comment && a.RuleType == b.RuleType && a.RuleMode == b.RuleMode &&
		a.Disabled == b.Disabled && slices.Equal(a.Containers, b.Containers) && sameCriteria(a.Criteria, b.Criteria)
}

func sameCriteria(a, b []events.AdmissionCriterion) bool {
	if len(a) != len(b) || len(a) == 0 || &a[0] == &b[0] {
		return len(a) == len(b)
	}
	return slices.EqualFunc(a, b, func(a, b events.AdmissionCriterion) bool {
		return a.Name == b.Name && a.Op == b.Op && a.Value == b.Value && a.Path == b.Path &&
			a.ValueType == b.ValueType && sameCriteria(a.SubCriteria, b.SubCriteria)
	})
}
