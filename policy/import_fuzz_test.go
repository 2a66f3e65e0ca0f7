package policy

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/fedhub/fedhub/events"
)

// FuzzImport looks for a file that makes the importer panic or take long, that makes objects which a request for
// each alone would not leave as they are, or that changes something again when it is imported again.
func FuzzImport(f *testing.F) {
	paths, err := filepath.Glob("testdata/import/*.yaml")
	if err != nil || len(paths) == 0 {
		f.Fatal(paths, err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, text := range []string{
		`{"kind":"List","items":[{"kind":"NvSecurityRule","spec":{"target":{"selector":{"name":"a"}}}}]}`,
		"a: &a [*a]\n? b\n: !!x c", "groups:\n- &a {name: a, criteria: [{key: label, op: =, value: x}]}\n- *a",
		`{"groups":[{"name":"a","criteria":[{"key":"address","op":"=","value":"10.0.0.1"}]}],"profiles":[{"group":"a","filters":[]}]}`,
		`{"rules":[{"from":"a","to":"external","action":"deny"},{"rule_type":"deny","criteria":[{"name":"image","op":"containsAny","value":"x"}]}]}`,
		`{"rules":[{"event":"event","conditions":[{"type":"name","value":"x"}],"actions":["webhook"],"webhooks":["h"]}],"webhooks":[{"name":"h","url":"http://a"}]}`,
		`{"dlp_sensors":[{"name":"s","rules":[{"name":"r","patterns":[{"op":"regex","value":"a"}]}]}],"dlp_groups":[{"name":"containers","sensors":[{"name":"s","action":"deny"}]}]}`,
		`{"process_profile_config":{"group":"nodes","process_change_list":[{"name":"a","action":"allow"}],"process_delete_list":[{"name":"b"}]},"state":{"mode":"protect"}}`,
		`{"kind":"NvClusterSecurityRule","spec":{"target":{"selector":{"name":"a","criteria":[{"key":"b","op":"=","value":"c"}]}},"egress":[{"name":"r","selector":{"name":"external"},"action":"deny","fedhub":{"id":3,"rank":"a0","targets":"a=b","created_at":"2026-03-01T12:00:00+01:00"}}]}}`,
		"config: {webhooks: [{name: h, url: \"http://a\", fedhub: {targets: a=b}}]}\n---\nsensors: []\n---\n[{kind: Pod}, 7, null]",
	} {
		f.Add([]byte(text))
	}
	for _, scope := range []Scope{ScopeFederal, ScopeLocal} {
		data, err := os.ReadFile("testdata/import/kinds.yaml")
		if err != nil {
			f.Fatal(err)
		}
		in, err := Import("f", data, scope)
		if err != nil {
			f.Fatal(err)
		}
		s := NewState(scope)
		must(f, s, in.Decision())
		data, err = Export(s, FormatYAML)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		start := time.Now()
		for _, scope := range []Scope{ScopeFederal, ScopeLocal} {
			in, err := Import("f", data, scope)
			if err != nil {
				continue
			}
			for _, s := range []*State{NewState(scope), inhabited(t, scope)} {
				importsWell(t, in, s)
			}
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%d bytes took %v", len(data), took)
		}
	})
}

// inhabited returns a state that has something.
func inhabited(t *testing.T, scope Scope) *State {
	t.Helper()
	s := NewState(scope)
	if scope == ScopeFederal {
		must(t, s, Foundation())
	}
	d := drawer{scope: scope}
	prefix := d.prefix()
	must(t, s, Create(GroupConfig{Name: prefix + "a", Criteria: &webLabel}))
	must(t, s, Insert(nil, []RuleConfig{allow(prefix+"a", "external"), allow("external", prefix+"a")}))
	must(t, s, Create(DLPConfig{SensorConfig{Name: prefix + "s", Rules: &[]events.SensorRule{{Name: "r", Patterns: []events.Pattern{{Op: "regex", Value: "x"}}}}}}))
	return s
}

// importsWell takes an import twice, and then each object of s in the form of a request.
func importsWell(t *testing.T, in *Imported, s *State) {
	t.Helper()
	fs, report, err := in.Plan(s, noon)
	if err != nil {
		return
	}
	told := map[Outcome]int{}
	for _, item := range report {
		told[item.Outcome]++
		if taken := item.Outcome == OutcomeCreated || item.Outcome == OutcomeChanged || item.Outcome == OutcomeUnchanged; taken != (item.Reason == "") || item.Line < 1 {
			t.Errorf("%+v", item)
		}
	}
	if len(fs) > 0 && told[OutcomeCreated]+told[OutcomeChanged] == 0 {
		t.Errorf("%v, and the report does not say so", kinds(fs))
	}
	fold(t, s, fs...)
	wellReferred(t, s)
	if fs, again, err := in.Plan(s, noon.Add(time.Hour)); err != nil || len(fs) != 0 {
		t.Errorf("a second import gives %v, %v\n%s", kinds(fs), err, strings.Join(lines(again), "\n"))
	}
	wellFormed(t, s)
}

// wellFormed puts every object of s through the rules for one that is sent alone.
func wellFormed(t *testing.T, s *State) {
	t.Helper()
	for _, k := range kindTable {
		for o := range s.Objects(k.object) {
			if k.fixture(o) != "" {
				continue
			}
			c, err := k.parse(json.RawMessage(stored(o)))
			if err != nil {
				t.Fatal(err)
			}
			if fs, err := put(s, c, o.About().Name, mustBeThere, noon.Add(time.Hour)); err != nil || len(fs) > 0 {
				t.Errorf("%s put again gives %v, %v", stored(o), fs, err)
			}
			if k.naming == byName {
				if err := s.scope.checkName(k, o.About().Name); err != nil {
					t.Error(err)
				}
			}
			if id, err := strconv.ParseUint(o.About().Name, 10, 32); err == nil && k.naming == byNumber && !k.owns(s.scope, uint32(id)) {
				t.Errorf("%d is not of this scope", id)
			}
		}
	}
}

// FuzzReadJSON compares our reader of JSON with that of the standard library.
func FuzzReadJSON(f *testing.F) {
	for _, text := range []string{
		`{"a":[1,-0.5e+3,true,null,"x\u00e4\n\"\\\ud83d\ude00"],"b":{}}`, " [ ]\n", `{"a":1,}`, `[1 2]`, `"\x"`, `01`, `-`, `"a`, "{\"a\"\n:\n1}", `{"a":{"a":[[]]}} 7`, `tru`, "\"\t\"", "1\x00",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if !utf8.Valid(data) {
			return
		}
		documents, err := readJSON("f", data)
		if !json.Valid(data) {
			if err == nil && len(documents) == 1 {
				t.Errorf("%q is taken", data)
			}
			return
		}
		var want any
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.UseNumber()
		if err := decoder.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if err != nil {
			if text := err.Error(); !strings.Contains(text, "already") && !strings.Contains(text, "levels") {
				t.Errorf("%q: %v", data, err)
			}
			return
		}
		same(t, plain(documents[0]), want)
	})
}

// plain returns a value as the standard library reads it.
func plain(v *value) any {
	switch {
	case v.kind == kindNull:
		return nil
	case v.kind == kindList:
		out := []any{}
		for _, item := range v.items {
			out = append(out, plain(item))
		}
		return out
	case v.kind == kindMapping:
		out := map[string]any{}
		for _, f := range v.fields {
			out[f.key] = plain(f.value)
		}
		return out
	case v.quoted:
		return v.text
	case v.text == "true" || v.text == "false":
		return v.text == "true"
	}
	return json.Number(v.text)
}
