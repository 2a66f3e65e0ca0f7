package policy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
)

// jsonReader turns JSON into values. Unlike the decoder of the standard library it knows the lines, and it is some
// times faster.
type jsonReader struct {
	file string
	data []byte // what is not read yet
	line int
	most int // how many values there may be
	read int // how many there were
}

// readJSON returns the documents of a file.
func readJSON(file string, data []byte) ([]*value, error) {
	r := &jsonReader{file: file, data: data, line: 1, most: MaxImportNodes}
	return r.documents()
}

// readOwnJSON returns what we wrote as JSON, however large it is.
func readOwnJSON(data []byte) (*value, error) {
	r := &jsonReader{data: data, line: 1, most: math.MaxInt}
	return r.value(0)
}

func (r *jsonReader) documents() ([]*value, error) {
	var documents []*value
	for {
		if r.next(); len(r.data) == 0 {
			return documents, nil
		}
		v, err := r.value(0)
		if err != nil {
			return nil, err
		}
		documents = append(documents, v)
	}
}

// next steps over blanks and returns the next byte, or 0 at the end.
func (r *jsonReader) next() byte {
	for i, c := range r.data {
		switch c {
		case '\n':
			r.line++
		case ' ', '\t', '\r':
		default:
			r.data = r.data[i:]
			return c
		}
	}
	r.data = nil
	return 0
}

// skip reports whether the next byte is c, and steps over it if so.
func (r *jsonReader) skip(c byte) bool {
	if r.next() != c {
		return false
	}
	r.data = r.data[1:]
	return true
}

func (r *jsonReader) wrong(what string) error {
	return fmt.Errorf("%w: %s:%d: %s", ErrImport, r.file, r.line, what)
}

func (r *jsonReader) value(depth int) (*value, error) {
	if r.read++; r.read > r.most {
		return nil, tooMany(r.file, r.line)
	}
	if depth > MaxImportDepth {
		return nil, tooDeep(r.file, r.line)
	}
	var err error
	c := r.next()
	v := &value{line: r.line}
	switch c {
	case '{':
		v.kind = kindMapping
		err = r.parts('}', func() error { return r.field(v, depth) })
	case '[':
		v.kind = kindList
		err = r.parts(']', func() error { return r.item(v, depth) })
	case '"':
		v.kind, v.quoted = kindScalar, true
		v.text, err = r.text()
	default:
		err = r.word(v)
	}
	if err != nil {
		return nil, err
	}
	return v.measured(r.file, r.most)
}

// parts reads what stands between brackets, with commas between.
func (r *jsonReader) parts(end byte, read func() error) error {
	r.data = r.data[1:]
	if r.skip(end) {
		return nil
	}
	for {
		if err := read(); err != nil {
			return err
		}
		switch {
		case r.skip(end):
			return nil
		case !r.skip(','):
			return r.wrong(fmt.Sprintf("there is no , and no %c", end))
		}
	}
}

func (r *jsonReader) field(v *value, depth int) error {
	if r.next() != '"' {
		return r.wrong("there is no key")
	}
	f := field{line: r.line}
	var err error
	if f.key, err = r.text(); err != nil {
		return err
	}
	if !r.skip(':') {
		return r.wrong("there is no : behind the key")
	}
	f.value, err = r.value(depth + 1)
	v.fields = append(v.fields, f)
	return err
}

func (r *jsonReader) item(v *value, depth int) error {
	part, err := r.value(depth + 1)
	v.items = append(v.items, part)
	return err
}

// text reads a text in quotes.
func (r *jsonReader) text() (string, error) {
	escaped := false
	for i := 1; i < len(r.data); i++ {
		switch c := r.data[i]; {
		case c == '\\':
			escaped = true
			i++
		case c < ' ':
			return "", r.wrong("there is a control character in a text")
		case c == '"':
			whole := r.data[:i+1]
			r.data = r.data[i+1:]
			text := string(whole[1:i])
			if escaped && json.Unmarshal(whole, &text) != nil {
				return "", r.wrong("there is an unknown escape in a text")
			}
			return text, nil
		}
	}
	return "", r.wrong("a text has no end")
}

// word reads a number or one of the words of JSON.
func (r *jsonReader) word(v *value) error {
	end := bytes.IndexAny(r.data, ",]} \t\r\n")
	if end < 0 {
		end = len(r.data)
	}
	word := r.data[:end]
	r.data = r.data[end:]
	if !json.Valid(word) {
		return r.wrong(fmt.Sprintf("%.20q is no value", word))
	}
	if string(word) != "null" {
		v.kind, v.text = kindScalar, string(word)
	}
	return nil
}
