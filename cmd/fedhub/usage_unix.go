//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// usage returns how much CPU and memory this process uses.
func usage() (benchAnswer, error) {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return benchAnswer{}, fmt.Errorf("usage: %w", err)
	}
	rss, err := residentBytes()
	if err != nil {
		return benchAnswer{}, fmt.Errorf("usage: %w", err)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return benchAnswer{
		User: time.Duration(used.Utime.Nano()), System: time.Duration(used.Stime.Nano()), RSS: rss, Heap: m.HeapAlloc,
	}, nil
}

// residentBytes returns how much memory of this process is resident, or 0 where the system does not tell.
func residentBytes() (uint64, error) {
	text, err := os.ReadFile("/proc/self/statm")
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	fields := bytes.Fields(text)
	if len(fields) < 2 {
		return 0, fmt.Errorf("statm: %q", text)
	}
	pages, err := strconv.ParseUint(string(fields[1]), 10, 64)
	return pages * uint64(os.Getpagesize()), err //nolint:gosec // G115: positive
}
