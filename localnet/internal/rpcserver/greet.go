package rpcserver

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/jtolio/noiseconn"
	"storj.io/common/rpc/noise"
	"storj.io/drpc/drpcmigrate"
)

// layout is the position of the random part in the client's first message.
type layout struct {
	// header is the size of the header, which ends with the message's length in
	// two bytes.
	header int
	// random is where the random part begins, after the header.
	random int
}

// randomSize is the size of the random part.
const randomSize = 32

var (
	// In TLS it follows the type and length of the handshake, and the version.
	tlsLayout = layout{header: 5, random: 4 + 2}
	// In Noise it is the client's ephemeral key.
	noiseLayout = layout{header: 4, random: 0}
)

var (
	errProtocol  = errors.New("the first bytes name no protocol that is spoken here")
	errDuplicate = errors.New("the first message came before, on another connection")
)

// greet returns the connection after the handshake of the protocol that its
// first 8 bytes name.
func (s *Server) greet(ctx context.Context, raw net.Conn) (net.Conn, error) {
	conn := &buffered{Conn: raw, reader: bufio.NewReader(raw)}
	header := make([]byte, len(drpcmigrate.DRPCHeader))
	if _, err := io.ReadFull(conn, header); err != nil {
		return nil, err
	}
	s.log.Debug("connection", "remote", raw.RemoteAddr(), "protocol", string(header))
	switch {
	case string(header) == drpcmigrate.DRPCHeader:
		return s.greetTLS(ctx, conn)
	case string(header) == noise.Header && s.noise != nil:
		return s.greetNoise(conn)
	}
	return nil, errProtocol
}

func (s *Server) greetTLS(ctx context.Context, conn *buffered) (net.Conn, error) {
	if err := s.debounce(conn, tlsLayout); err != nil {
		return nil, err
	}
	secured := tls.Server(conn, s.tls)
	if err := secured.HandshakeContext(ctx); err != nil {
		return nil, fmt.Errorf("the handshake of TLS: %w", err)
	}
	return secured, nil
}

func (s *Server) greetNoise(conn *buffered) (net.Conn, error) {
	if err := s.debounce(conn, noiseLayout); err != nil {
		return nil, err
	}
	secured, err := noiseconn.NewConn(conn, *s.noise)
	if err != nil {
		return nil, err
	}
	// The client's part of the handshake carries its first call. An empty read
	// processes it; the server's part is sent with the next read or write.
	if _, err := secured.Read(nil); err != nil {
		return nil, fmt.Errorf("the handshake of Noise: %w", err)
	}
	return &noiseTransport{Conn: secured, under: conn}, nil
}

// debounce returns an error if the client's first message came before.
func (s *Server) debounce(conn *buffered, l layout) error {
	if s.seen == nil {
		return nil
	}
	header, err := conn.reader.Peek(l.header)
	if err != nil {
		return err
	}
	if int(binary.BigEndian.Uint16(header[l.header-2:])) < l.random+randomSize {
		return nil // the handshake refuses it
	}
	start := l.header + l.random
	message, err := conn.reader.Peek(start + randomSize)
	if err != nil {
		return err
	}
	if !s.seen.add([randomSize]byte(message[start:])) {
		return errDuplicate
	}
	return nil
}

// buffered is a connection whose first bytes can be peeked at.
type buffered struct {
	net.Conn
	reader *bufio.Reader
}

func (b *buffered) Read(p []byte) (int, error) { return b.reader.Read(p) }

// NetConn returns the connection below.
func (b *buffered) NetConn() net.Conn { return b.Conn }

// noiseTransport is a Noise connection that returns the connection below it, as
// a tls.Conn does.
type noiseTransport struct {
	*noiseconn.Conn
	under net.Conn
}

// maxNoiseRead keeps noiseconn from reading straight into the caller's memory,
// where it panics if a message is larger than Noise allows.
const maxNoiseRead = 64<<10 - 2

func (n *noiseTransport) Read(p []byte) (int, error) {
	return n.Conn.Read(p[:min(len(p), maxNoiseRead)])
}

// NetConn returns the connection below.
func (n *noiseTransport) NetConn() net.Conn { return n.under }
