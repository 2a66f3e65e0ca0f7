package policy

import "fmt"

// Scope is whose policy it is.
type Scope string

// The scopes. Their text is that of the REST interface's query parameter.
const (
	// ScopeFederal is the policy that the master makes for all clusters.
	ScopeFederal Scope = "fed"
	// ScopeLocal is a cluster's own policy.
	ScopeLocal Scope = "local"
)

// What cfg_type says of an object that users made in each scope.
const (
	cfgFederal = "federal"
	cfgLocal   = "user_created"
)

// fedPrefix begins the name of every federated group.
const fedPrefix = "fed."

// CfgType returns the word that stands for the scope in the cfg_type of an object.
func (s Scope) CfgType() string {
	if s == ScopeFederal {
		return cfgFederal
	}
	return cfgLocal
}

// checkCfgType takes no cfg_type for the scope's own.
func (s Scope) checkCfgType(cfgType string) error {
	if cfgType == "" || cfgType == s.CfgType() {
		return nil
	}
	return fmt.Errorf("%w: cfg_type %q does not fit the scope %q; send %q or leave it out",
		ErrInvalid, cfgType, s, s.CfgType())
}
