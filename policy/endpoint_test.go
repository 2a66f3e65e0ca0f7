package policy

import "testing"

func TestCheckEnds(t *testing.T) {
	for name, tt := range map[string]struct {
		scope    Scope
		from, to string
		want     error
	}{
		"two federated groups":            {from: "fed.web", to: "fed.db"},
		"from outside":                    {from: "external", to: "fed.web"},
		"to outside":                      {from: "fed.web", to: "external"},
		"to the nodes":                    {from: "fed.web", to: "nodes"},
		"from the ingress":                {from: "Workload:ingress", to: "fed.web"},
		"host by address":                 {from: "Host:10.0.0.1", to: "fed.web"},
		"host by IPv6 address":            {from: "Host:::1", to: "fed.web"},
		"host by name":                    {from: "Host:node-1", to: "fed.web"},
		"workload by address":             {from: "Workload:10.0.0.1", to: "fed.web"},
		"no from":                         {to: "fed.web", want: ErrInvalid},
		"no to":                           {from: "fed.web", want: ErrInvalid},
		"containers are not federated":    {from: "containers", to: "fed.web", want: ErrInvalid},
		"local group":                     {from: "web", to: "fed.db", want: ErrInvalid},
		"missing group":                   {from: "fed.x", to: "fed.db", want: ErrInvalid},
		"missing group behind":            {from: "fed.db", to: "fed.x", want: ErrInvalid},
		"both special":                    {from: "external", to: "nodes", want: ErrInvalid},
		"both hosts":                      {from: "Host:10.0.0.1", to: "Host:10.0.0.2", want: ErrInvalid},
		"host without name":               {from: "Host:", to: "fed.db", want: ErrInvalid},
		"workload by name":                {from: "Workload:web", to: "fed.db", want: ErrInvalid},
		"local":                           {scope: ScopeLocal, from: "web", to: "external"},
		"containers are local":            {scope: ScopeLocal, from: "web", to: "containers"},
		"federated group in a local rule": {scope: ScopeLocal, from: "fed.x", to: "web", want: ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			exists := func(name string) bool { return name == "fed.web" || name == "fed.db" || name == "web" }
			verdict(t, nil, orFederal(tt.scope).checkEnds(tt.from, tt.to, exists), tt.want)
		})
	}
}
