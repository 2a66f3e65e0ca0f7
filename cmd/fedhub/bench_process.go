package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// benchHub is the hub of a bench, as a process of its own.
type benchHub struct {
	process *child
	in      io.WriteCloser
	answers chan []byte
	said    *bytes.Buffer
}

// startBenchHub starts a hub that keeps its logs in dir.
func startBenchHub(dir string, around surroundings) (*benchHub, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	h := &benchHub{answers: make(chan []byte), said: &bytes.Buffer{}}
	cmd := exec.Command(program, "bench", "hub", "--data-dir", dir) //nolint:gosec,noctx // G204: this program; it ends by stop
	cmd.Env, cmd.Stderr = around.env, h.said
	if h.in, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if h.process, err = startChild(cmd); err != nil {
		return nil, err
	}
	go func() { // ends with the process
		defer close(h.answers)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			h.answers <- bytes.Clone(lines.Bytes())
		}
	}()
	return h, nil
}

// stop ends the hub.
func (h *benchHub) stop() error {
	err := h.in.Close()
	if errors.Is(err, os.ErrClosed) {
		err = nil // it ended by itself
	}
	go func() { // an answer that nobody waits for any more
		for range h.answers {
		}
	}()
	return errors.Join(err, h.process.stop())
}

// ask sends a command and waits for its answer.
func (h *benchHub) ask(ctx context.Context, c benchCommand) (benchAnswer, error) {
	line, err := json.Marshal(c)
	if err != nil {
		return benchAnswer{}, err
	}
	if _, err := h.in.Write(append(line, '\n')); err != nil {
		return benchAnswer{}, fmt.Errorf("hub: %s: %w", c.Do, err)
	}
	var answer benchAnswer
	select {
	case <-ctx.Done():
		return answer, ctx.Err()
	case line, ok := <-h.answers:
		if !ok {
			<-h.process.done
			return answer, fmt.Errorf("the hub ended (%w): %s", h.process.err, bytes.TrimSpace(h.said.Bytes()))
		}
		if err := json.Unmarshal(line, &answer); err != nil {
			return answer, fmt.Errorf("hub: %s: %w", c.Do, err)
		}
	}
	if answer.Err != "" {
		return answer, fmt.Errorf("hub: %s: %s", c.Do, answer.Err)
	}
	return answer, nil
}
