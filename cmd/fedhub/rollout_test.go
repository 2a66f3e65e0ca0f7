package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func rolloutJSON(status, reason, open string, clusters ...string) string {
	return `{"id":"r1","comment":"the port","status":"` + status + `","reason":"` + reason + `","manual":false,"open":` + open + `,
"opened_at":"2026-06-01T12:00:00Z","objects":3,"base":7,"started_by":"admin","started_at":"2026-06-01T11:00:00Z","ended_at":null,
"waves":[{"selector":"env=canary","percent":0,"soak_seconds":60,"clusters":[` + strings.Join(clusters, ",") + `]},
{"selector":"env=prod","percent":25,"soak_seconds":0,"clusters":[]},{"selector":"","percent":0,"soak_seconds":0,"clusters":[]}]}`
}

const (
	reachedBerlin = `{"id":"b1","name":"berlin","status":"out_of_sync","reached":true,"well":false,"absent":false,"wrong":""}`
	wellBerlin    = `{"id":"b1","name":"berlin","status":"synced","reached":true,"well":true,"absent":false,"wrong":""}`
	awayOslo      = `{"id":"o1","name":"oslo","status":"disconnected","reached":true,"well":false,"absent":true,"wrong":""}`
	wrongOslo     = `{"id":"o1","name":"oslo","status":"synced","reached":true,"well":false,"absent":false,"wrong":"no room"}`
)

func rolloutAnswers() map[string]string {
	ended := strings.Replace(rolloutJSON("completed", "", "3"), `"id":"r1"`, `"id":"r0"`, 1)
	return map[string]string{
		"GET /v1/fed/rollout":             `{"rollouts":[` + rolloutJSON("running", "", "1") + `,` + ended + `]}`,
		"GET /v1/fed/rollout/r1":          `{"rollout":` + rolloutJSON("paused", "oslo: no room", "1", wellBerlin, wrongOslo) + `}`,
		"POST /v1/fed/rollout/r1/pause":   "",
		"POST /v1/fed/rollout/r1/approve": "",
		"POST /v1/fed/rollout/r9/abort":   "",
		"GET /v1/fed/status": `{"states":[{"kind":"group","name":"fed.web","cluster":"b1","cluster_name":"berlin","desired_revision":7,"applied_revision":7,
"state":"enforced","reason":"","since":null}],"next":"group/fed.web@berlin"}` + answerMark + `{"states":[{"kind":"network","name":"100001","cluster":"b1",
"cluster_name":"berlin","desired_revision":9,"applied_revision":null,"state":"unknown","reason":"the cluster is not heard from","since":null}],"next":""}`,
		"GET /v1/fed/summary": summaryJSON,
		"POST /v1/fed/deploy": `{"results":{"b1":0},"outcomes":[{"id":"b1","name":"berlin","done":false,"status":"out_of_sync","revision":11,"reason":"no room"},
{"id":"o1","name":"oslo","done":true,"status":"synced","revision":12,"reason":""}]}`,
		"PATCH /v1/fed/cluster/b1": "",
	}
}

func TestRollout_output(t *testing.T) {
	goldenSession(t, newFakeServer(t, rolloutAnswers()), "rollouts.txt", []string{
		"rollout list", "rollout show", "rollout show r1 -o yaml", "rollout pause", "rollout approve", "rollout abort r9", "status",
		"cluster label berlin env=prod",
	})
}

func TestRollout_requests(t *testing.T) {
	for line, want := range map[string][]string{
		"rollout pause":    {"GET /v1/fed/rollout", "POST /v1/fed/rollout/r1/pause"},
		"rollout abort r9": {"POST /v1/fed/rollout/r9/abort"},
		"status --kind group --name fed.web --cluster berlin": {
			"GET /v1/fed/status?kind=group&name=fed.web&cluster=berlin&limit=1000",
			"GET /v1/fed/status?kind=group&name=fed.web&cluster=berlin&after=group%2Ffed.web%40berlin&limit=1000",
		},
		"cluster label berlin env=prod region= zone-": {
			"GET /v1/fed/summary", `PATCH /v1/fed/cluster/b1 {"labels":{"env":"prod","region":"","zone":null}}`,
		},
	} {
		t.Run(line, func(t *testing.T) {
			f := newFakeServer(t, rolloutAnswers())
			if got := try(t, attempt{args: words(line), env: f.env}); got.code != exitDone {
				t.Errorf("exit code %d, %q", got.code, got.stderr)
			}
			if diff := cmp.Diff(want, f.requests()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRollout_noneOnItsWay(t *testing.T) {
	f := newFakeServer(t, map[string]string{"GET /v1/fed/rollout": `{"rollouts":[]}`})
	expectRefusal(t, try(t, attempt{args: words("rollout resume"), env: f.env}), exitFailed, "no rollout is on its way")
}

func TestDeploy(t *testing.T) {
	f := newFakeServer(t, rolloutAnswers())
	got := try(t, attempt{args: words("deploy berlin b1 --force"), env: f.env})
	expectRefusal(t, got, exitFailed, "1 of 2 clusters are not in sync")
	want := "CLUSTER  DONE   STATUS       REVISION  REASON\n" +
		"berlin   false  out_of_sync        11  no room\n" +
		"oslo     true   synced             12  -\n"
	if diff := cmp.Diff(want, got.stdout); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	requests := f.requests()
	if diff := cmp.Diff(`POST /v1/fed/deploy {"force":true,"ids":["b1","b1"]}`, requests[len(requests)-1]); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	expectRefusal(t, try(t, attempt{args: words("deploy lima"), env: f.env}), exitFailed, `no cluster with the name or id "lima"`)
}

// TestRolloutWatch follows a rollout through its events to its end.
func TestRolloutWatch(t *testing.T) {
	for last, c := range map[string]struct {
		code   int
		stderr string
		line   string
	}{
		rolloutJSON("completed", "", "3"):                {exitDone, "", "rollout r1: wave 3/3, completed"},
		rolloutJSON("aborted", "by admin, who was", "1"): {exitFailed, "rollout r1 was aborted: by admin, who was", "rollout r1: wave 1/3, aborted: by admin, who was"},
	} {
		answers := rolloutAnswers()
		answers["GET /v1/fed/events"] = `{"events":[],"next":"c0"}`
		answers["GET /v1/fed/events/stream"] = strings.ReplaceAll(streamText, "group.", "rollout.")
		answers["GET /v1/fed/rollout/r1"] = strings.Join([]string{
			`{"rollout":` + rolloutJSON("running", "", "1", reachedBerlin, awayOslo) + `}`,
			`{"rollout":` + rolloutJSON("running", "", "1", wellBerlin, awayOslo) + `}`,
			`{"rollout":` + last + `}`,
		}, answerMark)
		f := newFakeServer(t, answers)
		got := try(t, attempt{args: words("rollout watch"), env: f.env})
		if got.code != c.code || !strings.Contains(got.stderr, c.stderr) {
			t.Errorf("got exit code %d, want %d; it said %q", got.code, c.code, got.stderr)
		}
		want := "12:00:00Z  rollout r1: wave 1/3, running\n" +
			"12:00:00Z  wave 1  berlin is out_of_sync: reached\n" +
			"12:00:00Z  wave 1  oslo is disconnected: away\n" +
			"12:00:00Z  wave 1  berlin is synced: well\n" +
			"12:00:00Z  " + c.line + "\n"
		if diff := cmp.Diff(want, got.stdout); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		if diff := cmp.Diff([]string{"GET /v1/fed/events?limit=1&tail=true", "GET /v1/fed/rollout"}, f.requests()[:2]); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}
	}
}
