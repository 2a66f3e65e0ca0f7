package network

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
)

// namespaceName is the label with its own name that every namespace has.
const namespaceName = corev1.LabelMetadataName

// requirement is what one label must be: there, and one of the values, or none of them.
type requirement struct {
	key      string
	negative bool
	values   []string // sorted, each once
}

// needs returns a requirement with those of the values that a label can have.
func needs(key string, negative bool, values []string) requirement {
	kept := make([]string, 0, len(values))
	for _, v := range values {
		if len(validation.IsValidLabelValue(v)) == 0 {
			kept = append(kept, v)
		}
	}
	slices.Sort(kept)
	return requirement{key: key, negative: negative, values: slices.Compact(kept)}
}

func (r requirement) met(labels map[string]string) bool {
	value, there := labels[r.key]
	_, listed := slices.BinarySearch(r.values, value)
	return there && listed != r.negative
}

// never reports that no label can be as required.
func (r requirement) never() bool { return !r.negative && len(r.values) == 0 }

// or returns what is met where r or o is.
func (r requirement) or(o requirement) requirement {
	switch {
	case !r.negative && !o.negative:
		return needs(r.key, false, slices.Concat(r.values, o.values))
	case r.negative && o.negative:
		return needs(r.key, true, common(r.values, o.values))
	case r.negative:
		return needs(r.key, true, without(r.values, o.values))
	}
	return needs(r.key, true, without(o.values, r.values))
}

// and returns what is met where r and o both are.
func (r requirement) and(o requirement) requirement {
	switch {
	case r.negative && o.negative:
		return needs(r.key, true, slices.Concat(r.values, o.values))
	case !r.negative && !o.negative:
		return needs(r.key, false, common(r.values, o.values))
	case r.negative:
		return needs(r.key, false, without(o.values, r.values))
	}
	return needs(r.key, false, without(r.values, o.values))
}

func common(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(v string) bool { return !slices.Contains(b, v) })
}

func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(v string) bool { return slices.Contains(b, v) })
}

// requirements are several, one a key, sorted by key. All must be met.
type requirements []requirement

// plus returns the requirements with one more.
func (rs requirements) plus(r requirement) requirements {
	out := slices.Clone(rs)
	i, there := slices.BinarySearchFunc(out, r.key, func(r requirement, key string) int {
		switch {
		case r.key < key:
			return -1
		case r.key > key:
			return 1
		}
		return 0
	})
	if there {
		out[i] = out[i].and(r)
		return out
	}
	return slices.Insert(out, i, r)
}

func (rs requirements) met(labels map[string]string) bool {
	for _, r := range rs {
		if !r.met(labels) {
			return false
		}
	}
	return true
}

func (rs requirements) never() bool { return slices.ContainsFunc(rs, requirement.never) }

// selector returns the selector of Kubernetes that means the same.
func (rs requirements) selector() metav1.LabelSelector {
	var out metav1.LabelSelector
	for _, r := range rs {
		switch {
		case !r.negative && len(r.values) == 1:
			if out.MatchLabels == nil {
				out.MatchLabels = map[string]string{}
			}
			out.MatchLabels[r.key] = r.values[0]
		case !r.negative:
			out.MatchExpressions = append(out.MatchExpressions,
				metav1.LabelSelectorRequirement{Key: r.key, Operator: metav1.LabelSelectorOpIn, Values: r.values})
		default:
			// Kubernetes counts a label that is not there as one that is none of the values; NeuVector does not.
			if r.key != namespaceName {
				out.MatchExpressions = append(out.MatchExpressions,
					metav1.LabelSelectorRequirement{Key: r.key, Operator: metav1.LabelSelectorOpExists})
			}
			if len(r.values) > 0 {
				out.MatchExpressions = append(out.MatchExpressions,
					metav1.LabelSelectorRequirement{Key: r.key, Operator: metav1.LabelSelectorOpNotIn, Values: r.values})
			}
		}
	}
	return out
}
