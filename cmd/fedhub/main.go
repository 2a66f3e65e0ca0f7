// Command fedhub is the controller of one cluster, and the command line of its operators.
//
// A command reads "fedhub <noun> <verb>". What is not given as a flag is taken from the environment, as
// FEDHUB_<FLAG>. The exit code is 0, 1 (failed) or 2 (wrong usage).
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/fedhub/fedhub/api/console"
)

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], surroundings{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, env: os.Environ(), now: time.Now,
		console: console.Files(),
	}))
}

// surroundings are what a command meets outside of its arguments.
type surroundings struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            []string // as NAME=value
	now            func() time.Time
	console        fs.FS // the web console that is built in; nil: none
}

// run is main with its surroundings passed in, so that tests can call it.
func run(ctx context.Context, args []string, around surroundings) int {
	root := newRoot(around) //nolint:contextcheck // the commands get it when they run
	root.SetArgs(args)
	command, err := root.ExecuteContextC(ctx)
	var usage *usageError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &usage):
		fmt.Fprintf(around.stderr, "fedhub: %v\nRun '%s --help' for usage.\n", err, command.CommandPath())
		return exitUsage
	}
	fmt.Fprintf(around.stderr, "fedhub: %v\n", err)
	return exitFailed
}

// usageError is the error of a command that was not given what it needs.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func badUsage(format string, args ...any) error {
	return &usageError{fmt.Errorf(format, args...)}
}
