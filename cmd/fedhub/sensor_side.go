package main

import (
	"context"
	"net/http"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/policy"
)

// sensorSide is the part of the REST interface that is about the sensors of one kind.
type sensorSide struct {
	noun, short string
	word        string // for people
	example     string // name of a federated sensor

	list   func(ctx context.Context, at wire.ClientInterface, scope *string) (*http.Response, error)
	get    func(ctx context.Context, at wire.ClientInterface, name string) (*http.Response, error)
	create func(ctx context.Context, at wire.ClientInterface, scope *string, c policy.SensorConfig) (*http.Response, error)
	update func(ctx context.Context, at wire.ClientInterface, c policy.SensorConfig) (*http.Response, error)
	remove func(ctx context.Context, at wire.ClientInterface, name string) (*http.Response, error)
	groups func(ctx context.Context, at wire.ClientInterface, scope *string) ([]wire.SensorGroup, error)
	bind   func(ctx context.Context, at wire.ClientInterface, c policy.SensorGroupConfig) (*http.Response, error)
}

var dlpSide = sensorSide{
	noun: "dlp", short: "DLP sensors: data that must not leave", word: "DLP", example: "fed.card",
	list: func(ctx context.Context, at wire.ClientInterface, scope *string) (*http.Response, error) {
		return at.ListDLPSensors(ctx, &wire.ListDLPSensorsParams{Scope: scope})
	},
	get: func(ctx context.Context, at wire.ClientInterface, name string) (*http.Response, error) {
		return at.GetDLPSensor(ctx, name)
	},
	create: func(ctx context.Context, at wire.ClientInterface, scope *string, c policy.SensorConfig) (*http.Response, error) {
		body := wire.DLPSensorWrite{Config: wire.DLPConfig{SensorConfig: c}}
		return at.CreateDLPSensor(ctx, &wire.CreateDLPSensorParams{Scope: scope}, body)
	},
	update: func(ctx context.Context, at wire.ClientInterface, c policy.SensorConfig) (*http.Response, error) {
		return at.UpdateDLPSensor(ctx, c.Name, wire.DLPSensorWrite{Config: wire.DLPConfig{SensorConfig: c}})
	},
	remove: func(ctx context.Context, at wire.ClientInterface, name string) (*http.Response, error) {
		return at.DeleteDLPSensor(ctx, name)
	},
	groups: func(ctx context.Context, at wire.ClientInterface, scope *string) ([]wire.SensorGroup, error) {
		groups, err := read[wire.SensorGroups](answerTo(at.ListDLPGroups(ctx, &wire.ListDLPGroupsParams{Scope: scope})))
		return deref(groups.DlpGroups), err
	},
	bind: func(ctx context.Context, at wire.ClientInterface, c policy.SensorGroupConfig) (*http.Response, error) {
		return at.UpdateDLPGroup(ctx, c.Name, wire.DLPGroupWrite{Config: wire.DLPGroupConfig{SensorGroupConfig: c}})
	},
}

var wafSide = sensorSide{
	noun: "waf", short: "WAF sensors: attacks that come in", word: "WAF", example: "fed.traversal",
	list: func(ctx context.Context, at wire.ClientInterface, scope *string) (*http.Response, error) {
		return at.ListWAFSensors(ctx, &wire.ListWAFSensorsParams{Scope: scope})
	},
	get: func(ctx context.Context, at wire.ClientInterface, name string) (*http.Response, error) {
		return at.GetWAFSensor(ctx, name)
	},
	create: func(ctx context.Context, at wire.ClientInterface, scope *string, c policy.SensorConfig) (*http.Response, error) {
		body := wire.WAFSensorWrite{Config: wire.WAFConfig{SensorConfig: c}}
		return at.CreateWAFSensor(ctx, &wire.CreateWAFSensorParams{Scope: scope}, body)
	},
	update: func(ctx context.Context, at wire.ClientInterface, c policy.SensorConfig) (*http.Response, error) {
		return at.UpdateWAFSensor(ctx, c.Name, wire.WAFSensorWrite{Config: wire.WAFConfig{SensorConfig: c}})
	},
	remove: func(ctx context.Context, at wire.ClientInterface, name string) (*http.Response, error) {
		return at.DeleteWAFSensor(ctx, name)
	},
	groups: func(ctx context.Context, at wire.ClientInterface, scope *string) ([]wire.SensorGroup, error) {
		groups, err := read[wire.SensorGroups](answerTo(at.ListWAFGroups(ctx, &wire.ListWAFGroupsParams{Scope: scope})))
		return deref(groups.WafGroups), err
	},
	bind: func(ctx context.Context, at wire.ClientInterface, c policy.SensorGroupConfig) (*http.Response, error) {
		return at.UpdateWAFGroup(ctx, c.Name, wire.WAFGroupWrite{Config: wire.WAFGroupConfig{SensorGroupConfig: c}})
	},
}
