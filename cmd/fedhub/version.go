package main

import (
	"context"
	"runtime"
	"runtime/debug"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
)

// version is that of this program, as semver.
const version = "0.1.0"

// versions is what the version command prints.
type versions struct {
	Program string        `json:"program"`
	Commit  string        `json:"commit"`
	Go      string        `json:"go"`
	Server  *wire.Version `json:"server,omitempty"`
}

func newVersion(around surroundings) *cobra.Command {
	c := &cobra.Command{
		Use: "version", Short: "Print the version of this program and, with --server, that of a server",
		Example: "  fedhub version --server https://master.example.com:10443",
	}
	operate(around, c, func(ctx context.Context, s *session, _ []string) error {
		server, err := read[wire.Version](answerTo(s.GetVersion(ctx)))
		if err != nil {
			return err
		}
		return printVersion(s.output, &server)
	})
	asked := c.RunE
	c.RunE = func(c *cobra.Command, args []string) error {
		if c.Flags().Changed("server") {
			return asked(c, args)
		}
		out := &output{w: around.stdout}
		if err := out.format.Set(c.Flag("output").Value.String()); err != nil {
			return err
		}
		return printVersion(out, nil)
	}
	return c
}

func printVersion(out *output, server *wire.Version) error {
	v := versions{Program: version, Commit: commit(), Go: runtime.Version(), Server: server}
	return out.print(v, func() table.Writer {
		t := newTable("", "version", "commit", "name", "role")
		t.AppendRow(table.Row{"fedhub", v.Program, dash(v.Commit), "-", "-"})
		if server != nil {
			t.AppendRow(table.Row{"server", server.Version, "-", server.Name, roleWord(server.FedRole)})
		}
		return t
	})
}

// commit returns the revision of the source that the program was built from, if it is known.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return ""
}
