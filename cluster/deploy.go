package cluster

import (
	"context"
	"fmt"
)

// Outcome is what came of asking one cluster to report, or to fetch its policy again.
type Outcome struct {
	Summary
	Done   bool   // it did what it was asked for, and is in sync
	Reason string // why not
}

// Deploy has the named remotes (none named: all) report, and fetch what they miss, at once; with force they
// fetch everything again. It returns what came of it once each of them has, or has not for a while.
func (c *Controller) Deploy(ctx context.Context, ids []string, force bool) ([]Outcome, error) {
	h, err := c.master()
	if err != nil {
		return nil, err
	}
	id, all, err := h.Resync(ctx, ids, force)
	out := make([]Outcome, 0, len(all))
	for _, s := range all {
		o := Outcome{Summary: s, Done: s.Status == StatusSynced && s.Resynced == id}
		switch {
		case o.Done:
		case s.Status == StatusDisconnected:
			o.Reason = "the cluster is not heard from"
		case s.Error != "":
			o.Reason = s.Error
		case s.Resynced != id:
			o.Reason = "the cluster has not done it yet"
		default:
			o.Reason = fmt.Sprintf("the cluster is %s, at revision %d of %d", s.Status, s.AppliedRevision, s.DesiredRevision)
		}
		out = append(out, o)
	}
	return out, err
}
