package policy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/events"
)

func TestResponseConfig(t *testing.T) {
	const rest = `"conditions":[{"type":"level","value":"Critical"}],"actions":["quarantine"]`
	plain := events.ResponseRule{
		Event: "event", Conditions: []events.ResponseCondition{{Type: "level", Value: "Critical"}}, Actions: []string{"quarantine"},
	}
	with := func(change func(*events.ResponseRule)) events.ResponseRule {
		r := plain
		change(&r)
		return r
	}
	for name, tt := range map[string]struct {
		scope Scope
		old   events.Object
		when  string
		want  events.ResponseRule
	}{
		"new": {when: `{"event":"event",` + rest + `}`, want: plain},
		"every field": {
			when: `{"id":100007,"comment":"c","group":"fed.web","event":"security-event","disable":true,"cfg_type":"federal",
				"conditions":[{"type":"process","value":"sh"},{"type":"name","value":"Threat"},{"type":"level","value":"WARNING"}],
				"actions":["webhook","suppress-log","webhook"],"webhooks":["fed.ops","fed.chat","fed.ops"]}`,
			want: events.ResponseRule{
				ID: 100007, Comment: "c", Group: "fed.web", Event: "security-event", Disabled: true,
				Conditions: []events.ResponseCondition{{Type: "level", Value: "Warning"}, {Type: "name", Value: "Threat"}, {Type: "process", Value: "sh"}},
				Actions:    []string{"suppress-log", "webhook"}, Webhooks: []string{"fed.chat", "fed.ops"},
			},
		},
		"change one thing": {
			old:  with(func(r *events.ResponseRule) { r.ID, r.Rank, r.Comment, r.CreatedAt = 100001, "a", "c", noon }),
			when: `{"id":100001,"disable":true}`,
			want: with(func(r *events.ResponseRule) {
				r.ID, r.Rank, r.Comment, r.CreatedAt, r.Disabled = 100001, "a", "c", noon, true
			}),
		},
		"take the webhooks away": {
			old: with(func(r *events.ResponseRule) {
				r.Actions, r.Webhooks = []string{"webhook"}, []string{"fed.ops"}
			}),
			when: `{"actions":["quarantine"],"webhooks":[]}`, want: plain,
		},
		"vulnerabilities": {
			when: `{"event":"cve-report","actions":["quarantine"],"conditions":[
				{"type":"cve-critical-with-fix","value":"1"},{"type":"cve-high-with-fix","value":"03/030"},
				{"type":"cve-high-only-with-fix","value":"2/1"},{"type":"cve-critical","value":"007"},{"type":"cve-high","value":"10"},
				{"type":"cve-high-only","value":"3"},{"type":"cve-medium","value":"5"},{"type":"cve-name","value":"cve-2021-44228"}]}`,
			want: events.ResponseRule{Event: "cve-report", Actions: []string{"quarantine"}, Conditions: []events.ResponseCondition{
				{Type: "cve-critical", Value: "7"},
				{Type: "cve-critical-with-fix", Value: "1"},
				{Type: "cve-high", Value: "10"},
				{Type: "cve-high-only", Value: "3"},
				{Type: "cve-high-only-with-fix", Value: "2/1"},
				{Type: "cve-high-with-fix", Value: "3/30"},
				{Type: "cve-medium", Value: "5"},
				{Type: "cve-name", Value: "CVE-2021-44228"},
			}},
		},
		"from outside":       {when: `{"event":"event","group":"external",` + rest + `}`, want: with(func(r *events.ResponseRule) { r.Group = "external" })},
		"all containers":     {when: `{"event":"event","group":"fed.containers",` + rest + `}`, want: with(func(r *events.ResponseRule) { r.Group = "fed.containers" })},
		"local":              {scope: ScopeLocal, when: `{"event":"event","group":"web",` + rest + `}`, want: with(func(r *events.ResponseRule) { r.Group = "web" })},
		"local, outside":     {scope: ScopeLocal, when: `{"event":"event","group":"external",` + rest + `}`, want: with(func(r *events.ResponseRule) { r.Group = "external" })},
		"local nodes":        {scope: ScopeLocal, when: `{"event":"event","group":"nodes",` + rest + `}`, want: with(func(r *events.ResponseRule) { r.Group = "nodes" })},
		"local containers":   {scope: ScopeLocal, when: `{"event":"event","group":"containers",` + rest + `}`, want: with(func(r *events.ResponseRule) { r.Group = "containers" })},
		"local, every group": {scope: ScopeLocal, when: `{"event":"event","group":"",` + rest + `}`, want: plain},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.scope == "" {
				tt.scope = ScopeFederal
			}
			got, err := settled(t, responseKind, tt.old, NewState(tt.scope), tt.when)
			if err != nil {
				t.Fatal(err)
			}
			same(t, got, tt.want)
		})
	}
}

func TestResponseConfig_events(t *testing.T) {
	for event, types := range map[string]string{
		"event": "name level", "security-event": "name level process", "admission-control": "name level",
		"serverless": "name level", "compliance": "name level",
		"cve-report": "name level cve-name cve-critical cve-high cve-high-only cve-medium cve-critical-with-fix cve-high-with-fix cve-high-only-with-fix",
	} {
		for of := range strings.FieldsSeq("name level process cve-name cve-critical cve-high cve-high-only cve-medium " +
			"cve-critical-with-fix cve-high-with-fix cve-high-only-with-fix cve-low") {
			value := "3"
			if of == "level" {
				value = "info"
			}
			body := fmt.Sprintf(`{"event":%q,"actions":["quarantine"],"conditions":[{"type":%q,"value":%q}]}`, event, of, value)
			_, err := settled(t, responseKind, nil, NewState(ScopeFederal), body)
			if good := strings.Contains(" "+types+" ", " "+of+" "); good != (err == nil) {
				t.Errorf("%s with %s: %v", event, of, err)
			}
		}
	}
}

func TestResponseConfig_refuses(t *testing.T) {
	body := func(event, conditions, more string) string {
		return fmt.Sprintf(`{"event":%q,"conditions":[%s],%s}`, event, conditions, more)
	}
	const quarantine = `"actions":["quarantine"]`
	level := func(value string) string { return fmt.Sprintf(`{"type":"level","value":%q}`, value) }
	fix := func(value string) string { return fmt.Sprintf(`{"type":"cve-high-with-fix","value":%q}`, value) }
	for name, tt := range map[string]struct {
		scope Scope
		when  string
		want  error
		words string
	}{
		"no event":                 {when: body("", level("Info"), quarantine), want: ErrInvalid, words: "use one of admission-control, compliance"},
		"unknown event":            {when: body("incident", level("Info"), quarantine), want: ErrInvalid, words: `"incident"`},
		"no condition":             {when: body("event", "", quarantine), want: ErrInvalid, words: "No criteria"},
		"condition of another":     {when: body("event", `{"type":"process","value":"sh"}`, quarantine), want: ErrInvalid, words: `"process"`},
		"a type twice":             {when: body("event", level("Info")+","+level("Error"), quarantine), want: ErrInvalid, words: "level is there twice"},
		"no value":                 {when: body("event", level(""), quarantine), want: ErrInvalid, words: "no value"},
		"value too long":           {when: body("event", `{"type":"name","value":"`+strings.Repeat("a", 1025)+`"}`, quarantine), want: ErrTooLarge, words: "1025"},
		"unknown level":            {when: body("event", level("High"), quarantine), want: ErrInvalid, words: "Emergency"},
		"count is no number":       {when: body("cve-report", fix("many"), quarantine), want: ErrInvalid, words: "3/30"},
		"count is zero":            {when: body("cve-report", fix("0"), quarantine), want: ErrInvalid, words: "not below 1"},
		"count is negative":        {when: body("cve-report", fix("-1"), quarantine), want: ErrInvalid, words: "not below 1"},
		"no days":                  {when: body("cve-report", fix("3/"), quarantine), want: ErrInvalid, words: "3/30"},
		"zero days":                {when: body("cve-report", fix("3/0"), quarantine), want: ErrInvalid, words: "3/30"},
		"three numbers":            {when: body("cve-report", fix("3/4/5"), quarantine), want: ErrInvalid, words: "3/30"},
		"count too large":          {when: body("cve-report", fix("2147483648"), quarantine), want: ErrInvalid, words: "2147483648"},
		"days without a fix":       {when: body("cve-report", `{"type":"cve-high","value":"3/30"}`, quarantine), want: ErrInvalid, words: "a number such as 3, not"},
		"no action":                {when: body("event", level("Info"), `"actions":[]`), want: ErrInvalid, words: "no action"},
		"unknown action":           {when: body("event", level("Info"), `"actions":["shout"]`), want: ErrInvalid, words: "shout"},
		"webhook without one":      {when: body("event", level("Info"), `"actions":["webhook"]`), want: ErrInvalid, words: "name at least one"},
		"webhooks without action":  {when: body("event", level("Info"), quarantine+`,"webhooks":["fed.ops"]`), want: ErrInvalid, words: "no action webhook"},
		"too many webhooks":        {when: body("event", level("Info"), `"actions":["webhook"],"webhooks":["a"`+strings.Repeat(`,"a"`, 64)+`]`), want: ErrTooLarge, words: "65"},
		"comment too long":         {when: body("event", level("Info"), quarantine+`,"comment":"`+strings.Repeat("a", MaxCommentLen+1)+`"`), want: ErrTooLarge, words: "comment"},
		"federal on a local group": {when: body("event", level("Info"), quarantine+`,"group":"web"`), want: ErrInvalid, words: "Rule cannot be applied to group"},
		"federal on nodes":         {when: body("event", level("Info"), quarantine+`,"group":"nodes"`), want: ErrInvalid, words: "fed."},
		"federal on containers":    {when: body("event", level("Info"), quarantine+`,"group":"containers"`), want: ErrInvalid, words: "fed."},
		"federal on a host":        {when: body("event", level("Info"), quarantine+`,"group":"Host:n1"`), want: ErrInvalid, words: "fed."},
		"local on a federal group": {scope: ScopeLocal, when: body("event", level("Info"), quarantine+`,"group":"fed.web"`), want: ErrInvalid, words: "the federation's"},
		"local on a host":          {scope: ScopeLocal, when: body("event", level("Info"), quarantine+`,"group":"Host:n1"`), want: ErrInvalid, words: "no group"},
		"local on ingress":         {scope: ScopeLocal, when: body("event", level("Info"), quarantine+`,"group":"Workload:ingress"`), want: ErrInvalid, words: "no group"},
		"no JSON":                  {when: `{`, want: ErrInvalid},
		"wrong type":               {when: `{"actions":"quarantine"}`, want: ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.scope == "" {
				tt.scope = ScopeFederal
			}
			_, err := settled(t, responseKind, nil, NewState(tt.scope), tt.when)
			refused(t, err, tt.want, tt.words)
		})
	}
}

func TestResponseConfig_refusesWhatIsNotUTF8(t *testing.T) {
	c := ResponseConfig{
		Event: new("event"), Actions: &[]string{"quarantine"},
		Conditions: &[]events.ResponseCondition{{Type: "name", Value: "\xff"}},
	}
	_, err := c.onto(nil, NewState(ScopeFederal))
	refused(t, err, ErrInvalid, "UTF-8")
}

func TestResponseKind(t *testing.T) {
	var o events.Object = events.ResponseRule{Group: "fed.web", Webhooks: []string{"fed.chat", "fed.ops"}}
	o = responseKind.withRank(responseKind.withID(o, 100001), "b")
	same(t, o, events.ResponseRule{ID: 100001, Rank: "b", Group: "fed.web", Webhooks: []string{"fed.chat", "fed.ops"}})
	same(t, responseKind.rank(o), "b")
	same(t, responseKind.refs(o), []events.About{
		{Kind: events.ObjectGroup, Name: "fed.web"},
		{Kind: events.ObjectWebhook, Name: "fed.chat"},
		{Kind: events.ObjectWebhook, Name: "fed.ops"},
	})
	for _, group := range []string{"", "external", "nodes", "containers"} {
		same(t, len(responseKind.refs(events.ResponseRule{Group: group})), 0)
	}
	same(t, []string{ResponseConfig{ID: 7}.about(), ResponseConfig{}.about()}, []string{"7", ""})
}
