package bus

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/nats-io/nkeys"
)

// Keyring keeps secrets as files that only their owner may read (mode 0600), one a file. It may be used
// from any goroutine.
type Keyring struct {
	dir string // empty: in memory

	mu     sync.Mutex
	memory map[string][]byte
}

// NewKeyring returns a keyring in memory: its secrets end with the process.
func NewKeyring() *Keyring { return &Keyring{memory: map[string][]byte{}} }

// OpenKeyring returns the keyring kept in dir, and makes dir when it is not there.
func OpenKeyring(dir string) (*Keyring, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("key store: %w", err)
	}
	return &Keyring{dir: dir}, nil
}

// Get returns the named secret, or an error that wraps [fs.ErrNotExist].
func (k *Keyring) Get(name string) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.get(name)
}

// Put stores the named secret in place of any former one. It is on disk when Put returns.
func (k *Keyring) Put(name string, secret []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.put(name, secret)
}

// Remove forgets the named secret; it may be gone already.
func (k *Keyring) Remove(name string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.dir == "" {
		delete(k.memory, name)
		return nil
	}
	if err := os.Remove(filepath.Join(k.dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("key store: %w", err)
	}
	return nil
}

// Operator returns the key that signs accounts, made on first use.
func (k *Keyring) Operator() (nkeys.KeyPair, error) { return k.pair("operator", nkeys.CreateOperator) }

// Account returns the named account key, made on first use.
func (k *Keyring) Account(name string) (nkeys.KeyPair, error) {
	return k.pair("account-"+name, nkeys.CreateAccount)
}

// User returns the named user key, made on first use.
func (k *Keyring) User(name string) (nkeys.KeyPair, error) {
	return k.pair("user-"+name, nkeys.CreateUser)
}

// RemoveUser forgets the named user key.
func (k *Keyring) RemoveUser(name string) error { return k.Remove("user-" + name) }

// Random returns the named secret of 32 random bytes, made on first use.
func (k *Keyring) Random(name string) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	secret, err := k.get(name)
	if !errors.Is(err, fs.ErrNotExist) {
		return secret, err
	}
	secret = make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return nil, fmt.Errorf("key %s: %w", name, err)
	}
	return secret, k.put(name, secret)
}

func (k *Keyring) pair(name string, create func() (nkeys.KeyPair, error)) (nkeys.KeyPair, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	seed, err := k.get(name)
	if errors.Is(err, fs.ErrNotExist) {
		kp, err := create()
		if err != nil {
			return nil, fmt.Errorf("key %s: %w", name, err)
		}
		if seed, err = kp.Seed(); err != nil {
			return nil, fmt.Errorf("key %s: %w", name, err)
		}
		return kp, k.put(name, seed)
	}
	if err != nil {
		return nil, err
	}
	kp, err := nkeys.FromSeed(seed)
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", name, err)
	}
	return kp, nil
}

func (k *Keyring) get(name string) ([]byte, error) {
	if k.dir == "" {
		if secret, ok := k.memory[name]; ok {
			return secret, nil
		}
		return nil, fmt.Errorf("key %s: %w", name, fs.ErrNotExist)
	}
	secret, err := os.ReadFile(filepath.Join(k.dir, name)) //nolint:gosec // G304: the names are constants of ours
	if err != nil {
		return nil, fmt.Errorf("key store: %w", err)
	}
	return secret, nil
}

func (k *Keyring) put(name string, secret []byte) error {
	if k.dir == "" {
		k.memory[name] = secret
		return nil
	}
	if err := writeFile(filepath.Join(k.dir, name), secret); err != nil {
		return fmt.Errorf("key store: %w", err)
	}
	return nil
}

// writeFile replaces the file at path whole, or leaves it as it was, and syncs it to disk.
func writeFile(path string, data []byte) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(path string) error {
	dir, err := os.Open(path) //nolint:gosec // G304: the key store's own folder
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
