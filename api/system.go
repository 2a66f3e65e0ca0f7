package api

import (
	"context"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// surveyor knows what the cluster consists of.
type surveyor interface {
	// Inventory returns nil when nobody looks.
	Inventory() *events.Inventory
}

// GetSystemSummary answers GET /v1/system/summary.
func (s *server) GetSystemSummary(context.Context, wire.GetSystemSummaryRequestObject) (wire.GetSystemSummaryResponseObject, error) {
	i := s.surveyed()
	return wire.GetSystemSummary200JSONResponse{Summary: wire.SystemCounts{
		Hosts:             i.Nodes,
		Controllers:       i.Controllers,
		Domains:           i.Namespaces,
		Workloads:         i.Workloads,
		RunningPods:       i.RunningPods,
		Services:          i.Services,
		PolicyRules:       countRules(s.controller.Federal()) + countRules(s.controller.Local()),
		Platform:          nonEmpty(i.Platform),
		KubeVersion:       nonEmpty(i.KubeVersion),
		ComponentVersions: []string{s.version},
	}}, nil
}

// GetScoreMetrics answers GET /v1/system/score/metrics.
func (s *server) GetScoreMetrics(context.Context, wire.GetScoreMetricsRequestObject) (wire.GetScoreMetricsResponseObject, error) {
	i := s.surveyed()
	out := wire.GetScoreMetrics200JSONResponse{Metrics: wire.RiskMetrics{
		Platform: nonEmpty(i.Platform), KubeVersion: nonEmpty(i.KubeVersion), Hosts: i.Nodes,
		Workloads: wire.WorkloadMetrics{RunningPods: i.RunningPods},
	}}
	if score := i.Score; score != nil {
		out.SecurityScores = wire.SecurityScores{
			ExposureScore:            score.Exposure,
			ExposureScoreBy100:       percent(score.Exposure, mostExposure),
			PrivilegedContainerScore: score.Privileged,
			RunAsRootScore:           score.RunAsRoot,
			HostNamespaceScore:       score.HostNamespaces,
			AdmissionRuleScore:       score.Admission,
			SecurityRiskScore:        score.Total,
		}
	}
	return out, nil
}

// mostExposure is the most that the part of the score for exposure can be; see docs/score.md.
const mostExposure = 30

// surveyed returns what the cluster consists of; nothing in it is known when nobody looks.
func (s *server) surveyed() events.Inventory {
	if i := s.controller.Inventory(); i != nil {
		return *i
	}
	return events.Inventory{}
}

func countRules(state *policy.State) int {
	n := 0
	for range policy.All[events.NetworkRule](state) {
		n++
	}
	return n
}

// percent returns a part of a whole in hundredths, rounded up: what is there is not 0.
func percent(part *int, whole int) *int {
	if part == nil {
		return nil
	}
	return new((*part*100 + whole - 1) / whole)
}

func nonEmpty(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func wireInventory(c cluster.Summary) *wire.Inventory {
	i := c.Inventory
	if i == nil {
		return nil
	}
	out := &wire.Inventory{
		At:          i.At.UTC(),
		Stale:       c.InventoryStale,
		Platform:    nonEmpty(i.Platform),
		KubeVersion: nonEmpty(i.KubeVersion),
		Hosts:       i.Nodes,
		Domains:     i.Namespaces,
		Services:    i.Services,
		Workloads:   i.Workloads,
		RunningPods: i.RunningPods,
		Controllers: i.Controllers,
		Missing:     append([]string{}, i.Missing...),
	}
	if s := i.Score; s != nil {
		out.Score = wire.Score{
			Total: s.Total, Word: s.Word(), Exposure: s.Exposure, Privileged: s.Privileged, RunAsRoot: s.RunAsRoot,
			HostNamespaces: s.HostNamespaces, Admission: s.Admission,
		}
	}
	return out
}
