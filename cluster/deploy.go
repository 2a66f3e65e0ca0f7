package cluster

import "context"

// Deploy has the named remotes (none named: all) report, and fetch what they miss, at once. It returns how
// each does once it has reported, or has not for a while.
func (c *Controller) Deploy(ctx context.Context, ids []string) (map[string]Status, error) {
	h, err := c.master()
	if err != nil {
		return nil, err
	}
	all, err := h.Ask(ctx, ids)
	out := map[string]Status{}
	for _, s := range all {
		out[s.ID] = s.Status
	}
	return out, err
}
