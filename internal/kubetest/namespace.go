package kubetest

import (
	"context"
	"testing"

	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fedhub/fedhub/internal/waittest"
)

// Namespace returns a new namespace in which pods can be created. Its deletion begins when the test ends.
func (a *API) Namespace(tb testing.TB) string {
	tb.Helper()
	created, err := a.client.CoreV1().Namespaces().Create(tb.Context(),
		&core.Namespace{ObjectMeta: meta.ObjectMeta{GenerateName: "test-"}}, meta.CreateOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	name := created.Name
	tb.Cleanup(func() {
		if a.running == nil {
			return
		}
		ctx := context.WithoutCancel(tb.Context())
		if err := a.client.CoreV1().Namespaces().Delete(ctx, name, meta.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
			tb.Error(err)
		}
	})
	waittest.Until(tb, "the default service account of "+name, func() bool {
		_, err := a.client.CoreV1().ServiceAccounts(name).Get(tb.Context(), "default", meta.GetOptions{})
		return err == nil
	})
	return name
}
