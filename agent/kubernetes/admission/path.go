package admission

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fedhub/fedhub/events"
)

// everyStep stands, among the steps of a path, for each element of a list.
const everyStep = "[_]"

// maxSteps bounds a path: the text of its expression grows with the square of its length.
const maxSteps = 32

// ofPath is about a field of the pod template. It never fails, whatever stands at the path.
func ofPath(c events.AdmissionCriterion, _ bool) (term, error) {
	steps := stepsOf(c.Path)
	if len(steps) > maxSteps {
		return term{}, UnsupportedError{fmt.Sprintf("the path %s has %d steps; at most %d can be judged", c.Path, len(steps), maxSteps)}
	}
	var w walk
	out := term{needs: needLabels | needAnnotations}
	switch c.Op {
	case opExist:
		w.test = func(string) string { return "true" }
		out.text = w.find("variables.template", steps, 0)
	case opNotExist:
		out.text = w.miss("variables.template", steps, 0)
	default:
		test, err := testOf(c)
		if err != nil {
			return term{}, err
		}
		w.test = test
		out.text = w.find("variables.template", steps, 0)
	}
	out.text = "(" + out.text + ")"
	return out, nil
}

// stepsOf returns the steps of a path below its root. A list at its end stands for itself.
func stepsOf(path string) []string {
	var out []string
	for _, name := range strings.Split(path, ".")[1:] {
		key, _, _ := strings.Cut(name, everyStep)
		out = append(out, key)
		for range strings.Count(name, everyStep) {
			out = append(out, everyStep)
		}
	}
	for len(out) > 0 && out[len(out)-1] == everyStep {
		out = out[:len(out)-1]
	}
	return out
}

// walk writes expressions that follow a path through maps and lists.
type walk struct {
	test func(value string) string
}

// find returns the expression for at least one value at the path that passes the test.
func (w walk) find(at string, steps []string, depth int) string {
	if len(steps) == 0 {
		return w.test(at)
	}
	if steps[0] == everyStep {
		x := "x" + strconv.Itoa(depth)
		return fmt.Sprintf("type(%s) == list && %s.exists(%s, %s)", at, at, x, w.find(x, steps[1:], depth+1))
	}
	key := quote(steps[0])
	return fmt.Sprintf("type(%s) == map && %s in %s && %s", at, key, at, w.find(at+"["+key+"]", steps[1:], depth))
}

// miss returns the expression for at least one way along the path that ends too early.
func (w walk) miss(at string, steps []string, depth int) string {
	if len(steps) == 0 {
		return "false"
	}
	if steps[0] == everyStep {
		x := "x" + strconv.Itoa(depth)
		return fmt.Sprintf("type(%s) != list || %s.exists(%s, %s)", at, at, x, w.miss(x, steps[1:], depth+1))
	}
	key := quote(steps[0])
	return fmt.Sprintf("type(%s) != map || !(%s in %s) || %s", at, key, at, w.miss(at+"["+key+"]", steps[1:], depth))
}

// testOf returns what a criterion says of a value at its path.
func testOf(c events.AdmissionCriterion) (func(string) string, error) {
	switch c.ValueType {
	case "string":
		return func(value string) string { return textTest(value, c.Op, valuesOf(c)) }, nil
	case "boolean":
		return func(value string) string { return fmt.Sprintf("type(%s) == bool && %s == %s", value, value, c.Value) }, nil
	case "number":
		operator := c.Op
		if operator == opEqual {
			operator = "=="
		}
		number := c.Value
		if !strings.Contains(number, ".") {
			number += ".0"
		}
		return func(value string) string {
			return fmt.Sprintf("(type(%[1]s) == int || type(%[1]s) == double) && double(%[1]s) %[2]s %[3]s", value, operator, number)
		}, nil
	}
	return nil, UnsupportedError{fmt.Sprintf("the value type %q of a custom path is not known to this version", c.ValueType)}
}

// textTest returns the test of a text, or of a list of texts.
func textTest(value, op string, values []string) string {
	texts := value + ".filter(s, type(s) == string)"
	return fmt.Sprintf("(type(%s) == string ? (%s) : type(%s) == list && (%s))", value, fits(isOneOf).one(op, value, values),
		value, fits(isOneOf).many(op, texts, "s", "s", values))
}
