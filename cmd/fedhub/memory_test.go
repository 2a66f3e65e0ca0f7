package main

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/fedhub/fedhub/internal/waittest"
)

// TestSpareMemory: the limit follows what is alive, up and down.
func TestSpareMemory(t *testing.T) {
	t.Cleanup(func() { debug.SetMemoryLimit(math.MaxInt64) })
	spareMemory([]string{"GOGC=50"})
	if limit := debug.SetMemoryLimit(-1); limit != math.MaxInt64 {
		t.Fatalf("who sets GOGC has a limit of %d bytes", limit)
	}
	spareMemory(nil)
	runtime.GC()
	before := debug.SetMemoryLimit(-1)
	const more = 64 << 20
	alive := make([]byte, more)
	waittest.Until(t, "there is room for more", func() bool { runtime.GC(); return debug.SetMemoryLimit(-1) > before+more })
	runtime.KeepAlive(alive)
	waittest.Until(t, "it is given back", func() bool { runtime.GC(); return debug.SetMemoryLimit(-1) < before+more })
}
