package e2e_test

import (
	"net/http"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/internal/fedtest"
)

// wrongJoins are the rows of [TestJoin_wrong].
var wrongJoins = map[string]wrongJoin{
	"expired": {
		given:  func(a *attempt) { a.moveBoth(61 * time.Minute) },
		status: http.StatusExpectationFailed, code: 39, says: "expired at",
		mend: (*attempt).renew,
	},
	"revoked": {
		given:  func(a *attempt) { a.master.Must(http.MethodDelete, "/v1/fed/token/"+a.minted.ID, nil, nil) },
		status: http.StatusExpectationFailed, code: 60, says: "was revoked",
		mend: (*attempt).renew,
	},
	"malformed": {
		given:  func(a *attempt) { a.ask.JoinToken = "eyJhbGciOiJub25lIn0" },
		status: http.StatusBadRequest, code: 62, says: "not a join token",
		mend: (*attempt).renew,
	},
	"tampered": {
		given:  func(a *attempt) { a.ask.JoinToken = alter(a.T, a.ask.JoinToken) },
		status: http.StatusExpectationFailed, code: 63, says: "signature does not fit",
		mend: func(a *attempt) { a.ask.JoinToken = a.minted.JoinToken },
	},
	"another master's address": {
		given: func(a *attempt) {
			at := a.world.Master("impostor").FedAddress()
			a.ask.Server, a.ask.Port = &at.Server, &at.Port
		},
		status: http.StatusBadGateway, code: 65, says: "is not the master that the join token is from",
		mend: func(a *attempt) { a.ask.Server, a.ask.Port = nil, nil },
	},
	"unreachable": {
		given: func(a *attempt) {
			at := a.berlin.FedAddress() // nobody listens there
			a.ask.Server, a.ask.Port = &at.Server, &at.Port
		},
		status: http.StatusInternalServerError, code: 66, says: "cannot be reached",
		mend: func(a *attempt) { a.ask.Server, a.ask.Port = nil, nil },
	},
	"name taken": {
		given: func(a *attempt) {
			name := a.world.Remote("oslo").Name
			a.ask.Name = &name
		},
		status: http.StatusConflict, code: 41, says: `"oslo" is in the federation already`,
		mend: func(a *attempt) { a.ask.Name = nil },
	},
	"used up": {
		given: func(a *attempt) {
			oslo := a.world.Standalone("oslo")
			if answer := oslo.Join(oslo.JoinRequest(a.master, a.minted.JoinToken)); answer.Status != http.StatusOK {
				a.Fatalf("the first use: %s", answer.Body)
			}
		},
		status: http.StatusExpectationFailed, code: 61, says: "is used up: 1 of 1 uses",
		mend: (*attempt).renew,
	},
	"a master": {
		given:  func(a *attempt) { a.berlin.Promote() },
		status: http.StatusBadRequest, code: 4, says: "is a master and would have to be standalone",
		mend: func(a *attempt) { a.berlin.Must(http.MethodPost, "/v1/fed/demote", nil, nil) },
	},
	"a remote again": {
		given: func(a *attempt) {
			a.berlin.MustJoin(a.master)
			a.world.Synced(a.berlin)
		},
		status: http.StatusBadRequest, code: 4, says: "is a remote and would have to be standalone",
		mend: func(a *attempt) { a.berlin.Must(http.MethodPost, "/v1/fed/leave", wire.Leave{}, nil) },
	},
	"version too old": {
		berlin: []fedtest.Option{fedtest.WithVersion("0.0.9")},
		status: http.StatusUpgradeRequired, code: 43, says: "Upgrade this cluster",
		mend: func(a *attempt) { restart(a.berlin, fedtest.Version) },
	},
	"version too new": {
		berlin: []fedtest.Option{fedtest.WithVersion("0.2.0")},
		status: http.StatusUpgradeRequired, code: 42, says: "Upgrade the master first",
		mend: func(a *attempt) { restart(a.master, "0.2.0") },
	},
	"clock ten minutes ahead": {
		berlin: []fedtest.Option{fedtest.WithClockOff(10 * time.Minute)},
		status: http.StatusPreconditionFailed, code: 67, says: "10m0s apart",
		mend: func(a *attempt) { a.berlin.Clock.Move(-10 * time.Minute) },
	},
	"address not known": {
		berlin: []fedtest.Option{fedtest.WithoutAddress()},
		status: http.StatusBadRequest, code: 6, says: "give the server and port under which others reach this cluster",
		mend: func(a *attempt) {
			at := a.berlin.RESTAddress()
			a.ask.JointRestInfo = &at
		},
	},
	"token missing": {
		given:  func(a *attempt) { a.ask.JoinToken = "" },
		status: http.StatusBadRequest, code: 6, says: "join_token is missing",
		mend: (*attempt).renew,
	},
}
