package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
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
	var labels, file string
	var life time.Duration
	c := &cobra.Command{
		Use: "create", Short: "Mint a join token and print it, this once",
		Example: "  fedhub token create --uses 3 --expires-in 2h --labels env=prod,region=eu > token",
		PreRunE: func(*cobra.Command, []string) error {
			if life < time.Minute || life%time.Minute != 0 {
				return badUsage("--expires-in %s: give whole minutes", life)
			}
			return nil
		},
	}
	c.Flags().IntVar(&uses, "uses", 1, "how many clusters may join with it")
	c.Flags().DurationVar(&life, "expires-in", time.Hour, "how long it is valid, in whole minutes")
	c.Flags().StringVar(&labels, "labels", "", "`labels` that clusters get which join with it, such as env=prod,region=eu")
	c.Flags().StringVar(&file, "token-file", "", "`file` to write the token to, in place of the output; nobody else may read it")
	return operate(around, c, func(ctx context.Context, s *session, _ []string) error {
		minutes := strconv.Itoa(int(life / time.Minute))
		params := &wire.MintTokenParams{TokenDuration: &minutes, Uses: &uses, Labels: given(labels)}
		token, err := read[wire.MintedToken](answerTo(s.MintToken(ctx, params)))
		if err != nil {
			return err
		}
		if file != "" {
			return writeSecret(file, token.JoinToken)
		}
		if s.format == formatTable {
			s.say("%s", token.JoinToken) // nothing but the token: it goes into a file
			return nil
		}
		return s.print(token, nil)
	})
}

// writeSecret writes a file for nobody else to read. Who reads it finds the whole secret or none.
func writeSecret(path, secret string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".secret-*")
	if err != nil {
		return err
	}
	_, err = f.WriteString(secret + "\n")
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return err
}

func newTokenList(around surroundings) *cobra.Command {
	c := &cobra.Command{
		Use: "list", Short: "List the join tokens, newest first",
		Example: "  fedhub token list",
	}
	return operate(around, c, func(ctx context.Context, s *session, _ []string) error {
		list, err := read[wire.Tokens](answerTo(s.ListTokens(ctx)))
		if err != nil {
			return err
		}
		return s.print(list, func() table.Writer {
			t := newTable("id", "state", "used", "expires", "created", "by", "labels")
			for _, token := range list.Tokens {
				t.AppendRow(table.Row{
					token.ID, tokenState(token, around.now()), strconv.Itoa(token.Used) + "/" + strconv.Itoa(token.Uses),
					showTime(&token.Expires), showTime(&token.CreatedAt), token.CreatedBy,
					labelsText(token.Labels),
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
	c := &cobra.Command{
		Use: "revoke ID", Short: "End a join token; who joined with it stays", Args: cobra.ExactArgs(1),
		Example: "  fedhub token revoke 0197f0a2-6f3c-7a51-9d2e-0c4b1a5e8f77",
	}
	return operate(around, c, func(ctx context.Context, s *session, args []string) error {
		if _, err := answerTo(s.RevokeToken(ctx, args[0])); err != nil {
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
