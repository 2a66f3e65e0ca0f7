package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const streamText = "id: c1\nevent: group.defined\ndata: {\"cursor\":\"c1\",\"log\":\"RULES\",\"kind\":\"group.defined\",\"actor\":\"admin\",\"revision\":3,\"time\":\"2026-06-01T12:00:00Z\",\"data\":{\"a\":1}}\n\n" +
	": alive\n\n" +
	"id: c2\nevent: group.removed\ndata: {\"cursor\":\"c2\",\"log\":\"RULES\",\"kind\":\"group.removed\",\"actor\":\"admin\",\"revision\":4,\"time\":\"2026-06-01T12:00:01Z\",\"data\":{}}\n\n"

// endingWriter ends a context once it was written to often enough.
type endingWriter struct {
	bytes.Buffer
	left int
	end  context.CancelFunc
}

func (w *endingWriter) Write(p []byte) (int, error) {
	if w.left--; w.left == 0 {
		w.end()
	}
	return w.Buffer.Write(p)
}

func TestEvents_follow(t *testing.T) {
	f := newFakeServer(t, map[string]string{"GET /v1/fed/events/stream": streamText})
	ctx, cancel := context.WithCancel(t.Context())
	out := &endingWriter{left: 2, end: cancel}
	var stderr strings.Builder
	code := run(ctx, words("events --follow"), surroundings{stdin: strings.NewReader(""), stdout: out, stderr: &stderr, env: f.env, now: noon})
	if code != exitDone || stderr.String() != "" {
		t.Errorf("exit code %d, %q", code, stderr.String())
	}
	want := "2026-06-01 12:00:00Z  RULES       3  group.defined            admin        {\"a\":1}\n" +
		"2026-06-01 12:00:01Z  RULES       4  group.removed            admin        {}\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestEvents_follow_goesOn ends the stream and expects the next one to begin behind what was shown.
func TestEvents_follow_goesOn(t *testing.T) {
	f := newFakeServer(t, map[string]string{"GET /v1/fed/events/stream": streamText})
	ctx, cancel := context.WithCancel(t.Context())
	out := &endingWriter{left: 3, end: cancel}
	code := run(ctx, words("events --follow"), surroundings{stdin: strings.NewReader(""), stdout: out, stderr: out, env: f.env, now: noon})
	if code != exitDone {
		t.Errorf("exit code %d: %s", code, out)
	}
	want := []string{"GET /v1/fed/events/stream", "GET /v1/fed/events/stream?after=c2"}
	if diff := cmp.Diff(want, f.requests()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}
