package policy

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"

	"github.com/fedhub/fedhub/events"
)

// MaxTargetsLen bounds the text of an object's targets in bytes.
const MaxTargetsLen = 1024

// NormalTargets returns the one text that stands for a selector over the labels of clusters, written as
// Kubernetes writes them: "env=prod,region in (eu,us)". An error wraps [ErrInvalid] or [ErrTooLarge].
func NormalTargets(text string) (string, error) {
	if len(text) > MaxTargetsLen {
		return "", fmt.Errorf("%w: targets of %d bytes; at most %d are kept", ErrTooLarge, len(text), MaxTargetsLen)
	}
	selector, err := labels.Parse(text)
	if err != nil {
		return "", fmt.Errorf("%w: targets %q: %w; write a label selector such as env=prod,region in (eu,us)", ErrInvalid, text, err)
	}
	requirements, _ := selector.Requirements()
	words := make([]string, 0, len(requirements))
	for _, r := range requirements {
		words = append(words, normalRequirement(r))
	}
	slices.Sort(words)
	return strings.Join(slices.Compact(words), ","), nil
}

// normalRequirement returns the one text that stands for a requirement. Of the ways to write one, Kubernetes keeps
// the one that was used.
func normalRequirement(r labels.Requirement) string {
	values := r.ValuesUnsorted()
	switch op := r.Operator(); {
	case op == selection.DoubleEquals || op == selection.In && len(values) == 1:
		return r.Key() + "=" + values[0]
	case op == selection.NotIn && len(values) == 1:
		return r.Key() + "!=" + values[0]
	}
	return r.String()
}

// Chooses reports whether targets, in normal form, choose a cluster with the given labels.
func Chooses(targets string, of events.Labels) bool {
	return targets == "" || parsedTargets(targets).Matches(labels.Set(of))
}

// Chooser returns what [Chooses] reports of the targets, as a function of the labels: for many clusters.
func Chooser(targets string) func(of events.Labels) bool {
	if targets == "" {
		return func(events.Labels) bool { return true }
	}
	selector := parsedTargets(targets)
	return func(of events.Labels) bool { return selector.Matches(labels.Set(of)) }
}

// parsedTargets returns the selector of targets in normal form. Text that is none chooses nothing: it can only
// come from a later version.
func parsedTargets(targets string) labels.Selector {
	selector, err := labels.Parse(targets)
	if err != nil {
		return labels.Nothing()
	}
	return selector
}

// targets returns what the request makes of an object's targets.
func (s Scope) targets(c Claims, was string) (string, error) {
	if c.Targets == nil {
		return was, nil
	}
	now, err := NormalTargets(*c.Targets)
	if err == nil && now != "" && s != ScopeFederal {
		err = fmt.Errorf("%w: targets %q of an object of the scope %q; only federated objects choose clusters", ErrInvalid, now, s)
	}
	return now, err
}

// reaches reports whether an object with the targets of is everywhere where one with the targets by is.
func reaches(of, by string) bool { return of == "" || of == by }
