package network

import (
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"libuplink/internal/check"
)

// pair returns both ends of a connection.
func pair(t *testing.T) (*net.TCPConn, *net.TCPConn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	near, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	far, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = near.Close(), far.Close() })
	return near.(*net.TCPConn), far.(*net.TCPConn)
}

// Both meters count what the other end takes and sends.
func TestMeters(t *testing.T) {
	for _, open := range []func(net.Conn) (net.Conn, Meter){metered, countBytes} {
		near, far := pair(t)
		conn, meter := open(near)
		before := meter.Moved()
		if _, err := conn.Write([]byte("hello")); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(far, make([]byte, 5)); err != nil {
			t.Fatal(err)
		}
		check.Eventually(t, "the acknowledgement", func() bool { return meter.Moved() == before+5 })
		if _, err := far.Write([]byte("you")); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(conn, make([]byte, 3)); err != nil {
			t.Fatal(err)
		}
		if moved := meter.Moved(); moved != before+8 {
			t.Errorf("%d bytes moved, then %d", before, moved)
		}
	}
}

type movingMeter struct{ count atomic.Uint64 }

func (m *movingMeter) Moved() uint64 { return m.count.Load() }

func TestStall(t *testing.T) {
	const limit = 400 * time.Millisecond
	var disconnected atomic.Bool
	meter := &movingMeter{}
	w := &watch{limit: limit, meter: meter, disconnect: func() { disconnected.Store(true) }}

	// No call waits.
	w.begin()
	if w.end() {
		t.Fatal("it stalled at once")
	}
	time.Sleep(2 * limit)
	// Bytes move.
	w.begin()
	for range 15 {
		meter.count.Add(1)
		time.Sleep(limit / 10)
	}
	if w.end() || disconnected.Load() {
		t.Fatal("it stalled while bytes moved")
	}
	started := time.Now()
	w.begin()
	check.Eventually(t, "the stall", disconnected.Load)
	if took := time.Since(started); took < limit || !w.end() {
		t.Fatalf("stalled after %v", took)
	}
}
