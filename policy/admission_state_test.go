package policy

import (
	"encoding/json"
	"testing"

	"github.com/fedhub/fedhub/events"
)

func TestAdmissionStateConfig_onto(t *testing.T) {
	standard := events.AdmissionState{Mode: "monitor", DefaultAction: "allow", FailurePolicy: "ignore"}
	strict := events.AdmissionState{
		Enable: true, Mode: "protect", DefaultAction: "deny", FailurePolicy: "fail", Meta: events.Meta{CreatedAt: noon},
	}
	for name, tt := range map[string]struct {
		given events.Object
		when  AdmissionStateConfig
		want  events.AdmissionState
		err   error
	}{
		"new, nothing said": {want: standard},
		"new, all said": {
			when: AdmissionStateConfig{
				Enable: new(true), Mode: new("protect"), DefaultAction: new("deny"), FailurePolicy: new("fail"),
				AdmClientMode: new("url"),
			},
			want: events.AdmissionState{Enable: true, Mode: "protect", DefaultAction: "deny", FailurePolicy: "fail"},
		},
		"nothing said": {given: strict, want: strict},
		"disabled": {
			given: strict, when: AdmissionStateConfig{Enable: new(false)},
			want: events.AdmissionState{Mode: "protect", DefaultAction: "deny", FailurePolicy: "fail", Meta: strict.Meta},
		},
		"unknown mode":   {given: strict, when: AdmissionStateConfig{Mode: new("discover")}, err: ErrInvalid},
		"empty mode":     {when: AdmissionStateConfig{Mode: new("")}, err: ErrInvalid},
		"unknown action": {when: AdmissionStateConfig{DefaultAction: new("exception")}, err: ErrInvalid},
		"unknown policy": {when: AdmissionStateConfig{FailurePolicy: new("Fail")}, err: ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := tt.when.onto(tt.given, NewState(ScopeFederal))
			verdict(t, nil, err, tt.err)
			if err == nil {
				same(t, got, tt.want)
			}
		})
	}
}

func TestAdmissionStateKind_parse(t *testing.T) {
	c, err := admissionStateKind.parse(json.RawMessage(`{
		"enable": true, "mode": "protect", "default_action": "deny", "failure_policy": "fail", "adm_client_mode": "service",
		"cfg_type": "federal"
	}`))
	verdict(t, nil, err, nil)
	same(t, c.kind().object, events.ObjectAdmissionState)
	same(t, c.about(), "state")
	same(t, c.claims(), Claims{CfgType: "federal"})
	o, err := c.onto(nil, NewState(ScopeFederal))
	verdict(t, nil, err, nil)
	same(t, o, events.AdmissionState{Enable: true, Mode: "protect", DefaultAction: "deny", FailurePolicy: "fail"})
	same(t, o.About().Name, c.about())
}
