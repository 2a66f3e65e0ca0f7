package inventory

import (
	"errors"
	"reflect"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
)

// Transformer implements [cache.TransformingStore].
func (f *feed) Transformer() cache.TransformFunc { return f.strip }

// Add implements [cache.ReflectorStore].
func (f *feed) Add(object any) error {
	small, err := f.strip(object)
	if err != nil {
		return err
	}
	key, fresh, err := keyed(small)
	if err != nil {
		return err
	}
	f.mu.Lock()
	same := equal(f.kept[key], fresh)
	f.kept[key] = fresh
	f.mu.Unlock()
	if !same {
		f.changed()
	}
	return nil
}

// Update implements [cache.ReflectorStore].
func (f *feed) Update(object any) error { return f.Add(object) }

// Delete implements [cache.ReflectorStore].
func (f *feed) Delete(object any) error {
	key, _, err := keyed(object)
	if err != nil {
		return err
	}
	f.mu.Lock()
	delete(f.kept, key)
	f.mu.Unlock()
	f.changed()
	return nil
}

// Replace implements [cache.ReflectorStore].
func (f *feed) Replace(objects []any, _ string) error {
	kept := make(map[types.NamespacedName]runtime.Object, len(objects))
	for _, object := range objects {
		small, err := f.strip(object)
		if err != nil {
			return err
		}
		key, fresh, err := keyed(small)
		if err != nil {
			return err
		}
		kept[key] = fresh
	}
	f.mu.Lock()
	f.kept, f.read = kept, true
	f.mu.Unlock()
	f.changed()
	return nil
}

// Resync implements [cache.ReflectorStore].
func (*feed) Resync() error { return nil }

// keyed returns an object and the key that it is kept by, which shares its strings.
func keyed(object any) (types.NamespacedName, runtime.Object, error) {
	m, err := meta.Accessor(object)
	if err != nil {
		return types.NamespacedName{}, nil, err
	}
	known, ok := object.(runtime.Object)
	if !ok {
		return types.NamespacedName{}, nil, errors.New("not an object of the API")
	}
	return types.NamespacedName{Namespace: m.GetNamespace(), Name: m.GetName()}, known, nil
}

// equal reports whether two objects, of which fresh is not shared yet, differ in their resource version at most.
func equal(old, fresh runtime.Object) bool {
	if old == nil {
		return false
	}
	was, err := meta.Accessor(old)
	if err != nil {
		return false
	}
	is, err := meta.Accessor(fresh)
	if err != nil {
		return false
	}
	version := is.GetResourceVersion()
	is.SetResourceVersion(was.GetResourceVersion())
	defer is.SetResourceVersion(version)
	return reflect.DeepEqual(old, fresh)
}

// all returns what is kept, in no order. The objects are shared: nobody writes to them.
func all[T runtime.Object](f *feed) []T {
	f.mu.RLock()
	defer f.mu.RUnlock()
	out := make([]T, 0, len(f.kept))
	for _, object := range f.kept {
		if known, ok := object.(T); ok {
			out = append(out, known)
		}
	}
	return out
}
