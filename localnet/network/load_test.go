package network_test

import (
	"fmt"
	"sync"
	"testing"

	"storj.io/uplink"
	"storj.io/uplink/private/testuplink"
	"uplink-localnet/network"
)

// TestConcurrentClients lets many clients work beside each other.
func TestConcurrentClients(t *testing.T) {
	n := start(t, network.Config{})
	_, err := open(t, n).CreateBucket(timeout(t), "bucket")
	check(t, err)
	const clients, rounds = 32, 4
	var wg sync.WaitGroup
	for client := range clients {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := work(t, n, client, rounds); err != nil {
				t.Errorf("client %d: %+v", client, err)
			}
		}()
	}
	wg.Wait()
	noPieces(t, n)
}

func work(t *testing.T, n *network.Network, client, rounds int) error {
	p, err := uplink.OpenProject(timeout(t), parse(t, n.Access))
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	ctx := timeout(t)
	for round := range rounds {
		// All fight for one key, too: one of them wins each time.
		for i, key := range []string{fmt.Sprint("own/", client), "common"} {
			data := random([]int{500, 9_000}[(client+round+i)%2], uint64(client))
			if err := put(p, ctx, "bucket", key, data, nil); err != nil {
				return err
			}
		}
		data, err := get(p, ctx, "bucket", fmt.Sprint("own/", client), nil)
		if err != nil {
			return err
		}
		sameBytes(t, data, random(len(data), uint64(client)))
		keys(t, p.ListObjects(ctx, "bucket", nil))
	}
	for _, key := range []string{fmt.Sprint("own/", client), "common"} {
		if _, err := p.DeleteObject(ctx, "bucket", key); err != nil {
			return err
		}
	}
	return nil
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
