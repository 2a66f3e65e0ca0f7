package network

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/fedhub/fedhub/events"
)

// pattern is what a group of workloads asks of its members. Different keys must all be met.
type pattern struct {
	namespaces requirements
	labels     requirements
	service    []test // none or one; the same of the others
	containers []test // of image and container
	node       []test
}

func (c *census) pattern(criteria []events.Criterion) pattern {
	var out pattern
	for _, t := range testsOf(criteria) {
		label, ofNamespace := strings.CutPrefix(t.key, namespaceLabelPrefix)
		switch {
		case ofNamespace:
			out.namespaces = out.namespaces.plus(t.requirement(label, c.namespaceValues))
		case t.key == keyDomain || t.key == keyNamespace:
			if !t.always() {
				out.namespaces = out.namespaces.plus(t.requirement(namespaceName, c.namespaceValues))
			}
		case t.key == keyService || t.key == keyNode || t.key == keyImage || t.key == keyContainer:
			out.ask(t)
		default:
			out.labels = out.labels.plus(t.requirement(t.key, func(key string) []string { return c.values[key] }))
		}
	}
	return out
}

// ask takes a test in that no selector can make.
func (p *pattern) ask(t test) {
	switch {
	case t.always():
	case t.key == keyService:
		p.service = append(p.service, t)
	case t.key == keyNode:
		p.node = append(p.node, t)
	default:
		p.containers = append(p.containers, t)
	}
}

// selectable reports whether labels alone tell the members: also those of services that are named do.
func (p pattern) selectable() bool {
	named := func(t test) bool {
		return !slices.ContainsFunc(t.entries, func(e entry) bool { return !e.literal || e.negative })
	}
	return len(p.containers) == 0 && len(p.node) == 0 && (len(p.service) == 0 || named(p.service[0]))
}

// workloads returns the end that a group of workloads is.
func (c *census) workloads(criteria []events.Criterion) *end {
	p := c.pattern(criteria)
	out := &end{workloads: true, pins: pinsOf(p.namespaces, p.labels)}
	if wrong := unnamable(slices.Concat(p.namespaces, p.labels)); wrong != "" {
		out.idle = fmt.Sprintf("no label can have the key %q, so the group has no members", wrong)
		return out
	}
	if p.namespaces.never() || p.labels.never() {
		return out
	}
	var hosts []string
	switch {
	case !p.selectable():
		var lost []string
		out.selectors, hosts, lost = c.members(p)
		out.gaps = append(out.gaps, apartGap(lost)...)
	case len(p.service) == 0:
		s, atHosts := c.choose("", p.namespaces, p.labels)
		out.selectors, hosts = []selector{s}, atHosts
	default:
		out.selectors, hosts = c.behind(p)
	}
	out.gaps = append(out.gaps, hostGap(hosts)...)
	return out
}

// unnamable returns a key that no label can have; "": there is none.
func unnamable(rs requirements) string {
	for _, r := range rs {
		if len(validation.IsQualifiedName(r.key)) > 0 {
			return r.key
		}
	}
	return ""
}

// behind returns the selectors of the services that a pattern names.
func (c *census) behind(p pattern) (out []selector, hosts []string) {
	for _, s := range c.services {
		if len(s.Spec.Selector) == 0 || s.Spec.Type == corev1.ServiceTypeExternalName || !p.service[0].holds(serviceNames(s)...) {
			continue
		}
		namespaces := p.namespaces.plus(needs(namespaceName, false, []string{s.Namespace}))
		labels := p.labels
		for k, v := range s.Spec.Selector {
			labels = labels.plus(needs(k, false, []string{v}))
		}
		if !namespaces.never() && !labels.never() {
			one, atHosts := c.choose(s.Namespace+"/"+s.Name, namespaces, labels)
			out, hosts = append(out, one), append(hosts, atHosts...)
		}
	}
	slices.Sort(hosts)
	return out, slices.Compact(hosts)
}

// serviceNames returns the names under which groups know a service.
func serviceNames(s *corev1.Service) []string { return []string{s.Name, s.Name + "." + s.Namespace} }

// choose returns the selector for what is required, and which pods that have no network of their own it would choose.
func (c *census) choose(id string, namespaces, labels requirements) (s selector, hosts []string) {
	s = selector{id: id, namespaces: namespaces.selector(), pods: labels.selector()}
	named := slices.IndexFunc(namespaces, func(r requirement) bool { return r.key == namespaceName && !r.negative })
	if named >= 0 {
		s.homes = append(s.homes, namespaces[named].values...)
	}
	for shape := range c.candidates(labels) {
		of, _ := c.space(shape.namespace)
		switch {
		case !labels.met(shape.labels) || !namespaces.met(of.labels):
		case shape.host:
			hosts = append(hosts, shape.namespace+"/"+shape.example)
		case named < 0:
			s.homes = append(s.homes, shape.namespace)
		}
	}
	slices.Sort(s.homes)
	s.homes = slices.DeleteFunc(slices.Compact(s.homes), func(name string) bool {
		of, there := c.space(name)
		return !there || of.ending || !namespaces.met(of.labels)
	})
	slices.Sort(hosts)
	return s, slices.Compact(hosts)
}

// candidates returns the shapes that may have the required labels.
func (c *census) candidates(labels requirements) iter.Seq[*shape] {
	return func(yield func(*shape) bool) {
		i := slices.IndexFunc(labels, func(r requirement) bool { return !r.negative })
		if i < 0 {
			slices.Values(c.shapes)(yield)
			return
		}
		for _, v := range labels[i].values {
			for _, s := range c.byLabel[labelKey(labels[i].key, v)] {
				if !yield(s) {
					return
				}
			}
		}
	}
}
