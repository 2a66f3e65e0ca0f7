package admission_test

import (
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

type criteria = []events.AdmissionCriterion

func criterion(name, op, value string) events.AdmissionCriterion {
	return events.AdmissionCriterion{Name: name, Op: op, Value: value}
}

func deny(id uint32, of ...events.AdmissionCriterion) policy.AdmissionConfig {
	return policy.AdmissionConfig{ID: id, RuleType: new("deny"), Criteria: &of}
}

func exception(id uint32, of ...events.AdmissionCriterion) policy.AdmissionConfig {
	return policy.AdmissionConfig{ID: id, RuleType: new("exception"), Criteria: &of}
}
