package apply

import (
	"context"
	"net/http"
	"time"
)

// Times of looking whether the API is there.
const (
	pulseEvery    = 2 * time.Second
	pulsePatience = 3 * time.Second
)

// suspicious wraps the transport of all requests: one that gets no answer is a reason to look.
func (k *Keeper) suspicious(next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		response, err := next.RoundTrip(r)
		if err != nil && r.Context().Err() == nil && r.Context().Value(looking{}) == nil {
			k.suspect()
		}
		return response, err
	})
}

// looking is the key in the context of a look itself: that it gets no answer is no reason for another.
type looking struct{}

type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip implements [http.RoundTripper].
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// suspect asks for a look whether the API answers.
func (k *Keeper) suspect() {
	select {
	case k.doubt <- struct{}{}:
	default:
	}
}

// listen looks, now and then and when there is doubt, whether the API answers, until ctx ends.
func (k *Keeper) listen(ctx context.Context) error {
	ticker := time.NewTicker(pulseEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		case <-k.doubt:
		}
		k.pulse(ctx)
	}
}

// pulse asks the API something that everybody may ask.
func (k *Keeper) pulse(ctx context.Context) {
	asked, cancel := context.WithTimeout(context.WithValue(ctx, looking{}, true), pulsePatience)
	defer cancel()
	err := k.typed.Discovery().RESTClient().Get().AbsPath("/version").MaxRetries(0).Do(asked).Error()
	if ctx.Err() != nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	was := k.away.Load()
	switch {
	case err == nil && was != nil:
		k.away.Store(nil)
		k.retry()
	case err != nil && was == nil:
		why := "since " + k.cfg.Now().UTC().Format(time.RFC3339) + ": " + err.Error()
		k.away.Store(&why)
	default:
		return
	}
	k.look()
}

// retry has everything that failed tried now. The lock is held.
func (k *Keeper) retry() {
	for at, e := range k.entries {
		if e.standing == failing {
			k.queue.Forget(at)
			k.queue.Add(at)
		}
	}
}
