//go:build !unix

package kubeapi

import (
	"os"
	"syscall"
)

// stopSignal ends a process; there is no other signal here.
var stopSignal = os.Kill

func processAttributes() *syscall.SysProcAttr { return nil }
