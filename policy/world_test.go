package policy

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/events"
)

// world is a policy with its history. It checks every step.
type world struct {
	scope    Scope
	state    *State
	log      []events.Event
	past     []*State // after each change set
	clusters []Cluster
	local    *State // of a cluster, to promote from
}

func newWorld(tb rapid.TB, scope Scope) *world {
	tb.Helper()
	w := &world{scope: scope, state: NewState(scope), past: []*State{NewState(scope)}, local: shop(tb)}
	for i, labels := range []events.Labels{nil, {"env": "prod"}, {"env": "dev", "region": "eu"}, {"env": "prod", "region": "us"}} {
		w.clusters = append(w.clusters, Cluster{ID: fmt.Sprint("c", i), Labels: labels})
	}
	return w
}

// shop returns a cluster's own policy that can be promoted.
func shop(tb rapid.TB) *State {
	tb.Helper()
	s := NewState(ScopeLocal)
	for _, name := range []string{"a", "b"} {
		must(tb, s, Create(GroupConfig{Name: name, Criteria: &webLabel}))
	}
	must(tb, s, Create(WAFConfig{SensorConfig{Name: "s", Rules: &[]events.SensorRule{
		{Name: "r", Patterns: []events.Pattern{{Op: "regex", Value: "x+"}}},
	}}}))
	must(tb, s, Create(WAFGroupConfig{SensorGroupConfig{Name: "a", Sensors: []events.SensorUsed{{Name: "s", Action: "deny"}}}}))
	must(tb, s, Create(FileConfig{Group: "a", Add: []events.FileFilter{{Filter: "/etc/*", Behavior: "monitor_change"}}}))
	must(tb, s, Create(ProcessConfig{Group: "b", Mode: new("Protect")}))
	must(tb, s, Insert(nil, []RuleConfig{allow("a", "external"), allow("b", "a"), allow("containers", "external")}))
	must(tb, s, Create(AdmissionConfig{
		RuleType: new("deny"), Criteria: &[]events.AdmissionCriterion{{Name: "image", Op: "containsAny", Value: "nginx"}},
	}))
	return s
}

// rollouts returns the names of some rollouts, among them one that there is not.
func (w *world) rollouts() []string {
	out := []string{"r"}
	for _, r := range w.state.Rollouts() {
		out = append(out, r.ID)
	}
	return out
}

// live takes n drawn decisions.
func (w *world) live(t *rapid.T, n int) {
	d := drawer{T: t, scope: w.scope}
	if len(w.log) == 0 {
		w.decide(t, w.foundation(d))
	}
	for range rapid.IntRange(0, n).Draw(t, "decisions") {
		decision := d.change(w.past, w.local)
		if w.scope == ScopeFederal && d.below(5) == 4 {
			decision = d.step(w)
		}
		w.decide(t, decision)
	}
}

// foundation makes much of what requests speak of.
func (w *world) foundation(d drawer) Decision {
	var edits []Edit
	for _, name := range []string{"a", "b", "c"} {
		edits = append(edits, Edit{Kind: events.ObjectGroup, Config: GroupConfig{Name: d.prefix() + name, Criteria: &webLabel}})
	}
	for _, name := range []string{"h", "i"} {
		edits = append(edits, Edit{Kind: events.ObjectWebhook, Config: WebhookConfig{Name: d.prefix() + name, URL: new("https://a.example")}})
	}
	for _, name := range []string{"s", "t"} {
		edits = append(edits, Edit{Kind: events.ObjectDLPSensor, Config: DLPConfig{SensorConfig{Name: d.prefix() + name}}})
	}
	return func(s *State, now time.Time) ([]events.Fact, error) {
		draft := newDraft(s, now)
		if w.scope == ScopeFederal {
			if err := draft.try(Foundation()); err != nil {
				return nil, err
			}
		}
		if err := draft.try(ChangeSet(edits)); err != nil {
			return nil, err
		}
		return draft.facts(), nil
	}
}

// decide takes a decision, folds it, and checks what must be true of each.
func (w *world) decide(tb rapid.TB, d Decision) {
	tb.Helper()
	was := w.state
	fs, err := d(was, noon.Add(time.Duration(len(w.log))*time.Second))
	if err != nil && fs != nil {
		tb.Fatalf("%d facts came with an error: %v", len(fs), err)
	}
	tb.Logf("%v %v", kinds(fs), err)
	if len(fs) == 0 {
		return
	}
	w.state = was.Clone()
	before := was.Digest()
	for i, e := range record(tb, w.scope, w.state.Revision()+1, fs...) {
		changesSomething(tb, w.state, fs[i])
		e.Set = events.Set{Index: i, Size: len(fs)}
		w.state.Apply(e)
		w.log = append(w.log, e)
		holds(tb, w.state, fs[i])
	}
	w.past = append(w.past, w.state)
	if was.Digest() != before {
		tb.Fatal("a change of a clone changes the digest of the original")
	}
	wellReferred(tb, w.state)
	r, ended := events.RolloutOf(fs[len(fs)-1])
	if current, on := w.state.Current(); on {
		wellReferred(tb, w.state.Reached([]string{current.ID}))
	}
	if !ended || !r.Ended() {
		return
	}
	want := before
	if r.Status == events.RolloutDone {
		want = was.Reached([]string{r.ID}).Digest()
	}
	same(tb, w.state.Digest(), want)
	same(tb, w.state.staged.Len(), 0)
}

// changesSomething fails on a fact that says what is so already.
func changesSomething(tb rapid.TB, s *State, f events.Fact) {
	tb.Helper()
	if st, ok := f.(events.ChangeStaged); ok {
		staged, err := st.Fact()
		if err != nil {
			tb.Fatal(err)
		}
		f = staged
	}
	switch f := f.(type) { //nolint:gochecksumtype // the others are about rollouts
	case events.Definition:
		if old, _, there := s.Object(f.Object().About()); there && sameObject(old, f.Object()) {
			tb.Fatalf("a fact that changes nothing: %+v", f)
		}
	case events.Removal:
		if _, _, there := s.Object(f.About()); !there {
			tb.Fatalf("a fact that removes nothing: %+v", f)
		}
	}
}

// holds fails when a fact that was just folded leaves something that speaks of what is not there.
func holds(tb rapid.TB, s *State, f events.Fact) {
	tb.Helper()
	switch f := f.(type) { //nolint:gochecksumtype // the others are not about objects
	case events.Definition:
		for _, of := range kindOf(f.Object().About().Kind).references(f.Object()) {
			if _, _, there := s.Object(of); !there {
				tb.Fatalf("%s, which is not there yet, is needed by %+v", called(of), f)
			}
		}
	case events.Removal:
		if users := s.Users(f.About()); len(users) > 0 {
			tb.Fatalf("%s was removed, and needed by %v", called(f.About()), users)
		}
	}
}

// wellReferred fails when an object speaks of one that is not there, or not everywhere where it is; and when the
// indexes do not fit the objects.
func wellReferred(tb rapid.TB, s *State) {
	tb.Helper()
	users, n := map[events.About][]events.About{}, 0
	for _, k := range kindTable {
		last := ""
		for o := range s.Objects(k.object) {
			n++
			if err := s.checkReferences(o, nil); err != nil {
				tb.Fatalf("%s: %v", called(o.About()), err)
			}
			for _, of := range k.references(o) {
				users[of] = append(users[of], o.About())
			}
			if k.rank == nil {
				continue
			}
			if !validRank(k.rank(o)) || k.rank(o) < last {
				tb.Fatalf("%s has the rank %q behind %q", called(o.About()), k.rank(o), last)
			}
			last = k.rank(o)
		}
	}
	same(tb, []int{s.objects.Len(), s.order.Len()}, []int{n, n})
	uses := 0
	for of, by := range users {
		slices.SortFunc(by, compareAbout)
		same(tb, s.Users(of), by)
		uses += len(by)
	}
	same(tb, s.uses.Len(), uses)
}

// agree fails when two states differ in anything that can be asked.
func agree(tb rapid.TB, got, want *State) {
	tb.Helper()
	same(tb, []uint64{got.revision, got.changed}, []uint64{want.revision, want.changed})
	same(tb, got.Digest(), want.Digest())
	same(tb, content(got), content(want))
	same(tb, got.Rollouts(), want.Rollouts())
	for _, r := range want.Rollouts() {
		same(tb, got.Staged(r.ID), want.Staged(r.ID))
		same(tb, got.Reached([]string{r.ID}).Digest(), want.Reached([]string{r.ID}).Digest())
		same(tb, content(got.Reached([]string{r.ID})), content(want.Reached([]string{r.ID})))
	}
}

// content returns all objects in order, with their revisions and who uses them.
func content(s *State) []string {
	var out []string
	for _, k := range kindTable {
		for o := range s.Objects(k.object) {
			_, revision, _ := s.Object(o.About())
			out = append(out, fmt.Sprintf("%d %s %s used by %v", revision, called(o.About()), stored(o), s.Users(o.About())))
		}
	}
	return out
}

// newest returns the newest event of each subject.
func newest(log []events.Event) []events.Event {
	last := map[string]events.Event{}
	for _, e := range log {
		last[e.Subject] = e
	}
	return slices.SortedFunc(maps.Values(last), func(a, b events.Event) int { return bytes.Compare([]byte(a.Subject), []byte(b.Subject)) })
}

// shuffled returns the events in an order that the drawn seed gives.
func shuffled(t *rapid.T, log []events.Event) []events.Event {
	out := slices.Clone(log)
	seed := rapid.Uint64().Draw(t, "order")
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] }) //nolint:gosec // G404: a test
	return out
}

func TestWorld_isTheSameHoweverItWasFolded(t *testing.T) {
	for _, scope := range []Scope{ScopeFederal, ScopeLocal} {
		t.Run(string(scope), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				w := newWorld(t, scope)
				w.live(t, 40)
				for _, log := range [][]events.Event{w.log, newest(w.log), shuffled(t, w.log), shuffled(t, newest(w.log))} {
					s := NewState(scope)
					for _, e := range log {
						s.Apply(e)
					}
					agree(t, s, w.state)
				}
			})
		})
	}
}

func TestRestore_fromAnywhereToAnywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t, ScopeFederal)
		w.live(t, 30)
		past := rapid.SampledFrom(w.past).Draw(t, "past")
		if r, on := w.state.Current(); on {
			w.decide(t, AbortRollout(r.ID, "restore"))
		}
		w.decide(t, Restore(past))
		same(t, w.state.Digest(), past.Digest())
		if fs, err := Restore(past)(w.state, noon); err != nil || len(fs) > 0 {
			t.Fatalf("restored twice: %d facts, %v", len(fs), err)
		}
	})
}

// remote follows a world as an agent does.
type remote struct {
	*rapid.T
	w     *world
	state *State
	at    int                     // how many change sets of the world it has
	kept  map[string]events.Event // its copy, by subject
}

// take applies change sets as they come in, up to the given one.
func (r *remote) take(to int) {
	for r.at < to {
		next := r.state.Clone()
		set := r.w.log[r.w.past[r.at].Revision():r.w.past[r.at+1].Revision()]
		r.fold(next, set)
		r.at++
	}
}

func (r *remote) fold(next *State, set []events.Event) {
	was := r.state
	for _, e := range set {
		next.Apply(e)
	}
	r.state = next
	for _, e := range set {
		switch fact, err := e.Fact(); {
		case err != nil:
			r.Fatal(err)
		case next.Keeps(e):
			r.kept[e.Subject] = e
		default:
			if d, ok := fact.(events.Definition); ok {
				if _, _, had := was.Object(d.Object().About()); had {
					delete(r.kept, e.Subject)
				}
			}
		}
	}
}

// fetch takes the newest event of each object as of a change set; anew, in place of all that it has.
func (r *remote) fetch(to int, view events.View, anew bool) {
	next := r.state.Clone()
	next.See(view)
	if anew {
		next = NewStateFor(view)
		r.kept = map[string]events.Event{}
		r.state = next.Clone()
	}
	r.fold(next, shuffled(r.T, newest(r.w.log[:r.w.past[to].Revision()])))
	r.at = to
}

// restart forgets all but the copy.
func (r *remote) restart() {
	view, _ := r.state.View()
	r.state = NewStateFor(view)
	for _, e := range r.kept {
		r.state.Apply(e)
	}
	r.state.revision = r.w.past[r.at].Revision() // the copy's place says so
}

func (r *remote) view() events.View {
	v := events.View{Labels: rapid.SampledFrom(r.w.clusters).Draw(r.T, "cluster").Labels}
	if rapid.Bool().Draw(r.T, "reached") {
		v.Rollouts = []string{rapid.SampledFrom(r.w.rollouts()).Draw(r.T, "rollout")}
	}
	return v
}

func TestDigestFor_isWhatARemoteHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t, ScopeFederal)
		r := &remote{T: t, w: w, kept: map[string]events.Event{}}
		r.state = NewStateFor(r.view())
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			w.live(t, 6)
			to := rapid.IntRange(r.at, len(w.past)-1).Draw(t, "to")
			view, _ := r.state.View()
			switch rapid.IntRange(0, 5).Draw(t, "how") {
			case 0:
				r.fetch(to, r.view(), true)
			case 1:
				view.Rollouts = r.view().Rollouts
				r.fetch(to, view, false)
			case 2:
				view.Rollouts = r.view().Rollouts
				r.state = r.state.Clone()
				r.state.See(view)
			case 3:
				r.restart()
			default:
				r.take(to)
			}
			view, _ = r.state.View()
			master, got := w.past[r.at], r.state.Effective()
			same(t, got.Revision(), master.Revision())
			same(t, got.Digest(), master.DigestFor(view))
			for _, k := range kindTable {
				for o := range got.Objects(k.object) {
					if !Chooses(o.Common().Targets, view.Labels) {
						t.Fatalf("%s is not for %v", called(o.About()), view.Labels)
					}
				}
			}
		}
	})
}
