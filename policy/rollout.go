package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/fedhub/fedhub/events"
)

// RolloutPlan says in which steps a change is to reach the clusters.
type RolloutPlan struct {
	ID       string // unique for ever
	Actor    string
	Comment  string
	Waves    []WavePlan
	Manual   bool // each wave but the first waits for an approval
	Clusters []Cluster
}

// WavePlan is one wave as it is asked for.
type WavePlan struct {
	Selector string        // over labels; empty: any cluster
	Percent  int           // of the clusters that Selector takes, those of earlier waves included; 0 and 100: all
	Soak     time.Duration // that all must have been well before the next wave; whole seconds
}

// Cluster is a member of the federation, as far as targets and rollouts tell members apart.
type Cluster struct {
	ID     string
	Labels events.Labels
}

// The bounds of a rollout.
const (
	MaxWaves = 100
	MaxSoak  = 30 * 24 * time.Hour
)

// The places that no cluster of a rollout is below, and that all are.
const (
	belowNone = "0"
	belowAll  = "g"
)

// StartRollout has what d decides reach the clusters wave by wave: it is staged, and becomes policy when the
// last wave is through. A cluster that no wave takes is in one more, the last. There is one rollout at a time:
// otherwise it refuses with [ErrRollout], and with [ErrInvalid] when the plan cannot be.
func StartRollout(p RolloutPlan, d Decision) Decision {
	return Decision(func(s *State, now time.Time) ([]events.Fact, error) {
		if err := checkComment(p.Comment); err != nil {
			return nil, err
		}
		if r, on := s.Current(); on {
			return nil, fmt.Errorf("%w: rollout %s of %s is %s; there is one at a time, so wait for its end or abort it",
				ErrRollout, r.ID, r.StartedBy, r.Status)
		}
		changes, err := d(s, now)
		if err != nil || len(changes) == 0 {
			return nil, err
		}
		r := events.Rollout{
			ID: p.ID, Comment: p.Comment, Manual: p.Manual, Status: events.RolloutRunning, Open: 1, OpenedAt: now,
			Base: s.revision, Objects: len(changes), StartedBy: p.Actor, StartedAt: now,
		}
		if r.Waves, err = p.waves(); err != nil {
			return nil, err
		}
		facts := make([]events.Fact, 0, len(changes)+1)
		for _, f := range changes {
			st, err := events.Stage(p.ID, f)
			if err != nil {
				return nil, err
			}
			facts = append(facts, st)
		}
		return append(facts, events.RolloutStarted{Rollout: r}), nil
	}).inUTC()
}

// waves returns the waves of a rollout: the ones asked for, cut by the clusters there are, and one for the rest.
func (p RolloutPlan) waves() ([]events.Wave, error) {
	if len(p.Waves) == 0 || len(p.Waves) > MaxWaves {
		return nil, fmt.Errorf("%w: a rollout of %d waves; give 1 to %d", ErrInvalid, len(p.Waves), MaxWaves)
	}
	r := events.Rollout{ID: p.ID}
	for i, w := range p.Waves {
		selector, err := NormalTargets(w.Selector)
		if err != nil {
			return nil, fmt.Errorf("wave %d: %w", i+1, err)
		}
		if w.Percent < 0 || w.Percent > 100 || w.Soak < 0 || w.Soak > MaxSoak {
			return nil, fmt.Errorf("%w: wave %d takes %d percent and soaks for %s; give 1 to 100 percent and at most %s",
				ErrInvalid, i+1, w.Percent, w.Soak, MaxSoak)
		}
		next := events.Wave{Selector: selector, Percent: w.Percent % 100, Soak: int(w.Soak / time.Second)}
		if next.Percent > 0 {
			next.Below = p.cut(r, next)
		}
		r.Waves = append(r.Waves, next)
	}
	if last := r.Waves[len(r.Waves)-1]; last.Selector != "" || last.Percent > 0 {
		r.Waves = append(r.Waves, events.Wave{Soak: last.Soak})
	}
	return r.Waves, nil
}

// cut returns below which place a wave takes clusters so that it and the waves before it have the percentage.
func (p RolloutPlan) cut(before events.Rollout, w events.Wave) string {
	total, had := 0, 0
	var free []string
	for _, c := range p.Clusters {
		if !Chooses(w.Selector, c.Labels) {
			continue
		}
		total++
		if WaveOf(before, c) < len(before.Waves) {
			had++
			continue
		}
		free = append(free, placeIn(p.ID, c.ID))
	}
	want := (total*w.Percent+99)/100 - had
	slices.Sort(free)
	switch {
	case want <= 0:
		return belowNone
	case want >= len(free):
		return belowAll
	}
	return free[want]
}

// placeIn returns a cluster's place in the order that a rollout takes clusters in: one that nobody can choose,
// and that a cluster which joins later has as well.
func placeIn(rollout, cluster string) string {
	sum := sha256.Sum256([]byte(rollout + "/" + cluster))
	return hex.EncodeToString(sum[:8])
}

// WaveOf returns which wave takes a cluster, from 0. Where no wave does, it returns how many there are.
func WaveOf(r events.Rollout, c Cluster) int {
	place := placeIn(r.ID, c.ID)
	i := slices.IndexFunc(r.Waves, func(w events.Wave) bool {
		return Chooses(w.Selector, c.Labels) && (w.Percent == 0 || place < w.Below)
	})
	if i < 0 {
		return len(r.Waves)
	}
	return i
}

// ViewOf returns what of the policy a member of the federation is to hold.
func (s *State) ViewOf(c Cluster) events.View {
	v := events.View{Labels: c.Labels}
	if v.Labels == nil {
		v.Labels = events.Labels{}
	}
	if r, on := s.Current(); on && WaveOf(r, c) < r.Open {
		v.Rollouts = []string{r.ID}
	}
	return v
}

// AdvanceRollout opens the next wave of a running rollout of which open waves are reached; after the last, the
// change becomes policy. It refuses with [ErrNotFound], or with [ErrRollout] when the rollout is not there.
func AdvanceRollout(id string, open int) Decision {
	return rolloutStep(id, func(s *State, r events.Rollout, now time.Time) ([]events.Fact, error) {
		if r.Status != events.RolloutRunning || r.Open != open {
			return nil, fmt.Errorf("%w: rollout %s is %s, with %d of %d waves open", ErrRollout, id, r.Status, r.Open, len(r.Waves))
		}
		if r.Open < len(r.Waves) {
			r.Open, r.OpenedAt, r.Reason = r.Open+1, now, ""
			return []events.Fact{events.RolloutAdvanced{Rollout: r}}, nil
		}
		d := newDraft(s, now)
		for _, f := range s.Staged(id) {
			d.record(f)
		}
		r.Status, r.Reason, r.EndedAt = events.RolloutDone, "", now
		return append(d.exactFacts(), events.RolloutCompleted{Rollout: r}), nil
	})
}

// PauseRollout stops a running rollout where it is. One that is paused stays so.
func PauseRollout(id, reason string) Decision {
	return rolloutStep(id, func(_ *State, r events.Rollout, _ time.Time) ([]events.Fact, error) {
		if r.Status == events.RolloutWaiting {
			return nil, nil
		}
		r.Status, r.Reason = events.RolloutWaiting, reason
		return []events.Fact{events.RolloutPaused{Rollout: r}}, nil
	})
}

// ResumeRollout lets a paused rollout go on; the newest wave soaks anew.
func ResumeRollout(id string) Decision {
	return rolloutStep(id, func(_ *State, r events.Rollout, now time.Time) ([]events.Fact, error) {
		if r.Status == events.RolloutRunning {
			return nil, nil
		}
		r.Status, r.Reason, r.OpenedAt = events.RolloutRunning, "", now
		return []events.Fact{events.RolloutResumed{Rollout: r}}, nil
	})
}

// AbortRollout ends a rollout and voids its change: the clusters that it has reached go back. When a part of the
// change has become policy already, it refuses with [ErrRollout]: the rest follows.
func AbortRollout(id, reason string) Decision {
	return rolloutStep(id, func(s *State, r events.Rollout, now time.Time) ([]events.Fact, error) {
		if s.completing(id) {
			return nil, fmt.Errorf("%w: rollout %s has reached every cluster and is becoming policy; resume it if it is paused, and roll back afterwards",
				ErrRollout, id)
		}
		r.Status, r.Reason, r.EndedAt = events.RolloutRevoked, reason, now
		return []events.Fact{events.RolloutAborted{Rollout: r}}, nil
	})
}

// completing reports whether a part of what a rollout changes has become policy: a completion of several change
// sets was interrupted. Nobody else changes these objects meanwhile.
func (s *State) completing(id string) bool {
	begun := false
	s.staged.Scan(func(_ string, st staged) bool {
		newest, _ := s.seen.Get(st.subject)
		begun = st.rollout == id && newest > st.revision
		return !begun
	})
	return begun
}

func rolloutStep(id string, step func(*State, events.Rollout, time.Time) ([]events.Fact, error)) Decision {
	return Decision(func(s *State, now time.Time) ([]events.Fact, error) {
		r, known := s.Rollout(id)
		switch {
		case !known:
			return nil, fmt.Errorf("rollout %s: %w", id, ErrNotFound)
		case r.Ended():
			return nil, fmt.Errorf("%w: rollout %s is over: it was %s at %s", ErrRollout, id, r.Status, r.EndedAt.Format(time.RFC3339))
		}
		return step(s, r, now)
	}).inUTC()
}

// clearOfRollout refuses facts about what the current rollout changes or needs, or that need what it takes away.
func (s *State) clearOfRollout(facts []events.Fact) error {
	r, on := s.Current()
	if !on || len(facts) == 0 {
		return nil
	}
	d := newDraft(s.Reached([]string{r.ID}), time.Time{})
	for _, f := range facts {
		about := aboutOf(f)
		if st, taken := s.staged.Get(keyOf(about)); taken && st.rollout == r.ID {
			return fmt.Errorf("%w: %s %s is a part of rollout %s of %s, which is %s; wait for its end or abort it",
				ErrRollout, kindOf(about.Kind).word, about.Name, r.ID, r.StartedBy, r.Status)
		}
		d.record(f)
	}
	for _, f := range facts {
		if err := d.standsAlone(f); err != nil {
			about := aboutOf(f)
			return fmt.Errorf("%w: together with rollout %s of %s, which is %s: %s %s: %s",
				ErrRollout, r.ID, r.StartedBy, r.Status, kindOf(about.Kind).word, about.Name, err.Error()) // it is no ErrInvalid
		}
	}
	return nil
}

// standsAlone judges the references from and to the object of a fact that the draft has recorded.
func (d *draft) standsAlone(f events.Fact) error {
	about := aboutOf(f)
	o, _, there := d.Object(about)
	if there {
		before, _, _ := d.was.Object(about)
		return d.checkReferences(o, before)
	}
	if users := d.Users(about); len(users) > 0 {
		return fmt.Errorf("%w: %s %s needs it", ErrInUse, kindOf(users[0].Kind).word, users[0].Name)
	}
	return nil
}

func aboutOf(f events.Fact) events.About {
	switch f := f.(type) { //nolint:gochecksumtype // the others are not about objects
	case events.Definition:
		return f.Object().About()
	case events.Removal:
		return f.About()
	}
	return events.About{}
}
