package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/internal/fedtest"
)

// profileGroups are groups of each scope, for all of which the same holds.
var profileGroups = map[string]string{"fed.one": "federal", "one": "user_created"}

// TestNeuvectorProcess_change asks what becomes of the profile that every group has.
func TestNeuvectorProcess_change(t *testing.T) {
	t.Parallel()
	master := masterWithGroups(t)
	for group, cfgType := range profileGroups {
		path := "/v1/process_profile/" + group
		show := func(does, want string) {
			t.Helper()
			var got wire.OneProcessProfile
			readInto(t, master, path, &got)
			p := got.ProcessProfile
			words := []string{fmt.Sprintf("%s %s mode=%q alert=%t hash=%t", p.Group, p.Baseline, p.Mode, !p.AlertDisabled, p.HashEnabled)}
			for _, e := range p.ProcessList {
				words = append(words, fmt.Sprintf("[%s %s %s %t]", e.Name, e.Path, e.Action, e.AllowUpdate))
				if e.CfgType != cfgType || e.Group != group {
					t.Errorf("%s: entry %+v", group, e)
				}
			}
			if text := strings.Join(words, " "); text != group+" "+want || p.CfgType != cfgType {
				t.Errorf("%s: the profile is %q of type %s; want %q", does, text, p.CfgType, want)
			}
		}
		patch := func(does, fields string, want refusal) {
			t.Helper()
			body := fmt.Sprintf(`{"process_profile_config":{"group":%q,%s}}`, group, fields)
			want.check(t, group+": "+does, master.Call(http.MethodPatch, path, body))
		}
		show("made with its group", `zero-drift mode="" alert=true hash=false`)
		patch("settings", `"baseline":"basic","alert_disabled":true,"hash_enabled":true`, isDone)
		show("settings", `basic mode="" alert=false hash=true`)
		patch("two", `"process_change_list":[{"name":"nginx","path":"/usr/sbin/nginx","action":"allow"},{"name":"nc","action":"deny"}]`, isDone)
		show("two", `basic mode="" alert=false hash=true [nc  deny false] [nginx /usr/sbin/nginx allow false]`)
		patch("one anew", `"process_change_list":[{"name":"nginx","path":"/usr/sbin/nginx","action":"deny","allow_update":true}]`, isDone)
		patch("one less", `"process_delete_list":[{"name":"nc"}]`, isDone)
		show("one anew, one less", `basic mode="" alert=false hash=true [nginx /usr/sbin/nginx deny true]`)
		patch("one less that is not there", `"process_delete_list":[{"name":"nc"}]`, isMissing)
		patch("the same as it is", `"process_change_list":[{"name":"nginx","path":"/usr/sbin/nginx","action":"deny","allow_update":true}]`, isDone)
		show("the same as it is", `basic mode="" alert=false hash=true [nginx /usr/sbin/nginx deny true]`)
	}
	const protect = `{"process_profile_config":{"mode":"Protect"}}`
	isWrong.check(t, "mode of a federated group", master.Call(http.MethodPatch, "/v1/process_profile/fed.one", protect))
	isDone.check(t, "mode of an own group", master.Call(http.MethodPatch, "/v1/process_profile/one", protect))
}

// TestNeuvectorProcess_entries asks which entries a profile may have.
func TestNeuvectorProcess_entries(t *testing.T) {
	t.Parallel()
	master := masterWithGroups(t)
	const allProcesses = "Invalid entry: deny all processes["
	for entry, want := range map[string]refusal{
		`"name":"sh","path":"/bin/sh","action":"allow"`:         isDone,
		`"name":"sh","path":"","action":"deny"`:                 isDone,
		`"name":"sh","path":"*","action":"deny"`:                isDone,
		`"name":"*","path":"/opt/*","action":"deny"`:            isDone,
		`"name":"*","path":"*","action":"allow"`:                isDone,
		`"name":"*","path":"","action":"allow"`:                 isWrong,
		`"name":"*","path":"*","action":"deny"`:                 isWrong.saying(allProcesses),
		`"name":"*","path":"/*","action":"deny"`:                isWrong.saying(allProcesses),
		`"name":"","path":"/bin/sh","action":"deny"`:            isWrong,
		`"name":"sh","path":"bin/sh","action":"deny"`:           isWrong,
		`"name":"sh","path":"/bin/","action":"deny"`:            isWrong,
		`"name":"sh","path":"/bin/<sh>","action":"deny"`:        isWrong,
		`"name":"sh","path":"/*/bin/*","action":"deny"`:         isWrong,
		`"name":"sh","path":"/bin/sh","action":"watch"`:         isWrong,
		`"name":"sh","path":"/bin/sh","action":""`:              isWrong,
		`"name":"ls","path":"/bin/ls"`:                          isWrong,
		`"name":"ls","path":"/bin/ls","action":"allow"},{"x":1`: isWrong,
	} {
		for group := range profileGroups {
			body := fmt.Sprintf(`{"process_profile_config":{"group":%q,"process_change_list":[{%s}]}}`, group, entry)
			want.check(t, group+": "+entry, master.Call(http.MethodPatch, "/v1/process_profile/"+group, body))
		}
	}
	wantProfileRefusals(t, master, "/v1/process_profile/", `{"process_profile_config":{"group":%q,"baseline":"basic"}}`)
	isWrong.check(t, "baseline", master.Call(http.MethodPatch, "/v1/process_profile/one", `{"process_profile_config":{"baseline":"steady"}}`))
}

// TestNeuvectorFile_change asks what becomes of the filters of a group.
func TestNeuvectorFile_change(t *testing.T) {
	t.Parallel()
	master := masterWithGroups(t)
	for group, cfgType := range profileGroups {
		path := "/v1/file_monitor/" + group
		patch := func(does, fields string, want refusal) {
			t.Helper()
			want.check(t, group+": "+does, master.Call(http.MethodPatch, path, fmt.Sprintf(`{"config":{"group":%q,%s}}`, group, fields)))
		}
		show := func(does string, want ...string) {
			t.Helper()
			var got wire.OneFileProfile
			readInto(t, master, path, &got)
			var filters []string
			for _, f := range got.Profile.Filters {
				filters = append(filters, fmt.Sprintf("%s %t %s %s", f.Filter, f.Recursive, f.Behavior, f.Applications))
				if f.CfgType != cfgType || f.Group != group {
					t.Errorf("%s: filter %+v", group, f)
				}
			}
			if diff := cmp.Diff(want, filters); diff != "" || got.Profile.CfgType != cfgType {
				t.Errorf("%s of type %s, %s (-want +got):\n%s", group, got.Profile.CfgType, does, diff)
			}
		}
		show("at first")
		patch("two", `"add_filters":[{"filter":"/etc/passwd","recursive":false,"behavior":"block_access","applications":["vi","cat"]},
			{"filter":"/var/lib/*","recursive":true,"behavior":"monitor_change","applications":[]}]`, isDone)
		show("two", "/etc/passwd false block_access [cat vi]", "/var/lib/* true monitor_change []")
		patch("one twice", `"add_filters":[{"filter":"/etc/passwd","behavior":"monitor_change"}]`, isWrong)
		patch("another", `"update_filters":[{"filter":"/etc/passwd","behavior":"monitor_change"}]`, isDone)
		patch("another that is not there", `"update_filters":[{"filter":"/etc/shadow","behavior":"monitor_change"}]`, isMissing)
		patch("one less", `"delete_filters":[{"filter":"/var/lib/*"}]`, isDone)
		patch("one less that is not there", `"delete_filters":[{"filter":"/var/lib/*"}]`, isMissing)
		show("in the end", "/etc/passwd false monitor_change []")
	}
}

// TestNeuvectorFile_filters asks which filters there may be.
func TestNeuvectorFile_filters(t *testing.T) {
	t.Parallel()
	master := masterWithGroups(t)
	for filter, want := range map[string]refusal{
		"/etc/hosts": isDone, "/home/*/.ssh/*": isDone, "/tmp/*.key": isDone,
		"etc/hosts": isWrong, "": isWrong, "/": isWrong, "/etc/../hosts": isWrong, "/etc/[a-z]": isWrong, "/etc/(hosts)": isWrong, "/etc/<x>": isWrong,
	} {
		for group := range profileGroups {
			body := fmt.Sprintf(`{"config":{"group":%q,"add_filters":[{"filter":%q,"recursive":true,"behavior":"monitor_change"}]}}`, group, filter)
			want.check(t, group+": "+filter, master.Call(http.MethodPatch, "/v1/file_monitor/"+group, body))
		}
	}
	for group := range profileGroups {
		body := fmt.Sprintf(`{"config":{"group":%q,"add_filters":[{"filter":"/etc/motd","behavior":"burn"}]}}`, group)
		isWrong.check(t, group+": behavior", master.Call(http.MethodPatch, "/v1/file_monitor/"+group, body))
		address := group + "-far"
		master.Must(http.MethodPost, "/v1/group", groupText(address, "", `[{"key":"address","op":"=","value":"10.0.0.1"}]`), nil)
		body = fmt.Sprintf(`{"config":{"group":%q,"add_filters":[{"filter":"/etc/motd","behavior":"monitor_change"}]}}`, address)
		isWrong.check(t, "group of addresses", master.Call(http.MethodPatch, "/v1/file_monitor/"+address, body))
	}
	wantProfileRefusals(t, master, "/v1/file_monitor/", `{"config":{"group":%q,"add_filters":[{"filter":"/etc/motd","behavior":"monitor_change"}]}}`)
}

// wantProfileRefusals asks for profiles of groups that are not there, for that of another than the path says, and as
// users who may not write it.
func wantProfileRefusals(t *testing.T, master *fedtest.Cluster, path, body string) {
	t.Helper()
	admin, reader := userOf(master, "admin"), userOf(master, "fedReader")
	for group := range profileGroups {
		gone := group + "-gone"
		isMissing.check(t, "read "+gone, master.Call(http.MethodGet, path+gone, nil))
		isMissing.check(t, "write "+gone, master.Call(http.MethodPatch, path+gone, fmt.Sprintf(body, gone)))
		isWrong.check(t, "another than "+group, master.Call(http.MethodPatch, path+group, fmt.Sprintf(body, "two")))
		isForbidden.check(t, "reader writes "+group, reader.Call(http.MethodPatch, path+group, fmt.Sprintf(body, group)))
	}
	isForbidden.check(t, "admin writes a federated one", admin.Call(http.MethodPatch, path+"fed.two", fmt.Sprintf(body, "fed.two")))
	isDone.check(t, "admin writes an own one", admin.Call(http.MethodPatch, path+"two", fmt.Sprintf(body, "two")))
}
