package events_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/binding"
	"github.com/cloudevents/sdk-go/v2/binding/format"
	"github.com/cloudevents/sdk-go/v2/binding/spec"
	cloudevent "github.com/cloudevents/sdk-go/v2/event"
	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/events"
)

// natsMessage is a NATS message as the SDK's binding sees it. The SDK's own NATS module does the same with
// a message of the NATS client: attributes are headers with the prefix "ce-", datacontenttype included.
type natsMessage struct {
	header map[string][]string
	data   []byte
}

const prefix = "ce-"

var specs = spec.WithPrefix(prefix)

// ReadEncoding implements [binding.MessageReader].
func (natsMessage) ReadEncoding() binding.Encoding { return binding.EncodingBinary }

// ReadStructured implements [binding.MessageReader].
func (natsMessage) ReadStructured(context.Context, binding.StructuredWriter) error {
	return binding.ErrNotStructured
}

// ReadBinary implements [binding.MessageReader].
func (m natsMessage) ReadBinary(_ context.Context, w binding.BinaryWriter) error {
	version := specs.Version(m.header[specs.PrefixedSpecVersionName()][0])
	for name, values := range m.header {
		var err error
		if attribute := version.Attribute(name); attribute != nil {
			err = w.SetAttribute(attribute, values[0])
		} else if extension, ok := strings.CutPrefix(name, prefix); ok {
			err = w.SetExtension(extension, values[0])
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return w.SetData(bytes.NewReader(m.data))
}

// GetAttribute implements [binding.MessageMetadataReader].
func (m natsMessage) GetAttribute(kind spec.Kind) (attribute spec.Attribute, value any) {
	attribute = specs.Version(m.header[specs.PrefixedSpecVersionName()][0]).AttributeFromKind(kind)
	return attribute, m.GetExtension(attribute.Name())
}

// GetExtension implements [binding.MessageMetadataReader].
func (m natsMessage) GetExtension(name string) any {
	if values := m.header[prefix+name]; len(values) > 0 {
		return values[0]
	}
	return nil
}

// natsWriter is where the SDK writes an event as a NATS message.
type natsWriter struct {
	natsMessage
}

// SetStructuredEvent implements [binding.StructuredWriter].
func (*natsWriter) SetStructuredEvent(context.Context, format.Format, io.Reader) error {
	return binding.ErrNotStructured
}

// Start implements [binding.BinaryWriter].
func (w *natsWriter) Start(context.Context) error { w.header = map[string][]string{}; return nil }

// End implements [binding.BinaryWriter].
func (*natsWriter) End(context.Context) error { return nil }

// SetAttribute implements [binding.BinaryWriter].
func (w *natsWriter) SetAttribute(a spec.Attribute, value any) error {
	return w.SetExtension(a.Name(), value)
}

// SetExtension implements [binding.BinaryWriter].
func (w *natsWriter) SetExtension(name string, value any) error {
	text := fmt.Sprint(value)
	if at, ok := value.(time.Time); ok {
		text = at.Format(time.RFC3339Nano)
	}
	w.header[prefix+name] = []string{text}
	return nil
}

// SetData implements [binding.BinaryWriter].
func (w *natsWriter) SetData(r io.Reader) (err error) {
	w.data, err = io.ReadAll(r)
	return err
}

func TestCloudEvents_theSDKReadsOurEnvelope(t *testing.T) {
	want := envelope()
	got, err := binding.ToEvent(t.Context(), natsMessage{header: want.Header(), data: want.Data})
	if err != nil {
		t.Fatal(err)
	}
	if err := got.Validate(); err != nil {
		t.Errorf("not a valid event: %v", err)
	}
	read := map[string]string{
		"specversion": got.SpecVersion(), "id": got.ID(), "source": got.Source(), "type": got.Type(), "subject": got.Subject(),
		"time": got.Time().Format(time.RFC3339Nano), "datacontenttype": got.DataContentType(), "data": string(got.Data()),
	}
	for name, value := range got.Extensions() {
		read[name] = fmt.Sprint(value)
	}
	wrote := map[string]string{"data": string(want.Data)}
	for name, values := range want.Header() {
		wrote[strings.TrimPrefix(name, prefix)] = values[0]
	}
	if diff := cmp.Diff(wrote, read); diff != "" {
		t.Errorf("the SDK reads something else (-ours +SDK):\n%s", diff)
	}
}

func TestCloudEvents_theSDKTakesEveryFact(t *testing.T) {
	for _, s := range samples {
		e := envelope()
		e.Kind, e.Subject = s.fact.Kind(), s.log.Subject(s.fact)
		got, err := binding.ToEvent(t.Context(), natsMessage{header: e.Header(), data: e.Data})
		if err != nil {
			t.Fatal(err)
		}
		if err := got.Validate(); err != nil {
			t.Errorf("%s: %v", e.Kind, err)
		}
	}
}

func TestCloudEvents_weReadTheSDKsEnvelope(t *testing.T) {
	want := envelope()
	theirs := cloudevent.New()
	theirs.SetID(want.ID)
	theirs.SetSource(want.Source)
	theirs.SetType(string(want.Kind))
	theirs.SetSubject(want.Subject)
	theirs.SetTime(want.At)
	theirs.SetExtension("actor", want.Actor)
	theirs.SetExtension("command", want.Command)
	theirs.SetExtension("revision", int(want.Revision)) //nolint:gosec // G115: a small number
	theirs.SetExtension("setindex", want.Set.Index)
	theirs.SetExtension("setsize", want.Set.Size)
	theirs.SetExtension("prevhash", want.Prev.String())
	if err := theirs.SetData(cloudevent.ApplicationJSON, []byte(want.Data)); err != nil {
		t.Fatal(err)
	}
	var w natsWriter
	if _, err := binding.Write(binding.WithForceBinary(t.Context()), binding.ToMessage(&theirs), &w, &w); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.Header(), w.header); diff != "" {
		t.Errorf("the SDK writes other headers (-ours +SDK):\n%s", diff)
	}
	got, err := events.Parse(w.header, w.data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("we read something else (-want +got):\n%s", diff)
	}
}
