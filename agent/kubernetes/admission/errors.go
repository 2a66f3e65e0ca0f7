package admission

// UnsupportedError says why a rule cannot be judged in a cluster. Its text is for the person who wrote the rule.
type UnsupportedError struct{ Reason string }

// Error implements error.
func (e UnsupportedError) Error() string { return e.Reason }
