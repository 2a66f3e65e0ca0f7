package main

import (
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/fedhub/fedhub/api/wire"
)

// inventoryColumns are the nodes, the running pods, the version of Kubernetes and the score of a cluster, and how old
// they are.
func inventoryColumns(i *wire.Inventory, now time.Time) table.Row {
	if i == nil {
		return table.Row{"-", "-", "-", "-", "-"}
	}
	return table.Row{number(i.Hosts), number(i.RunningPods), textOf(i.KubeVersion), scoreText(i.Score), ago(&i.At, now)}
}

// inventoryRows show all that is known of what a cluster consists of, and what is not.
func inventoryRows(i *wire.Inventory) []table.Row {
	if i == nil {
		return []table.Row{{"inventory", "-"}}
	}
	counted := showTime(&i.At)
	if i.Stale {
		counted += ", and not heard from since"
	}
	rows := []table.Row{
		{"counted", counted},
		{"platform", textOf(i.Platform)},
		{"kubernetes", textOf(i.KubeVersion)},
		{"nodes", number(i.Hosts)},
		{"namespaces", number(i.Domains)},
		{"services", number(i.Services)},
		{"workloads", number(i.Workloads)},
		{"running pods", number(i.RunningPods)},
		{"controllers", number(i.Controllers)},
		{"score", scoreText(i.Score)},
		{"score parts", scoreParts(i.Score)},
	}
	for _, what := range i.Missing {
		rows = append(rows, table.Row{"missing", what})
	}
	return rows
}

func scoreText(s wire.Score) string { return strings.TrimSpace(number(s.Total) + " " + s.Word) }

// scoreParts says what the score is made of.
func scoreParts(s wire.Score) string {
	return "exposure " + number(s.Exposure) + ", privileged " + number(s.Privileged) + ", run as root " + number(s.RunAsRoot) +
		", host namespaces " + number(s.HostNamespaces) + ", admission " + number(s.Admission)
}

// number is a number that may not be known.
func number(n *int) string {
	if n == nil {
		return "-"
	}
	return strconv.Itoa(*n)
}

// textOf is a text that may not be known.
func textOf(text *string) string {
	if text == nil {
		return "-"
	}
	return dash(*text)
}
