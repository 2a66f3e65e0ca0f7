// Package wire is the REST interface as Go: the types, the server's routes and a client, all generated from
// openapi.yaml. Nothing in it is written by hand but this sentence.
package wire
