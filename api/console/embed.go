// Package console has the built web console. Vite builds it from the sources beside this file into dist, which
// is not committed: a tree in which it was not built still compiles, and then there are no files to serve.
package console

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files returns what Vite built, or a file system without an index.html if it was not run.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // dist is a valid path
	}
	return files
}
