package inventory

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"k8s.io/client-go/kubernetes"
)

// Times of asking for the API's version. It changes when the cluster is upgraded; but besides, an API that does not
// answer any more is noticed by it, while a watch of a dead connection just says nothing.
const (
	versionEvery    = 10 * time.Second
	versionPatience = 5 * time.Second
)

// version knows which version of Kubernetes the API is of.
type version struct {
	client  kubernetes.Interface
	changed func()
	now     func() time.Time

	mu      sync.Mutex
	text    string // as of the last answer
	lost    time.Time
	trouble error
}

// run asks until ctx ends.
func (v *version) run(ctx context.Context) {
	for {
		text, err := v.ask(ctx)
		if ctx.Err() == nil {
			v.note(text, err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(versionEvery):
		}
	}
}

func (v *version) ask(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, versionPatience)
	defer cancel()
	data, err := v.client.Discovery().RESTClient().Get().AbsPath("/version").Do(ctx).Raw()
	if err != nil {
		return "", plain(err)
	}
	var answer struct {
		GitVersion string `json:"gitVersion"`
	}
	if err := json.Unmarshal(data, &answer); err != nil {
		return "", fmt.Errorf("version: %w", err)
	}
	return answer.GitVersion, nil
}

func (v *version) note(text string, err error) {
	v.mu.Lock()
	before, was := v.text, v.trouble
	v.trouble = err
	switch {
	case err == nil:
		v.text, v.lost = text, time.Time{}
	case was == nil:
		v.lost = v.now()
	}
	news := v.text != before || (was == nil) != (err == nil)
	v.mu.Unlock()
	if news {
		v.changed()
	}
}

func (v *version) get() (string, condition) {
	v.mu.Lock()
	defer v.mu.Unlock()
	c := condition{known: v.text != "" && !refused(v.trouble), lost: v.lost, trouble: v.trouble}
	if !c.known {
		return "", c
	}
	return v.text, c
}
