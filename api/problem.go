package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/internal/logkey"
	"github.com/fedhub/fedhub/policy"
)

// answer is how an error looks from outside.
type answer struct {
	status int
	code   int
}

// problems says how each error looks from outside; the first that fits counts. TestProblems_total fails if
// one is missing.
var problems = []struct {
	err error
	answer
}{
	// That a part is stored, or that the outcome is not known, is said before the reason for it.
	{bus.ErrPartly, answer{http.StatusInternalServerError, codePartly}},
	{bus.ErrInDoubt, answer{http.StatusServiceUnavailable, codeInDoubt}},
	{bus.ErrDiskFull, answer{http.StatusInsufficientStorage, codeDiskFull}},
	{bus.ErrUnavailable, answer{http.StatusServiceUnavailable, codeLogUnavailable}},
	{bus.ErrListen, answer{http.StatusBadRequest, codeFederation}},
	{bus.ErrTooManySubjects, answer{http.StatusServiceUnavailable, codeLogUnavailable}},
	{bus.ErrConflict, answer{http.StatusConflict, codeConflict}},
	{bus.ErrDamaged, answer{http.StatusServiceUnavailable, codeLogDamaged}},
	{bus.ErrSetTooLarge, answer{http.StatusRequestEntityTooLarge, codeSetTooLarge}},

	{hub.ErrClusterUnknown, answer{http.StatusBadRequest, codeObjectNotFound}},
	{hub.ErrNotThen, answer{http.StatusNotFound, codeObjectNotFound}},
	{hub.ErrMoment, answer{http.StatusBadRequest, codeRequest}},
	{hub.ErrClusterUnreachable, answer{http.StatusInternalServerError, codeForward}},
	{hub.ErrOwnCluster, answer{http.StatusBadRequest, codeNotAllowed}},
	{hub.ErrTokenUnknown, answer{http.StatusNotFound, codeObjectNotFound}},

	{cluster.ErrRole, answer{http.StatusBadRequest, codeNotAllowed}},
	{cluster.ErrInvalid, answer{http.StatusBadRequest, codeRequest}},
	{cluster.ErrFixed, answer{http.StatusBadRequest, codeFederation}},
	{cluster.ErrReadOnly, answer{http.StatusBadRequest, codeReadOnly}},
	{cluster.ErrUnknownUser, answer{http.StatusNotFound, codeObjectNotFound}},
	{cluster.ErrUserExists, answer{http.StatusBadRequest, codeDuplicateName}},
	{cluster.ErrPassword, answer{http.StatusUnauthorized, codeUnauthorized}},
	{cluster.ErrWeakPassword, answer{http.StatusBadRequest, codeWeakPassword}},
	{cluster.ErrLastAdmin, answer{http.StatusBadRequest, codeInUse}},
	{cluster.ErrBusy, answer{http.StatusInternalServerError, codeLock}},

	{policy.ErrPromote, answer{http.StatusInternalServerError, codePromote}}, // whatever the reason
	{policy.ErrName, answer{http.StatusBadRequest, codeName}},
	{policy.ErrInvalid, answer{http.StatusBadRequest, codeRequest}},
	{policy.ErrExists, answer{http.StatusBadRequest, codeDuplicateName}},
	{policy.ErrNotFound, answer{http.StatusNotFound, codeObjectNotFound}},
	{policy.ErrInUse, answer{http.StatusBadRequest, codeInUse}},
	{policy.ErrReserved, answer{http.StatusBadRequest, codeRequest}},
	{policy.ErrNotAllowed, answer{http.StatusBadRequest, codeNotAllowed}},
	{policy.ErrOutOfIDs, answer{http.StatusBadRequest, codeWriteFailed}},
	{policy.ErrTooLarge, answer{http.StatusBadRequest, codeRequest}},
	{policy.ErrRevision, answer{http.StatusConflict, codeConflict}},
	{policy.ErrRollout, answer{http.StatusConflict, codeRollout}},
	{policy.ErrChange, answer{http.StatusBadRequest, codeRequest}},
	{policy.ErrImport, answer{http.StatusBadRequest, codeImport}},

	{errUnauthorized, answer{http.StatusUnauthorized, codeUnauthorized}},
	{errSessionOver, answer{http.StatusRequestTimeout, codeUnauthorized}},
	{errNotOwnPage, answer{http.StatusForbidden, codeNotAllowed}},
	{errBlocked, answer{http.StatusUnauthorized, codeBlocked}},
	{errDenied, answer{http.StatusForbidden, codeDenied}},
	{errForward, answer{http.StatusForbidden, codeNotAllowed}},
	{errNoCluster, answer{http.StatusBadRequest, codeAuthCluster}},
	{errDeploy, answer{http.StatusBadRequest, codeUnreachable}},
	{errNotMaster, answer{http.StatusServiceUnavailable, codeNotAllowed}},
	{errStopped, answer{http.StatusInternalServerError, codeLogUnavailable}},
	{errRequest, answer{http.StatusBadRequest, codeRequest}},
	{errTooLong, answer{http.StatusRequestEntityTooLarge, codeRequest}},
	{errStreams, answer{http.StatusServiceUnavailable, codeTooManyRequests}},
	{errExport, answer{http.StatusForbidden, codeNotAllowed}},
	{errNoImport, answer{http.StatusGone, codeRequest}},

	{echo.ErrNotFound, answer{http.StatusNotFound, codeNotFound}},
	{echo.ErrMethodNotAllowed, answer{http.StatusMethodNotAllowed, codeMethod}},
}

// refusals says how each reason not to let a cluster join looks from outside.
var refusals = map[events.RefusalCode]answer{
	events.RefusedTokenMalformed:    {http.StatusBadRequest, codeTokenMalformed},
	events.RefusedTokenTampered:     {http.StatusExpectationFailed, codeTokenTampered},
	events.RefusedTokenExpired:      {http.StatusExpectationFailed, codeFederation},
	events.RefusedMasterUnreachable: {http.StatusInternalServerError, codeNoMaster},
	events.RefusedMasterUnproven:    {http.StatusBadGateway, codeMasterUnproven},
	events.RefusedCredential:        {http.StatusExpectationFailed, codeCredential},
	events.RefusedTokenUnknown:      {http.StatusExpectationFailed, codeTokenUnknown},
	events.RefusedTokenRevoked:      {http.StatusExpectationFailed, codeTokenRevoked},
	events.RefusedTokenSpent:        {http.StatusExpectationFailed, codeTokenSpent},
	events.RefusedRequest:           {http.StatusBadRequest, codeRequest},
	events.RefusedNameTaken:         {http.StatusConflict, codeNameTaken},
	events.RefusedKeyTaken:          {http.StatusConflict, codeKeyTaken},
	events.RefusedVersionTooOld:     {http.StatusUpgradeRequired, codeVersionTooOld},
	events.RefusedVersionTooNew:     {http.StatusUpgradeRequired, codeVersionTooNew},
	events.RefusedClock:             {http.StatusPreconditionFailed, codeClock},
	events.RefusedNotMember:         {http.StatusGone, codeNotMember},
	events.RefusedUnavailable:       {http.StatusServiceUnavailable, codeMasterBusy},
}

// answerFor returns how err looks from outside, and whether it is one that the tables know. The text of any
// other error stays in the log.
func answerFor(err error) (answer, bool) {
	if r, ok := errors.AsType[events.Refusal](err); ok {
		a, known := refusals[r.Code]
		return a, known
	}
	for _, p := range problems {
		if errors.Is(err, p.err) {
			return p.answer, true
		}
	}
	if he, ok := errors.AsType[*echo.HTTPError](err); ok && he.Code < http.StatusInternalServerError {
		return answer{he.Code, codeRequest}, true
	}
	return answer{http.StatusInternalServerError, codeServer}, false
}

// statusClientGone is recorded for a request whose client did not wait for the answer; nobody reads it. The number
// is the one that nginx logs for it.
const statusClientGone = 499

// retryAfter is when a client may try again what could not be answered now.
const retryAfter = time.Second

// writeProblem is the only place that answers a failed request.
func writeProblem(log *slog.Logger) echo.HTTPErrorHandler {
	return func(err error, c echo.Context) {
		ctx := c.Request().Context()
		call := callOf(ctx)
		a, known := answerFor(err)
		message := messageOf(err)
		switch {
		case known:
		case ctx.Err() != nil && errors.Is(err, context.Canceled):
			a = answer{statusClientGone, codeServer}
			message = "the client went away before there was an answer"
		default:
			message = "something went wrong here; the server's log tells more about request " + call.id
			log.ErrorContext(ctx, "request failed", slog.String(logkey.Request, call.id),
				slog.String("method", c.Request().Method), slog.String(logkey.Path, c.Request().URL.Path), slog.Any(logkey.Err, err))
		}
		call.code, call.failure = a.code, message
		if c.Response().Committed {
			return
		}
		setRetryAfter(c.Response().Header(), a.status, err)
		body := wire.Error{Code: a.code, Error: codeTexts[a.code], Message: message}
		_ = c.JSON(a.status, body) //nolint:errcheck // the client is gone; nobody is left to tell
	}
}

func messageOf(err error) string {
	if he, ok := errors.AsType[*echo.HTTPError](err); ok {
		switch {
		case errors.Is(err, echo.ErrNotFound):
			return codeTexts[codeNotFound]
		case errors.Is(err, echo.ErrMethodNotAllowed):
			return codeTexts[codeMethod]
		}
		return fmt.Sprint(he.Message)
	}
	return err.Error()
}

func setRetryAfter(h http.Header, status int, err error) {
	after := time.Duration(0)
	if status == http.StatusServiceUnavailable {
		after = retryAfter
	}
	if retry, ok := errors.AsType[*retryError](err); ok {
		after = retry.after
	}
	if after > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(after.Seconds()))))
	}
}
