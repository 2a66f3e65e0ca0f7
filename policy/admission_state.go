package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fedhub/fedhub/events"
)

var admissionStateKind = &kind{
	object: events.ObjectAdmissionState,
	word:   "admission state",
	naming: single,
	parse:  parseConfig[AdmissionStateConfig],
}

// What happens to a workload when the rules cannot be asked.
const (
	failIgnore = "ignore" // it is let in
	failClosed = "fail"
)

// AdmissionStateConfig is what a request says about whether and how admission rules act.
type AdmissionStateConfig struct {
	Enable        *bool   `json:"enable,omitempty"`
	Mode          *string `json:"mode,omitempty"`
	DefaultAction *string `json:"default_action,omitempty"`
	FailurePolicy *string `json:"failure_policy,omitempty"`
	AdmClientMode *string `json:"adm_client_mode,omitempty"` // accepted and not needed: each cluster knows its own
	Claims
}

func (AdmissionStateConfig) kind() *kind   { return admissionStateKind }
func (AdmissionStateConfig) about() string { return events.AdmissionState{}.About().Name }

func (c AdmissionStateConfig) onto(old events.Object, _ *State) (events.Object, error) {
	a, exists := old.(events.AdmissionState)
	if !exists {
		a.Mode, a.DefaultAction, a.FailurePolicy = admissionMonitor, ActionAllow, failIgnore
	}
	set(&a.Enable, c.Enable)
	set(&a.Mode, c.Mode)
	set(&a.DefaultAction, c.DefaultAction)
	set(&a.FailurePolicy, c.FailurePolicy)
	for _, field := range []struct {
		name, value string
		words       []string
	}{
		{"mode", a.Mode, []string{admissionMonitor, admissionProtect}},
		{"default_action", a.DefaultAction, []string{ActionAllow, ActionDeny}},
		{"failure_policy", a.FailurePolicy, []string{failIgnore, failClosed}},
	} {
		if !slices.Contains(field.words, field.value) {
			return nil, fmt.Errorf("%w: %s %q; use %s", ErrInvalid, field.name, field.value, strings.Join(field.words, " or "))
		}
	}
	return a, nil
}
