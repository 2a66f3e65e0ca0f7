package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"github.com/nats-io/nkeys"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// What simulated clusters are like, chosen by their numbers, so that every run shows the same.
var (
	simPlaces = []struct{ region, city string }{
		{"eu", "berlin"},
		{"us", "dallas"},
		{"ap", "tokyo"},
		{"eu", "oslo"},
		{"sa", "lima"},
		{"us", "boston"},
		{"eu", "paris"},
		{"af", "nairobi"},
		{"ap", "sydney"},
		{"eu", "dublin"},
		{"us", "seattle"},
		{"ap", "mumbai"},
		{"eu", "vienna"},
		{"me", "dubai"},
		{"us", "denver"},
		{"ap", "seoul"},
		{"eu", "madrid"},
		{"sa", "bogota"},
		{"us", "miami"},
		{"eu", "zurich"},
		{"ap", "singapore"},
		{"af", "lagos"},
		{"eu", "warsaw"},
		{"us", "chicago"},
		{"ap", "osaka"},
	}
	simEnvs     = []string{"prod", "prod", "prod", "staging", "prod", "dev"}
	simClouds   = []string{"aws", "azure", "gcp", "aws", "onprem"}
	simKube     = []string{"v1.33.4", "v1.32.8", "v1.33.2", "v1.31.11"}
	simTroubles = []string{
		"NetworkPolicy shop/fed-100004: admission webhook \"guard.example.com\" denied the request: owner label is missing",
		"the Kubernetes API does not answer: context deadline exceeded",
		"ValidatingAdmissionPolicy fed-1001: the quota of the namespace is used up",
	}
)

// One of so many simulated clusters is out of the ordinary in each of these ways.
const (
	silentOf  = 47 // is not heard from
	behindOf  = 53 // does not take changes
	troubleOf = 97 // complains
	partlyOf  = 23 // enforces a part of the policy
	bareOf    = 11 // has no enforcer
)

// simCluster is one simulated cluster.
type simCluster struct {
	id      string
	name    string
	account string
	labels  events.Labels
	silent  bool
	behind  bool
	beats   int
	offset  time.Duration
	report  []byte // what its enforcer says of the policy, in one part; nil: it has none

	health events.Health
	holds  *policy.State // nil: nothing
}

func newSimCluster(i int) *simCluster {
	place := simPlaces[i%len(simPlaces)]
	number := i + 1
	c := &simCluster{
		id: fmt.Sprintf("%032x", 0xfed0000000+number), name: fmt.Sprintf("%s-%s-%02d", place.region, place.city, i/len(simPlaces)+1),
		labels: events.Labels{"env": simEnvs[i%len(simEnvs)], "region": place.region, "cloud": simClouds[i/7%len(simClouds)]},
		silent: number%silentOf == 0, behind: number%behindOf == 0, offset: time.Duration(number*7919%120-60) * time.Millisecond,
		health: events.Health{Enforcer: "kubernetes", Version: version, Inventory: simInventory(i)},
	}
	if number%troubleOf == 0 {
		c.health.Error = simTroubles[number/troubleOf%len(simTroubles)]
	}
	if number%bareOf == 0 {
		c.health.Enforcer = noEnforcer
		return c
	}
	says := events.Report{State: events.Enforced, Since: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	if number%partlyOf == 0 {
		says.State, says.Reason = events.Partial, "the network plugin has no rules for domain names"
	}
	c.says(says)
	return c
}

// simInventory returns what a cluster consists of.
func simInventory(i int) *events.Inventory {
	of := func(least, most int) *int { n := least + i*7919%(most-least+1); return &n }
	score := &events.Score{Exposure: of(0, 9), Privileged: of(0, 7), RunAsRoot: of(0, 11), HostNamespaces: of(0, 5), Admission: of(0, 30)}
	total := *score.Exposure + *score.Privileged + *score.RunAsRoot + *score.HostNamespaces + *score.Admission
	score.Total = &total
	return &events.Inventory{
		Platform: "Kubernetes", KubeVersion: simKube[i%len(simKube)], Nodes: of(3, 60), Namespaces: of(6, 40), Services: of(10, 400),
		Workloads: of(20, 900), RunningPods: of(40, 3000), Controllers: of(1, 1), Score: score,
	}
}

// joined returns the fact that the cluster is a member, with keys of its own that nobody keeps.
func (c *simCluster) joined() (events.ClusterJoined, error) {
	account, err := nkeys.CreateAccount()
	if err != nil {
		return events.ClusterJoined{}, err
	}
	if c.account, err = account.PublicKey(); err != nil {
		return events.ClusterJoined{}, err
	}
	user, err := nkeys.CreateUser()
	if err != nil {
		return events.ClusterJoined{}, err
	}
	key, err := user.PublicKey()
	return events.ClusterJoined{
		Cluster: c.id, Name: c.name, Account: c.account, Key: key, Version: version, Labels: c.labels,
		Address: events.RestInfo{Server: c.name + ".example.com", Port: 10443},
	}, err
}

// says has the cluster's enforcer say r of the policy.
func (c *simCluster) says(r events.Report) {
	data, err := json.Marshal(r)
	if err != nil {
		panic(err) // words and a time always marshal
	}
	c.report, c.health.Report = data, sha256.Sum256(data)
}

// follow takes the policy, unless the cluster does not, and returns its heartbeat.
func (c *simCluster) follow(now *policy.State, at time.Time) events.Health {
	if c.holds != now && !c.behind {
		view := now.ViewOf(policy.Cluster{ID: c.id, Labels: c.labels})
		c.holds = now
		c.health.Revision, c.health.Digest, c.health.View = now.Revision(), now.DigestFor(view), view.Hash()
		if c.report != nil {
			c.health.Enforced, c.health.Tried = c.health.Revision, c.health.Revision
		}
	}
	c.health.Clock = at.Add(c.offset)
	c.health.Inventory.At = c.health.Clock
	return c.health
}
