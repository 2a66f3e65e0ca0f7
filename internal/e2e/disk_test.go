//go:build linux

package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/fedhub/fedhub/events"
)

// The codes of commands that a log does not take.
const (
	codeDiskFull   = 72
	codeLogDamaged = 75
	codeInDoubt    = 77
)

// diskSize is the size of the file system that is filled.
const diskSize = "48m"

// commandIDs matches how an error names its command.
var commandIDs = regexp.MustCompile(`\(command [0-9a-f]{8}-[0-9a-f-]{27}\)`)

// TestDiskFull_refusesAndRecovers: a master without room says so, keeps what it acknowledged, and takes
// commands again once there is room, without being started again.
func TestDiskFull_refusesAndRecovers(t *testing.T) {
	t.Parallel()
	master := newProc(t, "master")
	onTmpfs(t, master)
	master.start()
	master.promote(master.fed)

	book := newChaosBook()
	ctx, cancel := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	stop := sync.OnceFunc(func() { cancel(); writers.Wait() })
	defer stop()
	for i := range 2 {
		writers.Go(func() { book.write(ctx, master, i) })
	}
	book.awaitAcked(t, 20)
	ballast := fill(t, master)
	var full *problem
	took := await(t, "refused", func() error {
		if _, err := master.addGroup(t.Context(), "fed.probe"); !errors.As(err, &full) || full.Code != codeDiskFull {
			return fmt.Errorf("a write on a full disk: %w", err)
		}
		return nil
	})
	stop()
	t.Logf("refused %s after the disk was full: %v", took.Round(time.Millisecond), full)
	if full.status != http.StatusInsufficientStorage || !commandIDs.MatchString(full.Message) {
		t.Errorf("the answer is %v; want status 507 and the command's id", full)
	}
	checkFull(t, master, book)
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	took = await(t, "writing again", func() error {
		r, err := master.addGroup(t.Context(), "fed.after")
		if err == nil {
			book.note("fed.after", r, nil)
		}
		return err
	})
	t.Logf("writes again %s after there was room", took.Round(time.Millisecond))
	checkWritten(t, master, book)
}

// checkFull says what a full disk may have answered: acknowledged before, refused, or left open; nothing else.
func checkFull(t *testing.T, master *proc, book *chaosBook) {
	t.Helper()
	for name, err := range book.unknown {
		var p *problem
		if errors.As(err, &p) && p.Code != codeDiskFull && p.Code != codeInDoubt || p == nil && !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for n := range 20 {
		name := "fed.full-" + strconv.Itoa(n)
		if r, err := master.addGroup(t.Context(), name); err == nil {
			t.Fatalf("%s was acknowledged on a full disk as revision %d", name, r.revision)
		}
	}
	if held := heldOf(t, master); held["fed.full-0"] != 0 {
		t.Error("what was refused is there")
	}
}

// onTmpfs lets the process keep its data on a small file system in memory. The process has it in a mount
// namespace of its own, so that it ends with the process.
func onTmpfs(t *testing.T, p *proc) {
	t.Helper()
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	p.wrap = []string{"unshare", "--mount"}
	if os.Geteuid() != 0 {
		p.wrap = append(p.wrap, "--map-root-user") // a user namespace, in which everyone may mount
	}
	p.wrap = append(p.wrap, "sh", "-c", `mount -t tmpfs -o size=`+diskSize+` tmpfs "$0" && exec "$@"`, p.dir)
	p.inNamespace = true
}

// fill writes a file until the process's file system has no room, and returns its path.
func fill(t *testing.T, p *proc) string {
	t.Helper()
	path := filepath.Join(p.seen(p.dir), "ballast")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() //nolint:errcheck // what counts is that it is full
	if _, err := io.Copy(f, io.LimitReader(zeros{}, 1<<30)); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("fill %s: %v", path, err)
	}
	return path
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestDamagedBlock_refusesAndRecovers: one flipped bit in what is stored is found at the start. What is
// before it can be read, nothing can be written, and with the file as it was all is well again.
func TestDamagedBlock_refusesAndRecovers(t *testing.T) {
	t.Parallel()
	master := newProc(t, "master")
	master.start()
	master.promote(master.fed)
	const written = 40
	for n := range written {
		if _, err := master.addGroup(t.Context(), fmt.Sprintf("fed.g%02d", n)); err != nil {
			t.Fatal(err)
		}
	}
	master.stop()
	found := blocks(t, federationStore(t, master), events.Rules)
	if len(found) == 0 {
		t.Fatal("no block of RULES")
	}
	good, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	bad := strings.Clone(string(good))
	at := strings.Index(bad, "fed.g20")
	damaged := []byte(bad)
	damaged[at+5] ^= 1
	if err := os.WriteFile(found[0], damaged, 0o600); err != nil { //nolint:gosec // G703: the test's own
		t.Fatal(err)
	}
	master.start()
	var p *problem
	if _, err := master.addGroup(t.Context(), "fed.no"); !errors.As(err, &p) || p.status != http.StatusServiceUnavailable || p.Code != codeLogDamaged {
		t.Errorf("a write to a damaged log: %v", err)
	} else {
		t.Logf("the answer: %v", p)
	}
	held := heldOf(t, master)
	for n := range 20 {
		if name := fmt.Sprintf("fed.g%02d", n); held[name] != 1 {
			t.Errorf("%s, before the damage, is there %d times", name, held[name])
		}
	}
	if err := os.WriteFile(found[0], good, 0o600); err != nil { //nolint:gosec // G703: the test's own
		t.Fatal(err)
	}
	took := await(t, "writing again", func() error {
		_, err := master.addGroup(t.Context(), "fed.after")
		return err
	})
	t.Logf("writes again %s after the file was put back", took.Round(time.Millisecond))
	if held := heldOf(t, master); held["fed.g39"] != 1 || held["fed.after"] != 1 {
		t.Errorf("after the file was put back %v", held)
	}
	health, err := master.api().HealthcheckWithResponse(t.Context())
	if err != nil || health.StatusCode() != http.StatusOK {
		t.Errorf("health: %v, %v", health.Status(), err)
	}
}
