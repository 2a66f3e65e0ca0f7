package admission

import "github.com/fedhub/fedhub/events"

// What a pod, or its container c, is and does.
const (
	isPrivileged  = `c.?securityContext.?privileged.orValue(false)`
	sharesPID     = `variables.spec.?hostPID.orValue(false)`
	sharesIPC     = `variables.spec.?hostIPC.orValue(false)`
	sharesNetwork = `variables.spec.?hostNetwork.orValue(false)`

	// userID is -1 where the image decides.
	userID = `c.?securityContext.?runAsUser.or(variables.spec.?securityContext.?runAsUser).orValue(-1)`
	// neverRoot is what the kubelet makes sure of.
	neverRoot = `c.?securityContext.?runAsNonRoot.or(variables.spec.?securityContext.?runAsNonRoot).orValue(false)`

	isRoot    = userID + ` == 0`
	mayBeRoot = `(` + userID + ` == 0 || ` + userID + ` == -1 && !` + neverRoot + `)`

	// escalates is what NeuVector takes for it: a container that says nothing of it does not count.
	escalates = `(c.?securityContext.?allowPrivilegeEscalation.orValue(false) || ` + isPrivileged + ` || ` +
		`c.?securityContext.?capabilities.?add.orValue([]).exists(a, a in ["ALL", "SYS_ADMIN", "CAP_SYS_ADMIN"]))`
)

// ofRoot is about the user of a container, which the image decides where the container does not. What is not known
// counts against the workload: a deny rule meets it, and an exception does not.
func ofRoot(c events.AdmissionCriterion, deny bool) (term, error) {
	out := term{each: true}
	switch {
	case c.Value == "true" && deny:
		out.text = mayBeRoot
	case c.Value == "true":
		out.text = "(" + isRoot + ")"
	case deny:
		out.text = "!(" + isRoot + ")"
	default:
		out.text = "!" + mayBeRoot
	}
	return out, nil
}

// ofStandard is about the Pod Security Standards of Kubernetes.
func ofStandard(c events.AdmissionCriterion, _ bool) (term, error) {
	if c.Value == "restricted" {
		return term{
			text: "(variables.baseline || variables.restricted || " + anyOf(baselineContainer) + " || " + anyOf(restrictedContainer) + ")",
			each: true, needs: needRestricted,
		}, nil
	}
	return term{text: "(variables.baseline || " + anyOf(baselineContainer) + ")", each: true, needs: needBaseline}, nil
}
