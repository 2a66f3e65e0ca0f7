package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// fields are those of a stored object, in their order.
type fields []struct {
	name  string
	value fieldValue
}

// value returns the named field, or "" when it is missing.
func (f fields) value(name string) fieldValue {
	for _, field := range f {
		if field.name == name {
			return field.value
		}
	}
	return ""
}

// fieldNames returns the names of the fields of both objects, those of the first one first.
func fieldNames(objects ...fields) []string {
	var out []string
	for _, object := range objects {
		for _, field := range object {
			if !slices.Contains(out, field.name) {
				out = append(out, field.name)
			}
		}
	}
	return out
}

// fieldsOf reads an object; null has no fields.
func fieldsOf(object json.RawMessage) (fields, error) {
	if len(object) == 0 || string(object) == "null" {
		return nil, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(object))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, fmt.Errorf("%.40q is no object", object)
	}
	var out fields
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, err
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, value); err != nil {
			return nil, err
		}
		text, _ := name.(string) //nolint:errcheck // a key is one
		out = append(out, struct {
			name  string
			value fieldValue
		}{text, fieldValue(compact.String())})
	}
	return out, nil
}

// fieldValue is a value in compact JSON; "" is none.
type fieldValue string

// isListOfObjects reports whether the parts of the value take a line each.
func (v fieldValue) isListOfObjects() bool { return strings.HasPrefix(string(v), "[{") }

// lines returns the value for people: a list of objects has a line for each of them, and what is empty has none.
func (v fieldValue) lines() []string {
	if v.isListOfObjects() {
		var out []string
		for _, part := range v.parts() {
			out = append(out, part.text())
		}
		return out
	}
	if text := v.text(); text != "" && text != "false" && text != "0" {
		return []string{text}
	}
	return nil
}

// text returns the value in one line.
func (v fieldValue) text() string {
	switch {
	case v == "" || v == "null":
		return ""
	case v[0] == '"':
		var text string
		if err := json.Unmarshal([]byte(v), &text); err != nil {
			return string(v)
		}
		if strings.ContainsFunc(text, func(r rune) bool { return !strconv.IsPrint(r) }) {
			return string(v)
		}
		return text
	case v[0] == '[':
		words := make([]string, 0, len(v.parts()))
		for _, part := range v.parts() {
			if strings.HasPrefix(string(part), "{") {
				words = append(words, "{"+part.text()+"}")
			} else {
				words = append(words, part.text())
			}
		}
		return strings.Join(words, ", ")
	case v[0] == '{':
		object, err := fieldsOf(json.RawMessage(v))
		if err != nil {
			return string(v)
		}
		words := make([]string, 0, len(object))
		for _, field := range object {
			words = append(words, field.name+": "+field.value.text())
		}
		return strings.Join(words, ", ")
	}
	return string(v)
}

// parts returns the parts of a list.
func (v fieldValue) parts() []fieldValue {
	var raw []json.RawMessage
	if err := json.Unmarshal([]byte(v), &raw); err != nil {
		return nil
	}
	out := make([]fieldValue, 0, len(raw))
	for _, part := range raw {
		out = append(out, fieldValue(part))
	}
	return out
}
