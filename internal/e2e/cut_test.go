//go:build linux

package e2e_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/fedhub/fedhub/api/wire"
)

// silent is what is promised: so long after its last word a cluster is disconnected, at the latest.
const silent = 10 * time.Second

// wan is a network between a master and a remote that can be cut without a word to either.
type wan interface {
	// connect returns the master and the remote, joined to each other.
	connect(t *testing.T) (master, remote *proc)
	cut(t *testing.T)
	heal(t *testing.T)
}

// TestCutWithoutAWord: nobody is told that the connection is gone; no FIN, no RST, no refused packet.
func TestCutWithoutAWord(t *testing.T) {
	t.Parallel()
	networks := map[string]wan{"a relay that drops": &relayWAN{}}
	if os.Geteuid() == 0 { // a network interface takes root
		networks["veth down"] = &vethWAN{}
	}
	for name, network := range networks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testCut(t, network)
		})
	}
}

func testCut(t *testing.T, network wan) {
	t.Helper()
	master, oslo := network.connect(t)
	network.cut(t)
	if _, err := master.addRule(t.Context(), "written during the cut"); err != nil {
		t.Fatal(err)
	}
	var seen time.Duration // between the last heartbeat and the status that says so
	took := await(t, "disconnected", func() error {
		s, at, err := master.summary("oslo")
		switch {
		case err != nil:
			return err
		case s.Status != "disconnected":
			if s.LastHeartbeat != nil && at.Sub(*s.LastHeartbeat) > silent {
				t.Fatalf("oslo is %s, and was last heard %s ago", s.Status, at.Sub(*s.LastHeartbeat))
			}
			return fmt.Errorf("oslo is %s", s.Status)
		case s.RuleState != "unknown":
			t.Fatalf("oslo is disconnected, and its rules are %s", s.RuleState)
		}
		seen = at.Sub(*s.LastHeartbeat)
		return nil
	})
	t.Logf("disconnected %s after the cut, %s after the last heartbeat", took.Round(time.Millisecond), seen.Round(time.Millisecond))
	network.heal(t)
	took = await(t, "synced again", func() error { return master.sees("oslo", "synced") })
	t.Logf("synced %s after the cut healed (goal: 3 s)", took.Round(time.Millisecond))
	if want, got := rulesText(t, master), rulesText(t, oslo); got != want {
		t.Errorf("oslo has %q, want %q", got, want)
	}
}

// relayWAN is a relay on loopback.
type relayWAN struct{ relay *relay }

func (w *relayWAN) connect(t *testing.T) (master, remote *proc) {
	t.Helper()
	master, remote = newProc(t, "master"), newProc(t, "oslo")
	w.relay = startRelay(t, master.fed)
	master.start()
	master.promote(w.relay.addr)
	joinAs(t, master, remote)
	return master, remote
}

func (w *relayWAN) cut(*testing.T)  { w.relay.stop() }
func (w *relayWAN) heal(*testing.T) { w.relay.resume() }

// vethWAN is a pair of network interfaces. The remote runs in a network namespace of its own, which ends
// with the process, and takes the interfaces with it.
type vethWAN struct {
	pid   string // of the remote
	inner string // the interface there
}

func (w *vethWAN) connect(t *testing.T) (master, remote *proc) {
	t.Helper()
	net3 := "10.200." + strconv.Itoa(os.Getpid()%250)
	outer, inner := "fhm"+strconv.Itoa(os.Getpid()), "fhr"+strconv.Itoa(os.Getpid())
	master, remote = newProc(t, "master"), newProc(t, "oslo")
	_, port, err := net.SplitHostPort(master.fed)
	if err != nil {
		t.Fatal(err)
	}
	master.fed = net.JoinHostPort("0.0.0.0", port)
	_, restPort, err := net.SplitHostPort(remote.rest)
	if err != nil {
		t.Fatal(err)
	}
	remote.rest = net.JoinHostPort("0.0.0.0", restPort)
	remote.attr.Cloneflags = syscall.CLONE_NEWNET
	remote.launch()
	w.pid, w.inner = strconv.Itoa(remote.cmd.Process.Pid), inner
	command(t, "ip", "link", "add", outer, "type", "veth", "peer", "name", inner, "netns", w.pid)
	command(t, "ip", "addr", "add", net3+".1/30", "dev", outer)
	command(t, "ip", "link", "set", outer, "up")
	w.ip(t, "link", "set", "lo", "up")
	w.ip(t, "addr", "add", net3+".2/30", "dev", inner)
	w.ip(t, "link", "set", inner, "up")
	remote.rest = net.JoinHostPort(net3+".2", restPort)
	remote.login()
	master.start()
	master.promote(net.JoinHostPort(net3+".1", port))
	joinAs(t, master, remote)
	return master, remote
}

// ip runs ip(8) in the remote's network namespace.
func (w *vethWAN) ip(t *testing.T, args ...string) {
	t.Helper()
	command(t, "nsenter", append([]string{"--target", w.pid, "--net", "ip"}, args...)...)
}

// cut takes the far end down: the near one keeps its route, so that nothing is told and nothing strays.
func (w *vethWAN) cut(t *testing.T) {
	t.Helper()
	w.ip(t, "link", "set", w.inner, "down")
}

func (w *vethWAN) heal(t *testing.T) {
	t.Helper()
	w.ip(t, "link", "set", w.inner, "up")
}

// joinAs makes remote, started if need be, a remote of master and waits until it is synced.
func joinAs(t *testing.T, master, remote *proc) {
	t.Helper()
	if remote.cmd == nil {
		remote.start()
	}
	if err := remote.join(wire.Join{JoinToken: master.mint()}); err != nil {
		t.Fatal(err)
	}
	await(t, remote.name+" synced", func() error { return master.sees(remote.name, "synced") })
}

func command(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput(); err != nil { //nolint:gosec // G204: our own words
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}
