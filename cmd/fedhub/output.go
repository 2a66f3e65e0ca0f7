package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/goccy/go-yaml"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/pflag"
)

// format is how a command prints what it found. It is a [pflag.Value].
type format string

// The formats.
const (
	formatTable format = "table" // for people
	formatJSON  format = "json"  // for programs
	formatYAML  format = "yaml"
)

var formats = []format{formatTable, formatJSON, formatYAML}

// String implements [pflag.Value].
func (f *format) String() string { return string(*f) }

// Type implements [pflag.Value].
func (*format) Type() string { return "format" }

// Set implements [pflag.Value].
func (f *format) Set(text string) error {
	if !slices.Contains(formats, format(text)) {
		return fmt.Errorf("use one of %v", formats)
	}
	*f = format(text)
	return nil
}

// output is where a command prints, and how.
type output struct {
	format format
	w      io.Writer
}

func (o *output) addFlags(flags *pflag.FlagSet) {
	o.format = formatTable
	flags.VarP(&o.format, "output", "o", "how to print: table, json or yaml")
}

// print prints v, as it travels between programs, or the table that shows it.
func (o *output) print(v any, show func() table.Writer) error {
	if o.format == formatTable {
		return o.printTable(show())
	}
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("print: %w", err)
	}
	data = append(data, '\n')
	if o.format == formatYAML {
		if data, err = yaml.JSONToYAML(data); err != nil {
			return fmt.Errorf("print: %w", err)
		}
	}
	_, err = o.w.Write(data)
	return err
}

func (o *output) printTable(t table.Writer) error {
	_, err := fmt.Fprintln(o.w, t.Render())
	return err
}

// say tells a person what was done. Programs are told by the exit code.
func (o *output) say(format string, args ...any) {
	if o.format == formatTable {
		fmt.Fprintf(o.w, format+"\n", args...)
	}
}

// newTable returns a table without lines: columns are two spaces apart. One without columns has no header.
func newTable(columns ...any) table.Writer {
	t := table.NewWriter()
	style := table.StyleDefault
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	style.Options = table.OptionsNoBordersAndSeparators
	style.Format.Header = text.FormatUpper
	t.SetStyle(style)
	t.SuppressTrailingSpaces()
	if len(columns) > 0 {
		t.AppendHeader(columns)
	}
	return t
}
