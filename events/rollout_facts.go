package events

import (
	"encoding/json"
	"fmt"
	"time"
)

// ChangeStaged is a fact about one object of the policy that holds only for clusters which the rollout has
// reached. It becomes policy when the rollout completes, and is void when it is aborted.
type ChangeStaged struct {
	Rollout string          `json:"rollout"`
	Object  About           `json:"object"`
	Change  Kind            `json:"kind"` // of the fact
	Data    json.RawMessage `json:"data"` // the fact
}

// Stage returns f as a part of a rollout. A fact that is not about an object of the policy is an error.
func Stage(rollout string, f Fact) (ChangeStaged, error) {
	s := ChangeStaged{Rollout: rollout, Change: f.Kind()}
	var ok bool
	if s.Object, ok = objectOf(f); !ok {
		return ChangeStaged{}, fmt.Errorf("stage %s: it is not about an object", f.Kind())
	}
	var err error
	if s.Data, err = json.Marshal(f); err != nil {
		return ChangeStaged{}, fmt.Errorf("stage %s: %w", f.Kind(), err)
	}
	return s, nil
}

// Fact returns what becomes true with the rollout. An error wraps [ErrEnvelope].
func (f ChangeStaged) Fact() (Fact, error) {
	fact, err := readFact(f.Change, f.Data)
	if err != nil {
		return nil, fmt.Errorf("%w: staged: %w", ErrEnvelope, err)
	}
	if about, ok := objectOf(fact); !ok || about != f.Object {
		return nil, fmt.Errorf("%w: staged: %s is not about %s %q", ErrEnvelope, f.Change, f.Object.Kind, f.Object.Name)
	}
	return fact, nil
}

// objectOf returns the object that f says something of, if it is a fact about one.
func objectOf(f Fact) (About, bool) {
	switch f := f.(type) {
	case Definition:
		return f.Object().About(), true
	case Removal:
		return f.About(), true
	default:
		return About{}, false
	}
}

// Rollout is a change set on its way through the clusters, wave by wave. It is stored whole in every fact
// about it.
type Rollout struct {
	ID        string        `json:"id"`
	Comment   string        `json:"comment,omitempty"`
	Waves     []Wave        `json:"waves"`  // the last one takes every cluster that is left
	Manual    bool          `json:"manual"` // each wave but the first waits for an approval
	Status    RolloutStatus `json:"status"`
	Open      int           `json:"open"`             // how many waves have been reached, from 1
	OpenedAt  time.Time     `json:"opened_at"`        // when the newest of them was
	Reason    string        `json:"reason,omitempty"` // why it is paused or was aborted
	Base      uint64        `json:"base"`             // revision of the policy that it was decided on
	Objects   int           `json:"objects"`          // how many objects it changes
	StartedBy string        `json:"started_by"`
	StartedAt time.Time     `json:"started_at"`
	EndedAt   time.Time     `json:"ended_at,omitzero"`
}

// RolloutStatus is how a rollout does.
type RolloutStatus string

// How a rollout does.
const (
	RolloutRunning RolloutStatus = "running"
	RolloutWaiting RolloutStatus = "paused"
	RolloutDone    RolloutStatus = "completed"
	RolloutRevoked RolloutStatus = "aborted"
)

// Ended reports whether nothing more becomes of the rollout.
func (r Rollout) Ended() bool { return r.Status == RolloutDone || r.Status == RolloutRevoked }

// Wave is one part of the clusters that a [Rollout] reaches together. A cluster is in the first wave that
// takes it.
type Wave struct {
	Selector string `json:"selector,omitempty"` // over labels; empty: any cluster
	Percent  int    `json:"percent,omitempty"`  // of the clusters that Selector takes, those of earlier waves included, as of the start; 0: all that Selector takes
	Below    string `json:"below,omitempty"`    // with Percent: takes clusters whose place in the rollout's order is lower; 16 hexadecimal digits
	Soak     int    `json:"soak"`               // seconds that all must have been well before the next wave
}

// RolloutStarted begins a rollout: its first wave is open.
type RolloutStarted struct {
	Rollout Rollout `json:"rollout"`
}

// RolloutAdvanced opens the next wave.
type RolloutAdvanced struct {
	Rollout Rollout `json:"rollout"`
}

// RolloutPaused stops a rollout where it is. Clusters that it has reached keep the change.
type RolloutPaused struct {
	Rollout Rollout `json:"rollout"`
}

// RolloutResumed lets a paused rollout go on.
type RolloutResumed struct {
	Rollout Rollout `json:"rollout"`
}

// RolloutCompleted ends a rollout whose change is policy now.
type RolloutCompleted struct {
	Rollout Rollout `json:"rollout"`
}

// RolloutAborted ends a rollout and voids its change.
type RolloutAborted struct {
	Rollout Rollout `json:"rollout"`
}

// Kind implements [Fact].
func (ChangeStaged) Kind() Kind { return KindChangeStaged }

// Kind implements [Fact].
func (RolloutStarted) Kind() Kind { return KindRolloutStarted }

// Kind implements [Fact].
func (RolloutAdvanced) Kind() Kind { return KindRolloutAdvanced }

// Kind implements [Fact].
func (RolloutPaused) Kind() Kind { return KindRolloutPaused }

// Kind implements [Fact].
func (RolloutResumed) Kind() Kind { return KindRolloutResumed }

// Kind implements [Fact].
func (RolloutCompleted) Kind() Kind { return KindRolloutCompleted }

// Kind implements [Fact].
func (RolloutAborted) Kind() Kind { return KindRolloutAborted }

func (f ChangeStaged) topic() []string     { return append([]string{"staged"}, f.Object.topic()...) }
func (f RolloutStarted) topic() []string   { return f.Rollout.topic() }
func (f RolloutAdvanced) topic() []string  { return f.Rollout.topic() }
func (f RolloutPaused) topic() []string    { return f.Rollout.topic() }
func (f RolloutResumed) topic() []string   { return f.Rollout.topic() }
func (f RolloutCompleted) topic() []string { return f.Rollout.topic() }
func (f RolloutAborted) topic() []string   { return f.Rollout.topic() }

func (r Rollout) topic() []string { return []string{"rollout", r.ID} }

// RolloutOf returns the rollout that f is about.
func RolloutOf(f Fact) (Rollout, bool) {
	switch f := f.(type) { //nolint:gochecksumtype // the others are not about rollouts
	case RolloutStarted:
		return f.Rollout, true
	case RolloutAdvanced:
		return f.Rollout, true
	case RolloutPaused:
		return f.Rollout, true
	case RolloutResumed:
		return f.Rollout, true
	case RolloutCompleted:
		return f.Rollout, true
	case RolloutAborted:
		return f.Rollout, true
	}
	return Rollout{}, false
}
