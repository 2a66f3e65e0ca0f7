package policy

import (
	"crypto/sha256"
	"hash/fnv"
	"slices"
	"strings"
	"sync"

	"github.com/fedhub/fedhub/events"
)

// shards is how many buckets the digest has: one for each pair of shard digits in a subject of RULES.
const shards = 256

// digest is a hash tree of two levels over the objects that exist. A digest may be copied; the copies share
// buckets, which never change once made.
//
// The format, which a master and its remotes must share:
//
//	pair   = subject, one zero byte, SHA-256 of the event's data (32 bytes)
//	bucket = SHA-256 over the pairs of its objects, sorted by subject; 32 zero bytes when it has none
//	root   = SHA-256 over the 256 buckets in ascending order
//
// An object of the subject "fed.rules.<h1>.<h2>.<kind>.<name>" is in bucket h1*16+h2; any other subject is
// in the bucket that the low eight bits of its 32-bit FNV-1a hash give.
type digest struct {
	buckets [shards]*bucket
}

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
// the subject and the data of each object's newest event, for the objects that exist, and of nothing else:
// neither the history nor the revision enters. After one change it hashes one bucket and the root.
func (s *State) Digest() events.Hash { return s.digest.root() }

func (d *digest) root() events.Hash {
	h := sha256.New()
	for _, b := range d.buckets {
		sum := b.hash()
		h.Write(sum[:])
	}
	return events.Hash(h.Sum(nil))
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

func (d *digest) put(subject string, data []byte) {
	n, old := shardOf(subject), []pair(nil)
	if d.buckets[n] != nil {
		old = d.buckets[n].pairs
	}
	p := pair{subject, sha256.Sum256(data)}
	i, found := slices.BinarySearchFunc(old, subject, pair.compare)
	rest := old[i:]
	if found {
		rest = old[i+1:]
	}
	pairs := make([]pair, 0, len(old)+1)
	pairs = append(append(append(pairs, old[:i]...), p), rest...)
	d.buckets[n] = &bucket{pairs: pairs}
}

func (d *digest) remove(subject string) {
	n := shardOf(subject)
	if d.buckets[n] == nil {
		return
	}
	old := d.buckets[n].pairs
	i, found := slices.BinarySearchFunc(old, subject, pair.compare)
	switch {
	case !found:
	case len(old) == 1:
		d.buckets[n] = nil
	default:
		d.buckets[n] = &bucket{pairs: slices.Concat(old[:i], old[i+1:])}
	}
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
