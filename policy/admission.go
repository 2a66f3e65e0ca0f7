package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fedhub/fedhub/events"
)

var admissionKind = &kind{
	object: events.ObjectAdmissionRule,
	word:   "admission rule",
	naming: byNumber,
	ids:    map[Scope]idRange{ScopeLocal: {1000, 99_999}, ScopeFederal: {100_001, 109_999}},
	limits: limits{comment: MaxCommentLen, parts: 64, text: 4096},
	parse:  parseConfig[AdmissionConfig],
	withID: func(o events.Object, id uint32) events.Object {
		r, _ := o.(events.AdmissionRule) //nolint:errcheck // the kind has no others
		r.ID = id
		return r
	},
}

// admissionException is the type of a rule that lets workloads in; one that keeps them out is of the type
// [ActionDeny].
const admissionException = "exception"

// admissionCategory is the only category of rules that there is. NeuVector puts every rule into it, whatever
// the request says.
const admissionCategory = "Kubernetes"

// The modes of a rule and of admission control as a whole.
const (
	admissionMonitor = "monitor" // only report
	admissionProtect = "protect"
)

// admissionContainers are the containers of a workload that a rule may be about, in the order in which they are
// stored.
var admissionContainers = []string{"containers", "init_containers", "ephemeral_containers"}

// AdmissionConfig is what a request says about an admission rule.
type AdmissionConfig struct {
	ID         uint32                       `json:"id,omitempty"`       // 0: a new rule that takes the next free id
	Category   *string                      `json:"category,omitempty"` // accepted and not needed: there is only one
	Comment    *string                      `json:"comment,omitempty"`
	Criteria   *[]events.AdmissionCriterion `json:"criteria,omitempty"`
	Disable    *bool                        `json:"disable,omitempty"`
	Actions    *[]string                    `json:"actions,omitempty"`    // accepted and not needed
	Containers *[]string                    `json:"containers,omitempty"` // empty: all
	RuleType   *string                      `json:"rule_type,omitempty"`  // "allow" stands for "exception"
	RuleMode   *string                      `json:"rule_mode,omitempty"`
	Claims
}

func (AdmissionConfig) kind() *kind     { return admissionKind }
func (c AdmissionConfig) about() string { return number(c.ID) }

func (c AdmissionConfig) onto(old events.Object, _ *State) (events.Object, error) {
	r, exists := old.(events.AdmissionRule)
	if !exists {
		r.ID = c.ID
	}
	set(&r.Comment, c.Comment)
	set(&r.Criteria, c.Criteria)
	set(&r.Disabled, c.Disable)
	set(&r.Containers, c.Containers)
	set(&r.RuleType, c.RuleType)
	if c.RuleType != nil && *c.RuleType != ActionDeny {
		r.RuleMode = "" // what was once a deny rule keeps no mode
	}
	set(&r.RuleMode, c.RuleMode)
	return normalAdmission(r)
}

// normalAdmission judges what a rule says and puts it into normal form.
func normalAdmission(r events.AdmissionRule) (events.Object, error) {
	if err := checkComment(r.Comment); err != nil {
		return nil, err
	}
	r.Category = admissionCategory
	if r.RuleType == ActionAllow { // the word of NeuVector's console and of its custom resources
		r.RuleType = admissionException
	}
	deny := r.RuleType == ActionDeny
	switch {
	case !deny && r.RuleType != admissionException:
		return nil, fmt.Errorf("%w: rule_type %q; use %s or %s", ErrInvalid, r.RuleType, ActionDeny, admissionException)
	case !deny && r.RuleMode != "":
		return nil, fmt.Errorf("%w: rule_mode %q of an exception; only deny rules have a mode", ErrInvalid, r.RuleMode)
	case !slices.Contains([]string{"", admissionMonitor, admissionProtect}, r.RuleMode):
		return nil, fmt.Errorf("%w: rule_mode %q; use %s or %s, or leave it empty for the mode of the cluster",
			ErrInvalid, r.RuleMode, admissionMonitor, admissionProtect)
	}
	var err error
	if r.Containers, err = normalContainers(r.Containers); err != nil {
		return nil, err
	}
	if r.Criteria, err = normalAdmissionCriteria(r.Criteria, deny); err != nil {
		return nil, err
	}
	return r, nil
}

// normalContainers returns the words in a fixed order, each once; all of them become none.
func normalContainers(words []string) ([]string, error) {
	var out []string
	for _, word := range words {
		if !slices.Contains(admissionContainers, word) {
			return nil, fmt.Errorf("%w: containers %q; use %s, or none for all",
				ErrInvalid, word, strings.Join(admissionContainers, ", "))
		}
	}
	for _, known := range admissionContainers {
		if slices.Contains(words, known) {
			out = append(out, known)
		}
	}
	if len(out) == len(admissionContainers) {
		return nil, nil
	}
	return out, nil
}
