package api_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/policy"
)

// What the fake tells of the past: its policy was made at noon, and its clusters were always what they are.

func (f *fake) PastOf(ctx context.Context, m cluster.Moment, of string) (cluster.Past, error) {
	state, err := f.federal, error(nil)
	switch {
	case m.Revision != nil:
		state, err = f.PolicyAt(ctx, *m.Revision)
	case m.At != nil && m.At.Before(noon):
		state = policy.NewState(policy.ScopeFederal)
	}
	if err != nil {
		return cluster.Past{}, err
	}
	past := cluster.Past{Revision: state.Revision(), MadeAt: noon, Objects: state.Part(nil)}
	if past.Revision == 0 {
		past.MadeAt = time.Time{}
	}
	if of == "" {
		return past, nil
	}
	for _, s := range f.summaries {
		if s.ID == of || s.Name == of {
			view := state.ViewOf(policy.Cluster{ID: s.ID, Labels: s.Labels})
			past.Cluster, past.Labels, past.Objects = s.ID, view.Labels, state.Part(&view)
			return past, nil
		}
	}
	return cluster.Past{}, fmt.Errorf("%q: %w", of, hub.ErrNotThen)
}

func (f *fake) Difference(ctx context.Context, first, second cluster.Moment, of string) (from, to cluster.Past, deltas []policy.Delta, err error) {
	if from, err = f.PastOf(ctx, first, of); err == nil {
		to, err = f.PastOf(ctx, second, of)
	}
	if err == nil && from.Revision > to.Revision {
		err = fmt.Errorf("%w: exchange them", hub.ErrMoment)
	}
	return from, to, policy.Difference(from.Objects, to.Objects), err
}

// Search finds what the fake's feed has, whatever its time.
func (f *fake) Search(ctx context.Context, q cluster.FeedQuery) (cluster.FeedPage, error) {
	f.searched = q
	items, err := f.Feed(ctx, q)
	page := cluster.FeedPage{Items: items, Next: q.After}
	if len(items) > 0 {
		page.Next = items[len(items)-1].Cursor
	}
	return page, err
}

// Audited tells what was recorded, each record with its number as its id.
func (f *fake) Audited(_ context.Context, q cluster.AuditQuery) (cluster.AuditPage, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if q.Before == "nonsense" {
		return cluster.AuditPage{}, fmt.Errorf("cursor: %w", cluster.ErrInvalid)
	}
	var page cluster.AuditPage
	for i, a := range slices.Backward(f.audited) {
		if q.Actor != "" && q.Actor != a.Actor || q.Command != "" && q.Command != a.Command {
			continue
		}
		if len(page.Records) == q.Limit {
			page.Next = "older"
			break
		}
		page.Records = append(page.Records, cluster.AuditRecord{Audited: a.Audited, ID: strconv.Itoa(i), At: noon, Actor: a.Actor})
	}
	return page, nil
}

func (f *fake) Certificates() ([]cluster.Certificate, error) { return f.certificates, f.health }
