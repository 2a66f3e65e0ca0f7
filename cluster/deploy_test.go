package cluster_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
)

func TestDeploy(t *testing.T) {
	f := newFederation(t)
	berlin, oslo, rome := f.join("berlin", nil), f.join("oslo", nil), f.join("rome", nil)
	f.change(put("fed.web", "x", ""), nil)
	f.synced(berlin, oslo, rome)
	rome.stop()
	f.is(rome, cluster.StatusDisconnected)
	idOf := func(m *member) string { return f.summary(m).ID }
	tests := map[string]struct {
		ids  []string
		want map[string]string // name → why it is not done; "": it is
	}{
		"all":                     {want: map[string]string{"berlin": "", "oslo": "", "rome": "the cluster is not heard from"}},
		"one":                     {ids: []string{idOf(oslo)}, want: map[string]string{"oslo": ""}},
		"one that is away":        {ids: []string{idOf(rome)}, want: map[string]string{"rome": "the cluster is not heard from"}},
		"some, and nobody":        {ids: []string{idOf(berlin), "x"}, want: map[string]string{"berlin": ""}},
		"the master's own":        {ids: []string{f.master.Member().ID}, want: map[string]string{}},
		"nobody that is a member": {ids: []string{"x"}, want: map[string]string{}},
	}
	for name, tt := range tests {
		for _, force := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				out, err := f.master.Deploy(t.Context(), tt.ids, force)
				if err != nil || len(out) != len(tt.want) {
					t.Fatalf("%d clusters (%v), want %d", len(out), err, len(tt.want))
				}
				for _, o := range out {
					want, asked := tt.want[o.Name]
					if !asked || o.Done != (want == "") || o.Reason != want {
						t.Errorf("%s: done %t, %q; want %q", o.Name, o.Done, o.Reason, want)
					}
				}
			})
		}
	}
	standalone, _ := newPlace(t, "lima").open(t)
	_, err := standalone.Deploy(t.Context(), nil, false)
	wantError(t, err, cluster.ErrRole)
}

// TestObjects: what the enforcers of remotes say is shown object by object.
func TestObjects(t *testing.T) {
	f := newFederation(t)
	berlin, oslo := f.join("berlin", events.Labels{"env": "prod"}), f.join("oslo", events.Labels{"env": "prod"})
	oslo.enforcer.say(agent.Verdict{Objects: []events.ObjectState{
		{Object: events.About{Kind: events.ObjectGroup, Name: "fed.web"}, State: events.Failed, Reason: "no kernel"},
	}}, nil)
	f.change(put("fed.web", "x", "env=prod"), nil)
	f.change(put("fed.db", "x", "env=prod"), nil)
	rows := func() []string {
		var out []string
		all, err := f.master.Objects(cluster.ObjectQuery{Kind: events.ObjectGroup})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range all {
			if r.Object.Name == "fed.web" || r.Object.Name == "fed.db" {
				out = append(out, r.Object.Name+" in "+r.ClusterName+" "+r.State+" "+r.Reason)
			}
		}
		return out
	}
	f.eventually("both say so", rows, "fed.db in berlin enforced ", "fed.db in oslo enforced ", "fed.web in berlin enforced ", "fed.web in oslo failed no kernel")
	if s := f.summary(oslo); s.Status != cluster.StatusSynced || s.RuleState != "pending" {
		t.Errorf("oslo is %s, rules %s", s.Status, s.RuleState)
	}
	berlin.enforcer.say(agent.Verdict{}, errors.New("disk"))
	oslo.enforcer.say(agent.Verdict{State: events.Partial, Reason: "half"}, nil)
	f.change(put("fed.web", "y", "env=prod"), nil)
	f.eventually("both say so", rows, "fed.db in berlin failed disk", "fed.db in oslo partial half",
		"fed.web in berlin pending the cluster's enforcer is not done with it", "fed.web in oslo partial half")
	if err := f.master.Label(t.Context(), "admin", f.summary(oslo).ID, map[string]*string{"env": nil}); err != nil {
		t.Fatal(err)
	}
	if s := f.summary(oslo); len(s.Labels) != 0 {
		t.Errorf("oslo has the labels %v", s.Labels)
	}
	f.eventually("oslo has none", func() []string {
		return slices.Compact([]string{valueOf(oslo.Controller, "fed.web"), valueOf(oslo.Controller, "fed.db")})
	}, "")
	f.synced(oslo)
	f.eventually("its rows are gone", rows, "fed.db in berlin failed disk", "fed.web in berlin pending the cluster's enforcer is not done with it")
}
