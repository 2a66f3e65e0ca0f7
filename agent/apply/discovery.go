package apply

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fedhub/fedhub/internal/logkey"
)

// How often the API is asked what it serves: a resource definition can come and go. A question that is not answered
// is asked again soon.
const (
	discoverEvery  = 30 * time.Second
	discoverWanted = 2 * time.Second // while there is a plan for objects of a kind that is not served
	discoverSoon   = 500 * time.Millisecond
)

// discover looks which of the kinds the cluster serves, and has their objects followed, until ctx ends.
func (k *Keeper) discover(ctx context.Context) error {
	var running sync.WaitGroup
	defer running.Wait()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		next := discoverEvery
		for _, w := range k.watches {
			served, err := k.serves(ctx, w.kind)
			if err != nil {
				next = discoverSoon
				if ctx.Err() == nil {
					k.cfg.Logger.LogAttrs(ctx, slog.LevelDebug, "kind not looked for", slog.String(logkey.Kind, w.kind.Kind), slog.Any(logkey.Err, err))
				}
				continue
			}
			if w.found(ctx, served, &running); !served && k.wants(w.kind) {
				next = min(next, discoverWanted)
			}
		}
		timer.Reset(next)
	}
}

// wants reports whether there is a plan for objects of a kind.
func (k *Keeper) wants(kind Kind) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.ContainsFunc(k.plan, func(e *entry) bool { return e.wish != nil && e.wish.Kind == kind })
}

// serves asks whether the cluster has objects of a kind.
func (k *Keeper) serves(ctx context.Context, kind Kind) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, requestLimit)
	defer cancel()
	var list metav1.APIResourceList
	err := k.typed.Discovery().RESTClient().Get().AbsPath("apis", kind.Group, kind.Version).Do(ctx).Into(&list)
	if apierrors.IsNotFound(err) {
		return false, nil
	}
	for _, r := range list.APIResources {
		if r.Name == kind.Resource {
			return true, err
		}
	}
	return false, err
}

// found takes whether the cluster serves the kind, and begins or ends following its objects.
func (w *watch) found(ctx context.Context, served bool, running *sync.WaitGroup) {
	k := w.keeper
	k.mu.Lock()
	defer k.mu.Unlock()
	if w.asked && served == (w.stop != nil) {
		return
	}
	w.asked = true
	if served {
		ctx, w.stop = context.WithCancel(ctx)
		running.Go(func() { w.run(ctx) })
	} else {
		if w.stop != nil {
			w.stop()
		}
		w.stop, w.listed, w.trouble = nil, false, ""
		w.again()
	}
	k.tell()
}

// Settled reports whether the cluster was asked which of the kept kinds it serves.
func (k *Keeper) Settled() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, w := range k.watches {
		if !w.asked {
			return false
		}
	}
	return true
}

// Serves reports whether the cluster's API serves objects of one of the kept kinds.
func (k *Keeper) Serves(gvk schema.GroupVersionKind) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	for kind, w := range k.watches {
		if kind.GroupVersionKind == gvk {
			return w.stop != nil
		}
	}
	return false
}
