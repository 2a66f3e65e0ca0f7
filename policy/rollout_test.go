package policy

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/events"
)

// fleet returns n clusters, every other one of which is in production.
func fleet(n int) []Cluster {
	out := make([]Cluster, n)
	for i := range out {
		out[i] = Cluster{ID: fmt.Sprintf("cluster-%d", i), Labels: events.Labels{"env": []string{"prod", "dev"}[i%2], "n": strconv.Itoa(i)}}
	}
	return out
}

// started begins a rollout of one new group in an otherwise empty federation.
func started(tb testing.TB, p RolloutPlan) (*State, events.Rollout) {
	tb.Helper()
	s := NewState(ScopeFederal)
	must(tb, s, StartRollout(p, Create(GroupConfig{Name: "fed.new", Criteria: &webLabel})))
	r, on := s.Current()
	if !on {
		tb.Fatal("no rollout is on its way")
	}
	return s, r
}

func TestWaves_takeExactlyWhatIsAskedFor(t *testing.T) {
	for name, tt := range map[string]struct {
		clusters int
		when     []WavePlan
		want     []int // clusters in each wave
	}{
		"all at once":                 {clusters: 10, when: []WavePlan{{}}, want: []int{10}},
		"a hundred percent":           {clusters: 10, when: []WavePlan{{Percent: 100}}, want: []int{10}},
		"the rest is one more":        {clusters: 10, when: []WavePlan{{Percent: 10}}, want: []int{1, 9}},
		"percentages add up":          {clusters: 100, when: []WavePlan{{Percent: 5}, {Percent: 25}, {Percent: 50}}, want: []int{5, 20, 25, 50}},
		"rounded up":                  {clusters: 7, when: []WavePlan{{Percent: 1}, {Percent: 50}, {}}, want: []int{1, 3, 3}},
		"no less than before":         {clusters: 10, when: []WavePlan{{Percent: 50}, {Percent: 20}, {}}, want: []int{5, 0, 5}},
		"a selector":                  {clusters: 10, when: []WavePlan{{Selector: "env=dev"}}, want: []int{5, 5}},
		"a part of a selector":        {clusters: 20, when: []WavePlan{{Selector: "env=dev", Percent: 20}, {Selector: "env=dev"}, {Percent: 60}}, want: []int{2, 8, 2, 8}},
		"of those before, some are":   {clusters: 20, when: []WavePlan{{Selector: "env=dev"}, {Percent: 75}}, want: []int{10, 5, 5}},
		"nobody":                      {clusters: 4, when: []WavePlan{{Selector: "env=test"}, {Selector: "env=test", Percent: 50}, {Percent: 50}}, want: []int{0, 0, 2, 2}},
		"no clusters at all":          {when: []WavePlan{{Percent: 10}, {Selector: "a=b"}}, want: []int{0, 0, 0}},
		"one cluster":                 {clusters: 1, when: []WavePlan{{Percent: 1}}, want: []int{1, 0}},
		"a thousand, one percent":     {clusters: 1000, when: []WavePlan{{Percent: 1}, {Percent: 2}, {Percent: 99}}, want: []int{10, 10, 970, 10}},
		"many waves":                  {clusters: 50, when: []WavePlan{{Percent: 2}, {Percent: 4}, {Percent: 6}, {Percent: 8}}, want: []int{1, 1, 1, 1, 46}},
		"what is left is named":       {clusters: 10, when: []WavePlan{{Selector: "env=dev"}, {Selector: "env=prod"}}, want: []int{5, 5, 0}},
		"single clusters by selector": {clusters: 10, when: []WavePlan{{Selector: "n=3"}, {Selector: "n in (3,4)"}, {Percent: 30}}, want: []int{1, 1, 1, 7}},
	} {
		t.Run(name, func(t *testing.T) {
			plan := RolloutPlan{ID: "r1", Waves: tt.when, Clusters: fleet(tt.clusters)}
			s, r := started(t, plan)
			got := make([]int, len(r.Waves))
			for _, c := range plan.Clusters {
				got[WaveOf(r, c)]++
			}
			same(t, got, tt.want)
			for open := 1; open <= len(r.Waves); open++ {
				reached, want := 0, 0
				for _, c := range plan.Clusters {
					reached += len(s.ViewOf(c).Rollouts)
				}
				for _, n := range tt.want[:open] {
					want += n
				}
				same(t, reached, want)
				must(t, s, AdvanceRollout("r1", open))
			}
			_, on := s.Current()
			same(t, on, false)
		})
	}
}

func TestWaves_areNotTheSameClustersEveryTime(t *testing.T) {
	first := map[string]bool{}
	for i := range 20 {
		plan := RolloutPlan{ID: fmt.Sprint("r", i), Waves: []WavePlan{{Percent: 1}}, Clusters: fleet(20)}
		_, r := started(t, plan)
		for _, c := range plan.Clusters {
			if WaveOf(r, c) == 0 {
				first[c.ID] = true
			}
		}
	}
	if len(first) < 5 {
		t.Errorf("of 20 rollouts, all began with the clusters %v", first)
	}
}

func TestWaveOf_joinersAndNewLabels(t *testing.T) {
	_, r := started(t, RolloutPlan{ID: "r1", Waves: []WavePlan{{Selector: "env=dev"}, {Percent: 75}}, Clusters: fleet(10)})
	counts := make([]int, len(r.Waves))
	for i := range 1000 {
		joiner := Cluster{ID: fmt.Sprint("joiner-", i), Labels: events.Labels{"env": "prod"}}
		wave := WaveOf(r, joiner)
		same(t, WaveOf(r, joiner), wave)
		counts[wave]++
		joiner.Labels = events.Labels{"env": "dev"}
		same(t, WaveOf(r, joiner), 0)
	}
	if counts[0] != 0 || counts[1] == 0 || counts[2] == 0 {
		t.Errorf("joiners are in the waves %v", counts)
	}
	_, r = started(t, RolloutPlan{ID: "r1", Waves: []WavePlan{{Percent: 50}}})
	same(t, WaveOf(r, Cluster{ID: "joiner"}), 1) // of no clusters, half are none
	r.Waves = r.Waves[:1]
	same(t, WaveOf(r, Cluster{ID: "joiner"}), 1) // none takes it
}

func TestStartRollout(t *testing.T) {
	change := Create(GroupConfig{Name: "fed.new", Criteria: &webLabel})
	one := []WavePlan{{}}
	for name, tt := range map[string]struct {
		plan  RolloutPlan
		when  Decision
		facts int
		want  error
	}{
		"one wave":             {plan: RolloutPlan{Waves: one}, when: change, facts: 2},
		"as many as may be":    {plan: RolloutPlan{Waves: make([]WavePlan, MaxWaves)}, when: change, facts: 2},
		"nothing changes":      {plan: RolloutPlan{Waves: one}, when: Update("fed.web", GroupConfig{})},
		"refused change":       {plan: RolloutPlan{Waves: one}, when: Create(GroupConfig{Name: "web"}), want: ErrName},
		"a change set":         {plan: RolloutPlan{Waves: one}, when: ChangeSet([]Edit{wantGroup("fed.a"), noMore(events.ObjectGroup, "fed.web")}), facts: 5},
		"old revision":         {plan: RolloutPlan{Waves: one}, when: IfRevision(1, change), want: ErrRevision},
		"no waves":             {when: change, want: ErrInvalid},
		"too many waves":       {plan: RolloutPlan{Waves: make([]WavePlan, MaxWaves+1)}, when: change, want: ErrInvalid},
		"bad selector":         {plan: RolloutPlan{Waves: []WavePlan{{Selector: "="}}}, when: change, want: ErrInvalid},
		"more than all":        {plan: RolloutPlan{Waves: []WavePlan{{Percent: 101}}}, when: change, want: ErrInvalid},
		"less than none":       {plan: RolloutPlan{Waves: []WavePlan{{Percent: -1}}}, when: change, want: ErrInvalid},
		"soaks before it came": {plan: RolloutPlan{Waves: []WavePlan{{Soak: -1}}}, when: change, want: ErrInvalid},
		"soaks too long":       {plan: RolloutPlan{Waves: []WavePlan{{Soak: MaxSoak + time.Second}}}, when: change, want: ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			s := given(t, ScopeFederal, threeRules())
			tt.plan.ID = "r1"
			before := s.Digest()
			fs, err := StartRollout(tt.plan, tt.when)(s, noon)
			verdict(t, fs, err, tt.want)
			same(t, len(fs), tt.facts)
			fold(t, s, fs...)
			same(t, s.Digest(), before)
			if _, on := s.Current(); on != (tt.facts > 0) {
				t.Errorf("a rollout is on its way: %t", on)
			}
		})
	}
}

func TestStartRollout_saysWhatItIs(t *testing.T) {
	s := given(t, ScopeFederal, threeRules())
	berlin := noon.In(time.FixedZone("CET", 3600))
	fs, err := StartRollout(RolloutPlan{
		ID: "r1", Actor: "ada", Comment: "why", Manual: true, Clusters: fleet(4),
		Waves: []WavePlan{{Selector: "env in (dev)", Soak: 90 * time.Second}, {Percent: 75, Soak: time.Hour}},
	}, Remove(events.ObjectNetworkRule, "100001"))(s, berlin)
	verdict(t, nil, err, nil)
	staged, err := events.Stage("r1", events.NetworkRuleRemoved{ID: 100001})
	verdict(t, nil, err, nil)
	want := events.Rollout{
		ID: "r1", Comment: "why", Manual: true, Status: events.RolloutRunning, Open: 1, OpenedAt: noon, Base: 5, Objects: 1,
		StartedBy: "ada", StartedAt: noon,
		Waves: []events.Wave{{Selector: "env=dev", Soak: 90}, {Percent: 75, Soak: 3600}, {Soak: 3600}},
	}
	started, _ := events.RolloutOf(fs[1])
	want.Waves[1].Below = started.Waves[1].Below
	same(t, len(want.Waves[1].Below), 16)
	same(t, fs, []events.Fact{staged, events.RolloutStarted{Rollout: want}})
	fold(t, s, fs...)
	same(t, s.Staged("r1"), []events.Fact{events.NetworkRuleRemoved{ID: 100001}})
	same(t, len(s.Staged("r0")), 0)
	_, err = StartRollout(RolloutPlan{ID: "r2", Waves: []WavePlan{{}}}, Create(allow("fed.db", "external")))(s, noon)
	verdict(t, nil, err, ErrRollout)
	if !strings.Contains(err.Error(), "rollout r1 of ada is running") {
		t.Error(err)
	}
}

// TestRollout_steps is every step in every state of a rollout of two waves.
func TestRollout_steps(t *testing.T) {
	steps := map[string]Decision{
		"advance": AdvanceRollout("r1", 1), "advance from 2": AdvanceRollout("r1", 2), "pause": PauseRollout("r1", "why"),
		"resume": ResumeRollout("r1"), "abort": AbortRollout("r1", "enough"), "another": StartRollout(RolloutPlan{ID: "r2", Waves: []WavePlan{{}}}, Create(allow("fed.db", "external"))),
		"unknown": AdvanceRollout("r0", 1),
	}
	const refused = "refused"
	for name, tt := range map[string]struct {
		given []string          // steps before
		want  map[string]string // kinds of the facts of each step
	}{
		"running": {want: map[string]string{
			"advance": "rollout.advanced", "advance from 2": refused, "pause": "rollout.paused", "resume": "", "abort": "rollout.aborted", "another": refused,
		}},
		"running, all open": {given: []string{"advance"}, want: map[string]string{
			"advance": refused, "advance from 2": "group.defined group.defined network.rule.removed rollout.completed", "pause": "rollout.paused", "resume": "", "abort": "rollout.aborted", "another": refused,
		}},
		"paused": {given: []string{"pause"}, want: map[string]string{
			"advance": refused, "advance from 2": refused, "pause": "", "resume": "rollout.resumed", "abort": "rollout.aborted", "another": refused,
		}},
		"paused, all open": {given: []string{"advance", "pause"}, want: map[string]string{
			"advance": refused, "advance from 2": refused, "pause": "", "resume": "rollout.resumed", "abort": "rollout.aborted", "another": refused,
		}},
		"resumed": {given: []string{"pause", "resume"}, want: map[string]string{
			"advance": "rollout.advanced", "advance from 2": refused, "pause": "rollout.paused", "resume": "", "abort": "rollout.aborted", "another": refused,
		}},
		"completed": {given: []string{"advance", "advance from 2"}, want: map[string]string{
			"advance": refused, "advance from 2": refused, "pause": refused, "resume": refused, "abort": refused, "another": "change.staged rollout.started",
		}},
		"aborted": {given: []string{"abort"}, want: map[string]string{
			"advance": refused, "advance from 2": refused, "pause": refused, "resume": refused, "abort": refused, "another": "change.staged rollout.started",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := rolled(t)
			must(t, s, Update("fed.db", GroupConfig{Comment: new("other change")}))
			for _, step := range tt.given {
				must(t, s, steps[step])
			}
			for step, d := range steps {
				want := tt.want[step]
				fs, err := d(s, noon)
				switch {
				case step == "unknown":
					verdict(t, fs, err, ErrNotFound)
				case want == refused:
					verdict(t, fs, err, ErrRollout)
				default:
					verdict(t, fs, err, nil)
					same(t, strings.Trim(fmt.Sprint(kinds(fs)), "[]"), want)
				}
			}
		})
	}
}

func TestRollout_saysWhenAndWhy(t *testing.T) {
	s := rolled(t)
	at := noon
	for _, tt := range []struct {
		when Decision
		then func(*events.Rollout)
	}{
		{PauseRollout("r1", "c7 is not well"), func(r *events.Rollout) { r.Status, r.Reason = events.RolloutWaiting, "c7 is not well" }},
		{ResumeRollout("r1"), func(r *events.Rollout) { r.Status, r.Reason, r.OpenedAt = events.RolloutRunning, "", at }},
		{AdvanceRollout("r1", 1), func(r *events.Rollout) { r.Open, r.OpenedAt = 2, at }},
		{AdvanceRollout("r1", 2), func(r *events.Rollout) { r.Status, r.EndedAt = events.RolloutDone, at }},
	} {
		at = at.Add(time.Minute)
		want, _ := s.Rollout("r1")
		tt.then(&want)
		fs, err := tt.when(s, at)
		verdict(t, nil, err, nil)
		fold(t, s, fs...)
		got, _ := s.Rollout("r1")
		same(t, got, want)
	}
	s = rolled(t)
	must(t, s, AbortRollout("r1", "enough"))
	r, _ := s.Rollout("r1")
	same(t, []any{r.Status, r.Reason, r.EndedAt}, []any{events.RolloutRevoked, "enough", noon})
}

// TestRollout_besideOtherChanges is what may be changed while a rollout makes fed.new, changes fed.web and removes
// rule 100001 from fed.web to fed.db, and binds fed.db to a new sensor.
func TestRollout_besideOtherChanges(t *testing.T) {
	used := []events.SensorUsed{{Name: "fed.s", Action: "deny"}}
	prod := Claims{Targets: new("env=prod")}
	for name, tt := range map[string]struct {
		when Decision
		want error
	}{
		"something else":               {when: Create(WebhookConfig{Name: "fed.h", URL: new("https://a.example")})},
		"a rule of its groups":         {when: Create(allow("fed.web", "external"))},
		"another object that is there": {when: Update("fed.db", GroupConfig{Comment: new("x")})},
		"order":                        {when: Move(events.ObjectNetworkRule, 100003, new(0))},
		"nothing to what it has":       {when: Update("fed.web", GroupConfig{})},
		"what it changes":              {when: Update("fed.web", GroupConfig{Comment: new("x")}), want: ErrRollout},
		"what it makes":                {when: Create(GroupConfig{Name: "fed.new", Criteria: &webLabel}), want: ErrRollout},
		"what it removes":              {when: Update("100001", RuleConfig{Comment: new("x")}), want: ErrRollout},
		"place of what it removes":     {when: Move(events.ObjectNetworkRule, 100001, nil), want: ErrRollout},
		"removal of what it removes":   {when: Remove(events.ObjectNetworkRule, "100001"), want: ErrRollout},
		"removal by cascade":           {when: Remove(events.ObjectGroup, "fed.web"), want: ErrRollout},
		"removal of what it needs":     {when: Remove(events.ObjectGroup, "fed.db"), want: ErrRollout},
		"of a free one":                {when: Remove(events.ObjectNetworkRule, "100003")},
		"what it makes is not there":   {when: Create(allow("fed.new", "external")), want: ErrInvalid},
		"targets of what it needs":     {when: ChangeSet([]Edit{noMore(events.ObjectNetworkRule, "100001"), noMore(events.ObjectNetworkRule, "100003"), {Kind: events.ObjectGroup, Config: GroupConfig{Name: "fed.db", Claims: prod}}}), want: ErrRollout},
		"a sensor that it removes":     {when: Create(DLPGroupConfig{SensorGroupConfig{Name: "fed.web", Sensors: []events.SensorUsed{{Name: "fed.gone", Action: "deny"}}}}), want: ErrRollout},
		"a profile of addresses":       {when: Create(FileConfig{Group: "fed.addresses"}), want: ErrRollout},
		"targets of what it retargets": {when: Create(RuleConfig{From: new("fed.aimed"), To: new("external"), Action: new("deny")}), want: ErrRollout},
		"within what it retargets":     {when: Create(RuleConfig{From: new("fed.aimed"), To: new("external"), Action: new("deny"), Claims: prod})},
		"all of them":                  {when: RemoveAll(events.ObjectNetworkRule), want: ErrRollout},
		"some place behind":            {when: Insert(new(100001), []RuleConfig{allow("fed.db", "nodes")})},
		"the past":                     {when: Restore(NewState(ScopeFederal)), want: ErrRollout},
	} {
		t.Run(name, func(t *testing.T) {
			s := given(t, ScopeFederal, append(threeRules(), group("fed.addresses"), group("fed.aimed")))
			must(t, s, Create(DLPConfig{SensorConfig{Name: "fed.gone"}}))
			must(t, s, StartRollout(RolloutPlan{ID: "r1", Actor: "ada", Waves: []WavePlan{{}}}, ChangeSet([]Edit{
				wantGroup("fed.new"),
				{Kind: events.ObjectGroup, Config: GroupConfig{Name: "fed.web", Comment: new("changed")}},
				{Kind: events.ObjectGroup, Config: GroupConfig{Name: "fed.addresses", Criteria: &[]events.Criterion{{Key: "address", Value: "10.0.0.1", Op: "="}}}},
				{Kind: events.ObjectGroup, Config: GroupConfig{Name: "fed.aimed", Claims: prod}},
				noMore(events.ObjectNetworkRule, "100001"),
				noMore(events.ObjectDLPSensor, "fed.gone"),
				{Kind: events.ObjectDLPSensor, Config: DLPConfig{SensorConfig{Name: "fed.s"}}},
				{Kind: events.ObjectDLPGroup, Config: DLPGroupConfig{SensorGroupConfig{Name: "fed.db", Sensors: used}}},
			})))
			fs, err := tt.when(s, noon)
			verdict(t, fs, err, tt.want)
			if errors.Is(err, ErrRollout) && (errors.Is(err, ErrInvalid) || errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), "rollout r1 of ada, which is running")) {
				t.Errorf("%q is more than in the way of the rollout, or does not name it", err)
			}
			fold(t, s, fs...)
			want := s.Reached([]string{"r1"})
			wellReferred(t, want)
			must(t, s, AdvanceRollout("r1", 1))
			wellReferred(t, s)
			same(t, s.Digest(), want.Digest())
		})
	}
}

// TestRollout_endsAsIfDecidedAtOnce compares a rollout that went through with the decision taken at once, and one
// that was aborted with none.
func TestRollout_endsAsIfDecidedAtOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t, ScopeFederal)
		w.live(t, 15)
		if r, on := w.state.Current(); on {
			w.decide(t, AbortRollout(r.ID, ""))
		}
		decision, s := drawer{T: t, scope: ScopeFederal}.change(w.past, w.local), w.state
		at, before := noon.AddDate(0, 0, 1), s.Digest()
		direct := s.Clone()
		fs, err := decision(direct, at)
		if err != nil || len(fs) == 0 {
			return
		}
		fold(t, direct, fs...)

		slow := s.Clone()
		fs, err = StartRollout(RolloutPlan{ID: "slow", Waves: []WavePlan{{Percent: 30}, {}}, Clusters: w.clusters}, decision)(slow, at)
		verdict(t, nil, err, nil)
		fold(t, slow, fs...)
		same(t, slow.Digest(), before)
		same(t, slow.DigestFor(events.View{Rollouts: []string{"slow"}}), direct.DigestFor(events.View{}))

		aborted := slow.Clone()
		must(t, aborted, AbortRollout("slow", ""))
		same(t, aborted.Digest(), before)
		same(t, aborted.staged.Len(), 0)
		same(t, aborted.DigestFor(events.View{Rollouts: []string{"slow"}}), s.DigestFor(events.View{}))

		must(t, slow, AdvanceRollout("slow", 1))
		must(t, slow, AdvanceRollout("slow", 2))
		same(t, slow.Digest(), direct.Digest())
		same(t, slow.staged.Len(), 0)
	})
}

// TestAbortRollout_whileItBecomesPolicy is about a completion of which the log has only the beginning.
func TestAbortRollout_whileItBecomesPolicy(t *testing.T) {
	s := given(t, ScopeFederal, threeRules())
	must(t, s, StartRollout(RolloutPlan{ID: "r1", Waves: []WavePlan{{}}}, ChangeSet([]Edit{wantGroup("fed.a"), wantGroup("fed.b")})))
	end, err := AdvanceRollout("r1", 1)(s, noon)
	if err != nil {
		t.Fatal(err)
	}
	fold(t, s, end[0])

	fs, err := AbortRollout("r1", "enough")(s, noon)
	verdict(t, fs, err, ErrRollout)
	must(t, s, AdvanceRollout("r1", 1))
	same(t, s.hasGroup("fed.a") && s.hasGroup("fed.b"), true)
}
