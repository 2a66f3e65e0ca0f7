package main

import (
	"context"
	"strconv"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
)

// The comments of the demo's rules tell them from others.
const (
	refuseComment  = "nothing runs with the rights of its machine"
	connectComment = "the shop reaches its database, and nothing else does"
)

// refuseRule and connectRule are the changes that the demo makes, as "fedhub change" takes them.
const (
	refuseRule = `
- op: upsert
  kind: admission
  object:
    rule_type: deny
    rule_mode: protect
    comment: ` + refuseComment + `
    criteria: [{name: runAsPrivileged, op: "=", value: "true"}]
`
	connectRule = `
- op: upsert
  kind: group
  object: {name: fed.web, criteria: [{key: app, op: "=", value: web}, {key: domain, op: "=", value: ` + demoShop + `}]}
- op: upsert
  kind: group
  object: {name: fed.db, criteria: [{key: app, op: "=", value: db}, {key: domain, op: "=", value: ` + demoShop + `}]}
- op: upsert
  kind: network
  object: {from: fed.web, to: fed.db, ports: tcp/5432, applications: [any], action: allow, comment: "` + connectComment + `"}
`
)

// tidy takes back the rules of an earlier run on the same directory, so that they can be seen to come.
func (d *demo) tidy(ctx context.Context) error {
	scope := scopeFederal
	admission, err := read[wire.AdmissionRules](answerTo(d.master().at.ListAdmissionRules(ctx, &wire.ListAdmissionRulesParams{Scope: &scope})))
	if err != nil {
		return err
	}
	network, err := read[wire.Rules](answerTo(d.master().at.ListRules(ctx, &wire.ListRulesParams{Scope: &scope})))
	if err != nil {
		return err
	}
	edits := []wire.Edit{}
	for _, r := range admission.Rules {
		if r.Comment == refuseComment {
			edits = append(edits, deletion(events.ObjectAdmissionRule, r.ID))
		}
	}
	for _, r := range network.Rules {
		if r.Comment == connectComment {
			edits = append(edits, deletion(events.ObjectNetworkRule, r.ID))
		}
	}
	if len(edits) > 0 {
		if _, err := answerTo(d.master().at.ChangePolicy(ctx, wire.ChangeRequest{Edits: edits})); err != nil {
			return err
		}
	}
	for _, c := range d.remotes() {
		err := poll(ctx, c.Name+" without the demo's rules", func(ctx context.Context) (bool, error) {
			policies, err := c.policies(ctx)
			if err != nil || len(policies.Items) > 0 {
				return false, err
			}
			refused, err := c.refuses(ctx)
			return !refused, err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func deletion(kind events.ObjectKind, id uint32) wire.Edit {
	return wire.Edit{Op: "delete", Kind: string(kind), Name: new(strconv.FormatUint(uint64(id), 10))}
}
