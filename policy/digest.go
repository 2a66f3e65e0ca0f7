package policy

import (
	"crypto/sha256"
	"encoding/binary"
	"hash/fnv"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/fedhub/fedhub/events"
)

// class is the objects that have the same targets. A class never changes once made; the states that share it
// share its sums.
type class struct {
	selector labels.Selector
	count    int
	buckets  [shards]*bucket
	once     sync.Once
	sum      events.Hash
}

// shards is how many buckets a class has: one for each pair of shard digits in a subject of RULES.
const shards = 256

// bucket is a sorted set of pairs with the sum over them, which is taken when it is first asked for.
type bucket struct {
	pairs []pair
	once  sync.Once
	sum   events.Hash
}

type pair struct {
	subject string
	data    events.Hash
}

// Digest returns what two clusters compare to learn whether they hold the same policy. It is a function of
// the subject and the data of each object's newest event, for the objects that the state has, and of nothing
// else: neither the history nor the revision enters. After one change it hashes one bucket and two sums.
//
// The format, which a master and its remotes must share:
//
//	pair   = subject, one zero byte, SHA-256 of the event's data (32 bytes)
//	bucket = SHA-256 over the pairs of its objects, sorted by subject; 32 zero bytes when it has none
//	class  = SHA-256 over the 256 buckets, in ascending order, of the objects with the same targets
//	digest = SHA-256 over the classes that have objects, sorted by targets: for each the length of its
//	         targets (four bytes, big endian), its targets, its sum
//
// An object of the subject "fed.rules.<h1>.<h2>.<kind>.<name>" is in bucket h1*16+h2; any other subject is
// in the bucket that the low eight bits of its 32-bit FNV-1a hash give.
func (s *State) Digest() events.Hash {
	return s.digest(func(labels.Selector) bool { return true })
}

// DigestFor returns the Digest of what a cluster with the given view holds.
func (s *State) DigestFor(v events.View) events.Hash {
	has := labels.Set(v.Labels)
	return s.Reached(v.Rollouts).digest(func(targets labels.Selector) bool { return targets.Matches(has) })
}

func (s *State) digest(holds func(targets labels.Selector) bool) events.Hash {
	h := sha256.New()
	s.classes.Scan(func(targets string, c *class) bool {
		if holds(c.selector) {
			sum := c.hash()
			var size [4]byte
			binary.BigEndian.PutUint32(size[:], uint32(len(targets))) //nolint:gosec // G115: at most MaxTargetsLen
			h.Write(size[:])
			h.Write([]byte(targets))
			h.Write(sum[:])
		}
		return true
	})
	return events.Hash(h.Sum(nil))
}

// seal takes the data of an object's newest event into the digest.
func (s *State) seal(o events.Object, subject string, data []byte) {
	targets := o.Common().Targets
	old, _ := s.classes.Get(targets)
	s.classes.Set(targets, old.put(targets, pair{subject, sha256.Sum256(data)}))
}

// unseal takes an object out of the digest.
func (s *State) unseal(e *entry) {
	targets := e.object.Common().Targets
	old, ok := s.classes.Get(targets)
	if !ok {
		return
	}
	if next := old.without(e.subject); next.count > 0 {
		s.classes.Set(targets, next)
	} else {
		s.classes.Delete(targets)
	}
}

// put returns the class c, which may be nil, with the pair in it.
func (c *class) put(targets string, p pair) *class {
	next := &class{selector: parsedTargets(targets)}
	if c != nil {
		next.selector, next.count, next.buckets = c.selector, c.count, c.buckets
	}
	n, old := shardOf(p.subject), []pair(nil)
	if next.buckets[n] != nil {
		old = next.buckets[n].pairs
	}
	i, found := slices.BinarySearchFunc(old, p.subject, pair.compare)
	rest := old[i:]
	if found {
		rest = old[i+1:]
	} else {
		next.count++
	}
	pairs := make([]pair, 0, len(old)+1)
	pairs = append(append(append(pairs, old[:i]...), p), rest...)
	next.buckets[n] = &bucket{pairs: pairs}
	return next
}

// without returns the class without the object of the subject.
func (c *class) without(subject string) *class {
	n := shardOf(subject)
	if c.buckets[n] == nil {
		return c
	}
	old := c.buckets[n].pairs
	i, found := slices.BinarySearchFunc(old, subject, pair.compare)
	if !found {
		return c
	}
	next := &class{selector: c.selector, count: c.count - 1, buckets: c.buckets}
	next.buckets[n] = nil
	if len(old) > 1 {
		next.buckets[n] = &bucket{pairs: slices.Concat(old[:i], old[i+1:])}
	}
	return next
}

func (c *class) hash() events.Hash {
	c.once.Do(func() {
		h := sha256.New()
		for _, b := range c.buckets {
			sum := b.hash()
			h.Write(sum[:])
		}
		c.sum = events.Hash(h.Sum(nil))
	})
	return c.sum
}

func (b *bucket) hash() events.Hash {
	if b == nil {
		return events.Hash{}
	}
	b.once.Do(func() {
		h := sha256.New()
		for _, p := range b.pairs {
			h.Write([]byte(p.subject))
			h.Write([]byte{0})
			h.Write(p.data[:])
		}
		b.sum = events.Hash(h.Sum(nil))
	})
	return b.sum
}

func (p pair) compare(subject string) int { return strings.Compare(p.subject, subject) }

func shardOf(subject string) int {
	if words := strings.SplitN(subject, ".", 5); len(words) == 5 && words[0] == "fed" && words[1] == "rules" {
		high, ok1 := hexDigit(words[2])
		low, ok2 := hexDigit(words[3])
		if ok1 && ok2 {
			return high<<4 | low
		}
	}
	return int(fnv1a(subject) & 0xff)
}

func fnv1a(text string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(text)) //nolint:gosec // G104: a hash never fails
	return h.Sum32()
}

func hexDigit(word string) (int, bool) {
	if len(word) != 1 {
		return 0, false
	}
	n := strings.IndexByte("0123456789abcdef", word[0])
	return n, n >= 0
}
