package api_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/events"
)

func TestLabelCluster(t *testing.T) {
	f := newMaster()
	w := open(t, f)
	label := func(who, id, body string) reply { return w.as(t, who, http.MethodPatch, "/v1/fed/cluster/"+id, body) }
	label("fedAdmin", "r1", `{"labels":{"region":"eu","env":null}}`).wantBody(t, "")
	label("fedAdmin", "r1", `{"labels":{"tier":""}}`).wantBody(t, "")
	if diff := cmp.Diff(events.Labels{"region": "eu", "tier": ""}, f.summaries[1].Labels); diff != "" {
		t.Errorf("labels, -want +got:\n%s", diff)
	}
	label("fedAdmin", "r1", `{"labels":{"a b":"c"}}`).want(t, 400, 6)
	label("fedAdmin", "r1", `{"labels":{"env":1}}`).want(t, 400, 6)
	label("fedAdmin", "r1", `{"label":{"env":"prod"}}`).want(t, 400, 6)
	label("fedAdmin", "r9", `{"labels":{"env":"prod"}}`).want(t, 400, 7)
	label("fedReader", "r1", `{"labels":{"env":"prod"}}`).want(t, 403, 25)
}
