package events

import "time"

// TokenMinted invites clusters to join until Expires.
type TokenMinted struct {
	Federation string    `json:"federation"` // id of the master
	Token      string    `json:"token"`      // id of the token, not the token itself
	Expires    time.Time `json:"expires"`
	Uses       int       `json:"uses"`             // how many clusters may join with it
	Labels     Labels    `json:"labels,omitempty"` // that these clusters get
}

// TokenRedeemed spends one use of a token.
type TokenRedeemed struct {
	Federation string `json:"federation"`
	Token      string `json:"token"`
	Cluster    string `json:"cluster"` // id of the cluster that joined
}

// TokenRevoked ends a token before its time.
type TokenRevoked struct {
	Federation string `json:"federation"`
	Token      string `json:"token"`
}

// ClusterJoined makes a cluster a member of the federation.
type ClusterJoined struct {
	Cluster       string   `json:"cluster"` // id: 32 lower-case hexadecimal digits
	Name          string   `json:"name"`
	Account       string   `json:"account"` // public nkey of the cluster's NATS account on the master
	Key           string   `json:"key"`     // public nkey of the cluster's agent
	Version       string   `json:"version"`
	KubernetesUID string   `json:"k8s_uid,omitempty"`
	Address       RestInfo `json:"rest_info"`
	Token         string   `json:"token,omitempty"` // id of the join token; empty for the master's own cluster
	ProxyRequired bool     `json:"proxy_required,omitempty"`
	Labels        Labels   `json:"labels,omitempty"` // given by the token, never by the cluster
}

// Labels are what the master calls a cluster by, beside its name. Targets of policy choose clusters by them.
type Labels map[string]string

// ClusterLabeled says which labels a cluster has from now on.
type ClusterLabeled struct {
	Cluster string `json:"cluster"`
	Labels  Labels `json:"labels"`
}

// ClusterLeft ends a membership at the cluster's own wish.
type ClusterLeft struct {
	Cluster string `json:"cluster"`
}

// ClusterKicked ends a membership at the master's wish.
type ClusterKicked struct {
	Cluster string `json:"cluster"`
}

// ClusterStatusChanged records that a cluster's status word, as the summary computes it, stayed another one.
type ClusterStatusChanged struct {
	Cluster string    `json:"cluster"`
	From    string    `json:"from"`
	To      string    `json:"to"`
	Since   time.Time `json:"since"`
}
