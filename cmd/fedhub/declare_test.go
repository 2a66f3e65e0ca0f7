package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/waittest"
)

// TestDeclaration has a federation come about by flags and files alone.
func TestDeclaration(t *testing.T) {
	if testing.Short() {
		t.Skip("runs three controllers")
	}
	master, berlin := newController(t), newController(t)
	masterFlags := []string{"--promote-address", master.fed}
	tokenFile := filepath.Join(t.TempDir(), "token")
	berlinFlags := []string{"--join-token-file", tokenFile}

	stopMaster := master.start(t, "master", masterFlags...)
	stopBerlin := berlin.start(t, "berlin", berlinFlags...)
	o := operator{t: t, master: master, berlin: berlin}
	o.eventually("cluster list", "master  master")
	o.master.env = append(o.master.env, "FEDHUB_API_TOKEN_FILE="+o.logIn())
	if got := o.do("cluster list"); strings.Contains(got, "berlin") {
		t.Fatalf("berlin is a member before there is a token:\n%s", got)
	}

	o.do("token create --uses 9 --token-file " + tokenFile)
	o.eventually("summary", "berlin")
	o.eventually("status --cluster berlin", "berlin")
	stopMaster()
	stopBerlin()
	waittest.Must(0, os.Remove(tokenFile))(t)
	master.start(t, "master", masterFlags...)
	berlin.start(t, "berlin", berlinFlags...)
	o.master.env = append(master.env, "FEDHUB_API_TOKEN_FILE="+o.logIn()) //nolint:gocritic // the session of the run before is over
	o.eventually("summary", "synced")

	o.do("cluster remove berlin")
	o.roleOf(berlin, cluster.RoleStandalone)
	// As the kubelet changes a Secret: a new file takes the place of the old one.
	o.do("token create --token-file " + tokenFile)
	o.roleOf(berlin, cluster.RoleRemote)
}

// roleOf waits until the cluster has the role.
func (o *operator) roleOf(c controller, want cluster.Role) {
	o.t.Helper()
	waittest.Until(o.t, "the role is "+string(want), func() bool {
		var v []wire.ClusterSummary
		got := o.try(attempt{args: words("cluster list -o json"), env: c.env})
		return got.code == exitDone && json.Unmarshal([]byte(got.stdout), &v) == nil && v[0].Role == string(want)
	})
}

func TestWish(t *testing.T) {
	const soon, late = time.Second, time.Hour
	away := events.Refusal{Code: events.RefusedMasterUnreachable, Message: "away"}
	spent := events.Refusal{Code: events.RefusedTokenSpent, Message: "spent"}
	type look struct {
		after time.Duration
		read  string // "": there is no file; "-": and none is needed
		grant error
	}
	for name, tt := range map[string]struct {
		given []look
		want  []string // what was tried, and what was said of it
	}{
		"granted":                      {[]look{{0, "a", nil}, {late, "a", nil}}, []string{"try a"}},
		"the file comes later":         {[]look{{0, "", nil}, {soon, "", nil}, {soon, "a", nil}}, []string{"WARN file does not exist", "try a"}},
		"refused for good":             {[]look{{0, "a", spent}, {late, "a", nil}}, []string{"try a", "ERROR spent"}},
		"refused, another token":       {[]look{{0, "a", spent}, {soon, "b", nil}}, []string{"try a", "ERROR spent", "try b"}},
		"in another federation":        {[]look{{0, "a", cluster.ErrRole}, {late, "a", nil}}, []string{"try a", "ERROR " + cluster.ErrRole.Error()}},
		"the master is away":           {[]look{{0, "a", away}, {soon / 2, "a", nil}, {late, "a", nil}}, []string{"try a", "WARN away", "try a"}},
		"still away":                   {[]look{{0, "a", away}, {late, "a", away}, {late, "a", nil}}, []string{"try a", "WARN away", "try a", "try a"}},
		"away, and at once a new one":  {[]look{{0, "a", away}, {0, "b", nil}}, []string{"try a", "WARN away", "try b"}},
		"another change of role":       {[]look{{0, "a", cluster.ErrBusy}, {late, "a", nil}}, []string{"try a", "WARN " + cluster.ErrBusy.Error(), "try a"}},
		"granted, then another token":  {[]look{{0, "a", nil}, {late, "b", nil}}, []string{"try a", "try b"}},
		"a member without a token":     {[]look{{0, "-", nil}, {late, "a", nil}, {late, "-", nil}, {late, "a", nil}}, []string{"try a"}},
		"granted, then no file at all": {[]look{{0, "a", nil}, {late, "", nil}, {late, "a", nil}}, []string{"try a", "WARN file does not exist"}},
	} {
		t.Run(name, func(t *testing.T) {
			var did []string
			var at look
			now := noon()
			w := wish{
				read: func() (string, error) {
					switch at.read {
					case "":
						return "", fs.ErrNotExist
					case "-":
						return "", nil
					}
					return at.read, nil
				},
				grant: func(_ context.Context, what string) error {
					did = append(did, "try "+what)
					return at.grant
				},
				log: slog.New(saying(func(r slog.Record) {
					r.Attrs(func(a slog.Attr) bool {
						did = append(did, r.Level.String()+" "+a.Value.String())
						return true
					})
				})),
				now: func() time.Time { return now }, retry: backoff.NewExponentialBackOff(),
			}
			w.retry.InitialInterval = 2 * soon
			for _, at = range tt.given {
				now = now.Add(at.after)
				w.look(t.Context())
			}
			if diff := cmp.Diff(tt.want, did); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// saying is a [slog.Handler] that hands each record on.
type saying func(slog.Record)

func (saying) Enabled(context.Context, slog.Level) bool        { return true }
func (s saying) WithAttrs([]slog.Attr) slog.Handler            { return s }
func (s saying) WithGroup(string) slog.Handler                 { return s }
func (s saying) Handle(_ context.Context, r slog.Record) error { s(r); return nil }

// TestHealth asks a standalone controller as the kubelet does: without a login.
func TestHealth(t *testing.T) {
	c := startController(t, "berlin")
	to := connection{caFile: filepath.Join(c.dir, restKeys, "ca.pem")}
	transport := waittest.Must(to.transport())(t)
	defer transport.CloseIdleConnections()
	request := waittest.Must(http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+c.rest+healthPath, http.NoBody))(t)
	answer, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close() //nolint:errcheck // it has been read
	body := waittest.Must(io.ReadAll(answer.Body))(t)
	if answer.StatusCode != http.StatusOK || string(body) != "ok\n" {
		t.Errorf("got %d %q", answer.StatusCode, body)
	}
}

func TestWriteSecret(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "token")
	for _, secret := range []string{"first", "second"} {
		if err := writeSecret(path, secret); err != nil {
			t.Fatal(err)
		}
		if got := waittest.Must(readSecret(path, nil))(t); got != secret {
			t.Errorf("got %q, want %q", got, secret)
		}
	}
	if mode := waittest.Must(os.Stat(path))(t).Mode().Perm(); mode != 0o600 {
		t.Errorf("mode %o, want 600", mode)
	}
	if err := writeSecret(filepath.Join(dir, "no", "such"), "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v, want %v", err, fs.ErrNotExist)
	}
	if left := waittest.Must(os.ReadDir(dir))(t); len(left) != 1 {
		t.Errorf("got %d files, want 1", len(left))
	}
}
