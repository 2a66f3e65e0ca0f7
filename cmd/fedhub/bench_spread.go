package main

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"
)

// roundPatience bounds one half of a round.
const roundPatience = time.Minute

// spread is how a fleet's times lie.
type spread struct {
	first, p50, p99, last time.Duration
}

func spreadOf(times []time.Duration) spread {
	slices.Sort(times)
	at := func(percent int) time.Duration { return times[(len(times)-1)*percent/100] }
	return spread{first: at(0), p50: at(50), p99: at(99), last: at(100)}
}

// medianSpread returns the median of each time by itself.
func medianSpread(rounds []spread) spread {
	median := func(of func(spread) time.Duration) time.Duration {
		var times []time.Duration
		for _, r := range rounds {
			times = append(times, of(r))
		}
		return spreadOf(times).p50
	}
	return spread{
		first: median(func(s spread) time.Duration { return s.first }),
		p50:   median(func(s spread) time.Duration { return s.p50 }),
		p99:   median(func(s spread) time.Duration { return s.p99 }),
		last:  median(func(s spread) time.Duration { return s.last }),
	}
}

// arrivals notes when one message reached each remote. Noting is cheap, because the remotes of a bench share
// their machine with the hub.
type arrivals struct {
	begun    time.Time
	revision uint64         // of the policy that is awaited; 0: a plain message is
	took     []atomic.Int64 // by remote, in nanoseconds
	left     atomic.Int64
	done     chan struct{}
}

func newArrivals(remotes int, revision uint64) *arrivals {
	a := &arrivals{revision: revision, took: make([]atomic.Int64, remotes), done: make(chan struct{})}
	a.left.Store(int64(remotes))
	return a
}

// note notes an arrival at a remote; the first counts.
func (a *arrivals) note(remote int, now time.Time) {
	if a.took[remote].CompareAndSwap(0, max(int64(now.Sub(a.begun)), 1)) && a.left.Add(-1) == 0 {
		close(a.done)
	}
}

// wait returns how the arrivals lie once all are there.
func (a *arrivals) wait(ctx context.Context) (spread, error) {
	patience := time.NewTimer(roundPatience)
	defer patience.Stop()
	select {
	case <-a.done:
	case <-ctx.Done():
		return spread{}, ctx.Err()
	case <-patience.C:
		return spread{}, fmt.Errorf("within %s only %d of %d remotes were reached", roundPatience, int64(len(a.took))-a.left.Load(), len(a.took))
	}
	times := make([]time.Duration, len(a.took))
	for i := range a.took {
		times[i] = time.Duration(a.took[i].Load())
	}
	return spreadOf(times), nil
}
