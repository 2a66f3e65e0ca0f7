package main

import (
	"errors"
	"net/url"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	"go.etcd.io/etcd/server/v3/storage/wal"
)

const (
	etcdPatience = time.Minute
	walSegment   = 4 << 20 // two are allocated at once; the default of 64 MB is for machines, not for tests
)

// startEtcd returns an etcd that is ready. Its ports are free ones, new at each start.
func startEtcd(dir string) (*embed.Etcd, error) {
	anywhere := []url.URL{{Scheme: "http", Host: "127.0.0.1:0"}}
	wal.SegmentSizeBytes = walSegment
	c := embed.NewConfig()
	c.Dir = dir
	c.LogLevel = "error"
	c.UnsafeNoFsync = true      // the data outlives this process, if not the machine
	c.EnableGRPCGateway = false // it would call the advertised port, which is 0
	c.ListenPeerUrls, c.AdvertisePeerUrls = anywhere, anywhere
	c.ListenClientUrls, c.AdvertiseClientUrls = anywhere, anywhere
	c.InitialCluster = c.InitialClusterFromName(c.Name)
	e, err := embed.StartEtcd(c)
	if err != nil {
		return nil, err
	}
	select {
	case <-e.Server.ReadyNotify():
		return e, nil
	case err = <-e.Err():
	case <-time.After(etcdPatience):
		err = errors.New("not ready within " + etcdPatience.String())
	}
	e.Close()
	return nil, err
}
