//go:build linux

package e2e_test

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fedhub/fedhub/events/bus"
)

// rawLeaf speaks the leaf protocol by hand: it keeps to no rule that its server does not enforce.
type rawLeaf struct {
	t    *testing.T
	conn *tls.Conn

	mu      sync.Mutex
	got     []delivered
	errors  []string
	pongs   int
	changed chan struct{}
	closed  chan struct{}
}

// delivered is a message that the server sent.
type delivered struct{ subject, data string }

// dialLeaf connects to a master's leaf port and returns when the server took the credential or closed the
// connection. more goes into CONNECT as it is.
func dialLeaf(t *testing.T, addr string, c bus.Credential, more map[string]any) *rawLeaf {
	t.Helper()
	conn, err := tls.Dial("tcp", addr, &tls.Config{MinVersion: tls.VersionTLS13, InsecureSkipVerify: true}) //nolint:gosec,noctx // G402: an intruder
	if err != nil {
		t.Fatal(err)
	}
	l := &rawLeaf{t: t, conn: conn, changed: make(chan struct{}), closed: make(chan struct{})}
	t.Cleanup(l.close)
	r := bufio.NewReader(conn)
	line, err := r.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var info struct {
		Nonce string `json:"nonce"`
	}
	if err := json.Unmarshal([]byte(strings.TrimPrefix(line, "INFO ")), &info); err != nil {
		t.Fatal(err)
	}
	connect := map[string]any{"version": "2.15.2", "name": "intruder", "server_id": "intruder", "jwt": c.JWT, "headers": true, "protocol": 1}
	if c.Key != nil {
		sig, err := c.Key.Sign([]byte(info.Nonce))
		if err != nil {
			t.Fatal(err)
		}
		connect["sig"] = base64.RawURLEncoding.EncodeToString(sig)
	}
	maps.Copy(connect, more)
	text, err := json.Marshal(connect)
	if err != nil {
		t.Fatal(err)
	}
	go l.read(r) // ends with the connection
	l.send("CONNECT " + string(text))
	l.ping()
	return l
}

func (l *rawLeaf) close() {
	_ = l.conn.Close() //nolint:errcheck // the server may have closed it
	<-l.closed
}

// send sends lines of the protocol. On a connection that the server closed it does nothing.
func (l *rawLeaf) send(lines ...string) {
	_, _ = io.WriteString(l.conn, strings.Join(lines, "\r\n")+"\r\n") //nolint:errcheck // ping tells
}

// publish sends a message.
func (l *rawLeaf) publish(subject, reply, data string) {
	if reply != "" {
		subject += " " + reply
	}
	l.send("LMSG "+subject+" "+strconv.Itoa(len(data)), data)
}

// ping returns whether the connection is there after the server handled all that was sent.
func (l *rawLeaf) ping() bool {
	l.t.Helper()
	l.mu.Lock()
	want := l.pongs + 1
	l.mu.Unlock()
	l.send("PING")
	return l.until("an answer to PING", func() bool { return l.pongs >= want })
}

// until waits until ok, which is called with the lock held. It returns false when the connection is closed.
func (l *rawLeaf) until(what string, ok func() bool) bool {
	l.t.Helper()
	timer := time.NewTimer(procPatience)
	defer timer.Stop()
	for {
		l.mu.Lock()
		there, changed := ok(), l.changed
		l.mu.Unlock()
		if there {
			return true
		}
		select {
		case <-changed:
		case <-l.closed:
			return false
		case <-timer.C:
			l.t.Fatalf("no %s within %s", what, procPatience)
		}
	}
}

// ask sends a request and returns the answer, or false when the connection was closed over it.
func (l *rawLeaf) ask(subject, data string) (string, bool) {
	l.t.Helper()
	return l.askOn("_INBOX.ask", subject, data)
}

// askOn is ask with the subject for the answer.
func (l *rawLeaf) askOn(inbox, subject, data string) (string, bool) {
	l.t.Helper()
	l.mu.Lock()
	before := len(l.got)
	l.mu.Unlock()
	l.send("LS+ " + inbox)
	l.publish(subject, inbox, data)
	answer := ""
	ok := l.until("answer on "+subject, func() bool {
		for _, d := range l.got[before:] {
			if d.subject == inbox {
				answer = d.data
				return true
			}
		}
		return false
	})
	l.send("LS- " + inbox)
	return answer, ok
}

// deliveries returns what was delivered so far on subjects other than those that a member may hear.
func (l *rawLeaf) deliveries() []delivered {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]delivered(nil), l.got...)
}

// read takes in what the server sends, and answers its pings.
func (l *rawLeaf) read(r *bufio.Reader) {
	defer close(l.closed)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		if err := l.take(strings.TrimRight(line, "\r\n"), r); err != nil {
			return
		}
	}
}

func (l *rawLeaf) take(line string, r *bufio.Reader) error {
	verb, rest, _ := strings.Cut(line, " ")
	var d delivered
	switch verb {
	case "PING":
		l.send("PONG")
	case "LMSG", "HMSG":
		words := strings.Fields(rest)
		size, err := strconv.Atoi(words[len(words)-1])
		if err != nil {
			return fmt.Errorf("%s: %w", line, err)
		}
		data := make([]byte, size+2)
		if _, err := io.ReadFull(r, data); err != nil {
			return err
		}
		d = delivered{words[0], string(data[:size])}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch verb {
	case "PONG":
		l.pongs++
	case "-ERR":
		l.errors = append(l.errors, rest)
	case "LMSG", "HMSG":
		l.got = append(l.got, d)
	}
	close(l.changed)
	l.changed = make(chan struct{})
	return nil
}
