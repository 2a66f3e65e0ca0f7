package inventory

import (
	"fmt"
	"strings"
	"time"

	"github.com/fedhub/fedhub/events"
)

// maxReason bounds how much of an error travels with each heartbeat, in bytes.
const maxReason = 200

// Inventory returns what the cluster consists of. It never waits for the API.
func (w *Watcher) Inventory() *events.Inventory {
	t := w.counted.Load()
	out := &events.Inventory{
		At: w.cfg.Now().UTC(), Platform: t.platform,
		Nodes: t.nodes, Namespaces: t.namespaces, Services: t.services, Workloads: t.workloads, RunningPods: t.runningPods,
	}
	if t.fedhubRunning != nil {
		out.Controllers = new(max(1, *t.fedhubRunning)) // the one that says so runs, if not in this cluster
	}
	version, about := w.version.get()
	out.KubeVersion = version
	gaps := gaps{}
	gaps.add("version", about)
	for _, f := range w.feeds() {
		gaps.add(f.resource, f.condition())
	}
	f := t.facts
	if w.cfg.AdmissionRules != nil {
		f.admission = w.cfg.AdmissionRules()
	}
	out.Score = score(f)
	out.Missing = gaps.texts
	if f.admission == nil {
		out.Missing = append(out.Missing, "score: it is not known which admission rules are in force")
	}
	if !gaps.lost.IsZero() {
		out.At = gaps.lost.UTC()
	}
	return out
}

// Trouble returns why something that Pods, Namespaces, Services and Nodes return cannot be read now, for a person. It is
// "" when all of it can, and before anybody has tried.
func (w *Watcher) Trouble() string {
	var found gaps
	for _, f := range w.shared() {
		if c := f.condition(); c.trouble != nil {
			found.add(f.resource, c)
		}
	}
	return strings.Join(found.texts, "; ")
}

// gaps is what cannot be read.
type gaps struct {
	texts []string
	lost  time.Time // since when something that is shown is not told any more; zero: all of it is
}

// add takes what is known of a resource. Those with one reason share one text.
func (g *gaps) add(resource string, c condition) {
	if c.known && c.trouble == nil {
		return
	}
	reason := "not read yet"
	if c.trouble != nil {
		reason = short(c.trouble.Error())
	}
	if c.known {
		reason = "last seen at " + c.lost.UTC().Format(time.TimeOnly) + ": " + reason
		if g.lost.IsZero() || c.lost.Before(g.lost) {
			g.lost = c.lost
		}
	}
	for i, text := range g.texts {
		if names, same := strings.CutSuffix(text, ": "+reason); same {
			g.texts[i] = names + ", " + resource + ": " + reason
			return
		}
	}
	g.texts = append(g.texts, fmt.Sprintf("%s: %s", resource, reason))
}

// short cuts a text where a letter begins.
func short(text string) string {
	if len(text) <= maxReason {
		return text
	}
	return strings.ToValidUTF8(text[:maxReason], "") + "…"
}
