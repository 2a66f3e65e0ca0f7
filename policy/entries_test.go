package policy

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/events"
)

// asked returns what a request in the form of the REST interface makes of old.
func asked(k *kind, old events.Object, s *State, body string) (events.Object, error) {
	c, err := k.parse(json.RawMessage(body))
	if err != nil {
		return nil, err
	}
	return c.onto(old, s)
}

// settled is [asked], and looks whether the answer is in normal form: what it says, said again, changes nothing.
func settled(t *testing.T, k *kind, old events.Object, s *State, body string) (events.Object, error) {
	t.Helper()
	o, err := asked(k, old, s, body)
	if err != nil {
		if o != nil {
			t.Errorf("an error came with %+v", o)
		}
		return nil, err
	}
	for _, again := range []string{`{}`, string(stored(o))} {
		twice, err := asked(k, o, s, again)
		if err != nil {
			t.Fatalf("%s is refused when it is said again: %v", again, err)
		}
		if string(stored(twice)) != string(stored(o)) {
			t.Errorf("not in normal form: first %s, then %s", stored(o), stored(twice))
		}
	}
	return o, nil
}

// refused looks whether a request is refused with an error, in a sentence with the given words.
func refused(t *testing.T, err, want error, words string) {
	t.Helper()
	if !errors.Is(err, want) || !strings.Contains(err.Error(), words) {
		t.Errorf("got error %v, want %v with %q in it", err, want, words)
	}
}

// word is an entry that is told from others by its name.
type word struct{ Name, Says string }

func TestEntries(t *testing.T) {
	old := []word{{"a", "1"}, {"c", "3"}}
	for name, tt := range map[string]struct {
		when entries[word]
		want []word
		err  error
	}{
		"nothing":                     {want: old},
		"all":                         {when: entries[word]{all: &[]word{{"z", "9"}, {"b", "2"}}}, want: []word{{"b", "2"}, {"z", "9"}}},
		"none":                        {when: entries[word]{all: &[]word{}}, want: []word{}},
		"one goes":                    {when: entries[word]{gone: []word{{Name: "a"}, {Name: "a"}}}, want: []word{{"c", "3"}}},
		"one goes that is not there":  {when: entries[word]{gone: []word{{Name: "a"}, {Name: "b"}}}, err: ErrNotFound},
		"one comes":                   {when: entries[word]{fresh: []word{{"b", "2"}}}, want: []word{{"a", "1"}, {"b", "2"}, {"c", "3"}}},
		"one comes that is there":     {when: entries[word]{fresh: []word{{"a", "2"}}}, err: ErrInvalid},
		"one changes":                 {when: entries[word]{known: []word{{"a", "2"}}}, want: []word{{"a", "2"}, {"c", "3"}}},
		"one changes that is missing": {when: entries[word]{known: []word{{"b", "2"}}}, err: ErrNotFound},
		"put":                         {when: entries[word]{put: []word{{"b", "2"}, {"a", "4"}}}, want: []word{{"a", "4"}, {"b", "2"}, {"c", "3"}}},
		"goes and comes":              {when: entries[word]{gone: []word{{Name: "a"}}, fresh: []word{{"a", "4"}}}, want: []word{{"a", "4"}, {"c", "3"}}},
		"the same twice":              {when: entries[word]{put: []word{{"b", "2"}, {"b", "2"}}}, want: []word{{"a", "1"}, {"b", "2"}, {"c", "3"}}},
		"two of one name":             {when: entries[word]{put: []word{{"b", "2"}, {"b", "3"}}}, err: ErrInvalid},
		"one that is not normal":      {when: entries[word]{put: []word{{"B", "2"}}}, want: []word{{"a", "1"}, {"b", "2"}, {"c", "3"}}},
		"one that cannot be":          {when: entries[word]{put: []word{{"", "2"}}}, err: ErrName},
		"too many":                    {when: entries[word]{put: []word{{"b", ""}, {"d", ""}}}, err: ErrTooLarge},
		"too many before some go":     {when: entries[word]{all: &[]word{{"a", ""}, {"b", ""}, {"c", ""}, {"d", ""}}, gone: []word{{Name: "d"}}}, want: []word{{"a", ""}, {"b", ""}, {"c", ""}}},
		"too large for a fact":        {when: entries[word]{put: []word{{"b", strings.Repeat("<", MaxEntriesBytes/6)}}}, err: ErrTooLarge},
		"as large as a fact may be":   {when: entries[word]{all: &[]word{{"b", strings.Repeat("b", MaxEntriesBytes-26)}}}, want: []word{{"b", strings.Repeat("b", MaxEntriesBytes-26)}}},
	} {
		t.Run(name, func(t *testing.T) {
			tt.when.word, tt.when.most = "word", 3
			tt.when.key = func(w word) string { return strings.ToLower(w.Name) }
			tt.when.normal = func(w word) (word, error) {
				if w.Name == "" {
					return w, ErrName
				}
				return word{strings.ToLower(w.Name), w.Says}, nil
			}
			got, err := tt.when.onto(old)
			if tt.err != nil {
				refused(t, err, tt.err, "word")
				return
			}
			if err != nil || got == nil {
				t.Fatalf("got %v, %v", got, err)
			}
			same(t, got, tt.want)
			same(t, old, []word{{"a", "1"}, {"c", "3"}})
		})
	}
}
