package kubetest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/dynamic"

	"github.com/fedhub/fedhub/internal/waittest"
)

const (
	fieldManager = "kubetest"
	bufferSize   = 4 << 10
	kindEvery    = 50 * time.Millisecond // a custom resource can be created a moment after its definition was
)

// Apply applies every document of the YAML, in order, by server-side apply with the administrator's rights.
// What has a namespace and does not say which goes into "default". A custom resource can follow its
// definition.
func (a *API) Apply(tb testing.TB, documents []byte) {
	tb.Helper()
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(documents), bufferSize)
	for {
		var o unstructured.Unstructured
		if err := decoder.Decode(&o.Object); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			tb.Fatal(err)
		}
		if len(o.Object) == 0 {
			continue // between two separators there is nothing
		}
		if err := a.apply(tb.Context(), &o); err != nil {
			tb.Fatalf("%s %s: %v", o.GetKind(), o.GetName(), err)
		}
	}
}

// apply applies the object as soon as the API knows its kind.
func (a *API) apply(ctx context.Context, o *unstructured.Unstructured) error {
	var last error
	err := wait.PollUntilContextTimeout(ctx, kindEvery, waittest.Patience, true, func(ctx context.Context) (bool, error) {
		last = a.applyNow(ctx, o)
		if meta.IsNoMatchError(last) || apierrors.IsNotFound(last) {
			return false, nil
		}
		return last == nil, last
	})
	if last != nil {
		return last
	}
	return err
}

func (a *API) applyNow(ctx context.Context, o *unstructured.Unstructured) error {
	target, err := a.resource(o)
	if err != nil {
		return err
	}
	_, err = target.Apply(ctx, o.GetName(), o, metav1.ApplyOptions{FieldManager: fieldManager, Force: true})
	return err
}

// resource returns where objects like o are.
func (a *API) resource(o *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	kind := o.GroupVersionKind()
	mapping, err := a.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if meta.IsNoMatchError(err) {
		a.mapper.Reset() // it can have been defined since
	}
	if err != nil {
		return nil, err
	}
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return a.dynamic.Resource(mapping.Resource), nil
	}
	namespace := o.GetNamespace()
	if namespace == "" {
		namespace = metav1.NamespaceDefault
	}
	return a.dynamic.Resource(mapping.Resource).Namespace(namespace), nil
}
