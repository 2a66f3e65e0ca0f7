package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/fedhub/fedhub/api/wire"
)

// The words for what becomes of an object.
const (
	deltaCreated = "created"
	deltaChanged = "changed"
	deltaRemoved = "removed"
)

// deltaSigns begin the line of an object, by what becomes of it.
var deltaSigns = map[string]string{deltaCreated: "+", deltaChanged: "~", deltaRemoved: "-"}

// unshown are fields of stored objects that say nothing to a person. That a rank changes is shown as a move.
var unshown = []string{"created_at", "modified_at", "rank"}

// identities are fields that may be an object's name.
var identities = []string{"name", "id", "group"}

// printDeltas shows people what becomes of each object, field by field.
func (o *output) printDeltas(deltas []wire.Delta) error {
	for _, d := range deltas {
		text, err := deltaText(d)
		if err != nil {
			return err
		}
		o.say("%s", text)
	}
	return nil
}

// deltaText is what becomes of one object, a line for each field below one for the object.
func deltaText(d wire.Delta) (string, error) {
	before, err := fieldsOf(d.Before)
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", d.Kind, d.Name, err)
	}
	after, err := fieldsOf(d.After)
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", d.Kind, d.Name, err)
	}
	t := newTable()
	for _, name := range fieldNames(after, before) {
		was, is := before.value(name), after.value(name)
		switch {
		case name == "rank" && d.Change == deltaChanged && was != is:
			t.AppendRow([]any{"    place", "moved"})
		case slices.Contains(unshown, name):
		case slices.Contains(identities, name) && cmp.Or(is, was).text() == d.Name: // it is in the line above
		case d.Change == deltaChanged:
			for i, line := range changeLines(was, is) {
				t.AppendRow([]any{"    " + firstOnly(i, name), line})
			}
		default:
			for i, line := range cmp.Or(is, was).lines() {
				t.AppendRow([]any{"    " + firstOnly(i, name), line})
			}
		}
	}
	head := deltaSigns[d.Change] + " " + d.Kind + " " + d.Name
	if t.Length() == 0 {
		return head, nil
	}
	return head + "\n" + t.Render(), nil
}

// firstOnly is the name of a field in its first line, and nothing in the others.
func firstOnly(line int, name string) string {
	if line > 0 {
		return ""
	}
	return name
}

// changeLines says how a field was and is; of lists, only what comes and goes.
func changeLines(was, is fieldValue) []string {
	if was == is {
		return nil
	}
	if !was.isListOfObjects() && !is.isListOfObjects() {
		return []string{dash(was.text()) + " -> " + dash(is.text())}
	}
	gone, come := was.lines(), is.lines()
	var out []string
	for _, line := range gone {
		if i := slices.Index(come, line); i >= 0 {
			come = slices.Delete(come, i, i+1)
		} else {
			out = append(out, "- "+line)
		}
	}
	for _, line := range come {
		out = append(out, "+ "+line)
	}
	if len(out) == 0 {
		return []string{"in another order"}
	}
	return out
}

// countDeltas says how many objects come, change and go.
func countDeltas(deltas []wire.Delta) string {
	n := map[string]int{}
	for _, d := range deltas {
		n[d.Change]++
	}
	return fmt.Sprintf("%d %s, %d %s, %d %s",
		n[deltaCreated], deltaCreated, n[deltaChanged], deltaChanged, n[deltaRemoved], deltaRemoved)
}

// maxNamed is how many clusters are named before they are only counted.
const maxNamed = 10

// forClusters says which clusters a change is for.
func forClusters(names []string) string {
	switch n := len(names); {
	case n == 0:
		return "for no cluster"
	case n > maxNamed:
		return fmt.Sprintf("for %d clusters", n)
	}
	return "for " + strings.Join(names, ", ")
}
