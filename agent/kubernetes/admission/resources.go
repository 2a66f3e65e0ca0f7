package admission

import (
	"fmt"

	"github.com/fedhub/fedhub/events"
)

// amounts are what sub criteria are about, of the container c. What asks for nothing asks for its limit.
var amounts = map[string]string{
	"cpuLimit":      `c.?resources.?limits.?cpu`,
	"memoryLimit":   `c.?resources.?limits.?memory`,
	"cpuRequest":    `c.?resources.?requests.?cpu.or(c.?resources.?limits.?cpu)`,
	"memoryRequest": `c.?resources.?requests.?memory.or(c.?resources.?limits.?memory)`,
}

// ofResources is about amounts, each of which is too much or too little by itself. The operator ">" names the most that
// a container may have and "<=" the least, which itself is enough. None at all is too little, and not too much.
func ofResources(c events.AdmissionCriterion, _ bool) (term, error) {
	var out []string
	for _, sub := range c.SubCriteria {
		amount, known := amounts[sub.Name]
		if !known {
			return term{}, UnsupportedError{fmt.Sprintf("the sub criterion %s is not known to this version", sub.Name)}
		}
		compare, without := "isGreaterThan", "false"
		if sub.Op == opAtMost {
			compare, without = "isLessThan", "true"
		}
		out = append(out, fmt.Sprintf("%s.optMap(q, quantity(q).%s(quantity(%s))).orValue(%s)", amount, compare, quote(sub.Value), without))
	}
	return term{text: anyOf(out), each: true}, nil
}
