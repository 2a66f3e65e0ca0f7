package main

import (
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// fakeServer answers what it is told to, by "METHOD /path", and remembers what it was asked.
type fakeServer struct {
	*httptest.Server
	env []string // that leads a command to it

	mu      sync.Mutex
	answers map[string]string
	asked   []string // "METHOD /path?query body"
}

const (
	fakePassword = "correct horse"
	fakeToken    = "session-token"
)

// answerMark stands between what a server answers to a route the first time, the second, and so on.
const answerMark = "\n---\n"

// newFakeServer returns a server to log in at. Answers that begin with a number have that status.
func newFakeServer(t *testing.T, answers map[string]string) *fakeServer {
	t.Helper()
	f := &fakeServer{answers: answers}
	f.Server = httptest.NewUnstartedServer(http.HandlerFunc(f.answer))
	f.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // some clients do not trust it
	f.StartTLS()
	t.Cleanup(f.Close)
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: f.Certificate().Raw})
	f.env = []string{
		"FEDHUB_SERVER=" + f.URL, "FEDHUB_CA_FILE=" + writeFile(t, string(ca)), "FEDHUB_PASSWORD_FILE=" + writeFile(t, fakePassword+"\n"),
	}
	return f
}

func (f *fakeServer) answer(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answer := f.find(r, string(body))
	status := http.StatusOK
	if code, rest, ok := strings.Cut(answer, " "); ok && len(code) == 3 {
		if err := json.Unmarshal([]byte(code), &status); err == nil {
			answer = rest
		}
	}
	w.Header().Set("Content-Type", "application/json")
	if strings.HasPrefix(answer, "id: ") {
		w.Header().Set("Content-Type", acceptStream)
	}
	w.Header().Set("X-Fedhub-Revision", "7")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, answer) //nolint:errcheck // the client sees it
}

func (f *fakeServer) find(r *http.Request, body string) string {
	route := r.Method + " " + r.URL.Path
	if route == "POST /v1/auth" {
		if strings.Contains(body, `"password":"`+fakePassword+`"`) {
			return `{"token":{"token":"` + fakeToken + `"}}`
		}
		return `401 {"code":3,"error":"Authentication failed","message":"wrong user name or password"}`
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, strings.TrimSpace(r.Method+" "+r.URL.RequestURI()+" "+body))
	if r.Header.Get("X-Auth-Token") != fakeToken {
		return `401 {"code":3,"error":"Authentication failed","message":"no session"}`
	}
	if answer, ok := f.answers[route]; ok {
		first, rest, more := strings.Cut(answer, answerMark)
		if more {
			f.answers[route] = rest
		}
		return first
	}
	return `404 {"code":1,"error":"URL not found","message":""}`
}

// requests returns what was asked after the login.
func (f *fakeServer) requests() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.asked...)
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
