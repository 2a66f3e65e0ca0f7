package neuvector

import (
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// What of a process profile a resource has no place for.
const (
	noBaseline = "a resource cannot set the baseline zero-drift for a group of one's own: it counts where the workload's own group " +
		"in NeuVector has it, so set it there"
	noMode  = "a resource cannot set the protection mode for a group of one's own: workloads keep that of their own group in NeuVector"
	noHash  = "a resource cannot ask for the hashes of programs to be compared; switch that on in NeuVector"
	noQuiet = "a resource cannot switch alerts off, so they are sent"
)

// baselineBasic is the baseline that allows what is not denied.
const baselineBasic = "basic"

// profiles takes what belongs to the groups of one scope.
func (p *planner) profiles(s *policy.State) {
	for o := range policy.All[events.ProcessProfile](s) {
		if at := p.owner(o.About()); at != nil {
			at.spec.ProcessProfile = &processProfile{Baseline: o.Baseline}
			at.spec.Process = append(at.spec.Process, o.Processes...)
			p.processGaps(o)
		}
	}
	for o := range policy.All[events.FileProfile](s) {
		if at := p.owner(o.About()); at != nil {
			for _, f := range o.Filters {
				at.spec.File = append(at.spec.File, fileFilter(f))
			}
		}
	}
	for o := range policy.All[events.DLPGroup](s) {
		if at := p.owner(o.About()); at != nil {
			at.spec.DLP = sensorsOf(o.SensorGroup)
		}
	}
	for o := range policy.All[events.WAFGroup](s) {
		if at := p.owner(o.About()); at != nil {
			at.spec.WAF = sensorsOf(o.SensorGroup)
		}
	}
}

// owner returns the resource of the group that an object belongs to, or reports why there is none.
func (p *planner) owner(about events.About) *group {
	e := p.end(about.Name) // what belongs to a group goes by its name
	switch {
	case e.why != "":
		p.set(about, events.Unsupported, e.why)
		return nil
	case e.resource == "":
		p.set(about, events.Unsupported, noNodes)
		return nil
	}
	at := p.at(e)
	at.needed = append(at.needed, about)
	return at
}

// processGaps reports what of a process profile is not in its resource.
func (p *planner) processGaps(o events.ProcessProfile) {
	for _, gap := range []struct {
		is     bool
		reason string
	}{{o.Baseline != baselineBasic, noBaseline}, {o.Mode != "", noMode}, {o.HashEnabled, noHash}, {o.AlertDisabled, noQuiet}} {
		if gap.is {
			p.lacks(o.About(), gap.reason)
		}
	}
}

func sensorsOf(g events.SensorGroup) *sensorGroup {
	out := &sensorGroup{Status: g.Status, Settings: make([]setting, 0, len(g.Sensors))}
	for _, used := range g.Sensors {
		out.Settings = append(out.Settings, setting{Name: resourceName(used.Name), Action: used.Action})
	}
	return out
}
