package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/api"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/policy"
)

// benchWrites is how many single writes the benchmark of propagation makes.
const benchWrites = 500

// BenchmarkPropagation prints how long a federated rule takes from the moment its REST write is sent to the
// moment the remote's REST API shows it, for one remote on loopback with TLS, beside the floor of the same
// run: one append that is synced to disk, and one plain NATS message over a leaf connection of the same kind.
// It makes benchWrites writes whatever b.N is.
func BenchmarkPropagation(b *testing.B) {
	floor := newFloor(b)
	pair := newPair(b)
	rule := func(i int) string {
		return fmt.Sprintf(`{"config":{"id":%d,"comment":"write %d","cfg_type":"federal"}}`, pair.rule, i)
	}
	var sent, accepted, appends, messages []time.Duration
	for i := range benchWrites {
		appends = append(appends, floor.append(b, i))
		messages = append(messages, floor.message(b))
		start := time.Now()
		pair.master.call(b, http.MethodPatch, fmt.Sprintf("/v1/policy/rule/%d", pair.rule), rule(i))
		answered := time.Now()
		seen := pair.seen(b, fmt.Sprintf("write %d", i))
		sent, accepted = append(sent, seen.Sub(start)), append(accepted, seen.Sub(answered))
	}
	ms := func(list []time.Duration, share float64) float64 {
		slices.Sort(list)
		return float64(list[int(share*float64(len(list)-1))].Microseconds()) / 1000
	}
	least := ms(appends, 0.5) + ms(messages, 0.5)
	b.ReportMetric(ms(sent, 0.5), "sent-p50-ms")
	b.ReportMetric(ms(sent, 0.99), "sent-p99-ms")
	b.ReportMetric(ms(accepted, 0.5), "accepted-p50-ms")
	b.ReportMetric(ms(accepted, 0.99), "accepted-p99-ms")
	b.ReportMetric(ms(appends, 0.5), "append-p50-ms")
	b.ReportMetric(ms(messages, 0.5), "message-p50-ms")
	b.ReportMetric(ms(sent, 0.5)/least, "sent/floor")
	b.ReportMetric(ms(accepted, 0.5)/least, "accepted/floor")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkReplace prints how long 1,000 rules sent in one call take from the answer to the moment the
// remote's REST API shows all of them.
func BenchmarkReplace(b *testing.B) {
	pair := newPair(b)
	const rules = 1000
	var sent, accepted []float64
	for round := range 5 {
		list := make([]string, 0, rules)
		for i := range rules {
			list = append(list, fmt.Sprintf(`{"id":0,"from":"fed.bench","to":"external","ports":"tcp/%d","action":"allow","cfg_type":"federal","comment":"round %d rule %d"}`, i+1, round, i))
		}
		pair.master.call(b, http.MethodDelete, "/v1/policy/rule?scope=fed", "")
		start := time.Now()
		pair.master.call(b, http.MethodPatch, "/v1/policy/rule?scope=fed", `{"rules":[`+strings.Join(list, ",")+`]}`)
		answered := time.Now()
		seen := pair.seenAll(b, fmt.Sprintf("round %d rule", round), rules)
		sent = append(sent, float64(seen.Sub(start).Milliseconds()))
		accepted = append(accepted, float64(seen.Sub(answered).Milliseconds()))
	}
	slices.Sort(sent)
	slices.Sort(accepted)
	b.ReportMetric(sent[len(sent)/2], "sent-median-ms")
	b.ReportMetric(accepted[len(accepted)/2], "accepted-median-ms")
	b.ReportMetric(accepted[len(accepted)-1], "accepted-worst-ms")
	b.ReportMetric(0, "ns/op")
}

// restPeer is a controller and its REST server.
type restPeer struct {
	controller *cluster.Controller
	url        string
	client     *http.Client
	token      string
}

// pair is a master with one synced remote.
type pair struct {
	master, remote *restPeer
	rule           uint32
}

func newPair(b *testing.B) *pair {
	b.Helper()
	port := freePort(b)
	p := &pair{master: newRestPeer(b, "master", port), remote: newRestPeer(b, "remote", freePort(b))}
	p.master.call(b, http.MethodPost, "/v1/fed/promote", fmt.Sprintf(`{"master_rest_info":{"server":"127.0.0.1","port":%d}}`, port))
	var token struct {
		JoinToken string `json:"join_token"`
	}
	if err := json.Unmarshal(p.master.call(b, http.MethodGet, "/v1/fed/join_token", ""), &token); err != nil {
		b.Fatal(err)
	}
	p.remote.call(b, http.MethodPost, "/v1/fed/join", fmt.Sprintf(`{"join_token":%q}`, token.JoinToken))
	p.master.call(b, http.MethodPost, "/v1/group", `{"config":{"name":"fed.bench","cfg_type":"federal","criteria":[{"key":"image","value":"bench","op":"="}]}}`)
	p.master.call(b, http.MethodPatch, "/v1/policy/rule?scope=fed",
		`{"insert":{"after":0,"rules":[{"id":0,"from":"fed.bench","to":"external","ports":"tcp/443","action":"allow","cfg_type":"federal"}]}}`)
	for r := range policy.All[events.NetworkRule](p.master.controller.Federal()) {
		p.rule = r.ID
	}
	p.seen(b, "")
	return p
}

// seen returns when the remote's REST API showed the rule with the given comment.
func (p *pair) seen(b *testing.B, comment string) time.Time {
	b.Helper()
	return p.shown(b, fmt.Sprintf("/v1/policy/rule/%d", p.rule), fmt.Sprintf("%q", comment), 1)
}

// seenAll returns when the remote's REST API showed n rules with the text in their comments.
func (p *pair) seenAll(b *testing.B, text string, n int) time.Time {
	b.Helper()
	return p.shown(b, "/v1/policy/rule?scope=fed", text, n)
}

func (p *pair) shown(b *testing.B, path, text string, n int) time.Time {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	for {
		changed := p.remote.controller.Changed()
		if body, status := p.remote.try(b, http.MethodGet, path, ""); status == http.StatusOK && strings.Count(string(body), text) >= n {
			return time.Now()
		}
		select {
		case <-changed:
		case <-ctx.Done():
			b.Fatalf("the remote never showed %q", text)
		}
	}
}

func newRestPeer(b *testing.B, name string, port uint16) *restPeer {
	b.Helper()
	const password = "for-the-benchmark"
	quiet := slog.New(slog.DiscardHandler)
	c, err := cluster.Open(b.Context(), cluster.Config{
		Name: name, DataDir: b.TempDir(), FedListen: fmt.Sprintf("127.0.0.1:%d", port), Address: events.RestInfo{Server: "127.0.0.1", Port: 10443},
		AdminPassword: password, Version: "0.1.0", Enforcer: agent.None{}, Logger: quiet, Now: time.Now,
	})
	if err != nil {
		b.Fatal(err)
	}
	inBackground(b, c.Run)
	<-c.Started()
	srv := httptest.NewUnstartedServer(api.New(api.Config{Controller: c, Version: "0.1.0", Logger: quiet, Now: time.Now}))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	b.Cleanup(srv.Close)
	p := &restPeer{controller: c, url: srv.URL, client: srv.Client()}
	var login struct {
		Token struct {
			Token string `json:"token"`
		} `json:"token"`
	}
	if err := json.Unmarshal(p.call(b, http.MethodPost, "/v1/auth", fmt.Sprintf(`{"password":{"username":"admin","password":%q}}`, password)), &login); err != nil {
		b.Fatal(err)
	}
	p.token = login.Token.Token
	return p
}

// call makes a request that must succeed.
func (p *restPeer) call(b *testing.B, method, path, body string) []byte {
	b.Helper()
	answer, status := p.try(b, method, path, body)
	if status != http.StatusOK {
		b.Fatalf("%s %s: %d %s", method, path, status, answer)
	}
	return answer
}

func (p *restPeer) try(b *testing.B, method, path, body string) (answer []byte, status int) {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), method, p.url+path, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Auth-Token", p.token)
	resp, err := p.client.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := resp.Body.Close(); err != nil {
			b.Error(err)
		}
	}()
	if answer, err = io.ReadAll(resp.Body); err != nil {
		b.Fatal(err)
	}
	return answer, resp.StatusCode
}

// floor is a hub and one agent without REST: what an append and a message cost at least.
type floor struct {
	hub    *hub.Hub
	probed chan time.Time
}

func newFloor(b *testing.B) *floor {
	b.Helper()
	quiet := slog.New(slog.DiscardHandler)
	port := freePort(b)
	keys := bus.NewKeyring()
	h, err := hub.Open(b.Context(), hub.Config{
		ID: strings.Repeat("0", 32), Name: "floor", Address: events.RestInfo{Server: "127.0.0.1", Port: port},
		Listen: fmt.Sprintf("127.0.0.1:%d", port), StoreDir: b.TempDir(), Keys: keys, Version: "0.1.0", Oldest: "0.1.0",
		Logger: quiet, Now: time.Now, NewID: uuid.NewString,
	})
	if err != nil {
		b.Fatal(err)
	}
	inBackground(b, h.Run)
	<-h.Ready()
	token, err := h.MintToken(b.Context(), hub.TokenRequest{Actor: "bench", Lifetime: time.Hour, Uses: 1})
	if err != nil {
		b.Fatal(err)
	}
	f := &floor{hub: h, probed: make(chan time.Time, 1)}
	own := bus.NewKeyring()
	admission, err := agent.Join(b.Context(), agent.JoinConfig{Keys: own, Token: token.Secret, Logger: quiet, Ask: events.JoinAsk{
		Cluster: strings.Repeat("1", 32), Name: "edge", Version: "0.1.0", Clock: time.Now(),
	}})
	if err != nil {
		b.Fatal(err)
	}
	a, err := agent.New(b.Context(), agent.Config{
		Version: "0.1.0", Enforcer: agent.None{}, Logger: quiet, Now: time.Now, Probed: func([]byte) { f.probed <- time.Now() },
	})
	if err != nil {
		b.Fatal(err)
	}
	m, err := agent.OpenMembership(b.Context(), agent.MembershipConfig{
		Cluster: strings.Repeat("1", 32), Master: admission.Master, Keys: own, Agent: a, Logger: quiet, Now: time.Now,
	})
	if err != nil {
		b.Fatal(err)
	}
	inBackground(b, m.Run)
	for a.Policy().Revision() == 0 {
		<-a.Changed()
	}
	return f
}

// append returns how long one durable event takes.
func (f *floor) append(b *testing.B, i int) time.Duration {
	b.Helper()
	start := time.Now()
	comment := fmt.Sprintf("write %d", i)
	if _, err := f.hub.Change(b.Context(), "bench", policy.Update("fed.nodes", policy.GroupConfig{Name: "fed.nodes", Comment: &comment})); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// message returns how long a plain NATS message takes to the agent.
func (f *floor) message(b *testing.B) time.Duration {
	b.Helper()
	start := time.Now()
	if err := f.hub.Probe(events.Event{Data: make([]byte, 512)}); err != nil {
		b.Fatal(err)
	}
	return (<-f.probed).Sub(start)
}

func inBackground(b *testing.B, run func(context.Context) error) {
	b.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(b.Context()))
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := run(ctx); err != nil {
			b.Error(err)
		}
	})
	b.Cleanup(func() { cancel(); wg.Wait() })
}

func freePort(b *testing.B) uint16 {
	b.Helper()
	l, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := l.Close(); err != nil {
			b.Fatal(err)
		}
	}()
	addr, err := netip.ParseAddrPort(l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	return addr.Port()
}
