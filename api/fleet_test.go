package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
)

func TestDeploy(t *testing.T) {
	outcome := func(id string, status cluster.Status, reason string) cluster.Outcome {
		return cluster.Outcome{
			Summary: cluster.Summary{ID: id, Name: "cluster-" + id, Status: status, AppliedRevision: 7}, Done: reason == "", Reason: reason,
		}
	}
	away := outcome("c", cluster.StatusDisconnected, "the cluster is not heard from")
	tests := map[string]struct {
		outcomes     []cluster.Outcome
		status, code int
		body         string
	}{
		"reached": {
			[]cluster.Outcome{outcome("a", cluster.StatusSynced, ""), outcome("b", cluster.StatusOutOfSync, "enforcer: no room"), away},
			200, 0,
			`{"outcomes":[{"done":true,"id":"a","name":"cluster-a","reason":"","revision":7,"status":"synced"},` +
				`{"done":false,"id":"b","name":"cluster-b","reason":"enforcer: no room","revision":7,"status":"out_of_sync"},` +
				`{"done":false,"id":"c","name":"cluster-c","reason":"the cluster is not heard from","revision":7,"status":"disconnected"}],` +
				`"results":{"a":203,"b":2,"c":204}}`,
		},
		"nobody reached": {
			[]cluster.Outcome{away, outcome("d", cluster.StatusJoined, "the cluster has not done it yet")},
			400, 40,
			`{"code":40,"error":"Managed cluster is unreachable from primary cluster","message":"no cluster could be reached: ` +
				`cluster-c is disconnected: the cluster is not heard from; cluster-d is joined: the cluster has not done it yet"}`,
		},
		"nobody there": {nil, 400, 6, `{"code":6,"error":"Request in wrong format","message":"request in wrong format: there is no cluster to deploy to"}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := newFake(cluster.RoleMaster)
			forced := false
			f.deploy = func(ids []string, force bool) ([]cluster.Outcome, error) {
				forced = force && ids == nil
				return tt.outcomes, nil
			}
			got := open(t, f).as(t, "fedAdmin", http.MethodPost, "/v1/fed/deploy", `{"ids":[],"force":true}`)
			got.want(t, tt.status, tt.code)
			if got.Body != tt.body || !forced {
				t.Errorf("answer = %s, want %s; all with force: %t", got.Body, tt.body, forced)
			}
		})
	}
}

// TestDeploy_unknown: who is asked for and no remote is said so.
func TestDeploy_unknown(t *testing.T) {
	f := newFake(cluster.RoleMaster)
	f.deploy = func([]string, bool) ([]cluster.Outcome, error) {
		return []cluster.Outcome{{Summary: cluster.Summary{ID: "a", Name: "cluster-a", Status: cluster.StatusSynced}, Done: true}}, nil
	}
	w := open(t, f)
	w.as(t, "fedAdmin", http.MethodPost, "/v1/fed/deploy", `{"ids":["a","x"]}`).wantBody(t,
		`{"outcomes":[{"done":true,"id":"a","name":"cluster-a","reason":"","revision":0,"status":"synced"},`+
			`{"done":false,"id":"x","name":"","reason":"no remote of this federation has this id","revision":0,"status":""}],"results":{"a":203}}`)
}

func TestSummary(t *testing.T) {
	f := newFake(cluster.RoleMaster)
	match := true
	f.summaries = []cluster.Summary{
		{
			ID: "r1", Name: "worker1", Role: cluster.RoleRemote, Status: cluster.StatusSynced, RuleState: "applied", LinkUp: true, LinkSince: noon,
			LastHeartbeat: noon.Add(time.Second), DesiredRevision: 7, AppliedRevision: 7, DigestMatch: &match, ClockOffset: -1500 * time.Microsecond,
			Version: "1.2.3", Enforcer: "none", JoinedAt: noon, Labels: events.Labels{"env": "prod"}, EnforcedRevision: 6,
			Inventory: &events.Inventory{At: noon, Nodes: new(0), KubeVersion: "v1.36.3", Missing: []string{"pods: forbidden"}, Score: &events.Score{Admission: new(20)}}, InventoryStale: true,
		},
		{ID: "r2", Name: "worker2", Role: cluster.RoleRemote, Status: cluster.StatusDisconnected, RuleState: "unknown", DesiredRevision: 7},
	}
	got := open(t, f).as(t, "reader", http.MethodGet, "/v1/fed/summary", "")
	got.wantBody(t, `{"clusters":[{"applied_revision":7,"clock_offset_ms":-1,"desired_revision":7,"digest":"","digest_match":true,"enforced_revision":6,"enforcer":"none",`+
		`"error":"","id":"r1","inventory":{"at":"2026-11-22T12:00:00Z","controllers":null,"domains":null,"hosts":0,"kube_version":"v1.36.3",`+
		`"missing":["pods: forbidden"],"platform":null,"running_pods":null,"score":{"admission":20,"exposure":null,"host_namespaces":null,"privileged":null,`+
		`"run_as_root":null,"total":null,"word":""},"services":null,"stale":true,"workloads":null},"joined_at":"2026-11-22T12:00:00Z","labels":{"env":"prod"},"last_heartbeat":"2026-11-22T12:00:01Z","link_since":"2026-11-22T12:00:00Z",`+
		`"link_up":true,"name":"worker1","rest_info":{"port":0,"server":""},"role":"joint","rule_state":"applied","status":"synced","version":"1.2.3"},`+
		`{"applied_revision":0,"clock_offset_ms":0,"desired_revision":7,"digest":"","digest_match":null,"enforced_revision":0,"enforcer":"","error":"","id":"r2",`+
		`"inventory":null,"joined_at":null,"labels":{},"last_heartbeat":null,"link_since":null,"link_up":false,"name":"worker2","rest_info":{"port":0,"server":""},`+
		`"role":"joint","rule_state":"unknown","status":"disconnected","version":""}],"fed_role":"master","time":"2026-11-22T12:00:00Z"}`)
}
