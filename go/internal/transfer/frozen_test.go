package transfer

import (
	"context"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"storj.io/common/grant"
	"storj.io/uplink"

	"libuplink/internal/fail"
	"libuplink/internal/progress"
	"libuplink/internal/project"
	"libuplink/internal/project/projecttest"
)

// proxy passes the bytes of connections on to a satellite. Once it is frozen, it passes on requests, but
// no response.
type proxy struct {
	net.Listener
	satellite string
	frozen    atomic.Bool

	mu    sync.Mutex
	conns []net.Conn
}

func (p *proxy) serve() {
	for {
		conn, err := p.Accept()
		if err != nil {
			return
		}
		other, err := net.Dial("tcp", p.satellite)
		if err != nil {
			_ = conn.Close()
			continue
		}
		p.mu.Lock()
		p.conns = append(p.conns, conn, other)
		p.mu.Unlock()
		var frozen atomic.Bool
		go func() { pass(conn, other, frozen.Load) }()
		go func() {
			chunks := 0
			pass(other, conn, func() bool {
				chunks++
				if p.frozen.Load() && chunks > 2 { // the first one begins the handshake
					frozen.Store(true)
				}
				return false
			})
		}()
	}
}

// pass passes bytes on until stop returns true.
func pass(to io.Writer, from io.Reader, stop func() bool) {
	memory := make([]byte, 1<<16)
	for {
		n, err := from.Read(memory)
		if err != nil || stop() {
			return
		}
		if _, err := to.Write(memory[:n]); err != nil {
			return
		}
	}
}

func (p *proxy) close() {
	_ = p.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range p.conns {
		_ = conn.Close()
	}
}

// openBehindProxy opens a project whose satellite can be frozen.
func openBehindProxy(t *testing.T) (*project.Project, *proxy) {
	t.Helper()
	direct := projecttest.Open(t)
	pendingOf(t, direct, "frozen")
	access, err := grant.ParseAccess(os.Getenv("UPLINK_TEST_ACCESS"))
	if err != nil {
		t.Fatal(err)
	}
	id, address, _ := strings.Cut(access.SatelliteAddress, "@")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	between := &proxy{Listener: listener, satellite: address}
	go between.serve()
	access.SatelliteAddress = id + "@" + listener.Addr().String()
	text, err := access.Serialize()
	if err != nil {
		t.Fatal(err)
	}
	opened, err := uplink.ParseAccess(text)
	if err != nil {
		t.Fatal(err)
	}
	p, err := project.Open(opened, project.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		between.close()
		_ = p.Close()
	})
	if _, err := p.StatBucket(p.Context, projecttest.Bucket); err != nil {
		t.Fatal(err)
	}
	return p, between
}

// The response to the request that begins an upload has the ID by which the upload can be aborted, so
// the request is not canceled.
func TestACanceledUploadInPartsDoesNotWaitForAFrozenSatellite(t *testing.T) {
	p, between := openBehindProxy(t)
	path, _ := writeFile(t, 2*partSize)
	between.frozen.Store(true)
	ctx, cancel := context.WithCancelCause(p.Context)
	time.AfterFunc(200*time.Millisecond, func() { cancel(fail.Canceled("canceled by the test")) })
	begun := time.Now()
	var counters progress.Counters
	_, err := UploadFile(ctx, p, projecttest.Bucket, "frozen", path,
		UploadOptions{PartSize: partSize, NoResume: true}, &counters)
	if !fail.IsCanceled(fail.Cause(ctx, err)) || time.Since(begun) > 10*time.Second {
		t.Error(err, time.Since(begun))
	}
}
