package policy

import (
	"strings"
	"testing"

	"github.com/fedhub/fedhub/events"
)

// furnished is a policy in which everything speaks of the group fed.web, and much of the webhook and the sensors.
func furnished(tb testing.TB) *State {
	tb.Helper()
	s := NewState(ScopeFederal)
	must(tb, s, Foundation())
	used := []events.SensorUsed{{Name: "fed.s", Action: "deny"}}
	for _, c := range []Config{
		GroupConfig{Name: "fed.web", Criteria: &webLabel},
		GroupConfig{Name: "fed.db", Criteria: &webLabel},
		WebhookConfig{Name: "fed.h", URL: new("https://a.example")},
		WebhookConfig{Name: "fed.idle", URL: new("https://b.example")},
		DLPConfig{SensorConfig{Name: "fed.s"}},
		WAFConfig{SensorConfig{Name: "fed.s"}},
		allow("fed.web", "fed.db"),
		allow("fed.db", "external"),
		ResponseConfig{
			Event: new("event"), Group: new("fed.web"), Conditions: &[]events.ResponseCondition{{Type: "name", Value: "x"}},
			Actions: new([]string{"webhook"}), Webhooks: new([]string{"fed.h"}),
		},
		ProcessConfig{Group: "fed.web"},
		FileConfig{Group: "fed.web"},
		DLPGroupConfig{SensorGroupConfig{Name: "fed.web", Sensors: used}},
		WAFGroupConfig{SensorGroupConfig{Name: "fed.web", Sensors: used}},
		AdmissionStateConfig{},
	} {
		must(tb, s, Create(c))
	}
	return s
}

func TestRemove(t *testing.T) {
	for name, tt := range map[string]struct {
		kind events.ObjectKind
		name string
		gone []string
		want error
		says string
	}{
		"a group and all that speaks of it": {kind: events.ObjectGroup, name: "fed.web", gone: []string{
			"waf.group.removed", "dlp.group.removed", "file.profile.removed", "process.profile.removed", "response.rule.removed",
			"network.rule.removed", "group.removed",
		}},
		"a group of rules only":          {kind: events.ObjectGroup, name: "fed.db", gone: []string{"network.rule.removed", "network.rule.removed", "group.removed"}},
		"a profile":                      {kind: events.ObjectFileProfile, name: "fed.web", gone: []string{"file.profile.removed"}},
		"the sensors of a group":         {kind: events.ObjectDLPGroup, name: "fed.web", gone: []string{"dlp.group.removed"}},
		"a rule":                         {kind: events.ObjectResponseRule, name: "100001", gone: []string{"response.rule.removed"}},
		"the admission state":            {kind: events.ObjectAdmissionState, name: "state", gone: []string{"admission.state.removed"}},
		"a webhook":                      {kind: events.ObjectWebhook, name: "fed.idle", gone: []string{"webhook.removed"}},
		"a webhook in use":               {kind: events.ObjectWebhook, name: "fed.h", want: ErrInUse, says: `webhook "fed.h" is used by response rule 100001; change or delete that first`},
		"a DLP sensor in use":            {kind: events.ObjectDLPSensor, name: "fed.s", want: ErrInUse, says: `dlp sensor "fed.s" is used by dlp group fed.web; change`},
		"a WAF sensor in use":            {kind: events.ObjectWAFSensor, name: "fed.s", want: ErrInUse, says: "waf group fed.web"},
		"a reserved group":               {kind: events.ObjectGroup, name: FederalNodes, want: ErrReserved, says: "cannot be deleted"},
		"a predefined sensor":            {kind: events.ObjectDLPSensor, name: sensorSSN, want: ErrReserved, says: "predefined"},
		"a missing group":                {kind: events.ObjectGroup, name: "fed.x", want: ErrNotFound, says: `group "fed.x": `},
		"a missing rule":                 {kind: events.ObjectNetworkRule, name: "100009", want: ErrNotFound, says: "rule 100009: "},
		"a number with zeros before":     {kind: events.ObjectNetworkRule, name: "0000100001", want: ErrNotFound},
		"a profile of a group with none": {kind: events.ObjectFileProfile, name: "fed.db", want: ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			s := furnished(t)
			fs, err := Remove(tt.kind, tt.name)(s, noon)
			verdict(t, fs, err, tt.want)
			if err != nil && !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%q does not say %q", err, tt.says)
			}
			var gone []string
			for _, f := range fs {
				gone = append(gone, strings.TrimPrefix(string(f.Kind()), "policy."))
				fold(t, s, f)
				holds(t, s, f)
			}
			same(t, gone, tt.gone)
		})
	}
}

func TestRemoveAll(t *testing.T) {
	for kind, tt := range map[events.ObjectKind]struct {
		left int
		want error
	}{
		events.ObjectGroup:          {left: 2}, // the reserved ones
		events.ObjectNetworkRule:    {},
		events.ObjectResponseRule:   {},
		events.ObjectProcessProfile: {},
		events.ObjectWAFGroup:       {},
		events.ObjectAdmissionState: {},
		events.ObjectAdmissionRule:  {},
		events.ObjectWebhook:        {left: 2, want: ErrInUse},
		events.ObjectDLPSensor:      {left: 3, want: ErrInUse},
		events.ObjectWAFSensor:      {left: 1, want: ErrInUse},
	} {
		t.Run(string(kind), func(t *testing.T) {
			s := furnished(t)
			fs, err := RemoveAll(kind)(s, noon)
			verdict(t, fs, err, tt.want)
			fold(t, s, fs...)
			left := 0
			for range s.Objects(kind) {
				left++
			}
			same(t, left, tt.left)
			wellReferred(t, s)
		})
	}
	s := furnished(t)
	must(t, s, RemoveAll(events.ObjectGroup))
	same(t, s.order.Len(), 2+2+2+1+1+1) // reserved groups, webhooks, predefined sensors, the sensors, the admission state
}

func TestRemove_namesAFewOfManyUsers(t *testing.T) {
	s := furnished(t)
	for i := range 7 {
		must(t, s, Create(GroupConfig{Name: "fed.g" + string(rune('a'+i)), Criteria: &webLabel}))
		must(t, s, Create(DLPGroupConfig{SensorGroupConfig{Name: "fed.g" + string(rune('a'+i)), Sensors: []events.SensorUsed{{Name: "fed.s", Action: "deny"}}}}))
	}
	_, err := Remove(events.ObjectDLPSensor, "fed.s")(s, noon)
	verdict(t, nil, err, ErrInUse)
	if want := "dlp group fed.ga, dlp group fed.gb, dlp group fed.gc, dlp group fed.gd, dlp group fed.ge and 3 more;"; !strings.Contains(err.Error(), want) {
		t.Errorf("%q does not say %q", err, want)
	}
}
