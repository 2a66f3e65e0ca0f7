package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
)

func newRolloutWatch(around surroundings) *cobra.Command {
	c := &cobra.Command{
		Use: "watch [ID]", Short: "Follow a rollout until it ends; fails if it is aborted", Args: cobra.MaximumNArgs(1),
		Example: "  fedhub rollout watch",
	}
	return operate(around, c, func(ctx context.Context, s *session, args []string) error {
		one, tail := 1, true
		page, err := read[wire.Events](answerTo(s.ListEvents(ctx, &wire.ListEventsParams{Limit: &one, Tail: &tail})))
		if err != nil {
			return err
		}
		id, err := rolloutID(ctx, s, args)
		if err != nil {
			return err
		}
		w := rolloutWatch{session: s, id: id, said: map[string]bool{}}
		return w.run(ctx, page.Next)
	})
}

// rolloutWatch shows what becomes of a rollout.
type rolloutWatch struct {
	*session
	id   string
	last wire.Rollout
	said map[string]bool
}

// run looks at the rollout whenever an event behind the cursor may be about it, and now and then for what is no
// event, such as a cluster that holds the change, until the rollout or ctx ends.
func (w *rolloutWatch) run(ctx context.Context, after string) error {
	watching, cancel := context.WithCancel(ctx)
	group, watching := errgroup.WithContext(watching)
	happened := make(chan struct{}, 1)
	group.Go(func() error {
		return follow(watching, w.session, after, func(e wire.Event) error {
			if strings.HasPrefix(e.Kind, "rollout.") || strings.HasPrefix(e.Kind, "cluster.") {
				select {
				case happened <- struct{}{}:
				default: // a look is due already
				}
			}
			return nil
		})
	})
	group.Go(func() error {
		defer cancel()
		return w.lookOften(watching, happened)
	})
	if err := group.Wait(); err != nil && ctx.Err() == nil {
		return err
	}
	return w.result()
}

func (w *rolloutWatch) lookOften(ctx context.Context, happened <-chan struct{}) error {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		if err := w.look(ctx); err != nil || ended(w.last) {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-happened:
		case <-ticker.C:
		}
	}
}

// look shows what is new of the rollout.
func (w *rolloutWatch) look(ctx context.Context) error {
	r, err := getRollout(ctx, w.session, w.id)
	if err != nil {
		return err
	}
	w.last = r
	said := map[string]bool{}
	changed := false
	for _, line := range rolloutLines(r) {
		said[line] = true
		if !w.said[line] {
			changed = true
			w.say("%s  %s", w.around.now().UTC().Format("15:04:05Z"), line)
		}
	}
	w.said = said
	if changed && w.format != formatTable {
		return w.printLine(r)
	}
	return nil
}

// printLine prints a rollout for programs, as a document of its own.
func (w *rolloutWatch) printLine(r wire.Rollout) error {
	if w.format == formatJSON {
		return json.NewEncoder(w.w).Encode(r)
	}
	fmt.Fprintln(w.w, "---")
	return w.print(r, nil)
}

// result is the error of a rollout that was aborted.
func (w *rolloutWatch) result() error {
	if w.last.Status == string(events.RolloutRevoked) {
		return fmt.Errorf("rollout %s was aborted: %s", w.id, dash(w.last.Reason))
	}
	return nil
}

// rolloutLines says how a rollout and each of its clusters is, a line for each.
func rolloutLines(r wire.Rollout) []string {
	state := fmt.Sprintf("rollout %s: wave %s, %s", r.ID, wavesText(r), r.Status)
	if r.Reason != "" {
		state += ": " + r.Reason
	}
	lines := []string{state}
	for i, w := range r.Waves {
		for _, c := range w.Clusters {
			lines = append(lines, fmt.Sprintf("wave %d  %s is %s: %s", i+1, c.Name, c.Status, progressText(c)))
		}
	}
	return lines
}
