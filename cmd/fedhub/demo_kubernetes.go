package main

import (
	"context"
	"fmt"
	"os"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/fedhub/fedhub/internal/kubeapi"
)

// The namespaces that the demo makes in every cluster.
const (
	demoOwn  = "fedhub" // of the controller: admission rules leave it alone
	demoShop = "shop"
)

// demoAPI is the Kubernetes API of a cluster of the demo. It has no nodes.
type demoAPI struct {
	server *kubeapi.Server
	client *kubernetes.Clientset
}

// enforcement returns what the cluster's controller is told of its enforcer; nil is that of a cluster without an API.
func (a *demoAPI) enforcement() []string {
	if a == nil {
		return nil
	}
	return []string{"--enforcer", "kubernetes", "--kubeconfig", a.server.Kubeconfig, "--namespace", demoOwn}
}

// startAPIs starts a Kubernetes API server for every cluster, the master's included.
func (d *demo) startAPIs(ctx context.Context) error {
	// What there may be to build is not part of what is measured.
	if _, err := kubeapi.Binary(ctx, d.around.stdout); err != nil {
		return err
	}
	if err := os.WriteFile(d.podFile(), []byte(privilegedPod), 0o600); err != nil {
		return err
	}
	d.say("Starting %d Kubernetes API servers in %s\n", len(d.clusters), d.dir)
	begun := d.around.now()
	var group errgroup.Group
	for _, c := range d.clusters {
		group.Go(func() error {
			if err := c.startAPI(ctx); err != nil {
				return fmt.Errorf("%s: %w", c.Name, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	d.step(d.since(begun), "all ready")
	return nil
}

func (c *demoCluster) startAPI(ctx context.Context) error {
	server, err := kubeapi.Start(ctx, kubeapi.Config{Dir: c.dir + "-kubernetes", Name: c.Name})
	if err != nil {
		return err
	}
	c.api = &demoAPI{server: server}
	config, err := clientcmd.BuildConfigFromFlags("", server.Kubeconfig)
	if err != nil {
		return err
	}
	config.QPS, config.WarningHandler = -1, rest.NoWarnings{}
	if c.api.client, err = kubernetes.NewForConfig(config); err != nil {
		return err
	}
	for _, name := range []string{demoOwn, demoShop} {
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
		if _, err := c.api.client.CoreV1().Namespaces().Create(ctx, namespace, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
			return err
		}
	}
	// Without its account a namespace takes no pods, whatever the rules say.
	accounts, err := c.api.client.CoreV1().ServiceAccounts(demoShop).Watch(ctx,
		metav1.ListOptions{FieldSelector: metav1.ObjectNameField + "=default"})
	if err != nil {
		return err
	}
	return awaitAdded(ctx, "the default ServiceAccount of "+demoShop, accounts)
}

// awaitAdded waits until the watch tells of something new, and ends it.
func awaitAdded(ctx context.Context, what string, of watch.Interface) error {
	ctx, cancel := context.WithTimeout(ctx, demoPatience)
	defer cancel()
	defer of.Stop()
	for {
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: not within %s", what, demoPatience)
		case e, open := <-of.ResultChan():
			switch {
			case !open:
				return fmt.Errorf("%s: the API server ended the watch", what)
			case e.Type == watch.Error:
				return fmt.Errorf("%s: %w", what, apierrors.FromObject(e.Object))
			case e.Type == watch.Added:
				return nil
			}
		}
	}
}

// stopAPIs ends the API servers, side by side.
func (d *demo) stopAPIs() error {
	var group errgroup.Group
	for _, c := range d.clusters {
		if c.api != nil {
			group.Go(c.api.server.Stop)
		}
	}
	return group.Wait()
}

// showAPIs prints how to look into the clusters.
func (d *demo) showAPIs() {
	for _, c := range d.clusters {
		d.say("  kubectl --kubeconfig %s get networkpolicies,validatingadmissionpolicies -A\n", c.api.server.Kubeconfig)
	}
}
