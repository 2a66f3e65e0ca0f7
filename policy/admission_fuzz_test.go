package policy

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/fedhub/fedhub/events"
)

// FuzzAdmission looks for a request that makes the judge panic, or a rule that it takes and would not take again,
// or not as it is.
func FuzzAdmission(f *testing.F) {
	for _, spec := range admissionSpecs {
		for _, op := range spec.deny {
			data, err := json.Marshal(admissionRule("deny", spec.sample(op)))
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	const deny = `{"rule_type":"deny","criteria":`
	for _, text := range []string{
		`{"rule_type":"allow","criteria":[{"name":"image","op":"containsAny","value":" a,,b,a"}],"containers":["containers"]}`,
		deny + `[{"name":"resourceLimit","sub_criteria":[{"name":"memoryLimit","op":">","value":"1.5Gi"}]}]}`,
		deny + `[{"name":"item.a.0.0.b","type":"customPath","op":"=","value":"-00.50","value_type":"number"}]}`,
		deny + `[null,{}],"rule_mode":""}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := admissionKind.parse(data)
		if err != nil {
			return
		}
		s := NewState(ScopeFederal)
		once, err := c.onto(nil, s)
		if err != nil {
			return
		}
		stored, err := json.Marshal(once)
		if err != nil {
			t.Fatal(err)
		}
		var read events.AdmissionRule
		if err := json.Unmarshal(stored, &read); err != nil {
			t.Fatal(err)
		}
		for name, again := range map[string]Config{"nothing": AdmissionConfig{}, "the same": c, "what was read": sentBack(read)} {
			twice, err := again.onto(read, s)
			if d := cmp.Diff(once, twice, cmpopts.EquateEmpty()); err != nil || d != "" {
				t.Errorf("%s sent again: %v\n-once +twice\n%s", name, err, d)
			}
		}
	})
}

// sentBack returns the request of a client that read a rule and sends all of it.
func sentBack(r events.AdmissionRule) AdmissionConfig {
	return AdmissionConfig{
		ID: r.ID, Category: &r.Category, Comment: &r.Comment, Criteria: &r.Criteria, Disable: &r.Disabled,
		Containers: &r.Containers, RuleType: &r.RuleType, RuleMode: &r.RuleMode,
	}
}
