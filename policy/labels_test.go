package policy

import (
	"strconv"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/fedhub/fedhub/events"
)

func labelSet(of events.Labels) labels.Set { return labels.Set(of) }

func TestCheckLabels(t *testing.T) {
	full, over := events.Labels{}, events.Labels{}
	for i := range MaxLabels + 1 {
		over["k"+strconv.Itoa(i)] = ""
		if i < MaxLabels {
			full["k"+strconv.Itoa(i)] = ""
		}
	}
	for name, tt := range map[string]struct {
		when events.Labels
		want error
	}{
		"none":              {},
		"some":              {when: events.Labels{"env": "prod", "example.com/region": "eu-1"}},
		"as many as may be": {when: full},
		"one more":          {when: over, want: ErrInvalid},
		"no key":            {when: events.Labels{"": "a"}, want: ErrInvalid},
		"blank in a key":    {when: events.Labels{"a b": "a"}, want: ErrInvalid},
		"slash in a value":  {when: events.Labels{"a": "b/c"}, want: ErrInvalid},
		"a value too long":  {when: events.Labels{"a": strings.Repeat("b", 64)}, want: ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) { verdict(t, nil, CheckLabels(tt.when), tt.want) })
	}
}
