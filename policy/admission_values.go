package policy

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/fedhub/fedhub/events"
)

// valueForm is how the value of an admission criterion is written.
type valueForm int

const (
	valueNone   valueForm = iota // there is none
	valueWord                    // one of the known words
	valueWords                   // a list with commas
	valueRegex                   // a regular expression
	valueNumber                  // a number, 0 or more
	valueSigned                  // any number
	valueScore                   // a CVSS score
	valueDays                    // a whole number, 0 or more
	valueCount                   // a whole number, 1 or more
	valueCPU                     // an amount of processor cores
	valueMemory                  // an amount of bytes
)

// valueForms says of every form what to write, and how to find the one text that stands for a value.
var valueForms = map[valueForm]struct {
	says   string
	normal func(text string, words []string) (string, bool)
}{
	valueNone:   {"nothing", func(string, []string) (string, bool) { return "", true }},
	valueWord:   {"one word", normalWord},
	valueWords:  {"words with commas between them", normalWords},
	valueRegex:  {"a regular expression of at most " + strconv.Itoa(MaxCriterionLen) + " bytes", normalRegex},
	valueNumber: {"a number such as 3 or 7.5", amount{max: 1e18}.normal},
	valueSigned: {"a number such as 3 or -7.5", amount{min: -1e18, max: 1e18}.normal},
	valueScore:  {"a number from 0 to 10", amount{max: 10}.normal},
	valueDays:   {"a whole number such as 30", amount{max: 1e18, whole: true}.normal},
	valueCount:  {"a whole number from 1 on", amount{min: 1, max: 1e18, whole: true}.normal},
	valueCPU:    {"an amount of cores such as 2, 0.5 or 500m", amount{max: 1e18, units: unitsCPU}.normal},
	valueMemory: {"an amount of bytes such as 1048576, 100Mi or 1G", amount{max: 1e18, units: unitsMemory}.normal},
}

// The units of amounts, as Kubernetes writes them.
var (
	unitsCPU    = map[string]*big.Rat{"m": big.NewRat(1, 1000)}
	unitsMemory = map[string]*big.Rat{
		"k": big.NewRat(1e3, 1), "M": big.NewRat(1e6, 1), "G": big.NewRat(1e9, 1),
		"T": big.NewRat(1e12, 1), "P": big.NewRat(1e15, 1), "E": big.NewRat(1e18, 1),
		"Ki": big.NewRat(1<<10, 1), "Mi": big.NewRat(1<<20, 1), "Gi": big.NewRat(1<<30, 1),
		"Ti": big.NewRat(1<<40, 1), "Pi": big.NewRat(1<<50, 1), "Ei": big.NewRat(1<<60, 1),
	}
)

// takes completes the sentence that says what the value of a criterion is.
func (f valueForm) takes(words []string) string {
	if len(words) == 0 {
		return valueForms[f].says
	}
	known := strings.Join(words, ", ")
	if f == valueWords {
		return "one or more of " + known + ", with commas between them"
	}
	return "one of " + known
}

func normalWord(text string, words []string) (string, bool) {
	return text, slices.Contains(words, text)
}

// normalWords returns the words of a list in their order, each once.
func normalWords(text string, words []string) (string, bool) {
	var out []string
	seen := map[string]bool{"": true}
	for word := range strings.SplitSeq(text, ",") {
		word = strings.TrimSpace(word)
		if seen[word] {
			continue
		}
		seen[word] = true
		if len(words) > 0 && !slices.Contains(words, word) {
			return "", false
		}
		out = append(out, word)
	}
	return strings.Join(out, ","), len(out) > 0
}

func normalRegex(text string, _ []string) (string, bool) {
	if text == "" || len(text) > MaxCriterionLen {
		return "", false
	}
	_, err := regexp.Compile(text)
	return text, err == nil
}

// amount is which numbers a value may be.
type amount struct {
	min, max float64
	whole    bool
	units    map[string]*big.Rat // what may stand behind the number
}

// The digits behind the point are as many as Kubernetes keeps.
var amountShape = regexp.MustCompile(`^(-?[0-9]{1,19}(?:\.[0-9]{1,9})?)([A-Za-z]*)$`)

// normal returns the number in decimal and without a unit, which is how NeuVector's clients read amounts.
func (a amount) normal(text string, _ []string) (string, bool) {
	parts := amountShape.FindStringSubmatch(text)
	if parts == nil {
		return "", false
	}
	n, ok := new(big.Rat).SetString(parts[1])
	if !ok {
		return "", false
	}
	if unit := parts[2]; unit != "" {
		factor, known := a.units[unit]
		if !known {
			return "", false
		}
		n.Mul(n, factor)
	}
	if n.Cmp(new(big.Rat).SetFloat64(a.min)) < 0 || n.Cmp(new(big.Rat).SetFloat64(a.max)) > 0 || a.whole && !n.IsInt() {
		return "", false
	}
	return strings.TrimRight(strings.TrimRight(n.FloatString(9), "0"), "."), true
}

// templatePod is the only thing that a custom path can lead into: the template of a workload's pods.
const templatePod = "podTemplate"

// pathShape is that of a custom path. "[_]" stands for every element of a list.
var pathShape = regexp.MustCompile(`^item(\.[A-Za-z_][A-Za-z0-9_/-]*(\[_\])*)+$`)

// customPath judges where the path of a criterion leads.
func customPath(c events.AdmissionCriterion) (events.AdmissionCriterion, error) {
	path := everyElement(c.Path)
	switch {
	case c.TemplateKind != "" && c.TemplateKind != templatePod:
		return c, fmt.Errorf("%w: template_kind %q; use %s or leave it out", ErrInvalid, c.TemplateKind, templatePod)
	case !pathShape.MatchString(path):
		return c, fmt.Errorf("%w: criterion path %q; write it like item.spec.containers[_].image", ErrInvalid, c.Path)
	}
	c.Path, c.TemplateKind = path, templatePod
	return c, checkTexts(path)
}

// everyElement returns a path with "[_]" for the first element of a list: NeuVector's console shows that one and
// means all.
func everyElement(path string) string {
	var out strings.Builder
	for i, step := range strings.Split(path, ".") {
		switch {
		case step == "0":
			out.WriteString("[_]")
			continue
		case i > 0:
			out.WriteString(".")
		}
		out.WriteString(step)
	}
	return out.String()
}
