package admission

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/fedhub/fedhub/events"
)

// The criteria that other parts of the package ask for by name.
const (
	nameCustomPath = "customPath"
	nameClass      = "storageClassName"
)

// hostNamespaces are the criteria about the namespaces of the host, which are fields of a pod.
var hostNamespaces = []string{"sharePidWithHost", "shareIpcWithHost", "shareNetWithHost"}

// translator makes an expression of a criterion of a deny rule or of an exception.
type translator func(c events.AdmissionCriterion, deny bool) (term, error)

// translators are those of the criteria that can be judged. The others need what a scan of the image found.
var translators = map[string]translator{
	"image":               ofImage(isImage),
	"imageRegistry":       ofImage(isRegistry),
	"namespace":           ofNamespace,
	"user":                ofUser,
	"userGroups":          ofGroups,
	"labels":              ofMap("variables.labels", needLabels),
	"annotations":         ofMap("variables.annotations", needAnnotations),
	"envVars":             ofEnvironment,
	"mountVolumes":        ofMounts,
	"envVarSecrets":       ofSecrets,
	"runAsRoot":           ofRoot,
	"runAsPrivileged":     ofContainer(isPrivileged),
	"allowPrivEscalation": ofContainer(escalates),
	"sharePidWithHost":    ofPod(sharesPID),
	"shareIpcWithHost":    ofPod(sharesIPC),
	"shareNetWithHost":    ofPod(sharesNetwork),
	"pspCompliance":       ofContainer(anyOf([]string{isPrivileged, mayBeRoot, escalates, sharesPID, sharesIPC, sharesNetwork})),
	"violatePssPolicy":    ofStandard,
	"resourceLimit":       ofResources,
	"saBindRiskyRole":     ofRoles,
	nameCustomPath:        ofPath,
	nameClass:             ofClass,
}

// translate returns the expression for a criterion. The error is an [UnsupportedError].
func translate(c events.AdmissionCriterion, deny bool) (term, error) {
	of, known := translators[c.Name]
	if !known {
		return term{}, UnsupportedError{fmt.Sprintf("the criterion %s needs image scan results, and no scan source is "+
			"configured in this cluster; the rule is not in force, since without the criterion it would say something else",
			c.Name)}
	}
	out, err := of(c, deny)
	out.negative = c.Op == opNotContainsAny || c.Op == opNotRegex
	return out, err
}

// valuesOf returns the values of a list.
func valuesOf(c events.AdmissionCriterion) []string { return strings.Split(c.Value, ",") }

func ofImage(fit fits) translator {
	return func(c events.AdmissionCriterion, _ bool) (term, error) {
		return term{text: fit.one(c.Op, "image", valuesOf(c)), each: true, needs: needImage}, nil
	}
}

func ofNamespace(c events.AdmissionCriterion, _ bool) (term, error) {
	return term{text: fits(isOneOf).one(c.Op, "request.namespace", valuesOf(c))}, nil
}

func ofMap(from string, needs needs) translator {
	value := func(name string) string { return from + "[" + name + "]" }
	return func(c events.AdmissionCriterion, _ bool) (term, error) {
		return term{text: isPair(value).many(c.Op, from, "k", "k", valuesOf(c)), needs: needs}, nil
	}
}

func ofEnvironment(c events.AdmissionCriterion, _ bool) (term, error) {
	value := func(string) string { return `e.?value.orValue("")` }
	return term{text: isPair(value).many(c.Op, "c.?env.orValue([])", "e", "e.name", valuesOf(c)), each: true}, nil
}

func ofMounts(c events.AdmissionCriterion, _ bool) (term, error) {
	const mounted = `variables.hostPaths.filter(v, c.?volumeMounts.orValue([]).exists(m, m.name == v.name))`
	return term{
		text: fits(isPath).many(c.Op, mounted, "v", "v.hostPath.path", valuesOf(c)), each: true, needs: needHostPaths,
	}, nil
}

// isPath is how paths fit: however many slashes they are written with.
func isPath(x string, values []string) string {
	patterns := make([]string, len(values))
	for i, value := range values {
		trimmed := strings.TrimRight(value, "/")
		patterns[i] = strings.ReplaceAll(glob(trimmed, "."), "/", "/(?:[.]?/)*") + "(?:/[.]?)*"
	}
	return matches(x, patterns)
}

// ofUser and ofGroups are about who asks. Kubernetes itself asks for the pods of a workload, and whoever asked for the
// workload was judged then: a deny rule does not meet its pods, and an exception does.
func ofUser(c events.AdmissionCriterion, deny bool) (term, error) {
	const user = "request.userInfo.username"
	switch c.Op {
	case opRegex:
		return asker(isLike(user, c.Value), deny), checkRegex(c.Value)
	case opNotRegex:
		return asker("!"+isLike(user, c.Value), deny), checkRegex(c.Value)
	}
	return asker(fits(isOneOf).one(c.Op, user, valuesOf(c)), deny), nil
}

func ofGroups(c events.AdmissionCriterion, deny bool) (term, error) {
	const groups = "request.userInfo.?groups.orValue([])"
	switch c.Op {
	case opRegex:
		return asker(groups+".exists(g, "+isLike("g", c.Value)+")", deny), checkRegex(c.Value)
	case opNotRegex:
		return asker("!"+groups+".exists(g, "+isLike("g", c.Value)+")", deny), checkRegex(c.Value)
	}
	return asker(fits(isOneOf).many(c.Op, groups, "g", "g", valuesOf(c)), deny), nil
}

func isLike(x, regex string) string { return x + ".matches(" + quote(regex) + ")" }

func checkRegex(text string) error {
	if _, err := regexp.Compile(text); err != nil {
		return UnsupportedError{fmt.Sprintf("the regular expression %q is not one that Kubernetes reads, which takes RE2", text)}
	}
	return nil
}

func asker(text string, deny bool) term {
	if deny {
		return term{text: "(!variables.child && " + text + ")", needs: needChild}
	}
	return term{text: "(variables.child || " + text + ")", needs: needChild}
}

// ofPod and ofContainer are about a fact that is so or not.
func ofPod(fact string) translator {
	return func(c events.AdmissionCriterion, _ bool) (term, error) { return term{text: isSo(c, fact)}, nil }
}

func ofContainer(fact string) translator {
	return func(c events.AdmissionCriterion, _ bool) (term, error) {
		return term{text: isSo(c, fact), each: true}, nil
	}
}

func isSo(c events.AdmissionCriterion, fact string) string {
	if c.Value == "false" {
		return "!(" + fact + ")"
	}
	return "(" + fact + ")"
}

// ofClass is about the storage class of a claim, which is s in the expression.
func ofClass(c events.AdmissionCriterion, _ bool) (term, error) {
	return term{text: fits(isOneOf).one(c.Op, "s", valuesOf(c)), each: true}, nil
}
