package policy

import "github.com/fedhub/fedhub/events"

// importedName returns what a name in a file is called in the scope.
func (s Scope) importedName(name string) string {
	if s != ScopeFederal || name == "" || isSpecial(name) || federal(name) {
		return name
	}
	return fedPrefix + name
}

// importedGroup returns what a group in a file is called in the scope where only groups can be meant.
func (s Scope) importedGroup(name string) string {
	if s == ScopeFederal && name == endNodes {
		return FederalNodes
	}
	return s.importedName(name)
}

func (s Scope) importedNames(names *[]string) *[]string {
	if names == nil {
		return nil
	}
	out := make([]string, 0, len(*names))
	for _, name := range *names {
		out = append(out, s.importedName(name))
	}
	return &out
}

func (s Scope) importedSensors(used []events.SensorUsed) []events.SensorUsed {
	var out []events.SensorUsed
	for _, u := range used {
		u.Name = s.importedName(u.Name)
		out = append(out, u)
	}
	return out
}

// adopted returns what a file says of an object as a request of the scope, and what the object speaks of.
func (s Scope) adopted(c Config) (Config, []events.About) {
	switch c := c.(type) {
	case GroupConfig:
		c.Name, c.CfgType = s.importedName(c.Name), ""
		return c, nil
	case WebhookConfig:
		c.Name, c.CfgType = s.importedName(c.Name), ""
		return c, nil
	case DLPConfig:
		c.Name, c.CfgType = s.importedName(c.Name), ""
		return c, nil
	case WAFConfig:
		c.Name, c.CfgType = s.importedName(c.Name), ""
		return c, nil
	case RuleConfig:
		return s.adoptedRule(c)
	case AdmissionConfig:
		c.ID, c.CfgType = 0, ""
		return c, nil
	case AdmissionStateConfig:
		c.CfgType = ""
		return c, nil
	case ResponseConfig:
		return s.adoptedResponse(c)
	case ProcessConfig:
		c.Group, c.CfgType = s.importedGroup(c.Group), ""
		return c, groupsOf(c.Group)
	case FileConfig:
		c.Group, c.CfgType = s.importedGroup(c.Group), ""
		return c, groupsOf(c.Group)
	case DLPGroupConfig:
		group, needs := s.adoptedSensors(c.SensorGroupConfig, events.ObjectDLPSensor)
		return DLPGroupConfig{group}, needs
	case WAFGroupConfig:
		group, needs := s.adoptedSensors(c.SensorGroupConfig, events.ObjectWAFSensor)
		return WAFGroupConfig{group}, needs
	}
	return c, nil
}

func (s Scope) adoptedRule(c RuleConfig) (Config, []events.About) {
	c.ID, c.CfgType = 0, ""
	var ends []string
	for _, end := range []**string{&c.From, &c.To} {
		if *end != nil {
			name := s.importedName(**end)
			*end = &name
			ends = append(ends, name)
		}
	}
	return c, groupsOf(ends...)
}

func (s Scope) adoptedResponse(c ResponseConfig) (Config, []events.About) {
	c.ID, c.CfgType = 0, ""
	var needs []events.About
	if c.Group != nil {
		name := s.importedGroup(*c.Group)
		c.Group, needs = &name, groupsOf(name)
	}
	c.Webhooks = s.importedNames(c.Webhooks)
	if c.Webhooks != nil {
		for _, name := range *c.Webhooks {
			needs = append(needs, events.About{Kind: events.ObjectWebhook, Name: name})
		}
	}
	return c, needs
}

func (s Scope) adoptedSensors(c SensorGroupConfig, sensors events.ObjectKind) (SensorGroupConfig, []events.About) {
	c.Name, c.CfgType = s.importedGroup(c.Name), ""
	needs := groupsOf(c.Name)
	if c.Replace != nil {
		all := s.importedSensors(*c.Replace)
		c.Replace = &all
		for _, u := range all {
			needs = append(needs, events.About{Kind: sensors, Name: u.Name})
		}
	}
	c.Sensors = s.importedSensors(c.Sensors)
	for _, u := range c.Sensors {
		needs = append(needs, events.About{Kind: sensors, Name: u.Name})
	}
	if gone := s.importedNames(&c.Delete); len(*gone) > 0 {
		c.Delete = *gone
	}
	return c, needs
}

// ownGroup reports whether a name is that of a group which every cluster has, so that a file cannot define it.
func (s Scope) ownGroup(name string) bool {
	return isSpecial(name) || name == endContainers || s == ScopeFederal && isFederalReserved(name)
}
