//go:build linux

package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fedhub/fedhub/api/wire"
)

// The size of the chaos.
const (
	chaosKills      = 50
	chaosShortKills = 5
	chaosWriters    = 4
)

// ledger remembers what was written and what the master said to it.
type chaosBook struct {
	mu      sync.Mutex
	acked   map[string]receipt // name of what was written → the answer
	unknown map[string]error   // name → no answer, or one that leaves it open
	changed chan struct{}
}

func newChaosBook() *chaosBook {
	return &chaosBook{acked: map[string]receipt{}, unknown: map[string]error{}, changed: make(chan struct{})}
}

func (b *chaosBook) note(name string, r receipt, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil {
		b.unknown[name] = err
		return
	}
	b.acked[name] = r
	close(b.changed)
	b.changed = make(chan struct{})
}

// awaitAcked returns when n more writes than at the call were acknowledged.
func (b *chaosBook) awaitAcked(t *testing.T, n int) {
	t.Helper()
	b.mu.Lock()
	want := len(b.acked) + n
	b.mu.Unlock()
	timer := time.NewTimer(procPatience)
	defer timer.Stop()
	for {
		b.mu.Lock()
		have, changed := len(b.acked), b.changed
		b.mu.Unlock()
		if have >= want {
			return
		}
		select {
		case <-changed:
		case <-timer.C:
			t.Fatalf("%d writes acknowledged within %s, want %d; the latest that were not: %v", have, procPatience, want, b.latest())
		}
	}
}

// latest returns some of the errors that left a write open.
func (b *chaosBook) latest() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	names := slices.Sorted(maps.Keys(b.unknown))
	var out []string
	for _, name := range names[max(0, len(names)-3):] {
		out = append(out, name+": "+b.unknown[name].Error())
	}
	return out
}

// write writes groups and rules, each once, until ctx ends.
func (b *chaosBook) write(ctx context.Context, p *proc, writer int) {
	pause := time.NewTicker(5 * time.Millisecond)
	defer pause.Stop()
	for n := 0; ctx.Err() == nil; n++ {
		name, add := fmt.Sprintf("fed.w%d-%d", writer, n), p.addGroup
		if n%2 == 1 {
			name, add = fmt.Sprintf("rule w%d-%d", writer, n), p.addRule
		}
		r, err := add(ctx, name)
		b.note(name, r, err)
		if err != nil {
			select {
			case <-pause.C:
			case <-ctx.Done():
			}
		}
	}
}

func TestMasterKilledUnderWrites_losesNothing(t *testing.T) {
	seed := rand.Uint64() //nolint:gosec // G404: not a secret
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // G404: not a secret
	kills := chaosKills
	if testing.Short() {
		kills = chaosShortKills
	}
	master, berlin, oslo := newProc(t, "master"), newProc(t, "berlin"), newProc(t, "oslo")
	federate(t, master, berlin, oslo)
	witness := openWitness(t, master, oslo)

	book := newChaosBook()
	ctx, cancel := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	stop := func() { cancel(); writers.Wait() }
	defer stop()
	for i := range chaosWriters {
		writers.Go(func() { book.write(ctx, master, i) })
	}
	began := time.Now()
	var down time.Duration
	for n := 0; n < kills; n++ {
		book.awaitAcked(t, random.IntN(20))
		<-time.After(time.Duration(random.IntN(20_000)) * time.Microsecond) // the moment is what is random, nothing is waited for
		master.kill()
		if random.IntN(5) == 0 && n < kills-1 { // in the middle of its start, too
			master.launch()
			<-time.After(time.Duration(random.IntN(400)) * time.Millisecond) // as above
			master.kill()
			n++
		}
		at := time.Now()
		master.start()
		down += time.Since(at)
	}
	book.awaitAcked(t, 1)
	stop()
	t.Logf("%d kills in %s: %d writes acknowledged, %d left open, %s a start",
		kills, time.Since(began).Round(time.Millisecond), len(book.acked), len(book.unknown), (down / time.Duration(kills)).Round(time.Millisecond))
	checkWritten(t, master, book)
	checkSame(t, master, berlin, oslo)
	witness.check(t, recordedAt(t, master))
	checkChain(t, master)
}

// checkWritten compares what the master holds and recorded with what it said.
func checkWritten(t *testing.T, master *proc, book *chaosBook) {
	t.Helper()
	held := heldOf(t, master)
	for name, r := range book.acked {
		if held[name] != 1 {
			t.Errorf("%s was acknowledged (command %s, revision %d) and is there %d times", name, r.command, r.revision, held[name])
		}
	}
	for name, err := range book.unknown {
		if held[name] > 1 {
			t.Errorf("%s was written once (%v) and is there %d times", name, err, held[name])
		}
		if p := (&problem{}); errors.As(err, &p) && p.status < http.StatusInternalServerError && p.status != http.StatusRequestTimeout {
			t.Errorf("%s: %v", name, err)
		}
	}
	commands := map[string]uint64{} // → revision behind it
	var revision uint64
	for _, e := range recordedAt(t, master) {
		if e.Log != "RULES" {
			continue
		}
		if revision++; e.Revision != revision {
			t.Fatalf("revision %d follows %d", e.Revision, revision-1)
		}
		commands[e.Command] = e.Revision
	}
	for name, r := range book.acked {
		if commands[r.command] != r.revision {
			t.Errorf("%s: command %s was acknowledged as revision %d and is recorded as %d", name, r.command, r.revision, commands[r.command])
		}
	}
}

// heldOf counts the federated groups by name and the rules by comment.
func heldOf(t *testing.T, p *proc) map[string]int {
	t.Helper()
	groups, err := p.groups()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := p.rules()
	if err != nil {
		t.Fatal(err)
	}
	held := map[string]int{}
	for name := range groups {
		held[name]++
	}
	for _, r := range rules {
		held[r.Comment]++
	}
	return held
}

// recordedAt returns everything that the process recorded, RULES in the order of its revisions.
func recordedAt(t *testing.T, p *proc) []wire.Event {
	t.Helper()
	limit, after := 1000, ""
	var out []wire.Event
	for {
		params := &wire.ListEventsParams{Limit: &limit}
		if after != "" {
			params.After = &after
		}
		r, err := p.api().ListEventsWithResponse(t.Context(), params)
		if err == nil {
			err = reply(r.HTTPResponse, r.JSONDefault)
		}
		if err != nil {
			t.Fatalf("events: %v", err)
		}
		if len(r.JSON200.Events) == 0 {
			return out
		}
		out, after = append(out, r.JSON200.Events...), r.JSON200.Next
	}
}

// checkSame waits until every remote holds what the master holds, by revision and digest, with both sides'
// word for it.
func checkSame(t *testing.T, master *proc, remotes ...*proc) {
	t.Helper()
	for _, r := range remotes {
		took := await(t, r.name+" the same as the master", func() error {
			if err := master.sees(r.name, "synced"); err != nil {
				return err
			}
			own, _, err := master.summary(master.name)
			if err != nil {
				return err
			}
			theirs, _, err := r.summary(r.name)
			if err != nil {
				return err
			}
			if theirs.AppliedRevision != own.AppliedRevision || theirs.Digest != own.Digest || theirs.Status != "synced" {
				return fmt.Errorf("%s is %s with revision %d and digest %.8s; the master has %d and %.8s",
					r.name, theirs.Status, theirs.AppliedRevision, theirs.Digest, own.AppliedRevision, own.Digest)
			}
			return nil
		})
		t.Logf("%s is the same after %s", r.name, took.Round(time.Millisecond))
		if a, b := rulesText(t, master), rulesText(t, r); a != b {
			t.Errorf("the rules of %s are not the master's", r.name)
		}
	}
}

// rulesText returns the federated rules in order, as one text to compare.
func rulesText(t *testing.T, p *proc) string {
	t.Helper()
	rules, err := p.rules()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, r := range rules {
		fmt.Fprintf(&b, "%+v\n", r)
	}
	return b.String()
}
