package main

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
)

// listVerb makes c list objects of a cluster.
func listVerb[T any](
	around surroundings, c *cobra.Command,
	get func(ctx context.Context, s *session, scope *string) ([]T, error), show func([]T) table.Writer,
) *cobra.Command {
	var scope string
	c.Flags().StringVar(&scope, "scope", "", "fed or local; both if it is not given")
	return operateAt(around, c, func(ctx context.Context, s *session, _ []string) error {
		list, err := get(ctx, s, given(scope))
		if err != nil {
			return err
		}
		return s.print(list, func() table.Writer { return show(list) })
	})
}

// showVerb makes c show the one object that its argument names. People see the tables one below the other;
// those without rows are left out.
func showVerb[T any](
	around surroundings, c *cobra.Command,
	get func(ctx context.Context, s *session, name string) (T, error), show ...func(T) table.Writer,
) *cobra.Command {
	return operateAt(around, c, func(ctx context.Context, s *session, args []string) error {
		object, err := get(ctx, s, args[0])
		if err != nil {
			return err
		}
		if s.format != formatTable {
			return s.print(object, nil)
		}
		var parts []string
		for _, part := range show {
			if t := part(object); t.Length() > 0 {
				parts = append(parts, t.Render())
			}
		}
		s.say("%s", strings.Join(parts, "\n\n"))
		return nil
	})
}

// deleteVerb makes c delete the objects that its arguments name, one after the other until one fails.
func deleteVerb(
	around surroundings, c *cobra.Command, word string,
	remove func(ctx context.Context, s *session, name string) (*http.Response, error),
) *cobra.Command {
	return operateAt(around, c, func(ctx context.Context, s *session, args []string) error {
		for _, name := range args {
			if err := s.write(answerTo(remove(ctx, s, name))).say("deleted: %s %s", word, name); err != nil {
				return err
			}
		}
		return nil
	})
}

// written is what came of a write of policy.
type written struct {
	session *session
	answer  answer
	err     error
}

// write takes the answer to a write of policy.
func (s *session) write(a answer, err error) written { return written{s, a, err} }

// say tells a person what was done and which revision that made, unless it failed.
func (w written) say(format string, args ...any) error {
	if w.err == nil {
		w.session.say(format+" (revision %s)", append(slices.Clip(args), dash(w.answer.head.Get("X-Fedhub-Revision")))...)
	}
	return w.err
}
