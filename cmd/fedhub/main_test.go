package main

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
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

// words splits a command line; what stands between single quotes is one word.
func words(line string) []string {
	var out []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			out = append(out, part)
		} else {
			out = append(out, strings.Fields(part)...)
		}
	}
	return out
}

func TestRun_usage(t *testing.T) {
	for line, want := range map[string]string{ //nolint:gosec // G101: these are command lines
		"versio":                             `there is no command "fedhub versio"; did you mean version?`,
		"token":                              "say which: create, list, revoke",
		"token mint":                         `there is no command "fedhub token mint"`,
		"summary --wach":                     "unknown flag: --wach",
		"summary now":                        `unknown command "now" for "fedhub summary"`,
		"summary -o xml":                     "use one of [table json yaml]",
		"summary":                            "say who you are: give --password-file or --api-token-file",
		"join":                               `required flag(s) "token-file" not set`,
		"token create --expires-in 90s":      "--expires-in 1m30s: give whole minutes",
		"rule show first":                    `"first" is not the id of a rule`,
		"rule add --from a --to b":           "[action file] is required",
		"rule set 100001 --enable --disable": "[disable enable] were all set",
		"group create fed.a --member x":      "give KEY=VALUE",
		"admission add --deny":               "[criterion file] is required",
		"admission add --deny --exception --criterion a=b": "[deny exception] were all set",
		"admission add --deny --criterion namespace":       "give 'NAME OPERATOR VALUE'",
		"admission delete first":                           `"first" is not the id of a rule`,
		"response add --condition Critical":                "give TYPE:VALUE",
		"process set fed.a --allow =/bin/sh":               "give NAME or NAME=PATH",
		"file set fed.a":                                   "is required",
		"dlp add fed.a --rule 'no pattern'":                "give NAME=REGEX",
		"waf bind fed.a --sensor x=block":                  "give NAME, NAME=allow or NAME=deny",
		"webhook add fed.a":                                "[url file] is required",
		"change":                                           `required flag(s) "file" not set`,
		"change -f x --soak 1m":                            "--soak is about a rollout: give at least one --wave, too",
		"change -f x --wave 10% --soak 1ms":                "--soak 1ms: give whole seconds",
		"change -f x --wave 0%":                            "give 1% to 100%",
		"rollback yesterday":                               `"yesterday" is not the number of a revision`,
		"rollout pause a b":                                "accepts at most 1 arg(s)",
		"policy export --format xml":                       "use one of [table json yaml]",
		"cluster label berlin":                             "requires at least 2 arg(s)",
		"cluster label berlin env":                         `"env": give KEY=VALUE to set a label, or KEY- to take it away`,
		"cluster label berlin a=b a-":                      "give each label once",
		"promote --address example.com":                    "missing port in address",
		"serve --enforcer iptables":                        "--enforcer iptables: use one of kubernetes, neuvector, none",
		"serve --promote-address a:1 --join-token-file f":  "[join-token-file promote-address] were all set",
		"serve --join-token-file -":                        "name a file",
		"serve --join-use-proxy":                           "give --join-token-file, too",
		"serve --tls-cert-file cert.pem":                   "[tls-key-file]",
		"serve --console-dev 127.0.0.1:5173":               "give a URL such as http://127.0.0.1:5173",
		"bench fleet --remotes 0":                          "--remotes and --rounds must be positive",
		"bench console --beats 0":                          "--clusters, --beats and --for must be positive",
		"bench console":                                    "name a file with the password",
		"summary --server :// --api-token-file go":         "--server ://",
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
		"", "serve", "promote", "join", "token create", "cluster label", "group add", "rule add", "rule move", "admission", "admission add",
		"response add", "process set", "file set", "dlp", "dlp add", "waf bind", "webhook set", "policy import", "policy diff", "policy export",
		"change", "revision list", "rollback", "rollout", "rollout watch", "summary", "status", "deploy", "events", "demo", "bench fleet", "bench console",
	} {
		got := try(t, attempt{args: append(words(line), "--help")})
		if got.code != exitDone || got.stderr != "" {
			t.Errorf("%s --help: exit code %d, %q", line, got.code, got.stderr)
		}
		all.WriteString("$ fedhub " + line + " --help\n" + got.stdout + "\n")
	}
	golden(t, "help.txt", all.String())
}

// TestRun_examples takes the examples of every command for what they are: lines that the command takes.
func TestRun_examples(t *testing.T) {
	var check func(c *cobra.Command)
	check = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			check(sub)
		}
		if c.HasSubCommands() || !c.IsAvailableCommand() || c.Name() == "help" || c.Parent().Name() == "completion" {
			return
		}
		if c.Example == "" {
			t.Errorf("%s has no example", c.CommandPath())
		}
		for line := range strings.Lines(c.Example) {
			for _, command := range regexp.MustCompile(`fedhub [^|;>\n]*`).FindAllString(line, -1) {
				checkExample(t, c.CommandPath(), words(command)[1:])
			}
		}
	}
	check(newRoot(surroundings{now: noon}))
}

// checkExample expects that a command line is whole.
func checkExample(t *testing.T, of string, args []string) {
	t.Helper()
	c, rest, err := newRoot(surroundings{now: noon}).Find(args)
	if err == nil {
		err = c.ParseFlags(rest)
	}
	if err == nil {
		err = errors.Join(c.ValidateRequiredFlags(), c.ValidateFlagGroups(), c.Args(c, c.Flags().Args()))
	}
	if err == nil && c.PreRunE != nil {
		err = c.PreRunE(c, c.Flags().Args())
	}
	if err != nil {
		t.Errorf("example of %s: %v: %v", of, args, err)
	}
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
