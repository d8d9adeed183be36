package rpcserver_test

import (
	"crypto/rand"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"testing"
	"time"

	"storj.io/common/identity/testidentity"
	"storj.io/common/peertls/tlsopts"
	"storj.io/common/storj"
	"storj.io/drpc"
	"uplink-localnet/internal/rpcserver"
)

type handler func(drpc.Stream, string) error

func (h handler) HandleRPC(stream drpc.Stream, rpc string) error { return h(stream, rpc) }

func start(t testing.TB, h handler) *rpcserver.Server {
	t.Helper()
	return startWith(t, h, rpcserver.Config{Noise: noiseKey(t), Debounce: true})
}

func startWith(t testing.TB, h handler, config rpcserver.Config) *rpcserver.Server {
	t.Helper()
	listener, err := rpcserver.Listen("127.0.0.1:0", true)
	check(t, err)
	config.Identity = testidentity.MustPregeneratedIdentity(0, storj.LatestIDVersion())
	config.Handler, config.Log = h, slog.New(slog.DiscardHandler)
	server, err := rpcserver.New(listener, config)
	check(t, err)
	server.Serve()
	t.Cleanup(func() { server.Close(time.Second) })
	return server
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%+v", err)
	}
}

func dial(t testing.TB, server *rpcserver.Server) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", server.Addr().String())
	check(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	check(t, conn.SetDeadline(time.Now().Add(5*time.Second)))
	return conn
}

func secured(t testing.TB, server *rpcserver.Server) net.Conn {
	t.Helper()
	opts, err := tlsopts.NewOptions(testidentity.MustPregeneratedIdentity(1, storj.LatestIDVersion()), tlsopts.Config{PeerIDVersions: "*"}, nil)
	check(t, err)
	conn := dial(t, server)
	_, err = conn.Write([]byte("DRPC!!!1"))
	check(t, err)
	over := tls.Client(conn, opts.ClientTLSConfig(testidentity.MustPregeneratedIdentity(0, storj.LatestIDVersion()).ID))
	check(t, over.Handshake())
	return over
}

// closed waits until the other side ends the connection.
func closed(t testing.TB, conn net.Conn) {
	t.Helper()
	_, err := io.Copy(io.Discard, conn)
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		t.Error("the connection stays open")
	}
}

// TestGarbage sends what no client sends; the server has to survive it.
func TestGarbage(t *testing.T) {
	server := start(t, func(drpc.Stream, string) error { return nil })
	noise := make([]byte, 100_000)
	_, _ = rand.Read(noise)
	for _, first := range []string{"", "DRPC!!!1", "DRPC!N!1", "GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01\x00\x05hello"} {
		conn := dial(t, server)
		_, _ = conn.Write(append([]byte(first), noise...))
		closed(t, conn)
	}
	var left []net.Conn
	for _, size := range []int{1, 10, 1000, 100_000} {
		conn := secured(t, server)
		_, _ = conn.Write(noise[:size])
		left = append(left, conn)
	}
	_ = secured(t, server)
	// Some noise is the beginning of a call without its rest: such a
	// connection ends with the server.
	server.Close(5 * time.Second)
	for _, conn := range left {
		closed(t, conn)
	}
}

// TestOversized announces a message that would not fit into memory.
func TestOversized(t *testing.T) {
	server := start(t, func(drpc.Stream, string) error { return nil })
	conn := secured(t, server)
	// An invoke frame that claims to have 2^40 bytes.
	_, _ = conn.Write([]byte{0x03, 0x01, 0x01, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20})
	chunk := make([]byte, 1<<20)
	for range 8 {
		if _, err := conn.Write(chunk); err != nil {
			break
		}
	}
	closed(t, conn)
}

func TestCloseEndsConnections(t *testing.T) {
	server := start(t, func(stream drpc.Stream, _ string) error {
		<-stream.Context().Done()
		return stream.Context().Err()
	})
	silent, idle := dial(t, server), secured(t, server)
	begin := time.Now()
	server.Close(20 * time.Second)
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("closed after %v", took)
	}
	closed(t, silent)
	closed(t, idle)
	server.Close(time.Second)
}
