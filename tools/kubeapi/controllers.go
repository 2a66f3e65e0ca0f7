package main

import (
	"context"
	"strings"

	"github.com/spf13/pflag"
	logs "k8s.io/component-base/logs/api/v1"
	"k8s.io/kubernetes/cmd/kube-controller-manager/app"
	"k8s.io/kubernetes/cmd/kube-controller-manager/app/options"
)

// controllers are those that run: what tests see of a cluster without nodes, and nothing else.
var controllers = []string{
	"serviceaccount-controller",
	"namespace-controller",
	"garbage-collector-controller",
	"deployment-controller",
	"replicaset-controller",
	"daemonset-controller",
	"root-ca-certificate-publisher-controller",
	"clusterrole-aggregation-controller",
	"validatingadmissionpolicy-status-controller",
}

// runControllers runs the controllers until ctx ends.
func (c config) runControllers(ctx context.Context) error {
	// The API server has set up the logging of this process; the controllers would refuse to do it again.
	logs.ReapplyHandling = logs.ReapplyHandlingIgnoreUnchanged
	o, err := options.NewKubeControllerManagerOptions()
	if err != nil {
		return err
	}
	all, disabled, aliases := app.KnownControllers(), app.ControllersDisabledByDefault(), app.ControllerAliases()
	sets := o.Flags(all, disabled, aliases)
	o.ParsedFlags = &sets
	flags := pflag.NewFlagSet("kube-controller-manager", pflag.ContinueOnError)
	for _, f := range sets.FlagSets {
		flags.AddFlagSet(f)
	}
	err = flags.Parse([]string{
		"--kubeconfig=" + c.path(controllersKubeconfig),
		"--secure-port=0",
		"--leader-elect=false",
		"--use-service-account-credentials=false",
		"--service-account-private-key-file=" + c.path(accountKey),
		"--root-ca-file=" + c.path("ca.crt"),
		"--controllers=" + strings.Join(controllers, ","),
	})
	if err != nil {
		return err
	}
	cc, err := o.Config(ctx, all, disabled, aliases)
	if err != nil {
		return err
	}
	return app.Run(ctx, cc.Complete())
}
