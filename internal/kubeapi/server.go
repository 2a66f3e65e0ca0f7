package kubeapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// stopPatience is how long a server may take to end in order; it takes two seconds.
const stopPatience = 20 * time.Second

// Config says what server to run.
type Config struct {
	// Dir is where the server keeps all that it has. Started again there, it is the same server.
	Dir string
	// Name is what its kubeconfig calls it; without one it is "kubeapi".
	Name string
	// Listen is its loopback address; without one it is that of the last run on Dir, or a free one.
	Listen string
	// Args are further flags of kube-apiserver.
	Args []string
	// Temporary has Dir removed when this process ends without having stopped the server.
	Temporary bool
	// Progress is told of a build; nil: nobody is.
	Progress io.Writer
}

// Server is a running server. Its methods are for one goroutine at a time.
type Server struct {
	Kubeconfig string // path of the kubeconfig of its administrator, which needs no other file
	URL        string
	PID        int

	cmd    *exec.Cmd
	parent io.Closer // held open while the server is to run
	stdout io.ReadCloser
	log    string
}

// Start starts a server and returns it when it is ready, which takes some seconds; or minutes, if its program
// is to be built first, see [Binary]. The server does not end with ctx: stop it.
func Start(ctx context.Context, c Config) (*Server, error) {
	if c.Progress == nil {
		c.Progress = io.Discard
	}
	binary, err := Binary(ctx, c.Progress)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, err
	}
	s := &Server{log: filepath.Join(c.Dir, "kubeapi.log")}
	if err := s.launch(binary, c.flags()); err != nil {
		return nil, fmt.Errorf("kubeapi: %w", err)
	}
	if err := s.awaitReady(ctx); err != nil {
		err = fmt.Errorf("kubeapi: %w%s", err, s.lastWords())
		return nil, errors.Join(err, s.Kill())
	}
	return s, nil
}

func (c Config) flags() []string {
	flags := []string{"-dir", c.Dir, "-exit-with-parent"}
	if c.Name != "" {
		flags = append(flags, "-name", c.Name)
	}
	if c.Listen != "" {
		flags = append(flags, "-listen", c.Listen)
	}
	if c.Temporary {
		flags = append(flags, "-temporary")
	}
	return append(append(flags, "--"), c.Args...)
}

func (s *Server) launch(binary string, flags []string) error {
	log, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()     //nolint:errcheck // the process has its own
	s.cmd = exec.Command(binary, flags...) //nolint:gosec,noctx // G204: the program that we built; it ends by Stop
	s.cmd.Stderr = log
	s.cmd.SysProcAttr = processAttributes()
	if s.parent, err = s.cmd.StdinPipe(); err != nil {
		return err
	}
	if s.stdout, err = s.cmd.StdoutPipe(); err != nil {
		return err
	}
	return s.cmd.Start()
}

// awaitReady waits for the line that the server prints when it is ready.
func (s *Server) awaitReady(ctx context.Context) error {
	var line struct {
		Kubeconfig, Server string
		PID                int
	}
	unwatch := context.AfterFunc(ctx, func() { _ = s.cmd.Process.Kill() }) //nolint:errcheck // it has ended, then
	defer unwatch()
	// The end of the process ends the reading, too.
	if err := json.NewDecoder(s.stdout).Decode(&line); err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("not ready: %w", ctx.Err())
		}
		return fmt.Errorf("it ended before it was ready: %w", err)
	}
	s.Kubeconfig, s.URL, s.PID = line.Kubeconfig, line.Server, line.PID
	return nil
}

// Stop ends the server in order. Its directory stays. It may be called again.
func (s *Server) Stop() error {
	if s.cmd == nil {
		return nil
	}
	if err := s.cmd.Process.Signal(stopSignal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return errors.Join(err, s.Kill())
	}
	late := time.AfterFunc(stopPatience, func() { _ = s.cmd.Process.Kill() }) //nolint:errcheck // it has ended, then
	defer late.Stop()
	err := s.wait()
	if err != nil {
		return fmt.Errorf("kubeapi: %w%s", err, s.lastWords())
	}
	return nil
}

// Kill ends the server at once, as a crash does. Its directory stays. It may be called again.
func (s *Server) Kill() error {
	if s.cmd == nil {
		return nil
	}
	if err := s.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	var ended *exec.ExitError
	if err := s.wait(); !errors.As(err, &ended) {
		return err
	}
	return nil
}

// wait waits for the end of the process.
func (s *Server) wait() error {
	err := s.cmd.Wait()
	s.cmd = nil
	return err
}

// lastWords returns the end of what the server said, for an error.
func (s *Server) lastWords() string {
	text, err := os.ReadFile(s.log)
	if errors.Is(err, fs.ErrNotExist) || len(text) == 0 {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return "; it said: " + lines[len(lines)-1] + "; see " + s.log
}
