package policy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/events"
)

// addresses is a group that has no workloads.
func addresses(name string) events.GroupDefined {
	g := group(name)
	g.Group.Criteria = []events.Criterion{{Key: "address", Value: "10.0.0.1", Op: "="}}
	return g
}

func TestProcessConfig(t *testing.T) {
	nginx := events.ProcessRule{Name: "nginx", Path: "/usr/sbin/nginx", Action: "allow"}
	sh := events.ProcessRule{Name: "sh", Path: "/bin/sh", Action: "deny"}
	old := events.ProcessProfile{
		Group: "fed.web", Baseline: "basic", AlertDisabled: true, HashEnabled: true, Processes: []events.ProcessRule{nginx, sh},
		Meta: events.Meta{CreatedAt: noon},
	}
	with := func(change func(*events.ProcessProfile)) events.ProcessProfile {
		p := old
		change(&p)
		return p
	}
	for name, tt := range map[string]struct {
		scope Scope
		old   events.Object
		when  string
		want  events.ProcessProfile
	}{
		"new": {when: `{"group":"fed.web"}`, want: events.ProcessProfile{Group: "fed.web", Baseline: "zero-drift"}},
		"every field": {
			when: `{"group":"fed.web","alert_disabled":true,"hash_enabled":true,"baseline":"Basic","mode":"","cfg_type":"federal","process_list":[
				{"name":" sh ","path":"/bin//./sh","user":"root","uid":0,"action":"deny","group":"fed.web","uuid":"x","cfg_type":"federal"},
				{"name":"nginx","path":" /usr/sbin/nginx ","action":"allow","allow_update":true}]}`,
			want: events.ProcessProfile{Group: "fed.web", Baseline: "basic", AlertDisabled: true, HashEnabled: true, Processes: []events.ProcessRule{
				{Name: "nginx", Path: "/usr/sbin/nginx", Action: "allow", AllowUpdate: true}, sh,
			}},
		},
		"nothing":          {old: old, when: `{}`, want: old},
		"switches off":     {old: old, when: `{"alert_disabled":false,"hash_enabled":false}`, want: with(func(p *events.ProcessProfile) { p.AlertDisabled, p.HashEnabled = false, false })},
		"empty baseline":   {old: old, when: `{"baseline":""}`, want: with(func(p *events.ProcessProfile) { p.Baseline = "zero-drift" })},
		"baseline default": {old: old, when: `{"baseline":"default"}`, want: with(func(p *events.ProcessProfile) { p.Baseline = "zero-drift" })},
		"baseline shield":  {old: old, when: `{"baseline":"shield"}`, want: with(func(p *events.ProcessProfile) { p.Baseline = "zero-drift" })},
		"change": {
			old: old, when: `{"process_change_list":[{"name":"sh","path":"/bin/sh","action":"allow"},{"name":"ps","action":"allow"}]}`,
			want: with(func(p *events.ProcessProfile) {
				p.Processes = []events.ProcessRule{nginx, {Name: "ps", Action: "allow"}, {Name: "sh", Path: "/bin/sh", Action: "allow"}}
			}),
		},
		"delete": {
			old: old, when: `{"process_delete_list":[{"name":"sh ","path":"/bin/../bin/sh"}]}`,
			want: with(func(p *events.ProcessProfile) { p.Processes = []events.ProcessRule{nginx} }),
		},
		"delete, then change": {
			old: old, when: `{"process_change_list":[{"name":"sh","path":"/bin/sh","action":"allow"}],"process_delete_list":[{"name":"sh","path":"/bin/sh"}]}`,
			want: with(func(p *events.ProcessProfile) {
				p.Processes = []events.ProcessRule{nginx, {Name: "sh", Path: "/bin/sh", Action: "allow"}}
			}),
		},
		"empty list": {old: old, when: `{"process_list":[]}`, want: with(func(p *events.ProcessProfile) { p.Processes = nil })},
		"one name, many paths": {
			old: old, when: `{"process_list":[{"name":"a","path":"/b/a","action":"allow"},{"name":"a b","action":"allow"},{"name":"a","path":"/a","action":"deny"},{"name":"a","action":"deny"}]}`,
			want: with(func(p *events.ProcessProfile) {
				p.Processes = []events.ProcessRule{
					{Name: "a", Action: "deny"}, {Name: "a", Path: "/a", Action: "deny"}, {Name: "a", Path: "/b/a", Action: "allow"}, {Name: "a b", Action: "allow"},
				}
			}),
		},
		"wildcards": {
			old: old, when: `{"process_list":[{"name":"*","path":"/usr/bin/*","action":"deny"},{"name":"*","path":"*","action":"allow"},{"name":"x","path":"*","action":"deny"}]}`,
			want: with(func(p *events.ProcessProfile) {
				p.Processes = []events.ProcessRule{
					{Name: "*", Path: "*", Action: "allow"}, {Name: "*", Path: "/usr/bin/*", Action: "deny"}, {Name: "x", Path: "*", Action: "deny"},
				}
			}),
		},
		"local": {
			scope: ScopeLocal, when: `{"group":"web","mode":"Protect"}`,
			want: events.ProcessProfile{Group: "web", Baseline: "zero-drift", Mode: "Protect"},
		},
		"group of nodes":          {when: `{"group":"fed.nodes"}`, want: events.ProcessProfile{Group: "fed.nodes", Baseline: "zero-drift"}},
		"group that is not there": {when: `{"group":"fed.x"}`, want: events.ProcessProfile{Group: "fed.x", Baseline: "zero-drift"}},
	} {
		t.Run(name, func(t *testing.T) {
			scope := ScopeFederal
			if tt.scope != "" {
				scope = tt.scope
			}
			got, err := settled(t, processKind, tt.old, given(t, scope, facts{group("fed.web")}), tt.when)
			if err != nil {
				t.Fatal(err)
			}
			same(t, got, tt.want)
			same(t, old.Processes, []events.ProcessRule{nginx, sh})
		})
	}
}

func TestProcessConfig_refuses(t *testing.T) {
	entry := func(name, path, action string) string {
		return fmt.Sprintf(`{"group":"fed.web","process_change_list":[{"name":%q,"path":%q,"action":%q}]}`, name, path, action)
	}
	many := make([]string, 1001)
	for i := range many {
		many[i] = fmt.Sprintf(`{"name":"p%d","action":"allow"}`, i)
	}
	long := make([]string, 200)
	for i := range long {
		long[i] = fmt.Sprintf(`{"name":"p%d","path":"/%s","action":"allow"}`, i, strings.Repeat("a", 4000))
	}
	for name, tt := range map[string]struct {
		scope Scope
		when  string
		want  error
		words string
	}{
		"unknown baseline":       {when: `{"group":"fed.web","baseline":"strict"}`, want: ErrInvalid, words: "basic or zero-drift"},
		"mode of a federated":    {when: `{"group":"fed.web","mode":"Protect"}`, want: ErrInvalid, words: "own cluster"},
		"unknown mode":           {scope: ScopeLocal, when: `{"group":"web","mode":"protect"}`, want: ErrInvalid, words: "Discover, Monitor, Protect"},
		"addresses":              {when: `{"group":"fed.net"}`, want: ErrInvalid, words: "addresses"},
		"no action":              {when: entry("sh", "/bin/sh", ""), want: ErrInvalid, words: "allow or deny"},
		"unknown action":         {when: entry("sh", "/bin/sh", "violate"), want: ErrInvalid, words: "violate"},
		"no name":                {when: entry(" ", "/bin/sh", "deny"), want: ErrInvalid, words: "no name"},
		"relative path":          {when: entry("sh", "bin/sh", "deny"), want: ErrInvalid, words: "absolute"},
		"slash at the end":       {when: entry("sh", "/bin/", "deny"), want: ErrInvalid, words: "absolute"},
		"root":                   {when: entry("sh", "/", "deny"), want: ErrInvalid, words: "absolute"},
		"root in other words":    {when: entry("sh", "/bin/..", "deny"), want: ErrInvalid, words: "absolute"},
		"smaller than":           {when: entry("sh", "/bin/<sh", "deny"), want: ErrInvalid, words: "absolute"},
		"greater than":           {when: entry("sh", "/bin/sh>", "deny"), want: ErrInvalid, words: "absolute"},
		"two wildcards":          {when: entry("sh", "/*/sh*", "deny"), want: ErrInvalid, words: "at most one *"},
		"any name, no path":      {when: entry("*", "", "allow"), want: ErrInvalid, words: "no path"},
		"deny all":               {when: entry("*", "*", "deny"), want: ErrInvalid, words: "deny all processes[*: *]"},
		"deny all in the root":   {when: entry(" * ", "//*", "deny"), want: ErrInvalid, words: "deny all processes[*: /*]"},
		"name too long":          {when: entry(strings.Repeat("a", 4097), "", "deny"), want: ErrTooLarge, words: "4097"},
		"path too long":          {when: entry("sh", "/"+strings.Repeat("a", 4096), "deny"), want: ErrTooLarge, words: "4097"},
		"control character":      {when: `{"group":"fed.web","process_list":[{"name":"s\u0000h","action":"deny"}]}`, want: ErrInvalid, words: "control character"},
		"twice, and not as one":  {when: `{"group":"fed.web","process_list":[{"name":"sh","action":"deny"},{"name":"sh","action":"allow"}]}`, want: ErrInvalid, words: `"sh" is in the list twice`},
		"delete what is missing": {when: `{"group":"fed.web","process_delete_list":[{"name":"sh","path":"/bin/sh"}]}`, want: ErrNotFound, words: `"sh /bin/sh"`},
		"too many":               {when: `{"group":"fed.web","process_list":[` + strings.Join(many, ",") + `]}`, want: ErrTooLarge, words: "1001"},
		"too large together":     {when: `{"group":"fed.web","process_list":[` + strings.Join(long, ",") + `]}`, want: ErrTooLarge, words: "together"},
	} {
		t.Run(name, func(t *testing.T) {
			scope := ScopeFederal
			if tt.scope != "" {
				scope = tt.scope
			}
			_, err := settled(t, processKind, nil, given(t, scope, facts{group("fed.web"), addresses("fed.net")}), tt.when)
			refused(t, err, tt.want, tt.words)
		})
	}
}

func TestProcessConfig_namesItsGroup(t *testing.T) {
	same(t, ProcessConfig{Group: "fed.web"}.about(), "fed.web")
	same(t, processKind.refs(events.ProcessProfile{Group: "fed.web"}), []events.About{{Kind: events.ObjectGroup, Name: "fed.web"}})
}

func TestCheckText(t *testing.T) {
	for text, want := range map[string]error{
		"": nil, "a b/*": nil, "ä": nil, "123456": ErrTooLarge, "\xff": ErrInvalid, "a\n": ErrInvalid, "a\u0085": ErrInvalid,
	} {
		verdict(t, nil, checkText(text, 5), want)
	}
}
