package events

import (
	"strconv"
	"time"
)

// Object is one thing of the policy. It is stored whole in every fact that says how it is.
type Object interface {
	// About returns what kind of thing it is and its name within the kind.
	About() About
	// Common returns what every object has.
	Common() Meta
	// WithMeta returns the object with what every object has replaced.
	WithMeta(m Meta) Object
	// Defined returns the fact that the object is so from now on.
	Defined() Fact
	// Removed returns the fact that the object is gone.
	Removed() Fact
}

// About names one object of the policy.
type About struct {
	Kind ObjectKind `json:"kind"`
	Name string     `json:"name"` // of an object that goes by a number, the number in decimal
}

// ObjectKind is a kind of object. Its text is stored in subjects.
type ObjectKind string

// The kinds of object.
const (
	ObjectGroup          ObjectKind = "group"
	ObjectNetworkRule    ObjectKind = "network"
	ObjectAdmissionRule  ObjectKind = "admission"
	ObjectAdmissionState ObjectKind = "admission-state"
	ObjectResponseRule   ObjectKind = "response"
	ObjectProcessProfile ObjectKind = "process"
	ObjectFileProfile    ObjectKind = "file"
	ObjectDLPSensor      ObjectKind = "dlp"
	ObjectDLPGroup       ObjectKind = "dlp-group"
	ObjectWAFSensor      ObjectKind = "waf"
	ObjectWAFGroup       ObjectKind = "waf-group"
	ObjectWebhook        ObjectKind = "webhook"
)

// Meta is what every object of the policy has.
type Meta struct {
	// Targets is a selector over the labels of clusters, as k8s.io/apimachinery/pkg/labels writes it; empty: all.
	Targets    string    `json:"targets,omitempty"`
	CreatedAt  time.Time `json:"created_at"`
	ModifiedAt time.Time `json:"modified_at"`
}

// Common implements a part of [Object].
func (m Meta) Common() Meta { return m }

// Group is a set of workloads, or of addresses, that rules speak of.
type Group struct {
	Name           string      `json:"name"`
	Comment        string      `json:"comment,omitempty"`
	Criteria       []Criterion `json:"criteria"`
	Reserved       bool        `json:"reserved,omitempty"` // made by the system; cannot be deleted
	MonitorMetric  bool        `json:"monitor_metric,omitempty"`
	SessionCurrent uint32      `json:"group_sess_cur,omitempty"`
	SessionRate    uint32      `json:"group_sess_rate,omitempty"`
	GroupBandWidth uint32      `json:"group_band_width,omitempty"`
	Meta
}

// Criterion is one test that the members of a [Group] pass.
type Criterion struct {
	Key   string `json:"key"`
	Value string `json:"value"`
	Op    string `json:"op"`
}

// NetworkRule says what traffic between two groups is allowed or denied.
type NetworkRule struct {
	ID           uint32   `json:"id"`
	Rank         string   `json:"rank"` // place in the order: rules of one scope are sorted by rank, then id
	Comment      string   `json:"comment,omitempty"`
	From         string   `json:"from"`
	To           string   `json:"to"`
	Ports        string   `json:"ports"`
	Action       string   `json:"action"`
	Applications []string `json:"applications"`
	Disabled     bool     `json:"disable,omitempty"`
	Priority     uint32   `json:"priority,omitempty"`
	Meta
}

// AdmissionRule says which workloads a cluster refuses to create, or creates in spite of other rules.
type AdmissionRule struct {
	ID         uint32               `json:"id"`
	Comment    string               `json:"comment,omitempty"`
	Category   string               `json:"category"`
	RuleType   string               `json:"rule_type"`           // "deny" or "exception"
	RuleMode   string               `json:"rule_mode,omitempty"` // of a deny rule: "monitor" or "protect"; empty: the cluster's own mode
	Criteria   []AdmissionCriterion `json:"criteria"`
	Containers []string             `json:"containers,omitempty"` // "containers", "init_containers", "ephemeral_containers"; empty: all
	Disabled   bool                 `json:"disable,omitempty"`
	Meta
}

// AdmissionCriterion is one test of an [AdmissionRule]; a workload that passes all of them is met by the rule.
type AdmissionCriterion struct {
	Name         string               `json:"name"`
	Op           string               `json:"op"`
	Value        string               `json:"value"`
	SubCriteria  []AdmissionCriterion `json:"sub_criteria,omitempty"`
	Type         string               `json:"type,omitempty"`          // "customPath", "saBindRiskyRole" or empty
	TemplateKind string               `json:"template_kind,omitempty"` // of a custom path: what it leads into
	Path         string               `json:"path,omitempty"`
	ValueType    string               `json:"value_type,omitempty"` // of a custom path: "key", "string", "number" or "boolean"
}

// AdmissionState says whether and how admission rules act. There is at most one in each scope.
type AdmissionState struct {
	Enable        bool   `json:"enable"`
	Mode          string `json:"mode"`           // "monitor" or "protect"
	DefaultAction string `json:"default_action"` // "allow" or "deny": for a workload that no rule meets
	FailurePolicy string `json:"failure_policy"` // "ignore" or "fail": when the rules cannot be asked
	Meta
}

// ResponseRule says what a cluster does when something happens in it.
type ResponseRule struct {
	ID         uint32              `json:"id"`
	Rank       string              `json:"rank"` // place in the list; every rule that fits acts
	Comment    string              `json:"comment,omitempty"`
	Event      string              `json:"event"`
	Group      string              `json:"group,omitempty"` // empty: whatever group it happens to
	Conditions []ResponseCondition `json:"conditions"`
	Actions    []string            `json:"actions"`
	Webhooks   []string            `json:"webhooks,omitempty"`
	Disabled   bool                `json:"disable,omitempty"`
	Meta
}

// ResponseCondition is one test of a [ResponseRule].
type ResponseCondition struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

// ProcessProfile says which processes may run in a group's containers.
type ProcessProfile struct {
	Group         string        `json:"group"`
	Baseline      string        `json:"baseline"`       // "basic" or "zero-drift"
	Mode          string        `json:"mode,omitempty"` // always empty for a federated group: workloads keep their own cluster's
	AlertDisabled bool          `json:"alert_disabled,omitempty"`
	HashEnabled   bool          `json:"hash_enabled,omitempty"`
	Processes     []ProcessRule `json:"process_list"` // sorted by name, then path
	Meta
}

// ProcessRule is one entry of a [ProcessProfile].
type ProcessRule struct {
	Name        string `json:"name"`
	Path        string `json:"path,omitempty"`
	Action      string `json:"action"` // "allow" or "deny"
	AllowUpdate bool   `json:"allow_update,omitempty"`
}

// FileProfile says which files of a group's containers are watched.
type FileProfile struct {
	Group   string       `json:"group"`
	Filters []FileFilter `json:"filters"` // sorted by filter
	Meta
}

// FileFilter is one entry of a [FileProfile].
type FileFilter struct {
	Filter       string   `json:"filter"`
	Recursive    bool     `json:"recursive,omitempty"`
	Behavior     string   `json:"behavior"` // "monitor_change" or "block_access"
	Applications []string `json:"applications,omitempty"`
}

// Sensor is a set of patterns that a cluster looks for in traffic. DLP and WAF sensors have this shape.
type Sensor struct {
	Name       string       `json:"name"`
	Comment    string       `json:"comment,omitempty"`
	Predefined bool         `json:"predefine,omitempty"` // made by the system; cannot be deleted
	Rules      []SensorRule `json:"rules"`               // sorted by name
	Meta
}

// SensorRule is one entry of a [Sensor].
type SensorRule struct {
	Name     string    `json:"name"`
	ID       uint32    `json:"id"`
	Patterns []Pattern `json:"patterns"`
}

// Pattern is one test of a [SensorRule].
type Pattern struct {
	Key     string `json:"key"`
	Op      string `json:"op"`
	Value   string `json:"value"`
	Context string `json:"context"` // "url", "header", "body" or "packet"
}

// SensorGroup says which sensors look at a group's traffic, and what becomes of it.
type SensorGroup struct {
	Group   string       `json:"group"`
	Status  bool         `json:"status"`  // whether the sensors look at all
	Sensors []SensorUsed `json:"sensors"` // sorted by name
	Meta
}

// SensorUsed is one entry of a [SensorGroup].
type SensorUsed struct {
	Name    string `json:"name"`
	Action  string `json:"action"` // "allow" or "deny"
	Comment string `json:"comment,omitempty"`
}

// Webhook is where response rules send what happened.
type Webhook struct {
	Name     string `json:"name"`
	URL      string `json:"url"`
	Type     string `json:"type,omitempty"` // "", "Slack", "JSON" or "Teams"
	Enable   bool   `json:"enable"`
	UseProxy bool   `json:"use_proxy,omitempty"`
	Meta
}

// DLPSensor is a [Sensor] for data that must not leave.
type DLPSensor struct{ Sensor }

// WAFSensor is a [Sensor] for attacks that come in.
type WAFSensor struct{ Sensor }

// DLPGroup says which DLP sensors look at a group's traffic.
type DLPGroup struct{ SensorGroup }

// WAFGroup says which WAF sensors look at a group's traffic.
type WAFGroup struct{ SensorGroup }

func number(id uint32) string { return strconv.FormatUint(uint64(id), 10) }

// admissionStateName is the name of the only object of its kind.
const admissionStateName = "state"

// About implements [Object].
func (o Group) About() About { return About{ObjectGroup, o.Name} }

// WithMeta implements [Object].
func (o Group) WithMeta(m Meta) Object { o.Meta = m; return o }

// Defined implements [Object].
func (o Group) Defined() Fact { return GroupDefined{Group: o} }

// Removed implements [Object].
func (o Group) Removed() Fact { return GroupRemoved{Name: o.Name} }

// About implements [Object].
func (o NetworkRule) About() About { return About{ObjectNetworkRule, number(o.ID)} }

// WithMeta implements [Object].
func (o NetworkRule) WithMeta(m Meta) Object { o.Meta = m; return o }

// Defined implements [Object].
func (o NetworkRule) Defined() Fact { return NetworkRuleDefined{Rule: o} }

// Removed implements [Object].
func (o NetworkRule) Removed() Fact { return NetworkRuleRemoved{ID: o.ID} }

// About implements [Object].
func (o AdmissionRule) About() About { return About{ObjectAdmissionRule, number(o.ID)} }

// WithMeta implements [Object].
func (o AdmissionRule) WithMeta(m Meta) Object { o.Meta = m; return o }

// Defined implements [Object].
func (o AdmissionRule) Defined() Fact { return AdmissionRuleDefined{Rule: o} }

// Removed implements [Object].
func (o AdmissionRule) Removed() Fact { return AdmissionRuleRemoved{ID: o.ID} }

// About implements [Object].
func (AdmissionState) About() About { return About{ObjectAdmissionState, admissionStateName} }

// WithMeta implements [Object].
func (o AdmissionState) WithMeta(m Meta) Object { o.Meta = m; return o }

// Defined implements [Object].
func (o AdmissionState) Defined() Fact { return AdmissionStateDefined{State: o} }

// Removed implements [Object].
func (AdmissionState) Removed() Fact { return AdmissionStateRemoved{} }

// About implements [Object].
func (o ResponseRule) About() About { return About{ObjectResponseRule, number(o.ID)} }

// WithMeta implements [Object].
func (o ResponseRule) WithMeta(m Meta) Object { o.Meta = m; return o }

// Defined implements [Object].
func (o ResponseRule) Defined() Fact { return ResponseRuleDefined{Rule: o} }

// Removed implements [Object].
func (o ResponseRule) Removed() Fact { return ResponseRuleRemoved{ID: o.ID} }

// About implements [Object].
func (o ProcessProfile) About() About { return About{ObjectProcessProfile, o.Group} }

// WithMeta implements [Object].
func (o ProcessProfile) WithMeta(m Meta) Object { o.Meta = m; return o }

// Defined implements [Object].
func (o ProcessProfile) Defined() Fact { return ProcessProfileDefined{Profile: o} }

// Removed implements [Object].
func (o ProcessProfile) Removed() Fact { return ProcessProfileRemoved{Group: o.Group} }

// About implements [Object].
func (o FileProfile) About() About { return About{ObjectFileProfile, o.Group} }

// WithMeta implements [Object].
func (o FileProfile) WithMeta(m Meta) Object { o.Meta = m; return o }

// Defined implements [Object].
func (o FileProfile) Defined() Fact { return FileProfileDefined{Profile: o} }

// Removed implements [Object].
func (o FileProfile) Removed() Fact { return FileProfileRemoved{Group: o.Group} }

// About implements [Object].
func (o DLPSensor) About() About { return About{ObjectDLPSensor, o.Name} }

// WithMeta implements [Object].
func (o DLPSensor) WithMeta(m Meta) Object { o.Meta = m; return o }

// Defined implements [Object].
func (o DLPSensor) Defined() Fact { return DLPSensorDefined{Sensor: o} }

// Removed implements [Object].
func (o DLPSensor) Removed() Fact { return DLPSensorRemoved{Name: o.Name} }

// About implements [Object].
func (o DLPGroup) About() About { return About{ObjectDLPGroup, o.Group} }

// WithMeta implements [Object].
func (o DLPGroup) WithMeta(m Meta) Object { o.Meta = m; return o }

// Defined implements [Object].
func (o DLPGroup) Defined() Fact { return DLPGroupDefined{Group: o} }

// Removed implements [Object].
func (o DLPGroup) Removed() Fact { return DLPGroupRemoved{Group: o.Group} }

// About implements [Object].
func (o WAFSensor) About() About { return About{ObjectWAFSensor, o.Name} }

// WithMeta implements [Object].
func (o WAFSensor) WithMeta(m Meta) Object { o.Meta = m; return o }

// Defined implements [Object].
func (o WAFSensor) Defined() Fact { return WAFSensorDefined{Sensor: o} }

// Removed implements [Object].
func (o WAFSensor) Removed() Fact { return WAFSensorRemoved{Name: o.Name} }

// About implements [Object].
func (o WAFGroup) About() About { return About{ObjectWAFGroup, o.Group} }

// WithMeta implements [Object].
func (o WAFGroup) WithMeta(m Meta) Object { o.Meta = m; return o }

// Defined implements [Object].
func (o WAFGroup) Defined() Fact { return WAFGroupDefined{Group: o} }

// Removed implements [Object].
func (o WAFGroup) Removed() Fact { return WAFGroupRemoved{Group: o.Group} }

// About implements [Object].
func (o Webhook) About() About { return About{ObjectWebhook, o.Name} }

// WithMeta implements [Object].
func (o Webhook) WithMeta(m Meta) Object { o.Meta = m; return o }

// Defined implements [Object].
func (o Webhook) Defined() Fact { return WebhookDefined{Webhook: o} }

// Removed implements [Object].
func (o Webhook) Removed() Fact { return WebhookRemoved{Name: o.Name} }
