package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/fedhub/fedhub/events"
)

// wantedRule is an object that goes by a number.
type wantedRule struct {
	wanted
	seq    int           // its place in the file
	object events.Object // in normal form; without number and place until it has them
	keys   [2]string     // what makes it the same rule: to one of our own with its number, and to any
	is     string        // the number of the rule that it is; "" for a new one
}

// rules takes the objects of a kind that goes by numbers.
func (p *planner) rules(k *kind, list []wanted) {
	if len(list) == 0 {
		return
	}
	var ours, plain []*wantedRule
	for i, w := range list {
		switch r, ok := p.readRule(k, w, i); {
		case !ok:
		case w.extra != nil:
			ours = append(ours, r)
		default:
			plain = append(plain, r)
		}
	}
	m := newMatcher(p, k)
	m.matchOurs(ours)
	fresh := p.number(k, m.fresh(ours, plain))
	if k.rank != nil {
		p.arrange(k, ours, fresh)
		return
	}
	for _, r := range fresh {
		p.record(r.object.Defined())
	}
}

// readRule judges a rule.
func (p *planner) readRule(k *kind, w wanted, seq int) (*wantedRule, bool) {
	if lacking := p.lacking(w); lacking != "" {
		p.refuse(w, lacking)
		return nil, false
	}
	if w.extra != nil && w.extra.Rank != "" && !validRank(w.extra.Rank) {
		p.refuse(w, "its rank is none that an export writes; leave it out")
		return nil, false
	}
	o, err := p.normalRule(w, k.blank(events.Meta{CreatedAt: p.now}))
	if err != nil {
		p.fail(w, err)
		return nil, false
	}
	return &wantedRule{wanted: w, seq: seq, object: o, keys: k.keys(o)}, true
}

// normalRule returns what the file makes of a rule.
func (p *planner) normalRule(w wanted, old events.Object) (events.Object, error) {
	o, err := p.result(w.config, "", old, fromFile, nil, p.now)
	if err == nil {
		err = p.checkReferences(o, o)
	}
	return o, err
}

// blank returns a rule of the kind that says nothing.
func (k *kind) blank(m events.Meta) events.Object {
	switch k {
	case networkKind:
		return events.NetworkRule{Meta: m}
	case admissionKind:
		return events.AdmissionRule{Meta: m}
	}
	return events.ResponseRule{Meta: m}
}

// keys returns what makes a rule the same as another. A network rule does not become another one by its
// comment, nor by whether it is on; only for one of ours, its targets matter.
func (k *kind) keys(o events.Object) [2]string {
	if r, ok := o.(events.NetworkRule); ok {
		key := identity(r)
		return [2]string{key, key + "\n" + r.Targets}
	}
	o = k.withID(o, 0).WithMeta(events.Meta{Targets: o.Common().Targets})
	if k.rank != nil {
		o = k.withRank(o, "")
	}
	key := string(stored(o))
	return [2]string{key, key}
}

// identity tells network rules apart by what they do. No part can contain the separator.
func identity(r events.NetworkRule) string {
	return strings.Join([]string{r.From, r.To, r.Ports, r.Action, strings.Join(r.Applications, ",")}, "\n")
}

// matcher finds the rules that are there already.
type matcher struct {
	*planner
	k     *kind
	there [2]map[string][]events.Object // by key
	taken map[string]bool               // names of rules that one of ours is
}

func newMatcher(p *planner, k *kind) *matcher {
	m := &matcher{planner: p, k: k, taken: map[string]bool{}}
	for i := range m.there {
		m.there[i] = map[string][]events.Object{}
	}
	for o := range p.Objects(k.object) {
		for i, key := range k.keys(o) {
			m.there[i][key] = append(m.there[i][key], o)
		}
	}
	return m
}

// matchOurs finds the rules that our own exports give a number. Each is another one, although they may say the
// same: first those whose number is there with what they say, then any that says it.
func (m *matcher) matchOurs(ours []*wantedRule) {
	for _, r := range ours {
		name := number(r.extra.ID)
		old, _, exists := m.Object(events.About{Kind: m.k.object, Name: name})
		if exists && !m.taken[name] && m.k.keys(old)[0] == r.keys[0] {
			m.taken[name], r.is = true, name
			m.adopt(r, old)
		}
	}
	for _, r := range ours {
		if r.is != "" {
			continue
		}
		for _, old := range m.there[1][r.keys[1]] {
			if name := old.About().Name; !m.taken[name] {
				m.taken[name], r.is = true, name
				m.report(r.wanted, OutcomeUnchanged, "")
				break
			}
		}
	}
}

// adopt has a rule that is there say what the file does.
func (m *matcher) adopt(r *wantedRule, old events.Object) {
	o, err := m.normalRule(r.wanted, old)
	switch {
	case err != nil:
		m.fail(r.wanted, err)
	case sameContent(old, o):
		m.report(r.wanted, OutcomeUnchanged, "")
	default:
		m.record(o.Defined())
		m.report(r.wanted, OutcomeChanged, "")
	}
}

// fresh returns the rules that are new. Of the others that are not ours, the file may have each several times.
func (m *matcher) fresh(ours, plain []*wantedRule) []*wantedRule {
	var fresh []*wantedRule
	lines := map[string]int{}
	for _, r := range ours {
		if _, twice := lines[r.keys[0]]; !twice {
			lines[r.keys[0]] = r.item.Line
		}
		if r.is == "" {
			fresh = append(fresh, r)
		}
	}
	for _, r := range plain {
		line, twice := lines[r.keys[0]]
		switch {
		case twice:
			m.report(r.wanted, OutcomeSkipped, fmt.Sprintf("line %d has the same rule", line))
			continue
		case len(m.there[0][r.keys[0]]) > 0:
			m.report(r.wanted, OutcomeUnchanged, "")
		default:
			fresh = append(fresh, r)
		}
		lines[r.keys[0]] = r.item.Line
	}
	slices.SortFunc(fresh, func(a, b *wantedRule) int { return cmp.Compare(a.seq, b.seq) })
	return fresh
}

// number gives new rules the numbers that our own exports give them, where these are free, and then the others any.
func (p *planner) number(k *kind, fresh []*wantedRule) []*wantedRule {
	pool, numbers := newIDPool(p.State, k), make(map[*wantedRule]uint32, len(fresh))
	for _, r := range fresh {
		if r.extra == nil || !k.owns(p.scope, r.extra.ID) || pool.used(r.extra.ID) {
			continue
		}
		if pool.reserve(r.extra.ID) == nil {
			numbers[r] = r.extra.ID
		}
	}
	var out []*wantedRule
	for _, r := range fresh {
		id, has := numbers[r]
		if !has {
			var err error
			if id, err = pool.draw(); err != nil {
				p.fail(r.wanted, err)
				r.object = nil
				continue
			}
		}
		r.object = k.withID(r.extra.dated(r.object), id)
		out = append(out, r)
		p.report(r.wanted, OutcomeCreated, "")
	}
	return out
}
