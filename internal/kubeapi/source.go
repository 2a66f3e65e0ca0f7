package kubeapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// findSource looks for the source of the program from the working directory upwards, then from where this
// process's own program is.
func findSource() (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	for _, dir := range []string{here, filepath.Dir(self)} {
		for ; ; dir = filepath.Dir(dir) {
			if source := filepath.Join(dir, "tools", program); isThere(filepath.Join(source, "go.mod")) {
				return source, nil
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return "", ErrNoSource
}

// cacheDir returns where the binary of this version of the source is kept. All of the source is read each
// time, which also tells the go command that a test depends on it.
func cacheDir(ctx context.Context, source string) (string, error) {
	version, err := exec.CommandContext(ctx, "go", "env", "GOVERSION", "GOOS", "GOARCH").Output()
	if err != nil {
		return "", fmt.Errorf("go env: %w", err)
	}
	hash := sha256.New()
	hash.Write(version)
	names, err := fs.Glob(os.DirFS(source), "*")
	if err != nil {
		return "", err
	}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(source, name)) //nolint:gosec // G304: our own source
		if err != nil {
			return "", err
		}
		fmt.Fprintf(hash, "%s %d\n", name, len(text))
		hash.Write(text)
	}
	root, err := cacheRoot()
	return filepath.Join(root, "fedhub", program+"-"+hex.EncodeToString(hash.Sum(nil)[:6])), err
}

// cacheRoot is the one of the Makefile, also where systems have other customs.
func cacheRoot() (string, error) {
	if dir := os.Getenv("XDG_CACHE_HOME"); dir != "" {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".cache"), err
}

func isThere(name string) bool {
	_, err := os.Stat(name)
	return !errors.Is(err, fs.ErrNotExist)
}
