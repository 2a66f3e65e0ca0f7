package events_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/events"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 123456789, time.UTC)

const (
	berlin  = "0123456789abcdef0123456789abcdef"
	madrid  = "fedcba9876543210fedcba9876543210"
	account = "AAC2TRAJDVPCGPNK2ZCBTMXNFV6LCFQXTSRUZ6AWQWOR5T5RSLMQZGPA"
	user    = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4"
)

// samples has one fact of each kind with every field filled, and the log that it lives in.
var samples = []struct {
	log  events.Log
	fact events.Fact
}{
	{events.Rules, events.GroupDefined{Group: events.Group{
		Name: "fed.web", Comment: "front", Criteria: []events.Criterion{{Key: "image", Value: "nginx*", Op: "="}},
		Reserved: true, MonitorMetric: true, SessionCurrent: 1, SessionRate: 2, GroupBandWidth: 3, CreatedAt: noon, ModifiedAt: noon,
	}}},
	{events.Rules, events.GroupRemoved{Name: "fed.web"}},
	{events.Rules, events.NetworkRuleDefined{Rule: events.NetworkRule{
		ID: 100001, Rank: "V", Comment: "web to db", From: "fed.web", To: "fed.db", Ports: "tcp/5432", Action: "allow",
		Applications: []string{"PostgreSQL"}, Disabled: true, Priority: 7, CreatedAt: noon, ModifiedAt: noon,
	}}},
	{events.Rules, events.NetworkRuleRemoved{ID: 100001}},
	{events.Fleet, events.TokenMinted{Federation: berlin, Token: "t1", Expires: noon, Uses: 3}},
	{events.Fleet, events.TokenRedeemed{Federation: berlin, Token: "t1", Cluster: madrid}},
	{events.Fleet, events.TokenRevoked{Federation: berlin, Token: "t1"}},
	{events.Fleet, events.ClusterJoined{
		Cluster: madrid, Name: "madrid", Account: account, Key: user, Version: "0.1.0", KubernetesUID: "8f1c", Token: "t1",
		Address: events.RestInfo{Server: "10.0.0.2", Port: 10443}, ProxyRequired: true,
	}},
	{events.Fleet, events.ClusterLeft{Cluster: madrid}},
	{events.Fleet, events.ClusterKicked{Cluster: madrid}},
	{events.Fleet, events.ClusterStatusChanged{Cluster: madrid, From: "joined", To: "synced", Since: noon}},
	{events.Local, events.UserDefined{
		Name: "alice", FullName: "Alice", Role: "admin", Password: "$argon2id$", Timeout: 300, SetAt: noon, MustSet: true,
	}},
	{events.Local, events.UserRemoved{Name: "alice"}},
	{events.Local, events.SettingsChanged{
		Name: "berlin", Address: events.RestInfo{Server: "10.0.0.1", Port: 10443}, UseProxy: "https", ScanData: true,
	}},
	{events.Local, events.Promoted{Federation: berlin, Address: events.RestInfo{Server: "10.0.0.1", Port: 11443}}},
	{events.Local, events.Demoting{}},
	{events.Local, events.Demoted{}},
	{events.Local, events.JoinRequested{
		Cluster: madrid, Name: "madrid", Address: events.RestInfo{Server: "10.0.0.2", Port: 10443},
		Server: events.RestInfo{Server: "10.0.0.1", Port: 11443}, UseProxy: "https", Token: "t1",
	}},
	{events.Local, events.JoinRefused{Reason: "used up"}},
	{events.Local, events.Joined{Cluster: madrid, Account: account, Master: events.Master{
		ID: berlin, Name: "berlin", Address: events.RestInfo{Server: "10.0.0.1", Port: 11443}, Pin: events.Hash{0xab, 31: 0xcd},
	}}},
	{events.Local, events.Left{Forced: true}},
	{events.Local, events.Dismissed{Reason: "removed"}},
	{events.Audit, events.Audited{
		Topic: "rest", Method: "POST", Path: "/v1/group", Status: 403, Code: 25, Client: "10.0.0.9", Error: "access denied",
	}},
}

// TestFact_stored pins the stored form of every fact, field by field.
func TestFact_stored(t *testing.T) {
	for _, s := range samples {
		t.Run(string(s.fact.Kind()), func(t *testing.T) {
			wantFilled(t, reflect.ValueOf(s.fact), string(s.fact.Kind()))
			data, err := json.Marshal(s.fact)
			if err != nil {
				t.Fatal(err)
			}
			pin(t, string(s.fact.Kind())+".json", data)
			got, err := events.Event{Revision: 1, Kind: s.fact.Kind(), Data: data}.Fact()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(s.fact, got); diff != "" {
				t.Errorf("read back otherwise (-written +read):\n%s", diff)
			}
		})
	}
}

// wantFilled fails unless every field of v has a value: one that has none would not be pinned.
func wantFilled(t *testing.T, v reflect.Value, path string) {
	t.Helper()
	if v.Kind() != reflect.Struct || v.Type() == reflect.TypeFor[time.Time]() {
		if v.IsZero() {
			t.Errorf("%s has no value in the sample", path)
		}
		return
	}
	for i := range v.NumField() {
		wantFilled(t, v.Field(i), path+"."+v.Type().Field(i).Name)
	}
}

// TestFact_everyKindIsPinned reads the source: a kind without a sample and a file cannot be forgotten.
func TestFact_everyKindIsPinned(t *testing.T) {
	sampled := map[string]bool{}
	for _, s := range samples {
		sampled[string(s.fact.Kind())] = true
	}
	declared := declaredKinds(t)
	if diff := cmp.Diff(declared, slices.Sorted(maps.Keys(sampled))); diff != "" {
		t.Errorf("declared and sampled kinds differ (-declared +sampled):\n%s", diff)
	}
	var files []string
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if kind, ok := strings.CutSuffix(e.Name(), ".json"); ok {
			files = append(files, kind)
		}
	}
	if diff := cmp.Diff(declared, files); diff != "" {
		t.Errorf("declared kinds and files of testdata differ (-declared +files):\n%s", diff)
	}
}

// declaredKinds returns the values of the constants of type Kind, sorted.
func declaredKinds(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "facts.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if typ, ok := spec.Type.(*ast.Ident); !ok || typ.Name != "Kind" {
			return true
		}
		for _, v := range spec.Values {
			if lit, ok := v.(*ast.BasicLit); ok {
				text, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, text)
			}
		}
		return true
	})
	if len(out) == 0 {
		t.Fatal("no kinds found in facts.go")
	}
	slices.Sort(out)
	return out
}

func TestFact_refuses(t *testing.T) {
	tests := map[string]events.Event{
		"a kind of a later version": {Kind: "sensor.defined", Data: []byte(`{}`)},
		"no kind":                   {Data: []byte(`{}`)},
		"no data":                   {Kind: events.KindGroupDefined},
		"data that is not JSON":     {Kind: events.KindGroupDefined, Data: []byte(`{`)},
		"data of another shape":     {Kind: events.KindGroupDefined, Data: []byte(`{"group":"fed.web"}`)},
		"a number out of range":     {Kind: events.KindNetworkRuleRemoved, Data: []byte(`{"id":4294967296}`)},
	}
	for name, e := range tests {
		t.Run(name, func(t *testing.T) { wantNoFact(t, e) })
	}
}

func wantNoFact(t *testing.T, e events.Event) {
	t.Helper()
	fact, err := e.Fact()
	if fact != nil {
		t.Errorf("fact %v, want none", fact)
	}
	wantError(t, err, events.ErrEnvelope)
}

// FuzzFact feeds Fact what a damaged or hostile log could hold.
func FuzzFact(f *testing.F) {
	for _, s := range samples {
		data, err := json.Marshal(s.fact)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(s.fact.Kind()), data)
	}
	f.Add("group.defined", []byte(`{`))
	f.Add("", []byte(nil))
	f.Fuzz(func(t *testing.T, kind string, data []byte) {
		fact, err := events.Event{Revision: 1, Kind: events.Kind(kind), Data: data}.Fact()
		if (fact == nil) == (err == nil) {
			t.Errorf("Fact = %v, %v; want exactly one of them", fact, err)
		}
		if fact != nil && string(fact.Kind()) != kind {
			t.Errorf("kind %q was read as %q", kind, fact.Kind())
		}
	})
}
