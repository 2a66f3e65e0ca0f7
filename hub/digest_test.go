package hub_test

import (
	"testing"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/policy"
)

const hour = time.Hour

// TestDigest_perView: a digest proves what it is the digest of, and nothing else.
func TestDigest_perView(t *testing.T) {
	w := newWorld(t)
	clusters := map[string]events.Labels{
		"bare": nil, "oslo": {"env": "prod", "region": "eu"}, "rome": {"env": "test", "region": "eu"}, "lima": {"env": "prod", "region": "sa"},
	}
	joined := map[string]*puppet{}
	for name, labels := range clusters {
		joined[name] = w.join(name, labels)
	}
	w.change(put("fed.all", "a", ""))
	w.change(put("fed.prod", "a", "env=prod"))
	w.change(put("fed.eu", "a", "region=eu"))
	w.change(put("fed.none", "a", "env=none"))
	p := w.Policy()
	digests := map[string]events.Hash{"everything": p.Digest(), "nothing": policy.NewState(policy.ScopeFederal).Digest()}
	for name, labels := range clusters {
		digests[name] = p.DigestFor(events.View{Labels: labels})
	}
	for name, cluster := range joined {
		cluster.follow(w.Hub)
		for of, digest := range digests {
			want := hub.StatusDiverged
			if digest == digests[name] {
				want = hub.StatusSynced
			}
			if of != name && want == hub.StatusSynced {
				t.Errorf("%s and %s have the same digest", name, of)
			}
			cluster.health.Digest = digest
			if answer := cluster.beat(); answer.Diverged != (want == hub.StatusDiverged) {
				t.Errorf("%s with the digest of %s: diverged %t", name, of, answer.Diverged)
			}
			if got := cluster.status(w.Hub); got != want {
				t.Errorf("%s with the digest of %s is %s, want %s", name, of, got, want)
			}
		}
	}
}

// TestDigest_ofAnOlderRevision: who is behind is out of sync, and is found out when it holds something else.
func TestDigest_ofAnOlderRevision(t *testing.T) {
	w := newWorld(t)
	oslo := w.join("oslo", nil)
	w.change(put("fed.a", "a", ""))
	past := w.Policy()
	w.change(put("fed.b", "a", ""))
	oslo.holds(past)
	oslo.beat()
	if got := oslo.status(w.Hub); got != hub.StatusOutOfSync {
		t.Errorf("behind: %s, want %s", got, hub.StatusOutOfSync)
	}
	oslo.health.Digest = w.Policy().Digest()
	if answer := oslo.beat(); !answer.Diverged || oslo.status(w.Hub) != hub.StatusDiverged {
		t.Errorf("behind, with the newest digest: diverged %t, %s", answer.Diverged, oslo.status(w.Hub))
	}
	oslo.holds(past)
	for range 300 { // more than are remembered
		w.change(raw(groups("fed.n", 1)...))
	}
	if answer := oslo.beat(); answer.Diverged || oslo.status(w.Hub) != hub.StatusOutOfSync {
		t.Errorf("far behind: diverged %t, %s", answer.Diverged, oslo.status(w.Hub))
	}
	oslo.follow(w.Hub)
	if got := oslo.status(w.Hub); got != hub.StatusSynced {
		t.Errorf("it caught up: %s, want %s", got, hub.StatusSynced)
	}
}
