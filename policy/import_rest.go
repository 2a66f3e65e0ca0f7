package policy

import "github.com/fedhub/fedhub/events"

// ignoredFields are what objects of each kind say in the REST interface's answers, and in custom resources, that is
// nobody's wish: who made them, when, and what else speaks of them.
var ignoredFields = map[*kind][]string{
	groupKind: { //nolint:misspell // NeuVector spells it so
		"cfg_type", "learned", "reserved", "policy_mode", "profile_mode", "not_scored", "domain", "creater_domains", "kind",
		"platform_role", "baseline_profile", "cap_change_mode", "cap_scorable", "members", "policy_rules", "response_rules",
		"created_timestamp", "last_modified_timestamp",
	},
	networkKind: {
		"learned", "created_timestamp", "last_modified_timestamp", "match_counter", "last_match_timestamp",
	},
	admissionKind: {
		"id", "conversion_id_ref", "cfg_type", "category", "critical", "created_timestamp", "last_modified_timestamp",
	},
	admissionStateKind: {
		"adm_client_mode_options", "adm_svc_type", "ctrl_states", "cfg_type", "created_timestamp", "last_modified_timestamp",
	},
	responseKind:  {"id", "cfg_type", "created_timestamp", "last_modified_timestamp"},
	processKind:   {"cfg_type", "uuid", "group", "created_timestamp", "last_modified_timestamp"},
	fileKind:      {"cfg_type", "group", "created_timestamp", "last_modified_timestamp"},
	dlpSensorKind: {"id", "cfg_type", "groups", "predefine", "created_timestamp", "last_modified_timestamp"},
	wafSensorKind: {"id", "cfg_type", "groups", "predefine", "created_timestamp", "last_modified_timestamp"},
	dlpGroupKind:  {"cfg_type", "exist", "predefine", "created_timestamp", "last_modified_timestamp"},
	wafGroupKind:  {"cfg_type", "exist", "predefine", "created_timestamp", "last_modified_timestamp"},
	webhookKind:   {"cfg_type", "created_timestamp", "last_modified_timestamp"},
}

// answerReaders read what the REST interface's answers and requests have in their outermost mapping.
var answerReaders = map[string]func(r *resourceReader, v *value){
	"groups":                 each((*resourceReader).restGroup),
	"group":                  (*resourceReader).restGroup,
	"rules":                  each((*resourceReader).restRule),
	"rule":                   (*resourceReader).restRule,
	"insert":                 (*resourceReader).restInsert,
	"process_profiles":       each((*resourceReader).restProcess),
	"process_profile":        (*resourceReader).restProcess,
	"process_profile_config": (*resourceReader).restProcess,
	"profiles":               each((*resourceReader).restFile),
	"profile":                (*resourceReader).restFile,
	"dlp_sensors":            each(func(r *resourceReader, v *value) { r.sensor(v, dlpSensorKind) }),
	"dlp_sensor":             func(r *resourceReader, v *value) { r.sensor(v, dlpSensorKind) },
	"waf_sensors":            each(func(r *resourceReader, v *value) { r.sensor(v, wafSensorKind) }),
	"waf_sensor":             func(r *resourceReader, v *value) { r.sensor(v, wafSensorKind) },
	"sensors":                each((*resourceReader).eitherSensor),
	"sensor":                 (*resourceReader).eitherSensor,
	"dlp_groups":             each(func(r *resourceReader, v *value) { r.restSensorGroup(v, dlpGroupKind) }),
	"dlp_group":              func(r *resourceReader, v *value) { r.restSensorGroup(v, dlpGroupKind) },
	"waf_groups":             each(func(r *resourceReader, v *value) { r.restSensorGroup(v, wafGroupKind) }),
	"waf_group":              func(r *resourceReader, v *value) { r.restSensorGroup(v, wafGroupKind) },
	"webhooks":               each((*resourceReader).webhook),
	"fed_config":             (*resourceReader).restConfig,
	"config":                 (*resourceReader).restConfig,
	"state":                  (*resourceReader).restState,
}

// each reads every entry of a list.
func each(read func(r *resourceReader, v *value)) func(r *resourceReader, v *value) {
	return func(r *resourceReader, v *value) {
		if v.kind != kindList && !v.empty() {
			r.leave(r.item("list", "", v.line), OutcomeRefused, "it is not a list")
		}
		for _, item := range v.items {
			read(r, item)
		}
	}
}

// answer reads what the REST interface answers or takes, and reports whether v is that.
func (r *resourceReader) answer(v *value) bool {
	known := false
	for _, f := range v.fields {
		if _, is := answerReaders[f.key]; is {
			known = true
		}
	}
	if !known {
		return false
	}
	for _, f := range v.fields {
		read, is := answerReaders[f.key]
		switch {
		case is && f.value.kind != kindNull:
			read(r, f.value)
		case !is && !f.value.empty():
			r.unknownField(f)
		}
	}
	return true
}

// restInsert reads what a client sends to insert rules.
func (r *resourceReader) restInsert(v *value) {
	r.known(v, "after", "rules")
	for _, rule := range r.items(v, "rules") {
		r.restRule(rule)
	}
}

// restConfig reads what a client sends to make or change one object, or a configuration with webhooks in it. What
// is in it says of which kind it is.
func (r *resourceReader) restConfig(v *value) {
	has := func(key string) bool { return v.get(key).kind != kindNull }
	switch {
	case ruleKind(v) != nil:
		r.restRule(v)
	case has("webhooks"):
		for _, webhook := range r.items(v, "webhooks") {
			r.webhook(webhook)
		}
		if len(v.fields) > 1 {
			r.leave(r.item("config", "", v.line), OutcomeSkipped, "of the configuration only the webhooks are federated")
		}
	case has("url"):
		r.webhook(v)
	case has("patterns") || has("rules") || has("change"):
		r.eitherSensor(v)
	case has("sensors") || has("replace"):
		r.leave(r.item("config", v.get("name").text, v.line), OutcomeRefused,
			`it may be about DLP or WAF sensors; put it into a list that is called "dlp_groups" or "waf_groups"`)
	case has("process_list") || has("process_change_list") || has("process_delete_list"):
		r.restProcess(v)
	case has("filters") || has("add_filters") || has("delete_filters") || has("update_filters"):
		r.restFile(v)
	case has("default_action") || has("failure_policy") || has("adm_client_mode") || has("mode"):
		r.restState(v)
	case has("criteria"):
		r.restGroup(v)
	default:
		r.leave(r.item("config", v.get("name").text, v.line), OutcomeRefused, "it does not say what kind of object it is about")
	}
}

// ruleKind tells by its fields of which kind a rule is, or nil.
func ruleKind(v *value) *kind {
	has := func(key string) bool { return v.get(key).kind != kindNull }
	switch {
	case has("from") || has("to"):
		return networkKind
	case has("rule_type"):
		return admissionKind
	case has("event"):
		return responseKind
	}
	return nil
}

func (r *resourceReader) restRule(v *value) {
	k := ruleKind(v)
	item := r.item("rule", firstText(v, "id", "comment"), v.line)
	var (
		why string
		c   Config
	)
	switch k {
	case networkKind:
		var rule RuleConfig
		why = r.decode(v, &rule, ignoredFields[k]...)
		c = rule
	case admissionKind:
		if v.get("critical").text == "true" {
			item.Kind = string(k.object)
			r.leave(item, OutcomeSkipped, "it is one of the rules that every cluster has")
			return
		}
		var rule AdmissionConfig
		why = r.decode(v, &rule, ignoredFields[k]...)
		c = rule
	case responseKind:
		var rule ResponseConfig
		why = r.decode(v, &rule, ignoredFields[k]...)
		c = rule
	default:
		r.leave(item, OutcomeRefused, "it does not say whether it is a network, an admission or a response rule")
		return
	}
	if why != "" {
		r.refuse(k, item, why)
		return
	}
	r.want(item, c, nil)
}

func (r *resourceReader) restGroup(v *value) {
	var c GroupConfig
	why := r.decode(v, &c, ignoredFields[groupKind]...)
	name := r.scope.importedName(c.Name)
	item := r.item(string(events.ObjectGroup), name, v.line)
	switch {
	case r.scope.ownGroup(name):
		r.leave(item, OutcomeSkipped, "the members of this group are fixed")
	case name == "" && why == "":
		r.leave(item, OutcomeRefused, "it has no name")
	default:
		c.Name = name
		r.group(item, c, nil, why)
	}
}

func (r *resourceReader) restProcess(v *value) {
	var c ProcessConfig
	item := r.item("", r.scope.importedGroup(v.get("group").text), v.line)
	if why := r.decode(v, &c, ignoredFields[processKind]...); why != "" {
		r.refuse(processKind, item, why)
		return
	}
	if r.scope == ScopeFederal {
		c.Mode = nil // a federated profile has none, whatever the answer of a cluster says
	}
	r.want(item, c, nil)
}

func (r *resourceReader) restFile(v *value) {
	var c FileConfig
	item := r.item("", r.scope.importedGroup(v.get("group").text), v.line)
	if why := r.decode(v, &c, ignoredFields[fileKind]...); why != "" {
		r.refuse(fileKind, item, why)
		return
	}
	r.want(item, c, nil)
}

func (r *resourceReader) restSensorGroup(v *value, k *kind) {
	var c SensorGroupConfig
	item := r.item("", r.scope.importedGroup(v.get("name").text), v.line)
	if why := r.decode(v, &c, ignoredFields[k]...); why != "" {
		r.refuse(k, item, why)
		return
	}
	if c.Replace == nil && c.Sensors != nil && c.Delete == nil {
		all := c.Sensors // an answer has all of them
		c.Replace, c.Sensors = &all, nil
	}
	if c.Replace == nil && c.Delete == nil || c.Replace != nil && len(*c.Replace) == 0 {
		return // answers name every group
	}
	if k == wafGroupKind {
		r.want(item, WAFGroupConfig{c}, nil)
		return
	}
	r.want(item, DLPGroupConfig{c}, nil)
}

// eitherSensor refuses a sensor of which nothing says what it looks for.
func (r *resourceReader) eitherSensor(v *value) {
	r.leave(r.item("sensor", v.get("name").text, v.line), OutcomeRefused,
		`it may be a DLP or a WAF sensor; put it into a list that is called "dlp_sensors" or "waf_sensors"`)
}

func (r *resourceReader) restState(v *value) {
	var c AdmissionStateConfig
	item := r.item("", c.about(), v.line)
	if why := r.decode(v, &c, ignoredFields[admissionStateKind]...); why != "" {
		r.refuse(admissionStateKind, item, why)
		return
	}
	r.want(item, c, nil)
}
