package policy

// AdmissionForm is one way in which a criterion of an admission rule can be written.
type AdmissionForm struct {
	Name      string
	ValueType string // of a custom path
	Op        string
	Value     string // an example of one
	Deny      bool   // in a deny rule; otherwise in an exception
	Sub       string // the name of the sub criterion that Op and Value are of; "": of the criterion itself
}

// AdmissionForms returns every way in which a criterion can be written, for who must be able to read all of them.
func AdmissionForms() []AdmissionForm {
	var out []AdmissionForm
	for _, s := range admissionSpecs {
		for _, deny := range []bool{true, false} {
			for _, op := range s.operators(deny) {
				form := AdmissionForm{Name: s.name, ValueType: s.valueType, Op: op, Value: s.example(op), Deny: deny}
				if !s.substance() {
					out = append(out, form)
				}
				for _, sub := range s.sub {
					form.Sub = sub.name
					for _, form.Op = range sub.operators(deny) {
						form.Value = sub.example(form.Op)
						out = append(out, form)
					}
				}
			}
		}
	}
	return out
}

// example returns a value that the criterion can have behind an operator.
func (s admissionSpec) example(op string) string {
	switch form := s.form(op); {
	case form == valueNone:
		return ""
	case len(s.words) > 0:
		return s.words[0]
	case form == valueWords:
		return "a,b=c"
	case form == valueRegex:
		return "^a+$"
	}
	return "3"
}
