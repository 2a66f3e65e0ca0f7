package api

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
)

// fleet is what a master does with its remotes.
type fleet interface {
	// Kick refuses an unknown cluster with hub.ErrClusterUnknown.
	Kick(ctx context.Context, actor, cluster string) error
	// Deploy asks the named remotes, or all, to report and to catch up now, with force to fetch everything again.
	// It leaves out ids of no remote.
	Deploy(ctx context.Context, ids []string, force bool) ([]cluster.Outcome, error)
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
	outcomes, err := s.controller.Deploy(ctx, ids, deref(req.Body.Force))
	if err != nil {
		return nil, err
	}
	if len(outcomes) == 0 {
		return nil, badRequest("there is no cluster to deploy to")
	}
	out := wire.Deploy200JSONResponse{
		Results: make(map[string]int, len(outcomes)), Outcomes: make([]wire.DeployOutcome, 0, len(outcomes)),
	}
	reached := false
	for _, o := range outcomes {
		result := results[o.Status]
		out.Results[o.ID] = result
		out.Outcomes = append(out.Outcomes, wireOutcome(o))
		reached = reached || result == resultNotified || result == resultSynced
	}
	if !reached {
		return nil, fmt.Errorf("%w: %s", errDeploy, reasons(outcomes))
	}
	for _, id := range ids {
		if _, there := out.Results[id]; !there {
			out.Outcomes = append(out.Outcomes, wire.DeployOutcome{ID: id, Reason: "no remote of this federation has this id"})
		}
	}
	return out, nil
}

func wireOutcome(o cluster.Outcome) wire.DeployOutcome {
	return wire.DeployOutcome{
		ID: o.ID, Name: o.Name, Done: o.Done, Status: string(o.Status), Revision: o.AppliedRevision, Reason: o.Reason,
	}
}

// reasons says of each cluster why it could not be reached.
func reasons(outcomes []cluster.Outcome) string {
	words := make([]string, 0, len(outcomes))
	for _, o := range outcomes {
		words = append(words, fmt.Sprintf("%s is %s: %s", o.Name, o.Status, o.Reason))
	}
	return strings.Join(words, "; ")
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
		ID:               c.ID,
		Name:             c.Name,
		Role:             string(c.Role),
		RestInfo:         wireRestInfo(c.Address),
		Status:           string(c.Status),
		RuleState:        c.RuleState,
		LinkUp:           c.LinkUp,
		LinkSince:        wireTime(c.LinkSince),
		LastHeartbeat:    wireTime(c.LastHeartbeat),
		DesiredRevision:  c.DesiredRevision,
		AppliedRevision:  c.AppliedRevision,
		Digest:           c.Digest.String(),
		DigestMatch:      c.DigestMatch,
		ClockOffsetMs:    c.ClockOffset.Milliseconds(),
		Version:          c.Version,
		Enforcer:         c.Enforcer,
		Error:            c.Error,
		JoinedAt:         wireTime(c.JoinedAt),
		Labels:           wireLabels(c.Labels),
		EnforcedRevision: c.EnforcedRevision,
		Inventory:        wireInventory(c),
	}
}

func wireTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
