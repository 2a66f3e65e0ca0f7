package events

import "time"

// Group is a set of workloads, or of addresses, that rules speak of. It is stored whole in every
// [GroupDefined].
type Group struct {
	Name           string      `json:"name"`
	Comment        string      `json:"comment,omitempty"`
	Criteria       []Criterion `json:"criteria"`
	Reserved       bool        `json:"reserved,omitempty"` // made by the system; cannot be deleted
	MonitorMetric  bool        `json:"monitor_metric,omitempty"`
	SessionCurrent uint32      `json:"group_sess_cur,omitempty"`
	SessionRate    uint32      `json:"group_sess_rate,omitempty"`
	GroupBandWidth uint32      `json:"group_band_width,omitempty"`
	CreatedAt      time.Time   `json:"created_at"`
	ModifiedAt     time.Time   `json:"modified_at"`
}

// Criterion is one test that the members of a [Group] pass.
type Criterion struct {
	Key   string `json:"key"`
	Value string `json:"value"`
	Op    string `json:"op"`
}

// NetworkRule says what traffic between two groups is allowed or denied. It is stored whole in every
// [NetworkRuleDefined].
type NetworkRule struct {
	ID           uint32    `json:"id"`
	Rank         string    `json:"rank"` // place in the order: rules of one scope are sorted by rank, then id
	Comment      string    `json:"comment,omitempty"`
	From         string    `json:"from"`
	To           string    `json:"to"`
	Ports        string    `json:"ports"`
	Action       string    `json:"action"`
	Applications []string  `json:"applications"`
	Disabled     bool      `json:"disable,omitempty"`
	Priority     uint32    `json:"priority,omitempty"`
	CreatedAt    time.Time `json:"created_at"`
	ModifiedAt   time.Time `json:"modified_at"`
}

// GroupDefined says how a group is from now on, whether it is new or changed.
type GroupDefined struct {
	Group Group `json:"group"`
}

// GroupRemoved says that a group is gone.
type GroupRemoved struct {
	Name string `json:"name"`
}

// NetworkRuleDefined says how a network rule is from now on, whether it is new, changed or moved.
type NetworkRuleDefined struct {
	Rule NetworkRule `json:"rule"`
}

// NetworkRuleRemoved says that a network rule is gone.
type NetworkRuleRemoved struct {
	ID uint32 `json:"id"`
}
