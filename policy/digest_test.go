package policy

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/events"
)

// groupData is the data of an event that defines a group.
func groupData(name, targets string) []byte {
	if targets == "" {
		return []byte(`{"group":{"name":"` + name + `"}}`)
	}
	return []byte(`{"group":{"name":"` + name + `","targets":"` + targets + `"}}`)
}

func TestDigest_isTheDocumentedFormat(t *testing.T) {
	const prod = "env=prod"
	s := NewState(ScopeFederal)
	revision := uint64(10)
	defined := func(subject, name, targets string) {
		revision-- // the order has no meaning
		s.Apply(events.Event{Kind: events.KindGroupDefined, Subject: subject, Revision: revision, Data: groupData(name, targets)})
	}
	defined("fed.rules.a.3.group.b", "b", "")
	defined("fed.rules.a.3.group.a", "a", "")
	defined("fed.rules.0.1.group.c", "c", prod)

	pairs := func(targets string, names ...string) []byte {
		var text []byte
		for _, name := range names {
			subject := map[string]string{"a": "fed.rules.a.3.group.a", "b": "fed.rules.a.3.group.b", "c": "fed.rules.0.1.group.c"}[name]
			data := sha256.Sum256(groupData(name, targets))
			text = append(append(append(text, subject...), 0), data[:]...)
		}
		return text
	}
	class := func(targets string, shard int, text []byte) []byte {
		var buckets [shards][sha256.Size]byte
		buckets[shard] = sha256.Sum256(text)
		sum := sha256.New()
		for _, b := range buckets {
			sum.Write(b[:])
		}
		return sum.Sum(append(binary.BigEndian.AppendUint32(nil, uint32(len(targets))), targets...)) //nolint:gosec // G115: a short text
	}
	everywhere, inProd := class("", 0xa3, pairs("", "a", "b")), class(prod, 0x01, pairs(prod, "c"))
	same(t, s.Digest(), events.Hash(sha256.Sum256(append(slices.Clone(everywhere), inProd...))))
	same(t, s.DigestFor(events.View{}), events.Hash(sha256.Sum256(everywhere)))
	same(t, s.DigestFor(events.View{Labels: events.Labels{"env": "prod"}}), s.Digest())
}

func TestDigest_isOfWhatAClusterHolds(t *testing.T) {
	in := func(f events.GroupDefined, targets string) events.GroupDefined { f.Group.Targets = targets; return f }
	all := facts{group("fed.a"), in(group("fed.b"), "env=prod"), in(group("fed.c"), "env=dev"), in(group("fed.d"), "env")}
	s := given(t, ScopeFederal, all)
	for name, tt := range map[string]struct {
		labels events.Labels
		holds  facts
	}{
		"no labels":     {holds: all[:1]},
		"other labels":  {labels: events.Labels{"region": "eu"}, holds: all[:1]},
		"production":    {labels: events.Labels{"env": "prod"}, holds: facts{all[0], all[1], all[3]}},
		"development":   {labels: events.Labels{"env": "dev"}, holds: facts{all[0], all[2], all[3]}},
		"anything else": {labels: events.Labels{"env": "x"}, holds: facts{all[0], all[3]}},
	} {
		t.Run(name, func(t *testing.T) {
			view := events.View{Labels: tt.labels}
			same(t, s.DigestFor(view), given(t, ScopeFederal, tt.holds).Digest())
			cluster := NewStateFor(view)
			fold(t, cluster, all...)
			same(t, cluster.Digest(), s.DigestFor(view))
			same(t, Count[events.Group](cluster), len(tt.holds))
		})
	}
}

func TestDigest_changesWithTargets(t *testing.T) {
	s := given(t, ScopeFederal, facts{group("fed.a"), group("fed.b")})
	before, view := s.Digest(), events.View{Labels: events.Labels{"env": "dev"}}
	cluster := NewStateFor(view)
	fold(t, cluster, group("fed.a"), group("fed.b"))
	moved := group("fed.a")
	moved.Group.Targets = "env=prod"
	fold(t, s, moved)
	fold(t, cluster, moved)
	same(t, s.Digest() != before, true)
	same(t, cluster.Digest(), s.DigestFor(view))
	same(t, Count[events.Group](cluster), 1)
	fold(t, s, group("fed.a"))
	fold(t, cluster, group("fed.a"))
	same(t, s.Digest(), before)
	same(t, cluster.Digest(), before)
	same(t, s.classes.Len(), 1)
}

// TestDigest_targetsOfALaterVersionChooseNothing keeps a master and a remote of one mind about what they cannot
// read.
func TestDigest_targetsOfALaterVersionChooseNothing(t *testing.T) {
	strange := group("fed.a")
	strange.Group.Targets = "env ~ prod"
	s, cluster := given(t, ScopeFederal, facts{strange}), NewStateFor(events.View{})
	fold(t, cluster, strange)
	same(t, cluster.Digest(), s.DigestFor(events.View{}))
	same(t, Count[events.Group](cluster), 0)
}

// TestDigestFor_isThatOfTheViewsState compares the digest that a master takes with that of a state which was
// folded for the view, with what a rollout has on its way.
func TestDigestFor_isThatOfTheViewsState(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t, ScopeFederal)
		w.live(t, 20)
		for _, c := range w.clusters {
			for _, rollouts := range [][]string{nil, w.rollouts()} {
				view := events.View{Labels: c.Labels, Rollouts: rollouts}
				cluster := NewStateFor(view)
				for _, e := range w.log {
					cluster.Apply(e)
				}
				same(t, cluster.Effective().Digest(), w.state.DigestFor(view))
			}
			same(t, w.state.DigestFor(w.state.ViewOf(c)), w.state.Clone().DigestFor(w.state.ViewOf(c)))
		}
	})
}

func TestDigest_ofEmptyIsTheSameForEveryEmptyState(t *testing.T) {
	emptied := given(t, ScopeFederal, facts{group("fed.a"), events.GroupRemoved{Name: "fed.a"}})
	same(t, emptied.Digest(), NewState(ScopeFederal).Digest())
}

func TestShardOf(t *testing.T) {
	for subject, want := range map[string]int{
		"fed.rules.0.0.group.x":     0,
		"fed.rules.a.3.network.r1":  0xa3,
		"fed.rules.f.f.group.a.b.c": 0xff,
	} {
		t.Run(subject, func(t *testing.T) { same(t, shardOf(subject), want) })
	}
	for _, subject := range []string{"", "local.group.x", "fed.rules.g.0.group.x", "fed.rules.00.0.group.x", "fed.rules"} {
		if n := shardOf(subject); n < 0 || n >= shards {
			t.Errorf("shard %d of %q", n, subject)
		}
	}
}
