package apply

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
)

// watch follows all objects of one kind, those of others too: whoever has taken a name is seen, and who strips an
// object of its labels cannot hide it. It remembers only what entries need. Its fields are guarded by the keeper's lock.
type watch struct {
	keeper  *Keeper
	kind    Kind
	stop    context.CancelFunc // nil: the cluster does not serve the kind
	asked   bool               // whether it does is known
	listed  bool               // the objects that are there are known
	newest  uint64             // revision of the newest list
	trouble string             // why they are not
}

// rewatch is how soon a watch that broke is begun again.
var rewatch = wait.Backoff{Duration: 50 * time.Millisecond, Factor: 2, Jitter: 0.5, Steps: 10, Cap: 5 * time.Second}

// ready reports whether an entry of the kind can be put right now, and notes why it cannot. The lock is held.
func (w *watch) ready(e *entry) bool {
	if w.listed && w.trouble == "" {
		return true
	}
	switch {
	case w.asked && w.stop == nil && e.wish == nil:
		e.standing, e.trouble = right, "" // with its kind the object is gone
	case w.asked && w.stop == nil:
		e.standing, e.trouble = failing, "the cluster does not serve "+w.kind.GroupVersion().String()+" "+w.kind.Kind
	case w.trouble != "":
		e.standing, e.trouble = failing, w.trouble
	}
	w.keeper.look()
	return false
}

// run follows the objects until ctx ends.
func (w *watch) run(ctx context.Context) {
	resource := w.keeper.objects.Resource(w.kind.GVR())
	lw := &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
			list, err := resource.List(ctx, o)
			w.heard(ctx, err)
			return list, err
		},
		WatchFuncWithContext: func(ctx context.Context, o metav1.ListOptions) (apiwatch.Interface, error) {
			events, err := resource.Watch(ctx, o)
			w.heard(ctx, err)
			return events, err
		},
	}
	backoff := rewatch
	r := cache.NewReflectorWithOptions(lw, &unstructured.Unstructured{}, w, cache.ReflectorOptions{Name: w.kind.Kind, Backoff: &backoff})
	r.RunWithContext(ctx)
}

// heard takes what the API said to a request of the watch.
func (w *watch) heard(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	k := w.keeper
	k.mu.Lock()
	defer k.mu.Unlock()
	was := w.trouble
	w.trouble = ""
	if err != nil {
		w.trouble = fmt.Sprintf("%s cannot be watched: %s", w.kind.Kind, reason(err))
	}
	if w.trouble != was {
		w.again()
	}
}

// again has all objects of the kind looked at. The lock is held.
func (w *watch) again() {
	for at := range w.keeper.entries {
		if at.kind == w.kind {
			w.keeper.queue.Add(at)
		}
	}
}

// Add implements [cache.ReflectorStore].
func (w *watch) Add(obj any) error { return w.Update(obj) }

// Update implements [cache.ReflectorStore].
func (w *watch) Update(obj any) error {
	o, at, err := w.read(obj)
	if err != nil {
		return err
	}
	w.keeper.mu.Lock()
	defer w.keeper.mu.Unlock()
	w.take(o, at)
	return nil
}

// take takes an object that is there. The lock is held.
func (w *watch) take(o *unstructured.Unstructured, at key) {
	e := w.keeper.entries[at]
	if e == nil {
		l := liveOf(o, nil)
		if !l.made() {
			w.keeper.others[at] = l
			return
		}
		e = &entry{} // nobody wishes for it any more
		w.keeper.entries[at] = e
	}
	w.keeper.saw(at, e, liveOf(o, e.wish))
}

// Delete implements [cache.ReflectorStore].
func (w *watch) Delete(obj any) error {
	o, at, err := w.read(obj)
	if err != nil {
		return err
	}
	k := w.keeper
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.others, at)
	e := k.entries[at]
	if e != nil && e.live != nil && e.live.uid == o.GetUID() {
		k.missed(at, e)
	}
	return nil
}

// Replace implements [cache.ReflectorStore]. What the API no longer has, of all that was known when it made the list,
// is gone.
func (w *watch) Replace(list []any, revision string) error {
	k := w.keeper
	k.mu.Lock()
	defer k.mu.Unlock()
	as, err := strconv.ParseUint(revision, 10, 64)
	if err != nil {
		return fmt.Errorf("list of %s: revision %q: %w", w.kind.Kind, revision, err)
	}
	if as < w.newest { // the API was restored from a backup, and its revisions count anew
		for at, e := range k.entries {
			if at.kind == w.kind && e.live != nil {
				e.live.revision = 0
			}
		}
	}
	w.newest = as
	maps.DeleteFunc(k.others, func(at key, _ *live) bool { return at.kind == w.kind })
	there := map[key]bool{}
	for _, obj := range list {
		o, at, err := w.read(obj)
		if err != nil {
			return err
		}
		there[at] = true
		w.take(o, at)
	}
	for at, e := range k.entries {
		if at.kind == w.kind && !there[at] && e.live != nil && e.live.revision <= as {
			k.missed(at, e)
		}
	}
	w.listed = true
	w.again()
	return nil
}

// Resync implements [cache.ReflectorStore]. There is nothing to do.
func (*watch) Resync() error { return nil }

func (w *watch) read(obj any) (*unstructured.Unstructured, key, error) {
	o, ok := obj.(*unstructured.Unstructured)
	if !ok {
		return nil, key{}, fmt.Errorf("watch of %s: got a %T", w.kind.Kind, obj)
	}
	return o, key{w.kind, o.GetNamespace(), o.GetName()}, nil
}
