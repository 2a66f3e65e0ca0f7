package hub

import (
	"testing"
	"time"

	"github.com/fedhub/fedhub/events"
)

func TestSummary_judge(t *testing.T) {
	yes, no := new(true), new(false)
	ago := func(d time.Duration) time.Time { return noon.Add(-d) }
	good := Summary{
		Role: RoleRemote, JoinedAt: ago(time.Hour), LinkUp: true, LastHeartbeat: ago(time.Second),
		DesiredRevision: 7, AppliedRevision: 7, DigestMatch: yes, ViewMatch: true, Enforcer: enforcerNone,
	}
	enforcer := func(revision uint64, r *events.Report) func(*Summary) {
		return func(s *Summary) { s.Enforcer, s.EnforcedRevision, s.Enforcement = "test", revision, r }
	}
	report := func(state events.Enforcement, objects ...events.Enforcement) *events.Report {
		r := &events.Report{State: state}
		for _, o := range objects {
			r.Objects = append(r.Objects, events.ObjectState{State: o})
		}
		return r
	}
	otherView := func(s *Summary) { s.ViewMatch = false }
	with := func(edits ...func(*Summary)) Summary {
		s := good
		for _, edit := range edits {
			edit(&s)
		}
		return s
	}
	linkDown := func(s *Summary) { s.LinkUp = false }
	linkBack := func(s *Summary) { s.LinkSince = ago(time.Second - 1) }
	heard := func(d time.Duration) func(*Summary) { return func(s *Summary) { s.LastHeartbeat = ago(d) } }
	never := func(s *Summary) { s.LastHeartbeat, s.AppliedRevision, s.DigestMatch = time.Time{}, 0, nil }
	joined := func(d time.Duration) func(*Summary) { return func(s *Summary) { s.JoinedAt = ago(d) } }
	has := func(revision uint64, match *bool) func(*Summary) {
		return func(s *Summary) { s.AppliedRevision, s.DigestMatch = revision, match }
	}
	master := func(s *Summary) { s.Role, s.LinkUp = RoleMaster, false }

	tests := map[string]struct {
		facts  Summary
		where  standing
		status Status
		rules  string
	}{
		"holds the newest, proven":                    {facts: good, status: StatusSynced, rules: RulesApplied},
		"holds the newest, and complains":             {facts: with(func(s *Summary) { s.Error = "enforcer" }), status: StatusSynced, rules: RulesPending},
		"holds the newest, enforced":                  {facts: with(enforcer(7, report(events.Enforced))), status: StatusSynced, rules: RulesApplied},
		"holds the newest, enforced as far as it can": {facts: with(enforcer(7, report(events.Partial, events.Unsupported))), status: StatusSynced, rules: RulesPartial},
		"holds the newest, not enforced yet":          {facts: with(enforcer(6, report(events.Enforced))), status: StatusSynced, rules: RulesPending},
		"holds the newest, enforced without a report": {facts: with(enforcer(7, nil)), status: StatusSynced, rules: RulesPending},
		"holds the newest, enforcement failed":        {facts: with(enforcer(7, report(events.Failed))), status: StatusSynced, rules: RulesPending},
		"holds the newest, of one object failed":      {facts: with(enforcer(7, report(events.Enforced, events.Partial, events.Failed))), status: StatusSynced, rules: RulesPending},
		"holds the newest of another view":            {facts: with(otherView), status: StatusOutOfSync, rules: RulesPending},
		"holds the newest of another view, disproven": {facts: with(otherView, has(7, no)), status: StatusOutOfSync, rules: RulesPending},
		"another view, silent":                        {facts: with(otherView, heard(time.Minute)), status: StatusDisconnected, rules: RulesUnknown},
		"holds the newest, not proven":                {facts: with(has(7, nil)), status: StatusOutOfSync, rules: RulesPending},
		"holds the newest, disproven":                 {facts: with(has(7, no)), status: StatusDiverged, rules: RulesUnknown},
		"one behind, proven":                          {facts: with(has(6, yes)), status: StatusOutOfSync, rules: RulesPending},
		"one behind, not proven":                      {facts: with(has(6, nil)), status: StatusOutOfSync, rules: RulesPending},
		"one behind, disproven":                       {facts: with(has(6, no)), status: StatusDiverged, rules: RulesUnknown},
		"a moment ahead of the master":                {facts: with(has(8, nil)), status: StatusOutOfSync, rules: RulesPending},
		"ahead of the master, disproven":              {facts: with(has(8, no)), status: StatusDiverged, rules: RulesUnknown},
		"link back, not heard since":                  {facts: with(linkBack), status: StatusDisconnected, rules: RulesUnknown},
		"last moment before silence":                  {facts: with(heard(7 * time.Second)), status: StatusSynced, rules: RulesApplied},
		"silent":                                      {facts: with(heard(7*time.Second + 1)), status: StatusDisconnected, rules: RulesUnknown},
		"silent and diverged":                         {facts: with(heard(time.Minute), has(7, no)), status: StatusDisconnected, rules: RulesUnknown},
		"link down, heard just now":                   {facts: with(linkDown), status: StatusDisconnected, rules: RulesUnknown},
		"just joined":                                 {facts: with(never, joined(time.Second)), status: StatusJoined, rules: RulesPending},
		"just joined, no link yet":                    {facts: with(never, linkDown, joined(time.Second)), status: StatusJoined, rules: RulesPending},
		"joined, and long not heard from":             {facts: with(never, joined(8*time.Second)), status: StatusDisconnected, rules: RulesUnknown},
		"not heard since the start":                   {facts: with(never, linkDown), status: StatusDisconnected, rules: RulesUnknown},
		"kicked":                                      {facts: good, where: standingKicked, status: StatusKicked, rules: RulesUnknown},
		"kicked and silent":                           {facts: with(heard(time.Hour)), where: standingKicked, status: StatusKicked, rules: RulesUnknown},
		"left":                                        {facts: good, where: standingLeft, status: StatusLeft, rules: RulesUnknown},
		"the master's own, in sync":                   {facts: with(master), status: StatusActive, rules: RulesApplied},
		"the master's own, behind":                    {facts: with(master, has(6, yes)), status: StatusActive, rules: RulesPending},
		"the master's own, silent":                    {facts: with(master, heard(time.Minute)), status: StatusActive, rules: RulesUnknown},
		"the master's own, diverged":                  {facts: with(master, has(7, no)), status: StatusActive, rules: RulesUnknown},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := tt.facts
			s.judge(tt.where, noon)
			if s.Status != tt.status || s.RuleState != tt.rules {
				t.Errorf("%s, rules %s; want %s, rules %s", s.Status, s.RuleState, tt.status, tt.rules)
			}
		})
	}
}

// TestSummary_judge_neverClaimsMoreThanIsProven goes through every combination of facts.
func TestSummary_judge_neverClaimsMoreThanIsProven(t *testing.T) {
	bools := []bool{false, true}
	reports := []*events.Report{nil, {State: events.Enforced}, {State: events.Failed}, {State: events.Enforced, Objects: []events.ObjectState{{State: events.Failed}}}}
	for _, where := range []standing{standingMember, standingLeft, standingKicked} {
		for _, role := range []Role{RoleMaster, RoleRemote} {
			for _, link := range bools {
				for _, silentFor := range []time.Duration{0, silence, silence + 1, 1 << 62} { // the last: never heard
					for _, match := range []*bool{nil, new(false), new(true)} {
						for _, applied := range []uint64{6, 7, 8} {
							for _, view := range bools {
								for i, report := range reports {
									s := Summary{
										Role: role, LinkUp: link, JoinedAt: noon.Add(-time.Hour), DesiredRevision: 7, AppliedRevision: applied, DigestMatch: match,
										ViewMatch: view, Enforcer: "test", EnforcedRevision: 7, Enforcement: report,
									}
									if silentFor < 1<<62 {
										s.LastHeartbeat = noon.Add(-silentFor)
									}
									s.judge(where, noon)
									proven := match != nil && *match && view && applied == 7 && where == standingMember &&
										silentFor <= silence && (link || role == RoleMaster)
									if (s.RuleState == RulesApplied) != (proven && i == 1) {
										t.Errorf("%+v (standing %d): rules %s, proven: %t", s, where, s.RuleState, proven)
									}
									if (s.Status == StatusSynced) != (proven && role == RoleRemote) {
										t.Errorf("%+v (standing %d): status %s, proven: %t", s, where, s.Status, proven)
									}
									if (s.Status == StatusActive) != (role == RoleMaster && where == standingMember) {
										t.Errorf("%+v (standing %d): status %s", s, where, s.Status)
									}
								}
							}
						}
					}
				}
			}
		}
	}
}
