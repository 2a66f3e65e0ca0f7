package inventory

import "github.com/fedhub/fedhub/events"

// AdmissionRules is what the admission rules that are in force in a cluster deny: rules of type deny, in protect mode,
// that hold for every namespace but those of the system.
type AdmissionRules struct {
	Privileged          bool // containers that run privileged
	RunAsRoot           bool // containers that run, or may run, as root
	HostNamespaces      bool // pods that share the host's network, processes or IPC: each of the three
	PrivilegeEscalation bool // containers that may get more privileges than they start with
}

// The most that each part of the score can be; docs/score.md has the reasons.
const (
	maxExposure       = 30
	maxPrivileged     = 20
	maxRunAsRoot      = 10
	maxHostNamespaces = 20
	maxAdmission      = 20
)

// facts are what the score follows from: numbers of pods. Nil: not known.
type facts struct {
	pods           *int // all that count
	exposed        *int // reached from outside the cluster
	privileged     *int
	runAsRoot      *int
	hostNamespaces *int
	admission      *AdmissionRules
}

// score is a pure function of f. Without pods it is nil: not even its word would be right.
func score(f facts) *events.Score {
	if f.pods == nil {
		return nil
	}
	s := &events.Score{
		Exposure:       part(maxExposure, f.exposed, *f.pods),
		Privileged:     part(maxPrivileged, f.privileged, *f.pods),
		RunAsRoot:      part(maxRunAsRoot, f.runAsRoot, *f.pods),
		HostNamespaces: part(maxHostNamespaces, f.hostNamespaces, *f.pods),
		Admission:      unguarded(f.admission),
	}
	total := 0
	for _, p := range []*int{s.Exposure, s.Privileged, s.RunAsRoot, s.HostNamespaces, s.Admission} {
		if p == nil {
			return s
		}
		total += *p
	}
	s.Total = &total
	return s
}

// part returns most, times the square root of the share that some are of all, rounded up: one pod of a thousand
// counts, and the first ones count most.
func part(most int, some *int, all int) *int {
	if some == nil {
		return nil
	}
	p := 0
	for p < most && p*p*all < most*most**some {
		p++
	}
	return &p
}

// unguarded returns the part of what no rule denies.
func unguarded(r *AdmissionRules) *int {
	if r == nil {
		return nil
	}
	denied := []bool{r.Privileged, r.RunAsRoot, r.HostNamespaces, r.PrivilegeEscalation}
	p := 0
	for _, d := range denied {
		if !d {
			p += maxAdmission / len(denied)
		}
	}
	return &p
}
