package e2e_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/internal/fedtest"
)

// TestCurl runs the flow that is published for NeuVector, with curl, against two fresh controllers.
func TestCurl(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	primary, worker := w.Standalone("one"), w.Standalone("two")
	fed := primary.FedAddress()
	script := exec.CommandContext(t.Context(), "bash", "testdata/setup-federation.sh")
	script.Env = append(script.Environ(),
		"PRIMARY="+strings.TrimPrefix(primary.URL(), "https://"), "REMOTE="+strings.TrimPrefix(worker.URL(), "https://"),
		"FED_IP="+fed.Server, "FED_PORT="+strconv.Itoa(fed.Port), "PASSWORD="+fedtest.Password, "CA="+w.CAFile())
	var stderr bytes.Buffer
	script.Stderr = &stderr
	out, err := script.Output()
	if err != nil {
		t.Fatalf("%v\n%s%s", err, out, stderr.String())
	}
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	if len(lines) != 2 {
		t.Fatalf("want two answers, got %s", out)
	}
	var master, remote wire.Member
	for into, line := range map[*wire.Member][]byte{&master: lines[0], &remote: lines[1]} {
		if err := json.Unmarshal(line, into); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
	}
	if master.FedRole != "master" || len(master.JointClusters) != 1 || master.JointClusters[0].Name != "worker" || master.MasterCluster.Name != "controller" {
		t.Errorf("the primary says %s", lines[0])
	}
	if remote.FedRole != "joint" || remote.MasterCluster == nil || remote.MasterCluster.ID != master.MasterCluster.ID {
		t.Errorf("the remote says %s", lines[1])
	}
	fedtest.Eventually(t, "worker is synced", func() bool { return primary.StatusOf("worker") == "synced" })
}

// TestCurl_appendix holds answers to the minimal compatible exchanges: which fields there are, and that a
// write is answered by 200 and nothing.
func TestCurl_appendix(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	primary, worker := w.Standalone("primary"), w.Standalone("worker1")
	at, own := primary.FedAddress(), worker.RESTAddress()
	wantFields(t, primary.Must(http.MethodPost, "/v1/fed/promote", map[string]any{"name": "primary", "master_rest_info": at}, nil),
		"deploy_repo_scan_data", "fed_role", "master_cluster")
	var minted wire.MintedToken
	primary.Must(http.MethodGet, "/v1/fed/join_token?token_duration=60", nil, &minted)
	wantEmpty(t, worker.Must(http.MethodPost, "/v1/fed/join", map[string]any{
		"name": "worker1", "join_token": minted.JoinToken, "joint_rest_info": own,
	}, nil))
	w.Synced(worker)
	wantFields(t, primary.Must(http.MethodGet, "/v1/fed/member", nil, nil),
		"deploy_repo_scan_data", "fed_role", "joint_clusters", "local_rest_info", "master_cluster", "use_proxy")
	wantEmpty(t, primary.Must(http.MethodPost, "/v1/group",
		`{"config":{"name":"fed.web","cfg_type":"federal","criteria":[{"key":"label","value":"x","op":"="}]}}`, nil))
	wantEmpty(t, primary.Must(http.MethodPatch, "/v1/policy/rule?scope=fed", `{"insert":{"after":0,"rules":[{"id":0,"from":"fed.web",
		"to":"external","ports":"tcp/443","applications":["SSL"],"action":"allow","cfg_type":"federal"}]}}`, nil))
	if rules := rulesOf(primary, "fed"); len(rules) != 1 || rules[0].ID != 100001 {
		t.Errorf("the first federated rule: %+v", rules)
	}
	w.Synced(worker)
	var deployed wire.Deployed
	primary.Must(http.MethodPost, "/v1/fed/deploy", `{"ids":[],"force":true}`, &deployed)
	if result := deployed.Results[worker.ID()]; len(deployed.Results) != 1 || result != 203 {
		t.Errorf("deployed: %+v", deployed)
	}
	wantFields(t, primary.Must(http.MethodGet, "/v1/fed/cluster/"+worker.ID()+"/v1/version", nil, nil), "version")
	wantEmpty(t, primary.Must(http.MethodDelete, "/v1/fed/cluster/"+worker.ID(), nil, nil))
	wantStandalone(t, worker)
}

func wantEmpty(t *testing.T, a fedtest.Answer) {
	t.Helper()
	if len(a.Body) > 0 {
		t.Errorf("a write is answered by %s", a.Body)
	}
}

func wantFields(t *testing.T, a fedtest.Answer, names ...string) {
	t.Helper()
	var got map[string]json.RawMessage
	a.Into(t, &got)
	for _, name := range names {
		if _, ok := got[name]; !ok {
			t.Errorf("no %q in %s", name, a.Body)
		}
	}
}
