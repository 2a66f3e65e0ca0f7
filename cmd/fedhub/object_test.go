package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const admissionJSON = `{"id":100001,"category":"Kubernetes","comment":"","criteria":[{"name":"imageRegistry","op":"containsAny",
"value":"docker.io"},{"name":"resourceLimit","op":"","value":"","sub_criteria":[{"name":"cpuLimit","op":">","value":"2"}]}],"disable":false,"critical":false,"cfg_type":"federal",
"rule_type":"deny","rule_mode":"protect","containers":[],"created_timestamp":0,"last_modified_timestamp":0,"targets":"env=prod"}`

const responseJSON = `{"id":100001,"event":"security-event","comment":"","group":"fed.web","conditions":[{"type":"level","value":"Critical"}],
"actions":["webhook"],"webhooks":["fed.ops"],"disable":true,"cfg_type":"federal","created_timestamp":0,"last_modified_timestamp":0,"targets":""}`

const processJSON = `{"group":"fed.web","alert_disabled":false,"hash_enabled":false,"baseline":"zero-drift","mode":"","cfg_type":"federal","targets":"",
"process_list":[{"name":"nginx","path":"/usr/sbin/nginx","user":"","uid":0,"action":"allow","cfg_type":"federal","uuid":"","group":"fed.web",
"allow_update":true,"created_timestamp":0,"last_modified_timestamp":0}]}`

const fileJSON = `{"group":"fed.web","cfg_type":"federal","targets":"","filters":[{"filter":"/etc/nginx/*","recursive":true,"behavior":"monitor_change",
"applications":["nginx"],"cfg_type":"federal","group":"fed.web","created_timestamp":0,"last_modified_timestamp":0}]}`

const sensorJSON = `{"name":"fed.card","groups":["fed.web"],"comment":"card numbers","predefine":false,"cfg_type":"federal","targets":"",
"rules":[{"name":"long","id":20001,"patterns":[{"key":"pattern","op":"regex","value":"[0-9]{16}","context":"body"}]}]}`

const webhookJSON = `{"name":"fed.ops","url":"https://hooks.example.com","enable":true,"use_proxy":false,"type":"Slack","cfg_type":"federal","targets":""}`

const groupJSON = `{"name":"fed.web","comment":"","learned":false,"reserved":false,"not_scored":false,"domain":"","kind":"container",
"platform_role":"","cfg_type":"federal","baseline_profile":"","monitor_metric":false,"group_sess_cur":0,"group_sess_rate":0,"group_band_width":0,
"criteria":[{"key":"service","value":"web","op":"="}],"members":[],"policy_rules":[],"response_rules":[` + responseJSON + `],"created_timestamp":0,"last_modified_timestamp":0,"targets":""}`

func objectAnswers() map[string]string {
	answers := map[string]string{
		"GET /v1/group/fed.web":           `{"group":` + groupJSON + `}`,
		"GET /v1/admission/rules":         `{"rules":[` + admissionJSON + `]}`,
		"GET /v1/admission/rule/100001":   `{"rule":` + admissionJSON + `}`,
		"POST /v1/admission/rule":         `{"rule":` + admissionJSON + `}`,
		"GET /v1/admission/state":         `{"state":{"enable":true,"mode":"monitor","default_action":"allow","failure_policy":"ignore","adm_client_mode":"service","cfg_type":"federal","defined":true,"targets":""}}`,
		"GET /v1/response/rule":           `{"rules":[` + responseJSON + `]}`,
		"GET /v1/response/rule/100001":    `{"rule":` + responseJSON + `}`,
		"GET /v1/process_profile":         `{"process_profiles":[` + processJSON + `]}`,
		"GET /v1/process_profile/fed.web": `{"process_profile":` + processJSON + `}`,
		"GET /v1/file_monitor":            `{"profiles":[` + fileJSON + `]}`,
		"GET /v1/file_monitor/fed.web":    `{"profile":` + fileJSON + `}`,
		"GET /v1/dlp/sensor":              `{"sensors":[` + sensorJSON + `]}`,
		"GET /v1/dlp/sensor/fed.card":     `{"sensor":` + sensorJSON + `}`,
		"GET /v1/waf/group":               `{"waf_groups":[{"name":"fed.web","status":false,"sensors":[{"name":"fed.sql","action":"deny"}],"cfg_type":"federal","targets":""}]}`,
		"GET /v1/system/config":           `{"fed_config":{"webhooks":[` + webhookJSON + `]}}`,
		"GET /v1/fed/summary":             summaryJSON,
	}
	for _, write := range []string{
		"PATCH /v1/group/fed.web", "DELETE /v1/group/fed.web", "DELETE /v1/group/fed.db", "PATCH /v1/policy/rule", "PATCH /v1/policy/rule/100001",
		"POST /v1/policy/rules/promote", "PATCH /v1/admission/rule", "DELETE /v1/admission/rule/100001", "POST /v1/admission/rule/promote",
		"PATCH /v1/admission/state", "PATCH /v1/response/rule", "PATCH /v1/response/rule/100001", "DELETE /v1/response/rule/100001",
		"PATCH /v1/process_profile/fed.web", "PATCH /v1/file_monitor/fed.web", "POST /v1/dlp/sensor", "PATCH /v1/dlp/sensor/fed.card",
		"DELETE /v1/waf/sensor/fed.sql", "PATCH /v1/dlp/group/fed.web", "PATCH /v1/waf/group/fed.web", "POST /v1/system/config/webhook",
		"PATCH /v1/system/config/webhook/fed.ops", "DELETE /v1/system/config/webhook/ops",
	} {
		answers[write] = ""
	}
	return answers
}

func TestObject_requests(t *testing.T) {
	for line, c := range map[string]struct {
		stdin string
		want  []string
	}{
		"group set fed.web --comment new --targets ''": {want: []string{`PATCH /v1/group/fed.web {"config":{"name":"fed.web","comment":"new","targets":""}}`}},
		"group delete fed.web fed.db":                  {want: []string{"DELETE /v1/group/fed.web", "DELETE /v1/group/fed.db"}},

		"rule set 100001 --action deny --enable --targets env=prod": {
			want: []string{`PATCH /v1/policy/rule/100001 {"config":{"id":100001,"action":"deny","disable":false,"targets":"env=prod"}}`},
		},
		"rule move 100001 --after 0": {want: []string{`PATCH /v1/policy/rule?scope=fed {"move":{"after":0,"id":100001}}`}},
		"rule move 12":               {want: []string{`PATCH /v1/policy/rule?scope=local {"move":{"id":12}}`}},
		"rule promote 12 13":         {want: []string{`POST /v1/policy/rules/promote {"request":{"ids":[12,13]}}`}},
		"rule add -f - --action deny --targets env=prod": {
			stdin: "config:\n  from: fed.web\n  to: external\n  action: allow\n",
			want: []string{
				`PATCH /v1/policy/rule?scope=fed {"insert":{"rules":[{"from":"fed.web","to":"external","ports":"any","action":"deny","applications":["any"],"targets":"env=prod"}]}}`,
			},
		},

		"admission list --scope fed": {want: []string{"GET /v1/admission/rules?scope=fed"}},
		"admission add --deny --criterion 'imageRegistry containsAny docker.io,quay.io' --criterion cveHighCount>=3 --mode monitor": {
			want: []string{`POST /v1/admission/rule {"config":{"criteria":[{"name":"imageRegistry","op":"containsAny","value":"docker.io,quay.io"},` +
				`{"name":"cveHighCount","op":"\u003e=","value":"3"}],"rule_type":"deny","rule_mode":"monitor","cfg_type":"federal"}}`},
		},
		"admission add --exception -f - --scope local": {
			stdin: "criteria:\n- {name: resourceLimit, op: '', value: '', sub_criteria: [{name: cpuLimit, op: '>', value: '2'}]}\n",
			want: []string{`POST /v1/admission/rule {"config":{"criteria":[{"name":"resourceLimit","op":"","value":"",` +
				`"sub_criteria":[{"name":"cpuLimit","op":"\u003e","value":"2"}]}],"rule_type":"exception","cfg_type":"user_created"}}`},
		},
		"admission set 100001 -f - --mode protect": {
			stdin: `{"rule":` + admissionJSON + `}`,
			want: []string{`PATCH /v1/admission/rule {"config":{"id":100001,"category":"Kubernetes","comment":"","criteria":[` +
				`{"name":"imageRegistry","op":"containsAny","value":"docker.io"},{"name":"resourceLimit","op":"","value":"",` +
				`"sub_criteria":[{"name":"cpuLimit","op":"\u003e","value":"2"}]}],"disable":false,"containers":[],"rule_type":"deny",` +
				`"rule_mode":"protect","cfg_type":"federal","targets":"env=prod"}}`},
		},
		"admission delete 100001": {want: []string{"DELETE /v1/admission/rule/100001"}},
		"admission promote 1001":  {want: []string{`POST /v1/admission/rule/promote {"request":{"ids":[1001]}}`}},
		"admission state --disable --mode monitor": {
			want: []string{`PATCH /v1/admission/state?scope=fed {"state":{"enable":false,"mode":"monitor","cfg_type":"federal"}}`},
		},
		"admission state --scope local": {want: []string{"GET /v1/admission/state?scope=local"}},

		"response add --event event --condition name:a:b --condition level:Warning --action webhook,quarantine --webhook fed.ops --after -100001": {
			want: []string{`PATCH /v1/response/rule?scope=fed {"insert":{"after":-100001,"rules":[{"event":"event","conditions":[{"type":"name","value":"a:b"},` +
				`{"type":"level","value":"Warning"}],"actions":["webhook","quarantine"],"webhooks":["fed.ops"],"cfg_type":"federal"}]}}`},
		},
		"response set 100001 --disable --group ''": {want: []string{`PATCH /v1/response/rule/100001 {"config":{"id":100001,"group":"","disable":true}}`}},
		"response delete 100001":                   {want: []string{"DELETE /v1/response/rule/100001"}},

		"process set fed.web --allow nginx=/usr/sbin/nginx --deny curl --delete sh=/bin/sh --baseline basic": {
			want: []string{`PATCH /v1/process_profile/fed.web {"process_profile_config":{"group":"fed.web","baseline":"basic",` +
				`"process_delete_list":[{"name":"sh","path":"/bin/sh","action":""}],` +
				`"process_change_list":[{"name":"nginx","path":"/usr/sbin/nginx","action":"allow"},{"name":"curl","action":"deny"}]}}`},
		},
		"process set fed.web -f -": {
			stdin: processJSON,
			want: []string{`PATCH /v1/process_profile/fed.web {"process_profile_config":{"group":"fed.web","alert_disabled":false,"hash_enabled":false,` +
				`"baseline":"zero-drift","mode":"","process_list":[{"name":"nginx","path":"/usr/sbin/nginx","action":"allow","allow_update":true}],` +
				`"cfg_type":"federal","targets":""}}`},
		},

		"file set fed.web --block /etc/nginx/* --monitor /etc/shadow --app passwd --recursive --delete /tmp": {
			want: []string{
				"GET /v1/file_monitor/fed.web",
				`PATCH /v1/file_monitor/fed.web {"config":{"group":"fed.web","delete_filters":[{"filter":"/tmp","behavior":""}],` +
					`"add_filters":[{"filter":"/etc/shadow","recursive":true,"behavior":"monitor_change","applications":["passwd"]}],` +
					`"update_filters":[{"filter":"/etc/nginx/*","recursive":true,"behavior":"block_access","applications":["passwd"]}]}}`,
			},
		},
		"file set fed.web --targets env=prod": {want: []string{`PATCH /v1/file_monitor/fed.web {"config":{"group":"fed.web","targets":"env=prod"}}`}},

		"dlp add fed.card --rule 'long@body=[0-9]{16}' --rule long!=test --rule short=^a=b$": {
			want: []string{`POST /v1/dlp/sensor?scope=fed {"config":{"name":"fed.card","rules":[{"name":"long","id":0,"patterns":[` +
				`{"key":"pattern","op":"regex","value":"[0-9]{16}","context":"body"},{"key":"pattern","op":"!regex","value":"test","context":""}]},` +
				`{"name":"short","id":0,"patterns":[{"key":"pattern","op":"regex","value":"^a=b$","context":""}]}]}}`},
		},
		"dlp set fed.card --rule a=b --delete long --comment x": {
			want: []string{`PATCH /v1/dlp/sensor/fed.card {"config":{"name":"fed.card","comment":"x","delete":[{"name":"long","id":0,"patterns":null}],` +
				`"change":[{"name":"a","id":0,"patterns":[{"key":"pattern","op":"regex","value":"b","context":""}]}]}}`},
		},
		"waf delete fed.sql": {want: []string{"DELETE /v1/waf/sensor/fed.sql"}},
		"dlp bind fed.web --sensor fed.card=deny --sensor fed.other": {
			want: []string{`PATCH /v1/dlp/group/fed.web {"config":{"name":"fed.web","sensors":[{"name":"fed.card","action":"deny"},{"name":"fed.other","action":"allow"}]}}`},
		},
		"waf bind fed.web --delete fed.sql --disable": {want: []string{`PATCH /v1/waf/group/fed.web {"config":{"name":"fed.web","status":false,"delete":["fed.sql"]}}`}},
		"waf groups": {want: []string{"GET /v1/waf/group"}},

		"webhook add fed.ops --url https://a --type JSON": {
			want: []string{`POST /v1/system/config/webhook?scope=fed {"config":{"name":"fed.ops","url":"https://a","type":"JSON"}}`},
		},
		"webhook set fed.ops --disable --use-proxy": {
			want: []string{`PATCH /v1/system/config/webhook/fed.ops?scope=fed {"config":{"name":"fed.ops","enable":false,"use_proxy":true}}`},
		},
		"webhook delete ops":   {want: []string{"DELETE /v1/system/config/webhook/ops?scope=local"}},
		"webhook show fed.ops": {want: []string{"GET /v1/system/config?scope=fed"}},
	} {
		t.Run(line, func(t *testing.T) {
			f := newFakeServer(t, objectAnswers())
			if got := try(t, attempt{args: words(line), env: f.env, stdin: c.stdin}); got.code != exitDone {
				t.Errorf("exit code %d, %q", got.code, got.stderr)
			}
			if diff := cmp.Diff(c.want, f.requests()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

func TestObject_output(t *testing.T) {
	f := newFakeServer(t, objectAnswers())
	goldenSession(t, f, "objects.txt", []string{
		"group show fed.web", "admission list", "admission show 100001", "admission state", "response list", "response show 100001",
		"process list", "process show fed.web", "file list", "file show fed.web", "dlp list", "dlp show fed.card", "waf groups",
		"webhook list", "webhook show fed.ops", "rule delete 100001", "admission add --deny --criterion a=b",
		"admission add --deny --criterion a=b -o yaml",
	})
}

func TestObject_file(t *testing.T) {
	for name, c := range map[string]struct {
		line, stdin, want string
		code              int
	}{
		"no such field":        {"rule set 100001 -f -", "actoin: deny\n", `unknown field "actoin"`, exitFailed},
		"wrong type":           {"rule set 100001 -f -", "action: [deny]\n", "cannot unmarshal array", exitFailed},
		"no yaml":              {"rule set 100001 -f -", "{", "-: ", exitFailed},
		"empty":                {"rule set 100001 -f -", "", "-: it is empty", exitFailed},
		"not there":            {"rule set 100001 -f /nowhere/at/all", "", "no such file", exitFailed},
		"about something else": {"rule set 100001 -f -", "id: 100002\n", "the file is about 100002, and not about 100001", exitUsage},
		"about another name":   {"webhook set fed.ops -f -", webhookJSON[:9] + "fed.b" + webhookJSON[16:], "the file is about fed.b, and not about fed.ops", exitUsage},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFakeServer(t, objectAnswers())
			expectRefusal(t, try(t, attempt{args: words(c.line), env: f.env, stdin: c.stdin}), c.code, c.want)
		})
	}
}
