package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// jsonReader turns JSON tokens into values.
type jsonReader struct {
	file    string
	data    []byte
	decoder *json.Decoder
	line    int
	counted int64 // how far line has been counted
}

func readJSON(file string, data []byte) ([]*value, error) {
	r := &jsonReader{file: file, data: data, decoder: json.NewDecoder(bytes.NewReader(data)), line: 1}
	r.decoder.UseNumber()
	var documents []*value
	for len(bytes.TrimSpace(data[r.decoder.InputOffset():])) > 0 {
		v, err := r.next(0)
		if err != nil {
			return nil, err
		}
		documents = append(documents, v)
	}
	return documents, nil
}

// token returns the next token, of which there must be one, and has r.line say where it ends.
func (r *jsonReader) token() (json.Token, error) {
	t, err := r.decoder.Token()
	if errors.Is(err, io.EOF) {
		return nil, io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, err
	}
	offset := r.decoder.InputOffset()
	r.line += bytes.Count(r.data[r.counted:offset], []byte("\n"))
	r.counted = offset
	return t, nil
}

func (r *jsonReader) next(depth int) (*value, error) {
	t, err := r.token()
	if err != nil {
		return nil, err
	}
	if depth > MaxImportDepth {
		return nil, tooDeep(r.file, r.line)
	}
	v := &value{line: r.line, kind: kindScalar}
	switch t := t.(type) {
	case nil:
		v.kind = kindNull
	case json.Delim:
		if err := r.parts(v, t, depth); err != nil {
			return nil, err
		}
	case string:
		v.text = t
	default:
		v.text = fmt.Sprint(t)
	}
	return v.measured(r.file)
}

func (r *jsonReader) parts(v *value, open json.Delim, depth int) error {
	v.kind = kindList
	if open == '{' {
		v.kind = kindMapping
	}
	for r.decoder.More() {
		var f field
		if v.kind == kindMapping {
			key, err := r.token()
			if err != nil {
				return err
			}
			f.key, f.line = fmt.Sprint(key), r.line
		}
		part, err := r.next(depth + 1)
		if err != nil {
			return err
		}
		if v.kind == kindList {
			v.items = append(v.items, part)
			continue
		}
		f.value = part
		v.fields = append(v.fields, f)
	}
	_, err := r.token()
	return err
}
