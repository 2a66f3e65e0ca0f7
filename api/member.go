package api

import (
	"context"
	"fmt"
	"slices"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
)

// federation is what the cluster knows of its federation.
type federation interface {
	Member() cluster.Member
	Summaries() []cluster.Summary // own cluster first, then by name
}

// restVersion is the version of this interface, which NeuVector's clients compare.
const restVersion = "v1"

// GetMember answers GET /v1/fed/member.
func (s *server) GetMember(context.Context, wire.GetMemberRequestObject) (wire.GetMemberResponseObject, error) {
	m := s.controller.Member()
	out := wire.GetMember200JSONResponse{
		FedRole:            string(m.Role),
		LocalRestInfo:      wireRestInfo(m.Address),
		UseProxy:           m.UseProxy,
		DeployRepoScanData: m.ScanData,
	}
	if m.Role == cluster.RoleStandalone {
		return out, nil
	}
	if m.Master != nil {
		master := wireMaster(*m.Master)
		out.MasterCluster = &master
	}
	out.JointClusters = make([]wire.JointCluster, 0, len(m.Remotes))
	for _, r := range m.Remotes {
		out.JointClusters = append(out.JointClusters, wire.JointCluster{
			ID:            r.ID,
			Name:          r.Name,
			RestInfo:      wireRestInfo(r.Address),
			RestVersion:   restVersion,
			Status:        string(r.Status),
			ProxyRequired: r.ProxyRequired,
		})
	}
	return out, nil
}

// ViewCluster answers GET /v1/fed/view/{id}.
func (s *server) ViewCluster(_ context.Context, req wire.ViewClusterRequestObject) (wire.ViewClusterResponseObject, error) {
	known := slices.ContainsFunc(s.controller.Summaries(), func(c cluster.Summary) bool {
		return c.ID == req.ID && c.Role == cluster.RoleRemote
	})
	return wire.ViewCluster200JSONResponse{Compatible: known}, nil
}

// Healthcheck answers GET /v1/fed/healthcheck.
func (s *server) Healthcheck(context.Context, wire.HealthcheckRequestObject) (wire.HealthcheckResponseObject, error) {
	if s.controller.Role() != cluster.RoleMaster {
		return nil, errNotMaster
	}
	if err := s.controller.Health(); err != nil {
		return nil, fmt.Errorf("%w: %s", errStopped, err.Error()) // 500 whatever the reason: 503 means "no master"
	}
	return wire.Healthcheck200Response{}, nil
}

// GetVersion answers GET /v1/version.
func (s *server) GetVersion(context.Context, wire.GetVersionRequestObject) (wire.GetVersionResponseObject, error) {
	m := s.controller.Member()
	return wire.GetVersion200JSONResponse{
		Version: s.version, RestVersion: restVersion, FedRole: string(m.Role), ID: m.ID, Name: m.Name,
	}, nil
}

func wireMaster(m cluster.Summary) wire.MasterCluster {
	return wire.MasterCluster{
		ID: m.ID, Name: m.Name, RestInfo: wireRestInfo(m.Address), RestVersion: restVersion, Status: string(m.Status),
	}
}

func wireRestInfo(i events.RestInfo) wire.RestInfo {
	return wire.RestInfo{Server: i.Server, Port: int(i.Port)}
}

// restInfo reads an address; nil is the zero one. The name of the field is for the error.
func restInfo(field string, i *wire.RestInfo) (events.RestInfo, error) {
	if i == nil {
		return events.RestInfo{}, nil
	}
	if i.Server == "" || i.Port < 1 || i.Port > 65535 {
		return events.RestInfo{}, badRequest("%s needs a server and a port from 1 to 65535; it has %q and %d", field, i.Server, i.Port)
	}
	return events.RestInfo{Server: i.Server, Port: uint16(i.Port)}, nil
}
