// Package examples has policies to try fedhub with: files that "fedhub policy import" takes, and one for
// "fedhub change".
package examples

import _ "embed"

// File is one of the examples.
type File struct {
	Name string
	Data []byte
}

var (
	//go:embed demo.yaml
	demo []byte
	//go:embed groups.yaml
	groups []byte
	//go:embed admission.yaml
	admission []byte
	//go:embed sensors.yaml
	sensors []byte
	//go:embed profiles.yaml
	profiles []byte
	//go:embed responses.yaml
	responses []byte
	//go:embed change.yaml
	change []byte
)

// Demo returns the policy of a small shop that runs in several clusters, in the order in which its files are
// imported: who may speak to whom, and then every other kind of policy. The caller may change what it gets.
func Demo() []File {
	return []File{
		file("demo.yaml", demo), file("groups.yaml", groups), file("admission.yaml", admission), file("sensors.yaml", sensors),
		file("profiles.yaml", profiles), file("responses.yaml", responses),
	}
}

// Change returns a change set that fits [Demo]. The caller may change what it gets.
func Change() File { return file("change.yaml", change) }

func file(name string, data []byte) File { return File{name, append([]byte(nil), data...)} }
