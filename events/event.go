package events

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Hash is a SHA-256 sum. Its text form is 64 lower-case hexadecimal digits, or empty for the zero Hash.
type Hash [sha256.Size]byte

// IsZero reports whether h is the zero Hash, which stands for "none".
func (h Hash) IsZero() bool { return h == Hash{} }

// String returns the text form of h.
func (h Hash) String() string {
	if h.IsZero() {
		return ""
	}
	return hex.EncodeToString(h[:])
}

// MarshalText implements [encoding.TextMarshaler].
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (h *Hash) UnmarshalText(text []byte) error {
	*h = Hash{}
	if len(text) == 0 {
		return nil
	}
	if len(text) != hex.EncodedLen(len(h)) {
		return fmt.Errorf("hash %q: want %d hexadecimal digits", text, hex.EncodedLen(len(h)))
	}
	if _, err := hex.Decode(h[:], text); err != nil {
		return fmt.Errorf("hash %q: %w", text, err)
	}
	return nil
}

// Set is an event's place in the change set it was stored with.
type Set struct {
	Index int // from 0
	Size  int // at least 1
}

// Last reports whether the set is whole once this event is there.
func (s Set) Last() bool { return s.Index == s.Size-1 }

// Event is one recorded fact in its envelope.
type Event struct {
	ID       string    // unique for ever: command id and place in the command
	Source   string    // the cluster that recorded it, as "/clusters/<id>"
	Kind     Kind      // what happened
	Subject  string    // the NATS subject that it is stored on; built in subject.go
	At       time.Time // when the writer recorded it, UTC
	Actor    string    // who asked for it: a user's name, or the part of the system that acted by itself
	Command  string    // id of the command that caused it
	Revision uint64    // position in its log, from 1; equals the stream sequence of the log it was first stored in
	Set      Set
	Prev     Hash            // Hash of the event before it in its log; zero for revision 1
	Data     json.RawMessage // the fact, shaped by Kind
}

// SetEnd returns the revision at which the event's change set is whole.
func (e Event) SetEnd() uint64 { return e.Revision + uint64(e.Set.Size-1-e.Set.Index) } //nolint:gosec // G115: Parse keeps 0 <= Index < Size

// Hash returns what the next event of the log must carry as its Prev: the SHA-256 over every field,
// each preceded by its length in eight bytes, big endian.
func (e Event) Hash() Hash {
	text := make([]byte, 0, 1024+len(e.Data))
	for _, field := range [...]string{
		e.ID, e.Source, string(e.Kind), e.Subject, formatTime(e.At), e.Actor, e.Command,
		strconv.FormatUint(e.Revision, 10), strconv.Itoa(e.Set.Index), strconv.Itoa(e.Set.Size),
	} {
		text = appendField(text, field)
	}
	text = appendField(text, e.Prev[:])
	text = appendField(text, e.Data)
	return sha256.Sum256(text)
}

// ErrBroken reports that a log has an edited, missing or reordered event.
var ErrBroken = errors.New("event chain broken")

// Chain checks a log event by event. Its zero value expects revision 1.
type Chain struct {
	revision uint64
	head     Hash
	set      Set
}

// Revision returns the revision of the newest event that was checked, or 0.
func (c *Chain) Revision() uint64 { return c.revision }

// Head returns the hash of the newest event that was checked, or the zero Hash.
func (c *Chain) Head() Hash { return c.head }

// Check takes e as the next event of the log. An error wraps [ErrBroken], says which revision does not
// follow from the one before it, and leaves c as it was.
func (c *Chain) Check(e Event) error {
	next := Set{Index: 0, Size: e.Set.Size}
	if c.revision > 0 && !c.set.Last() {
		next = Set{Index: c.set.Index + 1, Size: c.set.Size}
	}
	switch {
	case e.Revision != c.revision+1:
		return fmt.Errorf("%w: revision %d follows revision %d", ErrBroken, e.Revision, c.revision)
	case e.Prev != c.head:
		return fmt.Errorf("%w: revision %d does not carry the hash of the one before it", ErrBroken, e.Revision)
	case e.Set != next:
		return fmt.Errorf("%w: revision %d is event %d of %d of its change set, want %d of %d",
			ErrBroken, e.Revision, e.Set.Index+1, e.Set.Size, next.Index+1, next.Size)
	}
	c.revision, c.head, c.set = e.Revision, e.Hash(), e.Set
	return nil
}

// Complete reports whether the log ends where a change set ends.
func (c *Chain) Complete() bool { return c.revision == 0 || c.set.Last() }

func appendField[T string | []byte | json.RawMessage](text []byte, field T) []byte {
	text = binary.BigEndian.AppendUint64(text, uint64(len(field)))
	return append(text, field...)
}
