package hub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/logkey"
)

// credentialLife is how long a cluster's user JWT lives. It is renewed at a third of that.
const credentialLife = 24 * time.Hour

// answerJoin answers a message in the JOIN account: of a cluster that has a token, or of a member that
// returns after a long absence. The subject, which the credential allows, says which and who.
func (h *Hub) answerJoin(ctx context.Context, m *nats.Msg) {
	var answer events.Admission
	var err error
	if token, ok := strings.CutPrefix(m.Subject, events.JoinSubject("")); ok {
		answer, err = h.enroll(ctx, token, m.Data)
	} else {
		answer, err = h.readmit(strings.TrimPrefix(m.Subject, events.ReturnSubject("")))
	}
	h.answer(ctx, m, answer, err)
}

// answerRenew answers a connected member that asks for a fresh credential.
func (h *Hub) answerRenew(ctx context.Context, m *nats.Msg) {
	var answer events.Admission
	member, ok := h.fleet.State().byAccount(events.AccountOf(m.Subject))
	err := notMember(member.Name)
	if ok {
		answer, err = h.readmit(member.Cluster)
	}
	h.answer(ctx, m, answer, err)
}

func (h *Hub) answer(ctx context.Context, m *nats.Msg, answer events.Admission, err error) {
	if err != nil {
		refusal, ok := errors.AsType[events.Refusal](err)
		if !ok {
			h.cfg.Logger.LogAttrs(ctx, slog.LevelError, "join not decided", slog.Any(logkey.Err, err))
			refusal = events.Refusal{Code: events.RefusedUnavailable, Message: fmt.Sprintf("The master cannot take clusters now: %v. Try again.", err)}
		}
		answer = events.Admission{Refusal: &refusal}
	}
	h.respond(ctx, m, answer)
}

// respond sends an answer; one that cannot be sent is asked for again.
func (h *Hub) respond(ctx context.Context, m *nats.Msg, answer any) {
	data, err := json.Marshal(answer)
	if err == nil {
		err = m.Respond(data)
	}
	if err != nil {
		h.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "answer not sent", slog.Any(logkey.Err, err))
	}
}

// enroll makes the cluster that asks a member, if it may be one.
func (h *Hub) enroll(ctx context.Context, token string, data []byte) (events.Admission, error) {
	a := admission{token: token, federation: h.cfg.ID, version: h.cfg.Version, oldest: h.cfg.Oldest}
	if err := json.Unmarshal(data, &a.ask); err != nil {
		return events.Admission{}, refuse(events.RefusedRequest, "The request to join cannot be read: %v.", err)
	}
	account, err := nkeys.CreateAccount() // its seed is not needed: a signing key signs its users
	if err != nil {
		return events.Admission{}, err
	}
	if a.account, err = account.PublicKey(); err != nil {
		return events.Admission{}, err
	}
	receipt, err := h.fleet.Do(ctx, "join token "+token, a.decide)
	if err != nil {
		return events.Admission{}, err
	}
	m, ok := h.fleet.State().current(a.ask.Cluster)
	if !ok {
		return events.Admission{}, notMember(a.ask.Name)
	}
	if err := h.server.AdmitCluster(m.Account, m.Name, h.agentsPub); err != nil {
		return events.Admission{}, err
	}
	if len(receipt.Events) > 0 {
		h.cfg.Logger.LogAttrs(ctx, slog.LevelInfo, "cluster joined", slog.String(logkey.Name, m.Name), slog.String(logkey.Cluster, m.Cluster))
		h.notify()
	}
	return h.credentials(m)
}

// readmit gives a member fresh credentials.
func (h *Hub) readmit(cluster string) (events.Admission, error) {
	m, ok := h.fleet.State().current(cluster)
	if !ok {
		return events.Admission{}, notMember(cluster)
	}
	return h.credentials(m)
}

func (h *Hub) credentials(m member) (events.Admission, error) {
	grant := bus.ClusterGrant(m.Account, h.agents)
	grant.Expires = h.cfg.Now().Add(credentialLife)
	user, err := grant.Encode(m.Key)
	if err != nil {
		return events.Admission{}, err
	}
	back, err := bus.EncodeReturn(h.cfg.Keys, m.Cluster, m.Key)
	if err != nil {
		return events.Admission{}, err
	}
	return events.Admission{
		Account: m.Account, UserJWT: user, ReturnJWT: back,
		Master: events.Master{ID: h.cfg.ID, Name: h.identity.Load().name, Address: h.Address(), Pin: h.authority.Pin()},
	}, nil
}

func notMember(cluster string) error {
	return refuse(events.RefusedNotMember, "Cluster %s is not a member of the federation any more: it was removed at the master, or left.", cluster)
}
