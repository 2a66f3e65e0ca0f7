package apply

import (
	"context"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Bounds of probing. An API server puts an admission policy in force within a second of its being written.
const (
	firstProbe   = 200 * time.Millisecond // after the write, doubled with each that follows
	lastProbe    = 5 * time.Second
	probeLimit   = 10 * time.Second // after which the policy counts as not in force
	probesPerSec = 100
	probesBurst  = 200
)

// probe looks whether an object that the API has is in force.
func (k *Keeper) probe(ctx context.Context, at key) {
	k.mu.Lock()
	e := k.entries[at]
	if e == nil || e.probing.IsZero() || e.wish == nil || e.wish.Probe == nil {
		k.probes.Forget(at)
		k.mu.Unlock()
		return
	}
	w, since := e.wish, e.probing
	k.mu.Unlock()
	answer := k.ask(ctx, *w.Probe)
	if ctx.Err() != nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	defer k.look()
	met := strings.Contains(answer, w.Probe.Mark)
	switch {
	case e.wish != w || !e.probing.Equal(since) || e.standing != right: // what was asked about is no longer what counts
	case met:
		e.probed, e.probing, e.trouble = w.version, time.Time{}, ""
		k.probes.Forget(at)
		return
	case k.cfg.Now().Sub(e.probing) > probeLimit:
		e.trouble = fmt.Sprintf("it was written, and is not in force: after %s the API answers the probe with %q", probeLimit, answer)
	}
	k.probes.AddRateLimited(at)
}

// ask creates the probe's ConfigMap, as a dry run, and returns all that the API says to it.
func (k *Keeper) ask(ctx context.Context, p Probe) string {
	said := &strings.Builder{}
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, warnings{}, said), requestLimit)
	defer cancel()
	probe := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: p.Name}}
	_, err := k.prober.CoreV1().ConfigMaps(k.cfg.Namespace).Create(ctx, probe, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	if err != nil {
		said.WriteString(err.Error())
	}
	return said.String()
}

// warnings is the key of a [strings.Builder] in a request's context, and writes there what the API warns of.
type warnings struct{}

// HandleWarningHeaderWithContext implements [k8s.io/client-go/rest.WarningHandlerWithContext].
func (warnings) HandleWarningHeaderWithContext(ctx context.Context, _ int, _, text string) {
	if said, ok := ctx.Value(warnings{}).(*strings.Builder); ok {
		said.WriteString(text + "\n")
	}
}
