package fedtest

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/fedhub/fedhub/api/wire"
)

// TokenFor returns a fresh join token of the master for some clusters, which get the given labels, such as
// "env=prod,region=eu".
func (c *Cluster) TokenFor(labels string, uses int) wire.MintedToken {
	c.world.t.Helper()
	var out wire.MintedToken
	c.Must(http.MethodGet, fmt.Sprintf("/v1/fed/join_token?uses=%d&labels=%s", uses, url.QueryEscape(labels)), nil, &out)
	return out
}
