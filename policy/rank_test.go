package policy

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestBetween(t *testing.T) {
	for name, tt := range map[string]struct{ a, b, want string }{
		"empty order":              {want: "a0"},
		"append":                   {a: "a0", want: "a1"},
		"append over a length":     {a: "az", want: "b00"},
		"prepend":                  {b: "a0", want: "Zz"},
		"prepend over a length":    {b: "Z0", want: "Yzz"},
		"between whole numbers":    {a: "a0", b: "a5", want: "a1"},
		"between neighbors":        {a: "a0", b: "a1", want: "a0V"},
		"between close neighbors":  {a: "a0V", b: "a0W", want: "a0VV"},
		"before a fraction":        {b: "a0V", want: "a0"},
		"before the lowest number": {b: rankFloor + "V", want: rankFloor + "F"},
		"below all whole numbers":  {b: rankFloor[:26] + "1", want: rankFloor + "V"},
		"above all whole numbers":  {a: "zzzzzzzzzzzzzzzzzzzzzzzzzzz", want: "zzzzzzzzzzzzzzzzzzzzzzzzzzzV"},
	} {
		t.Run(name, func(t *testing.T) { same(t, between(tt.a, tt.b), tt.want) })
	}
}

func TestBetween_liesBetweenAndIsValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var order []string
		for range rapid.IntRange(1, 80).Draw(t, "insertions") {
			at := rapid.IntRange(0, len(order)).Draw(t, "at")
			a, b := "", ""
			if at > 0 {
				a = order[at-1]
			}
			if at < len(order) {
				b = order[at]
			}
			k := between(a, b)
			if k <= a || b != "" && k >= b || !validRank(k) {
				t.Fatalf("between(%q, %q) = %q", a, b, k)
			}
			order = slices.Insert(order, at, k)
		}
	})
}

func TestRanksBetween_ascendAndStayShort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := between("", "")
		b := between(a, "")
		n := rapid.IntRange(0, 500).Draw(t, "n")
		ends := rapid.SampledFrom([][2]string{{"", ""}, {a, ""}, {"", b}, {a, b}}).Draw(t, "ends")
		ranks := ranksBetween(ends[0], ends[1], n)
		if len(ranks) != n || !slices.IsSorted(ranks) || len(slices.Compact(slices.Clone(ranks))) != n {
			t.Fatalf("%d ranks: %q", len(ranks), ranks)
		}
		for _, r := range ranks {
			if !validRank(r) || len(r) > 6 || r <= ends[0] || ends[1] != "" && r >= ends[1] {
				t.Fatalf("rank %q between %q", r, ends)
			}
		}
	})
}

func TestBetween_tenThousandAppendsTakeFourBytes(t *testing.T) {
	k := ""
	for range 10_000 {
		k = between(k, "")
	}
	if len(k) > 4 {
		t.Errorf("the last of 10,000 ranks is %q", k)
	}
}

func TestRerank(t *testing.T) {
	long := "a0" + string(slices.Repeat([]byte("V"), MaxRankLen-2))
	next := long[:MaxRankLen-1] + "W"
	for name, tt := range map[string]struct {
		ranks []string
		keep  []bool
		moved int // how many kept ranks change
	}{
		"nothing to do":            {ranks: []string{"a0", "a1"}, keep: []bool{true, true}},
		"one in the middle":        {ranks: []string{"a0", "", "a1"}, keep: []bool{true, false, true}},
		"all":                      {ranks: []string{"", "", ""}, keep: []bool{false, false, false}},
		"two runs":                 {ranks: []string{"", "a1", ""}, keep: []bool{false, true, false}},
		"too long for a new one":   {ranks: []string{"Zz", long, "", next, "a1"}, keep: []bool{true, true, false, true, true}, moved: 2},
		"neighbors of equal rank":  {ranks: []string{"a1", "", "a1"}, keep: []bool{true, false, true}, moved: 2},
		"a rank that is not one":   {ranks: []string{"!", "", "a1"}, keep: []bool{true, false, true}, moved: 1},
		"no room before the floor": {ranks: []string{"", rankFloor[:26] + "1"}, keep: []bool{false, true}},
	} {
		t.Run(name, func(t *testing.T) {
			got := rerank(tt.ranks, tt.keep)
			if !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
				t.Fatalf("not ascending: %q", got)
			}
			moved := 0
			for i := range got {
				if !validRank(got[i]) {
					t.Errorf("invalid rank %q", got[i])
				}
				if tt.keep[i] && got[i] != tt.ranks[i] {
					moved++
				}
			}
			same(t, moved, tt.moved)
		})
	}
}
