package rpcserver_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	flynn "github.com/flynn/noise"
	"storj.io/common/identity/testidentity"
	"storj.io/common/pb"
	"storj.io/common/peertls/tlsopts"
	"storj.io/common/rpc"
	"storj.io/common/rpc/noise"
	"storj.io/common/storj"
	"storj.io/drpc"
	"uplink-localnet/internal/rpcserver"
)

// recorder is a connection that notes what is written to it.
type recorder struct {
	net.Conn
	written []byte
}

func (r *recorder) Write(p []byte) (int, error) {
	r.written = append(r.written, p...)
	return r.Conn.Write(p)
}

// client dials a server as Go's client does, and records its last connection.
type client struct {
	*testing.T
	url    storj.NodeURL
	dialer rpc.Dialer
	last   *recorder
}

func newClient(t *testing.T, server *rpcserver.Server, key *noise.Config) *client {
	t.Helper()
	opts, err := tlsopts.NewOptions(testidentity.MustPregeneratedIdentity(1, storj.LatestIDVersion()), tlsopts.Config{PeerIDVersions: "*"}, nil)
	check(t, err)
	c := &client{T: t, dialer: rpc.NewDefaultDialer(opts)}
	c.url = storj.NodeURL{ID: testidentity.MustPregeneratedIdentity(0, storj.LatestIDVersion()).ID, Address: server.Addr().String()}
	if key != nil {
		info, err := noise.ConfigToInfo(*key)
		check(t, err)
		c.url.NoiseInfo = info.Convert()
	}
	//lint:ignore SA1019 a dialer of one's own is given to it alone
	c.dialer.Connector = rpc.NewDefaultTCPConnector(func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		c.last = &recorder{Conn: conn}
		return c.last, err
	})
	return c
}

// call makes a call whose reply is its request.
func (c *client) call(ctx context.Context, text string) (string, error) {
	conn, err := c.dialer.DialNode(ctx, c.url, rpc.DialOptions{ReplaySafe: true})
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	in, out := []byte(text), []byte(nil)
	err = conn.Invoke(ctx, "/echo", bytesEncoding{}, &in, &out)
	return string(out), err
}

type bytesEncoding struct{ rawEncoding }

func (bytesEncoding) Marshal(msg drpc.Message) ([]byte, error) { return *(msg.(*[]byte)), nil }

func echo(stream drpc.Stream, _ string) error {
	var message []byte
	if err := stream.MsgRecv(&message, rawEncoding{}); err != nil {
		return err
	}
	if err := stream.MsgSend(&message, bytesEncoding{}); err != nil {
		return err
	}
	return stream.(interface{ RawFlush() error }).RawFlush()
}

func noiseKey(t testing.TB) *noise.Config {
	t.Helper()
	key, err := noise.GenerateServerConf(pb.NoiseProtocol_NOISE_IK_25519_CHACHAPOLY_BLAKE2B, testidentity.MustPregeneratedIdentity(0, storj.LatestIDVersion()))
	check(t, err)
	return &key
}

func limited(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestBothProtocols(t *testing.T) {
	key := noiseKey(t)
	server := startWith(t, echo, rpcserver.Config{Noise: key, Debounce: true})
	for header, client := range map[string]*client{noise.Header: newClient(t, server, key), "DRPC!!!1": newClient(t, server, nil)} {
		for _, size := range []int{0, 1, 1000, 65535, 65536, 1 << 20} {
			text := strings.Repeat("x", size)
			got, err := client.call(limited(t), text)
			check(t, err)
			if got != text {
				t.Errorf("%s: sent %d bytes, got %d", header, size, len(got))
			}
			if !strings.HasPrefix(string(client.last.written), header) {
				t.Errorf("the connection begins with %q, not with %q", client.last.written[:8], header)
			}
		}
	}
}

func TestNoiseIsRefusedWithoutKey(t *testing.T) {
	server := startWith(t, echo, rpcserver.Config{Debounce: true})
	if _, err := newClient(t, server, noiseKey(t)).call(limited(t), "hello"); err == nil {
		t.Error("a server without a key speaks Noise")
	}
}

// TestDebounce sends a connection's first message again.
func TestDebounce(t *testing.T) {
	key := noiseKey(t)
	for _, debounce := range []bool{true, false} {
		server := startWith(t, echo, rpcserver.Config{Noise: key, Debounce: debounce})
		for name, client := range map[string]*client{"Noise": newClient(t, server, key), "TLS": newClient(t, server, nil)} {
			_, err := client.call(limited(t), "hello")
			check(t, err)
			again := dial(t, server)
			_, err = again.Write(client.last.written)
			check(t, err)
			n, err := io.ReadFull(again, make([]byte, 1))
			if debounce && (err == nil || errors.Is(err, os.ErrDeadlineExceeded)) {
				t.Errorf("%s: a copy gets a reply: %v", name, err)
			}
			if !debounce && n != 1 {
				t.Errorf("%s: a copy gets no reply without debouncing: %v", name, err)
			}
		}
	}
}

// TestOversizedNoise sends a message that is larger than Noise allows. The client
// is a real one, so it passes the handshake.
func TestOversizedNoise(t *testing.T) {
	key := noiseKey(t)
	server := startWith(t, echo, rpcserver.Config{Noise: key, Debounce: true})
	info, err := noise.ConfigToInfo(*key)
	check(t, err)
	config, err := noise.GenerateInitiatorConf(info)
	check(t, err)
	handshake, err := flynn.NewHandshakeState(config)
	check(t, err)
	conn := dial(t, server)
	message, _, _, err := handshake.WriteMessage(nil, nil)
	check(t, err)
	_, err = conn.Write(append([]byte(noise.Header), frame(message)...))
	check(t, err)
	reply := make([]byte, 4)
	_, err = io.ReadFull(conn, reply)
	check(t, err)
	reply = make([]byte, binary.BigEndian.Uint16(reply[2:]))
	_, err = io.ReadFull(conn, reply)
	check(t, err)
	_, send, _, err := handshake.ReadMessage(nil, reply)
	check(t, err)
	// An announcement lets the server read into much memory at once.
	for _, text := range [][]byte{append([]byte{0x03, 1, 1, 0x80, 0x80, 0x80, 1}, make([]byte, 60_000)...), make([]byte, 1<<20)} {
		encrypted, err := send.Encrypt(nil, nil, text)
		check(t, err)
		_, err = conn.Write(frame(encrypted))
		check(t, err)
	}
	_ = conn.Close()
	_, err = newClient(t, server, key).call(limited(t), "still there")
	check(t, err)
}

// frame puts a Noise message behind its length.
func frame(message []byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, 0x80<<24|uint32(len(message))), message...)
}

// TestDialTwice dials as clients do where Fast Open is advertised, which is
// handled once.
func TestDialTwice(t *testing.T) {
	if !rpcserver.FastOpenSupported {
		t.Skip("clients dial twice only on Linux")
	}
	key := noiseKey(t)
	for name, key := range map[string]*noise.Config{"Noise": key, "TLS": nil} {
		t.Run(name, func(t *testing.T) {
			server := startWith(t, echo, rpcserver.Config{Noise: noiseKey(t), Debounce: true})
			client := newClient(t, server, key)
			client.url.DebounceLimit, client.url.Features = rpcserver.DebounceLimit, uint64(pb.NodeAddress_TCP_FASTOPEN_ENABLED)
			client.dialer.Connector = rpc.NewHybridConnector()
			for range 50 {
				got, err := client.call(limited(t), "hello")
				check(t, err)
				if got != "hello" {
					t.Errorf("got %q", got)
				}
			}
		})
	}
}
