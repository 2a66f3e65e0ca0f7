package policy

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// MaxEntriesBytes bounds the entries of one profile or sensor, all together and written as JSON: half of what
// NATS carries by default.
const MaxEntriesBytes = 512 << 10

// entries is what a request says about the list of an object whose parts are told apart by a key, such as the
// filters of a file profile. The fields are obeyed in the order in which they stand here.
type entries[E any] struct {
	word   string             // for people, such as "filter"
	most   int                // how many there may be
	key    func(E) string     // in normal form also for an entry that is not
	normal func(E) (E, error) // judges an entry and puts it into normal form

	all   *[]E // instead of those that are there
	gone  []E  // go and must be there; only their keys count
	fresh []E  // come and must not be there
	known []E  // take the place of those with their key, which must be there
	put   []E  // come, or take the place of those with their key
}

// keySeparator stands between the parts of a key. No text of an entry has it, and it sorts before all that
// they have.
const keySeparator = "\x00"

// onto returns the entries of old with what the request says, sorted by key. It leaves old as it is.
func (e entries[E]) onto(old []E) ([]E, error) {
	have := make(map[string]E, len(old))
	for _, entry := range old {
		have[e.key(entry)] = entry
	}
	if e.all != nil {
		var err error
		if have, err = e.read(*e.all); err != nil {
			return nil, err
		}
	}
	if err := e.drop(have); err != nil {
		return nil, err
	}
	for _, step := range []struct {
		list           []E
		isNew, isThere bool // what may be
	}{
		{list: e.fresh, isNew: true},
		{list: e.known, isThere: true},
		{list: e.put, isNew: true, isThere: true},
	} {
		come, err := e.read(step.list)
		if err != nil {
			return nil, err
		}
		for _, key := range slices.Sorted(maps.Keys(come)) {
			switch _, there := have[key]; {
			case there && !step.isThere:
				return nil, fmt.Errorf("%w: duplicate %s: %q is there already; update it instead", ErrInvalid, e.word, show(key))
			case !there && !step.isNew:
				return nil, fmt.Errorf("%s %q: %w", e.word, show(key), ErrNotFound)
			}
		}
		maps.Copy(have, come)
	}
	return e.list(have)
}

// read puts a list of a request into normal form. What it says twice counts once.
func (e entries[E]) read(list []E) (map[string]E, error) {
	out := make(map[string]E, len(list))
	for i, raw := range list {
		entry, err := e.normal(raw)
		if err != nil {
			return nil, fmt.Errorf("%s %d of %d: %w", e.word, i+1, len(list), err)
		}
		key := e.key(entry)
		if other, twice := out[key]; twice && !reflect.DeepEqual(entry, other) {
			return nil, fmt.Errorf("%w: %s %q is in the list twice, with different words; keep one", ErrInvalid, e.word, show(key))
		}
		out[key] = entry
	}
	return out, nil
}

func (e entries[E]) drop(have map[string]E) error {
	for _, entry := range e.gone {
		if _, there := have[e.key(entry)]; !there {
			return fmt.Errorf("%s %q: %w", e.word, show(e.key(entry)), ErrNotFound)
		}
	}
	for _, entry := range e.gone {
		delete(have, e.key(entry))
	}
	return nil
}

// list returns the entries sorted by key, if they are not too many. It is never nil: nil is stored as other
// bytes.
func (e entries[E]) list(have map[string]E) ([]E, error) {
	if len(have) > e.most {
		return nil, fmt.Errorf("%w: a list of %d entries, each a %s; at most %d are allowed",
			ErrTooLarge, len(have), e.word, e.most)
	}
	out := make([]E, 0, len(have))
	for _, key := range slices.Sorted(maps.Keys(have)) {
		out = append(out, have[key])
	}
	data, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if len(data) > MaxEntriesBytes {
		return nil, fmt.Errorf("%w: the entries, each a %s, take %d bytes together; at most %d are kept, so leave some out",
			ErrTooLarge, e.word, len(data), MaxEntriesBytes)
	}
	return out, nil
}

// show returns a key as sentences show it.
func show(key string) string {
	return strings.TrimRight(strings.ReplaceAll(key, keySeparator, " "), " ")
}
