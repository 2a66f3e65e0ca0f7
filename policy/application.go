package policy

import (
	"fmt"
	"slices"
	"strings"
)

// anyWord stands for every application and for every port.
const anyWord = "any"

// applications are what a rule may name besides "any": the protocols that NeuVector recognizes on the wire,
// spelled as it spells them, sorted.
var applications = []string{
	"ActiveMQ", "Apache", "Cassandra", "Consul", "CouchDB", "Couchbase", "DHCP", "DNS", "Echo",
	"ElasticSearch", "Erlang-EPMD", "HTTP", "Jetty", "Kafka", "MSSQL", "Memcached", "MongoDB", "MySQL", "NTP",
	"NodeJS", "Oracle", "PostgreSQL", "RTSP", "RabbitMQ", "Radius", "Redis", "SIP", "SSH", "SSL", "Spark",
	"Syslog", "TFTP", "TNS", "VoltDB", "Wordpress", "Zookeeper", "etcd", "gRPC", "nginx",
}

// normalApplications returns the names sorted, each once; none, or "any" among them, becomes "any" alone.
// Letter case does not matter when only one spelling is known.
func normalApplications(names []string) ([]string, error) {
	out := make([]string, 0, len(names))
	for _, name := range names {
		switch known, ok := application(name); {
		case strings.EqualFold(name, anyWord):
			out = append(out, anyWord)
		case !ok:
			return nil, fmt.Errorf("%w: unknown application %q; use %s, %s",
				ErrInvalid, name, anyWord, strings.Join(applications, ", "))
		default:
			out = append(out, known)
		}
	}
	if len(out) == 0 || slices.Contains(out, anyWord) {
		return []string{anyWord}, nil
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func application(name string) (string, bool) {
	if slices.Contains(applications, name) {
		return name, true
	}
	for _, known := range applications {
		if strings.EqualFold(known, name) {
			return known, true
		}
	}
	return "", false
}
