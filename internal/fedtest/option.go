package fedtest

import (
	"net/http"
	"time"

	"github.com/fedhub/fedhub/events"
)

// Version is what clusters run unless told otherwise.
const Version = "0.1.0"

// Option says how a cluster differs from the others.
type Option func(*Cluster)

// WithVersion has the cluster run the given version of fedhub.
func WithVersion(version string) Option { return func(c *Cluster) { c.version = version } }

// WithClockOff has the cluster's clock go wrong by the given time.
func WithClockOff(by time.Duration) Option { return func(c *Cluster) { c.Clock.Move(by) } }

// WithoutAddress has the cluster not know where its REST server is reached.
func WithoutAddress() Option { return func(c *Cluster) { c.address = events.RestInfo{} } }

// WithHandler puts a handler around the one that answers forwarded requests.
func WithHandler(around func(http.Handler) http.Handler) Option {
	return func(c *Cluster) { c.around = around }
}
