package main

import (
	"context"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
)

func newAdmissionState(around surroundings) *cobra.Command {
	var set admissionStateFlags
	var scope scopeFlag
	c := &cobra.Command{
		Use: "state", Short: "Show, or with flags change, whether and how admission rules act",
		Example: "  fedhub admission state\n" +
			"  fedhub admission state --enable --mode protect --targets env=prod",
	}
	set.add(c)
	scope.add(c)
	return operateAt(around, c, func(ctx context.Context, s *session, _ []string) error {
		at := scope.at(s)
		config, err := set.config(c, around)
		if err != nil {
			return err
		}
		if config != (wire.AdmissionStateConfig{}) {
			config.CfgType = scope.owner(s)
			params := &wire.UpdateAdmissionStateParams{Scope: &at}
			return s.write(answerTo(s.policy.UpdateAdmissionState(ctx, params, wire.AdmissionStateWrite{State: config}))).
				say("set: the %s state of admission rules", at)
		}
		one, err := read[wire.OneAdmissionState](answerTo(s.policy.GetAdmissionState(ctx, &wire.GetAdmissionStateParams{Scope: &at})))
		if err != nil {
			return err
		}
		return s.print(one.State, func() table.Writer { return admissionStateTable(one.State) })
	})
}

func admissionStateTable(a wire.AdmissionState) table.Writer {
	t := newTable()
	t.AppendRows([]table.Row{
		{"scope", scopeWord(a.CfgType)},
		{"set", a.Defined},
		{"enabled", a.Enable},
		{"mode", a.Mode},
		{"default action", a.DefaultAction},
		{"failure policy", a.FailurePolicy},
		{"targets", dash(a.Targets)},
	})
	return t
}

// admissionStateFlags say how admission rules act.
type admissionStateFlags struct {
	commonFlags
	switchFlags
	mode, defaultAction, failurePolicy string
}

func (f *admissionStateFlags) add(c *cobra.Command) {
	f.commonFlags.add(c)
	f.switchFlags.add(c)
	flags := c.Flags()
	flags.StringVar(&f.mode, "mode", "", "of rules that have none: monitor or protect")
	flags.StringVar(&f.defaultAction, "default-action", "", "for a workload that no rule meets: allow or deny")
	flags.StringVar(&f.failurePolicy, "failure-policy", "", "when the rules cannot be asked: ignore or fail")
}

func (f *admissionStateFlags) config(c *cobra.Command, around surroundings) (wire.AdmissionStateConfig, error) {
	config, err := readObject[wire.AdmissionStateConfig, wire.AdmissionState](f.objectFile, around.stdin)
	if err != nil {
		return config, err
	}
	if on := f.on(c); on != nil {
		config.Enable = on
	}
	override(c, "mode", &config.Mode, &f.mode)
	override(c, "default-action", &config.DefaultAction, &f.defaultAction)
	override(c, "failure-policy", &config.FailurePolicy, &f.failurePolicy)
	f.claims(c, &config.Claims)
	return config, nil
}
