package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/internal/fedtest"
)

// goNeuvector speaks as the library go-neuvector (2023-06) does: it puts URLs together by "%s/%s" from a base
// that ends in /v1 and paths that begin with "/", follows redirects as net/http does, and logs in again
// when, and only when, it reads 408.
type goNeuvector struct {
	t         *testing.T
	base      string
	doer      *http.Client
	token     string
	refreshed int
}

func newGoNeuvector(t *testing.T, w *fedtest.World, c *fedtest.Cluster) *goNeuvector {
	t.Helper()
	g := &goNeuvector{t: t, base: c.URL() + "/v1", doer: w.HTTPClient()}
	g.login()
	return g
}

func (g *goNeuvector) login() {
	g.t.Helper()
	body := fmt.Sprintf(`{"password":{"username":"admin","password":%q}}`, fedtest.Password)
	status, answer := g.send(http.MethodPost, g.base+"/auth", []byte(body))
	var login wire.Login
	if err := json.Unmarshal(answer, &login); err != nil || status != http.StatusOK {
		g.t.Fatalf("log in: %d %s", status, answer)
	}
	g.token = login.Token.Token
}

func (g *goNeuvector) send(method, url string, body []byte) (int, []byte) {
	g.t.Helper()
	r, err := http.NewRequestWithContext(g.t.Context(), method, url, bytes.NewReader(body))
	if err != nil {
		g.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Auth-Token", g.token)
	answer, err := g.doer.Do(r)
	if err != nil {
		g.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }() //nolint:errcheck // it was read
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	return answer.StatusCode, data
}

// do fails the test unless the answer is 2xx, after one new login if need be.
func (g *goNeuvector) do(method, path, body string) []byte {
	g.t.Helper()
	url := g.base + "/" + path
	status, answer := g.send(method, url, []byte(body))
	if status == http.StatusRequestTimeout {
		g.refreshed++
		g.login()
		status, answer = g.send(method, url, []byte(body))
	}
	if status/100 != 2 {
		g.t.Fatalf("%s %s: %d %s", method, url, status, answer)
	}
	return answer
}

// TestGoNeuvector sends the exact requests of go-neuvector.
func TestGoNeuvector(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	primary := w.Standalone("primary")
	client := newGoNeuvector(t, w, primary)
	fed := primary.FedAddress()
	client.do(http.MethodPost, "/fed/promote", fmt.Sprintf(`{"master_rest_info":{"server":%q,"port":%d},"name":"primary","user":"admin"}`, fed.Server, fed.Port))
	client = newGoNeuvector(t, w, primary) // each of its tests logs in anew
	if got := primary.Member(); got.FedRole != "master" || got.MasterCluster.Name != "primary" {
		t.Errorf("promoted: %+v", got)
	}

	client.do(http.MethodPost, "/group", `{"config":{"name":"fed.web","comment":"","criteria":[{"key":"label","value":"x","op":"="}]}}`)
	client.do(http.MethodPatch, "/policy/rule?scope=fed", `{"rules":[
		{"action":"allow","applications":["SSL"],"cfg_type":"federal","comment":"one","disable":false,"from":"fed.web","id":0,"learned":false,"ports":"tcp/443","priority":0,"to":"external"},
		{"action":"deny","applications":["any"],"cfg_type":"federal","comment":"two","disable":false,"from":"external","id":0,"learned":false,"ports":"any","priority":0,"to":"fed.web"}],"delete":null}`)
	var all wire.Rules
	if err := json.Unmarshal(client.do(http.MethodGet, "/policy/rule?scope=fed", ""), &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Rules) != 2 || all.Rules[0].Comment != "one" || all.Rules[1].Comment != "two" {
		t.Fatalf("rules: %+v", all.Rules)
	}
	client.do(http.MethodPatch, "/policy/rule?scope=fed", fmt.Sprintf(`{"rules":null,"delete":[%d]}`, all.Rules[0].ID))
	if got := rulesOf(primary, "fed"); len(got) != 1 || got[0].Comment != "two" {
		t.Errorf("after the deletion: %+v", got)
	}

	if client.refreshed > 0 {
		t.Fatal("a session was over before its time")
	}
	primary.Clock.Move(10 * time.Minute)
	client.do(http.MethodGet, "/group", "")
	client.do(http.MethodPatch, "/policy/rule?scope=fed", `{"rules":[],"delete":null}`)
	if client.refreshed != 1 {
		t.Errorf("logged in again %d times, want once", client.refreshed)
	}
	client.token = "not a token"
	if status, answer := client.send(http.MethodGet, client.base+"//group", nil); status/100 == 2 || status == http.StatusRequestTimeout {
		t.Errorf("a bad token: %d %s", status, answer)
	}

	client.login()
	client.do(http.MethodDelete, "/group/fed.web", "")
	client.do(http.MethodPost, "/fed/demote", "")
	if got := primary.Member().FedRole; got != "" {
		t.Errorf("demoted, and still %q", got)
	}
}
