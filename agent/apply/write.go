package apply

import (
	"context"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
)

// remove deletes exactly the object that was seen.
func remove(ctx context.Context, resource dynamic.ResourceInterface, name string, l *live) error {
	err := resource.Delete(ctx, name, metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &l.uid}})
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

// create makes the object. It is no apply: one would write into an object that somebody made in this moment.
func create(ctx context.Context, resource dynamic.ResourceInterface, w *wish) (*live, error) {
	body, err := w.body("")
	if err != nil {
		return nil, err
	}
	var o unstructured.Unstructured
	if err := o.UnmarshalJSON(body); err != nil {
		return nil, err
	}
	made, err := resource.Create(ctx, &o, metav1.CreateOptions{FieldManager: manager})
	if err != nil {
		return nil, err
	}
	return settle(ctx, resource, w, made)
}

// apply writes to exactly the object that was seen.
func apply(ctx context.Context, resource dynamic.ResourceInterface, w *wish, uid types.UID) (*live, error) {
	body, err := w.body(uid)
	if err != nil {
		return nil, err
	}
	force := true
	o, err := resource.Patch(ctx, w.Name, types.ApplyPatchType, body, metav1.PatchOptions{FieldManager: manager, Force: &force})
	if err != nil {
		return nil, err
	}
	return settle(ctx, resource, w, o)
}

// settle returns what was written. What the spec has beside our fields, be it another manager's or of a former version
// of ours, goes: it would change what the object means.
func settle(ctx context.Context, resource dynamic.ResourceInterface, w *wish, o *unstructured.Unstructured) (*live, error) {
	if l := liveOf(o, w); l.as(w) {
		return l, nil
	}
	spec, err := w.spec()
	if err != nil {
		return nil, err
	}
	o.Object["spec"] = spec
	if o, err = resource.Update(ctx, o, metav1.UpdateOptions{FieldManager: manager}); err != nil {
		return nil, err
	}
	l := liveOf(o, w)
	if !l.as(w) {
		err = fmt.Errorf("%w: %s", errUnlike, strings.Join(l.different, "; "))
	}
	return l, err
}

// reason returns an error of the API for a person.
func reason(err error) string {
	switch {
	case apierrors.IsForbidden(err):
		return "the API forbids it: " + err.Error()
	case apierrors.IsNotFound(err):
		return "the API does not know where to put it: " + err.Error()
	}
	return err.Error()
}
