//go:build linux

package e2e_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
)

// lastRule asks for the newest federated event: what a member may do, to see that it can.
const lastRule = `{"last_by_subj":"fed.rules.>"}`

// TestIntruder_remote: who has a real remote's credentials can be that remote, and nobody else.
func TestIntruder_remote(t *testing.T) {
	t.Parallel()
	master, remotes := openFederation(t, "berlin", "oslo")
	berlin, oslo := remotes[0], remotes[1]
	victim, err := master.of(oslo)
	if err != nil {
		t.Fatal(err)
	}
	own, err := master.of(berlin)
	if err != nil {
		t.Fatal(err)
	}
	forged, err := json.Marshal(events.Health{Revision: 999, Version: "6.6.6"})
	if err != nil {
		t.Fatal(err)
	}
	attempts := map[string][]string{ // subject or filter → what is sent; a number is the size of the data behind it
		"publish as another cluster":         {msg("fed.up."+victim.Account+".health", string(forged))},
		"publish in FED's form as itself":    {msg("fed.up."+own.Account+".health", string(forged))},
		"leave for another cluster":          {msg("fed.up."+victim.Account+".leave", "")},
		"command another cluster":            {msg("fed.ctl."+victim.Account+".dismiss", `{"reason":"x"}`)},
		"command itself":                     {msg("fed.ctl.dismiss", `{"reason":"x"}`)},
		"write RULES":                        {msg("fed.rules.0.0.group.fed=2Eevil", "{}")},
		"write to all":                       {msg("fed.live.0.0.group.fed=2Eevil", "{}")},
		"write FLEET":                        {msg("fed.fleet."+victim.ID+".left", "{}")},
		"write AUDIT":                        {msg("audit.rest", "{}")},
		"write LOCAL":                        {msg("local.user.admin", "{}")},
		"acknowledge":                        {msg("$JS.ACK.RULES."+victim.Account+".1.1.1.1.1", "+ACK")},
		"delete the stream":                  {msg("$JS.API.STREAM.DELETE.RULES", "")},
		"purge the stream":                   {msg("$JS.API.STREAM.PURGE.RULES", "")},
		"list streams":                       {msg("$JS.API.STREAM.NAMES", "")},
		"make a consumer":                    {msg("$JS.API.CONSUMER.CREATE.RULES", `{"stream_name":"RULES","config":{"deliver_subject":"x"}}`)},
		"read FLEET by Direct Get":           {msg("$JS.API.DIRECT.GET.FLEET", `{"last_by_subj":"fed.fleet.>"}`)},
		"ask the system":                     {msg("$SYS.REQ.SERVER.PING", "")},
		"reload accounts":                    {msg("$SYS.REQ.CLAIMS.UPDATE", "x")},
		"join by hand":                       {msg("fed.join.return."+victim.ID, "{}")},
		"say that it is the hub":             {"is_hub", msg("fed.rules.0.0.group.fed=2Eevil", "{}"), msg("$JS.API.STREAM.NAMES", "")},
		"answer another's questions":         {msg("_INBOX."+victim.ID+".answer", "{}")},
		"hear another's commands":            {"LS+ fed.ctl." + victim.Account + ".>"},
		"hear what others report":            {"LS+ fed.up.>"},
		"hear the whole account of all":      {"LS+ >"},
		"hear the system":                    {"LS+ $SYS.>"},
		"hear LOCAL":                         {"LS+ local.>"},
		"hear AUDIT":                         {"LS+ audit.>"},
		"hear RULES as they are stored":      {"LS+ fed.rules.>"},
		"hear who joins":                     {"LS+ fed.join.>"},
		"hear the answers of Direct Get":     {"LS+ _INBOX.>"},
		"hear the JetStream API being asked": {"LS+ $JS.API.>"},
	}
	for what, lines := range attempts {
		t.Run(what, func(t *testing.T) {
			intrude(t, master, berlin, lines)
			unharmed(t, master, oslo, victim)
		})
	}
	if s, err := master.of(berlin); err != nil || s.AppliedRevision == 999 {
		t.Errorf("berlin's health was taken from a subject that is not its own: %+v, %v", s, err)
	}
	oslo.stop()
}

// msg returns a message in the leaf protocol, with a subject to answer on.
func msg(subject, data string) string {
	return "LMSG " + subject + " _INBOX.reply " + itoa(len(data)) + "\r\n" + data
}

// intrude sends the lines with the credentials of a remote, lets something happen that could be heard, and
// sees that nothing was. A connection that the server closes is as good.
func intrude(t *testing.T, master, as *member, lines []string) {
	t.Helper()
	more := map[string]any{}
	if lines[0] == "is_hub" {
		more["is_hub"], lines = true, lines[1:]
	}
	l := dialLeaf(t, master.fed, as.credential(t), more)
	if more["is_hub"] == nil {
		await(t, "let in as a member, which can read", func() error {
			answer, ok := l.ask(events.SubjectGet, lastRule)
			if ok && strings.Contains(answer, "{") {
				return nil
			}
			// An account has two connections at most, and the server may have yet to see that one is gone.
			l.close()
			l = dialLeaf(t, master.fed, as.credential(t), more)
			return fmt.Errorf("the answer is %q", answer)
		})
	}
	l.send("LS+ _INBOX.reply")
	l.send(lines...)
	there := l.ping()
	master.Audit(t.Context(), "admin", events.Audited{Path: "/secret"})
	if _, err := master.Deploy(t.Context(), nil, false); err != nil {
		t.Error(err)
	}
	if there && more["is_hub"] == nil {
		l.ask(events.SubjectGet, lastRule) // whatever was under way before has come by now
	}
	for _, d := range l.deliveries() {
		switch {
		case strings.HasPrefix(d.subject, "fed.ctl.") && strings.Count(d.subject, ".") == 2, d.subject == "_INBOX.ask":
		case strings.HasPrefix(d.subject, "fed.live."):
		case d.subject == "_INBOX.reply" && (d.data == "" || strings.HasPrefix(d.data, "NATS/1.0 503")):
		case strings.HasPrefix(d.subject, "_INBOX."), strings.HasPrefix(d.subject, "fed.up."):
			// With a filter for all of them it hears its own side: what it sent itself, and what berlin is answered.
			if strings.Contains(d.data, "999") {
				t.Errorf("heard on %s: %.200q", d.subject, d.data)
			}
		default:
			t.Errorf("heard on %s: %.200q", d.subject, d.data)
		}
	}
	t.Logf("connection kept: %v; errors: %v", there, l.errors)
}

// unharmed sees that a cluster is what it was before, at the master and in what it holds.
func unharmed(t *testing.T, master, r *member, was cluster.Summary) {
	t.Helper()
	await(t, r.name+" synced", func() error { return master.holds(r, cluster.StatusSynced) })
	s, err := master.of(r)
	if err != nil {
		t.Fatal(err)
	}
	if s.AppliedRevision != was.AppliedRevision || s.Digest != was.Digest || s.Version != was.Version || !s.LinkSince.Equal(was.LinkSince) {
		t.Errorf("%s is %+v, and was %+v", r.name, s, was)
	}
	if got := r.Federal().Revision(); got != was.AppliedRevision {
		t.Errorf("%s holds revision %d, and held %d", r.name, got, was.AppliedRevision)
	}
	if rev := master.Federal().Revision(); rev != was.DesiredRevision {
		t.Errorf("the master is at revision %d, and was at %d", rev, was.DesiredRevision)
	}
}

// TestIntruder_serverName: a connection with the name of another cluster's server does not take its place.
func TestIntruder_serverName(t *testing.T) {
	t.Parallel()
	master, remotes := openFederation(t, "berlin", "oslo")
	name := map[string]any{"name": "neighbor", "server_id": "neighbor", "cluster": "neighbor", "remote_account": "A"}
	remotes[0].stop() // an account has two connections at most
	await(t, "berlin gone", func() error { return master.holds(remotes[0], cluster.StatusDisconnected) })
	neighbor := dialLeaf(t, master.fed, remotes[1].credential(t), name)
	first := dialLeaf(t, master.fed, remotes[0].credential(t), name)
	if !neighbor.ping() || !first.ping() {
		t.Error("a server's name in another account closed a connection")
	}
	dialLeaf(t, master.fed, remotes[0].credential(t), name)
	if !neighbor.ping() {
		t.Error("a server's name in another account closed a connection")
	}
	await(t, "the eviction, in the cluster's own account, that the others were safe from", func() error {
		select {
		case <-first.closed:
			return nil
		default:
			return errStillThere
		}
	})
}

// TestIntruder_joinToken: a join token opens one subject, and nothing else, to a leaf connection.
func TestIntruder_joinToken(t *testing.T) {
	t.Parallel()
	master, remotes := openFederation(t, "oslo")
	oslo := remotes[0]
	victim, err := master.of(oslo)
	if err != nil {
		t.Fatal(err)
	}
	token, other := master.token(t), master.token(t)
	for what, lines := range map[string][]string{
		"join with another token":         {msg(events.JoinSubject(other.ID), "{}")},
		"return for a member":             {msg(events.ReturnSubject(victim.ID), "{}")},
		"report":                          {msg(events.SubjectHealth, "{}")},
		"read rules":                      {msg(events.SubjectGet, lastRule)},
		"ask JetStream":                   {msg("$JS.API.STREAM.NAMES", "")},
		"ask the system":                  {msg("$SYS.REQ.SERVER.PING", "")},
		"hear answers to another's token": {"LS+ " + bus.JoinInbox(other.ID) + ">"},
		"hear all answers":                {"LS+ _INBOX.>"},
		"hear who asks to join":           {"LS+ " + events.JoinFilter()},
		"hear all":                        {"LS+ >"},
	} {
		t.Run(what, func(t *testing.T) {
			l := dialLeaf(t, master.fed, bus.Credential{JWT: token.Secret}, nil)
			l.send(lines...)
			there := l.ping()
			asker := dialLeaf(t, master.fed, bus.Credential{JWT: other.Secret}, nil)
			if answer, ok := asker.askOn(bus.JoinInbox(other.ID)+"answer", events.JoinSubject(other.ID), "{}"); !ok || !strings.Contains(answer, "refusal") {
				t.Fatalf("who holds the token has no answer: %q", answer)
			}
			if there {
				l.ping()
			}
			if got := l.deliveries(); len(got) > 0 {
				t.Errorf("heard %q", got)
			}
			unharmed(t, master, oslo, victim)
		})
	}
	for _, text := range []string{token.Secret, oslo.secret(t, "agent.jwt")} {
		nc, err := nats.Connect("tls://"+master.fed, nats.TLSHandshakeFirst(), nats.Secure(bus.PinnedTLS(pinOf(t, token.Secret))),
			nats.UserJWT(func() (string, error) { return text, nil }, func(nonce []byte) ([]byte, error) { return oslo.credential(t).Key.Sign(nonce) }))
		if err == nil {
			nc.Close()
			t.Error("a leaf's credential was taken from a NATS client")
		}
	}
}

// TestIntruder_kicked: a cluster that was removed is disconnected, whatever it makes of the farewell.
func TestIntruder_kicked(t *testing.T) {
	t.Parallel()
	master, remotes := openFederation(t, "berlin")
	berlin := remotes[0]
	credential := berlin.credential(t)
	s, err := master.of(berlin)
	if err != nil {
		t.Fatal(err)
	}
	l := dialLeaf(t, master.fed, credential, nil)
	if !l.ping() {
		t.Fatal("not connected")
	}
	began := time.Now()
	if err := master.Kick(t.Context(), "admin", s.ID); err != nil {
		t.Fatal(err)
	}
	await(t, "the connection closed", func() error {
		select {
		case <-l.closed:
			return nil
		default:
			return errStillThere
		}
	})
	t.Logf("closed %s after the removal began (goal: 1 s and the farewell)", time.Since(began).Round(time.Millisecond))
	if again := dialLeaf(t, master.fed, credential, nil); again.ping() {
		t.Error("it is back")
	}
}
