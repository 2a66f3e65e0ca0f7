package apply

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestKeeper_pulse: while the API is away, it is asked now and then whether it is back. That it does not answer is no
// reason to ask at once again; that it does not answer another request is.
func TestKeeper_pulse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var looks atomic.Int64
		l := newLone(t, func(r *http.Request) (*http.Response, error) {
			if r.URL.Path == "/version" {
				looks.Add(1)
			}
			return nil, errors.New("nobody is there")
		})
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() {
			if err := l.listen(ctx); err != nil {
				t.Error(err)
			}
		})
		const periods = 10
		<-time.After(periods*pulseEvery + pulseEvery/2)
		if got := looks.Load(); got != periods || l.Away() == "" {
			t.Errorf("within %d periods it looked %d times, and says of it %q", periods, got, l.Away())
		}
		if _, err := l.serves(ctx, loneKind); err == nil {
			t.Error("an API that is away answers")
		}
		synctest.Wait()
		if got := looks.Load(); got != periods+1 {
			t.Errorf("after another request that got no answer it looked %d times, not once", got-periods)
		}
		cancel()
		running.Wait()
		l.queue.ShutDown()
		l.probes.ShutDown()
		<-time.After(time.Second) // the queues see that they are shut down when they next count what is in them
	})
}
