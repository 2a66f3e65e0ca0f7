package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api/wire"
)

// pastMaster returns a master with four revisions: a group and a rule, a group, a webhook, and that group changed.
func pastMaster(t *testing.T) *world {
	t.Helper()
	w := open(t, newMaster())
	w.change(t, changeBody(editNet+","+editWeb))
	w.change(t, changeBody(editAPI))
	w.change(t, changeBody(strings.Replace(editWeb, "shop", "changed", 1)))
	return w
}

func TestPolicyAt(t *testing.T) {
	w := pastMaster(t)
	tests := map[string]struct {
		query    string
		revision uint64
		want     []string
	}{
		"now":             {"", 4, []string{"group fed.api", "group fed.web", "network 100001"}},
		"a revision":      {"?revision=2", 2, []string{"group fed.web", "network 100001"}},
		"a time":          {"?at=2026-11-22T12:00:00Z", 4, []string{"group fed.api", "group fed.web", "network 100001"}},
		"another zone":    {"?at=2026-11-22T12:59:59.5%2B01:00", 0, []string{}},
		"before all":      {"?at=0001-01-01T00:00:00Z", 0, []string{}},
		"before anything": {"?revision=0", 0, []string{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := read[wire.PolicyAt](t, w.as(t, "reader", http.MethodGet, "/v1/fed/policy"+tt.query, ""))
			names := []string{}
			for _, o := range got.Objects {
				names = append(names, o.Kind+" "+o.Name)
				if !strings.Contains(string(o.Object), o.Name) {
					t.Errorf("%s %s is %s", o.Kind, o.Name, o.Object)
				}
			}
			if diff := cmp.Diff(tt.want, names); diff != "" || got.Revision != tt.revision || (got.At == nil) != (tt.revision == 0) {
				t.Errorf("policy = %+v, objects (-want +got):\n%s", got, diff)
			}
		})
	}
	one := w.as(t, "reader", http.MethodGet, "/v1/fed/policy?revision=0&cluster="+w.member.ID, "")
	one.wantBody(t, `{"at":null,"cluster":"`+w.member.ID+`","labels":{},"objects":[],"revision":0}`)
	for query, code := range map[string]int{
		"?at=yesterday": 6, "?revision=x": 6, "?revision=-1": 6, "?revision=1&at=2026-11-22T12:00:00Z": 6,
	} {
		got := w.as(t, "reader", http.MethodGet, "/v1/fed/policy"+query, "")
		got.want(t, http.StatusBadRequest, code)
		if word := strings.TrimPrefix(query[strings.Index(query, "=")+1:], "-"); !strings.Contains(got.Body, word[:1]) {
			t.Errorf("%s: %s does not say %q", query, got.Body, word)
		}
	}
	w.as(t, "reader", http.MethodGet, "/v1/fed/policy?revision=5", "").want(t, http.StatusNotFound, 7)
	w.as(t, "reader", http.MethodGet, "/v1/fed/policy?cluster=nobody", "").want(t, http.StatusNotFound, 7)
}

func TestPolicyAt_ofCluster(t *testing.T) {
	w := pastMaster(t)
	of := func(query string) wire.PolicyAt {
		return read[wire.PolicyAt](t, w.as(t, "reader", http.MethodGet, "/v1/fed/policy"+query, ""))
	}
	if all := of(""); len(all.Objects) != 3 || all.Cluster != "" || all.Objects[0].Targets != "env=test" || all.Objects[2].Targets != "env=prod" {
		t.Errorf("all of it: %+v", all)
	}
	if part := of("?cluster=oslo"); len(part.Objects) != 1 || part.Cluster != "r2" || part.Labels["env"] != "test" {
		t.Errorf("of oslo: %+v", part)
	}
}

func TestDiff(t *testing.T) {
	w := pastMaster(t)
	tests := map[string]struct {
		query    string
		from, to uint64
		want     []string
	}{
		"to now":          {"?from=2", 2, 4, []string{"created group fed.api", "changed group fed.web"}},
		"revisions":       {"?from=2&to=3", 2, 3, []string{"created group fed.api"}},
		"of a cluster":    {"?from=0&to=4&cluster=berlin", 0, 4, []string{"created group fed.web", "created network 100001"}},
		"times":           {"?from=2026-11-22T11:00:00Z&to=2026-11-22T12:00:00Z", 0, 4, []string{"created group fed.api", "created group fed.web", "created network 100001"}},
		"nothing between": {"?from=3&to=3", 3, 3, []string{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := read[wire.Diff](t, w.as(t, "reader", http.MethodGet, "/v1/fed/diff"+tt.query, ""))
			if diff := cmp.Diff(tt.want, inShort(got.Deltas)); diff != "" || got.From.Revision != tt.from || got.To.Revision != tt.to {
				t.Errorf("diff = %+v, deltas (-want +got):\n%s", got, diff)
			}
		})
	}
	for _, query := range []string{"", "?from=", "?from=yesterday", "?from=1&to=1.5", "?from=-1", "?from=3&to=2"} {
		w.as(t, "reader", http.MethodGet, "/v1/fed/diff"+query, "").want(t, http.StatusBadRequest, 6)
	}
	w.as(t, "reader", http.MethodGet, "/v1/fed/diff?from=5", "").want(t, http.StatusNotFound, 7)
	got := w.as(t, "reader", http.MethodGet, "/v1/fed/diff?from=tomorrow", "")
	if !strings.Contains(got.Body, `from is \"tomorrow\"; give a revision`) {
		t.Errorf("a from that is nothing: %s", got.Body)
	}
}
