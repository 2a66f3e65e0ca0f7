package admission

import (
	"slices"
	"strings"
)

// body is what of a policy depends on what its rule is about.
type body struct {
	of      []resourceRule
	vars    []variable
	changed string // whether the request changes what is judged
	last    string // the variable that is empty unless the rule meets something
}

// ofContainers is for a rule about workloads: it goes through their containers.
func ofContainers(j judgment, e *exceptions) body {
	needs := j.needs | e.needs
	vars := append(needs.shared(), j.vars...)
	vars = append(vars, variable{"containers", containersOf(j)}, variable{"met", j.met("variables.containers")})
	out := body{of: slices.Clone(ofWorkloads), changed: needs.changed()}
	if debugs(j) {
		out.of = append(out.of, ofDebuggers)
	}
	out.vars, out.last = e.after(vars, "met")
	return out
}

// debugs reports whether a rule is about ephemeral containers.
func debugs(j judgment) bool {
	return len(j.containers) == 0 || slices.Contains(j.containers, wordEphemeral)
}

// containersOf returns the expression for the containers that a rule looks at. Of a request for ephemeral ones these
// are all that can be new.
func containersOf(j judgment) string {
	lists := map[string]string{
		wordContainers: `variables.spec.containers`,
		wordInit:       `variables.spec.?initContainers.orValue([])`,
		wordEphemeral:  `variables.spec.?ephemeralContainers.orValue([])`,
	}
	var of []string
	for _, word := range []string{wordContainers, wordInit, wordEphemeral} {
		if len(j.containers) == 0 || slices.Contains(j.containers, word) {
			of = append(of, lists[word])
		}
	}
	text := strings.Join(of, " + ")
	if debugs(j) && len(of) > 1 {
		return `request.?subResource.orValue("") == "ephemeralcontainers" ? ` + lists[wordEphemeral] + ` : ` + text
	}
	return text
}

// ofStorage is for a rule about storage classes: it goes through those of claims, also of the claims that a
// StatefulSet is going to make. Exceptions that speak of containers have no bearing on them.
func ofStorage(j judgment, e *exceptions) body {
	classes := func(object string) string {
		return `request.kind.kind == "StatefulSet" ? dyn(` + object + `).spec.?volumeClaimTemplates.orValue([])` +
			`.filter(t, has(t.spec.storageClassName)).map(t, t.spec.storageClassName) : [dyn(` + object + `).spec.?storageClassName.orValue("")]`
	}
	fitting := &exceptions{}
	for _, exception := range e.made {
		if len(exception.container) == 0 {
			exception.containers = nil
			fitting.made, fitting.needs = append(fitting.made, exception), fitting.needs|exception.needs
		}
	}
	met := "variables.classes.filter(s, " + allOf(j.container) + ")"
	if len(j.pod) > 0 {
		met = allOf(j.pod) + " ? " + met + " : []"
	}
	vars := append((j.needs | fitting.needs).shared(), variable{"classes", classes("object")}, variable{"met", met})
	out := body{of: ofClaims, changed: `(request.operation != "UPDATE" || variables.classes != (` + classes("oldObject") + `))`}
	out.vars, out.last = fitting.after(vars, "met")
	return out
}
