package network_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"storj.io/common/identity/testidentity"
	"storj.io/common/pb"
	"storj.io/common/peertls/tlsopts"
	"storj.io/common/rpc"
	"storj.io/common/storj"
	"storj.io/uplink"
	"uplink-localnet/internal/network"
)

// start starts a network without a folder.
func start(t testing.TB, config network.Config) *network.Network {
	t.Helper()
	n, err := network.Start(config)
	check(t, err)
	t.Cleanup(func() { check(t, n.Close()) })
	return n
}

// open opens the network's project with all permissions.
func open(t testing.TB, n *network.Network) *uplink.Project {
	t.Helper()
	return openAccess(t, parse(t, n.Access))
}

func parse(t testing.TB, serialized string) *uplink.Access {
	t.Helper()
	access, err := uplink.ParseAccess(serialized)
	check(t, err)
	return access
}

func openAccess(t testing.TB, access *uplink.Access) *uplink.Project {
	t.Helper()
	project, err := uplink.OpenProject(timeout(t), access)
	check(t, err)
	t.Cleanup(func() { _ = project.Close() })
	return project
}

// project starts a network, and returns its project with a bucket.
func project(t testing.TB, bucket string) (*network.Network, *uplink.Project) {
	t.Helper()
	n := start(t, network.Config{})
	p := open(t, n)
	_, err := p.CreateBucket(timeout(t), bucket)
	check(t, err)
	return n, p
}

func timeout(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%+v", err)
	}
}

// random returns the same bytes for the same seed.
func random(size int, seed uint64) []byte {
	data := make([]byte, size)
	var key [32]byte
	key[0], key[1] = byte(seed), byte(seed>>8)
	_, _ = rand.NewChaCha8(key).Read(data)
	return data
}

func put(p *uplink.Project, ctx context.Context, bucket, key string, data []byte, opts *uplink.UploadOptions) error {
	up, err := p.UploadObject(ctx, bucket, key, opts)
	if err != nil {
		return err
	}
	if _, err := io.Copy(up, bytes.NewReader(data)); err != nil {
		// The client may return the reason of a refusal only from Commit.
		if cerr := up.Commit(); cerr != nil {
			return errors.Join(cerr, err)
		}
		return err
	}
	return up.Commit()
}

func get(p *uplink.Project, ctx context.Context, bucket, key string, opts *uplink.DownloadOptions) ([]byte, error) {
	down, err := p.DownloadObject(ctx, bucket, key, opts)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(down)
	if cerr := down.Close(); err == nil {
		err = cerr
	}
	return data, err
}

func mustPut(t testing.TB, p *uplink.Project, bucket, key string, data []byte) {
	t.Helper()
	check(t, put(p, timeout(t), bucket, key, data, nil))
}

func mustGet(t testing.TB, p *uplink.Project, bucket, key string) []byte {
	t.Helper()
	data, err := get(p, timeout(t), bucket, key, nil)
	check(t, err)
	return data
}

func sameBytes(t testing.TB, got, want []byte) {
	t.Helper()
	if len(got) != len(want) || sha256.Sum256(got) != sha256.Sum256(want) {
		t.Fatalf("got %d bytes, want %d, or others", len(got), len(want))
	}
}

// dialMetainfo connects to a satellite without uplink.
func dialMetainfo(t testing.TB, satellite string) pb.DRPCMetainfoClient {
	t.Helper()
	opts, err := tlsopts.NewOptions(testidentity.MustPregeneratedIdentity(0, storj.LatestIDVersion()), tlsopts.Config{PeerIDVersions: "*"}, nil)
	check(t, err)
	url, err := storj.ParseNodeURL(satellite)
	check(t, err)
	conn, err := rpc.NewDefaultDialer(opts).DialNodeURL(timeout(t), url)
	check(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return pb.NewDRPCMetainfoClient(conn)
}

// keys returns the keys of a listing.
func keys(t testing.TB, it *uplink.ObjectIterator) (list []string) {
	t.Helper()
	for it.Next() {
		list = append(list, it.Item().Key)
	}
	check(t, it.Err())
	return list
}

func equal(t testing.TB, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// clean deletes all that is not needed, without the usual waiting times.
func clean(t testing.TB, n *network.Network) {
	t.Helper()
	check(t, n.Satellite.Clean(timeout(t), time.Now().Add(time.Hour)))
}

// pieces returns the number of pieces on the nodes.
func pieces(t testing.TB, n *network.Network) (total int64) {
	t.Helper()
	for _, p := range n.Pieces {
		count, _, err := p.Count()
		check(t, err)
		total += count
	}
	return total
}

// noPieces waits until the nodes have nothing. A slow node's piece, which its
// upload did not wait for, may arrive after its object was deleted: then only a
// sweep deletes it.
func noPieces(t testing.TB, n *network.Network) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		clean(t, n)
		check(t, n.Satellite.Sweep(timeout(t)))
		got := pieces(t, n)
		if got == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d pieces left", got)
		}
	}
}
