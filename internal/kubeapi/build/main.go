// Command build builds the Kubernetes API server that tests and the demo use, if it was not built yet, and
// prints where it is.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"github.com/fedhub/fedhub/internal/kubeapi"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	path, err := kubeapi.Binary(ctx, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Fprintln(os.Stdout, path)
}
