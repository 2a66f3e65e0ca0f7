package neuvector

import (
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
)

// The kinds of NeuVector's resources that are written. None of them has a namespace.
var (
	kindCluster   = kind("NvClusterSecurityRule", "nvclustersecurityrules")
	kindAdmission = kind("NvAdmissionControlSecurityRule", "nvadmissioncontrolsecurityrules")
	kindDLP       = kind("NvDlpSecurityRule", "nvdlpsecurityrules")
	kindWAF       = kind("NvWafSecurityRule", "nvwafsecurityrules")
	kindResponse  = kind("NvResponseRuleSecurityRule", "nvresponserulesecurityrules")
)

func kind(name, resource string) apply.Kind {
	return apply.Kind{GroupVersionKind: schema.GroupVersionKind{Group: "neuvector.com", Version: "v1", Kind: name}, Resource: resource}
}

// The forms below are those of NeuVector's published resource definitions. Lists are always there, so that what
// the API has afterwards is what was written.

// list returns a list that is there even when it is empty.
func list[T any](of []T) []T {
	if of == nil {
		return []T{}
	}
	return of
}

type clusterSpec struct {
	Target         target               `json:"target"`
	Ingress        []networkRule        `json:"ingress"`
	Egress         []networkRule        `json:"egress"`
	ProcessProfile *processProfile      `json:"process_profile,omitempty"`
	Process        []events.ProcessRule `json:"process"`
	File           []fileFilter         `json:"file"`
	DLP            *sensorGroup         `json:"dlp,omitempty"`
	WAF            *sensorGroup         `json:"waf,omitempty"`
}

type target struct {
	Selector selector `json:"selector"`
}

type selector struct {
	Name           string             `json:"name"`
	Comment        string             `json:"comment,omitempty"`
	Criteria       []events.Criterion `json:"criteria"`
	MonitorMetric  bool               `json:"mon_metric,omitempty"`
	SessionCurrent uint32             `json:"grp_sess_cur,omitempty"`
	SessionRate    uint32             `json:"grp_sess_rate,omitempty"`
	GroupBandWidth uint32             `json:"grp_band_width,omitempty"`
}

type networkRule struct {
	Name         string   `json:"name"`
	Selector     selector `json:"selector"`
	Action       string   `json:"action"`
	Applications []string `json:"applications"`
	Ports        string   `json:"ports"`
	Priority     uint32   `json:"priority"`
}

type processProfile struct {
	Baseline string `json:"baseline"`
}

type fileFilter struct {
	Filter       string   `json:"filter"`
	Recursive    bool     `json:"recursive"`
	Behavior     string   `json:"behavior"`
	Applications []string `json:"app,omitempty"`
}

type sensorGroup struct {
	Status   bool      `json:"status"`
	Settings []setting `json:"settings"`
}

type setting struct {
	Name   string `json:"name"`
	Action string `json:"action"`
}

type sensorSpec struct {
	Sensor sensor `json:"sensor"`
}

type sensor struct {
	Name    string       `json:"name"`
	Comment string       `json:"comment"`
	Rules   []sensorRule `json:"rules"`
}

type sensorRule struct {
	Name     string           `json:"name"`
	Patterns []events.Pattern `json:"patterns"`
}

type admissionSpec struct {
	Config admissionConfig `json:"config"`
	Rules  []admissionRule `json:"rules"`
}

type admissionConfig struct {
	Enable     bool   `json:"enable"`
	Mode       string `json:"mode"`
	ClientMode string `json:"client_mode"`
}

type admissionRule struct {
	Action     string                      `json:"action"`
	Comment    string                      `json:"comment"`
	Containers []string                    `json:"containers"`
	Criteria   []events.AdmissionCriterion `json:"criteria"`
	Disabled   bool                        `json:"disabled"`
	RuleMode   string                      `json:"rule_mode"`
}

type responseSpec struct {
	Rule responseRule `json:"rule"`
}

type responseRule struct {
	PolicyName string                     `json:"policy_name"`
	Event      string                     `json:"event"`
	Comment    string                     `json:"comment"`
	Conditions []events.ResponseCondition `json:"conditions"`
	Actions    []string                   `json:"actions"`
	Webhooks   []string                   `json:"webhooks,omitempty"`
	Disable    bool                       `json:"disable"`
}
