// Package examples has policies to try fedhub with. Each is a file that "fedhub policy import" takes.
package examples

import _ "embed"

// DemoFile is the name of the file that [Demo] returns.
const DemoFile = "demo.yaml"

//go:embed demo.yaml
var demo []byte

// Demo returns the policy of a small shop that runs in several clusters: who may speak to whom. The caller
// may change it.
func Demo() []byte { return append([]byte(nil), demo...) }
