package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// deltasJSON has an object of each change: one that comes, three that change, and one that goes.
const deltasJSON = `[
{"kind":"group","name":"fed.web","change":"created","before":null,"after":{"name":"fed.web","criteria":[{"key":"service","value":"web","op":"="},
 {"key":"domain","value":"shop","op":"="}],"targets":"env=prod","created_at":"2026-06-01T12:00:00Z","modified_at":"2026-06-01T12:00:00Z"}},
{"kind":"network","name":"100001","change":"changed",
 "before":{"id":100001,"rank":"a","from":"fed.web","to":"fed.db","ports":"any","action":"allow","applications":["HTTP"],"created_at":"1","modified_at":"1"},
 "after":{"id":100001,"rank":"b","comment":"a\tb","from":"fed.web","to":"fed.db","ports":"any","action":"deny","applications":["HTTP","SSL"],"created_at":"1","modified_at":"2"}},
{"kind":"process","name":"fed.web","change":"changed",
 "before":{"group":"fed.web","baseline":"basic","process_list":[{"name":"curl","action":"allow"},{"name":"nginx","path":"/usr/sbin/nginx","action":"allow"}]},
 "after":{"group":"fed.web","baseline":"basic","process_list":[{"name":"curl","action":"deny"},{"name":"nginx","path":"/usr/sbin/nginx","action":"allow"}]}},
{"kind":"dlp","name":"fed.card","change":"changed",
 "before":{"name":"fed.card","rules":[{"name":"a","id":20001,"patterns":[{"key":"pattern","op":"regex","value":"x","context":"url"},{"key":"pattern","op":"regex","value":"y","context":"url"}]}]},
 "after":{"name":"fed.card","rules":[{"name":"a","id":20001,"patterns":[{"key":"pattern","op":"regex","value":"y","context":"url"}]}],"targets":"env=prod"}},
{"kind":"webhook","name":"fed.ops","change":"removed","before":{"name":"fed.ops","url":"https://a","enable":true,"use_proxy":false},"after":null}]`

const (
	changeReport = `{"dry_run":false,"revision":12,"events":5,"sets":1,"rollout":"","deltas":` + deltasJSON + `,"problems":[],"clusters":["berlin","oslo"]}`
	dryReport    = `{"dry_run":true,"revision":7,"events":5,"sets":1,"rollout":"","deltas":` + deltasJSON + `,"problems":[],"clusters":["berlin","oslo"]}`
	revisionJSON = `{"revision":12,"first":8,"command":"c1","actor":"admin","at":"2026-06-01T11:00:00Z","events":5,"kinds":{"group.defined":1},
"objects":[{"kind":"group","name":"fed.web"},{"kind":"network","name":"100001"}],"rollout":""}`
	startedJSON = `{"revision":7,"first":7,"command":"c0","actor":"admin","at":"2026-06-01T10:00:00Z","events":1,"kinds":{"rollout.advanced":1},"objects":[],"rollout":"r1"}`
)

func changeAnswers() map[string]string {
	return map[string]string{
		"POST /v1/fed/change":        changeReport,
		"POST /v1/fed/rollback":      changeReport,
		"GET /v1/fed/revision":       `{"revisions":[` + revisionJSON + `],"next":8}` + answerMark + `{"revisions":[` + startedJSON + `],"next":0}`,
		"GET /v1/fed/revision/12":    `{"revision":` + revisionJSON + `,"staged":true,"deltas":` + deltasJSON + `}`,
		"POST /v1/fed/policy/import": `{"dry_run":true,"revision":7,"groups":1,"rules":1,"sets":1,"objects":[],"deltas":` + deltasJSON + `,"clusters":[]}`,
		"GET /v1/fed/policy/export":  "kind: List\n",
	}
}

func TestChange_output(t *testing.T) {
	answers := changeAnswers()
	answers["POST /v1/fed/change"] = dryReport + answerMark + changeReport
	goldenSession(t, newFakeServer(t, answers), "changes.txt", []string{
		"policy diff -f -", "change -f - --dry-run", "change -f -", "rollback 12", "revision list", "revision show 12", "policy export",
	})
}

func TestChange_requests(t *testing.T) {
	for line, c := range map[string]struct {
		stdin string
		want  []string
	}{
		"change -f - --if-revision 7": {
			stdin: "- {op: upsert, kind: network, name: 100001, object: {action: deny}, after: 0}\n- {op: delete, kind: group, name: fed.web}\n",
			want: []string{`POST /v1/fed/change {"edits":[{"after":0,"kind":"network","name":"100001","object":{"action":"deny"},"op":"upsert"},` +
				`{"kind":"group","name":"fed.web","op":"delete"}],"if_revision":7}`},
		},
		"change -f - --dry-run --scope local": {
			stdin: `{"edits":[{"op":"delete","kind":"webhook","name":"a"}],"dry_run":false,"rollout":{"waves":[{"percent":5}]}}`,
			want: []string{
				`POST /v1/fed/change {"dry_run":true,"edits":[{"kind":"webhook","name":"a","op":"delete"}],"rollout":{"waves":[{"percent":5}]},"scope":"local"}`,
			},
		},
		"change -f - --wave env=canary --wave 'region in (eu,us):25%' --wave 50% --soak 10m --manual --comment 'the port'": {
			stdin: "[]",
			want: []string{`POST /v1/fed/change {"edits":[],"rollout":{"comment":"the port","manual":true,"waves":[{"selector":"env=canary","soak_seconds":600},` +
				`{"percent":25,"selector":"region in (eu,us)","soak_seconds":600},{"percent":50,"soak_seconds":600}]}}`},
		},
		"rollback 5 --dry-run --wave env=canary --if-revision 7": {
			want: []string{`POST /v1/fed/rollback {"dry_run":true,"if_revision":7,"revision":5,"rollout":{"waves":[{"selector":"env=canary"}]}}`},
		},
		"revision list --limit 2":                  {want: []string{"GET /v1/fed/revision?limit=2", "GET /v1/fed/revision?before=8&limit=1"}},
		"revision list --limit 1":                  {want: []string{"GET /v1/fed/revision?limit=1"}},
		"policy diff -f - --scope local":           {stdin: "{}", want: []string{"POST /v1/fed/policy/import?scope=local&dry_run=true&file=- {}"}},
		"policy import -f - --if-revision 7":       {stdin: "{}", want: []string{"POST /v1/fed/policy/import?scope=fed&dry_run=false&file=-&if_revision=7 {}"}},
		"policy export -o json":                    {want: []string{"GET /v1/fed/policy/export?scope=fed&format=json"}},
		"policy export --format yaml --revision 5": {want: []string{"GET /v1/fed/policy/export?scope=fed&format=yaml&revision=5"}},
	} {
		t.Run(line, func(t *testing.T) {
			f := newFakeServer(t, changeAnswers())
			if got := try(t, attempt{args: words(line), env: f.env, stdin: c.stdin}); got.code != exitDone {
				t.Errorf("exit code %d, %q", got.code, got.stderr)
			}
			if diff := cmp.Diff(c.want, f.requests()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

func TestChange_problems(t *testing.T) {
	f := newFakeServer(t, map[string]string{
		"POST /v1/fed/change": `{"dry_run":true,"revision":7,"events":0,"sets":0,"rollout":"","deltas":[],"clusters":[],
"problems":[{"edit":1,"kind":"network","name":"","message":"a rule needs an action"}]}`,
	})
	got := try(t, attempt{args: words("change -f - --dry-run"), env: f.env, stdin: "[]"})
	expectRefusal(t, got, exitFailed, "something is wrong with 1 of its edits")
	if want := "EDIT  KIND     NAME  WHAT IS WRONG\n   2  network  -     a rule needs an action\n"; got.stdout != want {
		t.Errorf("got %q, want %q", got.stdout, want)
	}
	for stdin, want := range map[string]string{
		"edits: 5":                   "cannot unmarshal number",
		"[{operation: delete}]":      `unknown field "operation"`,
		"[{op: delete, name: [a]}]":  "cannot unmarshal array",
		"edits: []\nrollouts: []":    `unknown field "rollouts"`,
		"just words":                 "give a list of edits",
		"a: 1\na: 2":                 "already defined",
		"- {op: delete, kind: group": "-: ",
	} {
		expectRefusal(t, try(t, attempt{args: words("change -f -"), env: f.env, stdin: stdin}), exitFailed, want)
	}
}

func TestPolicyExport_file(t *testing.T) {
	f := newFakeServer(t, changeAnswers())
	path := filepath.Join(t.TempDir(), "policy.yaml")
	if got := try(t, attempt{args: []string{"policy", "export", "-f", path}, env: f.env}); got.code != exitDone || got.stdout != "" {
		t.Errorf("got %+v", got)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "kind: List\n" {
		t.Errorf("got %q, %v", data, err)
	}
}
