package main

import (
	"regexp"

	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
)

// The types of an admission rule.
const (
	admissionDeny      = "deny"
	admissionException = "exception"
)

// admissionFlags say what an admission rule is.
type admissionFlags struct {
	commonFlags
	switchFlags
	deny, exception bool
	criteria        listFlag[wire.AdmissionCriterion]
	mode, comment   string
	containers      []string
}

func (f *admissionFlags) add(c *cobra.Command) {
	f.commonFlags.add(c)
	f.switchFlags.add(c)
	f.criteria = listFlag[wire.AdmissionCriterion]{word: "criterion", parse: parseAdmissionCriterion}
	flags := c.Flags()
	flags.BoolVar(&f.deny, admissionDeny, false, "refuse the workloads that it meets")
	flags.BoolVar(&f.exception, admissionException, false, "let the workloads that it meets pass")
	flags.Var(&f.criteria, "criterion",
		"what it meets, as 'NAME OPERATOR VALUE'; may be repeated, and stands for all of them")
	flags.StringVar(&f.mode, "mode", "", "of a deny rule: monitor or protect; the cluster's own if it has none")
	flags.StringSliceVar(&f.containers, "containers", nil,
		"which it looks at: containers, init_containers or ephemeral_containers; all if none are given")
	flags.StringVar(&f.comment, "comment", "", "`text` for people")
	c.MarkFlagsMutuallyExclusive(admissionDeny, admissionException)
}

// config returns what was said about the rule.
func (f *admissionFlags) config(c *cobra.Command, around surroundings) (wire.AdmissionConfig, error) {
	config, err := readObject[wire.AdmissionConfig, wire.AdmissionRule](f.objectFile, around.stdin)
	if err != nil {
		return config, err
	}
	switch {
	case f.deny:
		config.RuleType = new(admissionDeny)
	case f.exception:
		config.RuleType = new(admissionException)
	}
	override(c, "criterion", &config.Criteria, &f.criteria.list)
	override(c, "mode", &config.RuleMode, &f.mode)
	override(c, "containers", &config.Containers, &f.containers)
	override(c, "comment", &config.Comment, &f.comment)
	if off := f.off(c); off != nil {
		config.Disable = off
	}
	f.claims(c, &config.Claims)
	return config, nil
}

// admissionCriterionShape is a name, an operator that is a word or a sign, and a value that may be missing
// behind a word.
var admissionCriterionShape = regexp.MustCompile(`^\s*([^\s<>=!]+)(?:\s+(!?[A-Za-z]+)(?:\s+|$)|\s*([<>!]?=|[<>])\s*)(.*)$`)

func parseAdmissionCriterion(text string) (wire.AdmissionCriterion, error) {
	m := admissionCriterionShape.FindStringSubmatch(text)
	if m == nil {
		return wire.AdmissionCriterion{}, badUsage(
			"give 'NAME OPERATOR VALUE', such as 'namespace containsAny prod'; a criterion that has parts goes into a file")
	}
	return wire.AdmissionCriterion{Name: m[1], Op: m[2] + m[3], Value: m[4]}, nil
}
