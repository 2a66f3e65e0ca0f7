package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/policy"
)

// benchActor is who the hub's log says the changes of a bench are from.
const benchActor = "bench"

// What a bench asks of its hub.
const (
	benchToken  = "token"  // mint a join token
	benchSynced = "synced" // count the remotes in sync
	benchProbe  = "probe"  // send a plain message to all
	benchChange = "change" // change one rule
	benchUsage  = "usage"  // tell CPU and memory
)

// benchCommand and benchAnswer travel as lines of JSON, one answer to each command in its order.
type (
	benchCommand struct {
		Do   string `json:"do"`
		Uses int    `json:"uses,omitempty"`
	}
	benchAnswer struct {
		Err      string        `json:"err,omitempty"`
		Token    string        `json:"token,omitempty"`
		Synced   int           `json:"synced,omitempty"`
		Revision uint64        `json:"revision,omitempty"`
		User     time.Duration `json:"user,omitempty"`
		System   time.Duration `json:"system,omitempty"`
		RSS      uint64        `json:"rss,omitempty"`
		Heap     uint64        `json:"heap,omitempty"`
	}
)

func newBenchHub(around surroundings) *cobra.Command {
	var dir string
	c := &cobra.Command{Use: "hub", Short: "Be the hub of a bench and take its commands from the input", Hidden: true}
	c.Flags().StringVar(&dir, "data-dir", "", "`directory` of the hub's logs and keys")
	_ = c.MarkFlagRequired("data-dir") //nolint:errcheck // the flag is there
	c.RunE = func(c *cobra.Command, _ []string) error { return serveBench(c.Context(), dir, around) }
	return c
}

// serveBench runs a hub and answers commands until the input ends.
func serveBench(ctx context.Context, dir string, around surroundings) error {
	keys, err := bus.OpenKeyring(filepath.Join(dir, "keys"))
	if err != nil {
		return err
	}
	h, err := hub.Open(ctx, hub.Config{
		ID: strings.Repeat("f", 32), Name: "bench", Address: events.RestInfo{Server: "127.0.0.1"}, Listen: "127.0.0.1:0",
		StoreDir: filepath.Join(dir, "hub"), Keys: keys, Version: version, Oldest: version, Enforcer: "none",
		Logger: newLogger(around.stderr), Now: around.now, NewID: uuid.NewString,
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return h.Run(ctx) })
	group.Go(func() error {
		defer cancel()
		select {
		case <-h.Ready():
		case <-ctx.Done():
			return nil
		}
		return (&benchServer{hub: h}).serve(ctx, around.stdin, around.stdout)
	})
	return group.Wait()
}

// benchServer does what a bench asks of its hub.
type benchServer struct {
	hub     *hub.Hub
	rule    uint32       // the one that is changed
	last    events.Event // of the last change: what a probe is, too
	changes int
}

func (s *benchServer) serve(ctx context.Context, in io.Reader, out io.Writer) error {
	if err := s.addRule(ctx); err != nil {
		return err
	}
	lines, answers := bufio.NewScanner(in), json.NewEncoder(out)
	for lines.Scan() {
		var c benchCommand
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			return fmt.Errorf("command: %w", err)
		}
		answer, err := s.do(ctx, c)
		if err != nil {
			answer.Err = err.Error()
		}
		if err := answers.Encode(answer); err != nil {
			return fmt.Errorf("answer: %w", err)
		}
	}
	return lines.Err()
}

func (s *benchServer) do(ctx context.Context, c benchCommand) (benchAnswer, error) {
	switch c.Do {
	case benchToken:
		t, err := s.hub.MintToken(ctx, hub.TokenRequest{Actor: benchActor, Lifetime: 24 * time.Hour, Uses: c.Uses})
		return benchAnswer{Token: t.Secret}, err
	case benchSynced:
		answer := benchAnswer{Revision: s.hub.Policy().Revision()}
		for _, cluster := range s.hub.Summaries() {
			if cluster.Status == hub.StatusSynced {
				answer.Synced++
			}
		}
		return answer, nil
	case benchProbe:
		return benchAnswer{}, s.hub.Probe(s.last)
	case benchChange:
		s.changes++
		comment := "change " + strconv.Itoa(s.changes)
		r, err := s.hub.Change(ctx, benchActor, policy.Update(strconv.FormatUint(uint64(s.rule), 10), policy.RuleConfig{Comment: &comment}))
		if err == nil {
			s.last = r.Events[0]
		}
		return benchAnswer{Revision: r.Revision}, err
	case benchUsage:
		return usage()
	}
	return benchAnswer{}, fmt.Errorf("there is no command %q", c.Do)
}

// addRule adds the rule that is changed.
func (s *benchServer) addRule(ctx context.Context) error {
	from, to, action := policy.FederalContainers, "external", policy.ActionAllow
	r, err := s.hub.Change(ctx, benchActor, policy.Create(policy.RuleConfig{From: &from, To: &to, Action: &action}))
	if err != nil {
		return err
	}
	for r := range policy.All[events.NetworkRule](s.hub.Policy()) {
		s.rule = r.ID
	}
	s.last = r.Events[0]
	return nil
}
