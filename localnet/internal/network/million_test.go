package network_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"storj.io/common/macaroon"
	"storj.io/common/pb"
)

// BenchmarkMillionObjects puts a million objects of 1 KiB into a network, or as
// many as LOCALNET_OBJECTS has, and reports the memory of the process and the
// part of the metadata file that the system caches. The objects come in batches
// and are not encrypted, because the client is not measured.
func BenchmarkMillionObjects(b *testing.B) {
	objects := 1_000_000
	if text := os.Getenv("LOCALNET_OBJECTS"); text != "" {
		var err error
		objects, err = strconv.Atoi(text)
		check(b, err)
	}
	dir := filepath.Join(b.TempDir(), "network")
	for b.Loop() {
		n := run(b, "--dir", dir, "--no-sync")
		_, err := n.open(b).EnsureBucket(context.Background(), "bench")
		check(b, err)
		n.fill(b, objects)
		n.reportMemory(b, "filled")
		n.kill()

		n = run(b, "--dir", dir)
		b.ReportMetric(float64(n.startup.Milliseconds()), "ms-restart")
		time.Sleep(3 * time.Second) // for the work at the start
		n.reportMemory(b, "restarted")
		begin := time.Now()
		b.ReportMetric(float64(n.list(b))/time.Since(begin).Seconds(), "listed/s")
		n.reportMemory(b, "listed")
		info, err := os.Stat(filepath.Join(dir, "metadata.db"))
		check(b, err)
		b.ReportMetric(float64(info.Size())/(1<<20), "file-MiB")
		n.kill()
	}
}

// reportMemory reports the memory of the process, on Linux.
func (p *process) reportMemory(b *testing.B, when string) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.PID))
	if err != nil {
		return
	}
	for name, label := range map[string]string{"RssAnon:": "own", "RssFile:": "file"} {
		if _, rest, ok := strings.Cut(string(status), name); ok {
			var kib float64
			_, _ = fmt.Sscan(rest, &kib)
			b.ReportMetric(kib/1024, when+"-"+label+"-MiB")
		}
	}
}

// fill puts objects with random keys into the bucket, four batches at a time.
func (p *process) fill(b *testing.B, objects int) {
	const workers, batch = 4, 100
	var wg sync.WaitGroup
	for range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			client := dialMetainfo(b, p.Satellite)
			for range objects / workers / batch {
				if _, err := client.Batch(context.Background(), p.batch(b, batch)); err != nil {
					b.Error(err)
					return
				}
			}
		}()
	}
	wg.Wait()
}

// list lists all objects, page by page, and counts them.
func (p *process) list(b *testing.B) (listed int) {
	client := dialMetainfo(b, p.Satellite)
	request := &pb.ListObjectsRequest{Header: p.header(b), Bucket: []byte("bench"), Recursive: true}
	for {
		page, err := client.ListObjects(context.Background(), request)
		check(b, err)
		listed += len(page.Items)
		if !page.More {
			return listed
		}
		request.EncryptedCursor = page.Items[len(page.Items)-1].EncryptedObjectKey
	}
}

func (p *process) header(b *testing.B) *pb.RequestHeader {
	key, err := macaroon.ParseAPIKey(p.APIKey)
	check(b, err)
	return &pb.RequestHeader{ApiKey: key.SerializeRaw()}
}

func (p *process) batch(b *testing.B, objects int) *pb.BatchRequest {
	request := &pb.BatchRequest{Header: p.header(b)}
	random := make([]byte, objects*(60+1024))
	_, _ = rand.Read(random)
	for range objects {
		// About what clients with encrypted keys send, and 1 KiB with its tag.
		name, data := random[:60], random[60:60+1024]
		random = random[60+1024:]
		request.Requests = append(request.Requests,
			&pb.BatchRequestItem{Request: &pb.BatchRequestItem_ObjectBegin{ObjectBegin: &pb.BeginObjectRequest{Bucket: []byte("bench"), EncryptedObjectKey: name}}},
			&pb.BatchRequestItem{Request: &pb.BatchRequestItem_SegmentMakeInline{SegmentMakeInline: &pb.MakeInlineSegmentRequest{Position: &pb.SegmentPosition{}, EncryptedInlineData: data, PlainSize: 1000, EncryptedKey: name[:48]}}},
			&pb.BatchRequestItem{Request: &pb.BatchRequestItem_ObjectCommit{ObjectCommit: &pb.CommitObjectRequest{EncryptedMetadata: nil}}},
		)
	}
	return request
}
