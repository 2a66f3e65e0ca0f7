package cluster

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/logkey"
)

// Audit records who asked for what, and what came of it. It waits until the record is on disk. What cannot
// be recorded is logged: the command itself has been answered.
func (c *Controller) Audit(ctx context.Context, actor string, f events.Audited) {
	_, err := c.audit.Do(context.WithoutCancel(ctx), actor, func(nothing, time.Time) ([]events.Fact, error) {
		return []events.Fact{f}, nil
	})
	if err != nil {
		c.cfg.Logger.LogAttrs(ctx, slog.LevelError, "command not recorded",
			slog.String(logkey.User, actor), slog.String(logkey.Path, f.Path), slog.Any(logkey.Err, err))
	}
}

// AuditQuery asks for what was recorded of requests; a zero field asks for nothing.
type AuditQuery struct {
	Before  string // cursor that a page gave; empty: from the newest on
	Limit   int    // at most; zero: 100
	Actor   string
	Command string // only the request that became it
	Until   time.Time
}

// AuditRecord is one request and what came of it.
type AuditRecord struct {
	events.Audited
	ID    string
	At    time.Time
	Actor string
}

// AuditPage is a part of the records, newest first.
type AuditPage struct {
	Records []AuditRecord
	Next    string // cursor to go on before; "": there is nothing more
}

// Audited returns what was recorded of requests to this controller. Like [Controller.Search] it looks at a bounded
// number of records. Of a command there is one request: a page that has it is the last.
func (c *Controller) Audited(ctx context.Context, q AuditQuery) (AuditPage, error) {
	if q.Limit <= 0 {
		q.Limit = defaultFeed
	}
	if q.Command != "" {
		q.Limit = 1
	}
	w, err := newWalk(ctx, []source{{log: events.Audit, reader: c.audit.Reader()}}, time.Time{}, q.Until)
	if err != nil {
		return AuditPage{}, err
	}
	w.batch = searchBatch
	if err := w.startBefore(ctx, q.Before); err != nil {
		return AuditPage{}, err
	}
	items, err := w.take(ctx, q.Limit, func(item FeedItem) bool {
		if q.Actor != "" && item.Event.Actor != q.Actor {
			return false
		}
		f, readable := auditedIn(item.Event)
		return readable && (q.Command == "" || f.Command == q.Command)
	})
	if err != nil {
		return AuditPage{}, fmt.Errorf("audit: %w", err)
	}
	var page AuditPage
	for _, item := range items {
		f, _ := auditedIn(item.Event)
		page.Records = append(page.Records, AuditRecord{Audited: f, ID: item.Event.ID, At: item.Event.At, Actor: item.Event.Actor})
	}
	if found := q.Command != "" && len(items) > 0; w.left() && !found {
		page.Next = olderPrefix + w.cursor()
	}
	return page, nil
}

// auditedIn returns the record in an event, if this version can read it.
func auditedIn(e events.Event) (events.Audited, bool) {
	fact, err := e.Fact()
	f, ok := fact.(events.Audited)
	return f, ok && err == nil
}
