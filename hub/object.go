package hub

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// ObjectQuery asks how objects do in clusters. Empty fields stand for all.
type ObjectQuery struct {
	Kind    events.ObjectKind
	Name    string
	Cluster string // id or name
	After   string // cursor of the last row that the caller has
	Limit   int
}

// ObjectRow is how one object does in one cluster.
type ObjectRow struct {
	Object      events.About
	Cluster     string // id
	ClusterName string
	Desired     uint64  // revision of the object that the cluster is to have
	Applied     *uint64 // revision that it has; nil: it has none, or the master cannot tell
	State       string  // an [events.Enforcement], or one of the words below
	Reason      string
	Since       time.Time // zero: not known
	Cursor      string
}

// What else an object can be in a cluster.
const (
	ObjectPending = "pending" // the cluster does not have it yet, or has not said what came of it
	ObjectUnknown = "unknown" // the cluster is not heard from
)

// Objects returns how objects do in the clusters that they are for: by kind and name, then by cluster.
func (h *Hub) Objects(q ObjectQuery) []ObjectRow {
	now := h.Policy()
	after := placeOf(q.After)
	clusters := h.holders(now, q.Cluster)
	slices.SortFunc(clusters, compareHolders)
	look := newFinder()
	var out []ObjectRow
	for _, about := range h.objects(now, q) {
		look.at(about)
		for i := range clusters {
			c := &clusters[i]
			at := place{about, c.Name, c.ID}
			if q.After != "" && at.compare(after) <= 0 {
				continue
			}
			row, ok := c.row(look)
			if !ok {
				continue
			}
			row.Cursor = at.cursor()
			if out = append(out, row); len(out) == q.Limit {
				return out
			}
		}
	}
	return out
}

// objects returns what a query may be about, in the order of the rows: the objects of the policy, and those that a
// rollout on its way makes.
func (h *Hub) objects(now *policy.State, q ObjectQuery) []events.About {
	states := []*policy.State{now}
	if r, on := h.aims.current(now); on {
		states = append(states, now.Reached([]string{r.ID}))
	}
	var out []events.About
	for _, s := range states {
		for _, kind := range policy.Kinds() {
			if q.Kind != "" && kind != string(q.Kind) {
				continue
			}
			for o := range s.Objects(events.ObjectKind(kind)) {
				if about := o.About(); q.Name == "" || about.Name == q.Name {
					out = append(out, about)
				}
			}
		}
	}
	slices.SortFunc(out, compareObjects)
	return slices.Compact(out)
}

// holder is a cluster with the policy that it is to hold.
type holder struct {
	Summary
	desired *policy.State
	proved  *policy.State // that it has proved to hold; nil: none, or it is not remembered
}

// holders returns the clusters, or the one with the given id or name.
func (h *Hub) holders(now *policy.State, cluster string) []holder {
	var out []holder
	for m := range h.fleet.State().all() {
		c := holder{Summary: h.summarize(m, now)}
		if cluster != "" && c.ID != cluster && c.Name != cluster {
			continue
		}
		reached := h.aims.of(m, now).view.Rollouts
		c.desired = now.Reached(reached)
		if past := h.digests.at(c.AppliedRevision, now); past != nil {
			c.proved = past.Reached(reached)
		}
		out = append(out, c)
	}
	return out
}

// compareHolders orders clusters by name.
func compareHolders(a, b holder) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
}

// row returns how the object that look is at does in the cluster; false when it is not for the cluster.
func (c *holder) row(look *finder) (ObjectRow, bool) {
	desired := look.in(c.desired)
	if !desired.there || !desired.chooses(c.Labels) {
		return ObjectRow{}, false
	}
	row := ObjectRow{
		Object: look.about, Cluster: c.ID, ClusterName: c.Name, Desired: desired.revision, Applied: c.applied(look, desired.revision),
		Since: c.LastHeartbeat,
	}
	row.judge(c)
	return row, true
}

// applied returns the revision of the object that the cluster has proved to have.
func (c *holder) applied(look *finder, desired uint64) *uint64 {
	switch {
	case !c.proven():
		return nil
	case c.AppliedRevision >= desired:
		return &desired
	case c.proved == nil:
		return nil
	}
	proved := look.in(c.proved)
	if !proved.there || !proved.chooses(c.Labels) {
		return nil
	}
	return &proved.revision
}

// judge says how the object does, from how its cluster does and what the cluster's enforcer said.
func (r *ObjectRow) judge(c *holder) {
	switch has := r.Applied != nil && *r.Applied == r.Desired; {
	case c.silent():
		r.State, r.Reason = ObjectUnknown, "the cluster is not heard from"
	case !has:
		r.State, r.Reason = ObjectPending, "the cluster is "+string(c.Status)
	case c.Enforcer == enforcerNone:
		r.State, r.Reason = string(events.Idle), "nothing is enforced in this cluster: its enforcer is none"
	case !c.enforced(r.Desired):
		r.State, r.Reason = ObjectPending, "the cluster's enforcer is not done with it"
	default:
		report := c.Enforcement
		r.State, r.Reason, r.Since = string(report.State), report.Reason, report.Since
		if i, odd := slices.BinarySearchFunc(report.Objects, r.Object, compareReported); odd {
			r.State, r.Reason, r.Since = string(report.Objects[i].State), report.Objects[i].Reason, report.Objects[i].Since
		}
	}
}

// place is where a row stands among all rows, and what a cursor says.
type place struct {
	object      events.About
	clusterName string
	cluster     string // id
}

// cursorMark stands between the parts of a cursor; no name has it.
const cursorMark = "@"

func (p place) cursor() string {
	return strings.Join([]string{string(p.object.Kind) + "/" + p.object.Name, p.clusterName, p.cluster}, cursorMark)
}

// placeOf reads a cursor. What was never given out is a place, too.
func placeOf(cursor string) place {
	parts := append(strings.SplitN(cursor, cursorMark, 3), "", "")
	kind, name, _ := strings.Cut(parts[0], "/")
	return place{object: events.About{Kind: events.ObjectKind(kind), Name: name}, clusterName: parts[1], cluster: parts[2]}
}

func (p place) compare(q place) int {
	return cmp.Or(compareObjects(p.object, q.object), cmp.Compare(p.clusterName, q.clusterName), cmp.Compare(p.cluster, q.cluster))
}

// compareObjects orders objects by kind, then by number, then by name.
func compareObjects(a, b events.About) int {
	number := func(name string) bool { return strings.Trim(name, "0123456789") == "" }
	byKind := cmp.Compare(a.Kind, b.Kind)
	switch {
	case byKind != 0:
		return byKind
	case number(a.Name) && number(b.Name):
		return cmp.Or(cmp.Compare(len(a.Name), len(b.Name)), cmp.Compare(a.Name, b.Name))
	case number(a.Name):
		return -1
	case number(b.Name):
		return 1
	}
	return cmp.Compare(a.Name, b.Name)
}
