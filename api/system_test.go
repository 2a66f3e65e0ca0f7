package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
)

func TestSystemSummary(t *testing.T) {
	const unknown = `{"summary":{"component_versions":["1.2.3"],"controllers":null,"cvedb_create_time":null,"cvedb_version":null,` +
		`"disconnected_enforcers":null,"domains":null,"enforcers":null,"hosts":null,"kube_version":null,"openshift_version":null,` +
		`"platform":null,"policy_rules":0,"running_pods":null,"running_workloads":null,"scanners":null,"services":null,"workloads":null}}`
	tests := map[string]struct {
		inventory *events.Inventory
		want      string
	}{
		"nobody looks":     {nil, unknown},
		"nothing is known": {&events.Inventory{At: noon, Missing: []string{"pods: forbidden"}}, unknown},
		"all is known": {
			&events.Inventory{
				Platform: "Kubernetes-GKE", KubeVersion: "v1.36.3", Nodes: new(3), Namespaces: new(5), Services: new(9), Workloads: new(12),
				RunningPods: new(0), Controllers: new(2),
			},
			`{"summary":{"component_versions":["1.2.3"],"controllers":2,"cvedb_create_time":null,"cvedb_version":null,` +
				`"disconnected_enforcers":null,"domains":5,"enforcers":null,"hosts":3,"kube_version":"v1.36.3","openshift_version":null,` +
				`"platform":"Kubernetes-GKE","policy_rules":0,"running_pods":0,"running_workloads":null,"scanners":null,"services":9,"workloads":12}}`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := newFake(cluster.RoleRemote)
			f.inventory = tt.inventory
			open(t, f).as(t, "reader", http.MethodGet, "/v1/system/summary", "").wantBody(t, tt.want)
		})
	}
}

// TestSystemSummary_rules: the network rules, one federated and one of its own, are known even where nobody looks.
func TestSystemSummary_rules(t *testing.T) {
	got := furnished(t, cluster.RoleMaster).as(t, "reader", http.MethodGet, "/v1/system/summary", "")
	if !strings.Contains(got.Body, `"policy_rules":2,`) {
		t.Errorf("answer = %d %s", got.Status, got.Body)
	}
}

func TestScoreMetrics(t *testing.T) {
	const rest = `"service_mode_score":null,"service_mode_score_by_100":null,"vulnerability_score":null,"vulnerability_score_by_100":null}}`
	tests := map[string]struct {
		inventory *events.Inventory
		want      string
	}{
		"nobody looks": {nil, `{"egress":null,"ingress":null,"metrics":{"hosts":null,"kube_version":null,"platform":null,"workloads":{"running_pods":null}},` +
			`"security_scores":{"admission_rule_score":null,"exposure_score":null,"exposure_score_by_100":null,"host_namespace_score":null,` +
			`"new_service_mode_score":null,"privileged_container_score":null,"run_as_root_score":null,"security_risk_score":null,` + rest},
		"a part is missing": {
			&events.Inventory{Nodes: new(3), Score: &events.Score{Privileged: new(0), Admission: new(15)}},
			`{"egress":null,"ingress":null,"metrics":{"hosts":3,"kube_version":null,"platform":null,"workloads":{"running_pods":null}},` +
				`"security_scores":{"admission_rule_score":15,"exposure_score":null,"exposure_score_by_100":null,"host_namespace_score":null,` +
				`"new_service_mode_score":null,"privileged_container_score":0,"run_as_root_score":null,"security_risk_score":null,` + rest,
		},
		"all is known": {
			&events.Inventory{
				Platform: "Kubernetes", KubeVersion: "v1.36.3", Nodes: new(3), RunningPods: new(40),
				Score: &events.Score{Total: new(30), Exposure: new(1), Privileged: new(4), RunAsRoot: new(5), HostNamespaces: new(0), Admission: new(20)},
			},
			`{"egress":null,"ingress":null,"metrics":{"hosts":3,"kube_version":"v1.36.3","platform":"Kubernetes","workloads":{"running_pods":40}},` +
				`"security_scores":{"admission_rule_score":20,"exposure_score":1,"exposure_score_by_100":4,"host_namespace_score":0,` +
				`"new_service_mode_score":null,"privileged_container_score":4,"run_as_root_score":5,"security_risk_score":30,` + rest,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := newFake(cluster.RoleRemote)
			f.inventory = tt.inventory
			open(t, f).as(t, "reader", http.MethodGet, "/v1/system/score/metrics", "").wantBody(t, tt.want)
		})
	}
}
