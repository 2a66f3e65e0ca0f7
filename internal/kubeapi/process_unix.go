//go:build unix

package kubeapi

import (
	"syscall"
)

// stopSignal asks a process to end in order.
const stopSignal = syscall.SIGTERM

// processAttributes keeps the terminal's signals from a server: who started it stops it.
func processAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
