package kubetest

import (
	"testing"

	authentication "k8s.io/api/authentication/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
)

// ServiceAccountConfig returns what a client needs that is the given service account, as a pod of it is. The
// account must be there; what it may do, RBAC says.
func (a *API) ServiceAccountConfig(tb testing.TB, namespace, name string) *rest.Config {
	tb.Helper()
	token, err := a.client.CoreV1().ServiceAccounts(namespace).CreateToken(tb.Context(), name,
		&authentication.TokenRequest{}, meta.CreateOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	c := rest.AnonymousClientConfig(a.rest)
	c.BearerToken = token.Status.Token
	return c
}
