package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fedhub/fedhub/api"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// noon is when every test begins.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// fake is a controller that holds users and policy in memory. A nil function is a command that succeeds.
type fake struct {
	member       cluster.Member
	summaries    []cluster.Summary
	users        map[string]cluster.User
	federal      *policy.State
	local        *policy.State
	history      []events.Event      // of the federated policy
	commands     int                 // how many were taken
	progress     []cluster.Progress  // of the rollout that is on its way
	rows         []cluster.ObjectRow // how objects do
	feed         []cluster.FeedItem
	searched     cluster.FeedQuery // the newest one
	certificates []cluster.Certificate
	matrix       cluster.Matrix
	beats        []cluster.Beat
	inventory    *events.Inventory
	health       error
	key          []byte
	remote       http.Handler // what New handed to Handle

	promote   func(cluster.Promotion) error
	join      func(cluster.JoinRequest) error
	leave     func(force bool) error
	kick      func(id string) error
	configure func(cluster.Settings) error
	mint      func(cluster.TokenRequest) (cluster.Token, error)
	deploy    func(ids []string, force bool) ([]cluster.Outcome, error)
	forward   func(id string, as cluster.Caller, w http.ResponseWriter, r *http.Request) error
	change    func(cluster.Change) error
	conflict  func() // happens once a change is decided and makes it be decided again
	follow    func(ctx context.Context, after string) iter.Seq2[cluster.FeedItem, error]

	mu      sync.Mutex
	audited []audited
	updated []cluster.UserRequest
}

type audited struct {
	Actor string
	events.Audited
}

func (f *fake) Role() cluster.Role           { return f.member.Role }
func (f *fake) Member() cluster.Member       { return f.member }
func (f *fake) Summaries() []cluster.Summary { return f.summaries }
func (f *fake) Federal() *policy.State       { return f.federal }
func (f *fake) Local() *policy.State         { return f.local }
func (*fake) Tokens() []cluster.Token {
	return []cluster.Token{{ID: "old", At: noon}, {ID: "new", At: noon.Add(time.Hour), Uses: 2, Used: 1, By: "admin", Labels: events.Labels{"env": "prod"}}}
}
func (f *fake) Inventory() *events.Inventory { return f.inventory }
func (f *fake) Health() error                { return f.health }
func (f *fake) SessionKey() []byte           { return f.key }
func (f *fake) Handle(h http.Handler)        { f.remote = h }

func (f *fake) Users() []cluster.User {
	return []cluster.User{f.users["admin"], f.users["reader"]}
}

func (f *fake) User(name string) (cluster.User, error) {
	u, ok := f.users[name]
	if !ok {
		return u, fmt.Errorf("user %q: %w", name, cluster.ErrUnknownUser)
	}
	return u, nil
}

// Authenticate takes a user's name, turned around, as the password.
func (f *fake) Authenticate(_ context.Context, name, password string) (cluster.User, error) {
	u, ok := f.users[name]
	if !ok || password != passwordOf(name) {
		return cluster.User{}, cluster.ErrPassword
	}
	return u, nil
}

func passwordOf(name string) string { return "secret of " + name }

func (f *fake) Promote(_ context.Context, p cluster.Promotion) error {
	if f.promote != nil {
		return f.promote(p)
	}
	return nil
}
func (*fake) Demote(context.Context, string) error { return nil }
func (f *fake) Join(_ context.Context, r cluster.JoinRequest) error {
	if f.join != nil {
		return f.join(r)
	}
	return nil
}

func (f *fake) Leave(_ context.Context, _ string, force bool) error {
	if f.leave != nil {
		return f.leave(force)
	}
	return nil
}

func (f *fake) Kick(_ context.Context, _, id string) error {
	if f.kick != nil {
		return f.kick(id)
	}
	return nil
}

func (f *fake) Configure(_ context.Context, s cluster.Settings) error {
	if f.configure != nil {
		return f.configure(s)
	}
	return nil
}

func (f *fake) MintToken(_ context.Context, r cluster.TokenRequest) (cluster.Token, error) {
	if f.mint != nil {
		return f.mint(r)
	}
	return cluster.Token{}, policy.CheckLabels(r.Labels)
}
func (*fake) RevokeToken(context.Context, string, string) error { return nil }
func (f *fake) Deploy(_ context.Context, ids []string, force bool) ([]cluster.Outcome, error) {
	if f.deploy != nil {
		return f.deploy(ids, force)
	}
	return nil, nil
}
func (*fake) CreateUser(context.Context, cluster.UserRequest) error { return nil }
func (f *fake) UpdateUser(_ context.Context, r cluster.UserRequest) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.updated = append(f.updated, r)
	return nil
}

func (f *fake) RemoveUser(_ context.Context, _, name string) error {
	delete(f.users, name)
	return nil
}

func (f *fake) Audit(_ context.Context, actor string, a events.Audited) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.audited = append(f.audited, audited{actor, a})
}

func (f *fake) Feed(_ context.Context, q cluster.FeedQuery) ([]cluster.FeedItem, error) {
	if q.After == "nonsense" {
		return nil, fmt.Errorf("cursor: %w", cluster.ErrInvalid)
	}
	if q.Tail && len(f.feed) > 0 {
		return f.feed[max(0, len(f.feed)-q.Limit):], nil
	}
	return f.feed, nil
}

func (f *fake) Follow(ctx context.Context, after string) iter.Seq2[cluster.FeedItem, error] {
	if f.follow != nil {
		return f.follow(ctx, after)
	}
	return func(func(cluster.FeedItem, error) bool) { <-ctx.Done() }
}

func (f *fake) Forward(_ context.Context, id string, as cluster.Caller, w http.ResponseWriter, r *http.Request) error {
	if f.forward != nil {
		return f.forward(id, as, w, r)
	}
	return errors.New("nobody is there")
}

// world is a server of the interface over a fake controller, with a clock that tests move.
type world struct {
	*fake
	handler http.Handler
	closing chan struct{}
	log     *strings.Builder

	clock sync.Mutex
	time  time.Time
}

func newFake(role cluster.Role) *fake {
	own := cluster.Summary{ID: "0123456789abcdef0123456789abcdef", Name: "primary", Role: role, Address: events.RestInfo{Server: "10.0.0.1", Port: 11443}}
	f := &fake{
		member:  cluster.Member{Role: role, ID: own.ID, Name: own.Name, Address: own.Address},
		users:   map[string]cluster.User{},
		federal: policy.NewState(policy.ScopeFederal),
		local:   policy.NewState(policy.ScopeLocal),
		key:     []byte("0123456789abcdef0123456789abcdef"),
	}
	for _, r := range []string{"admin", "reader"} {
		f.users[r] = cluster.User{Name: r, Role: r, PasswordSet: noon}
	}
	if role == cluster.RoleMaster {
		own.Status = cluster.StatusActive
		f.member.Master = &own
		for _, r := range []string{"fedAdmin", "fedReader"} {
			f.users[r] = cluster.User{Name: r, Role: r, PasswordSet: noon}
		}
	}
	f.summaries = []cluster.Summary{own}
	return f
}

func open(t *testing.T, f *fake) *world {
	t.Helper()
	w := &world{fake: f, closing: make(chan struct{}), log: &strings.Builder{}, time: noon}
	w.handler = w.start()
	return w
}

// start returns a new server over the same controller, as after a restart.
func (w *world) start() http.Handler {
	return api.New(api.Config{
		Controller: w.fake,
		Version:    "1.2.3",
		Logger:     slog.New(slog.NewJSONHandler(w.log, nil)),
		Now:        w.now,
		Closing:    w.closing,
	})
}

func (w *world) now() time.Time {
	w.clock.Lock()
	defer w.clock.Unlock()
	return w.time
}

func (w *world) wait(d time.Duration) {
	w.clock.Lock()
	defer w.clock.Unlock()
	w.time = w.time.Add(d)
}

// reply is what came back.
type reply struct {
	Status int
	Code   int // of an error object
	Body   string
	Header http.Header
}

// ask sends a request; header has pairs of name and value.
func (w *world) ask(t *testing.T, method, path, body string, header ...string) reply {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return send(t, w.handler, r)
}

func send(t *testing.T, h http.Handler, r *http.Request) reply {
	t.Helper()
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	out := reply{Status: rec.Code, Body: strings.TrimSpace(rec.Body.String()), Header: rec.Header()}
	var problem struct {
		Code int `json:"code"`
	}
	if rec.Code != http.StatusOK && json.Unmarshal(rec.Body.Bytes(), &problem) == nil {
		out.Code = problem.Code
	}
	return out
}

// login returns the token of a new session.
func (w *world) login(t *testing.T, name string) string {
	t.Helper()
	body := fmt.Sprintf(`{"client_ip":"","password":{"username":%q,"password":%q}}`, name, passwordOf(name))
	got := w.ask(t, http.MethodPost, "/v1/auth", body)
	var answer struct {
		Token struct{ Token string }
	}
	if err := json.Unmarshal([]byte(got.Body), &answer); err != nil || got.Status != http.StatusOK {
		t.Fatalf("login as %s = %d %s: %v", name, got.Status, got.Body, err)
	}
	return answer.Token.Token
}

// as sends a request in a new session of the named user.
func (w *world) as(t *testing.T, name, method, path, body string) reply {
	t.Helper()
	return w.ask(t, method, path, body, "X-Auth-Token", w.login(t, name))
}

func (r reply) want(t *testing.T, status, code int) {
	t.Helper()
	if r.Status != status || r.Code != code {
		t.Errorf("answer = %d code %d %s, want %d code %d", r.Status, r.Code, r.Body, status, code)
	}
}

func (r reply) wantBody(t *testing.T, body string) {
	t.Helper()
	if r.Status != http.StatusOK || r.Body != body {
		t.Errorf("answer = %d\n %s\nwant 200\n %s", r.Status, r.Body, body)
	}
}
