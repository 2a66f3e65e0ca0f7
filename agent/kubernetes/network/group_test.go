package network

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/fedhub/fedhub/events"
)

// zoo is a cluster with pods of many kinds.
func zoo() Cluster {
	sidecar := withImage("redis:7", pod("shop", "cache", map[string]string{"app": "cache", "pod-template-hash": "c1"}))
	sidecar.Spec.Containers = append(sidecar.Spec.Containers, corev1.Container{Name: "proxy", Image: "envoy:2"})
	elsewhere := pod("blog", "web", map[string]string{"app": "web", "pod-template-hash": "w2"})
	elsewhere.Spec.NodeName = "n2"
	return Cluster{
		Pods: []*corev1.Pod{
			pod("shop", "web", map[string]string{"app": "web", "tier": "front", "pod-template-hash": "w1"}),
			withImage("postgres:16", pod("shop", "db", map[string]string{"app": "db", "tier": ""})),
			sidecar, elsewhere,
			withImage("busybox", pod("blog", "bare", nil)),
		},
		Namespaces: []*corev1.Namespace{namespace("shop", map[string]string{"team": "a"}), namespace("blog", map[string]string{"team": "b"}), namespace("lab", nil)},
		Services:   []*corev1.Service{service("shop", "front", map[string]string{"app": "web"}), service("blog", "front", map[string]string{"app": "web"})},
		Nodes:      []*corev1.Node{newNode("n1", "192.168.0.1", ""), newNode("n2", "192.168.0.2", "")},
	}
}

func TestWorkloads_members(t *testing.T) {
	for when, want := range map[string]string{
		"app = web":               "blog/web shop/web",
		"app = web, app = db":     "blog/web shop/db shop/web",
		"app = w?b":               "blog/web shop/web",
		"app = *b":                "blog/web shop/db shop/web",
		"app = any":               "blog/web shop/cache shop/db shop/web",
		"app = *":                 "blog/web shop/cache shop/db shop/web",
		"app = none":              "",
		"app = no label value":    "",
		"app != web":              "shop/cache shop/db", // not blog/bare, which has no such label
		"app != web, app != db":   "shop/cache",
		"app != web, app = web":   "blog/web shop/cache shop/db shop/web",
		"app = web, app != db":    "blog/web shop/cache shop/web",
		"app != *":                "",
		"app != w*":               "shop/cache shop/db",
		"app contains e":          "blog/web shop/cache shop/web",
		"app prefix d":            "shop/db",
		"app regex ^(web|db)$":    "blog/web shop/db shop/web",
		"app !regex ^(web|db)$":   "shop/cache",
		"tier = ":                 "shop/db",
		"tier != ":                "shop/web",
		"app = web, tier = front": "shop/web",
		"app = web, tier = front, app = db, tier = ": "shop/db shop/web",
		"no:such.label/x = y":                        "",

		"namespace = shop":                "shop/cache shop/db shop/web",
		"namespace = any":                 "blog/bare blog/web shop/cache shop/db shop/web",
		"namespace = s*":                  "shop/cache shop/db shop/web",
		"namespace != shop":               "blog/bare blog/web",
		"namespace contains l":            "blog/bare blog/web",
		"namespace prefix sh":             "shop/cache shop/db shop/web",
		"namespace regex ^.{4}$":          "blog/bare blog/web shop/cache shop/db shop/web",
		"namespace !regex op$":            "blog/bare blog/web",
		"domain = blog":                   "blog/bare blog/web",
		"domain = blog, namespace = shop": "",
		"domain = blog, app = web":        "blog/web",
		"ns:team = a":                     "shop/cache shop/db shop/web",
		"ns:team != a":                    "blog/bare blog/web",

		"image = nginx:1":                    "blog/web shop/web",
		"image = nginx:*":                    "blog/web shop/web",
		"image != nginx:1":                   "blog/bare shop/cache shop/db",
		"image contains envoy":               "shop/cache",
		"image prefix post":                  "shop/db",
		"image regex :[0-9]+$":               "blog/web shop/cache shop/db shop/web",
		"image !regex :[0-9]+$":              "blog/bare",
		"image = any":                        "blog/bare blog/web shop/cache shop/db shop/web",
		"container = proxy":                  "shop/cache",
		"container = *":                      "blog/bare blog/web shop/cache shop/db shop/web",
		"container != main":                  "shop/cache",
		"container = proxy, image = redis:7": "", // no container is both
		"node = n2":                          "blog/web",
		"node != n2":                         "blog/bare shop/cache shop/db shop/web",
		"node = n1, app = web":               "shop/web",

		"service = front":                            "blog/web shop/web",
		"service = front.shop":                       "shop/web",
		"service = front.shop, service = front.blog": "blog/web shop/web",
		"service = front, tier = front":              "shop/web",
		"service = front, namespace = lab":           "",
		"service != front":                           "blog/bare shop/cache shop/db",
		"service prefix fr":                          "blog/web shop/web",
		"service contains .blog":                     "blog/web",
		"service = none":                             "",
	} {
		t.Run(when, func(t *testing.T) {
			c := zoo()
			var l lookout
			e := l.look(c).workloads(criteriaOf(when))
			k := newKubernetes(t, c, nil)
			var got []string
			for _, p := range c.Pods {
				for _, s := range e.selectors {
					if k.has(&tierPods{s.namespaces, s.pods}, p) {
						got = append(got, p.Namespace+"/"+p.Name)
						if !slices.Contains(s.homes, p.Namespace) {
							t.Errorf("%s is chosen, and %s gets no policy", p.Name, p.Namespace)
						}
					}
				}
				if k.member(c, when, p) != slices.Contains(got, p.Namespace+"/"+p.Name) {
					t.Errorf("the model disagrees about %s/%s", p.Namespace, p.Name)
				}
			}
			slices.Sort(got)
			if d := cmp.Diff(want, strings.Join(got, " ")); d != "" {
				t.Errorf("-want +got\n%s", d)
			}
			if len(e.gaps) > 0 {
				t.Errorf("it has gaps: %v", e.gaps)
			}
		})
	}
}

func (*kubernetes) member(c Cluster, when string, p *corev1.Pod) bool {
	return model{cluster: c}.member(criteriaOf(when), p)
}

// criteriaOf reads criteria from a text.
func criteriaOf(when string) []events.Criterion {
	var out []events.Criterion
	for word := range strings.SplitSeq(when, ", ") {
		parts := strings.SplitN(word, " ", 3)
		out = append(out, events.Criterion{Key: parts[0], Op: parts[1], Value: parts[2]})
	}
	return out
}

func TestPrefixesOf(t *testing.T) {
	for when, want := range map[string]string{
		"10.0.0.1":                        "[10.0.0.1/32]",
		"10.0.0.77/8":                     "[10.0.0.0/8]",
		"2001:db8::1":                     "[2001:db8::1/128]",
		"2001:db8::1/32":                  "[2001:db8::/32]",
		"::ffff:10.0.0.1":                 "[10.0.0.1/32]",
		"::ffff:10.0.0.1/104":             "[10.0.0.0/8]",
		"10.0.0.0-10.0.0.255":             "[10.0.0.0/24]",
		"10.0.0.1-10.0.0.6":               "[10.0.0.1/32 10.0.0.2/31 10.0.0.4/31 10.0.0.6/32]",
		"0.0.0.0-255.255.255.255":         "[0.0.0.0/0]",
		"255.255.255.254-255.255.255.255": "[255.255.255.254/31]",
		"2001:db8::-2001:db8::ffff":       "[2001:db8::/112]",
		"10.0.0.9-10.0.0.9":               "[10.0.0.9/32]",
	} {
		if got, ok := prefixesOf(when); !ok || fmt.Sprint(got) != want {
			t.Errorf("%s: got %v, want %s", when, got, want)
		}
	}
	if _, ok := prefixesOf("example.org"); ok {
		t.Error("a domain name is taken for an address")
	}
}
