package policy

import (
	"encoding/json"
	"testing"

	"github.com/fedhub/fedhub/events"
)

// FuzzConfigs looks for a request that makes a kind panic, or store what it would not take again as it is.
func FuzzConfigs(f *testing.F) {
	kinds := []*kind{
		responseKind, processKind, fileKind, dlpSensorKind, wafSensorKind, dlpGroupKind, wafGroupKind, webhookKind,
	}
	for i, bodies := range [][]string{
		{`{"event":"cve-report","conditions":[{"type":"cve-high-with-fix","value":"03/30"}],"actions":["webhook"],"webhooks":["fed.b","fed.a"]}`},
		{
			`{"group":"fed.web","baseline":"Basic","process_list":[{"name":" a","path":"/b//c/../d","action":"allow"}]}`,
			`{"group":"fed.web","process_change_list":[{"name":"a","path":"/a/ /. ","action":"deny"}],"process_delete_list":[{"name":"a"}]}`,
		},
		{`{"group":"fed.web","filters":[{"filter":"/a//b/./*.c","behavior":"block_access","applications":["b","a"," b "]}]}`},
		{`{"name":"fed.x","rules":[{"name":"r","patterns":[{"op":"regex","value":"(?=a)[b*+]++(c)\\1"},{"op":"!regex","value":"(?P<x>a)(?P=x)","context":"url"}]}]}`},
		{`{"name":"fed.x","rules":[{"name":"b","patterns":[{"op":"regex","value":"\\p{^L}"}]},{"name":"a","patterns":[{"op":"regex","value":"(?|a)"}]}]}`},
		{`{"name":"fed.web","status":false,"replace":[{"name":"fed.b","action":"deny"},{"name":"fed.a","action":"allow","comment":"c"}]}`},
		{`{"name":"fed.web","sensors":[{"name":"fed.b","action":"deny"}],"delete":["fed.a"]}`},
		{`{"name":"fed.x","url":"https://example.com:443/a?b#c","type":"Teams","enable":false}`},
	} {
		for _, body := range bodies {
			f.Add(uint8(i), body)
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, body string) {
		k := kinds[int(which)%len(kinds)]
		for _, scope := range []Scope{ScopeFederal, ScopeLocal} {
			s := NewState(scope)
			o, err := asked(k, nil, s, body)
			if err != nil {
				continue
			}
			for _, again := range []string{`{}`, string(stored(o))} {
				twice, err := asked(k, o, s, again)
				if err != nil {
					t.Fatalf("%s became %s, which is refused: %v", body, stored(o), err)
				}
				if string(stored(twice)) != string(stored(o)) {
					t.Errorf("%s became %s and then %s", body, stored(o), stored(twice))
				}
			}
			var back map[string]json.RawMessage
			if err := json.Unmarshal(stored(o), &back); err != nil || o.About() == (events.About{}) {
				t.Errorf("stored %s: %v", stored(o), err)
			}
		}
	})
}
