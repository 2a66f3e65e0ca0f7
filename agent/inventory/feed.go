package inventory

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"reflect"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"

	"github.com/fedhub/fedhub/internal/logkey"
)

// Times of a feed.
const (
	retryFirst = 200 * time.Millisecond
	retryMax   = 5 * time.Second // a cluster has one agent: its API can bear to be asked that often
)

// feed keeps what the API has of one resource. It is the store of a client-go reflector.
type feed struct {
	resource string
	example  runtime.Object
	source   cache.ListerWatcher
	strip    cache.TransformFunc
	changed  func() // called when what is kept, or what is known of it, is another
	logger   *slog.Logger
	now      func() time.Time

	mu      sync.RWMutex
	kept    map[types.NamespacedName]runtime.Object
	read    bool      // all there is was read, at least once
	lost    time.Time // since when it cannot be read
	trouble error     // why; nil: it can
}

// lists and watches are the methods of a typed client.
type (
	lists   func(context.Context, metav1.ListOptions) (runtime.Object, error)
	watches func(context.Context, metav1.ListOptions) (watch.Interface, error)
)

// from sets where the feed reads.
func (f *feed) from(client any, list lists, follow watches) {
	f.source = cache.ToListWatcherWithWatchListSemantics(&cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
			if o.ResourceVersion == "0" {
				o.ResourceVersion = "" // otherwise the API ignores the limit, and a large cluster comes in one piece
			}
			objects, err := list(ctx, o)
			if err != nil { // it is good once it is watched, too
				f.note(ctx, err)
				return objects, err
			}
			return objects, f.shrink(objects)
		},
		WatchFuncWithContext: func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
			w, err := follow(ctx, o)
			streams := o.SendInitialEvents != nil // a list by a watch; if it fails, a list follows
			if err == nil || !streams {
				f.note(ctx, err)
			}
			if streams && (utilnet.IsConnectionRefused(err) || apierrors.IsTooManyRequests(err)) {
				// The reflector would wait by itself, and not hear that ctx ends.
				err = errors.New(err.Error())
			}
			return w, err
		},
	}, client)
}

// shrink strips the objects of one page of a list: the pages are put together before anything else is done.
func (f *feed) shrink(page runtime.Object) error {
	return meta.EachListItem(page, func(object runtime.Object) error {
		small, err := f.strip(object)
		if err != nil {
			return err
		}
		reflect.ValueOf(object).Elem().Set(reflect.ValueOf(small).Elem())
		return nil
	})
}

// run follows the resource until ctx ends.
func (f *feed) run(ctx context.Context) {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = retryFirst, retryMax
	reflector := cache.NewReflectorWithOptions(f.source, f.example, f, cache.ReflectorOptions{
		Name:    f.resource,
		Backoff: &wait.Backoff{Duration: retryFirst, Cap: retryMax, Factor: 2, Jitter: 0.5, Steps: 6},
	})
	for ctx.Err() == nil {
		began := f.now()
		err := reflector.ListAndWatchWithContext(ctx)
		if err != nil {
			f.note(ctx, err)
		}
		if err == nil || f.now().Sub(began) > retryMax {
			pause.Reset() // it was good for a while
		}
		timer := time.NewTimer(pause.NextBackOff())
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

// note takes how a request ended.
func (f *feed) note(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return // we end, the API does not
	}
	err = plain(err)
	f.mu.Lock()
	before := f.trouble
	f.trouble = err
	switch {
	case err == nil:
		f.lost = time.Time{}
	case before == nil:
		f.lost = f.now()
	}
	f.mu.Unlock()
	if (before == nil) == (err == nil) && (err == nil || before.Error() == err.Error()) {
		return
	}
	if before == nil {
		f.logger.LogAttrs(ctx, slog.LevelWarn, "resource of the cluster not readable", slog.String("resource", f.resource), slog.Any(logkey.Err, err))
	}
	f.changed()
}

// plain takes what was asked for off an error: it says nothing to a person, and is long.
func plain(err error) error {
	if asked, ok := errors.AsType[*url.Error](err); ok {
		return asked.Err
	}
	return err
}

// refused reports whether the API is there and does not give the resource out, which only a person can change.
func refused(err error) bool {
	return apierrors.IsForbidden(err) || apierrors.IsUnauthorized(err) || apierrors.IsNotFound(err)
}

// condition is what is known of a feed.
type condition struct {
	known   bool      // what is kept was true, and may still be
	lost    time.Time // since when that is not told any more; zero: it is
	trouble error
}

func (f *feed) condition() condition {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return condition{known: f.read && !refused(f.trouble), lost: f.lost, trouble: f.trouble}
}
