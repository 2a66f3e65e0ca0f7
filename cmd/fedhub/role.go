package main

import (
	"context"
	"net"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
)

func newPromote(around surroundings) *cobra.Command {
	var address addressFlag
	var name string
	c := &cobra.Command{
		Use: "promote", Short: "Make this standalone cluster the master of a new federation",
		Example: "  fedhub promote --address master.example.com:11443",
	}
	c.Flags().Var(&address, "address", "where remotes reach the fed-master service")
	c.Flags().StringVar(&name, "name", "", "`name` of the cluster from now on")
	return operate(around, c, func(ctx context.Context, s *session, _ []string) error {
		_, err := answerTo(s.Promote(ctx, wire.Promotion{MasterRestInfo: address.info, Name: given(name)}))
		if err != nil {
			return err
		}
		s.say("promoted: this cluster is the master of a federation of its own; mint a join token with 'fedhub token create'")
		return nil
	})
}

func newDemote(around surroundings) *cobra.Command {
	c := &cobra.Command{
		Use: "demote", Short: "End the federation: this master and every remote are standalone again",
		Example: "  fedhub demote",
	}
	return operate(around, c, func(ctx context.Context, s *session, _ []string) error {
		if _, err := answerTo(s.Demote(ctx)); err != nil {
			return err
		}
		s.say("demoted: this cluster is standalone")
		return nil
	})
}

func newJoin(around surroundings) *cobra.Command {
	var own, master addressFlag
	var tokenFile, name string
	var proxy bool
	c := &cobra.Command{
		Use: "join", Short: "Make this standalone cluster a remote of the federation that a token is from",
		Example: "  fedhub join --server https://berlin.example.com:10443 --token-file token",
	}
	c.Flags().StringVar(&tokenFile, "token-file", "", "`file` with the join token; - for the input")
	c.Flags().StringVar(&name, "name", "", "`name` of the cluster from now on")
	c.Flags().Var(&own, "address", "where this cluster's own REST server is reached")
	c.Flags().Var(&master, "master", "where the master is reached, in place of the address in the token")
	c.Flags().BoolVar(&proxy, "use-proxy", false, "connect through the HTTP proxy of this cluster")
	_ = c.MarkFlagRequired("token-file") //nolint:errcheck // the flag is there
	return operate(around, c, func(ctx context.Context, s *session, _ []string) error {
		token, err := readSecret(tokenFile, around.stdin)
		if err != nil {
			return err
		}
		request := wire.Join{JoinToken: token, Name: given(name), JointRestInfo: own.info}
		if master.info != nil {
			request.Server, request.Port = &master.info.Server, &master.info.Port
		}
		if proxy {
			request.UseProxy = given("https")
		}
		if _, err := answerTo(s.Join(ctx, request)); err != nil {
			return err
		}
		s.say("joined: this cluster is a remote")
		return nil
	})
}

func newLeave(around surroundings) *cobra.Command {
	var force bool
	c := &cobra.Command{
		Use: "leave", Short: "Leave the federation: this remote is standalone again",
		Example: "  fedhub leave --server https://berlin.example.com:10443",
	}
	c.Flags().BoolVar(&force, "force", false, "leave also when the master cannot be told")
	return operate(around, c, func(ctx context.Context, s *session, _ []string) error {
		if _, err := answerTo(s.Leave(ctx, wire.Leave{Force: &force})); err != nil {
			return err
		}
		s.say("left: this cluster is standalone")
		return nil
	})
}

// addressFlag is an address as HOST:PORT. It is a [pflag.Value].
type addressFlag struct {
	info *wire.RestInfo
}

// String implements [pflag.Value].
func (a *addressFlag) String() string {
	if a.info == nil {
		return ""
	}
	return hostPort(*a.info)
}

// Type implements [pflag.Value].
func (*addressFlag) Type() string { return "host:port" }

// Set implements [pflag.Value].
func (a *addressFlag) Set(text string) error {
	host, portText, err := net.SplitHostPort(text)
	if err != nil {
		return err
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return err
	}
	a.info = &wire.RestInfo{Server: host, Port: int(port)}
	return nil
}

// address returns the address as the controller knows it; the zero one if none is given.
func (a *addressFlag) address() events.RestInfo {
	if a.info == nil {
		return events.RestInfo{}
	}
	return events.RestInfo{Server: a.info.Server, Port: uint16(a.info.Port)} //nolint:gosec // G115: the flag takes ports only
}

func hostPort(a wire.RestInfo) string {
	if a.Server == "" {
		return ""
	}
	return net.JoinHostPort(a.Server, strconv.Itoa(a.Port))
}

// given returns a field of a request, or nil for the zero value: the field is left out then.
func given[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}

// deref returns what a field of an answer says, or the zero value when it is missing.
func deref[T any](field *T) T {
	if field == nil {
		var none T
		return none
	}
	return *field
}
