package cluster

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/events"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// facts is a history of LOCAL.
type facts []events.Fact

func (list facts) fold(t *testing.T) *local {
	t.Helper()
	l := newLocal()
	for i, f := range list {
		data, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		l.Apply(events.Event{Kind: f.Kind(), At: noon, Revision: uint64(i) + 1, Data: data})
	}
	return l
}

var (
	here      = events.RestInfo{Server: "10.0.0.1", Port: 10443}
	there     = events.RestInfo{Server: "10.0.0.2", Port: 11443}
	settings  = events.SettingsChanged{Name: "berlin", Address: here}
	promoted  = events.Promoted{Federation: "f1", Address: there}
	requested = events.JoinRequested{Cluster: "c1", Name: "berlin", Server: there, Token: "t1"}
	joined    = events.Joined{Cluster: "c1", Account: "A1", Master: events.Master{ID: "m1", Name: "master", Address: there}}
)

func TestLocal_role(t *testing.T) {
	tests := map[string]struct {
		given    facts
		role     Role
		joining  bool
		demoting bool
	}{
		"at first":                 {given: facts{settings}},
		"promoted":                 {given: facts{promoted}, role: RoleMaster},
		"demotion begun":           {given: facts{promoted, events.Demoting{}}, role: RoleMaster, demoting: true},
		"demoted":                  {given: facts{promoted, events.Demoting{}, events.Demoted{}}},
		"promoted again":           {given: facts{promoted, events.Demoting{}, events.Demoted{}, promoted}, role: RoleMaster},
		"join under way":           {given: facts{requested}, joining: true},
		"join refused":             {given: facts{requested, events.JoinRefused{Reason: "no"}}},
		"joined":                   {given: facts{requested, joined}, role: RoleRemote},
		"left":                     {given: facts{requested, joined, events.Left{}}},
		"dismissed":                {given: facts{requested, joined, events.Dismissed{}}},
		"dismissed, joining again": {given: facts{requested, joined, events.Dismissed{}, requested}, joining: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			l := tt.given.fold(t)
			if l.role != tt.role || (l.joining != nil) != tt.joining || l.demoting != tt.demoting {
				t.Errorf("role %q, joining %v, demoting %t; want %q, %t, %t", l.role, l.joining, l.demoting, tt.role, tt.joining, tt.demoting)
			}
			if l.role == RoleStandalone && (l.promoted != events.Promoted{} || l.joined != events.Joined{} || !l.joinedAt.IsZero()) {
				t.Errorf("a standalone cluster remembers %+v, %+v", l.promoted, l.joined)
			}
			for _, want := range []Role{RoleStandalone, RoleMaster, RoleRemote} {
				ok := want == tt.role && !tt.joining
				if err := mustBe(l, want); (err == nil) != ok || err != nil && !errors.Is(err, ErrRole) {
					t.Errorf("must be %q: %v, want it allowed: %t", want, err, ok)
				}
			}
		})
	}
}

func TestChangeSettings(t *testing.T) {
	was := events.SettingsChanged{Name: "berlin", Address: here, UseProxy: "https", ScanData: true}
	with := func(edit func(*events.SettingsChanged)) events.SettingsChanged {
		now := was
		edit(&now)
		return now
	}
	tests := map[string]struct {
		change Settings
		want   events.SettingsChanged
		err    error
	}{
		"nothing":             {want: was},
		"the name":            {change: Settings{Name: new("oslo")}, want: with(func(s *events.SettingsChanged) { s.Name = "oslo" })},
		"the address":         {change: Settings{Address: &there}, want: with(func(s *events.SettingsChanged) { s.Address = there })},
		"a proxy":             {change: Settings{UseProxy: new("https")}, want: was},
		"no proxy":            {change: Settings{UseProxy: new("")}, want: with(func(s *events.SettingsChanged) { s.UseProxy = "" })},
		"no scan data":        {change: Settings{ScanData: new(false)}, want: with(func(s *events.SettingsChanged) { s.ScanData = false })},
		"no name":             {change: Settings{Name: new("")}, err: ErrInvalid},
		"a name with a blank": {change: Settings{Name: new("b erlin")}, err: ErrInvalid},
		"a name with a line":  {change: Settings{Name: new("berlin\n")}, err: ErrInvalid},
		"no server":           {change: Settings{Address: &events.RestInfo{Port: 1}}, err: ErrInvalid},
		"no port":             {change: Settings{Address: &events.RestInfo{Server: "x"}}, err: ErrInvalid},
		"another proxy":       {change: Settings{UseProxy: new("http")}, err: ErrInvalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := changeSettings(was, tt.change)
			if !errors.Is(err, tt.err) {
				t.Fatalf("error %v, want %v", err, tt.err)
			}
			if diff := cmp.Diff(tt.want, got); err == nil && diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestCheckFixed has the sentences that clients of this API know, word for word.
func TestCheckFixed(t *testing.T) {
	const (
		scan         = "Options for scan data deployment can only be configured on primary cluster"
		masterName   = "Cluster name cannot be modified when there is other cluster in the federation"
		remoteName   = "Cluster name cannot be modified after joining the federation"
		masterServer = "Exposed REST server info is read-only when there is other cluster in the federation"
		remoteServer = "Exposed REST server info is read-only because this cluster already joins the federation"
	)
	name, address, scanData := Settings{Name: new("oslo")}, Settings{Address: &there}, Settings{ScanData: new(true)}
	proxy := Settings{UseProxy: new("https")}
	same := Settings{Name: new("berlin"), Address: &here}
	all := Settings{Name: new("oslo"), Address: &there, ScanData: new(false)}
	tests := map[string]struct {
		role    Role
		remotes int
		change  Settings
		want    string
	}{
		"standalone: name":             {change: name},
		"standalone: address":          {change: address},
		"standalone: scan data":        {change: scanData},
		"lonely master: name":          {role: RoleMaster, change: name},
		"lonely master: address":       {role: RoleMaster, change: address},
		"master: name":                 {role: RoleMaster, remotes: 1, change: name, want: masterName},
		"master: address":              {role: RoleMaster, remotes: 1, change: address, want: masterServer},
		"master: both, the name first": {role: RoleMaster, remotes: 2, change: all, want: masterName},
		"master: scan data":            {role: RoleMaster, remotes: 1, change: scanData},
		"master: proxy":                {role: RoleMaster, remotes: 1, change: proxy},
		"master: what it is already":   {role: RoleMaster, remotes: 1, change: same},
		"remote: name":                 {role: RoleRemote, change: name, want: remoteName},
		"remote: address":              {role: RoleRemote, change: address, want: remoteServer},
		"remote: scan data":            {role: RoleRemote, change: scanData, want: scan},
		"remote: all, scan data first": {role: RoleRemote, change: all, want: scan},
		"remote: scan data as it is":   {role: RoleRemote, change: Settings{ScanData: new(false)}, want: scan},
		"remote: proxy":                {role: RoleRemote, change: proxy},
		"remote: what it is already":   {role: RoleRemote, change: same},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			now, err := changeSettings(settings, tt.change)
			if err != nil {
				t.Fatal(err)
			}
			err = checkFixed(tt.role, tt.remotes, settings, now, tt.change)
			if tt.want == "" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			if !errors.Is(err, ErrFixed) || !strings.HasSuffix(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestUserRequest_apply(t *testing.T) {
	seconds := func(n int) *time.Duration { d := time.Duration(n) * time.Second; return &d }
	tests := map[string]struct {
		at      Role
		request UserRequest
		want    error
	}{
		"nothing":                  {},
		"admin":                    {request: UserRequest{Role: new(RoleAdmin)}},
		"reader":                   {request: UserRequest{Role: new(RoleReader)}},
		"fedAdmin at a master":     {at: RoleMaster, request: UserRequest{Role: new(RoleFedAdmin)}},
		"fedReader at a master":    {at: RoleMaster, request: UserRequest{Role: new(RoleFedReader)}},
		"admin at a master":        {at: RoleMaster, request: UserRequest{Role: new(RoleAdmin)}},
		"fedAdmin of a standalone": {request: UserRequest{Role: new(RoleFedAdmin)}, want: ErrInvalid},
		"fedReader at a remote":    {at: RoleRemote, request: UserRequest{Role: new(RoleFedReader)}, want: ErrInvalid},
		"no role":                  {request: UserRequest{Role: new("")}, want: ErrInvalid},
		"a role that is none":      {request: UserRequest{Role: new("root")}, want: ErrInvalid},
		"the shortest timeout":     {request: UserRequest{Timeout: seconds(30)}},
		"the longest timeout":      {request: UserRequest{Timeout: seconds(3600)}},
		"shorter":                  {request: UserRequest{Timeout: seconds(29)}, want: ErrInvalid},
		"longer":                   {request: UserRequest{Timeout: seconds(3601)}, want: ErrInvalid},
		"no timeout":               {request: UserRequest{Timeout: seconds(0)}, want: ErrInvalid},
	}
	was := events.UserDefined{Name: "alice", Role: RoleReader, Timeout: 300}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := tt.request.apply(was, tt.at)
			if !errors.Is(err, tt.want) {
				t.Fatalf("error %v, want %v", err, tt.want)
			}
			if tt.request.Role != nil && err == nil && got.Role != *tt.request.Role {
				t.Errorf("role %q, want %q", got.Role, *tt.request.Role)
			}
		})
	}
}

func TestLastOf(t *testing.T) {
	user := func(name, role string) events.UserDefined { return events.UserDefined{Name: name, Role: role} }
	tests := map[string]struct {
		given facts
		want  bool // whether admin is the last administrator
	}{
		"alone":                   {given: facts{user("admin", RoleAdmin)}, want: true},
		"with a reader":           {given: facts{user("admin", RoleAdmin), user("bob", RoleReader)}, want: true},
		"with another admin":      {given: facts{user("admin", RoleAdmin), user("bob", RoleAdmin)}},
		"with a fedAdmin":         {given: facts{user("admin", RoleAdmin), user("bob", RoleFedAdmin)}},
		"the other was removed":   {given: facts{user("admin", RoleAdmin), user("bob", RoleAdmin), events.UserRemoved{Name: "bob"}}, want: true},
		"no administrator at all": {given: facts{user("admin", RoleReader)}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			l := tt.given.fold(t)
			u, _ := l.users.Get("admin")
			if got := lastOf(l, u); got != tt.want {
				t.Errorf("the last one: %t, want %t", got, tt.want)
			}
		})
	}
}

func TestCursor(t *testing.T) {
	master := func() []source { return []source{{log: events.Rules, have: 12}, {log: events.Fleet, have: 7}} }
	text := writeCursor(master())
	if text != "RULES.12-FLEET.7" {
		t.Errorf("cursor %q", text)
	}
	back := []source{{log: events.Rules}, {log: events.Fleet}}
	if err := readCursor(text, back); err != nil || back[0].have != 12 || back[1].have != 7 {
		t.Errorf("read back as %+v (%v)", back, err)
	}
	untouched := master()
	if err := readCursor("", untouched); err != nil || untouched[0].have != 12 {
		t.Errorf("no cursor changed %+v (%v)", untouched, err)
	}
	for name, text := range map[string]string{
		"a word": "x", "of another role": "LOCAL.3", "the logs in another order": "FLEET.7-RULES.12", "a part missing": "RULES.12",
		"a part too many": "RULES.12-FLEET.7-LOCAL.1", "no number": "RULES.-FLEET.7", "a negative number": "RULES.-1-FLEET.7",
		"a number that is none": "RULES.a-FLEET.7", "a number out of range": "RULES.9223372036854775808-FLEET.7", "a dash": "-", "blanks": " RULES.12-FLEET.7",
	} {
		t.Run(name, func(t *testing.T) {
			if err := readCursor(text, master()); !errors.Is(err, ErrInvalid) {
				t.Errorf("error %v, want %v", err, ErrInvalid)
			}
		})
	}
}

func FuzzCursor(f *testing.F) {
	f.Add("RULES.12-FLEET.7")
	f.Add("-.")
	f.Fuzz(func(t *testing.T, text string) {
		sources := []source{{log: events.Rules}, {log: events.Fleet}}
		if err := readCursor(text, sources); err != nil || text == "" {
			return
		}
		again := []source{{log: events.Rules}, {log: events.Fleet}}
		if err := readCursor(writeCursor(sources), again); err != nil || again[0] != sources[0] || again[1] != sources[1] {
			t.Errorf("%q was read as %+v, then as %+v (%v)", text, sources, again, err)
		}
	})
}
