package main

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	logs "k8s.io/component-base/logs/api/v1"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
	"k8s.io/kubernetes/cmd/kube-apiserver/app/options"
)

// How often the server is asked whether it is ready, and how long it may take for the answer.
const (
	readyEvery  = 50 * time.Millisecond
	readyAnswer = 5 * time.Second
)

// apiServer returns what serves the API on the listener, with its objects in the etcd at the given address.
func (c config) apiServer(ctx context.Context, listener net.Listener, etcd net.Addr) (func(context.Context) error, error) {
	o := options.NewServerRunOptions()
	flags := pflag.NewFlagSet("kube-apiserver", pflag.ContinueOnError)
	for _, f := range o.Flags().FlagSets {
		flags.AddFlagSet(f)
	}
	at := listener.Addr().(*net.TCPAddr)
	if err := flags.Parse(append(c.apiServerFlags(at.IP.String(), etcd.String()), c.args...)); err != nil {
		return nil, err
	}
	// Its own flag for the port does not take 0; with the listener in hand nobody else gets the port, either.
	o.SecureServing.Listener, o.SecureServing.BindPort, o.SecureServing.ExternalAddress = listener, at.Port, at.IP
	if err := o.GenericServerRunOptions.ComponentGlobalsRegistry.Set(); err != nil {
		return nil, err
	}
	if err := logs.ValidateAndApply(o.Logs, feature.DefaultFeatureGate); err != nil {
		return nil, err
	}
	completed, err := o.Complete(ctx)
	if err != nil {
		return nil, err
	}
	if errs := completed.Validate(); len(errs) > 0 {
		return nil, errors.NewAggregate(errs)
	}
	return func(ctx context.Context) error { return app.Run(ctx, completed) }, nil
}

func (c config) apiServerFlags(ip, etcd string) []string {
	return []string{
		"--etcd-servers=http://" + etcd,
		"--bind-address=" + ip,
		"--advertise-address=" + ip,
		"--endpoint-reconciler-type=none",
		"--service-cluster-ip-range=" + serviceRange,
		"--authorization-mode=RBAC",
		"--allow-privileged=true", // or the API itself refuses what an admission policy is to refuse
		"--client-ca-file=" + c.path("ca.crt"),
		"--tls-cert-file=" + c.path("serving.crt"),
		"--tls-private-key-file=" + c.path("serving.key"),
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + c.path(accountKey),
		"--service-account-signing-key-file=" + c.path(accountKey),
		"--cert-dir=" + c.path("certs"),
		"--profiling=false",
		"--shutdown-watch-termination-grace-period=2s", // without it a stop waits a minute for whoever watches
	}
}

// awaitReady returns where the server is, as soon as it is ready.
func (c config) awaitReady(ctx context.Context) (string, error) {
	admin, err := clientcmd.BuildConfigFromFlags("", c.path(adminKubeconfig))
	if err != nil {
		return "", err
	}
	client, err := rest.HTTPClientFor(admin)
	if err != nil {
		return "", err
	}
	client.Timeout = readyAnswer
	defer client.CloseIdleConnections()
	look := time.NewTicker(readyEvery)
	defer look.Stop()
	for {
		if answers(ctx, client, admin.Host+"/readyz") {
			return admin.Host, nil
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-look.C:
		}
	}
}

func answers(ctx context.Context, client *http.Client, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return false
	}
	answer, err := client.Do(request)
	if err != nil {
		return false
	}
	_ = answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}
