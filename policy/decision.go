package policy

import (
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/fedhub/fedhub/events"
)

// Decision is a pure function of state and clock. It returns the facts that make up one change set, in the
// order in which they are to be recorded, or an error and no fact, or neither when nothing changes.
type Decision func(s *State, now time.Time) ([]events.Fact, error)

// inUTC has d decide by the clock as it is stored.
func (d Decision) inUTC() Decision {
	return func(s *State, now time.Time) ([]events.Fact, error) { return d(s, now.UTC().Round(0)) }
}

// guarded is [Decision.inUTC], and keeps d off what a rollout has on its way.
func (d Decision) guarded() Decision {
	return func(s *State, now time.Time) ([]events.Fact, error) {
		facts, err := d.inUTC()(s, now)
		if err == nil {
			err = s.clearOfRollout(facts)
		}
		if err != nil {
			return nil, err
		}
		return facts, nil
	}
}

// IfRevision has d decide only if no object has changed since the given revision. Otherwise it refuses with
// [ErrRevision].
func IfRevision(revision uint64, d Decision) Decision {
	return func(s *State, now time.Time) ([]events.Fact, error) {
		if revision < s.changed || revision > s.revision {
			return nil, fmt.Errorf("%w: it was made for revision %d, and the policy has changed up to revision %d; read it again and repeat the change",
				ErrRevision, revision, s.changed)
		}
		return d(s, now)
	}
}

func checkComment(comment string) error {
	switch {
	case len(comment) > MaxCommentLen:
		return fmt.Errorf("%w: a comment of %d bytes; at most %d are kept", ErrTooLarge, len(comment), MaxCommentLen)
	case !utf8.ValidString(comment):
		return fmt.Errorf("%w: the comment is not valid UTF-8", ErrInvalid)
	}
	return nil
}
