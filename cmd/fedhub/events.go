package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
)

// streamRetry is how long a stream that ended is left alone before it is opened again.
const streamRetry = time.Second

// shownData is how much of an event's data a person gets to see in a line, in bytes.
const shownData = 100

func newEvents(around surroundings) *cobra.Command {
	var goOn bool
	var limit int
	var after string
	c := &cobra.Command{
		Use: "events", Short: "Show what happened, oldest first",
		Example: "  fedhub events --limit 20\n  fedhub events --follow",
	}
	c.Flags().BoolVar(&goOn, "follow", false, "go on showing what happens until interrupted")
	c.Flags().IntVar(&limit, "limit", 100, "how many to show at most, the newest")
	c.Flags().StringVar(&after, "after", "", "`cursor` to go on from, in place of the newest")
	return operate(around, c, func(ctx context.Context, s *session, _ []string) error {
		if goOn && after == "" && !c.Flags().Changed("limit") {
			return follow(ctx, s, "", s.printEvent)
		}
		tail := after == ""
		page, err := read[wire.Events](answerTo(s.ListEvents(ctx, &wire.ListEventsParams{After: given(after), Limit: &limit, Tail: &tail})))
		switch {
		case err != nil:
			return err
		case !goOn:
			return s.print(page, func() table.Writer { return eventTable(page.Events) })
		}
		for _, e := range page.Events {
			if err := s.printEvent(e); err != nil {
				return err
			}
		}
		return follow(ctx, s, page.Next, s.printEvent)
	})
}

// follow calls take with each event behind the cursor, as it happens, until ctx ends. A stream that ends, because
// the session did or the server starts anew, is opened again where it ended. An error of take ends it, too.
func follow(ctx context.Context, s *session, after string, take func(wire.Event) error) error {
	retry := time.NewTimer(0)
	defer retry.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-retry.C:
		}
		err := stream(ctx, s.client, after, func(e wire.Event) error {
			after = e.Cursor
			return take(e)
		})
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		retry.Reset(streamRetry)
		if err := s.renew(ctx); err != nil && ctx.Err() == nil {
			return err
		}
	}
}

// printEvent prints one event in a line for people, and as a document of its own for programs.
func (s *session) printEvent(e wire.Event) error {
	var err error
	switch s.format {
	case formatJSON:
		err = json.NewEncoder(s.w).Encode(e)
	case formatYAML:
		var data []byte
		if data, err = json.Marshal(e); err == nil {
			if data, err = yaml.JSONToYAML(data); err == nil {
				_, err = fmt.Fprintf(s.w, "---\n%s", data)
			}
		}
	case formatTable:
		_, err = fmt.Fprintf(s.w, "%s  %-5s %7d  %-24s %-12s %s\n", showTime(&e.Time), e.Log, e.Revision, e.Kind, e.Actor, shorten(e.Data))
	}
	return err
}

func eventTable(events []wire.Event) table.Writer {
	t := newTable("time", "log", "revision", "what", "who", "data")
	for _, e := range events {
		t.AppendRow(table.Row{showTime(&e.Time), e.Log, e.Revision, e.Kind, e.Actor, shorten(e.Data)})
	}
	return t
}

func shorten(data json.RawMessage) string {
	if len(data) <= shownData {
		return string(data)
	}
	return strings.ToValidUTF8(string(data[:shownData]), "") + "…"
}
