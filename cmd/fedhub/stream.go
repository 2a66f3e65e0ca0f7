package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/fedhub/fedhub/api/wire"
)

// acceptStream is the type of server-sent events.
const acceptStream = "text/event-stream"

// maxEventLine bounds one line of a stream: an event carries at most the MiB that a message may have.
const maxEventLine = 4 << 20

// stream calls take with each event behind the cursor, as it happens, until the server ends the stream. An
// error of take ends it, too.
func stream(ctx context.Context, at *client, after string, take func(wire.Event) error) error {
	response, err := at.StreamEvents(ctx, &wire.StreamEventsParams{After: given(after)}, func(_ context.Context, r *http.Request) error {
		r.Header.Set("Accept", acceptStream)
		return nil
	})
	if err != nil {
		return explain(err)
	}
	defer func() { _ = response.Body.Close() }() //nolint:errcheck // nothing was written
	if response.StatusCode != http.StatusOK {
		body, err := io.ReadAll(io.LimitReader(response.Body, maxEventLine))
		if err != nil {
			return fmt.Errorf("the server answered %s: %w", response.Status, err)
		}
		return problem(response.Status, body)
	}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, maxEventLine)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		var e wire.Event
		if err := json.Unmarshal([]byte(data), &e); err != nil {
			return fmt.Errorf("the stream cannot be read: %w", err)
		}
		if err := take(e); err != nil {
			return err
		}
	}
	return nil // a broken connection is the end of a stream like any other: it can be gone on with
}
