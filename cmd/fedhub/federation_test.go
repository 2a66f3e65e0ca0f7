package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/deploy/examples"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

// operator gives commands to the master of a real federation: of a master and one remote, berlin, which has the
// label env=prod.
type operator struct {
	t              *testing.T
	master, berlin controller
}

func newOperator(t *testing.T) *operator {
	t.Helper()
	if testing.Short() {
		t.Skip("runs two controllers")
	}
	o := &operator{t: t, master: startController(t, "master"), berlin: startController(t, "berlin")}
	o.do("promote --address " + o.master.fed)
	o.master.env = append(o.master.env, "FEDHUB_API_TOKEN_FILE="+o.logIn()) // a password takes its time, each time
	token := o.do("token create --labels env=prod")
	if got := o.try(attempt{args: words("join --token-file -"), env: o.berlin.env, stdin: token}); got.code != exitDone {
		t.Fatalf("join: %+v", got)
	}
	return o
}

// logIn returns a file with the token of a session at the master.
func (o *operator) logIn() string {
	o.t.Helper()
	to := connection{server: "https://" + o.master.rest, username: "admin", passwordFile: writeFile(o.t, fakePassword)}
	to.caFile = filepath.Join(o.master.dir, restKeys, "ca.pem")
	client := waittest.Must(to.open(o.t.Context(), nil, io.Discard))(o.t)
	defer client.doer.CloseIdleConnections()
	token, _ := client.token.Load().(string) //nolint:errcheck // an empty one is refused
	return writeFile(o.t, token)
}

// try is [try] with the real clock.
func (o *operator) try(a attempt) result {
	o.t.Helper()
	var stdout, stderr strings.Builder
	code := run(o.t.Context(), a.args, surroundings{stdin: strings.NewReader(a.stdin), stdout: &stdout, stderr: &stderr, env: a.env, now: time.Now})
	return result{code, stdout.String(), stderr.String()}
}

// do gives a command to the master and expects that it is done. What is said begins with a line for each of wants.
func (o *operator) do(line string, wants ...string) string {
	o.t.Helper()
	return o.feed(line, "", wants...)
}

// feed is do with an input.
func (o *operator) feed(line, stdin string, wants ...string) string {
	o.t.Helper()
	got := o.try(attempt{args: words(line), env: o.master.env, stdin: stdin})
	if got.code != exitDone {
		o.t.Fatalf("%s: exit code %d: %s", line, got.code, got.stderr)
	}
	for _, want := range wants {
		if !strings.Contains(got.stdout, want) {
			o.t.Errorf("%s: it said\n%s\nwhich should have %q", line, got.stdout, want)
		}
	}
	return got.stdout
}

// refused gives a command and expects that the server refuses it.
func (o *operator) refused(line, stdin, want string) {
	o.t.Helper()
	expectRefusal(o.t, o.try(attempt{args: words(line), env: o.master.env, stdin: stdin}), exitFailed, want)
}

// eventually gives a command until it is done and what it says has want.
func (o *operator) eventually(line, want string) {
	o.t.Helper()
	waittest.Until(o.t, line+" says "+want, func() bool {
		got := o.try(attempt{args: words(line), env: o.master.env})
		return got.code == exitDone && strings.Contains(got.stdout, want)
	})
}

// importDemo imports the example policies and expects that all of each is taken.
func (o *operator) importDemo() {
	o.t.Helper()
	kinds := map[string]int{}
	for _, file := range examples.Demo() {
		var report wire.ImportReport
		waittest.Must(0, json.Unmarshal([]byte(o.feed("policy import -f - -o json", string(file.Data))), &report))(o.t)
		for _, item := range report.Objects {
			kinds[item.Kind]++
			if item.Outcome != string(policy.OutcomeCreated) && item.Outcome != string(policy.OutcomeUnchanged) {
				o.t.Errorf("%s:%d: %s %s is %s: %s", file.Name, item.Line, item.Kind, item.Name, item.Outcome, item.Reason)
			}
		}
	}
	for _, kind := range policy.Kinds() {
		if kinds[kind] == 0 {
			o.t.Errorf("no example has a %s", kind)
		}
	}
	if n := kinds[string(events.ObjectNetworkRule)]; n < 20 {
		o.t.Errorf("got %d rules, want 20 or more", n)
	}
}

// TestFederation_objects makes, changes and deletes one object of every kind.
func TestFederation_objects(t *testing.T) {
	o := newOperator(t)
	o.do("group add fed.web --member service=web --targets env=prod", "added: group fed.web (revision ")
	o.do("group set fed.web --comment new --targets ''")
	o.do("group show fed.web", "members  service=web", "comment  new")

	o.do("rule add --from fed.web --to external --action allow --ports tcp/443")
	o.do("rule add --from external --to fed.web --action deny")
	o.do("rule move 100002 --after 0")
	o.do("rule set 100001 --disable --targets env=prod")
	o.do("rule list --scope fed", "deny              -        -\n100001", "allow (disabled)  -        env=prod")

	o.do("admission add --deny --criterion 'imageRegistry containsAny docker.io,quay.io' --mode protect", "added: admission rule 100001")
	saved := o.do("admission show 100001 -o yaml")
	o.feed("admission set 100001 -f - --mode monitor --comment x", saved)
	o.do("admission show 100001", "mode        monitor", "imageRegistry  containsAny  docker.io,quay.io")
	o.do("admission add --exception --scope local --criterion 'namespace containsAny a'", "added: admission rule 1000")
	o.do("admission promote 1000")
	o.do("admission list --scope fed", "100002  fed    exception")
	o.do("admission state --enable --mode protect")
	o.do("admission state", "enabled         true", "mode            protect")

	o.do("webhook add fed.ops --url https://hooks.example.com/x --type Slack")
	o.do("webhook set fed.ops --disable")
	o.do("webhook show fed.ops", "enabled  false", "type     Slack")
	o.do("response add --event security-event --condition level:Critical --action webhook --webhook fed.ops")
	o.do("response set 100001 --group fed.web")
	o.do("response list --scope fed", "security-event  fed.web  level:Critical")
	o.refused("webhook delete fed.ops", "", "response rule")

	o.do("process set fed.web --allow nginx=/usr/sbin/nginx --deny curl --baseline basic")
	o.do("process set fed.web --delete curl")
	o.do("process show fed.web", "baseline       basic", "nginx    /usr/sbin/nginx  allow")
	o.do("file set fed.web --monitor /etc/nginx/* --recursive")
	o.do("file set fed.web --block /etc/nginx/* --app nginx")
	o.do("file show fed.web", "/etc/nginx/*  block_access  false      nginx")

	for _, side := range []string{"dlp", "waf"} {
		o.do(side + " add fed.card --rule 'long@body=[0-9]{16}' --comment x")
		o.do(side + " set fed.card --rule short=[0-9]{4} --delete long")
		o.do(side+" show fed.card", "short  ", "[0-9]{4}")
		o.do(side + " bind fed.web --sensor fed.card=deny")
		o.do(side+" groups --scope fed", "fed.card=deny")
		o.refused(side+" delete fed.card", "", "fed.web")
		o.do(side + " bind fed.web --delete fed.card")
		o.do(side + " delete fed.card")
	}

	o.eventually("status --cluster berlin --kind group --name fed.web", "idle")
	o.do("admission add --deny --criterion runAsRoot=true --cluster berlin", "added: admission rule 1000")
	o.do("admission list --cluster berlin --scope local", "1000  local  deny")
	o.refused("group add fed.x --member service=x --cluster berlin", "", "read-only here")
	o.do("response delete 100001")
	o.do("webhook delete fed.ops")
	o.do("admission delete 100001 100002")
	o.do("group delete fed.web", "deleted: group fed.web")
	o.do("rule list --scope fed -o json", "[]")
}

// TestFederation_changes takes the example policies through diffs, changes, history and back.
func TestFederation_changes(t *testing.T) {
	o := newOperator(t)
	o.importDemo()
	shop := string(examples.Demo()[0].Data)
	o.feed("policy diff -f -", shop, "no difference")
	o.feed("policy diff -f -", strings.Replace(shop, "ports: tcp/443", "ports: tcp/8443", 1), "+ network 1000", "would change: 1 created, 0 changed, 0 removed; for master, berlin")
	whole := o.do("policy export")
	o.feed("policy diff -f -", whole, "no difference")

	change := string(examples.Change().Data)
	o.feed("change -f - --dry-run", change, "+ group fed.reports", "targets   env=prod", "- dlp-group fed.checkout", "would change: 4 created, 0 changed, 1 removed; for master, berlin")
	o.refused("change -f - --dry-run", "- {op: delete, kind: group, name: fed.nobody}", "something is wrong with 1 of its edits")
	o.refused("change -f -", "- {op: delete, kind: group, name: fed.nobody}", "fed.nobody")
	var before []wire.Revision
	waittest.Must(0, json.Unmarshal([]byte(o.do("revision list --limit 1 -o json")), &before))(t)
	last := before[0].Revision
	o.feed("change -f -", change, "changed: 4 created")
	o.do("rule list --scope fed", "fed.reports")
	o.do("revision list --limit 1", "admin", "group fed.reports")
	o.do(fmt.Sprintf("revision show %d", last+5), "+ group fed.reports", "- dlp-group fed.checkout")
	o.refused(fmt.Sprintf("change -f - --if-revision %d", last), change, "it was made for revision")
	o.do(fmt.Sprintf("rollback %d --dry-run", last), "- group fed.reports", "+ dlp-group fed.checkout")
	o.do(fmt.Sprintf("rollback %d", last), fmt.Sprintf("rolled back to revision %d", last))
	o.feed("policy diff -f -", whole, "no difference")
}

// TestFederation_rollout takes a change to berlin, and another one back.
func TestFederation_rollout(t *testing.T) {
	o := newOperator(t)
	o.do("cluster label berlin env=canary region-", "labeled: cluster berlin")
	o.do("cluster list --labels", "env=canary")
	o.refused("rollout pause", "", "no rollout is on its way")
	group := "- {op: upsert, kind: group, object: {name: fed.web, criteria: [{key: service, op: '=', value: web}]}}"
	o.feed("change -f - --wave env=canary --manual --comment first", group, "started: rollout ", "1 created")
	o.do("rollout show", "manual      true", "comment     first", "1  env=canary")
	o.eventually("rollout show", "well")
	first := strings.Fields(strings.Split(o.do("rollout list"), "\n")[1])[0]
	o.do("rollout approve", "approved: rollout ")
	o.do("rollout watch "+first, "completed") // by its id: it may have ended by now
	o.do("group list --scope fed", "fed.web")

	o.feed("change -f - --wave 100% --soak 1h", "- {op: delete, kind: group, name: fed.web}", "started: rollout ")
	o.do("rollout pause")
	o.do("rollout show", "status      paused")
	o.do("rollout resume")
	o.do("rollout abort")
	list := o.do("rollout list", "aborted", "completed", "first")
	o.refused("rollout watch "+strings.Fields(strings.Split(list, "\n")[1])[0], "", "was aborted")
	o.eventually("status --name fed.web", "idle")

	o.do("deploy berlin --force", "berlin   true  synced")
	o.refused("deploy master", "", "there is no cluster to deploy to")
}
