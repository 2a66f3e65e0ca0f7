package inventory

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
)

// newFeed returns a feed of pods, and how often it said that something changed.
func newFeed() (f *feed, changes *int) {
	p, n := &pool{}, 0
	return &feed{strip: stripping(p.pod), changed: func() { n++ }, kept: map[types.NamespacedName]runtime.Object{}}, &n
}

// TestFeed_changes: what is not kept of an object does not make it another.
func TestFeed_changes(t *testing.T) {
	version := func(v string) func(*corev1.Pod) { return func(p *corev1.Pod) { p.ResourceVersion = v } }
	tests := map[string]struct {
		next *corev1.Pod
		want int
	}{
		"the same again":         {pod(), 0},
		"another version":        {pod(version("8")), 0},
		"another annotation":     {pod(version("8"), func(p *corev1.Pod) { p.Annotations = map[string]string{"a": "b"} }), 0},
		"ready now":              {pod(func(p *corev1.Pod) { p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady}} }), 0},
		"another label":          {pod(func(p *corev1.Pod) { p.Labels["tier"] = "x" }), 1},
		"no labels":              {pod(func(p *corev1.Pod) { p.Labels = nil }), 1},
		"over":                   {pod(func(p *corev1.Pod) { p.Status.Phase = corev1.PodFailed }), 1},
		"another image":          {pod(func(p *corev1.Pod) { p.Spec.Containers[0].Image = "other" }), 1},
		"another address":        {pod(func(p *corev1.Pod) { p.Status.PodIP = "10.0.0.9" }), 1},
		"another pod":            {pod(func(p *corev1.Pod) { p.Name = "db" }), 1},
		"privileged":             {pod(container(func(s *corev1.SecurityContext) { s.Privileged = new(true) })), 1},
		"privileged, said not":   {pod(container(func(s *corev1.SecurityContext) { s.Privileged = new(false) })), 1},
		"capabilities, not kept": {pod(container(func(s *corev1.SecurityContext) { s.Capabilities = &corev1.Capabilities{} })), 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f, changes := newFeed()
			if err := f.Add(pod(version("7"))); err != nil || *changes != 1 {
				t.Fatalf("the first one: %d changes, %v", *changes, err)
			}
			if err := f.Update(tt.next); err != nil || *changes-1 != tt.want {
				t.Errorf("%d changes, want %d, %v", *changes-1, tt.want, err)
			}
			kept := f.kept[types.NamespacedName{Namespace: tt.next.Namespace, Name: tt.next.Name}]
			if m, ok := kept.(metav1.Object); !ok || m.GetResourceVersion() != tt.next.ResourceVersion {
				t.Errorf("kept %v, want version %q", kept, tt.next.ResourceVersion)
			}
		})
	}
}

func TestFeed_Delete(t *testing.T) {
	f, changes := newFeed()
	if err := f.Replace([]any{pod()}, "1"); err != nil || !f.condition().known || *changes != 1 {
		t.Fatalf("known: %t, %d changes, %v", f.condition().known, *changes, err)
	}
	if err := f.Delete(pod()); err != nil || len(f.kept) != 0 || *changes != 2 {
		t.Errorf("%d are left, %d changes, %v", len(f.kept), *changes, err)
	}
}

// TestFeed_shrink: where the API cannot stream, a page of a list is made small before the next one comes.
func TestFeed_shrink(t *testing.T) {
	f, _ := newFeed()
	page := &corev1.PodList{Items: []corev1.Pod{*pod(), *pod(func(p *corev1.Pod) { p.Annotations = map[string]string{"a": "b"} })}}
	if err := f.shrink(page); err != nil {
		t.Fatal(err)
	}
	for _, p := range page.Items {
		if p.Name != "web" || p.Annotations != nil || len(p.Spec.Containers) != 1 {
			t.Errorf("it became %+v", p)
		}
	}
}

// TestPool_share: pods of one owner have one memory for what they have in common, and nothing of each other else.
func TestPool_share(t *testing.T) {
	owned := func(name, image string, owner types.UID) *corev1.Pod {
		return pod(func(p *corev1.Pod) {
			p.Name, p.Spec.Containers[0].Image = name, image
			p.OwnerReferences = []metav1.OwnerReference{{UID: owner, Controller: new(true)}}
		})
	}
	for name, tt := range map[string]struct {
		pod   *corev1.Pod
		share bool
	}{
		"a twin":        {owned("b", "i:1", "x"), true},
		"another owner": {owned("b", "i:1", "y"), false},
		"another image": {owned("b", "i:2", "x"), false},
	} {
		t.Run(name, func(t *testing.T) {
			var p pool
			first, got := p.pod(owned("a", "i:1", "x")), p.pod(tt.pod)
			if is := &got.Spec.Containers[0] == &first.Spec.Containers[0]; is != tt.share {
				t.Errorf("shares: %t, want %t", is, tt.share)
			}
			if got.Name != "b" || got.Spec.Containers[0].Image != tt.pod.Spec.Containers[0].Image {
				t.Errorf("it became %+v", got)
			}
		})
	}
}
