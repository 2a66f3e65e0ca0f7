package policy

import "strings"

// A rank is a fraction written so that comparing bytes compares values: a whole number whose first letter
// says how many digits it has, then digits behind an unwritten point, the last of which is not the lowest.
// Appending or prepending a rule counts the whole number up or down and costs no length; only insertions
// between two neighbors make ranks longer.
const (
	rankDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	rankBase   = len(rankDigits)
	rankLowest = '0'

	rankZero  = "a0"                          // the first rank of an empty order
	rankFloor = "A00000000000000000000000000" // nothing is before it: 26 digits below zero
)

// validRank reports whether the text is a rank that this package makes. A stored rank that is not is
// sorted like any text and given a new one when a neighbor needs room.
func validRank(rank string) bool {
	if len(rank) > MaxRankLen || rank == rankFloor {
		return false
	}
	n := wholeLen(rank)
	if n == 0 || n > len(rank) {
		return false
	}
	for i := 1; i < len(rank); i++ {
		if strings.IndexByte(rankDigits, rank[i]) < 0 {
			return false
		}
	}
	return n == len(rank) || rank[len(rank)-1] != rankLowest
}

// wholeLen returns how long the whole number is that begins the rank, or 0.
func wholeLen(rank string) int {
	switch {
	case rank == "":
		return 0
	case rank[0] >= 'a' && rank[0] <= 'z':
		return int(rank[0]-'a') + 2
	case rank[0] >= 'A' && rank[0] <= 'Z':
		return int('Z'-rank[0]) + 2
	}
	return 0
}

// between returns a rank after a and before b. An empty a is the beginning, an empty b the end. Both must
// be valid, and a before b.
func between(a, b string) string {
	switch {
	case a == "" && b == "":
		return rankZero
	case a == "":
		whole := b[:wholeLen(b)]
		if whole < b && whole != rankFloor {
			return whole
		}
		if lower, ok := countDown(whole); ok {
			return lower
		}
		return rankFloor + middle("", b[len(whole):])
	case b == "":
		whole := a[:wholeLen(a)]
		if higher, ok := countUp(whole); ok {
			return higher
		}
		return whole + middle(a[len(whole):], "")
	}
	wholeA, wholeB := a[:wholeLen(a)], b[:wholeLen(b)]
	if wholeA == wholeB {
		return wholeA + middle(a[len(wholeA):], b[len(wholeB):])
	}
	if higher, ok := countUp(wholeA); ok && higher < b {
		return higher
	}
	return wholeA + middle(a[len(wholeA):], "")
}

// ranksBetween returns n ranks in ascending order after a and before b, evenly spread.
func ranksBetween(a, b string, n int) []string {
	switch {
	case n == 0:
		return nil
	case b == "":
		out := make([]string, n)
		for i := range out {
			a = between(a, "")
			out[i] = a
		}
		return out
	case a == "":
		out := make([]string, n)
		for i := range out {
			b = between("", b)
			out[n-1-i] = b
		}
		return out
	}
	half := n / 2
	mid := between(a, b)
	return append(append(ranksBetween(a, mid, half), mid), ranksBetween(mid, b, n-half-1)...)
}
