package events

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// The attributes of CloudEvents 1.0 as NATS headers, in the binary mode of its NATS protocol binding
// (github.com/cloudevents/spec, bindings/nats-protocol-binding.md), and our extension attributes.
const (
	headerSpecVersion = "ce-specversion"
	headerID          = "ce-id"
	headerSource      = "ce-source"
	headerType        = "ce-type"
	headerSubject     = "ce-subject"
	headerTime        = "ce-time"
	headerDataType    = "ce-datacontenttype"
	headerActor       = "ce-actor"
	headerCommand     = "ce-command"
	headerRevision    = "ce-revision"
	headerSetIndex    = "ce-setindex"
	headerSetSize     = "ce-setsize"
	headerPrev        = "ce-prevhash"

	specVersion = "1.0"
	dataType    = "application/json"
)

// MaxSetSize is the largest number of events that one change set may hold: what NATS takes as one atomic
// batch (github.com/nats-io/nats-architecture-and-design, ADR-50).
const MaxSetSize = 1000

// ErrEnvelope reports a message that is not an event of this vocabulary.
var ErrEnvelope = errors.New("not an event")

// Header returns the envelope of e as NATS message headers. The data is the message's body.
func (e Event) Header() map[string][]string {
	h := map[string][]string{
		headerSpecVersion: {specVersion},
		headerID:          {e.ID},
		headerSource:      {e.Source},
		headerType:        {string(e.Kind)},
		headerSubject:     {e.Subject},
		headerTime:        {formatTime(e.At)},
		headerDataType:    {dataType},
		headerActor:       {e.Actor},
		headerCommand:     {e.Command},
		headerRevision:    {strconv.FormatUint(e.Revision, 10)},
		headerSetIndex:    {strconv.Itoa(e.Set.Index)},
		headerSetSize:     {strconv.Itoa(e.Set.Size)},
	}
	if !e.Prev.IsZero() {
		h[headerPrev] = []string{e.Prev.String()}
	}
	return h
}

// Parse reads an event from the headers and the body of a NATS message. It keeps body. An error wraps
// [ErrEnvelope] and names the header at fault; whether the data fits the kind is asked by [Event.Fact].
func Parse(header map[string][]string, body []byte) (Event, error) {
	p := parser{header: header}
	if v := p.text(headerSpecVersion); v != specVersion {
		return Event{}, fmt.Errorf("%w: %s is %q, want %q", ErrEnvelope, headerSpecVersion, v, specVersion)
	}
	e := Event{
		ID:       p.text(headerID),
		Source:   p.text(headerSource),
		Kind:     Kind(p.text(headerType)),
		Subject:  p.text(headerSubject),
		At:       p.time(headerTime),
		Actor:    p.text(headerActor),
		Command:  p.text(headerCommand),
		Revision: p.number(headerRevision),
		Set:      Set{Index: int(p.number(headerSetIndex)), Size: int(p.number(headerSetSize))}, //nolint:gosec // G115: the bounds are checked below
		Prev:     p.hash(headerPrev),
		Data:     body,
	}
	switch {
	case p.err != nil:
		return Event{}, p.err
	case e.ID == "" || e.Kind == "" || e.Subject == "" || e.Revision == 0:
		return Event{}, fmt.Errorf("%w: id %q, type %q, subject %q and revision %d must all be given",
			ErrEnvelope, e.ID, e.Kind, e.Subject, e.Revision)
	case e.Set.Size < 1 || e.Set.Size > MaxSetSize || e.Set.Index < 0 || e.Set.Index >= e.Set.Size:
		return Event{}, fmt.Errorf("%w: place %d in a change set of %d", ErrEnvelope, e.Set.Index, e.Set.Size)
	}
	return e, nil
}

// parser collects the first error of a row of reads.
type parser struct {
	header map[string][]string
	err    error
}

func (p *parser) text(name string) string {
	if v := p.header[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

func (p *parser) number(name string) uint64 {
	n, err := strconv.ParseUint(p.text(name), 10, 63)
	p.keep(name, err)
	return n
}

func (p *parser) time(name string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, p.text(name))
	p.keep(name, err)
	return t.UTC()
}

func (p *parser) hash(name string) Hash {
	var h Hash
	p.keep(name, h.UnmarshalText([]byte(p.text(name))))
	return h
}

func (p *parser) keep(name string, err error) {
	if err != nil && p.err == nil {
		p.err = fmt.Errorf("%w: %s: %w", ErrEnvelope, name, err)
	}
}

func formatTime(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
