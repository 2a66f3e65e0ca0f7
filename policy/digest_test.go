package policy

import (
	"crypto/sha256"
	"testing"

	"github.com/fedhub/fedhub/events"
)

func TestDigest_isTheDocumentedFormat(t *testing.T) {
	s := NewState(ScopeFederal)
	s.Apply(events.Event{Kind: events.KindGroupDefined, Subject: "fed.rules.a.3.group.b", Revision: 2, Data: []byte(`{"group":{"name":"b"}}`)})
	s.Apply(events.Event{Kind: events.KindGroupDefined, Subject: "fed.rules.a.3.group.a", Revision: 1, Data: []byte(`{"group":{"name":"a"}}`)})

	var text []byte
	for _, name := range []string{"a", "b"} {
		data := sha256.Sum256([]byte(`{"group":{"name":"` + name + `"}}`))
		text = append(append(append(text, "fed.rules.a.3.group."+name...), 0), data[:]...)
	}
	var buckets [shards][sha256.Size]byte
	buckets[0xa3] = sha256.Sum256(text)
	root := sha256.New()
	for _, b := range buckets {
		root.Write(b[:])
	}
	same(t, s.Digest(), events.Hash(root.Sum(nil)))
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
