package main

import "syscall"

// childAttributes keeps the terminal's signals from a child, and has it killed when its parent dies.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
