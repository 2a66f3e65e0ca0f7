package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/policy"
)

// The scopes, as the REST interface takes them.
const (
	scopeFederal = string(policy.ScopeFederal)
	scopeLocal   = string(policy.ScopeLocal)
)

// The owners of an object, as the REST interface calls them in it.
const (
	ownerFederal = "federal"
	ownerLocal   = "user_created"
)

// firstFederalID is the lowest number of a federated object.
const firstFederalID = 100_000

// federalPrefix begins the names of federated objects.
const federalPrefix = "fed."

// scopeFlag says whose an object that goes by a number is to be.
type scopeFlag struct{ scope string }

func (f *scopeFlag) add(c *cobra.Command) {
	c.Flags().StringVar(&f.scope, "scope", "", "fed or local; fed if it is not given, local with --cluster")
}

// at returns whose the object is to be: federated policy is not written through the master's back.
func (f *scopeFlag) at(s *session) string {
	switch {
	case f.scope != "":
		return f.scope
	case s.cluster != "":
		return scopeLocal
	}
	return scopeFederal
}

// owner returns the same in the word that objects have for it.
func (f *scopeFlag) owner(s *session) string {
	if f.at(s) == scopeFederal {
		return ownerFederal
	}
	return ownerLocal
}

// scopeOf returns whose the object with the given name is.
func scopeOf(name string) string {
	if strings.HasPrefix(name, federalPrefix) {
		return scopeFederal
	}
	return scopeLocal
}

// scopeWord is whose an object is, in the words of the scope flag.
func scopeWord(cfgType string) string {
	if cfgType == ownerFederal {
		return scopeFederal
	}
	return scopeLocal
}

// commonFlags say what every object of the policy has.
type commonFlags struct {
	objectFile
	targets string
}

func (f *commonFlags) add(c *cobra.Command) {
	f.objectFile.add(c)
	c.Flags().StringVar(&f.targets, "targets", "",
		"`selector` over the labels of the clusters that a federated one is for, such as 'env=prod,region in (eu,us)'; empty for all")
}

// claims puts what was said into what every request may say.
func (f *commonFlags) claims(c *cobra.Command, into *policy.Claims) {
	override(c, "targets", &into.Targets, &f.targets)
}

// override sets a field of a request when its flag was given.
func override[T any](c *cobra.Command, flag string, field **T, value *T) {
	if c.Flags().Changed(flag) {
		*field = value
	}
}

// switchFlags turn an object on or off.
type switchFlags struct{ enable, disable bool }

func (f *switchFlags) add(c *cobra.Command) {
	c.Flags().BoolVar(&f.enable, "enable", false, "let it have an effect")
	c.Flags().BoolVar(&f.disable, "disable", false, "let it be without effect")
	c.MarkFlagsMutuallyExclusive("enable", "disable")
}

// on returns what was said, or nil.
func (f *switchFlags) on(c *cobra.Command) *bool {
	switch on := !f.disable; {
	case c.Flags().Changed("enable"):
		return &f.enable
	case c.Flags().Changed("disable"):
		return &on
	}
	return nil
}

// off is the reverse of on.
func (f *switchFlags) off(c *cobra.Command) *bool {
	on := f.on(c)
	if on == nil {
		return nil
	}
	off := !*on
	return &off
}

// listFlag collects what it parses; it may be repeated. It is a [pflag.Value].
type listFlag[T any] struct {
	word  string // for what it takes
	parse func(text string) (T, error)
	list  []T
	texts []string
}

// String implements [pflag.Value].
func (f *listFlag[T]) String() string { return strings.Join(f.texts, ", ") }

// Type implements [pflag.Value].
func (f *listFlag[T]) Type() string { return f.word }

// Set implements [pflag.Value].
func (f *listFlag[T]) Set(text string) error {
	v, err := f.parse(text)
	if err != nil {
		return err
	}
	f.list, f.texts = append(f.list, v), append(f.texts, text)
	return nil
}
