package bus

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/fedhub/fedhub/internal/logkey"
)

// serverLog passes what an embedded NATS server says on to a logger, and to a listener that wants to
// know why a leaf connection does not come up. The server's lines hold no secrets: it prints neither
// JWTs nor signatures (nats-server, server/leafnode.go and server/auth.go).
type serverLog struct {
	log    *slog.Logger
	server string
	heard  func(line string) // may be nil
}

func (l *serverLog) line(level slog.Level, format string, args []any) {
	text := fmt.Sprintf(format, args...)
	if l.heard != nil {
		l.heard(text)
	}
	if l.log.Enabled(context.Background(), level) {
		l.log.LogAttrs(context.Background(), level, "nats server",
			slog.String(logkey.Server, l.server), slog.String(logkey.Line, strings.TrimSpace(text)))
	}
}

// Noticef implements the server's logger.
func (l *serverLog) Noticef(format string, args ...any) { l.line(slog.LevelDebug, format, args) }

// Warnf implements the server's logger.
func (l *serverLog) Warnf(format string, args ...any) { l.line(slog.LevelDebug, format, args) }

// Errorf implements the server's logger. A failed connection attempt is an error to the server; whether a
// person must act is decided by whoever asked for the connection.
func (l *serverLog) Errorf(format string, args ...any) { l.line(slog.LevelDebug, format, args) }

// Fatalf implements the server's logger.
func (l *serverLog) Fatalf(format string, args ...any) { l.line(slog.LevelError, format, args) }

// Debugf implements the server's logger.
func (*serverLog) Debugf(string, ...any) {}

// Tracef implements the server's logger.
func (*serverLog) Tracef(string, ...any) {}
