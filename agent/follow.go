package agent

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/logkey"
	"github.com/fedhub/fedhub/policy"
)

// maxCatchUp is how many events are fetched one by one; who is further behind fetches the newest event of
// each object instead.
const maxCatchUp = 5000

// fetchPatience is how long the next event of an answer may take. An answer that was on its way when the
// connection broke never comes, and is asked for again.
const fetchPatience = 2 * time.Second

// want is what the follower is asked to fetch.
type want struct {
	revision uint64       // at least this one
	anew     bool         // everything, whatever is there
	view     *events.View // for this view; nil: for the one that there is
	resync   string       // id of the [events.Resync] that asks for it
}

// with returns what is wanted when both w and an older want are.
func (w want) with(old want) want {
	w.revision, w.anew = max(w.revision, old.revision), w.anew || old.anew
	if w.view == nil {
		w.view = old.view
	}
	if w.resync == "" {
		w.resync = old.resync
	}
	return w
}

// follower takes events as the master sends them and fetches what is missing between them. It is used by
// one goroutine.
type follower struct {
	agent  *Agent
	reader *bus.Reader
	set    []events.Event // the change set that is coming in
	head   events.Hash    // of the newest event taken; zero: not known
	whole  events.Hash    // of the newest event applied; zero: not known
}

func newFollower(a *Agent, conn *nats.Conn) *follower {
	return &follower{agent: a, reader: bus.NewReader(conn, events.SubjectGet).Within(fetchPatience)}
}

// run takes events until ctx ends.
func (f *follower) run(ctx context.Context, live <-chan *nats.Msg) error {
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case m := <-live:
			err = f.take(ctx, m)
		case w := <-f.agent.sync:
			err = f.meet(ctx, w)
		}
		if err != nil && ctx.Err() == nil {
			// What is missing is fetched after the next heartbeat, whose answer tells how far the master is.
			f.agent.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "federated policy not followed", slog.Any(logkey.Err, err))
		}
	}
}

// meet fetches what is wanted, and notes why if it cannot. The next answer of the master says again what is
// missing, but for a resync.
func (f *follower) meet(ctx context.Context, w want) error {
	err := f.fetch(ctx, w)
	if _, seen := f.agent.held().View(); w.resync != "" && (err != nil || !seen) {
		f.agent.unmet.Store(&want{anew: true, resync: w.resync})
	}
	if err == nil {
		f.agent.astray.Store(nil)
	} else if ctx.Err() == nil {
		why := err.Error()
		f.agent.astray.Store(&why)
	}
	return err
}

// take takes one event that the master sent as it happened.
func (f *follower) take(ctx context.Context, m *nats.Msg) error {
	if _, seen := f.agent.held().View(); !seen {
		return nil // the first heartbeat's answer says what of it is for this cluster
	}
	e, err := events.Parse(m.Header, m.Data)
	if err != nil {
		return err
	}
	next := f.agent.held().Revision() + uint64(len(f.set)) + 1
	switch {
	case e.Revision < next:
		return nil // fetched meanwhile
	case e.Revision > next:
		return f.meet(ctx, want{revision: e.SetEnd()})
	}
	return f.add(e)
}

// add takes the event that follows the newest one, and applies the change set once it is whole.
func (f *follower) add(e events.Event) error {
	if !f.head.IsZero() && e.Prev != f.head {
		f.forget()
		f.agent.request(want{anew: true})
		return fmt.Errorf("%w: revision %d does not follow what was sent before it", events.ErrBroken, e.Revision)
	}
	if have := len(f.set); have != e.Set.Index {
		f.forget()
		f.agent.request(want{anew: true}) // what is held ends inside a change set of the master's
		return fmt.Errorf("%w: revision %d is event %d of its change set, want %d", events.ErrBroken, e.Revision, e.Set.Index, have)
	}
	f.set, f.head = append(f.set, e), e.Hash()
	if e.Set.Last() {
		f.apply(f.agent.held().Clone(), f.set, false)
		f.set, f.whole = nil, f.head
	}
	return nil
}

// drop drops the part of a change set that came in so far; it comes again.
func (f *follower) drop() { f.set, f.head = nil, f.whole }

// forget drops that, too, and what is known of the events before it.
func (f *follower) forget() { f.set, f.head, f.whole = nil, events.Hash{}, events.Hash{} }

// apply makes state, with the events applied to it, the policy that is held, and has it kept: with all, in
// place of everything that is.
func (f *follower) apply(state *policy.State, set []events.Event, all bool) {
	was := f.agent.held()
	for _, e := range set {
		state.Apply(e)
	}
	f.agent.replace(state, all || len(set) == 0 || set[0].Revision <= was.Revision())
	f.agent.remember(was, state, set, all)
}

// fetch fetches what is missing up to the wanted revision, and for the wanted view.
func (f *follower) fetch(ctx context.Context, w want) error {
	state := f.agent.held()
	have := state.Revision()
	view, seen := state.View()
	if w.view != nil {
		w.anew = w.anew || !seen || !maps.Equal(view.Labels, w.view.Labels)
		view = *w.view
	}
	switch {
	case w.view == nil && !seen:
		return nil // the master has not said yet what is for this cluster
	case w.anew, have == 0, w.revision > have+maxCatchUp:
		return f.fetchState(ctx, view, w)
	case w.view != nil && view.Hash() != viewHash(state):
		state = state.Clone()
		state.See(view)
		f.apply(state, nil, false)
	}
	if w.revision <= have {
		return nil
	}
	f.drop()
	missing, err := f.reader.Read(ctx, have+1, int(w.revision-have)) //nolint:gosec // G115: at most maxCatchUp
	for _, e := range missing {
		if e.Revision != f.agent.held().Revision()+uint64(len(f.set))+1 {
			err = errors.Join(err, fmt.Errorf("%w: revision %d follows %d", events.ErrBroken, e.Revision, f.agent.held().Revision()))
			break
		}
		if err := f.add(e); err != nil {
			return err
		}
	}
	f.drop()
	if err != nil {
		return fmt.Errorf("fetch from revision %d: %w", have+1, err)
	}
	return nil
}

// viewHash returns the hash of the view that a policy is for; zero: none.
func viewHash(s *policy.State) events.Hash {
	if view, seen := s.View(); seen {
		return view.Hash()
	}
	return events.Hash{}
}

// fetchState fetches the newest event of each object. Unless everything is wanted anew, what is held stays
// where the master says nothing of it: a log only grows.
func (f *follower) fetchState(ctx context.Context, view events.View, w want) error {
	newest, _, err := f.reader.State(ctx, events.Rules.Filter(), 0)
	if err != nil {
		return fmt.Errorf("fetch the federated policy: %w", err)
	}
	f.forget()
	state := policy.NewStateFor(view)
	if !w.anew {
		state = f.agent.held().Clone()
		state.See(view)
	}
	// Kept in this order, a copy that a crash cuts short speaks of the revision before the cut.
	slices.SortFunc(newest, func(a, b events.Event) int { return cmp.Compare(a.Revision, b.Revision) })
	f.apply(state, newest, w.anew)
	if w.resync != "" {
		f.agent.resynced.Store(&w.resync)
		f.agent.Report()
	}
	return nil
}

// request asks the follower to fetch; a request that waits already is replaced by a wider one.
func (a *Agent) request(w want) {
	for {
		select {
		case a.sync <- w:
			return
		case old := <-a.sync:
			w = w.with(old)
		}
	}
}
