package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// childPatience is how long a child may take to end before it is killed.
const childPatience = 20 * time.Second

// child is a process that this one started. It does not outlive it.
type child struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
	err  error         // how it ended; read it after done
}

// startChild starts cmd apart from the terminal's signals: its parent says when it ends.
func startChild(cmd *exec.Cmd) (*child, error) {
	cmd.SysProcAttr = childAttributes()
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	c := &child{cmd: cmd, done: make(chan struct{})}
	go func() { // ends with the process, which stop makes sure of
		defer close(c.done)
		c.err = cmd.Wait()
	}()
	return c, nil
}

// stop asks the child to end, and waits for it.
func (c *child) stop() error {
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop %s: %w", c.cmd.Path, err)
	}
	patience := time.NewTimer(childPatience)
	defer patience.Stop()
	select {
	case <-c.done:
		return nil
	case <-patience.C:
	}
	if err := c.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop %s: %w", c.cmd.Path, err)
	}
	<-c.done
	return fmt.Errorf("process %d did not end within %s and was killed", c.cmd.Process.Pid, childPatience)
}
