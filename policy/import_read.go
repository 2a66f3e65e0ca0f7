package policy

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"
)

// value is a value in an imported file, with its place. A value that an alias repeats is shared.
type value struct {
	line   int
	kind   valueKind
	quoted bool    // of a scalar: it is a text whatever it looks like
	text   string  // of a scalar
	fields []field // of a mapping
	items  []*value
	size   int // values in it, itself included
	depth  int // levels in it
}

type valueKind int

const (
	kindNull valueKind = iota
	kindScalar
	kindList
	kindMapping
)

// field is a key of a mapping and what stands for it.
type field struct {
	key   string
	line  int
	value *value
}

// readDocuments returns the documents of a file as values within the limits.
func readDocuments(file string, data []byte) ([]*value, error) {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	switch {
	case len(data) > MaxImportBytes:
		return nil, fmt.Errorf("%w: %s has %d bytes; at most %d are taken, so split it", ErrTooLarge, file, len(data), MaxImportBytes)
	case !utf8.Valid(data):
		return nil, fmt.Errorf("%w: %s is not UTF-8 text", ErrImport, file)
	}
	documents, err := readEither(file, data)
	if err != nil {
		return nil, err
	}
	size := 0
	for _, d := range documents {
		size += d.size
	}
	if size > MaxImportNodes {
		return nil, tooMany(file, 1)
	}
	return documents, nil
}

// readEither reads JSON as JSON where it is: it is faster. YAML's flow style looks like JSON.
func readEither(file string, data []byte) ([]*value, error) {
	if start := bytes.TrimSpace(data); len(start) > 0 && (start[0] == '{' || start[0] == '[') {
		documents, err := readJSON(file, data)
		if err == nil || errors.Is(err, ErrTooLarge) {
			return documents, err
		}
	}
	return readYAML(file, data)
}

// fewKeys is how many keys are sooner compared with each other than put into a map.
const fewKeys = 16

// measured sets size and depth of a value whose parts are complete, and judges them.
func (v *value) measured(file string, most int) (*value, error) {
	v.size, v.depth = 1+len(v.text)/MaxImportText, 1
	add := func(part *value) {
		v.size += part.size
		v.depth = max(v.depth, part.depth+1)
	}
	var seen map[string]int
	if len(v.fields) > fewKeys {
		seen = make(map[string]int, len(v.fields))
	}
	for i, f := range v.fields {
		if first, twice := v.keyBefore(i, seen); twice {
			return nil, fmt.Errorf("%w: %s:%d: the key %q is in line %d already", ErrImport, file, f.line, f.key, first)
		}
		add(f.value)
	}
	for _, item := range v.items {
		add(item)
	}
	switch {
	case v.size > most:
		return nil, tooMany(file, v.line)
	case v.depth > MaxImportDepth:
		return nil, tooDeep(file, v.line)
	}
	return v, nil
}

// keyBefore returns the line of an earlier field with the key of the i-th. A map of the keys so far may be nil.
func (v *value) keyBefore(i int, seen map[string]int) (int, bool) {
	f := v.fields[i]
	if seen != nil {
		first, twice := seen[f.key]
		seen[f.key] = f.line
		return first, twice
	}
	for _, other := range v.fields[:i] {
		if other.key == f.key {
			return other.line, true
		}
	}
	return 0, false
}

func tooDeep(file string, line int) error {
	return fmt.Errorf("%w: %s:%d: values nest more than %d levels", ErrTooLarge, file, line, MaxImportDepth)
}

func tooMany(file string, line int) error {
	return fmt.Errorf("%w: %s:%d: with its aliases the file has more than %d values, or a lot of text; split it",
		ErrTooLarge, file, line, MaxImportNodes)
}

// get returns the field with the given key, or a null value in v's own line.
func (v *value) get(key string) *value {
	for _, f := range v.fields {
		if f.key == key {
			return f.value
		}
	}
	return &value{line: v.line}
}

// empty reports whether v says nothing: null, an empty text, list or mapping.
func (v *value) empty() bool { return v.text == "" && len(v.fields) == 0 && len(v.items) == 0 }
