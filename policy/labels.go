package policy

import (
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/fedhub/fedhub/events"
)

// MaxLabels bounds the labels of a cluster.
const MaxLabels = 64

// CheckLabels judges the labels of a cluster: they are those of Kubernetes. An error wraps [ErrInvalid].
func CheckLabels(of events.Labels) error {
	if len(of) > MaxLabels {
		return fmt.Errorf("%w: %d labels; a cluster has at most %d", ErrInvalid, len(of), MaxLabels)
	}
	for _, key := range slices.Sorted(maps.Keys(of)) {
		if _, err := labels.ValidatedSelectorFromSet(labels.Set{key: of[key]}); err != nil {
			return fmt.Errorf("%w: label %s=%s: %w", ErrInvalid, key, of[key], err)
		}
	}
	return nil
}
