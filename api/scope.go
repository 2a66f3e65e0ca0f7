package api

import (
	"context"
	"fmt"
	"strings"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/policy"
)

// policyStore holds the policy.
type policyStore interface {
	Federal() *policy.State // never nil; empty when standalone
	Local() *policy.State
	Change(ctx context.Context, c cluster.Change) (cluster.Receipt, error)
}

// states returns the policies that a read is about, federated first.
func (s *server) states(scope *string) ([]*policy.State, error) {
	if deref(scope) == "" {
		return []*policy.State{s.controller.Federal(), s.controller.Local()}, nil
	}
	one, err := scopeOf(*scope)
	if err != nil {
		return nil, err
	}
	return []*policy.State{s.state(one)}, nil
}

func (s *server) state(scope policy.Scope) *policy.State {
	if scope == policy.ScopeFederal {
		return s.controller.Federal()
	}
	return s.controller.Local()
}

// writeScope returns which policy a write is about: missing means local.
func writeScope(scope *string, missing policy.Scope) (policy.Scope, error) {
	if deref(scope) == "" {
		return missing, nil
	}
	return scopeOf(*scope)
}

func scopeOf(text string) (policy.Scope, error) {
	switch scope := policy.Scope(text); scope {
	case policy.ScopeFederal, policy.ScopeLocal:
		return scope, nil
	}
	return "", badRequest("Invalid value '%s' for query parameter 'scope'; use fed or local", text)
}

// scopeOfGroup returns which policy a group of that name is in.
func scopeOfGroup(name string) policy.Scope {
	if strings.HasPrefix(name, "fed.") {
		return policy.ScopeFederal
	}
	return policy.ScopeLocal
}

// scopeOfRule returns which policy a rule with that id is in: the range of federal ids is part of the contract.
func scopeOfRule(id uint32) policy.Scope {
	if id >= 100_000 && id < 110_000 {
		return policy.ScopeFederal
	}
	return policy.ScopeLocal
}

// write changes the policy of a scope, when the caller may.
func (s *server) write(ctx context.Context, scope policy.Scope, decide policy.Decision) (wire.WrittenResponse, error) {
	if err := s.mayWrite(ctx, scope); err != nil {
		return wire.WrittenResponse{}, err
	}
	receipt, err := s.controller.Change(ctx, cluster.Change{Actor: actorOf(ctx), Scope: scope, Decide: decide})
	if err != nil {
		return wire.WrittenResponse{}, err
	}
	return wire.WrittenResponse{Headers: wire.WrittenResponseHeaders{
		XFedhubCommand: &receipt.Command, XFedhubRevision: &receipt.Revision,
	}}, nil
}

// mayWrite refuses federated policy to everyone but a fedAdmin of the master.
func (s *server) mayWrite(ctx context.Context, scope policy.Scope) error {
	if scope == policy.ScopeLocal {
		return nil
	}
	switch s.controller.Role() {
	case cluster.RoleRemote:
		return fmt.Errorf("%w: change it at the master", cluster.ErrReadOnly)
	case cluster.RoleStandalone:
		return badRequest("this cluster is standalone; federated policy is written at the master of a federation")
	case cluster.RoleMaster:
	}
	if callOf(ctx).who.role != roleFedAdmin {
		return errDenied
	}
	return nil
}
