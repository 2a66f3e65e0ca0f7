package events_test

import (
	"encoding/json"
	"time"

	"github.com/fedhub/fedhub/events"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 123456789, time.UTC)

const (
	berlin  = "0123456789abcdef0123456789abcdef"
	madrid  = "fedcba9876543210fedcba9876543210"
	account = "AAC2TRAJDVPCGPNK2ZCBTMXNFV6LCFQXTSRUZ6AWQWOR5T5RSLMQZGPA"
	user    = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4"
)

// Parts of samples, with every field filled.
var (
	meta    = events.Meta{Targets: "env=prod", CreatedAt: noon, ModifiedAt: noon}
	labels  = events.Labels{"env": "prod", "region": "eu"}
	rollout = events.Rollout{
		ID: "r1", Comment: "deny by default", Waves: []events.Wave{{Selector: "env=test", Percent: 10, Below: "1999999999999999", Soak: 600}},
		Manual: true, Status: events.RolloutWaiting, Open: 1, OpenedAt: noon, Reason: "madrid is offline", Base: 7, Objects: 2,
		StartedBy: "alice", StartedAt: noon, EndedAt: noon,
	}
	sensor = events.Sensor{
		Name: "fed.cards", Comment: "credit cards", Predefined: true, Meta: meta,
		Rules: []events.SensorRule{{Name: "visa", ID: 40001, Patterns: []events.Pattern{
			{Key: "pattern", Op: "regex", Value: "4[0-9]{15}", Context: "body"},
		}}},
	}
	drift = events.Drift{
		Objects: []events.About{{Kind: events.ObjectNetworkRule, Name: "100001"}}, Change: events.ChangeEdited,
		Resource:    events.Resource{APIVersion: "networking.k8s.io/v1", Kind: "NetworkPolicy", Namespace: "shop", Name: "fedhub-100001"},
		Differences: []string{`spec.policyTypes.0: is "Egress", not "Ingress"`}, By: "kubectl-edit", Seen: noon, HealedIn: 7e6, Error: "forbidden",
	}
	sensorGroup = events.SensorGroup{
		Group: "fed.web", Status: true, Sensors: []events.SensorUsed{{Name: "fed.cards", Action: "deny", Comment: "credit cards"}}, Meta: meta,
	}
)

// samples has one fact of each kind with every field filled, and the log that it lives in.
var samples = []struct {
	log  events.Log
	fact events.Fact
}{
	{events.Rules, events.GroupDefined{Group: events.Group{
		Name: "fed.web", Comment: "front", Criteria: []events.Criterion{{Key: "image", Value: "nginx*", Op: "="}},
		Reserved: true, MonitorMetric: true, SessionCurrent: 1, SessionRate: 2, GroupBandWidth: 3, Meta: meta,
	}}},
	{events.Rules, events.GroupRemoved{Name: "fed.web"}},
	{events.Rules, events.NetworkRuleDefined{Rule: events.NetworkRule{
		ID: 100001, Rank: "V", Comment: "web to db", From: "fed.web", To: "fed.db", Ports: "tcp/5432", Action: "allow",
		Applications: []string{"PostgreSQL"}, Disabled: true, Priority: 7, Meta: meta,
	}}},
	{events.Rules, events.NetworkRuleRemoved{ID: 100001}},
	{events.Rules, events.AdmissionRuleDefined{Rule: events.AdmissionRule{
		ID: 1001, Comment: "no root", Category: "Kubernetes", RuleType: "deny", RuleMode: "protect",
		Criteria: []events.AdmissionCriterion{{
			Name: "item.spec.runAsUser", Op: "containsAll", Value: "0", Type: "customPath", TemplateKind: "podTemplate",
			Path: "item.spec.runAsUser", ValueType: "number",
			SubCriteria: []events.AdmissionCriterion{{Name: "count", Op: ">=", Value: "1"}},
		}},
		Containers: []string{"init_containers"}, Disabled: true, Meta: meta,
	}}},
	{events.Rules, events.AdmissionRuleRemoved{ID: 1001}},
	{events.Rules, events.AdmissionStateDefined{State: events.AdmissionState{
		Enable: true, Mode: "protect", DefaultAction: "deny", FailurePolicy: "fail", Meta: meta,
	}}},
	{events.Rules, events.AdmissionStateRemoved{}},
	{events.Rules, events.ResponseRuleDefined{Rule: events.ResponseRule{
		ID: 100002, Rank: "V", Comment: "tell us", Event: "security-event", Group: "fed.web",
		Conditions: []events.ResponseCondition{{Type: "level", Value: "Critical"}}, Actions: []string{"webhook"},
		Webhooks: []string{"fed.chat"}, Disabled: true, Meta: meta,
	}}},
	{events.Rules, events.ResponseRuleRemoved{ID: 100002}},
	{events.Rules, events.ProcessProfileDefined{Profile: events.ProcessProfile{
		Group: "fed.web", Baseline: "zero-drift", Mode: "Protect", AlertDisabled: true, HashEnabled: true, Meta: meta,
		Processes: []events.ProcessRule{{Name: "nginx", Path: "/usr/sbin/nginx", Action: "allow", AllowUpdate: true}},
	}}},
	{events.Rules, events.ProcessProfileRemoved{Group: "fed.web"}},
	{events.Rules, events.FileProfileDefined{Profile: events.FileProfile{
		Group: "fed.web", Meta: meta,
		Filters: []events.FileFilter{{Filter: "/etc/*", Recursive: true, Behavior: "block_access", Applications: []string{"nginx"}}},
	}}},
	{events.Rules, events.FileProfileRemoved{Group: "fed.web"}},
	{events.Rules, events.DLPSensorDefined{Sensor: events.DLPSensor{Sensor: sensor}}},
	{events.Rules, events.DLPSensorRemoved{Name: "fed.cards"}},
	{events.Rules, events.DLPGroupDefined{Group: events.DLPGroup{SensorGroup: sensorGroup}}},
	{events.Rules, events.DLPGroupRemoved{Group: "fed.web"}},
	{events.Rules, events.WAFSensorDefined{Sensor: events.WAFSensor{Sensor: sensor}}},
	{events.Rules, events.WAFSensorRemoved{Name: "fed.cards"}},
	{events.Rules, events.WAFGroupDefined{Group: events.WAFGroup{SensorGroup: sensorGroup}}},
	{events.Rules, events.WAFGroupRemoved{Group: "fed.web"}},
	{events.Rules, events.WebhookDefined{Webhook: events.Webhook{
		Name: "fed.chat", URL: "https://chat.example.com/hook", Type: "Slack", Enable: true, UseProxy: true, Meta: meta,
	}}},
	{events.Rules, events.WebhookRemoved{Name: "fed.chat"}},
	{events.Rules, events.ChangeStaged{
		Rollout: "r1", Object: events.About{Kind: events.ObjectGroup, Name: "fed.web"}, Change: events.KindGroupRemoved,
		Data: json.RawMessage(`{"name":"fed.web"}`),
	}},
	{events.Rules, events.RolloutStarted{Rollout: rollout}},
	{events.Rules, events.RolloutAdvanced{Rollout: rollout}},
	{events.Rules, events.RolloutPaused{Rollout: rollout}},
	{events.Rules, events.RolloutResumed{Rollout: rollout}},
	{events.Rules, events.RolloutCompleted{Rollout: rollout}},
	{events.Rules, events.RolloutAborted{Rollout: rollout}},
	{events.Fleet, events.TokenMinted{Federation: berlin, Token: "t1", Expires: noon, Uses: 3, Labels: labels}},
	{events.Fleet, events.TokenRedeemed{Federation: berlin, Token: "t1", Cluster: madrid}},
	{events.Fleet, events.TokenRevoked{Federation: berlin, Token: "t1"}},
	{events.Fleet, events.ClusterJoined{
		Cluster: madrid, Name: "madrid", Account: account, Key: user, Version: "0.1.0", KubernetesUID: "8f1c", Token: "t1",
		Address: events.RestInfo{Server: "10.0.0.2", Port: 10443}, ProxyRequired: true, Labels: labels,
	}},
	{events.Fleet, events.ClusterLeft{Cluster: madrid}},
	{events.Fleet, events.ClusterKicked{Cluster: madrid}},
	{events.Fleet, events.ClusterStatusChanged{Cluster: madrid, From: "joined", To: "synced", Since: noon}},
	{events.Fleet, events.ClusterLabeled{Cluster: madrid, Labels: labels}},
	{events.Fleet, events.ClusterDrifted{Cluster: madrid, Revision: 17, Drift: drift}},
	{events.Local, events.DriftFound{Drift: drift}},
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
	{events.Copy, events.ViewTaken{View: events.View{Labels: labels, Rollouts: []string{"r1"}}}},
	{events.Audit, events.Audited{
		Topic: "rest", Method: "POST", Path: "/v1/group", Status: 403, Code: 25, Client: "10.0.0.9", Error: "access denied",
		Command: "c1",
	}},
}
