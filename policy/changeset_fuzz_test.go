package policy

import "testing"

// FuzzChangeSet looks for an edit, as a stranger may send it, that makes a decision panic or break what all
// decisions keep. The policy has something of every kind, and a rollout on its way.
func FuzzChangeSet(f *testing.F) {
	f.Add(uint8(0), "fed.web", `{"name":"fed.web","targets":"env in (prod)"}`, 0, false)
	f.Add(uint8(4), "", `{"from":"fed.web","to":"external","action":"deny"}`, -100001, false)
	f.Add(uint8(4), "0100001", `{}`, 0, false)
	f.Add(uint8(7), "100001", `{"group":"fed.db","webhooks":["fed.idle"]}`, 100001, false)
	f.Add(uint8(10), "fed.web", `{"name":"fed.web","delete":["fed.s"]}`, 0, false)
	f.Add(uint8(1), "fed.h", ``, 0, true)
	f.Add(uint8(6), "state", `{"enable":true}`, 0, false)
	f.Fuzz(func(t *testing.T, kind uint8, name, object string, after int, remove bool) {
		k := kindTable[int(kind)%len(kindTable)]
		var place *int
		if k.rank != nil {
			place = &after
		}
		e, err := ParseEdit(remove, string(k.object), name, []byte(object), place)
		if err != nil {
			return
		}
		s := furnished(t)
		must(t, s, StartRollout(RolloutPlan{ID: "r1", Waves: []WavePlan{{}}}, Update("fed.db", GroupConfig{Comment: new("x")})))
		fs, err := ChangeSet([]Edit{e})(s, noon)
		if err != nil {
			if fs != nil {
				t.Errorf("%d facts came with an error", len(fs))
			}
			return
		}
		for _, f := range fs {
			changesSomething(t, s, f)
			fold(t, s, f)
			holds(t, s, f)
		}
		wellReferred(t, s)
		wellReferred(t, s.Reached([]string{"r1"}))
	})
}
