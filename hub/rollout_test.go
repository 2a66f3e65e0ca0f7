package hub

import (
	"strings"
	"testing"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// aRollout is one of two waves that was decided at revision 10 and changes two objects: its change is revision 13.
func aRollout(edits ...func(*events.Rollout)) events.Rollout {
	r := events.Rollout{
		ID: "r1", Waves: []events.Wave{{Selector: "ring=1", Soak: 60}, {Soak: 30}}, Status: events.RolloutRunning,
		Open: 1, OpenedAt: noon, Base: 10, Objects: 2,
	}
	for _, edit := range edits {
		edit(&r)
	}
	return r
}

func TestProgress_judge(t *testing.T) {
	const step = 13 // revision of the rollout's newest step: its start
	now := noon.Add(time.Minute)
	good := Summary{
		Role: RoleRemote, Status: StatusSynced, RuleState: RulesApplied, LastHeartbeat: now, DesiredRevision: 13, AppliedRevision: 13,
		DigestMatch: new(true), ViewMatch: true, Enforcer: enforcerNone, TriedRevision: step,
	}
	with := func(edits ...func(*Summary)) Summary {
		s := good
		for _, edit := range edits {
			edit(&s)
		}
		return s
	}
	enforcer := func(revision uint64, r *events.Report) func(*Summary) {
		return func(s *Summary) { s.Enforcer, s.EnforcedRevision, s.Enforcement = "test", revision, r }
	}
	before := func(s *Summary) { s.TriedRevision = step - 1 }
	complains := func(s *Summary) { s.Error = "disk" }
	has := func(revision uint64) func(*Summary) {
		return func(s *Summary) {
			if s.AppliedRevision = revision; revision < s.DesiredRevision {
				s.Status, s.RuleState = StatusOutOfSync, RulesPending
			}
		}
	}
	unproven := func(s *Summary) { s.DigestMatch, s.Status, s.RuleState = nil, StatusOutOfSync, RulesPending }
	diverged := func(s *Summary) { s.DigestMatch, s.Status, s.RuleState = new(false), StatusDiverged, RulesUnknown }
	otherView := func(s *Summary) { s.ViewMatch, s.Status, s.RuleState = false, StatusOutOfSync, RulesPending }
	away := func(s *Summary) { s.Status, s.RuleState = StatusDisconnected, RulesUnknown }
	neverHeard := func(s *Summary) { s.LastHeartbeat, s.DigestMatch = time.Time{}, nil }
	failed := &events.Report{State: events.Failed, Reason: "no kernel"}
	odd := &events.Report{State: events.Enforced, Objects: []events.ObjectState{
		{Object: events.About{Kind: events.ObjectGroup, Name: "fed.a"}, State: events.Unsupported},
		{Object: events.About{Kind: events.ObjectGroup, Name: "fed.b"}, State: events.Failed, Reason: "disk"},
	}}
	recorded := func(s Status, at time.Time) member { return member{status: s, statusAt: at} }
	long, short := noon.Add(-time.Hour), now.Add(-time.Second)

	tests := map[string]struct {
		facts   Summary
		member  member
		started time.Time // zero: long ago
		well    bool
		absent  bool
		wrong   string
		waits   string
	}{
		"holds the change":                      {facts: good, well: true},
		"holds more":                            {facts: with(func(s *Summary) { s.DesiredRevision, s.AppliedRevision = 20, 20 }), well: true},
		"behind by what is not the rollout's":   {facts: with(func(s *Summary) { s.DesiredRevision = 20 }, has(13)), well: true},
		"behind":                                {facts: with(has(12)), waits: "does not have the change"},
		"not proven":                            {facts: with(unproven), waits: "does not have the change"},
		"another view":                          {facts: with(otherView), waits: "does not have the change"},
		"diverged":                              {facts: with(diverged), waits: "does not have the change"},
		"complains":                             {facts: with(complains), wrong: "disk"},
		"behind, and complains":                 {facts: with(has(12), complains), waits: "does not have the change: disk"},
		"enforced":                              {facts: with(enforcer(13, &events.Report{State: events.Enforced})), well: true},
		"enforced as far as it can":             {facts: with(enforcer(13, &events.Report{State: events.Partial})), well: true},
		"not enforced yet":                      {facts: with(enforcer(12, &events.Report{State: events.Enforced})), waits: "enforcer is not done"},
		"not enforced yet, failed before":       {facts: with(enforcer(12, failed), before), waits: "whether that is still so"},
		"enforced, and no report yet":           {facts: with(enforcer(13, nil)), waits: "enforcer is not done"},
		"not enforced yet, and complains":       {facts: with(enforcer(12, failed), complains), wrong: "disk"},
		"complained before the step":            {facts: with(complains, before), waits: "whether that is still so: disk"},
		"failed before the step":                {facts: with(enforcer(13, failed), before), waits: "whether that is still so: enforcement failed: no kernel"},
		"enforcement failed":                    {facts: with(enforcer(13, failed)), wrong: "enforcement failed: no kernel"},
		"enforcement of one object failed":      {facts: with(enforcer(13, odd)), wrong: "enforcement of group fed.b failed: disk"},
		"disconnected":                          {facts: with(away), wrong: "disconnected"},
		"disconnected since the wave":           {facts: with(away), member: recorded(StatusDisconnected, short), wrong: "disconnected"},
		"disconnected before the wave":          {facts: with(away), member: recorded(StatusDisconnected, long), absent: true},
		"back, and recorded as away":            {facts: good, member: recorded(StatusDisconnected, long), well: true},
		"away, and recorded as synced":          {facts: with(away), member: recorded(StatusSynced, long), wrong: "disconnected"},
		"the master has just started":           {facts: with(away, neverHeard), started: short, waits: "on its way back"},
		"just started, and away before":         {facts: with(away, neverHeard), started: short, member: recorded(StatusDisconnected, long), waits: "on its way back"},
		"the master started, and it was heard":  {facts: with(away), started: short, wrong: "disconnected"},
		"never heard since the start, long ago": {facts: with(away, neverHeard), wrong: "disconnected"},
		"has just joined": {
			facts: with(neverHeard, func(s *Summary) { s.Status, s.RuleState = StatusJoined, RulesPending }), waits: "does not have the change",
		},
		"the master's own": {facts: with(func(s *Summary) { s.Role, s.Status = RoleMaster, StatusActive }), well: true},
		"the master's own, silent": {
			facts: with(func(s *Summary) { s.Role, s.Status, s.RuleState = RoleMaster, StatusActive, RulesUnknown }), waits: "does not have the change",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if tt.started.IsZero() {
				tt.started = noon.Add(-24 * time.Hour)
			}
			p := Progress{Summary: tt.facts, step: step}
			p.judge(tt.member, aRollout(), tt.started, now)
			if p.Well != tt.well || p.Absent != tt.absent || p.Wrong != tt.wrong || !strings.Contains(p.waits, tt.waits) || (p.waits == "") != (tt.waits == "") {
				t.Errorf("well %t, absent %t, wrong %q, waits %q; want %t, %t, %q, %q", p.Well, p.Absent, p.Wrong, p.waits, tt.well, tt.absent, tt.wrong, tt.waits)
			}
		})
	}
}

// TestWellness_judge goes through what the conductor sees, second by second.
func TestWellness_judge(t *testing.T) {
	well := Progress{Summary: Summary{Name: "oslo", Status: StatusSynced}, Well: true}
	slow := Progress{Summary: Summary{Name: "rome", Status: StatusOutOfSync}, waits: "it does not have the change"}
	away := Progress{Summary: Summary{Name: "rome"}, Absent: true}
	wrong := Progress{Summary: Summary{Name: "rome"}, Wrong: "disk"}
	later := Progress{Summary: Summary{Name: "lima"}, Wave: 1, Wrong: "disk"} // its wave is not open
	at := func(seconds int) time.Time { return noon.Add(time.Duration(seconds) * time.Second) }
	type look struct {
		second  int
		rollout events.Rollout
		all     []Progress
		want    string // what the step does: "", "advance" or the reason of a pause
	}
	paused := "cluster rome in wave 1: disk"
	patience := "cluster rome in wave 1 is out_of_sync: it does not have the change, for more than 2m0s"
	second := aRollout(func(r *events.Rollout) { r.Open, r.OpenedAt = 2, at(61) })
	resumed := aRollout(func(r *events.Rollout) { r.OpenedAt = at(50) })
	manual := aRollout(func(r *events.Rollout) { r.Manual = true })
	manualLast := aRollout(func(r *events.Rollout) { r.Manual, r.Open = true, 2 })
	quick := aRollout(func(r *events.Rollout) { r.Waves[0].Soak = 0 })
	r := aRollout()
	tests := map[string][]look{
		"soaks and advances": {
			{0, r, []Progress{well, well}, ""}, {59, r, []Progress{well}, ""}, {60, r, []Progress{well}, "advance"},
		},
		"no soak": {{0, quick, []Progress{well}, "advance"}},
		"the next wave soaks from when it is well": {
			{1, r, []Progress{well}, ""},
			{61, r, []Progress{well}, "advance"},
			{62, second, []Progress{well, {Wave: 1}}, ""},
			{70, second, []Progress{well, {Wave: 1, Well: true}}, ""},
			{99, second, []Progress{well, well}, ""},
			{100, second, []Progress{well, well}, "advance"},
		},
		"nobody is in it": {{0, r, nil, ""}, {60, r, []Progress{later}, "advance"}},
		"one that is not well begins the soak anew": {
			{0, r, []Progress{well, well}, ""},
			{50, r, []Progress{well, slow}, ""},
			{51, r, []Progress{well, well}, ""},
			{110, r, []Progress{well, well}, ""},
			{111, r, []Progress{well, well}, "advance"},
		},
		"one that is away is not waited for": {{0, r, []Progress{well, away}, ""}, {60, r, []Progress{well, away}, "advance"}},
		"a later wave does not matter":       {{0, r, []Progress{well, later}, ""}, {60, r, []Progress{well, later}, "advance"}},
		"wrong":                              {{0, r, []Progress{well, wrong}, paused}},
		"wrong while others wait":            {{0, r, []Progress{slow, wrong}, paused}},
		"wrong in the middle of the soak":    {{0, r, []Progress{well}, ""}, {59, r, []Progress{wrong}, paused}},
		"patience ends": {
			{0, r, []Progress{slow}, ""}, {120, r, []Progress{slow}, ""}, {121, r, []Progress{slow}, patience},
		},
		"patience is for one stretch": {
			{0, r, []Progress{slow}, ""},
			{119, r, []Progress{well}, ""},
			{121, r, []Progress{slow}, ""},
			{241, r, []Progress{slow}, ""},
			{242, r, []Progress{slow}, patience},
		},
		"late in a long soak patience is whole": {
			{3000, r, []Progress{slow}, ""}, {3001, r, []Progress{well}, ""}, {3060, r, []Progress{well}, ""}, {3061, r, []Progress{well}, "advance"},
		},
		"resumed: it soaks anew": {
			{0, r, []Progress{well}, ""}, {60, resumed, []Progress{well}, ""}, {119, resumed, []Progress{well}, ""}, {120, resumed, []Progress{well}, "advance"},
		},
		"by hand":                 {{0, manual, []Progress{well}, ""}, {600, manual, []Progress{well}, ""}},
		"by hand, and wrong":      {{600, manual, []Progress{wrong}, paused}},
		"by hand, the last wave":  {{0, manualLast, []Progress{well}, ""}, {30, manualLast, []Progress{well}, "advance"}},
		"the clock was set back":  {{100, r, []Progress{well}, ""}, {0, r, []Progress{well}, ""}, {160, r, []Progress{well}, "advance"}},
		"another rollout is next": {{0, r, []Progress{well}, ""}, {60, aRollout(func(r *events.Rollout) { r.ID = "r2" }), []Progress{well}, ""}},
	}
	for name, looks := range tests {
		t.Run(name, func(t *testing.T) {
			var w wellness
			for _, l := range looks {
				if got := stepOf(t, l.rollout, w.judge(l.rollout, l.all, at(l.second))); got != l.want {
					t.Errorf("at second %d: %q, want %q", l.second, got, l.want)
				}
			}
		})
	}
}

// stepOf says what a step of the conductor does.
func stepOf(t *testing.T, r events.Rollout, d policy.Decision) string {
	t.Helper()
	if d == nil {
		return ""
	}
	s := policy.NewState(policy.ScopeFederal)
	s.Apply(eventOf(events.RolloutStarted{Rollout: r}, 1, noon))
	facts, err := d(s, noon)
	if err != nil || len(facts) != 1 {
		t.Fatalf("decided on %v (%v)", facts, err)
	}
	if paused, ok := facts[0].(events.RolloutPaused); ok {
		return paused.Rollout.Reason
	}
	return "advance"
}
