//go:build linux

package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/fedtest"
)

// mintFor returns the text of a join token for some clusters with the given labels.
func (p *proc) mintFor(labels string, uses int) string {
	p.t.Helper()
	r, err := p.api().MintTokenWithResponse(p.t.Context(), &wire.MintTokenParams{Labels: &labels, Uses: &uses})
	if err == nil {
		err = reply(r.HTTPResponse, r.JSONDefault)
	}
	if err != nil {
		p.t.Fatalf("mint a token: %v", err)
	}
	return r.JSON200.JoinToken
}

// roll starts a rollout.
func (p *proc) roll(plan *wire.RolloutPlan, edits ...wire.Edit) string {
	p.t.Helper()
	r, err := p.api().ChangePolicyWithResponse(p.t.Context(), wire.ChangeRequest{Edits: edits, Rollout: plan})
	if err == nil {
		err = reply(r.HTTPResponse, r.JSONDefault)
	}
	if err != nil {
		p.t.Fatalf("start a rollout: %v", err)
	}
	return r.JSON200.Rollout
}

// rollout returns a rollout.
func (p *proc) rollout(id string) (wire.Rollout, error) {
	r, err := p.api().GetRolloutWithResponse(p.t.Context(), id)
	if err == nil {
		err = reply(r.HTTPResponse, r.JSONDefault)
	}
	if err != nil {
		return wire.Rollout{}, err
	}
	return r.JSON200.Rollout, nil
}

// take takes a step of a rollout.
func (p *proc) take(id, what string) {
	p.t.Helper()
	r, err := p.api().StepRolloutWithResponse(p.t.Context(), id, what)
	if err == nil {
		err = reply(r.HTTPResponse, r.JSONDefault)
	}
	if err != nil {
		p.t.Fatalf("%s the rollout: %v", what, err)
	}
}

// restart kills the process and starts it again.
func (p *proc) restart() {
	p.t.Helper()
	p.kill()
	p.start()
}

// under returns a rollout that nothing but the absence of clusters may stop. As a person would, it resumes one
// that was paused because a cluster, which lost its master again and again, has just made its connection anew.
func (p *proc) under(id string) (wire.Rollout, error) {
	p.t.Helper()
	r, err := p.rollout(id)
	switch {
	case err != nil, r.Status == "running", r.Status == "completed":
		return r, err
	case !strings.HasSuffix(r.Reason, ": disconnected"):
		p.t.Fatalf("in wave %d the rollout is %s: %s", r.Open, r.Status, r.Reason)
	}
	p.t.Logf("in wave %d the rollout was paused, and is resumed: %s", r.Open, r.Reason)
	p.take(id, "resume")
	return p.rollout(id)
}

// wellIn returns an error unless a rollout has come to a wave, which counts from 1, and all in it are well. One that
// has passed it will do.
func (p *proc) wellIn(id string, wave int) error {
	p.t.Helper()
	r, err := p.under(id)
	switch {
	case err != nil:
		return err
	case r.Status == "completed" || r.Open > wave:
		return nil
	case r.Open < wave:
		return fmt.Errorf("%d waves are open", r.Open)
	}
	for _, c := range r.Waves[wave-1].Clusters {
		if !c.Well {
			return fmt.Errorf("%s is %s in wave %d: %s", c.Name, c.Status, wave, c.Wrong)
		}
	}
	return nil
}

// in returns an error unless a rollout has come to a wave.
func (p *proc) in(id string, wave int) error {
	p.t.Helper()
	r, err := p.under(id)
	if err == nil && r.Status != "completed" && r.Open < wave {
		err = fmt.Errorf("%d waves are open", r.Open)
	}
	return err
}

// ended returns an error unless a rollout is completed.
func (p *proc) ended(id string) error {
	p.t.Helper()
	r, err := p.under(id)
	if err == nil && r.Status != "completed" {
		err = fmt.Errorf("the rollout is %s with %d waves open", r.Status, r.Open)
	}
	return err
}

// joinProc starts clusters in this process that join the master in its own.
func joinProc(t *testing.T, w *fedtest.World, master *proc, labels string, names ...string) []site {
	t.Helper()
	token := master.mintFor(labels, len(names))
	out := make([]site, 0, len(names))
	for _, name := range names {
		r := &fedtest.Recorder{}
		s := site{w.Standalone(name, fedtest.WithEnforcer(r)), r}
		if a := s.Join(wire.Join{JoinToken: token}); a.Problem.Message != "" {
			t.Fatalf("%s cannot join: %s", name, a.Problem.Message)
		}
		out = append(out, s)
	}
	return out
}

// awaitSame waits until the process says that every member holds what it is to hold, and each says so itself.
func awaitSame(t *testing.T, master *proc, sites []site) {
	t.Helper()
	await(t, "all in sync", func() error {
		r, err := master.api().GetSummaryWithResponse(t.Context())
		if err == nil {
			err = reply(r.HTTPResponse, r.JSONDefault)
		}
		if err != nil {
			return err
		}
		own := map[string]string{}
		for _, s := range sites {
			own[s.Name] = s.Federal().Digest().String()
		}
		for _, c := range r.JSON200.Clusters {
			mine, known := own[c.Name]
			if c.DigestMatch == nil || !*c.DigestMatch || c.AppliedRevision != c.DesiredRevision || known && mine != c.Digest {
				return fmt.Errorf("%s is %s at revision %d of %d", c.Name, c.Status, c.AppliedRevision, c.DesiredRevision)
			}
		}
		if len(r.JSON200.Clusters) != len(sites)+1 {
			return fmt.Errorf("%d clusters, want %d and the master", len(r.JSON200.Clusters), len(sites))
		}
		return nil
	})
}

// TestRollout_masterKilledInEachWave kills the master with others writing: when a wave was just opened, when it
// soaks, while it is paused, and when the rollout is about to end or has just done so.
func TestRollout_masterKilledInEachWave(t *testing.T) {
	master := newProc(t, "master")
	master.start()
	master.promote(master.fed)
	w := fedtest.New(t)
	canaries := joinProc(t, w, master, "env=canary", numbered("canary", 2)...)
	sites := slices.Concat(canaries, joinProc(t, w, master, "env=prod", numbered("prod", 18)...))
	if _, err := master.addGroup(t.Context(), "fed.web"); err != nil {
		t.Fatal(err)
	}
	awaitSame(t, master, sites)

	book := newChaosBook()
	ctx, cancel := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	stop := func() { cancel(); writers.Wait() }
	defer stop()
	writers.Go(func() { book.writeSlowly(ctx, master) })

	canary, half, soak, longer := "env=canary", 50, 1, 3 // the second wave is to be paused
	edits := shop(t)
	edits = slices.DeleteFunc(edits, func(e wire.Edit) bool { return e.Op == "delete" || *e.Name == number(oldRule) })
	began := time.Now()
	id := master.roll(&wire.RolloutPlan{Waves: []wire.WavePlan{
		{Selector: &canary, SoakSeconds: &soak}, {Percent: &half, SoakSeconds: &longer}, {SoakSeconds: &soak},
	}}, edits...)
	master.restart() // a wave was just opened
	await(t, "well in wave 1", func() error { return master.wellIn(id, 1) })
	master.restart() // it soaks
	await(t, "in wave 2", func() error { return master.in(id, 2) })
	master.restart()
	await(t, "well in wave 2, and paused", func() error {
		if err := master.wellIn(id, 2); err != nil {
			return err
		}
		master.take(id, "pause")
		r, err := master.rollout(id)
		if err == nil && r.Reason != "by admin" {
			err = fmt.Errorf("the master was quicker to pause it: %s", r.Reason)
		}
		return err
	})
	master.restart() // it is paused
	if r, err := master.rollout(id); err != nil || r.Status != "paused" || r.Reason != "by admin" {
		t.Errorf("paused before the crash, it is %s after it: %q, %v", r.Status, r.Reason, err)
	}
	master.take(id, "resume")
	master.restart()
	await(t, "in wave 3", func() error { return master.in(id, 3) })
	master.restart()
	await(t, "well in wave 3", func() error { return master.wellIn(id, 3) })
	master.restart() // it is about to end
	await(t, "at its end", func() error { return master.ended(id) })
	master.restart() // it has just ended
	took := time.Since(began)
	book.awaitAcked(t, 1)
	stop()
	t.Logf("8 kills in %s, while %d other writes were acknowledged", took.Round(time.Millisecond), len(book.acked))

	awaitSame(t, master, sites)
	for _, s := range sites {
		if !reached(s.Federal()) {
			t.Errorf("%s does not have the change", s.Name)
		}
	}
	checkWritten(t, master, book)
	checkSteps(t, master, id,
		[]string{"started", "advanced", "paused", "resumed", "advanced", "completed"},
		[]string{"started", "advanced", "advanced", "paused", "resumed", "completed"}) // where a request takes as long as a wave
	checkChain(t, master)
}

// writeSlowly writes what [chaosBook.write] does, at the pace of a person in a hurry.
func (b *chaosBook) writeSlowly(ctx context.Context, p *proc) {
	pace := time.NewTicker(300 * time.Millisecond)
	defer pace.Stop()
	for n := 0; ctx.Err() == nil; n++ {
		name, add := fmt.Sprintf("fed.w-%d", n), p.addGroup
		if n%2 == 1 {
			name, add = fmt.Sprintf("rule w-%d", n), p.addRule
		}
		r, err := add(ctx, name)
		b.note(name, r, err)
		select {
		case <-pace.C:
		case <-ctx.Done():
		}
	}
}

// checkSteps compares what was recorded of a rollout with what may have been: no step is there twice. Pauses that the
// master made by itself are left out, and what resumed it then.
func checkSteps(t *testing.T, master *proc, id string, wants ...[]string) {
	t.Helper()
	var got []string
	skip := 0
	for _, e := range recordedAt(t, master) {
		kind, isStep := strings.CutPrefix(e.Kind, "rollout.")
		switch {
		case !isStep || !strings.Contains(string(e.Data), id):
		case kind == "paused" && e.Actor == "fedhub":
			skip++
		case kind == "resumed" && skip > 0:
			skip--
		default:
			got = append(got, kind)
		}
	}
	if !slices.ContainsFunc(wants, func(want []string) bool { return slices.Equal(got, want) }) {
		t.Errorf("the rollout was %q, want one of %q", got, wants)
	}
}

// A rollout whose end takes several change sets, and how often one is interrupted there.
const (
	longRollout  = 2500
	longRollouts = 3
)

// TestRollout_masterKilledInTheMiddleOfTheEnd kills the master between two of the change sets that the end of
// a large rollout takes.
func TestRollout_masterKilledInTheMiddleOfTheEnd(t *testing.T) {
	t.Parallel()
	master := newProc(t, "master")
	master.start()
	master.promote(master.fed)
	w := fedtest.New(t)
	sites := joinProc(t, w, master, "env=canary", "one", "two")
	awaitSame(t, master, sites)
	middle := 0
	for round := range longRollouts {
		criteria := []map[string]string{{"key": "label", "op": "=", "value": strconv.Itoa(round)}}
		edits := make([]wire.Edit, 0, longRollout)
		for i := range longRollout {
			name := fmt.Sprintf("fed.g%d", i)
			edits = append(edits, upsert(t, events.ObjectGroup, name, map[string]any{"name": name, "criteria": criteria}))
		}
		id := master.roll(waves("env=canary"), edits...)
		start := revisionOf(t, master)
		await(t, "the end begins", func() error { // every other event is one that the conductor writes: a wave that opens
			if revision := revisionOf(t, master); revision < start+longRollout/5 {
				return fmt.Errorf("revision %d", revision)
			}
			return nil
		})
		master.restart()
		await(t, "at its end", func() error { return master.ended(id) })
		awaitSame(t, master, sites)
		twice, commands := map[string]int{}, map[string]bool{}
		for _, e := range recordedAt(t, master) {
			var fact events.GroupDefined
			if e.Revision > start && e.Kind == string(events.KindGroupDefined) && json.Unmarshal(e.Data, &fact) == nil {
				twice[fact.Group.Name]++
				commands[e.Command] = true
			}
		}
		if len(commands) > 1 {
			middle++
		}
		for name, n := range twice {
			if n != 1 {
				t.Errorf("round %d: %s became policy %d times", round, name, n)
			}
		}
		if len(twice) != longRollout {
			t.Errorf("round %d: %d objects became policy, want %d", round, len(twice), longRollout)
		}
	}
	t.Logf("%d of %d ends were interrupted in their middle", middle, longRollouts)
	checkChain(t, master)
}

// revisionOf returns the revision that the process is at.
func revisionOf(t *testing.T, master *proc) uint64 {
	t.Helper()
	own, _, err := master.summary(master.name)
	if err != nil {
		t.Fatal(err)
	}
	return own.DesiredRevision
}
