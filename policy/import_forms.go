package policy

import (
	"time"

	"github.com/fedhub/fedhub/events"
)

// The kinds of resource.
const (
	kindNvSecurityRule        = "NvSecurityRule"
	kindNvClusterSecurityRule = "NvClusterSecurityRule"
	kindNvGroupDefinition     = "NvGroupDefinition"
	kindNvAdmission           = "NvAdmissionControlSecurityRule"
	kindNvResponse            = "NvResponseRuleSecurityRule"
	kindNvDLP                 = "NvDlpSecurityRule"
	kindNvWAF                 = "NvWafSecurityRule"
	kindNvConfig              = "NvConfigSecurityRule"
	kindResourceList          = "List"

	apiGroup   = "neuvector.com/"
	apiVersion = apiGroup + "v1"
)

// The forms below are those of NeuVector's custom resources; its own are in controller/resource/nvsecurityrule_def.go.

// extension is what our own exports say about a part of a resource in the field "fedhub": all that NeuVector's form
// has no place for.
type extension struct {
	ID            uint32     `json:"id,omitempty"`
	Rank          string     `json:"rank,omitempty"`
	Comment       string     `json:"comment,omitempty"`
	Disable       bool       `json:"disable,omitempty"`
	Group         string     `json:"group,omitempty"`
	AlertDisabled bool       `json:"alert_disabled,omitempty"`
	HashEnabled   bool       `json:"hash_enabled,omitempty"`
	DefaultAction string     `json:"default_action,omitempty"`
	FailurePolicy string     `json:"failure_policy,omitempty"`
	Reserved      bool       `json:"reserved,omitempty"`
	Targets       *string    `json:"targets,omitempty"`
	CreatedAt     *time.Time `json:"created_at,omitempty"`
	ModifiedAt    *time.Time `json:"modified_at,omitempty"`
}

// claims returns what an extension, which may be nil, says as every request may.
func (e *extension) claims() Claims {
	if e == nil {
		return Claims{}
	}
	return Claims{Targets: e.Targets}
}

// crdSelector is a group, or where NameReferral or its meaning say so only its name.
type crdSelector struct {
	Name           string              `json:"name"`
	Comment        string              `json:"comment,omitempty"`
	Criteria       *[]events.Criterion `json:"criteria,omitempty"`
	NameReferral   bool                `json:"name_referral,omitempty"`
	MonitorMetric  *bool               `json:"mon_metric,omitempty"`
	SessionCurrent *uint32             `json:"grp_sess_cur,omitempty"`
	SessionRate    *uint32             `json:"grp_sess_rate,omitempty"`
	GroupBandWidth *uint32             `json:"grp_band_width,omitempty"`
	Extra          *extension          `json:"fedhub,omitempty"`
}

// crdRule is a network rule. Its selector is the other end: written as a [crdSelector] and read as a value.
type crdRule[S any] struct {
	Name         string     `json:"name"`
	Selector     S          `json:"selector"`
	Action       string     `json:"action"`
	Applications []string   `json:"applications"`
	Ports        string     `json:"ports"`
	Priority     uint32     `json:"priority"`
	Extra        *extension `json:"fedhub,omitempty"`
}

type crdProcessProfile struct {
	Baseline string     `json:"baseline,omitempty"`
	Mode     string     `json:"mode,omitempty"`
	Extra    *extension `json:"fedhub,omitempty"`
}

type crdFile struct {
	Filter       string   `json:"filter"`
	Recursive    bool     `json:"recursive"`
	Behavior     string   `json:"behavior"`
	Applications []string `json:"app,omitempty"`
}

// crdSensorGroup says which sensors look at the traffic of the target.
type crdSensorGroup struct {
	Status   *bool        `json:"status,omitempty"`
	Settings []crdSetting `json:"settings"`
	Extra    *extension   `json:"fedhub,omitempty"`
}

type crdSetting struct {
	Name    string     `json:"name"`
	Action  string     `json:"action"`
	Comment string     `json:"comment,omitempty"`
	Extra   *extension `json:"fedhub,omitempty"`
}

// crdSpec is the spec of an NvSecurityRule or NvClusterSecurityRule. It is only written: what is wrong in one part of
// one that is read leaves the others as they are.
type crdSpec struct {
	Target struct {
		Selector crdSelector `json:"selector"`
	} `json:"target"`
	Ingress        []crdRule[crdSelector] `json:"ingress"`
	Egress         []crdRule[crdSelector] `json:"egress"`
	ProcessProfile *crdProcessProfile     `json:"process_profile,omitempty"`
	Process        []events.ProcessRule   `json:"process"`
	File           []crdFile              `json:"file"`
	DLP            *crdSensorGroup        `json:"dlp,omitempty"`
	WAF            *crdSensorGroup        `json:"waf,omitempty"`
	Extra          *specExtension         `json:"fedhub,omitempty"`
}

// specExtension is what our own exports say about the parts of a spec that are lists.
type specExtension struct {
	File *extension `json:"file,omitempty"`
}

type crdAdmissionConfig struct {
	Enable     *bool      `json:"enable,omitempty"`
	Mode       *string    `json:"mode,omitempty"`
	ClientMode *string    `json:"client_mode,omitempty"`
	Extra      *extension `json:"fedhub,omitempty"`
}

type crdAdmissionRule struct {
	Action     string                      `json:"action"`
	Comment    string                      `json:"comment"`
	Containers []string                    `json:"containers"`
	Criteria   []events.AdmissionCriterion `json:"criteria"`
	Disabled   bool                        `json:"disabled"`
	RuleMode   string                      `json:"rule_mode"`
	Extra      *extension                  `json:"fedhub,omitempty"`
}

// crdResponseRule is a response rule. The policy is "default", or the group that the rule is for.
type crdResponseRule struct {
	PolicyName string                     `json:"policy_name"`
	Event      string                     `json:"event"`
	Comment    string                     `json:"comment"`
	Conditions []events.ResponseCondition `json:"conditions"`
	Actions    []string                   `json:"actions"`
	Webhooks   []string                   `json:"webhooks,omitempty"`
	Disable    bool                       `json:"disable"`
	Extra      *extension                 `json:"fedhub,omitempty"`
}

type crdSensor struct {
	Name    string          `json:"name"`
	Comment string          `json:"comment"`
	Rules   []crdSensorRule `json:"rules"`
	Extra   *extension      `json:"fedhub,omitempty"`
}

type crdSensorRule struct {
	Name     string           `json:"name"`
	Patterns []events.Pattern `json:"patterns"`
	Extra    *extension       `json:"fedhub,omitempty"`
}

type crdWebhook struct {
	WebhookConfig
	Extra *extension `json:"fedhub,omitempty"`
}
