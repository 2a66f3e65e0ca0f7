package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
)

func newBench(around surroundings) *cobra.Command {
	c := &cobra.Command{Use: "bench", Short: "Measure"}
	c.AddCommand(newBenchFleet(around), newBenchConsole(around), newBenchHub(around))
	return c
}

func newBenchFleet(around surroundings) *cobra.Command {
	cfg := fleetConfig{around: around}
	out := &output{w: around.stdout}
	c := &cobra.Command{
		Use: "fleet", Short: "Measure how fast a rule reaches many remotes",
		Long: "Joins remotes, as real agents with keys and TLS connections of their own, to a hub that runs as a process of\n" +
			"its own. Each round sends one event to all of them as a plain NATS message – the floor – and then changes one\n" +
			"rule, durably. Printed is the median over the rounds of the time to the first, the median, the 99th of 100 and\n" +
			"the last remote.",
		Example: "  fedhub bench fleet --remotes 500 --rounds 20",
		PreRunE: func(*cobra.Command, []string) error {
			if cfg.remotes < 1 || cfg.rounds < 1 {
				return badUsage("--remotes and --rounds must be positive")
			}
			return nil
		},
	}
	c.Flags().IntVar(&cfg.remotes, "remotes", 500, "how many remotes")
	c.Flags().IntVar(&cfg.rounds, "rounds", 20, "how many rounds")
	out.addFlags(c.Flags())
	c.RunE = func(c *cobra.Command, _ []string) error {
		result, err := benchFleet(c.Context(), cfg)
		if err != nil {
			return fmt.Errorf("bench fleet: %w", err)
		}
		return out.print(result, result.table)
	}
	return c
}

// fleetConfig says what is measured.
type fleetConfig struct {
	remotes int
	rounds  int
	around  surroundings
}

// benchFleet measures a fleet on this machine.
func benchFleet(ctx context.Context, cfg fleetConfig) (_ *fleetResult, err error) {
	dir, err := os.MkdirTemp("", "fedhub-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	hub, err := startBenchHub(dir, cfg.around)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, hub.stop()) }()

	agents := newBenchAgents(cfg)
	defer func() { err = errors.Join(err, agents.stop()) }()
	begun := cfg.around.now()
	if err := agents.join(ctx, hub); err != nil {
		return nil, err
	}
	joined := cfg.around.now().Sub(begun)
	floors, changes := make([]spread, 0, cfg.rounds), make([]spread, 0, cfg.rounds)
	for i := range cfg.rounds {
		floor, change, err := agents.round(ctx, hub)
		if err != nil {
			return nil, fmt.Errorf("round %d: %w", i+1, err)
		}
		floors, changes = append(floors, floor), append(changes, change)
	}
	used, err := hub.ask(ctx, benchCommand{Do: benchUsage})
	if err != nil {
		return nil, err
	}
	return newFleetResult(cfg, joined, medianSpread(floors), medianSpread(changes), used), nil
}

// fleetResult is what a bench of a fleet found.
type fleetResult struct {
	Remotes      int     `json:"remotes"`
	Rounds       int     `json:"rounds"`
	JoinedMS     float64 `json:"joined_ms"`
	FloorFirstMS float64 `json:"floor_first_ms"`
	FloorP50MS   float64 `json:"floor_p50_ms"`
	FloorP99MS   float64 `json:"floor_p99_ms"`
	FloorLastMS  float64 `json:"floor_last_ms"`
	FirstMS      float64 `json:"first_ms"`
	P50MS        float64 `json:"p50_ms"`
	P99MS        float64 `json:"p99_ms"`
	LastMS       float64 `json:"last_ms"`
	Ratio        float64 `json:"ratio"`
	HubCPUUser   float64 `json:"hub_cpu_user_s"`
	HubCPUSystem float64 `json:"hub_cpu_system_s"`
	HubRSS       uint64  `json:"hub_rss_bytes"`
	HubHeap      uint64  `json:"hub_heap_bytes"`
}

func newFleetResult(cfg fleetConfig, joined time.Duration, floor, change spread, used benchAnswer) *fleetResult {
	return &fleetResult{
		Remotes: cfg.remotes, Rounds: cfg.rounds, JoinedMS: ms(joined),
		FloorFirstMS: ms(floor.first), FloorP50MS: ms(floor.p50), FloorP99MS: ms(floor.p99), FloorLastMS: ms(floor.last),
		FirstMS: ms(change.first), P50MS: ms(change.p50), P99MS: ms(change.p99), LastMS: ms(change.last),
		Ratio:      float64(change.last) / float64(floor.last),
		HubCPUUser: used.User.Seconds(), HubCPUSystem: used.System.Seconds(), HubRSS: used.RSS, HubHeap: used.Heap,
	}
}

func (r *fleetResult) table() table.Writer {
	t := newTable(fmt.Sprintf("%d remotes, %d rounds", r.Remotes, r.Rounds), "first", "median", "99th", "last")
	row := func(name string, values ...float64) {
		cells := table.Row{name}
		for _, v := range values {
			cells = append(cells, fmt.Sprintf("%.1f ms", v))
		}
		t.AppendRow(cells)
	}
	row("a plain message (floor)", r.FloorFirstMS, r.FloorP50MS, r.FloorP99MS, r.FloorLastMS)
	row("a changed rule", r.FirstMS, r.P50MS, r.P99MS, r.LastMS)
	t.AppendRow(table.Row{"last / floor", "", "", "", fmt.Sprintf("%.2f", r.Ratio)})
	t.AppendRow(table.Row{"hub: CPU user, system", fmt.Sprintf("%.1f s", r.HubCPUUser), fmt.Sprintf("%.1f s", r.HubCPUSystem)})
	t.AppendRow(table.Row{"hub: memory, heap", mib(r.HubRSS), mib(r.HubHeap)})
	t.AppendRow(table.Row{"all joined and in sync in", fmt.Sprintf("%.1f s", r.JoinedMS/1000)})
	return t
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func mib(bytes uint64) string { return fmt.Sprintf("%d MiB", bytes>>20) }
