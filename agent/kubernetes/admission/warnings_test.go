package admission_test

import (
	"strings"
	"sync"
	"testing"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// warnings are clients of a cluster and what they were warned of.
type warnings struct {
	Core    kubernetes.Interface
	Objects dynamic.Interface
	mu      sync.Mutex
	said    []string
}

func warningsOf(t *testing.T, c *rest.Config) *warnings {
	t.Helper()
	w := &warnings{}
	c.WarningHandler = w
	var err error
	if w.Core, err = kubernetes.NewForConfig(c); err != nil {
		t.Fatal(err)
	}
	if w.Objects, err = dynamic.NewForConfig(c); err != nil {
		t.Fatal(err)
	}
	return w
}

// HandleWarningHeader implements [rest.WarningHandler].
func (w *warnings) HandleWarningHeader(_ int, _, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = append(w.said, text)
}

// heard reports whether a warning had the text.
func (w *warnings) heard(text string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, said := range w.said {
		if strings.Contains(said, text) {
			return true
		}
	}
	return false
}
