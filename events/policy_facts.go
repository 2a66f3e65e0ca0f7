package events

// Definition is a fact that says how one object of the policy is from now on.
type Definition interface {
	Fact
	// Object returns the object as it is.
	Object() Object
}

// Removal is a fact that says that one object of the policy is gone.
type Removal interface {
	Fact
	// About returns which one it was.
	About() About
}

// GroupDefined says how a group is from now on, whether it is new or changed.
type GroupDefined struct {
	Group Group `json:"group"`
}

// GroupRemoved says that a group is gone.
type GroupRemoved struct {
	Name string `json:"name"`
}

// Object implements [Definition].
func (f GroupDefined) Object() Object { return f.Group }

// About implements [Removal].
func (f GroupRemoved) About() About { return About{ObjectGroup, f.Name} }

// NetworkRuleDefined says how a network rule is from now on, whether it is new, changed or moved.
type NetworkRuleDefined struct {
	Rule NetworkRule `json:"rule"`
}

// NetworkRuleRemoved says that a network rule is gone.
type NetworkRuleRemoved struct {
	ID uint32 `json:"id"`
}

// Object implements [Definition].
func (f NetworkRuleDefined) Object() Object { return f.Rule }

// About implements [Removal].
func (f NetworkRuleRemoved) About() About { return About{ObjectNetworkRule, number(f.ID)} }

// AdmissionRuleDefined says how an admission rule is from now on, whether it is new or changed.
type AdmissionRuleDefined struct {
	Rule AdmissionRule `json:"rule"`
}

// AdmissionRuleRemoved says that an admission rule is gone.
type AdmissionRuleRemoved struct {
	ID uint32 `json:"id"`
}

// Object implements [Definition].
func (f AdmissionRuleDefined) Object() Object { return f.Rule }

// About implements [Removal].
func (f AdmissionRuleRemoved) About() About { return About{ObjectAdmissionRule, number(f.ID)} }

// AdmissionStateDefined says how the admission state is from now on, whether it is new or changed.
type AdmissionStateDefined struct {
	State AdmissionState `json:"state"`
}

// AdmissionStateRemoved says that the admission state is as if it had never been set.
type AdmissionStateRemoved struct{}

// Object implements [Definition].
func (f AdmissionStateDefined) Object() Object { return f.State }

// About implements [Removal].
func (AdmissionStateRemoved) About() About { return About{ObjectAdmissionState, admissionStateName} }

// ResponseRuleDefined says how a response rule is from now on, whether it is new, changed or moved.
type ResponseRuleDefined struct {
	Rule ResponseRule `json:"rule"`
}

// ResponseRuleRemoved says that a response rule is gone.
type ResponseRuleRemoved struct {
	ID uint32 `json:"id"`
}

// Object implements [Definition].
func (f ResponseRuleDefined) Object() Object { return f.Rule }

// About implements [Removal].
func (f ResponseRuleRemoved) About() About { return About{ObjectResponseRule, number(f.ID)} }

// ProcessProfileDefined says how a group's process profile is from now on, whether it is new or changed.
type ProcessProfileDefined struct {
	Profile ProcessProfile `json:"profile"`
}

// ProcessProfileRemoved says that a group's process profile is gone.
type ProcessProfileRemoved struct {
	Group string `json:"group"`
}

// Object implements [Definition].
func (f ProcessProfileDefined) Object() Object { return f.Profile }

// About implements [Removal].
func (f ProcessProfileRemoved) About() About { return About{ObjectProcessProfile, f.Group} }

// FileProfileDefined says how a group's file monitor profile is from now on, whether it is new or changed.
type FileProfileDefined struct {
	Profile FileProfile `json:"profile"`
}

// FileProfileRemoved says that a group's file monitor profile is gone.
type FileProfileRemoved struct {
	Group string `json:"group"`
}

// Object implements [Definition].
func (f FileProfileDefined) Object() Object { return f.Profile }

// About implements [Removal].
func (f FileProfileRemoved) About() About { return About{ObjectFileProfile, f.Group} }

// DLPSensorDefined says how a DLP sensor is from now on, whether it is new or changed.
type DLPSensorDefined struct {
	Sensor DLPSensor `json:"sensor"`
}

// DLPSensorRemoved says that a DLP sensor is gone.
type DLPSensorRemoved struct {
	Name string `json:"name"`
}

// Object implements [Definition].
func (f DLPSensorDefined) Object() Object { return f.Sensor }

// About implements [Removal].
func (f DLPSensorRemoved) About() About { return About{ObjectDLPSensor, f.Name} }

// DLPGroupDefined says how a group's use of DLP sensors is from now on, whether it is new or changed.
type DLPGroupDefined struct {
	Group DLPGroup `json:"group"`
}

// DLPGroupRemoved says that a group's use of DLP sensors is gone.
type DLPGroupRemoved struct {
	Group string `json:"group"`
}

// Object implements [Definition].
func (f DLPGroupDefined) Object() Object { return f.Group }

// About implements [Removal].
func (f DLPGroupRemoved) About() About { return About{ObjectDLPGroup, f.Group} }

// WAFSensorDefined says how a WAF sensor is from now on, whether it is new or changed.
type WAFSensorDefined struct {
	Sensor WAFSensor `json:"sensor"`
}

// WAFSensorRemoved says that a WAF sensor is gone.
type WAFSensorRemoved struct {
	Name string `json:"name"`
}

// Object implements [Definition].
func (f WAFSensorDefined) Object() Object { return f.Sensor }

// About implements [Removal].
func (f WAFSensorRemoved) About() About { return About{ObjectWAFSensor, f.Name} }

// WAFGroupDefined says how a group's use of WAF sensors is from now on, whether it is new or changed.
type WAFGroupDefined struct {
	Group WAFGroup `json:"group"`
}

// WAFGroupRemoved says that a group's use of WAF sensors is gone.
type WAFGroupRemoved struct {
	Group string `json:"group"`
}

// Object implements [Definition].
func (f WAFGroupDefined) Object() Object { return f.Group }

// About implements [Removal].
func (f WAFGroupRemoved) About() About { return About{ObjectWAFGroup, f.Group} }

// WebhookDefined says how a webhook is from now on, whether it is new or changed.
type WebhookDefined struct {
	Webhook Webhook `json:"webhook"`
}

// WebhookRemoved says that a webhook is gone.
type WebhookRemoved struct {
	Name string `json:"name"`
}

// Object implements [Definition].
func (f WebhookDefined) Object() Object { return f.Webhook }

// About implements [Removal].
func (f WebhookRemoved) About() About { return About{ObjectWebhook, f.Name} }

// topic returns the words that end the subject of an object. A number has a letter before it, so that no word
// of a subject is one that NATS could take for a place in a list.
func (a About) topic() []string {
	switch a.Kind { //nolint:exhaustive // the others go by names
	case ObjectNetworkRule, ObjectAdmissionRule, ObjectResponseRule:
		return []string{string(a.Kind), "r" + a.Name}
	}
	return []string{string(a.Kind), a.Name}
}

// Kind implements [Fact].
func (GroupDefined) Kind() Kind { return KindGroupDefined }

func (f GroupDefined) topic() []string { return f.Group.About().topic() }

// Kind implements [Fact].
func (GroupRemoved) Kind() Kind { return KindGroupRemoved }

func (f GroupRemoved) topic() []string { return f.About().topic() }

// Kind implements [Fact].
func (NetworkRuleDefined) Kind() Kind { return KindNetworkRuleDefined }

func (f NetworkRuleDefined) topic() []string { return f.Rule.About().topic() }

// Kind implements [Fact].
func (NetworkRuleRemoved) Kind() Kind { return KindNetworkRuleRemoved }

func (f NetworkRuleRemoved) topic() []string { return f.About().topic() }

// Kind implements [Fact].
func (AdmissionRuleDefined) Kind() Kind { return KindAdmissionRuleDefined }

func (f AdmissionRuleDefined) topic() []string { return f.Rule.About().topic() }

// Kind implements [Fact].
func (AdmissionRuleRemoved) Kind() Kind { return KindAdmissionRuleRemoved }

func (f AdmissionRuleRemoved) topic() []string { return f.About().topic() }

// Kind implements [Fact].
func (AdmissionStateDefined) Kind() Kind { return KindAdmissionStateDefined }

func (f AdmissionStateDefined) topic() []string { return f.State.About().topic() }

// Kind implements [Fact].
func (AdmissionStateRemoved) Kind() Kind { return KindAdmissionStateRemoved }

func (f AdmissionStateRemoved) topic() []string { return f.About().topic() }

// Kind implements [Fact].
func (ResponseRuleDefined) Kind() Kind { return KindResponseRuleDefined }

func (f ResponseRuleDefined) topic() []string { return f.Rule.About().topic() }

// Kind implements [Fact].
func (ResponseRuleRemoved) Kind() Kind { return KindResponseRuleRemoved }

func (f ResponseRuleRemoved) topic() []string { return f.About().topic() }

// Kind implements [Fact].
func (ProcessProfileDefined) Kind() Kind { return KindProcessProfileDefined }

func (f ProcessProfileDefined) topic() []string { return f.Profile.About().topic() }

// Kind implements [Fact].
func (ProcessProfileRemoved) Kind() Kind { return KindProcessProfileRemoved }

func (f ProcessProfileRemoved) topic() []string { return f.About().topic() }

// Kind implements [Fact].
func (FileProfileDefined) Kind() Kind { return KindFileProfileDefined }

func (f FileProfileDefined) topic() []string { return f.Profile.About().topic() }

// Kind implements [Fact].
func (FileProfileRemoved) Kind() Kind { return KindFileProfileRemoved }

func (f FileProfileRemoved) topic() []string { return f.About().topic() }

// Kind implements [Fact].
func (DLPSensorDefined) Kind() Kind { return KindDLPSensorDefined }

func (f DLPSensorDefined) topic() []string { return f.Sensor.About().topic() }

// Kind implements [Fact].
func (DLPSensorRemoved) Kind() Kind { return KindDLPSensorRemoved }

func (f DLPSensorRemoved) topic() []string { return f.About().topic() }

// Kind implements [Fact].
func (DLPGroupDefined) Kind() Kind { return KindDLPGroupDefined }

func (f DLPGroupDefined) topic() []string { return f.Group.About().topic() }

// Kind implements [Fact].
func (DLPGroupRemoved) Kind() Kind { return KindDLPGroupRemoved }

func (f DLPGroupRemoved) topic() []string { return f.About().topic() }

// Kind implements [Fact].
func (WAFSensorDefined) Kind() Kind { return KindWAFSensorDefined }

func (f WAFSensorDefined) topic() []string { return f.Sensor.About().topic() }

// Kind implements [Fact].
func (WAFSensorRemoved) Kind() Kind { return KindWAFSensorRemoved }

func (f WAFSensorRemoved) topic() []string { return f.About().topic() }

// Kind implements [Fact].
func (WAFGroupDefined) Kind() Kind { return KindWAFGroupDefined }

func (f WAFGroupDefined) topic() []string { return f.Group.About().topic() }

// Kind implements [Fact].
func (WAFGroupRemoved) Kind() Kind { return KindWAFGroupRemoved }

func (f WAFGroupRemoved) topic() []string { return f.About().topic() }

// Kind implements [Fact].
func (WebhookDefined) Kind() Kind { return KindWebhookDefined }

func (f WebhookDefined) topic() []string { return f.Webhook.About().topic() }

// Kind implements [Fact].
func (WebhookRemoved) Kind() Kind { return KindWebhookRemoved }

func (f WebhookRemoved) topic() []string { return f.About().topic() }
