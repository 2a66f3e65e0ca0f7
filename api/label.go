package api

import (
	"context"
	"strings"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
)

// labeler says what clusters are called by.
type labeler interface {
	// Label changes the labels of a cluster; a nil value takes one away. It refuses an unknown cluster with
	// hub.ErrClusterUnknown, and with policy.ErrInvalid what no label can be.
	Label(ctx context.Context, actor, cluster string, change map[string]*string) error
}

// LabelCluster answers PATCH /v1/fed/cluster/{id}.
func (s *server) LabelCluster(ctx context.Context, req wire.LabelClusterRequestObject) (wire.LabelClusterResponseObject, error) {
	if req.Body.Labels == nil {
		return nil, badRequest("labels is missing; give a value, or null to take it away, for each label that is to change")
	}
	return wire.LabelCluster200Response{}, s.controller.Label(ctx, actorOf(ctx), req.ID, req.Body.Labels)
}

// parseLabels reads labels that are written as key=value, with a comma between two. It does not judge them.
func parseLabels(text string) (events.Labels, error) {
	if text == "" {
		return nil, nil
	}
	out := events.Labels{}
	for pair := range strings.SplitSeq(text, ",") {
		key, value, ok := strings.Cut(pair, "=")
		if _, twice := out[key]; !ok || key == "" || twice {
			return nil, badRequest("labels %q: %q is no pair key=value with a key of its own; write them as env=prod,region=eu", text, pair)
		}
		out[key] = value
	}
	return out, nil
}

// wireLabels returns labels as answers have them: never null.
func wireLabels(of events.Labels) wire.Labels {
	if of == nil {
		return wire.Labels{}
	}
	return wire.Labels(of)
}
