package api

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// policyStore holds the policy.
type policyStore interface {
	Federal() *policy.State // never nil; empty when standalone; at a remote, what is meant for it
	Local() *policy.State
	Change(ctx context.Context, c cluster.Change) (cluster.Receipt, error)
	// PromoteRules makes federated rules of the cluster's own, or refuses with policy.ErrPromote.
	PromoteRules(ctx context.Context, actor string, kind events.ObjectKind, ids []uint32) (cluster.Receipt, error)
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

// shown returns what show makes of every object of type O in the given policies, in their order. It is never
// nil, which clients would read as null.
func shown[O events.Object, W any](states []*policy.State, show func(*policy.State, O) W) []W {
	out := []W{}
	for _, state := range states {
		for o := range policy.All[O](state) {
			out = append(out, show(state, o))
		}
	}
	return out
}

// object returns the object of type O with the given name; word is what people call it. The error wraps
// [policy.ErrNotFound].
func object[O events.Object](state *policy.State, word, name string) (O, error) {
	o, ok := policy.Get[O](state, name)
	if !ok {
		return o, fmt.Errorf("%s %q: %w", word, name, policy.ErrNotFound)
	}
	return o, nil
}

// numbered is [object] for what goes by a number.
func numbered[O events.Object](state *policy.State, word string, id uint32) (O, error) {
	o, ok := policy.Get[O](state, number(id))
	if !ok {
		return o, fmt.Errorf("%s %d: %w", word, id, policy.ErrNotFound)
	}
	return o, nil
}

// usersOf returns the objects of type O that speak of the one that about names.
func usersOf[O events.Object](state *policy.State, about events.About) []O {
	var out []O
	var kind O
	for _, by := range state.Users(about) {
		if by.Kind != kind.About().Kind {
			continue
		}
		if o, ok := policy.Get[O](state, by.Name); ok {
			out = append(out, o)
		}
	}
	return out
}

// listOf returns the items as a list that is there: nil would be read as null.
func listOf[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// number returns the name of an object that goes by a number.
func number(id uint32) string { return strconv.FormatUint(uint64(id), 10) }

// writeScope returns which policy a write is about, when its query says so.
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

// scopeOfName returns which policy an object of that name is in, or belongs to a group that is.
func scopeOfName(name string) policy.Scope {
	if strings.HasPrefix(name, "fed.") {
		return policy.ScopeFederal
	}
	return policy.ScopeLocal
}

// scopeOfNumber returns which policy an object of that number is in: the range of federal numbers is part of
// the contract, and the same for every kind.
func scopeOfNumber(id uint32) policy.Scope {
	if id >= 100_000 && id < 110_000 {
		return policy.ScopeFederal
	}
	return policy.ScopeLocal
}

// scopeOfType returns which policy an object of that cfg_type is in.
func scopeOfType(cfgType string) policy.Scope {
	if cfgType == policy.ScopeFederal.CfgType() {
		return policy.ScopeFederal
	}
	return policy.ScopeLocal
}

// scopeOfNew returns which policy a new object is to be in: that of its cfg_type, or else that of its name.
func scopeOfNew(name, cfgType string) policy.Scope {
	if cfgType != "" {
		return scopeOfType(cfgType)
	}
	return scopeOfName(name)
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
	return wireWritten(receipt), nil
}

func wireWritten(r cluster.Receipt) wire.WrittenResponse {
	return wire.WrittenResponse{Headers: wire.WrittenResponseHeaders{XFedhubCommand: &r.Command, XFedhubRevision: &r.Revision}}
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
