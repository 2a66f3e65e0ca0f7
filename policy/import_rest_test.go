package policy

import (
	"testing"

	"github.com/fedhub/fedhub/events"
)

func TestImport_answersAndRequestsOfTheInterface(t *testing.T) {
	const either = `put it into a list that is called "dlp_sensors" or "waf_sensors"`
	for name, tt := range map[string]struct {
		when string
		want []string
	}{
		"groups": {
			when: `{"groups":[
				{"name":"web","comment":"c","learned":false,"policy_mode":"Protect","kind":"container","criteria":[{"key":"label","op":"=","value":"x"}],"members":[{"id":"1"}],"policy_rules":[7],"domain":"","cfg_type":"ground"},
				{"name":"external","reserved":true,"criteria":[],"cfg_type":"learned"},
				{"name":"","criteria":[]}]}`,
			want: []string{"2 group fed.web: created", "3 group external: skipped: the members of this group are fixed", "4 group : refused: it has no name"},
		},
		"a group": {
			when: `{"group":{"name":"web","criteria":[{"key":"label","op":"=","value":"x"}],"policy_rules":[{"id":7,"from":"a"}]}}`,
			want: []string{"1 group fed.web: created"},
		},
		"network rules": {
			when: `{"rules":[
				{"id":10007,"from":"external","to":"containers","ports":"any","action":"allow","applications":["SSH"],"learned":true,"match_counter":3,"cfg_type":"learned","created_timestamp":1},
				{"id":7,"from":"nodes","to":"containers","action":"deny","disable":true,"priority":3}]}`,
			want: []string{"2 network 10007: created", "3 network 7: created"},
		},
		"inserted rules": {
			when: `{"insert":{"after":0,"rules":[{"id":0,"from":"external","to":"fed.containers","action":"allow","cfg_type":"federal"}]}}`,
			want: []string{"1 network 0: created"},
		},
		"admission rules": {
			when: `{"rules":[
				{"id":1,"critical":true,"rule_type":"exception","criteria":[{"name":"namespace","op":"containsAny","value":"kube-system"}]},
				{"id":1001,"rule_type":"deny","category":"Kubernetes","criteria":[{"name":"image","op":"containsAny","path":"image","value":"nginx"}],"cfg_type":"user_created"}]}`,
			want: []string{"2 admission 1: skipped: it is one of the rules that every cluster has", "3 admission 1001: created"},
		},
		"response rules": {
			when: `{"rules":[{"id":8,"event":"event","group":"containers","conditions":[{"type":"name","value":"x"}],"actions":["quarantine"],"webhooks":[]}]}`,
			want: []string{"1 response 8: created"},
		},
		"a rule":           {when: `{"rule":{"id":7,"from":"external","to":"nodes"}}`, want: []string{`1 network 7: refused: invalid policy: the groups "external" and "nodes" are both special; at least one end must be a group of workloads`}},
		"some rules":       {when: `{"rules":[{"id":7}]}`, want: []string{"1 rule 7: refused: it does not say whether it is a network, an admission or a response rule"}},
		"sensors":          {when: `{"sensors":[{"name":"s"}]}`, want: []string{"1 sensor s: refused: it may be a DLP or a WAF sensor; " + either}},
		"a sensor":         {when: `{"sensor":{"name":"s"}}`, want: []string{"1 sensor s: refused: it may be a DLP or a WAF sensor; " + either}},
		"a sensor sent":    {when: `{"config":{"name":"s","rules":[]}}`, want: []string{"1 sensor s: refused: it may be a DLP or a WAF sensor; " + either}},
		"dlp sensors":      {when: `{"dlp_sensors":[{"name":"s","groups":["a"],"predefine":false,"rules":[{"name":"r","id":20007,"patterns":[{"op":"regex","value":"x"}],"cfg_type":"federal"}],"comment":"","cfg_type":"federal"}]}`, want: []string{"1 dlp fed.s: created"}},
		"waf sensors":      {when: `{"waf_sensors":[{"name":"s"}]}`, want: []string{"1 waf fed.s: created"}},
		"process profiles": {when: `{"process_profiles":[{"group":"nodes","alert_disabled":true,"baseline":"zero-drift","mode":"Monitor","process_list":[{"name":"a","action":"allow","cfg_type":"learned","uuid":"1","group":"x","created_timestamp":1}]}]}`, want: []string{"1 process fed.nodes: created"}},
		"a profile sent":   {when: `{"process_profile_config":{"group":"nodes","process_change_list":[{"name":"a","action":"allow"}]}}`, want: []string{"1 process fed.nodes: created"}},
		"file profiles":    {when: `{"profiles":[{"group":"containers","filters":[{"filter":"/a","recursive":false,"behavior":"monitor_change","applications":null,"cfg_type":"learned"}]}]}`, want: []string{"1 file fed.containers: created"}},
		"a file sent":      {when: `{"config":{"group":"containers","filters":[{"filter":"/a","behavior":"monitor_change"}]}}`, want: []string{"1 file fed.containers: created"}},
		"sensors of groups": {
			when: `{"dlp_groups":[{"name":"containers","status":true,"sensors":[{"name":"sensor.ssn","action":"deny","exist":true,"comment":"","predefine":true,"cfg_type":"federal"}]},
				{"name":"nodes","status":true,"sensors":[]}]}`,
			want: []string{"1 dlp-group fed.containers: created"},
		},
		"sensors of a group sent": {when: `{"config":{"name":"a","sensors":[]}}`, want: []string{`1 config a: refused: it may be about DLP or WAF sensors; put it into a list that is called "dlp_groups" or "waf_groups"`}},
		"webhooks":                {when: `{"fed_config":{"webhooks":[{"name":"h","url":"http://a","enable":false,"cfg_type":"federal"}]}}`, want: []string{"1 webhook fed.h: created"}},
		"a configuration":         {when: `{"config":{"webhooks":[{"name":"h","url":"http://a"}],"syslog_ip":"1"}}`, want: []string{"1 config : skipped: of the configuration only the webhooks are federated", "1 webhook fed.h: created"}},
		"a webhook sent":          {when: `{"config":{"name":"h","url":"http://a","type":"JSON","cfg_type":"federal"}}`, want: []string{"1 webhook fed.h: created"}},
		"a state":                 {when: `{"state":{"enable":true,"mode":"protect","default_action":"allow","adm_client_mode":"service","adm_svc_type":"x","ctrl_states":{"a":true},"cfg_type":"user_created"},"k8s_env":true}`, want: []string{"1 k8s_env : skipped: this version does not know the field", "1 admission-state state: created"}},
		"a group sent":            {when: `{"config":{"name":"a","criteria":[{"key":"label","op":"=","value":"x"}],"cfg_type":"federal"}}`, want: []string{"1 group fed.a: created"}},
		"an admission rule sent":  {when: `{"config":{"id":0,"category":"Kubernetes","criteria":[{"name":"image","op":"containsAny","value":"x"}],"actions":[],"rule_type":"deny"}}`, want: []string{"1 admission 0: created"}},
		"a response rule sent": {
			when: `{"config":{"id":8,"event":"event","conditions":[{"type":"name","value":"x"}],"actions":["webhook"],"webhooks":["h"]}}`,
			want: []string{`1 response 8: refused: invalid policy: cannot find the webhook "fed.h"; create it first`},
		},
		"something sent": {when: `{"config":{"name":"a"}}`, want: []string{"1 config a: refused: it does not say what kind of object it is about"}},
		"not a list":     {when: `{"groups":{"name":"a"}}`, want: []string{"1 list : refused: it is not a list"}},
		"nothing":        {when: `{"groups":null,"rules":[]}`},
		"YAML":           {when: "groups:\n- name: a\n  criteria: [{key: label, op: =, value: x}]\n", want: []string{"2 group fed.a: created"}},
	} {
		t.Run(name, func(t *testing.T) {
			same(t, taken(t, federation(t), tt.when), tt.want)
		})
	}
}

func TestImport_ofTheInterfaceChangesOnlyWhatItSays(t *testing.T) {
	s := federation(t)
	taken(t, s, `{"groups":[{"name":"a","comment":"one","criteria":[{"key":"label","op":"=","value":"x"}]}],
		"process_profiles":[{"group":"a","baseline":"basic","process_list":[{"name":"p","action":"allow"},{"name":"q","action":"allow"}]}]}`)
	same(t, taken(t, s, `{"config":{"name":"a","criteria":null,"comment":"two","monitor_metric":true,"process_list":null,"rule_type":null}}`), []string{
		"1 config a: refused: it does not say what kind of object it is about",
	})
	same(t, lines(read(t, ScopeFederal, `{"process_profile_config":{"group":"a","process_delete_list":[{"name":"q","action":"deny"}]}}`).Report(s)), []string{"1 process fed.a: changed"})
	same(t, taken(t, s, `{"group":{"name":"a","comment":"two"}}`), []string{"1 group fed.a: changed"})
	g, _ := s.Group("fed.a")
	same(t, g.Comment, "two")
	same(t, len(g.Criteria), 1)
	p, _ := Get[events.ProcessProfile](s, "fed.a")
	same(t, p.Baseline, "basic")
}
