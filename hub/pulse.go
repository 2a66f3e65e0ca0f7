package hub

import (
	"fmt"
	"math"
	"time"
)

// pulseBeats is how many heartbeats of each member are remembered, and the one before them: with one every two
// seconds four minutes, and for ten thousand members 20 MB.
const pulseBeats = 120 + 1

// Beat is one heartbeat of a cluster as the hub heard it.
type Beat struct {
	At     time.Time
	Gap    time.Duration // since the one before; 0: none is known
	Behind uint64        // how many revisions the cluster was behind
	Offset time.Duration // its clock minus the master's
}

// beat is a [Beat] in 16 bytes.
type beat struct {
	at     int64  // milliseconds since 1970
	behind uint32 // the largest number stands for all larger ones
	offset int32  // milliseconds; likewise
}

// pulse is the newest heartbeats of one cluster: a ring once it is full.
type pulse struct {
	beats []beat
	next  int // place of the oldest beat of a full ring
}

// add notes a heartbeat of a cluster when the newest revision is the given one.
func (p *pulse) add(h heartbeat, newest uint64) {
	b := beat{
		at:     h.heard.UnixMilli(),
		behind: uint32(min(newest-min(newest, h.health.Revision), math.MaxUint32)),
		offset: int32(max(math.MinInt32, min(h.offset().Milliseconds(), math.MaxInt32))),
	}
	if len(p.beats) < pulseBeats {
		p.beats = append(p.beats, b)
		return
	}
	p.beats[p.next] = b
	p.next = (p.next + 1) % pulseBeats
}

// list returns the heartbeats, the oldest first.
func (p *pulse) list() []Beat {
	out := make([]Beat, 0, len(p.beats))
	for i := range p.beats {
		b := p.beats[(p.next+i)%len(p.beats)]
		one := Beat{At: time.UnixMilli(b.at), Behind: uint64(b.behind), Offset: time.Duration(b.offset) * time.Millisecond}
		if i > 0 {
			one.Gap = one.At.Sub(out[i-1].At)
		}
		out = append(out, one)
	}
	if len(out) == pulseBeats {
		out = out[1:]
	}
	return out
}

// Pulse returns the last heartbeats of the member with the given id, the oldest first.
func (h *Hub) Pulse(id string) ([]Beat, error) {
	m, ok := h.fleet.State().current(id)
	if !ok {
		return nil, fmt.Errorf("%q: %w", id, ErrClusterUnknown)
	}
	return h.seen.pulse(m.Account), nil
}
