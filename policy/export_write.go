package policy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// writeJSON writes resources as a list, each in a line of its own.
func writeJSON(resources []resource) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(`{"apiVersion":"v1","kind":"List","items":[`)
	for i, r := range resources {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
		if err := appendJSON(&out, r); err != nil {
			return nil, err
		}
		out.Truncate(out.Len() - 1) // the line's end
	}
	out.WriteString("\n]}\n")
	return out.Bytes(), nil
}

func appendJSON(out *bytes.Buffer, r resource) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false) // regular expressions stay legible
	if err := encoder.Encode(r); err != nil {
		return fmt.Errorf("export %s %s: %w", r.Kind, r.Metadata.Name, err)
	}
	return nil
}

// writeYAML writes resources as documents. The fields stand as in JSON.
func writeYAML(resources []resource) ([]byte, error) {
	var out, text bytes.Buffer
	for i, r := range resources {
		text.Reset()
		if i > 0 {
			out.WriteString("---\n")
		}
		if err := appendJSON(&text, r); err != nil {
			return nil, err
		}
		document, err := readOwnJSON(text.Bytes())
		if err == nil {
			err = appendYAML(&out, document)
		}
		if err != nil {
			return nil, fmt.Errorf("export %s %s: %w", r.Kind, r.Metadata.Name, err)
		}
	}
	return out.Bytes(), nil
}

// appendYAML writes one document. An encoder keeps all that it ever wrote, so each document has its own.
func appendYAML(out *bytes.Buffer, v *value) error {
	encoder := yaml.NewEncoder(out)
	encoder.SetIndent(2)
	if err := encoder.Encode(yamlNode(v)); err != nil {
		return err
	}
	return encoder.Close()
}

func yamlNode(v *value) *yaml.Node {
	switch v.kind {
	case kindNull:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}
	case kindScalar:
		if v.quoted {
			return yamlText(v.text)
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Value: v.text}
	case kindList:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		for _, item := range v.items {
			n.Content = append(n.Content, yamlNode(item))
		}
		if len(n.Content) == 0 {
			n.Style = yaml.FlowStyle
		}
		return n
	case kindMapping:
	}
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, f := range v.fields {
		n.Content = append(n.Content, yamlText(f.key), yamlNode(f.value))
	}
	return n
}

// oldWordShape is what YAML 1.1, which Kubernetes reads, takes for something else than a text and YAML 1.2 does not.
var oldWordShape = regexp.MustCompile(`^(?i:=|<<|y|n|yes|no|on|off|[-+]?0b[01_]+|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?)$`)

// yamlText returns a node for a text, which is quoted where it could be read as something else.
func yamlText(text string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	if oldWordShape.MatchString(text) || strings.ContainsFunc(text, func(c rune) bool { return !unicode.IsPrint(c) }) {
		n.Style = yaml.DoubleQuotedStyle // with escapes, instead of lines whose ends might get lost
	}
	return n
}
