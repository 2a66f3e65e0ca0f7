package policy

import (
	"slices"
	"testing"
)

func TestNormalApplications(t *testing.T) {
	for name, tt := range map[string]struct {
		when, then []string
		want       error
	}{
		"none":             {then: []string{"any"}},
		"any":              {when: []string{"any"}, then: []string{"any"}},
		"any among others": {when: []string{"HTTP", "Any"}, then: []string{"any"}},
		"sorted":           {when: []string{"SSL", "HTTP"}, then: []string{"HTTP", "SSL"}},
		"twice":            {when: []string{"HTTP", "http"}, then: []string{"HTTP"}},
		"letter case":      {when: []string{"NGINX", "zooKeeper"}, then: []string{"Zookeeper", "nginx"}},
		"unknown":          {when: []string{"HTTP", "Gopher"}, want: ErrInvalid},
		"empty word":       {when: []string{""}, want: ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := normalApplications(tt.when)
			verdict(t, nil, err, tt.want)
			same(t, got, tt.then)
		})
	}
}

func TestApplications_areSorted(t *testing.T) {
	if !slices.IsSorted(applications) {
		t.Errorf("not sorted: %v", applications)
	}
}
