package agent_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

const osloID = "11111111111111111111111111111111"

func (m *master) address() events.RestInfo {
	return events.RestInfo{Server: "127.0.0.1", Port: uint16(m.LeafPort())} //nolint:gosec // G115: a TCP port
}

func (m *master) token(t *testing.T, edits ...func(*bus.JoinToken)) string {
	t.Helper()
	token := bus.JoinToken{ID: "t1", Master: m.address(), Pin: m.pin, Expires: time.Now().Add(time.Hour)}
	for _, edit := range edits {
		edit(&token)
	}
	return waittest.Must(bus.EncodeToken(m.keys, token))(t)
}

// admit answers joins and returns: with the refusal, if there is one, or with credentials.
func (m *master) admit(t *testing.T, refusal *events.Refusal, life time.Duration) {
	t.Helper()
	conn := waittest.Must(m.Connect(bus.AccountJoin))(t)
	var key atomic.Pointer[string]
	waittest.Must(conn.Subscribe(events.JoinFilter(), func(msg *nats.Msg) {
		var ask events.JoinAsk
		answer := events.Admission{Refusal: refusal}
		if err := json.Unmarshal(msg.Data, &ask); err == nil && ask.Key != "" {
			key.Store(&ask.Key)
		}
		if refusal == nil {
			grant := bus.ClusterGrant(m.account, m.signer)
			grant.Expires = time.Now().Add(life)
			answer.UserJWT = waittest.Must(grant.Encode(*key.Load()))(t)
			answer.ReturnJWT = waittest.Must(bus.EncodeReturn(m.keys, osloID, *key.Load()))(t)
			answer.Account, answer.Master = m.account, events.Master{ID: "master", Name: "master"}
		}
		if err := msg.Respond(mustJSON(answer)); err != nil {
			t.Error(err)
		}
	}))(t)
	if err := conn.Flush(); err != nil {
		t.Fatal(err)
	}
}

func join(t *testing.T, keys *bus.Keyring, token string, edits ...func(*agent.JoinConfig)) (events.Admission, error) {
	t.Helper()
	cfg := agent.JoinConfig{Keys: keys, Token: token, Logger: quiet, Ask: events.JoinAsk{Cluster: osloID, Name: "oslo", Clock: time.Now()}}
	for _, edit := range edits {
		edit(&cfg)
	}
	return agent.Join(t.Context(), cfg)
}

func TestJoin_refusals(t *testing.T) {
	m := openMaster(t)
	m.admit(t, &events.Refusal{Code: events.RefusedNameTaken, Message: "A cluster named oslo is in already."}, 0)
	good := m.token(t)
	long := func(token *bus.JoinToken) { token.Expires = time.Now().Add(-25 * time.Hour) }
	stranger := bus.NewKeyring()
	tests := map[string]struct {
		token string
		edit  func(*agent.JoinConfig)
		want  events.RefusalCode
	}{
		"what the master says":        {token: good, want: events.RefusedNameTaken},
		"malformed":                   {token: "x", want: events.RefusedTokenMalformed},
		"tampered":                    {token: good[:len(good)-4] + "AAAA", want: events.RefusedTokenTampered},
		"long expired":                {token: m.token(t, long), want: events.RefusedTokenExpired},
		"a master with another CA":    {token: m.token(t, func(token *bus.JoinToken) { token.Pin[0]++ }), want: events.RefusedMasterUnproven},
		"nobody there":                {token: m.token(t, func(token *bus.JoinToken) { token.Master.Port = 1 }), want: events.RefusedMasterUnreachable},
		"another's token for this CA": {token: waittest.Must(bus.EncodeToken(stranger, bus.JoinToken{ID: "t1", Master: m.address(), Pin: m.pin, Expires: time.Now().Add(time.Hour)}))(t), want: events.RefusedCredential},
		"told to go elsewhere":        {token: good, edit: func(c *agent.JoinConfig) { c.Server.Port = 1 }, want: events.RefusedMasterUnreachable},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			keys := bus.NewKeyring()
			var edits []func(*agent.JoinConfig)
			if tt.edit != nil {
				edits = append(edits, tt.edit)
			}
			_, err := join(t, keys, tt.token, edits...)
			if !errors.Is(err, events.Refusal{Code: tt.want}) {
				t.Errorf("error %v, want %s", err, tt.want)
			}
			if err != nil && tt.token != "x" && strings.Contains(err.Error(), tt.token) {
				t.Error("the error repeats the token")
			}
			if _, err := keys.Get("agent.jwt"); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("a credential was stored (%v)", err)
			}
		})
	}
}

// openMember joins and runs a membership; clock is what it takes for the time, moved by its value.
func openMember(t *testing.T, m *master, clock *atomic.Int64) *agent.Agent {
	t.Helper()
	now := func() time.Time { return time.Now().Add(time.Duration(clock.Load())) }
	keys := bus.NewKeyring()
	a := waittest.Must(join(t, keys, m.token(t)))(t)
	if a.Master.Address != m.address() || a.Master.Pin != m.pin {
		t.Errorf("the master is at %v with pin %s", a.Master.Address, a.Master.Pin)
	}
	ag := newAgent(t, func(c *agent.Config) { c.Now = now })
	member := waittest.Must(agent.OpenMembership(t.Context(), agent.MembershipConfig{Cluster: osloID, Master: a.Master, Keys: keys, Agent: ag, Logger: quiet, Now: now}))(t)
	run(t, member.Run)
	return ag
}

func TestMembership_followsOverTheLeaf(t *testing.T) {
	m := openMaster(t)
	m.admit(t, nil, time.Hour)
	var clock atomic.Int64
	a := openMember(t, m, &clock)
	m.write(t, groups(5)...)
	waittest.Until(t, "in sync", func() bool { return m.same(a) })
	if err := m.Restart(m.Generation()); err != nil {
		t.Fatal(err)
	}
	waittest.Until(t, "the log takes commands again", func() bool {
		_, err := m.ledger.Do(t.Context(), "alice", func(*policy.State, time.Time) ([]events.Fact, error) {
			return []events.Fact{group("fed.after")}, nil
		})
		return err == nil
	})
	waittest.Until(t, "in sync again", func() bool { return m.same(a) })
}

// TestMembership_watchdog: a master that answers nothing for some time is connected to anew.
func TestMembership_watchdog(t *testing.T) {
	m := openMaster(t)
	m.admit(t, nil, time.Hour)
	var up atomic.Int64
	if err := m.Links(func(account string, leafs int) {
		if account == m.account && leafs == 0 {
			up.Add(1)
		}
	}); err != nil {
		t.Fatal(err)
	}
	var clock atomic.Int64
	a := openMember(t, m, &clock)
	waittest.Until(t, "it reports", func() bool { return m.beats.Load() > 0 })
	before := up.Load()
	m.mute.Store(true)
	waittest.Until(t, "it connects anew", func() bool {
		clock.Add(int64(20 * time.Millisecond)) // for each millisecond
		return up.Load() > before
	})
	m.mute.Store(false)
	m.write(t, group("fed.after"))
	waittest.Until(t, "in sync", func() bool { return m.same(a) })
}

func TestMembership_needsCredentials(t *testing.T) {
	_, err := agent.OpenMembership(t.Context(), agent.MembershipConfig{Keys: bus.NewKeyring(), Logger: quiet, Now: time.Now})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v, want that nothing is stored", err)
	}
}
