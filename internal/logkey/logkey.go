// Package logkey has the names of the attributes in log lines, so that one thing has one name.
package logkey

// The names.
const (
	Cluster = "cluster" // id of a cluster
	Name    = "name"    // name of a cluster
	Command = "command" // id of a command
	Err     = "err"
	Kind    = "kind" // kind of an event
	Log     = "log"  // name of an event log
	Reason  = "reason"
	Role    = "role"
	Seq     = "seq" // revision
	Addr    = "addr"
	User    = "user"
	Request = "request" // id of a REST request
	Status  = "status"
	Path    = "path"
	Took    = "took"
	Server  = "server"  // name of an embedded NATS server
	Subject = "subject" // of a NATS message
	Line    = "line"    // what an embedded NATS server says
)
