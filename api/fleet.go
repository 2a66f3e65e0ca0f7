package api

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
)

// fleet is what a master does with its remotes.
type fleet interface {
	// Kick refuses an unknown cluster with hub.ErrClusterUnknown.
	Kick(ctx context.Context, actor, cluster string) error
	// Deploy asks the named clusters, or all, to report and to catch up now.
	Deploy(ctx context.Context, ids []string) (map[string]cluster.Status, error)
}

// RemoveCluster answers DELETE /v1/fed/cluster/{id}.
func (s *server) RemoveCluster(ctx context.Context, req wire.RemoveClusterRequestObject) (wire.RemoveClusterResponseObject, error) {
	return wire.RemoveCluster200Response{}, s.controller.Kick(ctx, actorOf(ctx), req.ID)
}

// The results of a deployment that mean that a cluster was reached.
const (
	resultNotified = 2
	resultSynced   = 203
)

// results are NeuVector's numbers for the status words, as the result of asking a cluster to catch up. One
// that is behind was reached by that.
var results = map[cluster.Status]int{
	cluster.StatusActive:       0,
	cluster.StatusOutOfSync:    resultNotified,
	cluster.StatusDiverged:     resultNotified,
	cluster.StatusJoined:       201,
	cluster.StatusSynced:       resultSynced,
	cluster.StatusDisconnected: 204,
	cluster.StatusKicked:       205,
	cluster.StatusLeft:         206,
}

// Deploy answers POST /v1/fed/deploy.
func (s *server) Deploy(ctx context.Context, req wire.DeployRequestObject) (wire.DeployResponseObject, error) {
	ids := deref(req.Body.Ids)
	if len(ids) == 0 {
		ids = nil
	}
	states, err := s.controller.Deploy(ctx, ids)
	if err != nil {
		return nil, err
	}
	if len(states) == 0 {
		return nil, badRequest("there is no cluster to deploy to")
	}
	out := wire.Deploy200JSONResponse{Results: make(map[string]int, len(states))}
	reached := false
	for id, state := range states {
		out.Results[id] = results[state]
		reached = reached || results[state] == resultNotified || results[state] == resultSynced
	}
	if !reached {
		return nil, fmt.Errorf("%w: %s", errDeploy, statusList(states))
	}
	return out, nil
}

func statusList(states map[string]cluster.Status) string {
	words := make([]string, 0, len(states))
	for _, id := range slices.Sorted(maps.Keys(states)) {
		words = append(words, id+" is "+string(states[id]))
	}
	return strings.Join(words, ", ")
}

// GetSummary answers GET /v1/fed/summary.
func (s *server) GetSummary(context.Context, wire.GetSummaryRequestObject) (wire.GetSummaryResponseObject, error) {
	all := s.controller.Summaries()
	out := wire.GetSummary200JSONResponse{
		FedRole: string(s.controller.Role()), Time: s.now().UTC(), Clusters: make([]wire.ClusterSummary, 0, len(all)),
	}
	for _, c := range all {
		out.Clusters = append(out.Clusters, wireSummary(c))
	}
	return out, nil
}

func wireSummary(c cluster.Summary) wire.ClusterSummary {
	return wire.ClusterSummary{
		ID:              c.ID,
		Name:            c.Name,
		Role:            string(c.Role),
		RestInfo:        wireRestInfo(c.Address),
		Status:          string(c.Status),
		RuleState:       c.RuleState,
		LinkUp:          c.LinkUp,
		LinkSince:       wireTime(c.LinkSince),
		LastHeartbeat:   wireTime(c.LastHeartbeat),
		DesiredRevision: c.DesiredRevision,
		AppliedRevision: c.AppliedRevision,
		Digest:          c.Digest.String(),
		DigestMatch:     c.DigestMatch,
		ClockOffsetMs:   c.ClockOffset.Milliseconds(),
		Version:         c.Version,
		Enforcer:        c.Enforcer,
		Error:           c.Error,
		JoinedAt:        wireTime(c.JoinedAt),
	}
}

func wireTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
