package kubetest

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	authentication "k8s.io/api/authentication/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// AuditEvent is one request, as the API itself recorded it (audit.k8s.io/v1).
type AuditEvent struct {
	Verb           string
	Stage          string
	RequestURI     string
	UserAgent      string
	User           authentication.UserInfo
	ObjectRef      AuditObject // zero: the request was about no object
	ResponseStatus meta.Status
	StageTimestamp meta.MicroTime
}

// AuditObject is what a request was about.
type AuditObject struct {
	APIGroup, APIVersion, Resource, Subresource, Namespace, Name string
}

// AuditEvents returns what the API was asked, in the order in which it recorded that. A request can be
// recorded a moment after it was answered. The API must have been started with [WithAuditLog].
func (a *API) AuditEvents(tb testing.TB) []AuditEvent {
	tb.Helper()
	text, err := os.ReadFile(a.audit)
	if err != nil {
		tb.Fatal(err)
	}
	var out []AuditEvent
	for line := range strings.Lines(string(text)) {
		if !strings.HasSuffix(line, "\n") {
			break // it is being written
		}
		var e AuditEvent
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			tb.Fatalf("audit log: %v: %s", err, line)
		}
		out = append(out, e)
	}
	return out
}
