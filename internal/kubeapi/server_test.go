package kubeapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/internal/kubeapi"
	"github.com/fedhub/fedhub/internal/waittest"
)

// parentOf in the environment has this program start a server in the named directory and never stop it.
const parentOf = "KUBEAPI_TEST_PARENT_OF"

func TestMain(m *testing.M) {
	if dir := os.Getenv(parentOf); dir != "" {
		if err := beParent(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

func beParent(dir string) error {
	server, err := kubeapi.Start(context.Background(), kubeapi.Config{Dir: dir, Temporary: true, Progress: os.Stderr})
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(server.URL); err != nil {
		return err
	}
	_, err = os.Stdin.Read(make([]byte, 1)) // until this process is killed
	return err
}

// TestServer_orphan kills the process that started a server.
func TestServer_orphan(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kubeapi")
	parent := exec.CommandContext(t.Context(), waittest.Must(os.Executable())(t)) //nolint:gosec // G204: this test
	parent.Env = append(os.Environ(), parentOf+"="+dir)
	parent.Stderr = os.Stderr
	stdin := waittest.Must(parent.StdinPipe())(t)
	stdout := waittest.Must(parent.StdoutPipe())(t)
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var url string
	if err := json.NewDecoder(stdout).Decode(&url); err != nil {
		t.Fatal(err)
	}
	if !listens(t, url) {
		t.Errorf("%s: nobody listens", url)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := parent.Wait(); err == nil {
		t.Error("the parent was not killed")
	}
	waittest.Until(t, "the directory of the server is gone", func() bool {
		_, err := os.Stat(dir)
		return errors.Is(err, fs.ErrNotExist)
	})
	if listens(t, url) {
		t.Errorf("%s: the server is still there", url)
	}
	_ = stdin.Close() //nolint:errcheck // it was open for as long as the parent lived
}

func TestServer(t *testing.T) {
	config := kubeapi.Config{Dir: filepath.Join(t.TempDir(), "kubeapi"), Progress: t.Output()}
	first := waittest.Must(kubeapi.Start(t.Context(), config))(t)
	for range 2 {
		if err := first.Stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	}
	second := waittest.Must(kubeapi.Start(t.Context(), config))(t)
	if second.URL != first.URL {
		t.Errorf("started again: got %s, want %s", second.URL, first.URL)
	}
	for range 2 {
		if err := second.Kill(); err != nil {
			t.Errorf("kill: %v", err)
		}
	}
	if listens(t, second.URL) {
		t.Errorf("%s: the server is still there", second.URL)
	}
}

func TestStart_refused(t *testing.T) {
	for name, c := range map[string]struct {
		config kubeapi.Config
		want   string
	}{
		"unknown flag": {config: kubeapi.Config{Args: []string{"--no-such-flag"}}, want: "unknown flag: --no-such-flag"},
		"not loopback": {config: kubeapi.Config{Listen: "0.0.0.0:0"}, want: "not a loopback address"},
	} {
		t.Run(name, func(t *testing.T) {
			c.config.Dir, c.config.Progress = t.TempDir(), t.Output()
			if _, err := kubeapi.Start(t.Context(), c.config); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want: %s", err, c.want)
			}
		})
	}
}

// listens reports whether somebody listens at the URL.
func listens(t *testing.T, url string) bool {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(url, "https://"))
	if err != nil {
		return false
	}
	return conn.Close() == nil
}
