package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fedhub/fedhub/events"
)

// The operators of a criterion.
const (
	opEqual    = "="
	opNotEqual = "!="
	opContains = "contains"
	opPrefix   = "prefix"
	opRegex    = "regex"
	opNotRegex = "!regex"
)

// keyAddress is the key of criteria that name addresses instead of workloads.
const keyAddress = "address"

var operators = []string{opEqual, opNotEqual, opContains, opPrefix, opRegex, opNotRegex}

// checkCriteria judges the criteria of a group that is not reserved.
func checkCriteria(criteria []events.Criterion) error {
	switch {
	case len(criteria) == 0:
		return fmt.Errorf("%w: a group must have at least one criterion", ErrInvalid)
	case len(criteria) > MaxCriteria:
		return fmt.Errorf("%w: %d criteria; a group has at most %d", ErrTooLarge, len(criteria), MaxCriteria)
	}
	addresses := 0
	for _, c := range criteria {
		if err := checkCriterion(c); err != nil {
			return err
		}
		if c.Key == keyAddress {
			addresses++
		}
	}
	if addresses != 0 && addresses != len(criteria) {
		return fmt.Errorf("%w: criteria of key %q cannot stand beside other keys; make two groups", ErrInvalid, keyAddress)
	}
	return nil
}

func checkCriterion(c events.Criterion) error {
	switch {
	case c.Key == "":
		return fmt.Errorf("%w: a criterion has no key", ErrInvalid)
	case len(c.Key) > MaxCriterionLen || len(c.Value) > MaxCriterionLen:
		return fmt.Errorf("%w: key and value of a criterion have at most %d bytes each", ErrTooLarge, MaxCriterionLen)
	case !keyShape.MatchString(c.Key):
		return fmt.Errorf("%w: criterion key %q; use only letters, digits and / . : _ -", ErrInvalid, c.Key)
	case !utf8.ValidString(c.Value):
		return fmt.Errorf("%w: the value of criterion %q is not valid UTF-8", ErrInvalid, c.Key)
	case !slices.Contains(operators, c.Op):
		return fmt.Errorf("%w: operator %q of criterion %q; use one of %s",
			ErrInvalid, c.Op, c.Key, strings.Join(operators, ", "))
	case c.Key == keyAddress:
		return checkAddress(c)
	}
	return checkValue(c)
}

func checkValue(c events.Criterion) error {
	exact := c.Op == opEqual || c.Op == opNotEqual
	if c.Value == "" && !exact {
		return fmt.Errorf("%w: criterion %q %s needs a value; only %s and %s take none",
			ErrInvalid, c.Key, c.Op, opEqual, opNotEqual)
	}
	if exact && strings.ContainsAny(c.Value, "?*") && strings.ContainsAny(c.Value, "^$") {
		return fmt.Errorf("%w: value %q of criterion %q mixes the wildcards ? and * with ^ or $; use the operator %s",
			ErrInvalid, c.Value, c.Key, opRegex)
	}
	if c.Op == opRegex || c.Op == opNotRegex {
		if _, err := regexp.Compile(c.Value); err != nil {
			return fmt.Errorf("%w: value %q of criterion %q: %w", ErrInvalid, c.Value, c.Key, err)
		}
	}
	return nil
}
