package fedtest

import (
	"net"
	"strconv"

	"github.com/fedhub/fedhub/events"
)

func addressOf(hostPort string) events.RestInfo {
	host, text, _ := net.SplitHostPort(hostPort) //nolint:errcheck // it is an address of ours
	port, _ := strconv.ParseUint(text, 10, 16)   //nolint:errcheck // as above
	return events.RestInfo{Server: host, Port: uint16(port)}
}
