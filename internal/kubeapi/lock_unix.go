//go:build unix

package kubeapi

import (
	"os"
	"syscall"
)

// lock waits until the file is this process's own. The lock ends with the process, too.
func lock(name string) (unlock func(), err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // G304: in our own cache
	if err != nil {
		return nil, err
	}
	unlock = func() { _ = f.Close() } //nolint:errcheck // nothing was written
	for {
		if err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != syscall.EINTR { //nolint:errorlint // an errno
			break
		}
	}
	if err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}
