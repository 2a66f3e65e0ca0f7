package admission

import (
	"fmt"
	"slices"

	"github.com/fedhub/fedhub/events"
)

// judgment is what a rule says, as expressions in CEL. It meets a container for which all of them are true.
type judgment struct {
	id         uint32
	pod        []string // about all of the pod
	container  []string // about the container c, and about image, which is its whole name
	containers []string // the words of the rule
	needs      needs
	vars       []variable // that only this rule has
}

// term is what one criterion says.
type term struct {
	text     string
	each     bool // it is about one container
	negative bool // it says what is not to be
	needs    needs
	vars     []variable
}

// judge translates the criteria of a rule. Those of one name are alternatives, as in NeuVector, unless all of them so
// far say what is not to be; those of different names must all be true.
func judge(rule events.AdmissionRule) (judgment, error) {
	out := judgment{id: rule.ID, containers: rule.Containers}
	if rule.RuleType != typeDeny && len(rule.Containers) > 0 {
		out.needs |= needKinds
	}
	groups, order := map[string]term{}, []string(nil)
	for i, criterion := range rule.Criteria {
		t, err := translate(criterion, rule.RuleType == typeDeny)
		if err != nil {
			return judgment{}, err
		}
		name := family(criterion, i)
		if old, more := groups[name]; more {
			t = old.and(t)
		} else {
			order = append(order, name)
		}
		groups[name] = t
	}
	for _, name := range order {
		t := groups[name]
		out.needs |= t.needs
		out.vars = append(out.vars, t.vars...)
		if t.each {
			out.container = append(out.container, t.text)
		} else {
			out.pod = append(out.pod, t.text)
		}
	}
	return out, out.fits()
}

// family returns what the criteria have in common that are alternatives to each other. The namespaces of the host are
// one matter: a rule that names several of them forbids each.
func family(c events.AdmissionCriterion, index int) string {
	switch {
	case c.Name == nameCustomPath:
		return fmt.Sprint(c.Name, index) // looks at another thing each time
	case slices.Contains(hostNamespaces, c.Name) && c.Value == "true":
		return "host namespaces"
	}
	return c.Name
}

// and adds another criterion of the same name.
func (t term) and(next term) term {
	operator := " || "
	if t.negative && next.negative {
		operator = " && "
	}
	return term{
		text: "(" + t.text + operator + next.text + ")", each: t.each || next.each,
		negative: t.negative && next.negative, needs: t.needs | next.needs, vars: append(t.vars, next.vars...),
	}
}

// maxExpression bounds an expression. Kubernetes parses up to 100,000 characters.
const maxExpression = 60_000

func (j judgment) fits() error {
	for _, text := range []string{allOf(j.pod), allOf(j.container)} {
		if len(text) > maxExpression {
			return UnsupportedError{fmt.Sprintf("the rule becomes an expression of %d characters, and a cluster takes %d; "+
				"make several rules of it", len(text), maxExpression)}
		}
	}
	return nil
}

// met returns the expression for those of the containers in list, all of which the rule is about, that it meets.
func (j judgment) met(list string) string {
	j.containers = nil
	return j.split(list, "", "[]")
}

// without returns the expression for those of the containers in list that the rule does not meet.
func (j judgment) without(list string) string {
	return j.split(list, "!", list)
}

// split returns an expression that picks from list by what the rule says of each container, where it meets the pod,
// and that is otherwise something else.
func (j judgment) split(list, not, otherwise string) string {
	conditions := slices.Concat(ofKind(j.containers), j.container)
	picked := list
	switch {
	case len(conditions) > 0 && j.needs&needImage != 0:
		picked = fmt.Sprintf("%s.filter(c, %s%s.exists(image, %s))", list, not, wholeImage, allOf(conditions))
	case len(conditions) > 0:
		picked = fmt.Sprintf("%s.filter(c, %s(%s))", list, not, allOf(conditions))
	case not != "":
		picked = "[]"
	}
	if len(j.pod) == 0 {
		return picked
	}
	return fmt.Sprintf("%s ? %s : %s", allOf(j.pod), picked, otherwise)
}
