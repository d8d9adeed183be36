package network_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"storj.io/uplink"
	"storj.io/uplink/private/testuplink"
	"uplink-localnet/internal/admin"
	"uplink-localnet/internal/network"
	"uplink-localnet/internal/satellite/store"
)

// loadTime is how long TestConcurrentClients runs. LOCALNET_LOAD has another
// time, such as 10m.
const loadTime = time.Second

// TestConcurrentClients runs many clients and an operator at the same time.
func TestConcurrentClients(t *testing.T) {
	duration := loadTime
	if text := os.Getenv("LOCALNET_LOAD"); text != "" {
		var err error
		duration, err = time.ParseDuration(text)
		check(t, err)
	}
	n := start(t, network.Config{})
	_, err := open(t, n).CreateBucket(timeout(t), "bucket")
	check(t, err)
	const clients = 64
	end := time.Now().Add(duration)
	var rounds atomic.Int64
	var wg sync.WaitGroup
	for client := range clients {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := work(t, n, client, end, &rounds); err != nil {
				t.Errorf("client %d: %+v", client, err)
			}
		}()
	}
	wg.Add(1)
	go func() { defer wg.Done(); operate(t, n, end) }()
	wg.Wait()
	noPieces(t, n)
	check(t, n.Satellite.Sweep(timeout(t)))
	status, err := n.Admin.Status()
	check(t, err)
	if u := status.Projects[0].Usage; status.Pieces != 0 || u.Objects != 0 || u.Segments != 0 || u.Storage != 0 {
		t.Errorf("left behind: %+v", status)
	}
	t.Logf("%d rounds of %d clients", rounds.Load(), clients)
}

func work(t *testing.T, n *network.Network, client int, end time.Time, rounds *atomic.Int64) error {
	p, err := uplink.OpenProject(context.Background(), parse(t, n.Access))
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	for round := 0; round == 0 || time.Now().Before(end); round++ {
		if err := workRound(t, p, client, round); err != nil {
			return err
		}
		rounds.Add(1)
	}
	for _, key := range []string{fmt.Sprint("own/", client), "common"} {
		if _, err := p.DeleteObject(context.Background(), "bucket", key); err != nil {
			return err
		}
	}
	return nil
}

func workRound(t *testing.T, p *uplink.Project, client, round int) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	own := fmt.Sprint("own/", client)
	// All clients write one common key, too: each time one of them wins.
	for i, key := range []string{own, "common"} {
		data := random([]int{500, 9_000}[(client+round+i)%2], uint64(client))
		if err := put(p, ctx, "bucket", key, data, nil); err != nil {
			return err
		}
	}
	data, err := get(p, ctx, "bucket", own, nil)
	if err != nil {
		return err
	}
	sameBytes(t, data, random(len(data), uint64(client)))
	// The clients that end first delete the common object.
	if _, err := get(p, ctx, "bucket", "common", nil); err != nil && !errors.Is(err, uplink.ErrObjectNotFound) {
		return err
	}
	it := p.ListObjects(ctx, "bucket", &uplink.ListObjectsOptions{Prefix: "own/", System: true})
	for it.Next() {
		continue
	}
	if it.Err() != nil {
		return it.Err()
	}
	if round%8 == client%8 {
		_, err = p.DeleteObject(ctx, "bucket", own)
	}
	return err
}

// operate sends an operator's requests until the end.
func operate(t *testing.T, n *network.Network, end time.Time) {
	ctx := context.Background()
	for i := int64(0); time.Now().Before(end); i++ {
		_, err := n.Admin.SetLimits("", func(l *store.Limits) { l.Requests, l.Segments = 1<<40+i, 1<<40+i })
		_, status := n.Admin.Status()
		_, list := n.Admin.List(admin.ListRequest{Bucket: "bucket"})
		if err := errors.Join(err, status, list, n.Satellite.Sweep(ctx), n.Satellite.DropStale(ctx, time.Now())); err != nil {
			t.Error(err)
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// TestSmallSegments uses many remote segments in one object, some at once.
func TestSmallSegments(t *testing.T) {
	ctx := testuplink.WithMaxSegmentSize(timeout(t), 20_000)
	n := start(t, network.Config{})
	small, err := uplink.OpenProject(ctx, parse(t, n.Access))
	check(t, err)
	defer func() { _ = small.Close() }()
	_, err = small.CreateBucket(ctx, "bucket")
	check(t, err)
	data := random(1_234_567, 1)
	check(t, put(small, ctx, "bucket", "key", data, nil))
	sameBytes(t, mustGet(t, open(t, n), "bucket", "key"), data)
	for _, offset := range []int64{0, 19_999, 20_000, 999_999} {
		got, err := get(small, ctx, "bucket", "key", &uplink.DownloadOptions{Offset: offset, Length: 50_000})
		check(t, err)
		sameBytes(t, got, data[offset:offset+50_000])
	}
}
