package main

import (
	"bufio"
	"io"
	"maps"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/internal/waittest"
)

// TestBenchConsole serves a small simulated fleet, changes its policy and sees it confirmed.
func TestBenchConsole(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a controller")
	}
	in, end := io.Pipe()
	said, out := io.Pipe()
	password := writeFile(t, fakePassword)
	done := make(chan int, 1)
	go func() {
		args := words("bench console --clusters 120 --beats 200 --admin-password-file " + password)
		code := run(t.Context(), args, surroundings{stdin: in, stdout: out, stderr: io.Discard, now: time.Now})
		_ = out.Close() //nolint:errcheck // a pipe
		done <- code
	}()
	line, err := bufio.NewReader(said).ReadString('\n')
	base := regexp.MustCompile(`^https://\S+`).FindString(line)
	if err != nil || !strings.Contains(line, "with 120 clusters, of which 118 are heard from") {
		t.Fatalf("it said %q (%v)", line, err)
	}
	to := connection{server: base, username: "admin", passwordFile: password, insecure: true}
	client := waittest.Must(to.open(t.Context(), nil, io.Discard))(t)
	statuses := func() map[string]int {
		sum := waittest.Must(read[wire.Summary](answerTo(client.GetSummary(t.Context()))))(t)
		out := map[string]int{}
		for _, c := range sum.Clusters {
			out[c.Status]++
		}
		return out
	}
	want := map[string]int{"active": 1, "synced": 116, "out_of_sync": 2, "disconnected": 2}
	waittest.Until(t, "a fleet of all kinds", func() bool { return maps.Equal(statuses(), want) })
	waittest.Must(answerTo(client.CreateGroup(t.Context(), wire.GroupWrite{Config: wire.GroupConfig{
		Name: "fed.web", Criteria: &[]wire.Criterion{{Key: "label", Op: "=", Value: "x"}},
	}})))(t)
	waittest.Until(t, "the change is confirmed", func() bool { return maps.Equal(statuses(), want) })
	client.doer.CloseIdleConnections()
	_ = end.Close() //nolint:errcheck // a pipe
	if code := <-done; code != exitDone {
		t.Errorf("exit code %d", code)
	}
}
