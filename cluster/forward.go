package cluster

import (
	"context"
	"net/http"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/events"
)

// Caller is who a forwarded request speaks for.
type Caller = agent.Caller

// CallerFrom returns who a request that the master forwarded speaks for. Any other request has none.
func CallerFrom(ctx context.Context) (Caller, bool) { return agent.CallerFrom(ctx) }

// Forward sends a REST request to a remote and copies its answer to w; r.URL is the target there. Nothing
// is written to w when the remote does not answer at all.
func (c *Controller) Forward(ctx context.Context, cluster string, as Caller, w http.ResponseWriter, r *http.Request) error {
	h, err := c.master()
	if err != nil {
		return err
	}
	req := events.ForwardedRequest{
		Method: r.Method, Target: r.URL.RequestURI(), Header: r.Header, Length: r.ContentLength, User: as.User, Role: as.Role,
	}
	return h.Forward(ctx, cluster, req, r.Body, w)
}
