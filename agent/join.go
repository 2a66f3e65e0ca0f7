package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nuid"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
)

// joinPatience bounds a join, from the first connection to the master's answer.
const joinPatience = 15 * time.Second

// JoinConfig is what a join needs.
type JoinConfig struct {
	Keys   *bus.Keyring // where the cluster's key is, and the credentials will be
	Token  string
	Server events.RestInfo // overrides where the token says the master is; zero fields do not
	Proxy  string
	Ask    events.JoinAsk // Key is filled in
	Logger *slog.Logger
}

// Join makes the cluster a member: it goes to the master that the token names and asks. It may be repeated
// with the same token and keys when its answer was lost. An error is an [events.Refusal] if the token or
// the master is what stands in the way, and nothing is changed then on either side.
func Join(ctx context.Context, cfg JoinConfig) (events.Admission, error) {
	token, err := bus.ParseToken(cfg.Token)
	if err != nil {
		return events.Admission{}, err
	}
	key, err := cfg.Keys.User(agentKey)
	if err != nil {
		return events.Admission{}, err
	}
	if cfg.Ask.Key, err = key.PublicKey(); err != nil {
		return events.Admission{}, fmt.Errorf("join: %w", err)
	}
	master := token.Master
	if cfg.Server.Server != "" {
		master.Server = cfg.Server.Server
	}
	if cfg.Server.Port != 0 {
		master.Port = cfg.Server.Port
	}
	leaf := bus.LeafConfig{
		Master: master, Pin: token.Pin, Proxy: cfg.Proxy, Logger: cfg.Logger,
		Credential: func() bus.Credential { return bus.Credential{JWT: cfg.Token} },
	}
	answer, err := ask(ctx, leaf, events.JoinSubject(token.ID), bus.JoinInbox(token.ID), cfg.Ask)
	if errors.Is(err, events.Refusal{Code: events.RefusedCredential}) && cfg.Ask.Clock.After(token.Expires) {
		err = events.Refusal{Code: events.RefusedTokenExpired, Message: fmt.Sprintf(
			"The join token expired at %s. Create a new one at the master.", token.Expires.Format(time.RFC3339))}
	}
	if err != nil {
		return events.Admission{}, err
	}
	answer.Master.Address, answer.Master.Pin = master, token.Pin
	return answer, storeCredentials(cfg.Keys, answer)
}

// ask opens a connection with a credential of the JOIN account, asks one question and closes it.
func ask(ctx context.Context, cfg bus.LeafConfig, subject, inbox string, question any) (events.Admission, error) {
	ctx, cancel := context.WithTimeout(ctx, joinPatience)
	defer cancel()
	if err := bus.Probe(ctx, cfg); err != nil {
		return events.Admission{}, unreachable(cfg, err)
	}
	leaf, err := bus.OpenLeaf(ctx, cfg)
	if err != nil {
		return events.Admission{}, fmt.Errorf("connect to the master: %w", err)
	}
	defer leaf.Close()
	data, err := json.Marshal(question)
	if err != nil {
		return events.Admission{}, fmt.Errorf("ask the master: %w", err)
	}
	m, err := askUntilHeard(ctx, leaf, subject, inbox, data)
	if err != nil {
		return events.Admission{}, err
	}
	var answer events.Admission
	if err := json.Unmarshal(m.Data, &answer); err != nil {
		return events.Admission{}, fmt.Errorf("ask the master: read the answer: %w", err)
	}
	if answer.Refusal != nil {
		return events.Admission{}, *answer.Refusal
	}
	return answer, nil
}

// askUntilHeard repeats the question while nobody listens: the connection needs a moment to come about.
func askUntilHeard(ctx context.Context, leaf *bus.Leaf, subject, inbox string, data []byte) (*nats.Msg, error) {
	// The subject is this question's own: others may ask with the same token at the same time.
	sub, err := leaf.Conn().SubscribeSync(inbox + nuid.Next())
	if err != nil {
		return nil, fmt.Errorf("ask the master: %w", err)
	}
	retry := backoff.NewExponentialBackOff()
	retry.InitialInterval, retry.MaxInterval = beatRetry, beatRetryMax
	return backoff.Retry(ctx, func() (*nats.Msg, error) {
		if err := leaf.Conn().PublishRequest(subject, sub.Subject, data); err != nil {
			return nil, backoff.Permanent(fmt.Errorf("ask the master: %w", err))
		}
		m, err := sub.NextMsgWithContext(ctx)
		if err == nil && len(m.Data) == 0 {
			err = nats.ErrNoResponders // the server says so by an empty message
		}
		switch {
		case err == nil:
			return m, nil
		case errors.Is(err, nats.ErrNoResponders):
			if refused := leaf.Refused(); refused != "" {
				return nil, backoff.Permanent(error(events.Refusal{Code: events.RefusedCredential, Message: fmt.Sprintf(
					"The master does not accept this credential (%s). Create a new join token at the master.", refused)}))
			}
			return nil, err
		default:
			return nil, backoff.Permanent(error(events.Refusal{Code: events.RefusedMasterUnreachable, Message: fmt.Sprintf(
				"The master did not answer within %s: %v. Try again.", joinPatience, err)}))
		}
	}, backoff.WithBackOff(retry), backoff.WithMaxElapsedTime(joinPatience))
}

func unreachable(cfg bus.LeafConfig, err error) error {
	where := fmt.Sprintf("%s port %d", cfg.Master.Server, cfg.Master.Port)
	if errors.Is(err, bus.ErrUnproven) {
		return events.Refusal{Code: events.RefusedMasterUnproven, Message: fmt.Sprintf(
			"What answers at %s is not the master that the join token is from: %v. Nothing was sent to it. Check the address, or create a new token.", where, err)}
	}
	return events.Refusal{Code: events.RefusedMasterUnreachable, Message: fmt.Sprintf(
		"The master cannot be reached at %s: %v. Check its address and port, and that nothing between blocks them.", where, err)}
}
