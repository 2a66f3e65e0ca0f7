package events

import "time"

// RestInfo is the address that a server is reached at from outside.
type RestInfo struct {
	Server string `json:"server"`
	Port   uint16 `json:"port"`
}

// UserDefined says how a user is from now on, whether new or changed.
type UserDefined struct {
	Name     string    `json:"username"`
	FullName string    `json:"fullname,omitempty"`
	Role     string    `json:"role"`
	Password string    `json:"password"` // argon2id, in PHC string format
	Timeout  int       `json:"timeout"`  // seconds without a call after which a session ends
	SetAt    time.Time `json:"password_set_at"`
	MustSet  bool      `json:"password_must_change,omitempty"`
}

// UserRemoved says that a user is gone.
type UserRemoved struct {
	Name string `json:"username"`
}

// SettingsChanged says what the cluster is called and where it is reached from now on.
type SettingsChanged struct {
	Name     string   `json:"name"`
	Address  RestInfo `json:"rest_info"`
	UseProxy string   `json:"use_proxy,omitempty"`
	ScanData bool     `json:"deploy_repo_scan_data,omitempty"`
}

// Master is what a remote knows of its master.
type Master struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Address RestInfo `json:"rest_info"`
	Pin     Hash     `json:"pin"` // SHA-256 of the public key of the master's certificate authority
}

// Promoted makes the cluster the master of a new federation.
type Promoted struct {
	Federation string   `json:"federation"` // id of the master
	Address    RestInfo `json:"rest_info"`
}

// Demoting begins the end of a federation; the remotes are told before it is over.
type Demoting struct{}

// Demoted ends the federation: the cluster is standalone again.
type Demoted struct{}

// JoinRequested is written before a join leaves the cluster, so that a crash in the middle resumes it.
type JoinRequested struct {
	Cluster  string   `json:"cluster"` // the id it asks for
	Name     string   `json:"name"`
	Address  RestInfo `json:"rest_info"`
	Server   RestInfo `json:"server"` // where the master is reached, when not as the token says
	UseProxy string   `json:"use_proxy,omitempty"`
	Token    string   `json:"token"` // id of the token; the token itself is in the key store until the join is over
}

// JoinRefused takes a [JoinRequested] back.
type JoinRefused struct {
	Reason string `json:"reason"`
}

// Joined makes the cluster a remote.
type Joined struct {
	Cluster string `json:"cluster"`
	Account string `json:"account"`
	Master  Master `json:"master"`
}

// Left ends the membership at the cluster's own wish.
type Left struct {
	Forced bool `json:"forced,omitempty"` // the master was not told
}

// Dismissed ends the membership at the master's wish.
type Dismissed struct {
	Reason string `json:"reason"`
}

// Audited records one command or one refused try: who asked what, and what came of it.
type Audited struct {
	Topic   string `json:"topic"` // "rest", "login" or "forward"
	Method  string `json:"method,omitempty"`
	Path    string `json:"path,omitempty"`
	Status  int    `json:"status"`
	Code    int    `json:"code,omitempty"` // error code of the answer; 0: none
	Client  string `json:"client,omitempty"`
	Error   string `json:"error,omitempty"`
	Command string `json:"command,omitempty"` // id of the command on a log that the request became; empty: none, or not known
}
