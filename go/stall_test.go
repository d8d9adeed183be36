package main

import (
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"
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
	for _, open := range []func(net.Conn) (net.Conn, meter){metered, countBytes} {
		near, far := pair(t)
		conn, meter := open(near)
		before := meter.moved()
		if _, err := conn.Write([]byte("hello")); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(far, make([]byte, 5)); err != nil {
			t.Fatal(err)
		}
		waitFor(t, "the acknowledgement", func() bool { return meter.moved() == before+5 })
		if _, err := far.Write([]byte("you")); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(conn, make([]byte, 3)); err != nil {
			t.Fatal(err)
		}
		if moved := meter.moved(); moved != before+8 {
			t.Errorf("%d bytes moved, then %d", before, moved)
		}
	}
}

type movingMeter struct{ count atomic.Uint64 }

func (m *movingMeter) moved() uint64 { return m.count.Load() }

func TestStall(t *testing.T) {
	const limit = 400 * time.Millisecond
	var gaveUp atomic.Bool
	meter := &movingMeter{}
	w := &watch{limit: limit, meter: meter, giveUp: func() { gaveUp.Store(true) }}

	// Nobody waits.
	w.wait()
	if w.waited() {
		t.Fatal("it has stalled at once")
	}
	time.Sleep(2 * limit)
	// Bytes move.
	w.wait()
	for range 15 {
		meter.count.Add(1)
		time.Sleep(limit / 10)
	}
	if w.waited() || gaveUp.Load() {
		t.Fatal("it was given up while bytes moved")
	}
	started := time.Now()
	w.wait()
	waitFor(t, "the stall", gaveUp.Load)
	if took := time.Since(started); took < limit || !w.waited() {
		t.Fatalf("stalled after %v", took)
	}
}
