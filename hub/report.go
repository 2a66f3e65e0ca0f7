package hub

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"sync"

	"github.com/nats-io/nats.go"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/logkey"
)

// maxReportParts bounds what one cluster may have the hub keep of its report, together with the message limit.
const maxReportParts = 32

// received is what has come in of a cluster's newest report.
type received struct {
	hash   events.Hash
	parts  [][]byte
	report *events.Report // nil until all parts are there; its objects are sorted
}

// reports are those of all clusters' enforcers, by account.
type reports struct {
	mu  sync.Mutex
	all map[string]*received
}

// has reports whether nothing is to be asked for: the report with the given hash is there, or there is none.
func (r *reports) has(account string, hash events.Hash) bool {
	if hash.IsZero() {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	at := r.all[account]
	return at != nil && at.hash == hash && at.report != nil
}

// get returns a cluster's report with the given hash, or nil. It is not written to any more.
func (r *reports) get(account string, hash events.Hash) *received {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at := r.all[account]; at != nil && at.hash == hash && at.report != nil {
		return at
	}
	return nil
}

// errGarbled says that the parts of a report do not belong together.
var errGarbled = errors.New("its parts do not have its hash")

// take adds one part, and reports whether the report is whole now.
func (r *reports) take(account string, p events.ReportPart) (whole bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := r.all[account]
	if at == nil || at.hash != p.Hash || len(at.parts) != p.Size {
		at = &received{hash: p.Hash, parts: make([][]byte, p.Size)}
		r.all[account] = at
	}
	if at.report != nil {
		return false, nil
	}
	at.parts[p.Index] = p.Data
	var data []byte
	for _, part := range at.parts {
		if part == nil {
			return false, nil
		}
		data = append(data, part...)
	}
	at.parts = make([][]byte, p.Size)
	if sha256.Sum256(data) != [sha256.Size]byte(p.Hash) {
		return false, errGarbled
	}
	var report events.Report
	if err := json.Unmarshal(data, &report); err != nil {
		return false, err
	}
	slices.SortFunc(report.Objects, func(a, b events.ObjectState) int { return compareReported(a, b.Object) })
	at.report = &report
	return true, nil
}

// compareReported orders the objects of a report.
func compareReported(o events.ObjectState, about events.About) int {
	return cmp.Or(cmp.Compare(o.Object.Kind, about.Kind), cmp.Compare(o.Object.Name, about.Name))
}

func (r *reports) forget(account string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.all, account)
}

// takeReport takes a part of what a cluster's enforcer made of the policy.
func (h *Hub) takeReport(ctx context.Context, msg *nats.Msg) {
	account := events.AccountOf(msg.Subject)
	if _, ok := h.fleet.State().byAccount(account); !ok {
		return
	}
	var part events.ReportPart
	err := json.Unmarshal(msg.Data, &part)
	if err == nil && (part.Size < 1 || part.Size > maxReportParts || part.Index < 0 || part.Index >= part.Size) {
		return // no agent sends that
	}
	whole := false
	if err == nil {
		whole, err = h.reports.take(account, part)
	}
	if err != nil {
		h.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "report not readable", slog.String(logkey.Cluster, account), slog.Any(logkey.Err, err))
		return
	}
	if whole {
		h.notify()
	}
}
