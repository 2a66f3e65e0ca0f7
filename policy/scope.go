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

// idRange is which ids a scope's rules may have, both ends included.
type idRange struct {
	first uint32 // the lowest id that is given out
	last  uint32
}

// The id 100000 counts as federal and is never given out.
const reservedFederalID = 100_000

func (s Scope) ids() idRange {
	if s == ScopeFederal {
		return idRange{first: 100_001, last: 109_999}
	}
	return idRange{first: 1, last: 9_999}
}

// owns reports whether a rule with the given id belongs to the scope.
func (s Scope) owns(id uint32) bool {
	r := s.ids()
	return id >= r.first && id <= r.last || s == ScopeFederal && id == reservedFederalID
}

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
