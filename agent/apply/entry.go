package apply

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/fedhub/fedhub/events"
)

// key is where an object is.
type key struct {
	kind            Kind
	namespace, name string
}

func (k key) String() string {
	if k.namespace == "" {
		return k.kind.Kind + " " + k.name
	}
	return k.kind.Kind + " " + k.namespace + "/" + k.name
}

// resource returns how events name the object.
func (k key) resource() events.Resource {
	return events.Resource{APIVersion: k.kind.GroupVersion().String(), Kind: k.kind.Kind, Namespace: k.namespace, Name: k.name}
}

// Who owns an object: this field manager has applied it, and these labels say so to people.
const (
	manager      = "fedhub"
	labelManaged = "app.kubernetes.io/managed-by"
	// annotationFor names the objects of the policy that it is there for, as "kind/name", sorted.
	annotationFor = "fedhub.io/policy"
	// annotationVersion is what the object said when it was applied. Another version was written by somebody else.
	annotationVersion = "fedhub.io/version"
)

// version identifies what an object says: its spec and what marks it as ours.
type version [sha256.Size]byte

func (v version) String() string { return hex.EncodeToString(v[:8]) }

// wish is an object as it is to be.
type wish struct {
	Object
	version version
}

func newWish(o Object) (*wish, error) {
	w := &wish{Object: o}
	spec, err := w.spec()
	if err != nil {
		return nil, err
	}
	w.version = versionOf(spec, w.purpose())
	return w, nil
}

// spec returns what the object is to say. It is read anew each time: in this form it is ten times as large.
func (w *wish) spec() (spec map[string]any, err error) {
	if err = json.Unmarshal(w.Spec, &spec); err != nil {
		return nil, fmt.Errorf("the spec of %s %s is not a JSON object: %w", w.Kind.Kind, w.Name, err)
	}
	return spec, nil
}

// same reports whether o is the object that the wish, which may be nil, was made of.
func (w *wish) same(o Object) bool {
	if w == nil || w.Name != o.Name || w.Namespace != o.Namespace || w.Kind != o.Kind {
		return false
	}
	sameProbe := w.Probe == o.Probe || w.Probe != nil && o.Probe != nil && *w.Probe == *o.Probe
	return sameProbe && sameBytes(w.Spec, o.Spec) && slices.Equal(w.For, o.For)
}

// sameBytes is bytes.Equal that does not look at what is the very same slice: most of a plan is as it was.
func sameBytes(a, b []byte) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0] || bytes.Equal(a, b))
}

// purpose returns the text of annotationFor.
func (w *wish) purpose() string {
	words := make([]string, 0, len(w.For))
	for _, about := range w.For {
		words = append(words, string(about.Kind)+"/"+about.Name)
	}
	slices.Sort(words)
	return strings.Join(words, ",")
}

// body returns the server-side apply configuration. With a uid it is about that very object and no later one.
func (w *wish) body(uid types.UID) ([]byte, error) {
	meta := map[string]any{
		"name": w.Name, "labels": map[string]any{labelManaged: manager},
		"annotations": map[string]any{annotationFor: w.purpose(), annotationVersion: w.version.String()},
	}
	if w.Namespace != "" {
		meta["namespace"] = w.Namespace
	}
	if uid != "" {
		meta["uid"] = uid
	}
	return json.Marshal(map[string]any{
		"apiVersion": w.Kind.GroupVersion().String(), "kind": w.Kind.Kind, "metadata": meta, "spec": json.RawMessage(w.Spec),
	})
}

// versionOf returns the version of a spec with the given purpose. Map keys are marshaled in order, and numbers alike
// whatever type they have.
func versionOf(spec map[string]any, purpose string) version {
	data, err := json.Marshal([]any{spec, purpose})
	if err != nil {
		return version{} // not of JSON, and equal to nothing that is
	}
	return sha256.Sum256(data)
}

// entry is one object that is to be there, or to go.
type entry struct {
	wish     *wish     // nil: it is to go
	plan     uint64    // number of the last plan that it is in
	live     *live     // nil: it is not there
	uid      types.UID // of the object when it was last right; "": it never was
	stranger types.UID // of the last object of somebody else's that was told of
	standing standing
	kept     bool          // it was right since it is wished for like this: a change is a drift
	trouble  string        // why it is not as it is to be; "": nothing known
	drift    *events.Drift // that is being put right; nil: none
	drifted  time.Time     // when the last one was met
	probed   version       // that a probe has met
	probing  time.Time     // since when probes look for the present version; zero: they do not
}

// standing is how far an entry is.
type standing int

const (
	waiting standing = iota // nothing was tried yet
	right                   // the API has it as it is to be
	failing
)
