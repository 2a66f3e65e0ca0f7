package policy

import (
	"time"

	"github.com/fedhub/fedhub/events"
)

// The predefined sensors of a federation.
const (
	sensorSSN        = fedPrefix + "sensor.ssn"
	sensorCreditCard = fedPrefix + "sensor.creditcard"
)

// predefinedSensors returns the DLP sensors that a federation has from promote on.
func predefinedSensors(now time.Time) []events.Object {
	made := events.Meta{CreatedAt: now, ModifiedAt: now}
	next := predefinedRuleIDs.first
	rule := func(name, pattern string) events.SensorRule {
		r := events.SensorRule{Name: name, ID: next, Patterns: []events.Pattern{
			{Key: keyPattern, Op: opRegex, Value: pattern, Context: contextPacket},
		}}
		next++
		return r
	}
	return []events.Object{
		events.DLPSensor{Sensor: events.Sensor{
			Name: sensorSSN, Comment: "Social security numbers of the United States", Predefined: true, Meta: made,
			// Nine digits alone are too often something else: the separators must be there, and the same.
			Rules: []events.SensorRule{rule("ssn", `\b(?!000|666|9)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}\b`)},
		}},
		events.DLPSensor{Sensor: events.Sensor{
			Name: sensorCreditCard, Comment: "Numbers of credit cards", Predefined: true, Meta: made,
			Rules: []events.SensorRule{
				rule("amex", `\b3[47]\d{2}([ -]?)\d{6}\1\d{5}\b`),
				rule("diners", `\b3(?:0[0-5]|[68]\d)\d([ -]?)\d{6}\1\d{4}\b`),
				rule("discover", `\b6(?:011|4[4-9]\d|5\d{2})([ -]?)\d{4}\1\d{4}\1\d{4}\b`),
				rule("jcb", `\b35(?:2[89]|[3-8]\d)([ -]?)\d{4}\1\d{4}\1\d{4}\b`),
				rule("mastercard", `\b(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)([ -]?)\d{4}\1\d{4}\1\d{4}\b`),
				rule("visa", `\b4\d{3}([ -]?)\d{4}\1\d{4}\1\d{4}\b`),
			},
		}},
	}
}
