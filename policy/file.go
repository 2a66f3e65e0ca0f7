package policy

import (
	"fmt"
	"path"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/fedhub/fedhub/events"
)

var fileKind = &kind{
	object:  events.ObjectFileProfile,
	word:    "file profile",
	naming:  byGroup,
	limits:  limits{name: MaxNameLen, parts: 500, text: 1024},
	nameKey: "group",
	parse:   parseConfig[FileConfig],
	refs: func(o events.Object) []events.About {
		p, _ := o.(events.FileProfile) //nolint:errcheck // the kind has no others
		return []events.About{{Kind: events.ObjectGroup, Name: p.Group}}
	},
	cascade: true,
}

// fileBehaviors are what happens when something else than the applications of a filter touches a file.
var fileBehaviors = []string{"monitor_change", "block_access"}

// maxFileApplications bounds the applications of one filter.
const maxFileApplications = 64

// FileConfig is what a request says about the file profile of a group. The lists are obeyed in the order in
// which they stand here; an entry is told from others by its filter.
type FileConfig struct {
	Group   string               `json:"group"`
	Filters *[]events.FileFilter `json:"filters,omitempty"`        // all of its entries
	Delete  []events.FileFilter  `json:"delete_filters,omitempty"` // entries that go
	Add     []events.FileFilter  `json:"add_filters,omitempty"`    // entries that are not there yet
	Update  []events.FileFilter  `json:"update_filters,omitempty"` // entries that are there
	Claims
}

func (FileConfig) kind() *kind     { return fileKind }
func (c FileConfig) about() string { return c.Group }

func (c FileConfig) onto(old events.Object, s *State) (events.Object, error) {
	p, exists := old.(events.FileProfile)
	if !exists {
		p.Group = c.Group
	}
	if err := s.checkWorkloads(fileKind, p.Group); err != nil {
		return nil, err
	}
	var err error
	p.Filters, err = entries[events.FileFilter]{
		word: "filter", most: fileKind.limits.parts, normal: normalFilter,
		key: func(f events.FileFilter) string { return cleanFilter(f.Filter) },
		all: c.Filters, gone: c.Delete, fresh: c.Add, known: c.Update,
	}.onto(p.Filters)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// checkWorkloads judges whether the members of a group are something that an object of kind k can be for. A
// group that is not there is for the references to refuse.
func (s *State) checkWorkloads(k *kind, name string) error {
	g, _ := s.Group(name)
	if slices.ContainsFunc(g.Criteria, func(c events.Criterion) bool { return c.Key == keyAddress }) {
		return fmt.Errorf("%w: group %q is one of addresses; a %s is for containers, so name a group of those",
			ErrInvalid, name, k.word)
	}
	if name == FederalNodes && k != processKind {
		return fmt.Errorf("%w: group %q is one of nodes; a %s is for containers, so name a group of those, such as %q",
			ErrInvalid, name, k.word, FederalContainers)
	}
	return nil
}

// cleanFilter returns a filter without what does not change its meaning. A slash at its end stays: it stands
// for all in the folder.
func cleanFilter(text string) string {
	if !strings.HasPrefix(text, "/") || strings.Contains(text, "..") {
		return text
	}
	clean := path.Clean(text)
	if strings.HasSuffix(text, "/") && clean != "/" {
		clean += "/"
	}
	return clean
}

func normalFilter(f events.FileFilter) (events.FileFilter, error) {
	f.Filter = cleanFilter(f.Filter)
	if err := checkFilter(f.Filter); err != nil {
		return f, err
	}
	switch {
	case !slices.Contains(fileBehaviors, f.Behavior):
		return f, fmt.Errorf("%w: behavior %q of filter %q; use %s",
			ErrInvalid, f.Behavior, f.Filter, strings.Join(fileBehaviors, " or "))
	case len(f.Applications) > maxFileApplications:
		return f, fmt.Errorf("%w: filter %q has %d applications; at most %d are allowed",
			ErrTooLarge, f.Filter, len(f.Applications), maxFileApplications)
	}
	var applications []string
	for _, application := range f.Applications {
		application = strings.TrimSpace(application)
		if application == "" {
			return f, fmt.Errorf("%w: an application of filter %q is empty; give the name or the path of a process",
				ErrInvalid, f.Filter)
		}
		if err := checkText(application, fileKind.limits.text); err != nil {
			return f, err
		}
		applications = append(applications, application)
	}
	f.Applications = once(applications)
	return f, nil
}

// filterPattern writes a filter as the regular expression that an enforcer reads it as.
var filterPattern = strings.NewReplacer(".", `\.`, "*", ".*")

// checkFilter judges a filter without what does not change its meaning.
func checkFilter(text string) error {
	if err := checkText(text, fileKind.limits.text); err != nil {
		return err
	}
	isPath := strings.HasPrefix(text, "/") && text != "/"
	if !isPath || strings.Contains(text, "..") || strings.ContainsAny(text, "[]()<>?") {
		return fmt.Errorf("%w: Unsupported filter: %q; give an absolute path with * for anything, without .. [ ] ( ) < > and ?",
			ErrInvalid, text)
	}
	if _, err := syntax.Parse(filterPattern.Replace(text), syntax.Perl); err != nil {
		return fmt.Errorf("%w: Unsupported filter: %q: enforcers read it as a regular expression: %w", ErrInvalid, text, err)
	}
	return nil
}
