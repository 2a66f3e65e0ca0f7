package hub

import (
	"cmp"
	"slices"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// Matrix is how every object of the policy does in every cluster: what [Hub.Objects] tells, a letter each.
type Matrix struct {
	At       time.Time
	Revision uint64
	Objects  []events.About // by kind, then by number, then by name
	Clusters []Named        // the master's own first, the others by name
	Rows     []string       // for each object a letter for each cluster
}

// Named is a cluster by its id and name.
type Named struct{ ID, Name string }

// letters are what a matrix says for the states of an [ObjectRow].
var letters = map[string]byte{
	string(events.Enforced):    'e',
	string(events.Partial):     'p',
	string(events.Unsupported): 'u',
	string(events.Failed):      'f',
	string(events.Idle):        'i',
	ObjectPending:              'w',
	ObjectUnknown:              '?',
}

// What else a matrix says.
const (
	letterNone = '-' // the object is not for the cluster
	letterOdd  = '?' // a state of a later version
)

// Matrix returns how the objects of a kind (empty: of all) do in the clusters that a selector over labels, in normal
// form, chooses.
func (h *Hub) Matrix(kind events.ObjectKind, selector string) Matrix {
	now := h.Policy()
	chooses := policy.Chooser(selector)
	clusters := slices.DeleteFunc(h.holders(now, ""), func(c holder) bool { return !chooses(c.Labels) })
	slices.SortFunc(clusters, func(a, b holder) int {
		return cmp.Or(h.place(a.ID)-h.place(b.ID), compareHolders(a, b))
	})
	out := Matrix{
		At: h.cfg.Now(), Revision: now.Revision(), Objects: h.objects(now, ObjectQuery{Kind: kind}),
		Clusters: make([]Named, 0, len(clusters)),
	}
	for i := range clusters {
		out.Clusters = append(out.Clusters, Named{ID: clusters[i].ID, Name: clusters[i].Name})
	}
	out.Rows = make([]string, 0, len(out.Objects))
	look, row := newFinder(), make([]byte, len(clusters))
	for _, about := range out.Objects {
		look.at(about)
		for i := range clusters {
			row[i] = clusters[i].letter(look)
		}
		out.Rows = append(out.Rows, string(row))
	}
	return out
}

// place puts the master's own cluster before the others.
func (h *Hub) place(id string) int {
	if id == h.cfg.ID {
		return 0
	}
	return 1
}

// letter returns how the object that look is at does in the cluster.
func (c *holder) letter(look *finder) byte {
	row, ok := c.row(look)
	if !ok {
		return letterNone
	}
	if letter, known := letters[row.State]; known {
		return letter
	}
	return letterOdd
}
