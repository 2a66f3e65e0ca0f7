// Package api is a controller's REST interface. openapi.yaml is its contract; package wire and the console's
// types are generated from it.
//
// What it promises:
//
//   - Paths, fields, status codes and error codes are those of NeuVector's federation API, so that its clients
//     work unchanged.
//   - A route without an entry in the table of permissions is refused.
//   - Every error is turned into an answer by one table. What is not in it is a bare 500 with a request id.
//   - Every write, every login and every forwarded request is in the audit log, whatever became of it.
package api

//go:generate go tool oapi-codegen -config wire/config.yaml openapi.yaml
