package e2e_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/fedhub/fedhub/internal/fedtest"
)

// streamer answers, at a remote, what the tests of streaming ask; everything else goes on to the API.
func streamer(ended chan<- struct{}) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/v1/test/echo":
				w.Header().Set("Content-Type", "application/octet-stream")
				_, _ = io.Copy(w, r.Body) //nolint:errcheck // the test sees what is missing
			case "/v1/test/ticks":
				ticks(w, r)
				close(ended)
			default:
				next.ServeHTTP(w, r)
			}
		})
	}
}

// ticks sends an event every 20 ms until the caller is gone.
func ticks(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		if _, err := io.WriteString(w, "data: tick\n\n"); err != nil {
			return
		}
		if err := http.NewResponseController(w).Flush(); err != nil {
			return
		}
		select {
		case <-ticker.C:
		case <-r.Context().Done():
			return
		}
	}
}

// TestForward_stream follows an endless answer of a remote, and checks that it does not keep the remote from ending.
func TestForward_stream(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{})
	w := fedtest.New(t)
	master := w.Master("hub")
	berlin := w.Remote("berlin", fedtest.WithHandler(streamer(ended)))

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, master.URL()+through(berlin, "/v1/test/ticks"), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Auth-Token", master.Login())
	answer, err := w.HTTPClient().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }() //nolint:errcheck // it was broken off
	if got := answer.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("the stream is %q", got)
	}
	lines := bufio.NewScanner(answer.Body)
	for seen := 0; seen < 5 && lines.Scan(); {
		if lines.Text() == "data: tick" {
			seen++
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatalf("the stream broke off: %v", err)
	}
	if berlin.StatusOf("berlin") != "synced" {
		t.Error("the stream stands in the way of everything else")
	}
	cancel()
	t.Logf("the remote stopped in %s", fedtest.Took(berlin.Stop).Round(time.Millisecond))
	select {
	case <-ended:
	default:
		t.Error("the remote has ended and still answers")
	}
}

// TestForward_echo sends five megabytes of noise to a remote and back.
func TestForward_echo(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master := w.Master("hub")
	berlin := w.Remote("berlin", fedtest.WithHandler(streamer(nil)))
	noise := make([]byte, 5<<20+1)
	source := rand.NewChaCha8([32]byte{1})
	_, _ = source.Read(noise) //nolint:errcheck // it never fails
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch} {
		answer := master.Must(method, through(berlin, "/v1/test/echo"), noise, nil)
		if sha256.Sum256(answer.Body) != sha256.Sum256(noise) {
			t.Errorf("%s: %d bytes came back, and not those that were sent", method, len(answer.Body))
		}
	}
	if answer := master.Must(http.MethodPost, through(berlin, "/v1/test/echo"), nil, nil); len(answer.Body) > 0 {
		t.Errorf("nothing came back as %q", answer.Body)
	}
}
