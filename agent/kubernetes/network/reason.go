package network

import (
	"fmt"
	"slices"
	"strings"
)

// most is how many things a reason names.
const most = 3

// some returns the first of the names in words.
func some(names []string) string {
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// hostGap returns what to say of pods that have no network of their own.
func hostGap(pods []string) []string {
	if len(pods) == 0 {
		return nil
	}
	return []string{"pods that use their node's network cannot be told from the node: " + some(pods)}
}

// apartGap returns what to say of pods that no selector finds.
func apartGap(pods []string) []string {
	if len(pods) == 0 {
		return nil
	}
	return []string{"pods that have the same labels as others which the group does not mean are left out, so give them a label of their own: " + some(pods)}
}
