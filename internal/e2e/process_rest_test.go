//go:build linux

package e2e_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/fedhub/fedhub/api/wire"
)

// callPatience bounds one REST call.
const callPatience = 20 * time.Second

// problem is an answer that is none of success.
type problem struct {
	status int
	wire.Problem
}

func (p *problem) Error() string {
	return fmt.Sprintf("status %d, code %d: %s", p.status, p.Code, p.Message)
}

// reply turns what a call brought into an error when it is not a success.
func reply(r *http.Response, p *wire.Problem) error {
	switch {
	case r.StatusCode == http.StatusOK:
		return nil
	case p != nil:
		return &problem{r.StatusCode, *p}
	}
	return &problem{status: r.StatusCode, Problem: wire.Problem{Message: "no error object"}}
}

// try logs in at the process, or says why not. The certificate is checked against the authority that the
// process keeps for its REST server.
func (p *proc) try(ctx context.Context) error {
	authority, err := os.ReadFile(filepath.Join(p.seen(p.dir), "rest", "ca.pem"))
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(authority) {
		return errors.New("no certificate authority yet")
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{
		MinVersion: tls.VersionTLS13, RootCAs: roots, ServerName: "localhost",
	}}
	client, err := wire.NewClientWithResponses("https://"+p.rest,
		wire.WithHTTPClient(&http.Client{Transport: transport, Timeout: callPatience}),
		wire.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
			if token := p.token.Load(); token != nil {
				r.Header.Set("X-Auth-Token", *token)
			}
			return nil
		}))
	if err != nil {
		return err
	}
	r, err := client.LoginWithResponse(ctx, wire.Credentials{Password: wire.Password{Username: "admin", Password: adminPassword}})
	if err != nil {
		transport.CloseIdleConnections()
		return err
	}
	if err := reply(r.HTTPResponse, r.JSONDefault); err != nil {
		return err
	}
	p.token.Store(&r.JSON200.Token.Token)
	if old := p.client.Swap(client); old != nil {
		if doer, ok := old.ClientInterface.(*wire.Client).Client.(*http.Client); ok {
			doer.CloseIdleConnections()
		}
	}
	return nil
}

// login returns when the process answers a login.
func (p *proc) login() {
	p.t.Helper()
	await(p.t, p.name+" answers", func() error { return p.try(p.t.Context()) })
}

func (p *proc) api() *wire.ClientWithResponses { return p.client.Load() }

// promote makes the process a master that remotes reach at the given address.
func (p *proc) promote(at string) {
	p.t.Helper()
	r, err := p.api().PromoteWithResponse(p.t.Context(), wire.Promotion{MasterRestInfo: restInfoOf(p.t, at)})
	if err == nil {
		err = reply(r.HTTPResponse, r.JSONDefault)
	}
	if err != nil {
		p.t.Fatalf("promote: %v", err)
	}
}

// mint returns the text of a new join token.
func (p *proc) mint() string {
	p.t.Helper()
	r, err := p.api().MintTokenWithResponse(p.t.Context(), &wire.MintTokenParams{})
	if err == nil {
		err = reply(r.HTTPResponse, r.JSONDefault)
	}
	if err != nil {
		p.t.Fatalf("mint a token: %v", err)
	}
	return r.JSON200.JoinToken
}

// join makes the process a remote.
func (p *proc) join(request wire.Join) error {
	r, err := p.api().JoinWithResponse(p.t.Context(), request)
	if err != nil {
		return err
	}
	return reply(r.HTTPResponse, r.JSONDefault)
}

// federate makes a master of the first process, remotes of the others, and waits until they are synced.
func federate(t *testing.T, master *proc, remotes ...*proc) {
	t.Helper()
	master.start()
	master.promote(master.fed)
	for _, r := range remotes {
		r.start()
		if err := r.join(wire.Join{JoinToken: master.mint()}); err != nil {
			t.Fatalf("%s joins: %v", r.name, err)
		}
	}
	for _, r := range remotes {
		await(t, r.name+" synced", func() error { return master.sees(r.name, "synced") })
	}
}

// summary returns what the process says of the named cluster, and when.
func (p *proc) summary(name string) (wire.ClusterSummary, time.Time, error) {
	r, err := p.api().GetSummaryWithResponse(p.t.Context())
	if err != nil {
		return wire.ClusterSummary{}, time.Time{}, err
	}
	if err := reply(r.HTTPResponse, r.JSONDefault); err != nil {
		return wire.ClusterSummary{}, time.Time{}, err
	}
	for _, c := range r.JSON200.Clusters {
		if c.Name == name {
			return c, r.JSON200.Time, nil
		}
	}
	return wire.ClusterSummary{}, time.Time{}, fmt.Errorf("%s knows no cluster %s", p.name, name)
}

// sees returns an error unless the process says that the named cluster has the given status.
func (p *proc) sees(name, status string) error {
	s, _, err := p.summary(name)
	if err == nil && s.Status != status {
		err = fmt.Errorf("%s is %s at revision %d of %d", name, s.Status, s.AppliedRevision, s.DesiredRevision)
	}
	return err
}

// groups returns the names of the federated groups at the process.
func (p *proc) groups() (map[string]wire.GroupBrief, error) {
	scope := wire.Scope("fed")
	r, err := p.api().ListGroupsWithResponse(p.t.Context(), &wire.ListGroupsParams{Scope: &scope})
	if err != nil {
		return nil, err
	}
	if err := reply(r.HTTPResponse, r.JSONDefault); err != nil {
		return nil, err
	}
	out := map[string]wire.GroupBrief{}
	for _, g := range r.JSON200.Groups {
		out[g.Name] = g
	}
	return out, nil
}

// rules returns the federated rules at the process, in order.
func (p *proc) rules() ([]wire.Rule, error) {
	scope := wire.Scope("fed")
	r, err := p.api().ListRulesWithResponse(p.t.Context(), &wire.ListRulesParams{Scope: &scope})
	if err != nil {
		return nil, err
	}
	return r.JSON200.Rules, reply(r.HTTPResponse, r.JSONDefault)
}

// receipt is what an acknowledged write answered.
type receipt struct {
	command  string
	revision uint64
}

// addGroup writes a federated group.
func (p *proc) addGroup(ctx context.Context, name string) (receipt, error) {
	criteria := []wire.Criterion{{Key: "image", Op: "=", Value: name}}
	r, err := p.api().CreateGroupWithResponse(ctx, wire.GroupWrite{Config: wire.GroupConfig{Name: name, Criteria: &criteria}})
	if err != nil {
		return receipt{}, err
	}
	return receiptOf(r.HTTPResponse, r.JSONDefault)
}

// addRule writes a federated rule behind all others. Its comment tells it apart.
func (p *proc) addRule(ctx context.Context, comment string) (receipt, error) {
	scope, everyone, action := wire.Scope("fed"), "external", "deny"
	to := "fed.nodes"
	r, err := p.api().PatchRulesWithResponse(ctx, &wire.PatchRulesParams{Scope: &scope}, wire.RulesPatch{
		Insert: &wire.RuleInsert{Rules: []wire.RuleConfig{{Comment: &comment, From: &everyone, To: &to, Action: &action}}},
	})
	if err != nil {
		return receipt{}, err
	}
	return receiptOf(r.HTTPResponse, r.JSONDefault)
}

func receiptOf(r *http.Response, p *wire.Problem) (receipt, error) {
	if err := reply(r, p); err != nil {
		return receipt{}, err
	}
	revision, err := strconv.ParseUint(r.Header.Get("X-Fedhub-Revision"), 10, 64)
	return receipt{command: r.Header.Get("X-Fedhub-Command"), revision: revision}, err
}

func restInfoOf(t *testing.T, addr string) *wire.RestInfo {
	t.Helper()
	host, portText, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(portText)
	if err != nil {
		t.Fatal(err)
	}
	return &wire.RestInfo{Server: host, Port: port}
}
