package fedhub_test

import (
	"context"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// demoLimit is how long one of the README's demos may take, its build included.
const demoLimit = 5 * time.Minute

// elsewhere are the programs in the README's commands that are not ours to test.
var elsewhere = []string{"git", "cd"}

// TestREADME_commands finds every command of the README: make targets in the Makefile, fedhub commands
// and their flags in the help of the program.
func TestREADME_commands(t *testing.T) {
	watchSources(t)
	withoutWeb(t)
	commands := readmeCommands(t)
	for _, want := range []string{"make demo", "make demo-kubernetes", "make test"} {
		if !slices.Contains(commands, want) {
			t.Errorf("the README does not say %q", want)
		}
	}
	run(t, "make", "build")
	for _, command := range commands {
		words := strings.Fields(command)
		switch program := words[0]; {
		case program == "make":
			run(t, append([]string{"make", "-n"}, words[1:]...)...)
		case program == "fedhub":
			checkHelp(t, words[1:])
		case !slices.Contains(elsewhere, program):
			t.Errorf("%s: nothing checks that %s is there", command, program)
		}
	}
}

// withoutWeb lets make take the console as it is, built or not: Go's tests need no node.
func withoutWeb(t *testing.T) {
	t.Helper()
	t.Setenv("WEB", "0")
}

// TestREADME_demo does what the README promises first: `make demo` shows three remotes in sync.
func TestREADME_demo(t *testing.T) {
	if testing.Short() {
		t.Skip("starts four controllers")
	}
	watchSources(t)
	withoutWeb(t)
	t.Setenv("DEMO_FLAGS", "--exit-when-synced")
	out := run(t, "make", "demo")

	synced := map[string]bool{}
	for line := range strings.Lines(out) {
		if cells := tableCells(line); slices.Contains(cells, "synced") && slices.Contains(cells, "remote") {
			synced[cells[0]] = true
		}
	}
	if len(synced) != 3 {
		t.Errorf("remotes in sync: got %d, want 3; the demo said:\n%s", len(synced), out)
	}
}

// TestREADME_demoKubernetes has both remotes refuse a privileged pod, as the README shows it.
func TestREADME_demoKubernetes(t *testing.T) {
	if testing.Short() {
		t.Skip("starts three controllers and three Kubernetes API servers")
	}
	watchSources(t)
	withoutWeb(t)
	t.Setenv("DEMO_FLAGS", "--exit-when-synced")
	out := run(t, "make", "demo-kubernetes")

	for _, remote := range []string{"berlin", "lima"} {
		refused := regexp.MustCompile(`(?s)The same pod in ` + remote + ` now:.*Error from server \(Forbidden\): [^\n]* denied request: refused by rule 100001`)
		if !refused.MatchString(out) {
			t.Errorf("no refusal in %s; the demo said:\n%s", remote, out)
		}
	}
}

// checkHelp looks for the command and for each of its flags in the program's own help.
func checkHelp(t *testing.T, words []string) {
	t.Helper()
	end := slices.IndexFunc(words, func(w string) bool { return !commandWord.MatchString(w) })
	if end < 0 {
		end = len(words)
	}
	command := append([]string{"fedhub"}, words[:end]...)
	help := run(t, append([]string{"bin/fedhub"}, append(words[:end:end], "--help")...)...)
	// For a verb that is not there, help is about its noun and still a success.
	if usage := strings.Join(command, " "); !strings.Contains(help, usage) {
		t.Errorf("%s is not in its help:\n%s", usage, help)
	}
	for _, w := range words[end:] {
		if name, _, _ := strings.Cut(w, "="); strings.HasPrefix(name, "--") && !strings.Contains(help, name+" ") {
			t.Errorf("%s: no %s in its help:\n%s", strings.Join(command, " "), name, help)
		}
	}
}

// commandWord matches the nouns and verbs of a command line, which come before its flags.
var commandWord = regexp.MustCompile(`^[a-z]+$`)

// readmeCommands returns the lines of the README's sh blocks, without comments and prompts.
func readmeCommands(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var commands []string
	for _, block := range regexp.MustCompile("(?ms)^```sh\n(.*?)^```").FindAllStringSubmatch(string(text), -1) {
		for line := range strings.Lines(strings.ReplaceAll(block[1], "\\\n", " ")) {
			line, _, _ = strings.Cut(line, " #")
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				commands = append(commands, line)
			}
		}
	}
	return commands
}

// tableCells returns the cells of a line of a printed table, whatever its borders are.
func tableCells(line string) []string {
	cells := regexp.MustCompile(`\s{2,}|[│|]`).Split(strings.TrimSpace(line), -1)
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return slices.DeleteFunc(cells, func(c string) bool { return c == "" })
}

// run returns what the command printed, on both channels. A command that fails ends the test.
func run(t *testing.T, command ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), demoLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...) //nolint:gosec // G204: the commands are the README's
	// A make that started this test must not hand its own flags and job slots on.
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "MAKE") || strings.HasPrefix(v, "MFLAGS=")
	})
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(command, " "), err, out)
	}
	return string(out)
}
