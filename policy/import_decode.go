package policy

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// decoder sets Go values from values of a file. Fields go by their json names. A value is taken as it is where the
// Go value is a *value.
type decoder struct {
	shapes  map[reflect.Type]map[string][]int // of structs: the indexes of their fields
	ignored []string                          // names that are known and say nothing
	unknown []field                           // fields of the outermost mapping that have no place
}

// misfit says what is wrong with a value.
type misfit struct {
	field string
	line  int
	what  string // completes a sentence about the field
}

func newDecoder() *decoder { return &decoder{shapes: map[reflect.Type]map[string][]int{}} }

var valueType = reflect.TypeFor[*value]()

// decode sets what into points to, a struct, from v. It says why it cannot, or "". A field that has no place is in
// d.unknown; deeper down, where leaving it out could turn a meaning around, it is the reason.
func (d *decoder) decode(v *value, into any, ignored ...string) string {
	d.ignored, d.unknown = ignored, nil
	if v.kind != kindMapping {
		return "it is not a mapping"
	}
	if m := d.fields(v, reflect.ValueOf(into).Elem(), true); m != nil {
		return fmt.Sprintf("%q in line %d %s", m.field, m.line, m.what)
	}
	return ""
}

func (d *decoder) fields(v *value, to reflect.Value, outermost bool) *misfit {
	shape := d.shape(to.Type())
	for _, f := range v.fields {
		at, known := shape[f.key]
		switch {
		case !known && (f.value.empty() || slices.Contains(d.ignored, f.key)):
			continue
		case !known && outermost:
			d.unknown = append(d.unknown, f)
			continue
		case !known:
			return &misfit{field: f.key, line: f.line, what: "is a field that this version does not know"}
		}
		if m := d.set(f.value, to.FieldByIndex(at)); m != nil {
			if m.field == "" {
				m.field = f.key
			}
			return m
		}
	}
	return nil
}

func (d *decoder) set(v *value, to reflect.Value) *misfit {
	switch {
	case to.Type() == valueType:
		to.Set(reflect.ValueOf(v))
		return nil
	case v.kind == kindNull:
		return nil
	case to.Kind() == reflect.Pointer:
		to.Set(reflect.New(to.Type().Elem()))
		return d.set(v, to.Elem())
	case to.Kind() == reflect.Slice && v.kind != kindList:
		return &misfit{line: v.line, what: "is not a list"}
	case to.Kind() == reflect.Slice:
		return d.list(v, to)
	}
	if read, ok := reflect.TypeAssert[encoding.TextUnmarshaler](to.Addr()); ok {
		if v.kind != kindScalar || read.UnmarshalText([]byte(v.text)) != nil {
			return &misfit{line: v.line, what: "is not a time such as 2026-03-01T12:00:00Z"}
		}
		return nil
	}
	switch {
	case to.Kind() == reflect.Struct && v.kind != kindMapping:
		return &misfit{line: v.line, what: "is not a mapping"}
	case to.Kind() == reflect.Struct:
		return d.fields(v, to, false)
	case v.kind != kindScalar:
		return &misfit{line: v.line, what: "is not a plain value"}
	}
	return scalar(v, to)
}

func (d *decoder) list(v *value, to reflect.Value) *misfit {
	list := reflect.MakeSlice(to.Type(), len(v.items), len(v.items))
	for i, item := range v.items {
		if m := d.set(item, list.Index(i)); m != nil {
			if m.field == "" {
				m.what = "has an entry that " + m.what
			}
			return m
		}
	}
	to.Set(list)
	return nil
}

// scalar sets a text, a bool or a number that is not negative.
func scalar(v *value, to reflect.Value) *misfit {
	if to.Kind() == reflect.String {
		to.SetString(v.text)
		return nil
	}
	if to.Kind() == reflect.Bool {
		word := strings.ToLower(v.text)
		if word != "true" && word != "false" {
			return &misfit{line: v.line, what: "is neither true nor false"}
		}
		to.SetBool(word == "true")
		return nil
	}
	n, err := strconv.ParseUint(v.text, 10, to.Type().Bits())
	if err != nil {
		return &misfit{line: v.line, what: "is not a number"}
	}
	to.SetUint(n)
	return nil
}

// shape returns where a struct has its fields.
func (d *decoder) shape(t reflect.Type) map[string][]int {
	shape, known := d.shapes[t]
	if known {
		return shape
	}
	shape = map[string][]int{}
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			shape[name] = f.Index
		}
	}
	d.shapes[t] = shape
	return shape
}
