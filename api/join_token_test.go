package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
)

func TestJoinToken(t *testing.T) {
	tests := map[string]struct {
		query    string
		lifetime time.Duration
		uses     int
		labels   events.Labels
	}{
		"default":      {"", time.Hour, 1, nil},
		"given":        {"?token_duration=5&uses=3", 5 * time.Minute, 3, nil},
		"no number":    {"?token_duration=soon", time.Hour, 1, nil},
		"not positive": {"?token_duration=-1", time.Hour, 1, nil},
		"far too big":  {"?token_duration=99999999999999999999", time.Hour, 1, nil},
		"too long":     {"?token_duration=99999999", 365 * 24 * time.Hour, 1, nil},
		"labels":       {"?labels=env%3Dprod,region%3D", time.Hour, 1, events.Labels{"env": "prod", "region": ""}},
		"no labels":    {"?labels=", time.Hour, 1, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := newFake(cluster.RoleMaster)
			var asked cluster.TokenRequest
			f.mint = func(r cluster.TokenRequest) (cluster.Token, error) {
				asked = r
				return cluster.Token{ID: "t1", Secret: "eyJ", Expires: noon.Add(r.Lifetime), Uses: r.Uses}, nil
			}
			w := open(t, f)
			got := w.as(t, "fedAdmin", http.MethodGet, "/v1/fed/join_token"+tt.query, "")
			got.wantBody(t, fmt.Sprintf(`{"expires":%q,"id":"t1","join_token":"eyJ","uses":%d}`, noon.Add(tt.lifetime).Format(time.RFC3339), tt.uses))
			if diff := cmp.Diff(cluster.TokenRequest{Actor: "fedAdmin", Lifetime: tt.lifetime, Uses: tt.uses, Labels: tt.labels}, asked); diff != "" {
				t.Errorf("request, -want +got:\n%s", diff)
			}
		})
	}
	w := open(t, newFake(cluster.RoleMaster))
	w.as(t, "fedAdmin", http.MethodGet, "/v1/fed/join_token?uses=0", "").want(t, 400, 6)
	w.as(t, "fedReader", http.MethodGet, "/v1/fed/join_token", "").want(t, 403, 25)
	for _, labels := range []string{"env", "env=prod,", "=prod", "env=prod,env=test", "env=prod, region=eu", "env=a=b", "env=-"} {
		w.as(t, "fedAdmin", http.MethodGet, "/v1/fed/join_token?labels="+url.QueryEscape(labels), "").want(t, 400, 6)
	}
	w.as(t, "fedAdmin", http.MethodDelete, "/v1/fed/token/t1", "").wantBody(t, "")
	all := read[wire.Tokens](t, w.as(t, "fedAdmin", http.MethodGet, "/v1/fed/tokens", "")).Tokens
	want := []wire.Token{
		{ID: "new", CreatedAt: noon.Add(time.Hour), Uses: 2, Used: 1, CreatedBy: "admin", Labels: wire.Labels{"env": "prod"}},
		{ID: "old", CreatedAt: noon, Labels: wire.Labels{}},
	}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("tokens, the newest first, -want +got:\n%s", diff)
	}
}
