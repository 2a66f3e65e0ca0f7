package neuvector

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// responseEvents are what the resource takes.
var responseEvents = []string{"event", "security-event", "cve-report", "compliance", "admission-control"}

// responses takes the response rules of one scope. All that fit act, so that they need no order.
func (p *planner) responses(s *policy.State) {
	own := ownLocal
	if s.Scope() == policy.ScopeFederal {
		own = ownFederal
	}
	for r := range policy.All[events.ResponseRule](s) {
		if why := responseGap(r); why != "" {
			p.set(r.About(), events.Unsupported, why)
			continue
		}
		out := responseRule{
			PolicyName: "default", Event: r.Event, Comment: sign(ruleName(s, r.ID), r.Comment), Actions: list(r.Actions),
			Conditions: list(r.Conditions), Disable: r.Disabled,
		}
		for _, name := range r.Webhooks {
			out.Webhooks = append(out.Webhooks, groupName(name))
		}
		switch {
		case r.Disabled:
			p.set(r.About(), events.Idle, disabled)
		case len(out.Webhooks) > 0:
			p.lacks(r.About(), fmt.Sprintf("it can tell %s only where NeuVector in this cluster has webhooks of these names, which no resource "+
				"can make; make them in its settings", strings.Join(out.Webhooks, ", ")))
		}
		name := own + "-response-" + strconv.FormatUint(uint64(r.ID), 10)
		p.add(kindResponse, name, responseSpec{out}, []events.About{r.About()})
	}
}

// responseGap returns why a response rule cannot be told; "": it can.
func responseGap(r events.ResponseRule) string {
	switch {
	case r.Group != "":
		return fmt.Sprintf("a resource for a response rule knows no groups: it would act on every workload and not only on %q; "+
			"make the rule in NeuVector", r.Group)
	case !slices.Contains(responseEvents, r.Event):
		return fmt.Sprintf("a resource for a response rule does not take the event %q; it takes %s", r.Event, strings.Join(responseEvents, ", "))
	}
	return ""
}

// webhooks reports the webhooks of one scope, which no resource can make.
func (p *planner) webhooks(s *policy.State) {
	for w := range policy.All[events.Webhook](s) {
		p.set(w.About(), events.Unsupported, fmt.Sprintf("NeuVector has no resource for webhooks; make one called %s in its settings, and "+
			"response rules use it", groupName(w.Name)))
	}
}
