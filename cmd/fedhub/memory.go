package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
)

// Go lets a heap grow to twice what is alive before it collects garbage, and gives freed memory back slowly. A
// controller is a guest in its cluster: it collects when a quarter of what is alive, and some more, has come to it.
const (
	headroomShare = 4       // of what is alive: one in so many parts
	headroomLeast = 4 << 20 // bytes
)

// The figures of the runtime that a limit follows from, in bytes.
const (
	figureTotal    = "/memory/classes/total:bytes"
	figureReleased = "/memory/classes/heap/released:bytes"
	figureFree     = "/memory/classes/heap/free:bytes"
	figureUnused   = "/memory/classes/heap/unused:bytes"
	figureObjects  = "/memory/classes/heap/objects:bytes"
	figureLive     = "/gc/heap/live:bytes"
)

// spareMemory has the memory limit of the Go runtime follow what is alive, from each collection to the next. Whoever
// sets GOMEMLIMIT or GOGC knows better.
func spareMemory(env []string) {
	told := func(setting string) bool {
		return strings.HasPrefix(setting, "GOMEMLIMIT=") || strings.HasPrefix(setting, "GOGC=")
	}
	if !slices.ContainsFunc(env, told) {
		followCollections()
	}
}

// followCollections sets the limit now, and after each collection: then the runtime is done with what nobody holds.
func followCollections() {
	debug.SetMemoryLimit(memoryLimit())
	mark := new([64]byte) // too large to share its place with something that stays
	runtime.AddCleanup(mark, func(struct{}) { followCollections() }, struct{}{})
}

// memoryLimit returns what is alive with its headroom, and what the runtime holds beside the heap's objects.
func memoryLimit() int64 {
	samples := []metrics.Sample{
		{Name: figureTotal}, {Name: figureReleased}, {Name: figureFree}, {Name: figureUnused}, {Name: figureObjects}, {Name: figureLive},
	}
	metrics.Read(samples)
	of := map[string]int64{}
	for _, s := range samples {
		of[s.Name] = int64(s.Value.Uint64()) //nolint:gosec // G115: bytes of memory
	}
	beside := of[figureTotal] - of[figureReleased] - of[figureFree] - of[figureUnused] - of[figureObjects]
	return beside + of[figureLive] + of[figureLive]/headroomShare + headroomLeast
}
