package deploy_test

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/fedhub/fedhub/internal/waittest"
)

var update = flag.Bool("update", false, "render kustomize/base from the chart")

const (
	baseFile   = "kustomize/base/fedhub.yaml"
	baseHeader = "# What the Helm chart makes of its default values. Do not edit: go test ./deploy -update writes it.\n"
)

// TestBase holds the base of the kustomizations to the chart, from which it is rendered.
func TestBase(t *testing.T) {
	want := baseHeader + regexp.MustCompile(`(?m)^# Source: .*\n`).ReplaceAllString(render(t), "")
	if *update {
		if err := os.WriteFile(baseFile, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := string(waittest.Must(os.ReadFile(baseFile))(t))
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("%s is not what the chart renders; go test ./deploy -update (-want +got)\n%s", baseFile, diff)
	}
}

// variants are the kustomizations, with the values that make the chart the same.
var variants = map[string][]string{
	"kustomize/base":            nil,
	"kustomize/overlays/master": {"--set=role=master,name=master,federation.master.address=fed-master.example.com"},
	"kustomize/overlays/remote": {"--set=role=remote,name=berlin"},
	"testdata/neuvector":        {"--set=enforcer=neuvector"},
}

func TestKustomizations(t *testing.T) {
	for dir, values := range variants {
		t.Run(dir, func(t *testing.T) {
			if diff := gocmp.Diff(byName(t, render(t, values...)), byName(t, build(t, dir))); diff != "" {
				t.Errorf("it is not what the chart makes of %v (-chart +kustomization)\n%s", values, diff)
			}
		})
	}
}

// everything gives each optional part of the chart.
var everything = []string{
	"--set=role=remote,name=berlin,enforcer=neuvector,networkPlugin=calico,admin.password=secret,tls.existingSecret=cert",
	"--set=proxy.existingSecret=proxy,federation.join.useProxy=true,federation.join.token=eyJ,federation.join.address=2001:db8::1",
	"--set=services.fedWorker.type=NodePort,services.fedWorker.nodePort=30443,persistence.storageClass=fast",
	"--set=labels.team=security,podLabels.a=b,podAnnotations.c=d,nodeSelector.disk=ssd,priorityClassName=high",
	"--set-json=imagePullSecrets=[{\"name\":\"pull\"}],tolerations=[{\"operator\":\"Exists\"}]",
	"--set-json=networkPolicy.fedWorkerFrom=[{\"podSelector\":{}}]",
}

func TestChart_lint(t *testing.T) {
	for name, values := range map[string][]string{
		"default": nil, "everything": everything, "none": {"--set=enforcer=none,podDisruptionBudget.enabled=false,networkPolicy.enabled=false"},
	} {
		t.Run(name, func(t *testing.T) { helm(t, append([]string{"lint", "--strict", forKubernetes, chart}, values...)...) })
	}
}

func TestChart_everything(t *testing.T) {
	all := objects(t, render(t, everything...))
	got := env(t, all)
	for name, want := range map[string]string{ //nolint:gosec // G101: names of files
		"FEDHUB_NAME": "berlin", "FEDHUB_ENFORCER": "neuvector", "FEDHUB_NETWORK_PLUGIN": "calico",
		"FEDHUB_JOIN_TOKEN_FILE": "/run/fedhub/join/token", "FEDHUB_JOIN_MASTER": "[2001:db8::1]:11443", "FEDHUB_JOIN_USE_PROXY": "true",
		"FEDHUB_ADMIN_PASSWORD_FILE": "/run/fedhub/admin/password", "FEDHUB_TLS_CERT_FILE": "/run/fedhub/tls/tls.crt",
		"FEDHUB_ADDRESS": "fed-worker.fedhub.svc:10443", "NO_PROXY": "$(KUBERNETES_SERVICE_HOST)",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
	for _, o := range all {
		if got := o.GetLabels()["team"]; got != "security" {
			t.Errorf("%s %s: label team is %q", o.GetKind(), o.GetName(), got)
		}
	}
}

// TestChart_refuses gives values that cannot be, and expects to be told what to do instead.
func TestChart_refuses(t *testing.T) {
	for values, want := range map[string]string{
		"role=leader":                                   "/role",
		"role=master,name=a":                            "kubectl get svc -n fedhub",
		"role=remote":                                   "give name",
		"enforcer=iptables":                             "/enforcer",
		"replicas=2":                                    "replicas",
		"services.fedMaster.type=ExternalName":          "/services/fedMaster/type",
		"persistence.accessMode=ReadWriteMany":          "/persistence/accessMode",
		"federation.master.address=https://example.com": "/federation/master/address",
		"federation.master.address=example.com:11443":   "/federation/master/address",
		"federation.join.port=0":                        "/federation/join/port",
		"address=example.com":                           "/address",
		"networkPolicy.egressPorts[0]=any":              "/networkPolicy/egressPorts/0",
	} {
		t.Run(values, func(t *testing.T) {
			out, err := helmCommand(t, "template", "fedhub", chart, "-n", namespace, forKubernetes, "--set="+values).CombinedOutput()
			if err == nil || !strings.Contains(string(out), want) {
				t.Errorf("it says %q, want %q", out, want)
			}
		})
	}
}

// TestFlags finds what the manifests and the compose file give to the program among its flags, and its version in
// the chart.
func TestFlags(t *testing.T) {
	program := t.TempDir() + "/fedhub"
	command(t, exec.CommandContext(t.Context(), "go", "build", "-o", program, "../cmd/fedhub")) //nolint:gosec // G204: this test's own arguments
	for _, values := range [][]string{variants["kustomize/overlays/master"], everything} {
		checkFlags(t, program, []string{"serve"}, env(t, objects(t, render(t, values...))))
	}
	var compose struct {
		Services map[string]struct {
			Command     []string
			Environment map[string]string
		}
	}
	waittest.Must(0, yaml.Unmarshal(waittest.Must(os.ReadFile("../docker-compose.yml"))(t), &compose))(t)
	for _, service := range compose.Services {
		checkFlags(t, program, service.Command, service.Environment)
	}

	var own struct{ Program string }
	version := command(t, exec.CommandContext(t.Context(), program, "version", "-o", "json")) //nolint:gosec // G204: as above
	waittest.Must(0, json.Unmarshal([]byte(version), &own))(t)
	var about struct {
		Version    string `yaml:"version"`
		AppVersion string `yaml:"appVersion"`
	}
	waittest.Must(0, yaml.Unmarshal(waittest.Must(os.ReadFile(chart+"/Chart.yaml"))(t), &about))(t)
	if about.AppVersion != own.Program {
		t.Errorf("the chart is for version %s, and this is %s", about.AppVersion, own.Program)
	}
}

// checkFlags finds every flag of the command line, and every variable of ours, in the help of the command.
func checkFlags(t *testing.T, program string, line []string, env map[string]string) {
	t.Helper()
	verb := slices.IndexFunc(line, func(word string) bool { return strings.HasPrefix(word, "--") })
	if verb < 0 {
		verb = len(line)
	}
	help := command(t, exec.CommandContext(t.Context(), program, append(line[:verb:verb], "--help")...)) //nolint:gosec // G204: what we ship
	flags := line[verb:]
	for name := range env {
		if variable, ours := strings.CutPrefix(name, "FEDHUB_"); ours {
			flags = append(flags, "--"+strings.ReplaceAll(strings.ToLower(variable), "_", "-"))
		}
	}
	for _, f := range flags {
		if name, _, _ := strings.Cut(f, "="); !strings.Contains(help, name+" ") {
			t.Errorf("%v: there is no %s in\n%s", line[:verb], name, help)
		}
	}
}
