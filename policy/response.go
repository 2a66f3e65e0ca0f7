package policy

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fedhub/fedhub/events"
)

var responseKind = &kind{
	object: events.ObjectResponseRule,
	word:   "response rule",
	naming: byNumber,
	ids:    map[Scope]idRange{ScopeLocal: {8, 99_999}, ScopeFederal: {100_001, 109_999}},
	// Conditions have a bound of their own, as each type is there once: parts are the webhooks.
	limits: limits{comment: MaxCommentLen, parts: 64, text: 1024},
	parse:  parseConfig[ResponseConfig],
	refs: func(o events.Object) []events.About {
		r, _ := o.(events.ResponseRule) //nolint:errcheck // the kind has no others
		out := groupsOf(r.Group)
		for _, name := range r.Webhooks {
			out = append(out, events.About{Kind: events.ObjectWebhook, Name: name})
		}
		return out
	},
	withID: func(o events.Object, id uint32) events.Object {
		r, _ := o.(events.ResponseRule) //nolint:errcheck // the kind has no others
		r.ID = id
		return r
	},
	rank: func(o events.Object) string {
		r, _ := o.(events.ResponseRule) //nolint:errcheck // the kind has no others
		return r.Rank
	},
	withRank: func(o events.Object, rank string) events.Object {
		r, _ := o.(events.ResponseRule) //nolint:errcheck // the kind has no others
		r.Rank = rank
		return r
	},
	cascade: true,
}

// The types of condition that any event has, and one that is read in a way of its own.
const (
	conditionName    = "name"
	conditionLevel   = "level"
	conditionCVEName = "cve-name"
)

// responseConditions are the events that a rule may be about, with the types of condition that each may have.
var responseConditions = map[string][]string{
	"event":             {conditionName, conditionLevel},
	"security-event":    {conditionName, conditionLevel, "process"},
	"admission-control": {conditionName, conditionLevel},
	"serverless":        {conditionName, conditionLevel},
	"compliance":        {conditionName, conditionLevel},
	"cve-report": append([]string{conditionName, conditionLevel, conditionCVEName},
		slices.Concat(cveCounts, cveCountsWithFix)...),
}

// The types of condition whose value is how many vulnerabilities there must be. With a fix, the days since it
// was published may stand behind a slash.
var (
	cveCounts        = []string{"cve-critical", "cve-high", "cve-high-only", "cve-medium"}
	cveCountsWithFix = []string{"cve-critical-with-fix", "cve-high-with-fix", "cve-high-only-with-fix"}
)

// responseLevels are the values of a condition on the level, as NeuVector spells them.
var responseLevels = []string{"Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Info", "Debug"}

// actionWebhook is the action that takes webhooks.
const actionWebhook = "webhook"

var responseActions = []string{"quarantine", "suppress-log", actionWebhook}

// ResponseConfig is what a request says about a response rule.
type ResponseConfig struct {
	ID         uint32                      `json:"id,omitempty"` // 0: a new rule that takes the next free id
	Comment    *string                     `json:"comment,omitempty"`
	Group      *string                     `json:"group,omitempty"` // empty: whatever group it happens to
	Event      *string                     `json:"event,omitempty"`
	Conditions *[]events.ResponseCondition `json:"conditions,omitempty"`
	Actions    *[]string                   `json:"actions,omitempty"`
	Webhooks   *[]string                   `json:"webhooks,omitempty"`
	Disable    *bool                       `json:"disable,omitempty"`
	Claims
}

func (ResponseConfig) kind() *kind     { return responseKind }
func (c ResponseConfig) about() string { return number(c.ID) }

func (c ResponseConfig) onto(old events.Object, s *State) (events.Object, error) {
	r, exists := old.(events.ResponseRule)
	if !exists {
		r.ID = c.ID
	}
	set(&r.Comment, c.Comment)
	set(&r.Group, c.Group)
	set(&r.Event, c.Event)
	set(&r.Conditions, c.Conditions)
	set(&r.Actions, c.Actions)
	set(&r.Webhooks, c.Webhooks)
	set(&r.Disabled, c.Disable)
	if err := checkComment(r.Comment); err != nil {
		return nil, err
	}
	if err := s.scope.checkResponseGroup(r.Group); err != nil {
		return nil, err
	}
	var err error
	if r.Conditions, err = normalConditions(r.Event, r.Conditions); err != nil {
		return nil, err
	}
	r.Actions, r.Webhooks, err = normalActions(r.Actions, r.Webhooks)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// checkResponseGroup judges what a rule may be applied to; whether a group is there is for the references.
func (s Scope) checkResponseGroup(name string) error {
	switch {
	case name == "" || name == endExternal:
		return nil
	case s == ScopeFederal && !federal(name):
		return fmt.Errorf("%w: Rule cannot be applied to group %q: it is not federated; use one that begins with %q, %s or none",
			ErrInvalid, name, fedPrefix, endExternal)
	case s == ScopeLocal && federal(name):
		return fmt.Errorf("%w: Rule cannot be applied to group %q: it is the federation's; name one of the cluster's own",
			ErrInvalid, name)
	case isSpecial(name) && name != endNodes:
		return fmt.Errorf("%w: Rule cannot be applied to group %q: it is no group; name one, or %s, %s or %s, or none",
			ErrInvalid, name, endExternal, endNodes, endContainers)
	}
	return nil
}

// normalConditions returns the conditions sorted by type, each in normal form.
func normalConditions(event string, conditions []events.ResponseCondition) ([]events.ResponseCondition, error) {
	types, known := responseConditions[event]
	switch {
	case !known:
		return nil, fmt.Errorf("%w: event %q; use one of %s",
			ErrInvalid, event, strings.Join(slices.Sorted(maps.Keys(responseConditions)), ", "))
	case len(conditions) == 0:
		return nil, fmt.Errorf("%w: No criteria: the rule would act on every %s; give at least one condition", ErrInvalid, event)
	}
	out := make([]events.ResponseCondition, 0, len(types))
	for _, c := range conditions {
		if !slices.Contains(types, c.Type) {
			return nil, fmt.Errorf("%w: condition type %q; for the event %s use one of %s",
				ErrInvalid, c.Type, event, strings.Join(types, ", "))
		}
		if slices.ContainsFunc(out, func(o events.ResponseCondition) bool { return o.Type == c.Type }) {
			return nil, fmt.Errorf("%w: the condition type %s is there twice; make two rules", ErrInvalid, c.Type)
		}
		value, err := normalConditionValue(c.Type, c.Value)
		if err != nil {
			return nil, err
		}
		out = append(out, events.ResponseCondition{Type: c.Type, Value: value})
	}
	slices.SortFunc(out, func(a, b events.ResponseCondition) int { return cmp.Compare(a.Type, b.Type) })
	return out, nil
}

func normalConditionValue(of, value string) (string, error) {
	switch {
	case value == "":
		return "", fmt.Errorf("%w: the condition %s has no value", ErrInvalid, of)
	case len(value) > responseKind.limits.text:
		return "", fmt.Errorf("%w: the value of the condition %s has %d bytes; at most %d are allowed",
			ErrTooLarge, of, len(value), responseKind.limits.text)
	case !utf8.ValidString(value):
		return "", fmt.Errorf("%w: the value of the condition %s is not valid UTF-8", ErrInvalid, of)
	case of == conditionLevel:
		return normalLevel(value)
	case of == conditionCVEName:
		return strings.ToUpper(value), nil
	case slices.Contains(cveCounts, of):
		return normalCounts(of, value, 1)
	case slices.Contains(cveCountsWithFix, of):
		return normalCounts(of, value, 2)
	}
	return value, nil
}

func normalLevel(value string) (string, error) {
	for _, level := range responseLevels {
		if strings.EqualFold(level, value) {
			return level, nil
		}
	}
	return "", fmt.Errorf("%w: level %q; use one of %s", ErrInvalid, value, strings.Join(responseLevels, ", "))
}

// normalCounts returns up to most positive numbers that slashes separate, without leading zeros.
func normalCounts(of, value string, most int) (string, error) {
	form := "a number such as 3"
	if most > 1 {
		form = "a number such as 3, or 3/30 for fixes that are at least 30 days old"
	}
	words := strings.Split(value, "/")
	for i, word := range words {
		n, err := strconv.ParseUint(word, 10, 31)
		if err != nil || n == 0 || len(words) > most {
			return "", fmt.Errorf("%w: value %q of the condition %s; use %s, not below 1", ErrInvalid, value, of, form)
		}
		words[i] = strconv.FormatUint(n, 10)
	}
	return strings.Join(words, "/"), nil
}

// normalActions returns both lists sorted, each word once.
func normalActions(actions, webhooks []string) (normal, names []string, err error) {
	for _, action := range actions {
		if !slices.Contains(responseActions, action) {
			return nil, nil, fmt.Errorf("%w: action %q; use one of %s", ErrInvalid, action, strings.Join(responseActions, ", "))
		}
	}
	switch sends := slices.Contains(actions, actionWebhook); {
	case len(actions) == 0:
		return nil, nil, fmt.Errorf("%w: the rule has no action; give at least one of %s",
			ErrInvalid, strings.Join(responseActions, ", "))
	case sends && len(webhooks) == 0:
		return nil, nil, fmt.Errorf("%w: the action %s needs a webhook to send to; name at least one", ErrInvalid, actionWebhook)
	case !sends && len(webhooks) > 0:
		return nil, nil, fmt.Errorf("%w: there are webhooks and no action %s; add the action or take the webhooks away",
			ErrInvalid, actionWebhook)
	case len(webhooks) > responseKind.limits.parts:
		return nil, nil, fmt.Errorf("%w: %d webhooks; a rule has at most %d",
			ErrTooLarge, len(webhooks), responseKind.limits.parts)
	}
	return once(actions), once(webhooks), nil
}

// once returns the words sorted, each once.
func once(words []string) []string { return slices.Compact(slices.Sorted(slices.Values(words))) }
