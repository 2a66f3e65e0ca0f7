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

// bounded refuses what does not fit into one change set.
func (d Decision) bounded() Decision {
	return func(s *State, now time.Time) ([]events.Fact, error) {
		facts, err := d(s, now.UTC().Round(0))
		if err != nil {
			return nil, err
		}
		if len(facts) > MaxFacts {
			return nil, fmt.Errorf("%w: the request changes %d objects and one change set holds %d; send it in parts",
				ErrTooLarge, len(facts), MaxFacts)
		}
		return facts, nil
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
