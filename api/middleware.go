package api

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/fedhub/fedhub/internal/logkey"
)

// maxBody bounds the body of a request: sixteen times what the largest change set of rules takes.
const maxBody = 16 << 20

// minCompressed is the shortest answer that is compressed, as in NeuVector.
const minCompressed = 1201

// beginCall gives the request its call and a request id, which the answer shows.
func beginCall(random io.Reader) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			var id [12]byte
			if _, err := io.ReadFull(random, id[:]); err != nil {
				return fmt.Errorf("request id: %w", err)
			}
			began := &call{id: hex.EncodeToString(id[:]), client: c.RealIP(), byPage: fromOwnPage(c.Request())}
			c.Response().Header().Set("X-Request-Id", began.id)
			r := c.Request()
			c.SetRequest(r.WithContext(context.WithValue(r.Context(), callKey{}, began)))
			return next(c)
		}
	}
}

func logAccess(log *slog.Logger, now func() time.Time) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			began := now()
			err := next(c)
			ctx := c.Request().Context()
			log.DebugContext(ctx, "request answered",
				slog.String(logkey.Request, callOf(ctx).id),
				slog.String("method", c.Request().Method),
				slog.String(logkey.Path, c.Request().URL.Path),
				slog.Int(logkey.Status, c.Response().Status),
				slog.String(logkey.User, callOf(ctx).actor()),
				slog.Duration(logkey.Took, now().Sub(began)))
			return err
		}
	}
}

// compress leaves alone what has its own encoding or must not wait for more.
func compress() echo.MiddlewareFunc {
	return middleware.GzipWithConfig(middleware.GzipConfig{
		MinLength: minCompressed,
		Skipper: func(c echo.Context) bool {
			switch c.Path() {
			case "/v1/fed/cluster/:id/*", "/v1/fed/events/stream", "/v1/fed/live":
				return true
			}
			return false
		},
	})
}

func limitBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if r := c.Request(); r.Body != nil {
			r.Body = http.MaxBytesReader(c.Response(), r.Body, maxBody)
		}
		return next(c)
	}
}

// recoverPanic turns a panic into an error, so that it is logged and answered like any other.
func recoverPanic(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			switch r := recover(); r {
			case nil:
			case http.ErrAbortHandler:
				panic(r)
			default:
				err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
			}
		}()
		return next(c)
	}
}
