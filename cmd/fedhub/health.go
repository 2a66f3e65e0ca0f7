package main

import "net/http"

// healthPath is where the kubelet asks whether the controller lives.
const healthPath = "/healthz"

// withHealth answers the probes of a pod, in every role and without a login. A controller that answers is
// healthy: a restart helps neither against a full disk nor against a master that is away, and a pod that is
// taken out of its services could not even say what is wrong.
func withHealth(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != healthPath {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("ok\n")) //nolint:errcheck // whoever asked is gone
	})
}
