package main

import (
	"context"
	"strconv"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
)

func newToken(around surroundings) *cobra.Command {
	c := &cobra.Command{Use: "token", Short: "Join tokens"}
	c.AddCommand(newTokenCreate(around), newTokenList(around), newTokenRevoke(around))
	return c
}

func newTokenCreate(around surroundings) *cobra.Command {
	var uses int
	var life time.Duration
	c := &cobra.Command{
		Use: "create", Short: "Mint a join token and print it, this once",
		PreRunE: func(*cobra.Command, []string) error {
			if life < time.Minute || life%time.Minute != 0 {
				return badUsage("--expires-in %s: give whole minutes", life)
			}
			return nil
		},
	}
	c.Flags().IntVar(&uses, "uses", 1, "how many clusters may join with it")
	c.Flags().DurationVar(&life, "expires-in", time.Hour, "how long it is valid, in whole minutes")
	return operate(around, c, func(ctx context.Context, s *session, _ []string) error {
		minutes := strconv.Itoa(int(life / time.Minute))
		r, err := answered(s.MintTokenWithResponse(ctx, &wire.MintTokenParams{TokenDuration: &minutes, Uses: &uses}))
		if err != nil {
			return err
		}
		if s.format == formatTable {
			s.say("%s", r.JSON200.JoinToken) // nothing but the token: it goes into a file
			return nil
		}
		return s.print(r.JSON200, nil)
	})
}

func newTokenList(around surroundings) *cobra.Command {
	c := &cobra.Command{Use: "list", Short: "List the join tokens, newest first"}
	return operate(around, c, func(ctx context.Context, s *session, _ []string) error {
		r, err := answered(s.ListTokensWithResponse(ctx))
		if err != nil {
			return err
		}
		return s.print(r.JSON200, func() table.Writer {
			t := newTable("id", "state", "used", "expires", "created", "by")
			for _, token := range r.JSON200.Tokens {
				t.AppendRow(table.Row{
					token.ID, tokenState(token, around.now()), strconv.Itoa(token.Used) + "/" + strconv.Itoa(token.Uses),
					showTime(&token.Expires), showTime(&token.CreatedAt), token.CreatedBy,
				})
			}
			return t
		})
	})
}

func tokenState(t wire.Token, now time.Time) string {
	switch {
	case t.Revoked:
		return "revoked"
	case t.Used >= t.Uses:
		return "used up"
	case !now.Before(t.Expires):
		return "expired"
	}
	return "valid"
}

func newTokenRevoke(around surroundings) *cobra.Command {
	c := &cobra.Command{Use: "revoke ID", Short: "End a join token; who joined with it stays", Args: cobra.ExactArgs(1)}
	return operate(around, c, func(ctx context.Context, s *session, args []string) error {
		if _, err := answered(s.RevokeTokenWithResponse(ctx, args[0])); err != nil {
			return err
		}
		s.say("revoked: token %s", args[0])
		return nil
	})
}

// showTime prints a time for people; nil is "-".
func showTime(t *time.Time) string {
	if t == nil || t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}
