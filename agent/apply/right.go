package apply

import (
	"context"
	"errors"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"

	"github.com/fedhub/fedhub/events"
)

// What can stand in the way, besides what the API says.
var (
	errForeign = errors.New("there is another object of this name, which fedhub did not make; remove or rename it")
	errLeaving = errors.New("the object is being deleted, and something holds that up")
	errUnlike  = errors.New("the API keeps something else than was written")
)

// putRight does what one object needs to be as it is to be.
func (k *Keeper) putRight(ctx context.Context, at key) {
	k.mu.Lock()
	e := k.entries[at]
	if e == nil || k.plan == nil || !k.watches[at.kind].ready(e) {
		k.mu.Unlock()
		return // it comes again when the objects that are there are known
	}
	w, l, uid := e.wish, e.live, e.uid
	k.mu.Unlock()
	got, err := k.carryOut(ctx, at, w, l, uid)
	if ctx.Err() != nil {
		return
	}
	if drift := k.note(at, w, l, got, err); drift != nil {
		select {
		case k.drifts <- *drift:
		case <-ctx.Done():
		}
	}
}

// note takes what came of carrying out a wish on what was seen, and returns a drift that there is something to say of,
// or nil.
func (k *Keeper) note(at key, w *wish, seen, got *live, err error) *events.Drift {
	k.mu.Lock()
	defer k.mu.Unlock()
	defer k.look()
	e := k.entries[at]
	switch {
	case err != nil:
	case got == nil && e.live != nil && (seen == nil || e.live.leaving || e.live.uid != seen.uid): // the watch knows more
	case got == nil || e.live == nil || got.revision >= e.live.revision:
		e.live = got
	}
	switch {
	case e.wish != w: // it is in the queue for the newer one
	case err != nil:
		return k.fail(at, e, err)
	case w == nil && !e.live.made():
		delete(k.entries, at)
		k.queue.Forget(at)
		if e.live != nil {
			k.others[at] = e.live
		}
	case w != nil && e.live.as(w):
		return k.succeed(at, e)
	default:
		k.queue.AddRateLimited(at) // it changed meanwhile
	}
	return nil
}

// carryOut makes the API's object what the wish says, and returns what the API has then; nil: nothing.
func (k *Keeper) carryOut(ctx context.Context, at key, w *wish, l *live, uid types.UID) (*live, error) {
	ctx, cancel := context.WithTimeout(ctx, requestLimit)
	defer cancel()
	resource := k.resource(at)
	switch {
	case w == nil && l.removable():
		return nil, remove(ctx, resource, at.name, l)
	case w == nil && l.made():
		return l, errLeaving
	case w == nil, l.as(w):
		return l, nil
	case l == nil:
		return create(ctx, resource, w)
	case !l.ours && l.uid != uid:
		return l, errForeign
	case l.leaving:
		return l, errLeaving
	}
	return apply(ctx, resource, w, l.uid)
}

func (k *Keeper) resource(at key) dynamic.ResourceInterface {
	if at.kind.Namespaced {
		return k.objects.Resource(at.kind.GVR()).Namespace(at.namespace)
	}
	return k.objects.Resource(at.kind.GVR())
}

// made reports whether the object is one that we made.
func (l *live) made() bool { return l != nil && l.ours && l.labeled }

// removable reports whether the object is one that we made, and stays unless it is removed.
func (l *live) removable() bool { return l.made() && !l.leaving }

// succeed notes that an object is as it is to be. The lock is held.
func (k *Keeper) succeed(at key, e *entry) *events.Drift {
	now, drift := k.cfg.Now(), e.drift
	e.standing, e.kept, e.trouble, e.uid, e.drift = right, true, "", e.live.uid, nil
	if drift != nil {
		drift.HealedIn, drift.Error = now.Sub(drift.Seen), ""
	}
	if e.drifted.IsZero() || now.Sub(e.drifted) > steadyAfter {
		k.queue.Forget(at) // who changes it again and again meets longer and longer pauses
	}
	if e.wish.Probe != nil && e.probed != e.wish.version && e.probing.IsZero() {
		e.probing = now
		k.probes.Forget(at)
		k.probes.AddRateLimited(at)
	}
	return drift
}

// fail notes what stands in the way, and has it tried again. The lock is held.
func (k *Keeper) fail(at key, e *entry, err error) (news *events.Drift) {
	e.standing, e.trouble = failing, reason(err)
	switch foreign := errors.Is(err, errForeign); {
	case foreign && e.live != nil && e.stranger != e.live.uid:
		e.stranger, e.drift, e.kept = e.live.uid, nil, false
		news = k.driftOf(at, e, events.ChangeForeign)
		news.By, news.Error = e.live.by, e.trouble
	case e.drift != nil && e.drift.Error == "":
		e.drift.Error = e.trouble
		told := *e.drift
		news = &told
	}
	if !errors.Is(err, errForeign) && !errors.Is(err, errLeaving) { // these end with something that the watch tells
		k.queue.AddRateLimited(at)
	}
	return news
}
