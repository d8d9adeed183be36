package faults

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

// echo serves a site that sends all bytes back.
func echo(t *testing.T, fault ...Fault) (*Set, string) {
	t.Helper()
	return serve(t, func(conn net.Conn) { _, _ = io.Copy(conn, conn) }, fault...)
}

func serve(t *testing.T, handle func(net.Conn), fault ...Fault) (*Set, string) {
	t.Helper()
	set, err := NewSet(1, fault...)
	check(t, err)
	listen := func(address string) (net.Listener, error) { return net.Listen("tcp", address) }
	inner, err := listen("127.0.0.1:0")
	check(t, err)
	l, err := set.Satellite.Listener(inner, listen)
	check(t, err)
	t.Cleanup(func() { _ = l.Close(); set.Satellite.cutAll() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				handle(conn)
				_ = conn.Close()
			}()
		}
	}()
	return set, l.Addr().String()
}

func (s *Site) cutAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		go c.cut()
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%+v", err)
	}
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	check(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	check(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	return conn
}

// roundTrip returns how long a byte takes to come back.
func roundTrip(t *testing.T, conn net.Conn) time.Duration {
	t.Helper()
	begin := time.Now()
	_, err := conn.Write([]byte{1})
	check(t, err)
	_, err = io.ReadFull(conn, make([]byte, 1))
	check(t, err)
	return time.Since(begin)
}

func add(t *testing.T, set *Set, fault Fault) Fault {
	t.Helper()
	fault.Satellite = true
	added, err := set.Add(fault)
	check(t, err)
	return added
}

// near fails unless one of some measurements is less than 15 percent off. A loaded machine makes
// others slower.
func near(t *testing.T, what string, want float64, measure func() float64) {
	t.Helper()
	var got []float64
	for range 20 {
		got = append(got, measure())
		if last := got[len(got)-1]; want*0.85 <= last && last <= want*1.15 {
			t.Logf("%s: %.4g, set to %.4g", what, got, want)
			return
		}
	}
	t.Errorf("%s is %.4g, set to %.4g", what, got, want)
}

func TestRoundTripTime(t *testing.T) {
	set, address := echo(t)
	early := dial(t, address)
	roundTrip(t, early)
	fault := add(t, set, Fault{RTT: 0.040})
	conn := dial(t, address)
	// Connecting takes a round trip more.
	near(t, "first round trip (s)", 0.080, func() float64 { return roundTrip(t, dial(t, address)).Seconds() })
	roundTrip(t, conn)
	for _, c := range []net.Conn{early, conn} {
		near(t, "round trip (s)", 0.040, func() float64 { return roundTrip(t, c).Seconds() })
	}
	_, err := set.Remove(fault.ID)
	check(t, err)
	for _, c := range []net.Conn{early, conn} {
		fastest := time.Hour
		for range 20 {
			fastest = min(fastest, roundTrip(t, c))
		}
		if fastest > 20*time.Millisecond {
			t.Errorf("%v after it was undone", fastest)
		}
	}
}

func TestBandwidth(t *testing.T) {
	const size, mbit = 3_000_000, 50
	wide := Fault{Satellite: true, Mbit: mbit, RTT: 0.040}
	_, address := serve(t, func(conn net.Conn) { _, _ = conn.Write(make([]byte, size)) }, wide)
	near(t, "download (Mbit/s)", mbit, func() float64 {
		begin := time.Now()
		n, err := io.Copy(io.Discard, dial(t, address))
		check(t, err)
		return float64(n) * 8 / 1e6 / (time.Since(begin) - 40*time.Millisecond).Seconds()
	})

	_, address = serve(t, func(conn net.Conn) {
		_, _ = io.CopyN(io.Discard, conn, size)
		_, _ = conn.Write([]byte{1})
	}, wide)
	near(t, "upload (Mbit/s)", mbit, func() float64 {
		conn := dial(t, address)
		begin := time.Now()
		_, err := conn.Write(make([]byte, size))
		check(t, err)
		_, err = io.ReadFull(conn, make([]byte, 1))
		check(t, err)
		return size * 8 / 1e6 / (time.Since(begin) - 80*time.Millisecond).Seconds()
	})
}

// TestBandwidthIsOfEachConnection shows that connections do not share it.
func TestBandwidthIsOfEachConnection(t *testing.T) {
	const size = 500_000
	_, address := serve(t, func(conn net.Conn) { _, _ = conn.Write(make([]byte, size)) }, Fault{Satellite: true, Mbit: 10})
	near(t, "time of three (s)", size*8/10e6, func() float64 {
		begin := time.Now()
		done := make(chan error, 3)
		for range cap(done) {
			conn := dial(t, address)
			go func() { _, err := io.Copy(io.Discard, conn); done <- err }()
		}
		for range cap(done) {
			check(t, <-done)
		}
		return time.Since(begin).Seconds()
	})
}

// TestSlowLinkKeepsBytes sends many bytes through a link that changes all the
// time.
func TestSlowLinkKeepsBytes(t *testing.T) {
	set, address := echo(t)
	data := make([]byte, 4_000_000)
	for i := range data {
		data[i] = byte(i * i >> 3)
	}
	conn := dial(t, address)
	go func() {
		for i := range 20 {
			added, err := set.Add(Fault{Satellite: true, RTT: Seconds(i%3) * 0.004, Mbit: 200 + 100*float64(i%4), Frozen: i%7 == 6})
			if err != nil {
				t.Error(err)
			}
			time.Sleep(8 * time.Millisecond)
			if _, err := set.Remove(added.ID); err != nil {
				t.Error(err)
			}
		}
	}()
	go func() { _, _ = conn.Write(data) }()
	got := make([]byte, len(data))
	_, err := io.ReadFull(conn, got)
	check(t, err)
	if !bytes.Equal(got, data) {
		t.Error("other bytes came back")
	}
}

func TestCutAfter(t *testing.T) {
	for _, link := range []Fault{{}, {RTT: 0.002}} {
		set, address := echo(t)
		if link.RTT > 0 {
			add(t, set, link)
		}
		early := dial(t, address)
		roundTrip(t, early)
		limit := int64(10_000)
		added := add(t, set, Fault{CutAfter: &limit})
		for _, conn := range []net.Conn{early, dial(t, address)} {
			// Bytes in both directions count.
			_, err := conn.Write(make([]byte, 5000))
			check(t, err)
			_, err = io.ReadFull(conn, make([]byte, 5000))
			check(t, err)
			_, _ = conn.Write([]byte{1})
			if _, err := conn.Read(make([]byte, 1)); err == nil || errors.Is(err, io.EOF) || isTimeout(err) {
				t.Errorf("not reset, but %v", err)
			}
		}
		_, err := set.Remove(added.ID)
		check(t, err)
		conn := dial(t, address)
		_, err = conn.Write(make([]byte, 20_000))
		check(t, err)
		_, err = io.ReadFull(conn, make([]byte, 20_000))
		check(t, err)
	}
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

func TestDownAndBack(t *testing.T) {
	set, address := echo(t)
	conn := dial(t, address)
	roundTrip(t, conn)
	for range 3 {
		added := add(t, set, Fault{Down: true})
		if _, err := conn.Read(make([]byte, 1)); err == nil || isTimeout(err) {
			t.Errorf("still connected: %v", err)
		}
		if extra, err := net.Dial("tcp", address); err == nil {
			t.Error("still listening")
			_ = extra.Close()
		}
		_, err := set.Remove(added.ID)
		check(t, err)
		conn = dial(t, address)
		roundTrip(t, conn)
	}
}

func TestFrozenGoesOn(t *testing.T) {
	set, address := echo(t)
	early := dial(t, address)
	roundTrip(t, early)
	added := add(t, set, Fault{Frozen: true})
	late := dial(t, address)
	for _, conn := range []net.Conn{early, late} {
		_, err := conn.Write([]byte{1})
		check(t, err)
		check(t, conn.SetReadDeadline(time.Now().Add(50*time.Millisecond)))
		if _, err := conn.Read(make([]byte, 1)); !isTimeout(err) {
			t.Errorf("not frozen: %v", err)
		}
		check(t, conn.SetReadDeadline(time.Now().Add(5*time.Second)))
	}
	_, err := set.Remove(added.ID)
	check(t, err)
	for _, conn := range []net.Conn{early, late} {
		_, err := io.ReadFull(conn, make([]byte, 1))
		check(t, err)
		roundTrip(t, conn)
	}
}

// TestCloseSendsTheRest closes a connection with bytes under way.
func TestCloseSendsTheRest(t *testing.T) {
	_, address := serve(t, func(conn net.Conn) { _, _ = conn.Write(make([]byte, 100_000)) }, Fault{Satellite: true, RTT: 0.1})
	data, err := io.ReadAll(dial(t, address))
	check(t, err)
	if len(data) != 100_000 {
		t.Errorf("%d bytes came", len(data))
	}
}
