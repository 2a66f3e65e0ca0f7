package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const summaryJSON = `{"fed_role":"master","time":"2026-06-01T12:00:00Z","clusters":[
{"id":"m1","name":"master","role":"master","rest_info":{"server":"10.0.0.1","port":11443},"status":"active","rule_state":"applied",
 "link_up":true,"link_since":null,"last_heartbeat":"2026-06-01T11:59:59Z","desired_revision":12,"applied_revision":12,"digest":"",
 "digest_match":true,"clock_offset_ms":0,"version":"0.1.0","enforcer":"none","error":"","joined_at":null,"labels":{},"enforced_revision":12},
{"id":"b1","name":"berlin","role":"joint","rest_info":{"server":"10.0.0.2","port":10443},"status":"out_of_sync","rule_state":"pending",
 "link_up":true,"link_since":"2026-06-01T11:00:00Z","last_heartbeat":"2026-06-01T11:59:58.5Z","desired_revision":12,"applied_revision":11,
 "digest":"","digest_match":null,"clock_offset_ms":-3,"version":"0.1.0","enforcer":"none","error":"no room","joined_at":"2026-05-01T00:00:00Z",
 "labels":{"region":"eu","env":"prod"},"enforced_revision":11,"inventory":{"at":"2026-06-01T11:59:50Z","stale":true,"platform":"Kubernetes-GKE",
 "kube_version":"v1.36.3","hosts":5,"domains":null,"services":0,"workloads":31,"running_pods":48,"controllers":1,"score":{"total":58,"word":"POOR",
 "exposure":15,"privileged":5,"run_as_root":10,"host_namespaces":8,"admission":20},"missing":["namespaces: forbidden"]}}]}`

const rulesJSON = `{"rules":[{"id":100001,"comment":"","from":"fed.web","to":"fed.db","ports":"tcp/5432","action":"allow",
"applications":["PostgreSQL"],"learned":false,"disable":true,"created_timestamp":0,"last_modified_timestamp":0,"cfg_type":"federal",
"priority":0,"match_counter":0,"last_match_timestamp":0,"targets":"env=prod"}]}`

const importJSON = `{"dry_run":false,"revision":7,"groups":1,"rules":1,"sets":1,"deltas":[],"clusters":["berlin","oslo"],"objects":[
{"file":"p.yaml","line":3,"kind":"group","name":"fed.web","outcome":"created","reason":""},
{"file":"p.yaml","line":9,"kind":"rule","name":"in","outcome":"unchanged","reason":""},
{"file":"p.yaml","line":21,"kind":"policymode","name":"Protect","outcome":"skipped","reason":"the protection mode is not federated"}]}`

func answersOfFake() map[string]string {
	return map[string]string{ //nolint:gosec // G101: no credentials, but paths and answers
		"GET /v1/fed/summary":                     summaryJSON,
		"GET /v1/policy/rule":                     rulesJSON,
		"PATCH /v1/policy/rule":                   "",
		"GET /v1/fed/cluster/b1/v1/policy/rule":   rulesJSON,
		"PATCH /v1/fed/cluster/b1/v1/policy/rule": "",
		"GET /v1/fed/join_token":                  `{"join_token":"eyJ0eXAi","id":"t1","expires":"2026-06-01T13:00:00Z","uses":2}`,
		"POST /v1/fed/join":                       "",
		"POST /v1/fed/leave":                      `500 {"code":39,"error":"Federation operation failed","message":"The master cannot be told that the cluster leaves."}`,
		"DELETE /v1/fed/cluster/b1":               "",
		"POST /v1/group":                          "",
		"POST /v1/fed/policy/import":              importJSON,
	}
}

func TestOperate_output(t *testing.T) {
	goldenSession(t, newFakeServer(t, answersOfFake()), "output.txt", []string{
		"summary", "summary -o json", "summary --cluster berlin -o yaml", "cluster list", "cluster list --labels", "cluster show b1", "rule list",
		"rule list -o yaml", "policy import -f -", "token create", "token create -o json",
	})
}

// goldenSession compares what command lines print, one after the other, with a file of testdata.
func goldenSession(t *testing.T, f *fakeServer, file string, lines []string) {
	t.Helper()
	var all strings.Builder
	for _, line := range lines {
		got := try(t, attempt{args: words(line), env: f.env, stdin: "{}"})
		if got.code != exitDone || got.stderr != "" {
			t.Errorf("%s: exit code %d, %q", line, got.code, got.stderr)
		}
		all.WriteString("$ fedhub " + line + "\n" + got.stdout + "\n")
	}
	golden(t, file, all.String())
}

func expectRefusal(t *testing.T, got result, code int, want string) {
	t.Helper()
	if got.code != code || !strings.Contains(got.stderr, want) {
		t.Errorf("got exit code %d, want %d; it said %q, which should have %q", got.code, code, got.stderr, want)
	}
}

func TestOperate_requests(t *testing.T) {
	for line, want := range map[string][]string{
		"token create --uses 2 --expires-in 2h":    {"GET /v1/fed/join_token?token_duration=120&uses=2"},
		"token create --labels env=prod":           {"GET /v1/fed/join_token?token_duration=60&labels=env%3Dprod&uses=1"},
		"join --token-file - --master hub:11443":   {`POST /v1/fed/join {"join_token":"the token","port":11443,"server":"hub"}`},
		"cluster remove berlin":                    {"GET /v1/fed/summary", "DELETE /v1/fed/cluster/b1"},
		"rule list --cluster berlin --scope local": {"GET /v1/fed/summary", "GET /v1/fed/cluster/b1/v1/policy/rule?scope=local"},
		"rule delete 100001 100002":                {`PATCH /v1/policy/rule?scope=fed {"delete":[100001,100002]}`},
		"rule delete 7 --cluster b1":               {"GET /v1/fed/summary", `PATCH /v1/fed/cluster/b1/v1/policy/rule?scope=local {"delete":[7]}`},
		"group create fed.a --member service=a*":   {`POST /v1/group {"config":{"name":"fed.a","criteria":[{"key":"service","value":"a*","op":"="}]}}`},
		"policy import -f - --dry-run --scope fed": {"POST /v1/fed/policy/import?scope=fed&dry_run=true&file=- the token"},
		"rule add --from a --to b --action deny --after 0 --scope local": {
			`PATCH /v1/policy/rule?scope=local {"insert":{"after":0,"rules":[{"from":"a","to":"b","ports":"any","action":"deny","applications":["any"]}]}}`,
		},
	} {
		t.Run(line, func(t *testing.T) {
			f := newFakeServer(t, answersOfFake())
			if got := try(t, attempt{args: words(line), env: f.env, stdin: "the token\n"}); got.code != exitDone {
				t.Errorf("exit code %d, %q", got.code, got.stderr)
			}
			if diff := cmp.Diff(want, f.requests()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOperate_failures(t *testing.T) {
	f := newFakeServer(t, answersOfFake())
	strangers := "FEDHUB_CA_FILE=" + writeFile(t, "no certificate")
	for name, c := range map[string]struct {
		line string
		env  []string
		want string
	}{
		"refused by the server": {"leave", nil, "fedhub: The master cannot be told that the cluster leaves.\n"},
		"not there":             {"events", nil, "fedhub: URL not found\n"},
		"unknown cluster":       {"rule list --cluster lima", nil, `the server knows no cluster with the name or id "lima"`},
		"wrong password": {
			"summary --password-file " + writeFile(t, "guess"), nil,
			"log in at " + f.URL + " as admin: wrong user name or password\n",
		},
		"wrong token":       {"summary --api-token-file " + writeFile(t, "guess"), nil, "fedhub: no session\n"},
		"no password":       {"summary --password-file /nowhere/at/all", nil, "/nowhere/at/all: no such file"},
		"not a certificate": {"summary", []string{strangers}, "has none in PEM"},
		"unknown authority": {"summary --ca-file=", nil, "give the server's certificate authority with --ca-file"},
	} {
		t.Run(name, func(t *testing.T) {
			expectRefusal(t, try(t, attempt{args: words(c.line), env: append(f.env, c.env...)}), exitFailed, c.want)
		})
	}
}

func TestOperate_environment(t *testing.T) {
	f := newFakeServer(t, answersOfFake())
	for name, c := range map[string]struct {
		line string
		env  string
		code int
		want string
	}{
		"fills a flag":                {"summary", "FEDHUB_OUTPUT=json", exitDone, `"fed_role": "master"`},
		"does not win over a flag":    {"summary -o yaml", "FEDHUB_OUTPUT=json", exitDone, "fed_role: master"},
		"may be about other commands": {"summary", "FEDHUB_DATA_DIR=/data", exitDone, "berlin"},
		"may be of Kubernetes":        {"summary", "FEDHUB_PORT=tcp://10.0.0.1:443", exitDone, "berlin"},
		"is checked like a flag":      {"summary", "FEDHUB_OUTPUT=xml", exitUsage, "FEDHUB_OUTPUT"},
	} {
		t.Run(name, func(t *testing.T) {
			got := try(t, attempt{args: words(c.line), env: append(f.env, c.env)})
			if got.code != c.code || !strings.Contains(got.stdout+got.stderr, c.want) {
				t.Errorf("got %+v, want exit code %d and %q", got, c.code, c.want)
			}
		})
	}
}
