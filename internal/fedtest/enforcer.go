package fedtest

import (
	"context"
	"slices"
	"sync"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/policy"
)

// WithEnforcer has the cluster enforce its policy by the given enforcer; without it nothing is enforced.
func WithEnforcer(e agent.Enforcer) Option {
	return func(c *Cluster) { c.makeEnforcer = func() agent.Enforcer { return e } }
}

// Recorder is an [agent.Enforcer] that remembers every federated policy which it was to enforce, and makes of
// it what a test wants. The zero Recorder is content with all. It may be used by any goroutine.
type Recorder struct {
	mu    sync.Mutex
	seen  []*policy.State
	judge func(*policy.State) (agent.Verdict, error)
}

// Name implements [agent.Enforcer].
func (*Recorder) Name() string { return "recorder" }

// Enforce implements [agent.Enforcer].
func (r *Recorder) Enforce(_ context.Context, p agent.Effective) (agent.Verdict, error) {
	r.mu.Lock()
	r.seen = append(r.seen, p.Federal)
	judge := r.judge
	r.mu.Unlock()
	if judge == nil {
		return agent.Verdict{}, nil
	}
	return judge(p.Federal)
}

// Judge has the recorder say of each policy from now on what f says of it; nil: it is content.
func (r *Recorder) Judge(f func(*policy.State) (agent.Verdict, error)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.judge = f
}

// Seen returns every policy in the order in which it was to be enforced. Of policies that follow each other
// faster than the cluster enforces them, some are left out.
func (r *Recorder) Seen() []*policy.State {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.seen)
}

// Forget forgets what was seen.
func (r *Recorder) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = nil
}
