//go:build linux

package e2e_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
)

// TestRemoteKilledWithMasterAway_keepsItsRules: what a cluster was told stays in force without the master,
// and the cluster does not pretend to hear from it.
func TestRemoteKilledWithMasterAway_keepsItsRules(t *testing.T) {
	t.Parallel()
	master, oslo := newProc(t, "master"), newProc(t, "oslo")
	federate(t, master, oslo)
	if _, err := master.addRule(t.Context(), "stays"); err != nil {
		t.Fatal(err)
	}
	want := rulesText(t, master)
	await(t, "at oslo", func() error {
		if rulesText(t, oslo) != want {
			return errors.New("the rule is not there")
		}
		return nil
	})
	kept(t, oslo, "stays")
	master.kill()
	oslo.kill()
	began := time.Now()
	oslo.start()
	if got := rulesText(t, oslo); got != want {
		t.Errorf("the first answer after the start: %q, want %q", got, want)
	}
	t.Logf("oslo shows its rules %s after it was started again", time.Since(began).Round(time.Millisecond))
	var p *problem
	if _, err := oslo.addRule(t.Context(), "no"); !errors.As(err, &p) || p.Code != 46 {
		t.Errorf("a federated rule was written at a remote: %v", err)
	}
	if err := oslo.sees("oslo", "disconnected"); err != nil {
		t.Error(err)
	}
	master.start()
	await(t, "synced again", func() error { return master.sees("oslo", "synced") })
}

// kept waits until a remote has the text on disk in its copy, which it stores behind its own back.
func kept(t *testing.T, p *proc, text string) {
	t.Helper()
	await(t, "kept by "+p.name, func() error {
		for _, path := range blocks(t, filepath.Join(p.dir, "local"), events.Copy) {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if bytes.Contains(data, []byte(text)) {
				return nil
			}
		}
		return fmt.Errorf("%q is in no block of the copy", text)
	})
}

// blocks returns the files of a log's stream below a store, oldest first.
func blocks(t *testing.T, store string, log events.Log) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(store, "jetstream", "*", "streams", string(log), "msgs", "*.blk"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// checkChain reads the master's RULES as they lie on disk: each event has the hash of the one before.
func checkChain(t *testing.T, master *proc) {
	t.Helper()
	own, _, err := master.summary(master.name)
	if err != nil {
		t.Fatal(err)
	}
	master.stop()
	keys, err := bus.OpenKeyring(filepath.Join(master.dir, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	server, err := bus.OpenServer(bus.ServerConfig{
		Name: "inspector", StoreDir: federationStore(t, master), Keys: keys, Accounts: []string{bus.AccountFed}, Logger: quiet(),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	conn, err := server.Connect(bus.AccountFed)
	if err != nil {
		t.Fatal(err)
	}
	ledger, err := bus.OpenLedger(t.Context(), bus.LedgerConfig[unread]{
		Log: events.Rules, Server: server, Conn: conn, Empty: func() unread { return unread{} }, Now: time.Now, Logger: quiet(),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := ledger.Err(); err != nil {
		t.Error(err)
	}
	reader := ledger.Reader()
	var chain events.Chain
	for {
		batch, err := reader.Read(t.Context(), chain.Revision()+1, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range batch {
			if err := chain.Check(e); err != nil {
				t.Fatal(err)
			}
		}
		if len(batch) == 0 {
			break
		}
	}
	if !chain.Complete() || chain.Revision() != own.DesiredRevision {
		t.Errorf("the chain ends at revision %d (whole: %v), want %d", chain.Revision(), chain.Complete(), own.DesiredRevision)
	}
}

// unread is the state of a log that is only looked through.
type unread struct{}

func (unread) Clone() unread      { return unread{} }
func (unread) Apply(events.Event) {}

// federationStore returns where a master keeps the logs of its federation.
func federationStore(t *testing.T, master *proc) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(master.dir, "federation-*", "jetstream"))
	if err != nil || len(found) != 1 {
		t.Fatalf("folders of federations: %v, %v", found, err)
	}
	return found[0]
}
