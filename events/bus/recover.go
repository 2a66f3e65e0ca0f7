package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"syscall"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/fedhub/fedhub/internal/logkey"
)

// diskReserve is the free space, in bytes, below which no command is stored: JetStream never answers a
// write that found no room, and takes none afterwards until its server starts again.
const diskReserve = 4 << 20

// Between two tries to take commands again.
const (
	recoverFirst = 100 * time.Millisecond
	recoverMost  = 5 * time.Second
	// Files do not mend themselves, and each try starts the server again for everyone who is connected to it.
	recoverDamaged = 30 * time.Second
)

// room returns an error that wraps [ErrDiskFull] when the store has no space left.
func (s *Server) room() error {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(s.cfg.StoreDir, &fs); err != nil {
		return fmt.Errorf("%w: free space of %s: %w", ErrUnavailable, s.cfg.StoreDir, err)
	}
	if free := fs.Bavail * uint64(fs.Bsize); free < diskReserve { //nolint:gosec // G115: a block size is positive
		return fmt.Errorf("%w: %d KiB free in %s, %d KiB needed; free some space",
			ErrDiskFull, free>>10, s.cfg.StoreDir, diskReserve>>10)
	}
	return nil
}

// block makes the ledger refuse commands until recover has ended.
func (l *Ledger[S]) block(ctx context.Context, cause error) {
	l.failedIn = l.cfg.Server.Generation()
	l.blocked.Store(&cause)
	l.notify()
	l.cfg.Logger.LogAttrs(ctx, slog.LevelError, "log takes no commands",
		slog.String(logkey.Log, string(l.cfg.Log)), slog.Any(logkey.Err, cause))
}

// refuse answers every command that waits.
func (l *Ledger[S]) refuse(cause error) {
	for {
		select {
		case p := <-l.queue:
			p.refuse(cause)
		default:
			return
		}
	}
}

// recover brings the ledger back by itself: it waits for room on the disk, starts the server again (which
// is what ends a write error in JetStream), makes the stream as it was and reads all of the log. It returns
// when commands can be taken, or with ctx. Meanwhile waiting commands are answered with the cause.
func (l *Ledger[S]) recover(ctx context.Context) {
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval, wait.MaxInterval = recoverFirst, recoverMost
	if errors.Is(l.Err(), ErrDamaged) {
		wait.MaxInterval = recoverDamaged
	}
	for first := true; ; first = false {
		l.refuse(l.Err())
		timer := time.NewTimer(wait.NextBackOff())
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		v, err := l.reopen(ctx)
		if err == nil {
			l.view.Store(v)
			l.blocked.Store(nil)
			l.notify()
			l.cfg.Logger.LogAttrs(ctx, slog.LevelInfo, "log takes commands again", slog.String(logkey.Log, string(l.cfg.Log)))
			return
		}
		if !first || ctx.Err() != nil {
			continue
		}
		l.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "log still takes no commands",
			slog.String(logkey.Log, string(l.cfg.Log)), slog.Any(logkey.Err, err))
	}
}

func (l *Ledger[S]) reopen(ctx context.Context) (*view[S], error) {
	if err := l.cfg.Server.room(); err != nil {
		return nil, err
	}
	if err := l.cfg.Server.Restart(l.failedIn); err != nil {
		return nil, err
	}
	l.failedIn = l.cfg.Server.Generation()
	if err := l.answers(ctx); err != nil {
		return nil, err
	}
	v, err := l.load(ctx)
	if err != nil {
		return nil, err
	}
	if v.chain.Revision() < l.Revision() && !errors.Is(l.Err(), ErrDamaged) {
		return nil, fmt.Errorf("%w: log %s ends at revision %d, and revision %d was acknowledged",
			ErrDamaged, l.cfg.Log, v.chain.Revision(), l.Revision())
	}
	return v, nil
}

// answers reports whether the started server answers on the ledger's connection, and makes the stream.
func (l *Ledger[S]) answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answerPatience)
	defer cancel()
	if err := l.cfg.Conn.FlushWithContext(ctx); err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	_, err := ensureStream(ctx, l.cfg.Conn, l.cfg.Log)
	return err
}

// answerPatience bounds one try: what was asked of the server before it is lost and must be asked again.
const answerPatience = time.Second
