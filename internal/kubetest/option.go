package kubetest

import (
	"os"
	"path/filepath"
	"testing"
)

// Option says how an API differs from others.
type Option func(testing.TB, *API)

// WithArgs gives kube-apiserver further flags.
func WithArgs(args ...string) Option {
	return func(_ testing.TB, a *API) { a.server.Args = append(a.server.Args, args...) }
}

// auditPolicy has everything recorded once, when it was answered.
const auditPolicy = `
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules: [{level: Metadata}]
`

// WithAuditLog has the API record what it was asked: see [API.AuditEvents].
func WithAuditLog() Option {
	return func(tb testing.TB, a *API) {
		tb.Helper()
		dir := tb.TempDir()
		policy := filepath.Join(dir, "policy.yaml")
		if err := os.WriteFile(policy, []byte(auditPolicy), 0o600); err != nil {
			tb.Fatal(err)
		}
		a.audit = filepath.Join(dir, "audit.log")
		a.server.Args = append(a.server.Args, "--audit-policy-file="+policy, "--audit-log-path="+a.audit)
	}
}
