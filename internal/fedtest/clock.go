package fedtest

import (
	"sync/atomic"
	"time"
)

// Clock is the time of one cluster: the real time, moved. Timers are not moved with it.
type Clock struct{ offset atomic.Int64 }

// Now returns the time.
func (c *Clock) Now() time.Time {
	return time.Now().Add(time.Duration(c.offset.Load()))
}

// Move moves the clock; a negative duration moves it back.
func (c *Clock) Move(by time.Duration) { c.offset.Add(int64(by)) }
