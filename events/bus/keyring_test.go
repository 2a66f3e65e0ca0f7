package bus_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/nats-io/nkeys"

	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/waittest"
)

func TestKeyring_keepsWhatWasPut(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	for name, k := range map[string]*bus.Keyring{"in memory": bus.NewKeyring(), "in a folder": waittest.Must(bus.OpenKeyring(dir))(t)} {
		t.Run(name, func(t *testing.T) {
			_, err := k.Get("secret")
			wantError(t, err, fs.ErrNotExist)
			for _, want := range []string{"one", "two", ""} {
				if err := k.Put("secret", []byte(want)); err != nil {
					t.Fatal(err)
				}
				if got := waittest.Must(k.Get("secret"))(t); string(got) != want {
					t.Errorf("got %q, want %q", got, want)
				}
			}
			for range 2 { // gone already is no error
				if err := k.Remove("secret"); err != nil {
					t.Error(err)
				}
			}
			_, err = k.Get("secret")
			wantError(t, err, fs.ErrNotExist)
		})
	}
}

func TestKeyring_makesAKeyOnce(t *testing.T) {
	dir := t.TempDir()
	k := waittest.Must(bus.OpenKeyring(dir))(t)
	for name, of := range map[string]func(*bus.Keyring) (nkeys.KeyPair, error){
		"O": (*bus.Keyring).Operator,
		"A": func(k *bus.Keyring) (nkeys.KeyPair, error) { return k.Account("FED") },
		"U": func(k *bus.Keyring) (nkeys.KeyPair, error) { return k.User("agent") },
	} {
		pub := waittest.Must(waittest.Must(of(k))(t).PublicKey())(t)
		if !strings.HasPrefix(pub, name) {
			t.Errorf("key %s is of another kind, want %s", pub, name)
		}
		again := waittest.Must(waittest.Must(of(waittest.Must(bus.OpenKeyring(dir))(t)))(t).PublicKey())(t)
		if again != pub {
			t.Errorf("after opening again the key is %s, was %s", again, pub)
		}
	}
	before := waittest.Must(k.Random("session"))(t)
	if again := waittest.Must(waittest.Must(bus.OpenKeyring(dir))(t).Random("session"))(t); len(before) != 32 || !bytes.Equal(before, again) {
		t.Errorf("%d random bytes, want 32 and the same again", len(before))
	}
	if err := k.RemoveUser("agent"); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Get("user-agent"); err == nil {
		t.Error("a removed user key is still there")
	}
}

func TestKeyring_onlyTheOwnerMayRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	k := waittest.Must(bus.OpenKeyring(dir))(t)
	waittest.Must(k.Operator())(t)
	waittest.Must(k.Random("session"))(t)
	waittest.Must(bus.OpenAuthority(k, clock()))(t)
	if err := k.Put("session", []byte("another")); err != nil { // replaced, and still private
		t.Fatal(err)
	}
	info := waittest.Must(os.Stat(dir))(t)
	if info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has mode %o, want 700", info.Mode().Perm())
	}
	for _, entry := range waittest.Must(os.ReadDir(dir))(t) {
		if info := waittest.Must(entry.Info())(t); info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o, want 600", entry.Name(), info.Mode().Perm())
		}
	}
}

// TestKeyring_replacesWhole reads while another goroutine writes: whatever is read was put.
func TestKeyring_replacesWhole(t *testing.T) {
	dir := t.TempDir()
	k := waittest.Must(bus.OpenKeyring(dir))(t)
	old, young := bytes.Repeat([]byte("a"), 1<<16), bytes.Repeat([]byte("b"), 1<<16)
	if err := k.Put("secret", old); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(done)
		for range 20 {
			for _, secret := range [][]byte{young, old} {
				if err := k.Put("secret", secret); err != nil {
					t.Error(err)
				}
			}
		}
	})
	for reading := true; reading; {
		select {
		case <-done:
			reading = false
		default:
		}
		if got := waittest.Must(os.ReadFile(filepath.Join(dir, "secret")))(t); !bytes.Equal(got, old) && !bytes.Equal(got, young) {
			t.Fatalf("read %d bytes that were never put", len(got))
		}
	}
	wg.Wait()
	if entries := waittest.Must(os.ReadDir(dir))(t); len(entries) != 1 {
		t.Errorf("%d files are left, want 1", len(entries))
	}
}

func TestKeyring_aFailedPutLeavesTheFormer(t *testing.T) {
	dir := t.TempDir()
	k := waittest.Must(bus.OpenKeyring(dir))(t)
	if err := os.MkdirAll(filepath.Join(dir, "secret", "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := k.Put("secret", []byte("x")); err == nil {
		t.Error("a folder was replaced")
	}
	if entries := waittest.Must(os.ReadDir(dir))(t); len(entries) != 1 {
		t.Errorf("%d entries are left, want 1", len(entries))
	}
}

func TestKeyring_refusesASeedThatIsNone(t *testing.T) {
	k := bus.NewKeyring()
	if err := k.Put("operator", []byte("SOAK")); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Operator(); err == nil {
		t.Error("a damaged seed was taken")
	}
}
