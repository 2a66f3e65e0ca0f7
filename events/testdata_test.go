package events_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "rewrite testdata")

// pin holds got to what the named file of testdata says. A diff there is a change to logs that already
// exist: add a kind instead.
func pin(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, append(bytes.Clone(got), '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	stored, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if want := bytes.TrimSuffix(stored, []byte("\n")); !bytes.Equal(got, want) {
		t.Errorf("%s holds\n%s\nand is now written as\n%s", name, want, got)
	}
}
