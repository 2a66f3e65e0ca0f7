package policy

import (
	"fmt"
	"testing"

	"github.com/fedhub/fedhub/events"
)

// manyRules returns a federation of 500 groups with 10,000 network rules between them.
func manyRules(tb testing.TB) *State {
	tb.Helper()
	s := NewState(ScopeFederal)
	must(tb, s, Foundation())
	var edits []Edit
	for i := range 500 {
		list := []events.Criterion{{Key: "service", Value: fmt.Sprintf("web%d.shop", i), Op: "="}, {Key: "domain", Value: "shop", Op: "="}}
		edits = append(edits, Edit{Kind: events.ObjectGroup, Config: GroupConfig{Name: fmt.Sprint("fed.g", i), Criteria: &list}})
	}
	must(tb, s, ChangeSet(edits))
	rules := make([]RuleConfig, 9_999)
	for i := range rules {
		rules[i] = RuleConfig{
			From: new(fmt.Sprint("fed.g", i%500)), To: new(fmt.Sprint("fed.g", (i/500+i)%500)), Action: new("allow"), Comment: new("made for a benchmark"),
			Ports: new(fmt.Sprint("tcp/", i+1)), Applications: &[]string{"HTTP", "SSL"},
		}
	}
	must(tb, s, Insert(nil, rules))
	return s
}

func BenchmarkExport10000Rules(b *testing.B) {
	s := manyRules(b)
	for _, format := range []Format{FormatYAML, FormatJSON} {
		b.Run(string(format), func(b *testing.B) {
			for b.Loop() {
				data, err := Export(s, format)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(len(data)))
			}
		})
	}
}

func BenchmarkImport10000Rules(b *testing.B) {
	s := manyRules(b)
	for _, format := range []Format{FormatYAML, FormatJSON} {
		data, err := Export(s, format)
		if err != nil {
			b.Fatal(err)
		}
		b.Run("read "+string(format), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if _, err := Import("f", data, ScopeFederal); err != nil {
					b.Fatal(err)
				}
			}
		})
		in, err := Import("f", data, ScopeFederal)
		if err != nil {
			b.Fatal(err)
		}
		for name, onto := range map[string]*State{"into nothing": NewState(ScopeFederal), "again": s} {
			b.Run("plan "+name+" "+string(format), func(b *testing.B) {
				for b.Loop() {
					if _, _, err := in.Plan(onto, noon); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
