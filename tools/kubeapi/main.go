// Command kubeapi is a Kubernetes API in one process, for tests and the demo: etcd, kube-apiserver and
// those controllers without which an API is not one: default service accounts, the end of namespaces,
// garbage collection, and the way from a Deployment to its Pods. There are no nodes, and nothing runs.
//
// It listens on loopback. All that it has is below one directory; started again there, also after it was
// killed, it is the same server with the same address, keys and objects. When it is ready it prints one
// line of JSON. What follows "--" goes to kube-apiserver.
//
// It is a module of its own, so that nothing of Kubernetes' server becomes a requirement of fedhub.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

func main() {
	c := config{started: time.Now(), announce: os.Stdout}
	flag.StringVar(&c.dir, "dir", "", "the directory of everything that is kept")
	flag.StringVar(&c.name, "name", "kubeapi", "what the kubeconfig calls the cluster")
	flag.StringVar(&c.listen, "listen", "", "loopback `address`; without it that of the last run, or a free one")
	withParent := flag.Bool("exit-with-parent", false, "stop at the end of standard input")
	temporary := flag.Bool("temporary", false, "with -exit-with-parent: remove the directory then")
	flag.Parse()
	c.args = flag.Args()
	if c.dir == "" {
		fmt.Fprintln(os.Stderr, "kubeapi: -dir is missing")
		os.Exit(2)
	}

	// The signals of this process are caught here: Kubernetes' own way panics when two components go it.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	var orphan chan struct{}
	if *withParent {
		orphan = make(chan struct{})
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			close(orphan)
			stop()
		}()
	}
	err := c.run(ctx)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = nil
	}
	select {
	case <-orphan:
		if *temporary {
			err = errors.Join(err, os.RemoveAll(c.dir))
		}
	default:
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "kubeapi:", err)
		os.Exit(1)
	}
}

// config says what to run.
type config struct {
	dir, name, listen string
	args              []string // of kube-apiserver
	started           time.Time
	announce          io.Writer
}

// path returns the path of a file in the server's directory.
func (c config) path(name string) string { return filepath.Join(c.dir, name) }

// run is the server until ctx ends. Its parts end one after the other: what needs another ends before it.
func (c config) run(ctx context.Context) error {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return err
	}
	etcd, err := startEtcd(c.path("etcd"))
	if err != nil {
		return fmt.Errorf("etcd: %w", err)
	}
	defer etcd.Close()
	listener, err := c.openListener(ctx)
	if err != nil {
		return err
	}
	if err := c.issueCredentials("https://" + listener.Addr().String()); err != nil {
		return err
	}
	serve, err := c.apiServer(ctx, listener, etcd.Clients[0].Addr())
	if err != nil {
		return fmt.Errorf("kube-apiserver: %w", err)
	}
	g, ctx := errgroup.WithContext(ctx)
	serving, stopServing := context.WithCancel(context.WithoutCancel(ctx))
	g.Go(func() error { return serve(serving) })
	g.Go(func() error {
		defer stopServing()
		return c.control(ctx)
	})
	return g.Wait()
}

// control runs the controllers as soon as the API is ready, until ctx ends.
func (c config) control(ctx context.Context) error {
	server, err := c.awaitReady(ctx)
	if err != nil {
		return err
	}
	if err := c.sayReady(server); err != nil {
		return err
	}
	return c.runControllers(ctx)
}

// sayReady tells the parent where the API is.
func (c config) sayReady(server string) error {
	return json.NewEncoder(c.announce).Encode(struct {
		Kubeconfig string `json:"kubeconfig"`
		Server     string `json:"server"`
		PID        int    `json:"pid"`
		ReadyMS    int64  `json:"ready_ms"`
	}{c.path(adminKubeconfig), server, os.Getpid(), time.Since(c.started).Milliseconds()})
}
