package policy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/events"
)

func TestFileConfig(t *testing.T) {
	etc := events.FileFilter{Filter: "/etc/*.conf", Behavior: "monitor_change", Recursive: true}
	passwd := events.FileFilter{Filter: "/etc/passwd", Behavior: "block_access", Applications: []string{"/bin/login", "su"}}
	old := events.FileProfile{Group: "fed.web", Filters: []events.FileFilter{etc, passwd}, Meta: events.Meta{CreatedAt: noon}}
	with := func(filters ...events.FileFilter) events.FileProfile {
		p := old
		p.Filters = filters
		return p
	}
	for name, tt := range map[string]struct {
		old  events.Object
		when string
		want events.FileProfile
	}{
		"new": {when: `{"group":"fed.web"}`, want: events.FileProfile{Group: "fed.web"}},
		"all": {
			when: `{"group":"fed.web","filters":[
				{"filter":"/etc//./passwd","behavior":"block_access","applications":[" su ","/bin/login","su"],"group":"fed.web","cfg_type":"federal"},
				{"filter":"/etc/*.conf","recursive":true,"behavior":"monitor_change","applications":[]}]}`,
			want: events.FileProfile{Group: "fed.web", Filters: []events.FileFilter{etc, passwd}},
		},
		"nothing":       {old: old, when: `{}`, want: old},
		"none":          {old: old, when: `{"filters":[]}`, want: with()},
		"add":           {old: old, when: `{"add_filters":[{"filter":"/bin/","behavior":"monitor_change"}]}`, want: with(events.FileFilter{Filter: "/bin/", Behavior: "monitor_change"}, etc, passwd)},
		"add to none":   {when: `{"group":"fed.web","add_filters":[{"filter":"/a/*/b/*","behavior":"monitor_change"}]}`, want: events.FileProfile{Group: "fed.web", Filters: []events.FileFilter{{Filter: "/a/*/b/*", Behavior: "monitor_change"}}}},
		"delete":        {old: old, when: `{"delete_filters":[{"filter":"/etc//passwd"}]}`, want: with(etc)},
		"update":        {old: old, when: `{"update_filters":[{"filter":"/etc/passwd","behavior":"monitor_change"}]}`, want: with(etc, events.FileFilter{Filter: "/etc/passwd", Behavior: "monitor_change"})},
		"delete, add":   {old: old, when: `{"add_filters":[{"filter":"/etc/passwd","behavior":"monitor_change"}],"delete_filters":[{"filter":"/etc/passwd"}]}`, want: with(etc, events.FileFilter{Filter: "/etc/passwd", Behavior: "monitor_change"})},
		"hidden file":   {old: old, when: `{"filters":[{"filter":"/home/app/.ssh/id_*","behavior":"block_access"}]}`, want: with(events.FileFilter{Filter: "/home/app/.ssh/id_*", Behavior: "block_access"})},
		"no such group": {when: `{"group":"fed.x"}`, want: events.FileProfile{Group: "fed.x"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := settled(t, fileKind, tt.old, given(t, ScopeFederal, facts{group("fed.web")}), tt.when)
			if err != nil {
				t.Fatal(err)
			}
			same(t, got, tt.want)
			same(t, old.Filters, []events.FileFilter{etc, passwd})
		})
	}
}

func TestFileConfig_refuses(t *testing.T) {
	add := func(filter, behavior string) string {
		return fmt.Sprintf(`{"group":"fed.web","add_filters":[{"filter":%q,"behavior":%q}]}`, filter, behavior)
	}
	filters := func(n int) string {
		out := make([]string, n)
		for i := range out {
			out[i] = fmt.Sprintf(`{"filter":"/f%d","behavior":"block_access"}`, i)
		}
		return `{"group":"fed.web","filters":[` + strings.Join(out, ",") + `]}`
	}
	applications := func(list string) string {
		return `{"group":"fed.web","filters":[{"filter":"/f","behavior":"block_access","applications":[` + list + `]}]}`
	}
	const there = `{"filter":"/there","behavior":"block_access"}`
	for name, tt := range map[string]struct {
		when  string
		want  error
		words string
	}{
		"empty":                  {when: add("", "block_access"), want: ErrInvalid, words: "Unsupported filter"},
		"relative":               {when: add("etc/passwd", "block_access"), want: ErrInvalid, words: "absolute"},
		"root":                   {when: add("/", "block_access"), want: ErrInvalid, words: "absolute"},
		"root in other words":    {when: add("/./", "block_access"), want: ErrInvalid, words: "absolute"},
		"parent":                 {when: add("/etc/../root", "block_access"), want: ErrInvalid, words: "without .."},
		"class":                  {when: add("/etc/[a]", "block_access"), want: ErrInvalid, words: "without .."},
		"bracket":                {when: add("/etc/a]", "block_access"), want: ErrInvalid, words: "without .."},
		"group":                  {when: add("/etc/(a", "block_access"), want: ErrInvalid, words: "without .."},
		"group ends":             {when: add("/etc/a)", "block_access"), want: ErrInvalid, words: "without .."},
		"smaller than":           {when: add("/etc/<a", "block_access"), want: ErrInvalid, words: "without .."},
		"greater than":           {when: add("/etc/a>", "block_access"), want: ErrInvalid, words: "without .."},
		"question mark":          {when: add("/etc/a?", "block_access"), want: ErrInvalid, words: "without .."},
		"no expression":          {when: add("/usr/bin/g++", "block_access"), want: ErrInvalid, words: "regular expression"},
		"too long":               {when: add("/"+strings.Repeat("a", 1024), "block_access"), want: ErrTooLarge, words: "1025"},
		"control character":      {when: `{"group":"fed.web","add_filters":[{"filter":"/a\n","behavior":"block_access"}]}`, want: ErrInvalid, words: "control"},
		"no behavior":            {when: add("/etc/passwd", ""), want: ErrInvalid, words: "monitor_change or block_access"},
		"unknown behavior":       {when: add("/etc/passwd", "block"), want: ErrInvalid, words: `"block"`},
		"there already":          {when: add("/there/.", "block_access"), want: ErrInvalid, words: "duplicate filter"},
		"update what is missing": {when: `{"group":"fed.web","update_filters":[{"filter":"/f","behavior":"block_access"}]}`, want: ErrNotFound, words: `filter "/f"`},
		"delete what is missing": {when: `{"group":"fed.web","delete_filters":[{"filter":"/f"}]}`, want: ErrNotFound, words: `filter "/f"`},
		"twice, and not as one":  {when: `{"group":"fed.web","filters":[` + there + `,{"filter":"/there","behavior":"monitor_change"}]}`, want: ErrInvalid, words: "twice"},
		"too many":               {when: filters(501), want: ErrTooLarge, words: "501"},
		"empty application":      {when: applications(`"  "`), want: ErrInvalid, words: "is empty"},
		"application too long":   {when: applications(`"` + strings.Repeat("a", 1025) + `"`), want: ErrTooLarge, words: "1025"},
		"too many applications":  {when: applications(`"a"` + strings.Repeat(`,"a"`, 64)), want: ErrTooLarge, words: "65"},
		"addresses":              {when: `{"group":"fed.net"}`, want: ErrInvalid, words: "addresses"},
		"nodes":                  {when: `{"group":"fed.nodes"}`, want: ErrInvalid, words: "fed.containers"},
	} {
		t.Run(name, func(t *testing.T) {
			s := given(t, ScopeFederal, facts{group("fed.web"), addresses("fed.net")})
			var old events.Object
			if strings.Contains(tt.when, `"fed.web"`) {
				old = events.FileProfile{Group: "fed.web", Filters: []events.FileFilter{{Filter: "/there", Behavior: "block_access"}}}
			}
			_, err := settled(t, fileKind, old, s, tt.when)
			refused(t, err, tt.want, tt.words)
		})
	}
}

func TestFileConfig_namesItsGroup(t *testing.T) {
	same(t, FileConfig{Group: "fed.web"}.about(), "fed.web")
	same(t, fileKind.refs(events.FileProfile{Group: "fed.web"}), []events.About{{Kind: events.ObjectGroup, Name: "fed.web"}})
}
