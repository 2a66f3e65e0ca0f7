package apply

import (
	"net/http"
	"testing"
	"time"
)

// probed returns the object with a probe.
func probed(text string) Object {
	o := saying(text)
	o.Probe = &Probe{Name: "probe", Mark: "mark " + text}
	return o
}

// TestKeeper_probeTime: what is written gets its own time to come in force, however long probes looked for what was
// there before.
func TestKeeper_probeTime(t *testing.T) {
	tests := map[string]func(t *testing.T, l *lone){
		"a new version": func(t *testing.T, l *lone) { t.Helper(); l.plan(probed("two")) },
		"a drift":       func(t *testing.T, l *lone) { t.Helper(); l.hears(edited(t, probed("one"), "110")) },
	}
	for name, happens := range tests {
		t.Run(name, func(t *testing.T) {
			l := newLone(t, func(r *http.Request) (*http.Response, error) { return answer(r, "no mark"), nil })
			l.made(probed("one"))
			l.now = l.now.Add(time.Minute)
			happens(t, l)
			l.healed("120")
			l.probe(t.Context(), l.at)
			if out := l.Outcome(); len(out.Failed) != 0 || out.Pending != 1 {
				t.Errorf("as soon as it is written it stands so: %+v", out)
			}
			l.now = l.now.Add(probeLimit + 1)
			l.probe(t.Context(), l.at)
			if out := l.Outcome(); len(out.Failed) != 1 {
				t.Errorf("when its time is over it stands so: %+v", out)
			}
		})
	}
}

// TestKeeper_staleProof: that a probe was met proves nothing of what was written since it was sent.
func TestKeeper_staleProof(t *testing.T) {
	tests := map[string]struct {
		meanwhile func(t *testing.T, l *lone)
		proves    bool
	}{
		"nothing happened": {
			meanwhile: func(*testing.T, *lone) {},
			proves:    true,
		},
		"changed by somebody": {
			meanwhile: func(t *testing.T, l *lone) { t.Helper(); l.hears(edited(t, probed("one"), "110")) },
		},
		"changed and put right": {
			meanwhile: func(t *testing.T, l *lone) {
				t.Helper()
				l.hears(edited(t, probed("one"), "110"))
				l.now = l.now.Add(time.Second)
				l.healed("120")
			},
		},
		"changed by the plan": {
			meanwhile: func(t *testing.T, l *lone) { t.Helper(); l.plan(probed("two")); l.healed("120") },
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var l *lone
			l = newLone(t, func(r *http.Request) (*http.Response, error) {
				test.meanwhile(t, l)
				return answer(r, "mark one"), nil
			})
			l.made(probed("one"))
			l.probe(t.Context(), l.at)
			if out := l.Outcome(); (out.Pending == 0) != test.proves {
				t.Errorf("after the answer it stands so: %+v", out)
			}
		})
	}
}
