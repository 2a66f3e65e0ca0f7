package policy

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// value is a value in an imported file, with its place. A value that an alias repeats is shared.
type value struct {
	line   int
	kind   valueKind
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
	case bytes.Count(data, []byte("\n")) > MaxImportLines:
		return nil, fmt.Errorf("%w: %s has more than %d lines; split it", ErrTooLarge, file, MaxImportLines)
	case !utf8.Valid(data):
		return nil, fmt.Errorf("%w: %s is not UTF-8 text", ErrImport, file)
	}
	if start := bytes.TrimSpace(data); len(start) > 0 && (start[0] == '{' || start[0] == '[') {
		if documents, err := readJSON(file, data); err == nil {
			return documents, nil // YAML's flow style looks like JSON, so an error is left to the YAML parser
		}
	}
	return readYAML(file, data)
}

// measured sets size and depth of a value whose parts are complete, and judges them.
func (v *value) measured(file string) (*value, error) {
	v.size, v.depth = 1, 1
	add := func(part *value) {
		v.size += part.size
		v.depth = max(v.depth, part.depth+1)
	}
	seen := make(map[string]int, len(v.fields))
	for _, f := range v.fields {
		if first, twice := seen[f.key]; twice {
			return nil, fmt.Errorf("%w: %s:%d: the key %q is in line %d already", ErrImport, file, f.line, f.key, first)
		}
		seen[f.key] = f.line
		add(f.value)
	}
	for _, item := range v.items {
		add(item)
	}
	switch {
	case v.size > MaxImportNodes:
		return nil, fmt.Errorf("%w: %s:%d: with its aliases the file has more than %d values", ErrTooLarge, file, v.line, MaxImportNodes)
	case v.depth > MaxImportDepth:
		return nil, tooDeep(file, v.line)
	}
	return v, nil
}

func tooDeep(file string, line int) error {
	return fmt.Errorf("%w: %s:%d: values nest more than %d levels", ErrTooLarge, file, line, MaxImportDepth)
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
