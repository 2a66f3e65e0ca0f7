package policy

import "strings"

// middle returns digits of a fraction after a and before b, as few as possible. An empty a is zero, an
// empty b is one. Neither ends in the lowest digit.
func middle(a, b string) string {
	if b != "" {
		n := 0
		for n < len(b) && digitAt(a, n) == b[n] {
			n++
		}
		if n > 0 {
			return b[:n] + middle(a[min(n, len(a)):], b[n:])
		}
	}
	low, high := strings.IndexByte(rankDigits, digitAt(a, 0)), rankBase
	if b != "" {
		high = strings.IndexByte(rankDigits, b[0])
	}
	switch {
	case high-low > 1:
		return rankDigits[(low+high)/2 : (low+high)/2+1]
	case len(b) > 1:
		return b[:1]
	}
	return rankDigits[low:low+1] + middle(a[min(1, len(a)):], "")
}

func digitAt(digits string, i int) byte {
	if i < len(digits) {
		return digits[i]
	}
	return rankLowest
}

// countUp returns the whole number after the given one, or false when there is none.
func countUp(whole string) (string, bool) {
	head, digits := whole[0], []byte(whole[1:])
	for i := len(digits) - 1; i >= 0; i-- {
		d := strings.IndexByte(rankDigits, digits[i]) + 1
		if d < rankBase {
			digits[i] = rankDigits[d]
			return string(head) + string(digits), true
		}
		digits[i] = rankLowest
	}
	switch {
	case head == 'Z':
		return rankZero, true
	case head == 'z':
		return "", false
	case head >= 'a':
		digits = append(digits, rankLowest)
	default:
		digits = digits[1:]
	}
	return string(head+1) + string(digits), true
}

// countDown returns the whole number before the given one, or false when there is none that leaves room
// before itself.
func countDown(whole string) (string, bool) {
	const highest = 'z'
	head, digits := whole[0], []byte(whole[1:])
	for i := len(digits) - 1; i >= 0; i-- {
		d := strings.IndexByte(rankDigits, digits[i]) - 1
		if d >= 0 {
			digits[i] = rankDigits[d]
			lower := string(head) + string(digits)
			return lower, lower != rankFloor
		}
		digits[i] = highest
	}
	switch {
	case head == 'a':
		return "Zz", true
	case head == 'A':
		return "", false
	case head > 'a':
		digits = digits[1:]
	default:
		digits = append(digits, highest)
	}
	return string(head-1) + string(digits), true
}
