package apply

import (
	"strconv"
	"testing"
)

// TestKeeper_driftWaits: while a drift waits to be put right, its object does not count as in force.
func TestKeeper_driftWaits(t *testing.T) {
	l := newLone(t, nil)
	l.made(saying("one"))
	l.hears(edited(t, saying("one"), "110"))
	l.healed("120")
	if out := l.Outcome(); out.Pending != 0 {
		t.Fatalf("what was put right stands so: %+v", out)
	}
	changed := l.Changed()
	l.hears(edited(t, saying("one"), "130"))
	select {
	case <-changed:
	default:
		t.Error("nobody is told that it is no longer in force")
	}
	if out := l.Outcome(); out.Pending != 1 {
		t.Errorf("while a drift waits, it stands so: %+v", out)
	}
}

// TestKeeper_fight: who changes an object again and again meets longer and longer pauses, however often it writes in
// between.
func TestKeeper_fight(t *testing.T) {
	tests := map[string]func(t *testing.T, l *lone, revision string){
		"one write": func(*testing.T, *lone, string) {},
		"a second write": func(t *testing.T, l *lone, revision string) {
			t.Helper()
			l.hears(edited(t, saying("one"), revision))
		},
		"a removal after it": func(t *testing.T, l *lone, revision string) {
			t.Helper()
			if err := l.watch.Delete(edited(t, saying("one"), revision)); err != nil {
				t.Fatal(err)
			}
		},
	}
	for name, more := range tests {
		t.Run(name, func(t *testing.T) {
			l := newLone(t, nil)
			l.made(saying("one"))
			l.hears(edited(t, saying("one"), "101"))
			if l.healed("102") == nil {
				t.Fatal("a drift is not told")
			}
			atOnce := l.paces.atOnce
			const rounds = 5
			for i := range rounds {
				revision := 200 + 10*i
				l.hears(edited(t, saying("one"), strconv.Itoa(revision)))
				more(t, l, strconv.Itoa(revision+1))
				if l.healed(strconv.Itoa(revision+2)) == nil {
					t.Fatal("a drift is not told")
				}
				if got := l.queue.NumRequeues(l.at); got != i+1 {
					t.Errorf("in round %d the pause was doubled %d times", i+1, got)
				}
			}
			if l.paces.atOnce != atOnce || l.paces.paused != rounds {
				t.Errorf("in %d rounds it was put right %d times at once and %d times after a pause", rounds, l.paces.atOnce-atOnce, l.paces.paused)
			}
			l.now = l.now.Add(steadyAfter + 1)
			l.hears(edited(t, saying("one"), "900"))
			if l.paces.atOnce != atOnce+1 {
				t.Error("after a while of peace, a drift is not put right at once")
			}
		})
	}
}

// TestKeeper_changesWhileWritten: that an object changed again while it was written is looked at after a pause.
func TestKeeper_changesWhileWritten(t *testing.T) {
	l := newLone(t, nil)
	e := l.made(saying("one"))
	l.hears(edited(t, saying("one"), "110"))
	seen, atOnce := e.live, l.paces.atOnce
	l.hears(edited(t, saying("one"), "130"))
	atOnce = l.paces.atOnce - atOnce
	l.note(l.at, e.wish, seen, liveOf(stored(t, saying("one"), "u1", "120"), e.wish), nil)
	if l.paces.paused != 1 || atOnce != 0 {
		t.Errorf("it is looked at %d times at once and %d times after a pause", atOnce, l.paces.paused)
	}
	if out := l.Outcome(); out.Pending != 1 {
		t.Errorf("it stands so: %+v", out)
	}
}
