package apply

import "time"

// wish takes a plan. The channel is closed when each of its objects was tried.
func (k *Keeper) wish(p Plan) (<-chan struct{}, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	before, plan := k.plan, make([]*entry, 0, len(p.Objects))
	k.plans++
	for i, o := range p.Objects {
		if i >= len(before) || !before[i].wish.same(o) { // most of a plan is as it was
			e, err := k.wishFor(o)
			if err != nil {
				return nil, err
			}
			plan = append(plan, e)
		} else {
			plan = append(plan, before[i])
		}
		plan[i].plan = k.plans
	}
	first := k.plan == nil
	k.plan = plan
	for at, e := range k.entries {
		switch {
		case e.wish == nil && first:
			k.queue.Add(at)
		case e.wish != nil && e.plan != k.plans:
			k.change(at, e, nil)
		}
	}
	k.settled = make(chan struct{})
	settled := k.settled
	k.settle()
	return settled, nil
}

// wishFor returns the entry of an object that is wished for. The lock is held.
func (k *Keeper) wishFor(o Object) (*entry, error) {
	where := key{o.Kind, o.Namespace, o.Name}
	e := k.entries[where]
	if e == nil || !e.wish.same(o) {
		w, err := newWish(o)
		if err != nil {
			return nil, err
		}
		if e == nil {
			e = &entry{live: k.others[where]}
			k.entries[where] = e
			delete(k.others, where)
		}
		k.change(where, e, w)
	}
	return e, nil
}

// change makes w what is wished of an object, and has it put right. The lock is held.
func (k *Keeper) change(at key, e *entry, w *wish) {
	e.wish, e.standing, e.trouble, e.kept, e.probing = w, waiting, "", false, time.Time{}
	l := e.live
	switch {
	case w == nil:
		e.drift = nil
	case e.drift == nil && e.uid == "" && l != nil && l.ours && l.touched() && !l.leaving: // while nobody watched
		e.drift = k.driftOf(at, e, l.change())
		e.drift.Differences, e.drift.By = l.differences(w, l.spec, l.purpose), l.by
	}
	k.queue.Forget(at)
	k.queue.Add(at)
}
