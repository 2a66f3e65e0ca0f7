package policy

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/fedhub/fedhub/events"
)

// kindTable has every kind of object, in the order in which objects are made: an object speaks only of kinds that
// come before its own. A new kind is a file that declares it, and a line here.
var kindTable = []*kind{
	groupKind,
	webhookKind,
	dlpSensorKind,
	wafSensorKind,
	networkKind,
	admissionKind,
	admissionStateKind,
	responseKind,
	processKind,
	fileKind,
	dlpGroupKind,
	wafGroupKind,
}

// kind says what all objects of one kind have in common.
type kind struct {
	object events.ObjectKind
	word   string // for people, such as "network rule"
	naming naming
	ids    map[Scope]idRange // of a numbered kind
	limits limits

	nameKey string // of a request in the form of the REST interface; "": "name", or "id" of a numbered kind
	// parse reads a request in the form of the REST interface.
	parse func(json.RawMessage) (Config, error)
	// refs returns the objects that must be there for this one. It may be nil.
	refs func(events.Object) []events.About
	// withID gives a new object of a numbered kind its number.
	withID func(events.Object, uint32) events.Object
	// rank returns the object's place in the list of its kind, and withRank moves it. Both are nil when
	// places have no meaning; objects are then listed by name or number.
	rank     func(events.Object) string
	withRank func(events.Object, string) events.Object
	// fixed says why the object may not be removed, or "". It may be nil.
	fixed func(events.Object) string
	// cascade says that the object goes when one that it speaks of goes.
	cascade bool
	// keeps says that an object of this kind cannot be removed while another speaks of it, not even with that.
	keeps bool
}

// naming is how objects of a kind are told apart.
type naming int

const (
	byName   naming = iota // the user's choice; a federated one begins with "fed."
	byNumber               // given out from a range of the scope
	byGroup                // the name of the group that it belongs to
	single                 // there is only one
)

// limits are the sizes that an object may have, so that every fact stays far below the one MiB that NATS
// carries by default. The figures of NeuVector's own are in its controller/api/apis.go.
type limits struct {
	name    int // bytes of its name
	comment int // bytes of its comment
	parts   int // criteria, conditions, processes, filters or rules in it
	text    int // bytes of each text of a part
}

// idRange is which numbers a scope's objects may have, both ends included.
type idRange struct {
	first, last uint32
}

// Config is what a request says about one object, in the form of the REST interface. A field that is nil was
// not sent: a new object takes its zero value, an existing one keeps what it has.
type Config interface {
	// kind returns what it is about.
	kind() *kind
	// about returns the object's name; "" or "0" stands for the next free number.
	about() string
	// claims returns what every request may say.
	claims() Claims
	// onto returns old, which is nil for a new object, with what the request says, in normal form. It judges
	// all of the result but what the kind says for it: name, number, limits of comments, references.
	onto(old events.Object, s *State) (events.Object, error)
}

// Claims is what a request may say about an object of any kind.
type Claims struct {
	CfgType string  `json:"cfg_type,omitempty"` // "" stands for the scope's own
	Targets *string `json:"targets,omitempty"`  // selector over the labels of clusters; empty: all
}

func (c Claims) claims() Claims { return c }

// kindOf returns the kind with the given name, or nil.
func kindOf(name events.ObjectKind) *kind {
	for _, k := range kindTable {
		if k.object == name {
			return k
		}
	}
	return nil
}

// parseConfig is the parse of every kind whose request is of type C.
func parseConfig[C Config](data json.RawMessage) (Config, error) {
	var c C
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return c, nil
}

// number returns the text that stands for an id; 0 is none.
func number(id uint32) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatUint(uint64(id), 10)
}

// federal reports whether the name of a kind that goes by names is one of the federation's.
func federal(name string) bool { return strings.HasPrefix(name, fedPrefix) }
