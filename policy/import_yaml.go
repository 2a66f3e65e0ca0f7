package policy

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// yamlReader turns one document's syntax tree into values.
type yamlReader struct {
	file    string
	anchors map[string]*value
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
	tree, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, syntaxError(file, err)
	}
	for _, d := range tree.Docs {
		r := yamlReader{file: file, anchors: map[string]*value{}}
		v, err := r.value(d.Body, 1)
		if err != nil {
			return nil, err
		}
		documents = append(documents, v)
	}
	return documents, nil
}

// checkYAMLShape bounds how deep the parser can be led.
func checkYAMLShape(file string, data []byte) error {
	if bytes.Count(data, []byte("["))+bytes.Count(data, []byte("{")) > MaxImportBrackets {
		return fmt.Errorf("%w: %s has more than %d brackets; split it", ErrTooLarge, file, MaxImportBrackets)
	}
	line := 0
	for text := range bytes.Lines(data) {
		line++
		head := text[:len(text)-len(bytes.TrimLeft(text, " \t-?:"))]
		if bytes.Count(head, []byte("- "))+bytes.Count(head, []byte("? ")) > MaxImportDepth {
			return tooDeep(file, line)
		}
	}
	return nil
}

func syntaxError(file string, err error) error {
	var syntax yaml.Error
	if errors.As(err, &syntax) && syntax.GetToken() != nil && syntax.GetToken().Position != nil {
		return fmt.Errorf("%w: %s:%d: %s", ErrImport, file, syntax.GetToken().Position.Line, syntax.GetMessage())
	}
	return fmt.Errorf("%w: %s: %w", ErrImport, file, err)
}

// value converts a node that stands in the given line unless it says better.
func (r *yamlReader) value(n ast.Node, line int) (*value, error) {
	if n == nil {
		return &value{line: line, size: 1, depth: 1}, nil
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		line = t.Position.Line
	}
	v := &value{line: line, kind: kindScalar}
	switch n := n.(type) {
	case *ast.NullNode, *ast.CommentGroupNode:
		v.kind = kindNull
	case *ast.StringNode:
		v.text = n.Value
	case *ast.LiteralNode:
		v.text = n.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		v.text = n.GetToken().Value
	case *ast.TagNode:
		return r.value(n.Value, line)
	case *ast.AnchorNode:
		return r.anchor(n, line)
	case *ast.AliasNode:
		return r.alias(n, line)
	case *ast.SequenceNode:
		return r.list(v, n)
	case *ast.MappingNode:
		return r.mapping(v, n.Values)
	case *ast.MappingValueNode:
		return r.mapping(v, []*ast.MappingValueNode{n})
	default:
		return nil, fmt.Errorf("%w: %s:%d: a %s is not taken", ErrImport, r.file, line, n.Type())
	}
	return v.measured(r.file)
}

func (r *yamlReader) anchor(n *ast.AnchorNode, line int) (*value, error) {
	v, err := r.value(n.Value, line)
	if err == nil && n.Name != nil {
		r.anchors[n.Name.String()] = v
	}
	return v, err
}

func (r *yamlReader) alias(n *ast.AliasNode, line int) (*value, error) {
	if n.Value != nil {
		if v, known := r.anchors[n.Value.String()]; known {
			return v, nil
		}
	}
	return nil, fmt.Errorf("%w: %s:%d: the alias %s names no value before it", ErrImport, r.file, line, n)
}

func (r *yamlReader) list(v *value, n *ast.SequenceNode) (*value, error) {
	v.kind = kindList
	for _, item := range n.Values {
		part, err := r.value(item, v.line)
		if err != nil {
			return nil, err
		}
		v.items = append(v.items, part)
	}
	return v.measured(r.file)
}

func (r *yamlReader) mapping(v *value, fields []*ast.MappingValueNode) (*value, error) {
	v.kind = kindMapping
	for i, n := range fields {
		key, err := r.value(n.Key, v.line)
		if err != nil {
			return nil, err
		}
		if key.kind != kindScalar {
			return nil, fmt.Errorf("%w: %s:%d: a key must be a plain text", ErrImport, r.file, key.line)
		}
		if i == 0 {
			v.line = key.line
		}
		part, err := r.value(n.Value, key.line)
		if err != nil {
			return nil, err
		}
		v.fields = append(v.fields, field{key: key.text, line: key.line, value: part})
	}
	return v.measured(r.file)
}
