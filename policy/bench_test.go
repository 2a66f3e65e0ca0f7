package policy

import (
	"fmt"
	"testing"

	"github.com/fedhub/fedhub/events"
)

const benchRules = 10_000

func benchLog(b *testing.B) []events.Event {
	b.Helper()
	fs := make([]events.Fact, 0, benchRules)
	for i, rank := range ranksBetween("", "", benchRules) {
		fs = append(fs, rule(uint32(100_001+i), rank, fmt.Sprintf("fed.g%d", i%500), "external"))
	}
	return record(b, ScopeFederal, 1, fs...)
}

func BenchmarkFold10000Rules(b *testing.B) {
	log := benchLog(b)
	for b.Loop() {
		s := NewState(ScopeFederal)
		for _, e := range log {
			s.Apply(e)
		}
	}
}

func BenchmarkDigestAfterOneChangeAmong10000(b *testing.B) {
	s := NewState(ScopeFederal)
	log := benchLog(b)
	for _, e := range log {
		s.Apply(e)
	}
	s.Digest()
	next := uint64(len(log))
	for b.Loop() {
		next++
		e := log[next%benchRules]
		e.Revision = next
		s = s.Clone()
		s.Apply(e)
		s.Digest()
	}
}

func BenchmarkInsertAmong10000(b *testing.B) {
	s := NewState(ScopeFederal)
	for _, e := range benchLog(b)[:benchRules-10] {
		s.Apply(e)
	}
	fold(b, s, group("fed.a"))
	d := PatchRules(RulesPatch{Insert: &RuleInsert{After: new(103_000), Rules: []RuleConfig{allow("fed.a", "external")}}})
	for b.Loop() {
		if fs, err := d(s, noon); err != nil || len(fs) != 1 {
			b.Fatal(fs, err)
		}
	}
}
