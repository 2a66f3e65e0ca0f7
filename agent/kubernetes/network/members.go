package network

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// identities are the labels that controllers give to all pods of one template, and to no others.
var identities = []string{"pod-template-hash", "controller-revision-hash", "batch.kubernetes.io/controller-uid"}

// members returns selectors for the pods that a pattern fits and that no others have, the pods among them that have no
// network of their own, and those that no selector tells from pods that the pattern does not fit.
func (c *census) members(p pattern) (out []selector, hosts, lost []string) {
	for i := 0; i < len(c.shapes); {
		namespace := c.shapes[i].namespace
		var in, not []*shape
		for ; i < len(c.shapes) && c.shapes[i].namespace == namespace; i++ {
			s := c.shapes[i]
			switch fits := c.fits(p, s); {
			case fits && s.host:
				hosts = append(hosts, namespace+"/"+s.example)
			case fits:
				in = append(in, s)
			case !s.host:
				not = append(not, s)
			}
		}
		if of, there := c.space(namespace); !there || of.ending {
			continue
		}
		chosen, confused := exactly(namespace, in, not)
		out, lost = append(out, chosen...), append(lost, confused...)
	}
	return out, hosts, lost
}

// fits reports whether pods of a shape are members. A pod is one when one of its containers is.
func (c *census) fits(p pattern, s *shape) bool {
	of, _ := c.space(s.namespace)
	if !p.namespaces.met(of.labels) || !p.labels.met(s.labels) {
		return false
	}
	if slices.ContainsFunc(p.node, func(t test) bool { return !t.holds(s.node) }) {
		return false
	}
	if len(p.service) > 0 && !p.service[0].holds(c.servicesOf(s)...) {
		return false
	}
	return len(p.containers) == 0 || slices.ContainsFunc(s.containers, func(one container) bool {
		return !slices.ContainsFunc(p.containers, func(t test) bool { return !t.holds(one.value(t.key)) })
	})
}

func (c container) value(key string) string {
	if key == keyImage {
		return c.image
	}
	return c.name
}

// servicesOf returns the names of the services that lead to pods of a shape; without any, the empty name.
func (c *census) servicesOf(s *shape) []string {
	var out []string
	for _, of := range c.services {
		if of.Namespace == s.namespace && leadsTo(of, s.labels) {
			out = append(out, serviceNames(of)...)
		}
	}
	if len(out) == 0 {
		return []string{""}
	}
	return out
}

func leadsTo(s *corev1.Service, labels map[string]string) bool {
	if len(s.Spec.Selector) == 0 || s.Spec.Type == corev1.ServiceTypeExternalName {
		return false
	}
	for k, v := range s.Spec.Selector {
		if got, there := labels[k]; !there || got != v {
			return false
		}
	}
	return true
}

// exactly returns selectors that choose all pods of the shapes in, and none of not. Pods that have the very labels of
// some that they must not choose are left out.
func exactly(namespace string, in, not []*shape) (out []selector, lost []string) {
	byIdentity := map[string][]string{}
	done := map[string]bool{}
	for _, s := range in {
		text := textOf(s.labels)
		key, own := identityOf(s, not)
		switch {
		case slices.ContainsFunc(not, func(o *shape) bool { return maps.Equal(o.labels, s.labels) }):
			lost = append(lost, namespace+"/"+s.example)
		case own:
			byIdentity[key] = append(byIdentity[key], s.labels[key])
		case !done[text]:
			out = append(out, within(namespace, text, allLabels(s, not)))
			done[text] = true
		}
	}
	for key, values := range byIdentity {
		out = append(out, within(namespace, key, requirements{needs(key, false, values)}.selector()))
	}
	slices.SortFunc(out, func(a, b selector) int { return strings.Compare(a.id, b.id) })
	return out, lost
}

// within returns the selector of pods in one namespace.
func within(namespace, id string, pods metav1.LabelSelector) selector {
	return selector{
		id:         namespace + "/" + id,
		namespaces: requirements{needs(namespaceName, false, []string{namespace})}.selector(),
		pods:       pods,
		homes:      []string{namespace},
	}
}

func textOf(labels map[string]string) string {
	var out strings.Builder
	for _, k := range slices.Sorted(maps.Keys(labels)) {
		out.WriteString(k + "=" + labels[k] + ",")
	}
	return out.String()
}

// identityOf returns a label that says of which template a pod is, if no pod of the others has the same.
func identityOf(s *shape, others []*shape) (key string, own bool) {
	for _, key := range identities {
		value, there := s.labels[key]
		if there && value != "" && !slices.ContainsFunc(others, func(o *shape) bool { return o.labels[key] == value }) {
			return key, true
		}
	}
	return "", false
}

// allLabels chooses pods by all labels of a shape, and by those that others have besides.
func allLabels(s *shape, others []*shape) metav1.LabelSelector {
	var rs requirements
	for k, v := range s.labels {
		rs = rs.plus(needs(k, false, []string{v}))
	}
	out := rs.selector()
	absent := map[string]bool{}
	for _, o := range others {
		if !rs.met(o.labels) {
			continue
		}
		more := slices.DeleteFunc(slices.Sorted(maps.Keys(o.labels)), func(k string) bool { _, has := s.labels[k]; return has })
		if !slices.ContainsFunc(more, func(k string) bool { return absent[k] }) {
			absent[more[0]] = true
		}
	}
	for _, k := range slices.Sorted(maps.Keys(absent)) {
		out.MatchExpressions = append(out.MatchExpressions,
			metav1.LabelSelectorRequirement{Key: k, Operator: metav1.LabelSelectorOpDoesNotExist})
	}
	return out
}
