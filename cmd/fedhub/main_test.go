package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite testdata")

// asProgram makes the test binary be fedhub, for what starts itself as another process.
const asProgram = "TEST_BINARY_IS_FEDHUB=1"

func TestMain(m *testing.M) {
	name, value, _ := strings.Cut(asProgram, "=")
	if os.Getenv(name) == value {
		main()
	}
	os.Exit(m.Run())
}

// result is what a command did.
type result struct {
	code           int
	stdout, stderr string
}

// attempt is a command line with its surroundings.
type attempt struct {
	args  []string
	env   []string
	stdin string
}

// noon is the time in these tests.
func noon() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }

func try(t *testing.T, a attempt) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), a.args, surroundings{
		stdin: strings.NewReader(a.stdin), stdout: &stdout, stderr: &stderr, env: a.env, now: noon,
	})
	return result{code, stdout.String(), stderr.String()}
}

func words(line string) []string { return strings.Fields(line) }

func TestRun_usage(t *testing.T) {
	for line, want := range map[string]string{ //nolint:gosec // G101: these are command lines
		"versio":                         `there is no command "fedhub versio"; did you mean version?`,
		"token":                          "say which: create, list, revoke",
		"token mint":                     `there is no command "fedhub token mint"`,
		"summary --wach":                 "unknown flag: --wach",
		"summary now":                    `unknown command "now" for "fedhub summary"`,
		"summary -o xml":                 "use one of [table json yaml]",
		"summary":                        "say who you are: give --password-file or --api-token-file",
		"join":                           `required flag(s) "token-file" not set`,
		"token create --expires-in 90s":  "--expires-in 1m30s: give whole minutes",
		"rule show first":                `"first" is not the id of a rule`,
		"rule add --from a --to b":       `required flag(s) "action" not set`,
		"group create fed.a --member x":  "give KEY=VALUE",
		"promote --address example.com":  "missing port in address",
		"serve --enforcer iptables":      "--enforcer iptables: there is only none",
		"serve --tls-cert-file cert.pem": "[tls-key-file]",
		"bench fleet --remotes 0":        "--remotes and --rounds must be positive",
		"summary --server :// --api-token-file go": "--server ://",
	} {
		t.Run(line, func(t *testing.T) {
			got := try(t, attempt{args: words(line)})
			if got.code != exitUsage || !strings.Contains(got.stderr, want) || !strings.Contains(got.stderr, "--help' for usage") {
				t.Errorf("got exit code %d, want %d; it said %q, which should have %q", got.code, exitUsage, got.stderr, want)
			}
		})
	}
}

func TestRun_help(t *testing.T) {
	var all strings.Builder
	for _, line := range []string{
		"", "serve", "promote", "join", "token create", "rule add", "policy import", "summary", "events", "demo", "bench fleet",
	} {
		got := try(t, attempt{args: append(words(line), "--help")})
		if got.code != exitDone || got.stderr != "" {
			t.Errorf("%s --help: exit code %d, %q", line, got.code, got.stderr)
		}
		all.WriteString("$ fedhub " + line + " --help\n" + got.stdout + "\n")
	}
	golden(t, "help.txt", all.String())
}

func TestRun_version(t *testing.T) {
	got := try(t, attempt{args: words("version -o yaml")})
	if got.code != exitDone || !strings.Contains(got.stdout, "program: "+version+"\n") {
		t.Errorf("got %+v", got)
	}
}

// golden compares what is printed with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got); -update rewrites it:\n%s", path, diff)
	}
}
