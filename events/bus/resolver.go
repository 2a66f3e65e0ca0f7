package bus

import (
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// resolver gives a server the accounts that it asks for. An account is loaded when its first connection comes, not
// when it is defined: for each one that it loads the server (2.15.2) looks at all that it has, and a master with ten
// thousand members would take minutes to start.
//
// It also keeps the server from loading an account twice at once, for two connections of a cluster or for one and a
// dismissal: a connection would find the account half made and be refused, and a load that ends late would give back
// the rights that a dismissal has just taken.
type resolver struct {
	server.MemAccResolver

	mu    sync.Mutex
	srv   *server.Server            // nil: none was started
	asked map[string]*server.Server // the server that asked for an account last
}

const (
	loadPatience = 5 * time.Second      // loading takes some ten milliseconds; after this it has failed and is tried again
	loadLook     = 2 * time.Millisecond // between two looks at how far it is
)

func newResolver() *resolver { return &resolver{asked: map[string]*server.Server{}} }

// Start implements [server.AccountResolver].
func (r *resolver) Start(srv *server.Server) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.srv = srv
	return nil
}

// Fetch implements [server.AccountResolver].
func (r *resolver) Fetch(account string) (string, error) {
	if _, err := r.MemAccResolver.Fetch(account); err != nil {
		return "", err // a stranger may name any
	}
	r.mu.Lock()
	srv := r.srv
	again := srv != nil && r.asked[account] == srv
	r.asked[account] = srv
	r.mu.Unlock()
	if again {
		awaitLoaded(srv, account)
	}
	return r.MemAccResolver.Fetch(account)
}

// wasAsked reports whether a server may have the account. What is stored before is what it will get.
func (r *resolver) wasAsked(account string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, asked := r.asked[account]
	return asked
}

// awaitLoaded waits until the server has the account, but not long.
func awaitLoaded(srv *server.Server, account string) {
	ticker := time.NewTicker(loadLook)
	defer ticker.Stop()
	patience := time.NewTimer(loadPatience)
	defer patience.Stop()
	for {
		at, err := srv.Accountz(&server.AccountzOptions{Account: account})
		if err == nil && at.Account.Jwt != "" {
			return
		}
		select {
		case <-ticker.C:
		case <-patience.C:
			return
		}
	}
}
