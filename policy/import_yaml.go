package policy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// yamlReader turns one document's nodes into values.
type yamlReader struct {
	file    string
	anchors map[*yaml.Node]*value
}

func readYAML(file string, data []byte) (documents []*value, err error) {
	if err := checkYAMLShape(file, data); err != nil {
		return nil, err
	}
	// The parser is not ours and reads what a stranger sent: a panic in it must cost this file only.
	defer func() {
		if p := recover(); p != nil {
			documents, err = nil, fmt.Errorf("%w: %s: the YAML parser gave up: %v", ErrImport, file, p)
		}
	}()
	for decoder := yaml.NewDecoder(bytes.NewReader(data)); ; {
		var document yaml.Node
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, yamlError(file, data, err)
		}
		r := yamlReader{file: file, anchors: map[*yaml.Node]*value{}}
		v, err := r.value(&document, 0)
		if err != nil {
			return nil, err
		}
		documents = append(documents, v)
	}
}

// checkYAMLShape bounds what the parser makes of a file.
func checkYAMLShape(file string, data []byte) error {
	marks := 0
	for _, mark := range []string{"\n", ",", "[", "{"} {
		marks += bytes.Count(data, []byte(mark))
	}
	switch {
	case marks > MaxImportMarks:
		return fmt.Errorf("%w: %s has more than %d lines, commas and brackets; split it", ErrTooLarge, file, MaxImportMarks)
	case bytes.Count(data, []byte("\n%")) > MaxImportDirectives:
		return fmt.Errorf("%w: %s has more than %d lines that begin with %%", ErrTooLarge, file, MaxImportDirectives)
	}
	return nil
}

// What the parser says is wrong, and where. It counts lines from 0 where it misses something.
var (
	yamlErrorShape   = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)
	yamlMissingShape = regexp.MustCompile(`^did not find expected (?:key|node content|[<',])`)
)

func yamlError(file string, data []byte, err error) error {
	parts := yamlErrorShape.FindStringSubmatch(err.Error())
	if parts == nil {
		return fmt.Errorf("%w: %s: %w", ErrImport, file, err)
	}
	line, _ := strconv.Atoi(parts[1]) //nolint:errcheck // no line is the first one
	if line == 0 || yamlMissingShape.MatchString(parts[2]) {
		line = min(line+1, 1+bytes.Count(data, []byte("\n")))
	}
	return fmt.Errorf("%w: %s:%d: %s", ErrImport, file, line, parts[2])
}

// value converts a node.
func (r *yamlReader) value(n *yaml.Node, depth int) (*value, error) {
	if depth > MaxImportDepth {
		return nil, tooDeep(r.file, n.Line)
	}
	v := &value{line: max(n.Line, 1)}
	switch n.Kind {
	case yaml.DocumentNode:
		if len(n.Content) > 0 {
			return r.value(n.Content[0], depth)
		}
	case yaml.AliasNode:
		if v, known := r.anchors[n.Alias]; known {
			return v, nil
		}
		return nil, fmt.Errorf("%w: %s:%d: the alias *%s stands for what it is a part of", ErrImport, r.file, v.line, n.Value)
	case yaml.ScalarNode:
		if n.ShortTag() != "!!null" {
			v.kind, v.text, v.quoted = kindScalar, n.Value, n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0
		}
	case yaml.SequenceNode:
		v.kind = kindList
		if err := r.list(v, n, depth); err != nil {
			return nil, err
		}
	case yaml.MappingNode:
		v.kind = kindMapping
		if err := r.mapping(v, n, depth); err != nil {
			return nil, err
		}
	}
	if n.Anchor != "" {
		r.anchors[n] = v
	}
	return v.measured(r.file, MaxImportNodes)
}

func (r *yamlReader) list(v *value, n *yaml.Node, depth int) error {
	v.items = make([]*value, 0, len(n.Content))
	for _, item := range n.Content {
		part, err := r.value(item, depth+1)
		if err != nil {
			return err
		}
		v.items = append(v.items, part)
	}
	return nil
}

func (r *yamlReader) mapping(v *value, n *yaml.Node, depth int) error {
	v.fields = make([]field, 0, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		switch {
		case key.Kind != yaml.ScalarNode || key.ShortTag() == "!!null":
			return fmt.Errorf("%w: %s:%d: a key must be a plain text", ErrImport, r.file, n.Content[i].Line)
		case key.ShortTag() == "!!merge":
			return fmt.Errorf("%w: %s:%d: << is not taken; write the fields out, or use an alias for a whole value", ErrImport, r.file, key.Line)
		}
		part, err := r.value(n.Content[i+1], depth+1)
		if err != nil {
			return err
		}
		v.fields = append(v.fields, field{key: key.Value, line: n.Content[i].Line, value: part})
	}
	return nil
}
