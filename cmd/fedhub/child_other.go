//go:build unix && !linux

package main

import "syscall"

// childAttributes keeps the terminal's signals from a child. That a parent dies is not told to it here.
func childAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
