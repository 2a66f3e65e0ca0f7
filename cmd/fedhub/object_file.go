package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"
)

// objectFile is the flag that names a file with an object in the form of the REST interface.
type objectFile struct{ path string }

func (f *objectFile) add(c *cobra.Command) {
	c.Flags().StringVarP(&f.path, "file", "f", "",
		"`file` with the object in YAML or JSON, as the REST interface takes it or as show prints it; - for the input. Other flags win over it")
}

// readObject returns the object of the file, or the zero value when none was named. What Shown has and C has
// not is only for people to read, and left out; what neither has is an error.
func readObject[C, Shown any](f objectFile, stdin io.Reader) (C, error) {
	var c C
	if f.path == "" {
		return c, nil
	}
	data, err := readInput(f.path, stdin)
	if err != nil {
		return c, err
	}
	if data, err = toJSON(data); err != nil {
		return c, fmt.Errorf("%s: %w", f.path, err)
	}
	data = unwrap(data)
	if err := decodeStrictly(data, &c); err != nil {
		var shown Shown
		if decodeStrictly(data, &shown) != nil {
			return c, fmt.Errorf("%s: %w", f.path, err)
		}
		c = *new(C)
		if err := json.Unmarshal(data, &c); err != nil {
			return c, fmt.Errorf("%s: %w", f.path, err)
		}
	}
	return c, nil
}

// toJSON returns a document in YAML, which JSON is too, as JSON.
func toJSON(data []byte) ([]byte, error) {
	var v any
	if err := yaml.Unmarshal(data, &v); err != nil {
		return nil, err
	}
	if v == nil {
		return nil, errors.New("it is empty")
	}
	return json.Marshal(v)
}

// unwrap returns the object in a body of the REST interface, such as {"config": {…}}, or data itself.
func unwrap(data []byte) []byte {
	var body map[string]json.RawMessage
	if json.Unmarshal(data, &body) != nil || len(body) != 1 {
		return data
	}
	for _, inner := range body {
		if bytes.HasPrefix(inner, []byte("{")) {
			return inner
		}
	}
	return data
}

func decodeStrictly(data []byte, v any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(v)
}

// readInput returns the content of a file; "-" is the input.
func readInput(path string, stdin io.Reader) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(stdin)
	}
	return os.ReadFile(path) //nolint:gosec // G304: the operator names the file
}

// named puts the name of the command line into a request, unless its file is about something else.
func named[T comparable](field *T, name T) error {
	var none T
	if *field != none && *field != name {
		return badUsage("the file is about %v, and not about %v", *field, name)
	}
	*field = name
	return nil
}
