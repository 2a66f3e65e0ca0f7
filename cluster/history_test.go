package cluster_test

import (
	"slices"
	"testing"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

// eventually waits until a list is what is wanted.
func (f federation) eventually(what string, list func() []string, want ...string) {
	f.t.Helper()
	var got []string
	defer func() {
		if !slices.Equal(got, want) {
			f.t.Logf("%s: %q, want %q", what, got, want)
		}
	}()
	waittest.Until(f.t, what, func() bool { got = list(); return slices.Equal(got, want) })
}

func TestHistory(t *testing.T) {
	f := newFederation(t)
	f.change(put("fed.web", "one", ""), nil)
	at := f.change(put("fed.web", "two", ""), nil).Revision
	f.change(put("fed.web", "three", ""), nil)
	list := waittest.Must(f.master.Revisions(t.Context(), 0, 3))(t)
	if len(list) != 3 || list[0].Last != at+1 || list[1].Last != at || list[1].Actor != "admin" {
		t.Errorf("revisions %+v", list)
	}
	r, before, err := f.master.RevisionAt(t.Context(), at)
	if err != nil || r.First != at || len(r.Events) != 1 {
		t.Errorf("revision %d: %+v (%v)", at, r, err)
	}
	if g, _ := policy.Get[events.Group](before, "fed.web"); g.Criteria[0].Value != "one" {
		t.Errorf("before revision %d fed.web is %+v", at, g)
	}
	past := waittest.Must(f.master.PolicyAt(t.Context(), at))(t)
	if g, _ := policy.Get[events.Group](past, "fed.web"); g.Criteria[0].Value != "two" {
		t.Errorf("at revision %d fed.web is %+v", at, g)
	}
	f.change(policy.Restore(past), nil)
	if got := valueOf(f.master, "fed.web"); got != "two" {
		t.Errorf("restored, fed.web is %q", got)
	}
	_, err = f.master.PolicyAt(t.Context(), at+100)
	wantError(t, err, policy.ErrNotFound)

	berlin, _ := newPlace(t, "berlin").open(t)
	_, err = berlin.Revisions(t.Context(), 0, 1)
	wantError(t, err, cluster.ErrRole)
	_, _, err = berlin.RevisionAt(t.Context(), 1)
	wantError(t, err, cluster.ErrRole)
	_, err = berlin.PolicyAt(t.Context(), 1)
	wantError(t, err, cluster.ErrRole)
	_, err = berlin.Objects(cluster.ObjectQuery{})
	wantError(t, err, cluster.ErrRole)
	wantError(t, berlin.Label(t.Context(), "admin", "x", nil), cluster.ErrRole)
	if berlin.Reached(nil) != nil {
		t.Error("a standalone cluster reaches others")
	}
}

// TestChange_large: a command that needs several change sets says so.
func TestChange_large(t *testing.T) {
	f := newFederation(t)
	var edits []policy.Edit
	for i := range events.MaxSetSize + 5 {
		name := "fed.g" + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/26/26))
		edits = append(edits, policy.Edit{Kind: events.ObjectGroup, Name: name, Config: policy.GroupConfig{
			Name: name, Criteria: &[]events.Criterion{{Key: "image", Op: "=", Value: "x"}},
		}})
	}
	r := f.change(policy.ChangeSet(edits), nil)
	if r.Sets != 2 || r.Events != len(edits) || r.Revision != f.master.Federal().Revision() || r.Rollout != "" {
		t.Errorf("receipt %+v", r)
	}
	if again := f.change(policy.ChangeSet(edits), nil); again.Sets != 0 || again.Events != 0 || again.Revision != r.Revision {
		t.Errorf("again: receipt %+v", again)
	}
	for i := range edits {
		edits[i].Config, edits[i].Delete = nil, true
	}
	staged := f.change(policy.ChangeSet(edits), inTwo(true))
	if staged.Sets != 2 || staged.Rollout == "" || staged.Events != len(edits)+1 {
		t.Errorf("as a rollout: receipt %+v", staged)
	}
}
