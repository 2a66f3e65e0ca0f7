package bus

import (
	"encoding/json"
	"fmt"

	"github.com/nats-io/nats.go"
)

// Links calls changed for every change of the number of leaf connections of an account, with the account's
// public key, until the server is closed. It may call for a number that did not change.
func (s *Server) Links(changed func(account string, leafs int)) error {
	nc, err := s.Connect(AccountSystem)
	if err != nil {
		return err
	}
	if _, err := nc.Subscribe("$SYS.ACCOUNT.*.SERVER.CONNS", func(m *nats.Msg) {
		if account, leafs, ok := readAccountConns(m.Data); ok {
			changed(account, leafs)
		}
	}); err != nil {
		return fmt.Errorf("follow leaf connections: %w", err)
	}
	return nc.Flush()
}

// readAccountConns reads the server's report on the connections of an account.
func readAccountConns(data []byte) (account string, leafs int, ok bool) {
	var report struct {
		Account string `json:"acc"`
		Leafs   int    `json:"leafnodes"`
	}
	if err := json.Unmarshal(data, &report); err != nil || report.Account == "" {
		return "", 0, false
	}
	return report.Account, report.Leafs, true
}
