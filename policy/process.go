package policy

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fedhub/fedhub/events"
)

var processKind = &kind{
	object:  events.ObjectProcessProfile,
	word:    "process profile",
	naming:  byGroup,
	limits:  limits{name: MaxNameLen, parts: 1000, text: 4096}, // a path is at most 4,096 bytes long on Linux
	nameKey: "group",
	parse:   parseConfig[ProcessConfig],
	refs: func(o events.Object) []events.About {
		p, _ := o.(events.ProcessProfile) //nolint:errcheck // the kind has no others
		return []events.About{{Kind: events.ObjectGroup, Name: p.Group}}
	},
	cascade: true,
}

// What a profile starts from. Zero-drift also refuses what was not in the image.
const (
	baselineBasic     = "basic"
	baselineZeroDrift = "zero-drift"
)

// processModes are what a cluster's own group does with a process that is not in its profile.
var processModes = []string{"", "Discover", "Monitor", "Protect"}

// anyProcess stands for every name, and for every path.
const anyProcess = "*"

// ProcessConfig is what a request says about the process profile of a group. The lists are obeyed in the order
// in which they stand here; an entry is told from others by its name and path.
type ProcessConfig struct {
	Group         string                `json:"group"`
	AlertDisabled *bool                 `json:"alert_disabled,omitempty"`
	HashEnabled   *bool                 `json:"hash_enabled,omitempty"`
	Baseline      *string               `json:"baseline,omitempty"`            // "" is zero-drift, which a new profile has
	Mode          *string               `json:"mode,omitempty"`                // always empty for a federated group
	Processes     *[]events.ProcessRule `json:"process_list,omitempty"`        // all of its entries
	Delete        []events.ProcessRule  `json:"process_delete_list,omitempty"` // entries that go
	Change        []events.ProcessRule  `json:"process_change_list,omitempty"` // entries that come or are replaced
	Claims
}

func (ProcessConfig) kind() *kind     { return processKind }
func (c ProcessConfig) about() string { return c.Group }

func (c ProcessConfig) onto(old events.Object, s *State) (events.Object, error) {
	p, exists := old.(events.ProcessProfile)
	if !exists {
		p.Group = c.Group
	}
	set(&p.AlertDisabled, c.AlertDisabled)
	set(&p.HashEnabled, c.HashEnabled)
	set(&p.Baseline, c.Baseline)
	set(&p.Mode, c.Mode)
	var err error
	if p.Baseline, err = normalBaseline(p.Baseline); err != nil {
		return nil, err
	}
	if err := s.scope.checkProcessMode(p.Mode); err != nil {
		return nil, err
	}
	if err := s.checkWorkloads(processKind, p.Group); err != nil {
		return nil, err
	}
	p.Processes, err = entries[events.ProcessRule]{
		word: "process", most: processKind.limits.parts, key: processKey, normal: normalProcess,
		all: c.Processes, gone: c.Delete, put: c.Change,
	}.onto(p.Processes)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// normalBaseline takes older words of NeuVector's for what they became.
func normalBaseline(word string) (string, error) {
	switch strings.ToLower(word) {
	case baselineBasic:
		return baselineBasic, nil
	case "", baselineZeroDrift, "default", "shield":
		return baselineZeroDrift, nil
	}
	return "", fmt.Errorf("%w: baseline %q; use %s or %s", ErrInvalid, word, baselineBasic, baselineZeroDrift)
}

func (s Scope) checkProcessMode(mode string) error {
	switch {
	case s == ScopeFederal && mode != "":
		return fmt.Errorf("%w: mode %q of a federated profile; leave it empty, as workloads keep the mode of their own cluster",
			ErrInvalid, mode)
	case !slices.Contains(processModes, mode):
		return fmt.Errorf("%w: mode %q; use %s, or leave it empty", ErrInvalid, mode, strings.Join(processModes[1:], ", "))
	}
	return nil
}

func processKey(e events.ProcessRule) string {
	return strings.TrimSpace(e.Name) + keySeparator + cleanPath(e.Path)
}

// cleanPath returns a path without what does not change its meaning. It leaves what normalProcess refuses
// recognizable.
func cleanPath(text string) string {
	for {
		text = strings.TrimSpace(text)
		if !strings.HasPrefix(text, "/") || strings.HasSuffix(text, "/") {
			return text
		}
		clean := path.Clean(text)
		if clean == text {
			return text
		}
		text = clean // which may end in a blank now
	}
}

func normalProcess(e events.ProcessRule) (events.ProcessRule, error) {
	e.Name, e.Path = strings.TrimSpace(e.Name), cleanPath(e.Path)
	for _, text := range []string{e.Name, e.Path} {
		if err := checkText(text, processKind.limits.text); err != nil {
			return e, err
		}
	}
	switch {
	case e.Action != ActionAllow && e.Action != ActionDeny:
		return e, fmt.Errorf("%w: action %q of process %q; use %s or %s", ErrInvalid, e.Action, e.Name, ActionAllow, ActionDeny)
	case e.Name == "":
		return e, fmt.Errorf("%w: a process has no name; use %s for any", ErrInvalid, anyProcess)
	case !isProcessPath(e.Path):
		return e, fmt.Errorf("%w: path %q of process %q; give * or nothing for any, or an absolute path with at most one *, no < and >, and no / at its end",
			ErrInvalid, e.Path, e.Name)
	case e.Name == anyProcess && e.Path == "":
		return e, fmt.Errorf("%w: the process %s has no path; give one, or %s for any", ErrInvalid, anyProcess, anyProcess)
	case e.Name == anyProcess && (e.Path == anyProcess || e.Path == "/*") && e.Action == ActionDeny:
		return e, fmt.Errorf("%w: Invalid entry: deny all processes[%s: %s]; name those that are not to run",
			ErrInvalid, e.Name, e.Path)
	}
	return e, nil
}

func isProcessPath(text string) bool {
	if text == "" || text == anyProcess {
		return true
	}
	return strings.HasPrefix(text, "/") && !strings.HasSuffix(text, "/") &&
		!strings.ContainsAny(text, "<>") && strings.Count(text, "*") <= 1
}

// checkText judges a name or a path that machines read.
func checkText(text string, most int) error {
	switch {
	case len(text) > most:
		return fmt.Errorf("%w: %.40q... has %d bytes; at most %d are allowed", ErrTooLarge, text, len(text), most)
	case !utf8.ValidString(text):
		return fmt.Errorf("%w: %q is not valid UTF-8", ErrInvalid, text)
	case strings.ContainsFunc(text, unicode.IsControl):
		return fmt.Errorf("%w: %q has a control character in it", ErrInvalid, text)
	}
	return nil
}
