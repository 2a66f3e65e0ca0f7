package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/mattn/go-isatty"
)

// How a wait is shown.
const (
	progressAfter = time.Second // what takes less needs no word
	progressEvery = 120 * time.Millisecond
)

// spinner has the pictures of a wait.
var spinner = []string{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"}

// isTerminal reports whether a person sees what is written to w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

// showWait shows text on w, when that is a terminal, from a second on until the returned function is called.
func showWait(w io.Writer, text string) (done func()) {
	if !isTerminal(w) {
		return func() {}
	}
	stop := make(chan struct{})
	var shown sync.WaitGroup
	shown.Go(func() {
		timer := time.NewTimer(progressAfter)
		defer timer.Stop()
		for i := 0; ; i++ {
			select {
			case <-stop:
				if i > 0 {
					fmt.Fprintf(w, "\r\x1b[K")
				}
				return
			case <-timer.C:
				fmt.Fprintf(w, "\r%s %s", spinner[i%len(spinner)], text)
				timer.Reset(progressEvery)
			}
		}
	})
	return func() {
		close(stop)
		shown.Wait()
	}
}

// patientTransport bounds requests that are not streams, and shows that one takes long.
type patientTransport struct {
	next   http.RoundTripper
	server string
	stderr io.Writer
}

// RoundTrip implements [http.RoundTripper].
func (t *patientTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	defer showWait(t.stderr, "waiting for "+t.server)()
	if r.Header.Get("Accept") == acceptStream {
		return t.next.RoundTrip(r)
	}
	ctx, cancel := context.WithTimeout(r.Context(), requestPatience)
	response, err := t.next.RoundTrip(r.WithContext(ctx))
	if err != nil {
		cancel()
		return nil, err
	}
	response.Body = &endingBody{ReadCloser: response.Body, end: cancel}
	return response, nil
}

// endingBody ends what was begun for a request when its answer is closed.
type endingBody struct {
	io.ReadCloser
	end func()
}

// Close implements [io.Closer].
func (b *endingBody) Close() error {
	defer b.end()
	return b.ReadCloser.Close()
}
