//go:build linux

package e2e_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
)

// rogueInbox begins the subjects on which the rogue waits for answers.
const rogueInbox = "_INBOX.rogue."

// TestRogueMaster: a master that has turned on its remotes, with every key of the true one and a server that
// allows it everything, reaches nothing of a remote but what the remote itself puts on the connection.
func TestRogueMaster(t *testing.T) {
	t.Parallel()
	master, remotes := openFederation(t, "oslo")
	oslo := remotes[0]
	s, err := master.of(oslo)
	if err != nil {
		t.Fatal(err)
	}
	rev := oslo.Federal().Revision()
	master.stop()
	conn := openRogue(t, master, s.Account)

	rogue := &rogue{conn: conn, heard: map[string]int{}, answers: map[string]string{}}
	if _, err := conn.Subscribe(">", rogue.hear); err != nil {
		t.Fatal(err)
	}
	rogue.awaitHeartbeat(t)
	rogue.ask(t)
	// The cluster goes on with its own; none of that is to be heard.
	oslo.Audit(t.Context(), "admin", events.Audited{Path: "/secret"})
	rogue.awaitHeartbeat(t)
	rogue.check(t)
	if got := oslo.Federal().Revision(); got != rev {
		t.Errorf("the policy is at revision %d, and was at %d", got, rev)
	}
	if _, err := oslo.Authenticate(t.Context(), "admin", adminPassword); err != nil {
		t.Errorf("the remote's own users: %v", err)
	}
}

// rogue is what a false master hears.
type rogue struct {
	conn *nats.Conn

	mu      sync.Mutex
	heard   map[string]int    // subject → messages
	answers map[string]string // subject → data
}

func (r *rogue) hear(m *nats.Msg) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case m.Header.Get("Rogue") != "": // what it said itself
	case strings.HasPrefix(m.Subject, rogueInbox):
		r.answers[m.Subject] = string(m.Data)
	default:
		r.heard[m.Subject]++
	}
}

// awaitHeartbeat waits for the remote's next one: what the remote had to say before it has come then, too.
func (r *rogue) awaitHeartbeat(t *testing.T) {
	t.Helper()
	count := func() int {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.heard[events.SubjectHealth]
	}
	before := count()
	await(t, "a heartbeat of the remote", func() error {
		if count() == before {
			return errStillThere
		}
		return nil
	})
}

// ask asks on all that could be the remote's own.
func (r *rogue) ask(t *testing.T) {
	t.Helper()
	for _, subject := range []string{
		"local.user.admin", "audit.rest", "fedcopy.0.0.x", "$JS.API.STREAM.NAMES", "$JS.API.INFO", "$JS.API.STREAM.PURGE.LOCAL",
		"$JS.API.STREAM.DELETE.FEDCOPY", "$JS.API.DIRECT.GET.LOCAL", "$JS.API.STREAM.MSG.GET.LOCAL", "$JS.LOCAL.API.STREAM.NAMES",
		"$SYS.REQ.SERVER.PING", "$SYS.REQ.SERVER.PING.VARZ", "$SYS.REQ.USER.INFO", "$SYS.REQ.ACCOUNT.PING.CONNZ", "fed.rules.0.0.x",
	} {
		if err := r.conn.PublishMsg(&nats.Msg{
			Subject: subject, Reply: rogueInbox + subject, Header: nats.Header{"Rogue": {"1"}}, Data: []byte("{}"),
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// check sees that nothing but the remote's own reports was heard.
func (r *rogue) check(t *testing.T) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for subject, data := range r.answers {
		if data != "" && !strings.Contains(data, `"name":"rogue"`) { // its own server answers for the system
			t.Errorf("%s was answered: %.200q", strings.TrimPrefix(subject, rogueInbox), data)
		}
	}
	for subject := range r.heard {
		if !strings.HasPrefix(subject, "fed.up.") && subject != events.SubjectGet && !strings.HasPrefix(subject, "_INBOX.") {
			t.Errorf("the rogue heard %s", subject)
		}
	}
	t.Logf("the rogue heard %v", r.heard)
}

// openRogue starts a server with the keys of a master in its place, and returns a connection that may do
// everything in the account of a remote.
func openRogue(t *testing.T, master *member, account string) *nats.Conn {
	t.Helper()
	keys := master.keys(t)
	authority, err := bus.OpenAuthority(keys, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	config, err := authority.ServerTLS([]string{"127.0.0.1"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	server, err := bus.OpenServer(bus.ServerConfig{
		Name: "rogue", StoreDir: t.TempDir(), Keys: keys, Accounts: []string{bus.AccountFed, bus.AccountJoin}, Logger: quiet(),
		Leaf: &bus.LeafListener{Listener: master.fed, TLS: config},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	agents, err := keys.Account("agents")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := agents.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.AdmitCluster(account, "oslo", signer); err != nil {
		t.Fatal(err)
	}
	user, err := nkeys.CreateUser()
	if err != nil {
		t.Fatal(err)
	}
	id, err := user.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	text, err := bus.Grant{
		Name: "rogue", Account: account, Signer: agents, InProcess: true, Publish: []string{">"}, Subscribe: []string{">"},
	}.Encode(id)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := nats.Connect("", nats.InProcessServer(server), nats.UserJWT(func() (string, error) { return text, nil }, user.Sign))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return conn
}
