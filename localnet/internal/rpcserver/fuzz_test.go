package rpcserver_test

import (
	"testing"

	"storj.io/drpc"

	"uplink-localnet/internal/seeds"
)

// rawEncoding takes a message as it came.
type rawEncoding struct{}

func (rawEncoding) Marshal(drpc.Message) ([]byte, error) { return nil, nil }

func (rawEncoding) Unmarshal(data []byte, msg drpc.Message) error {
	*(msg.(*[]byte)) = append([]byte{}, data...)
	return nil
}

// FuzzConnection sends arbitrary bytes instead of the greeting, of the TLS
// handshake, or of DRPC frames. The server must close such a connection or wait
// for more, and serve other connections.
func FuzzConnection(f *testing.F) {
	server := start(f, func(stream drpc.Stream, _ string) error {
		var message []byte
		return stream.MsgRecv(&message, rawEncoding{})
	})
	f.Add(false, []byte("GET / HTTP/1.1\r\n\r\n"))
	f.Add(false, []byte("DRPC!!!1\x16\x03\x01\x00\x05hello"))
	f.Add(false, []byte("DRPC!N!1"))
	f.Add(false, append([]byte("DRPC!N!1\x80\x00\x00\x60"), make([]byte, 0x60)...))
	f.Add(false, append([]byte("DRPC!N!1\x80\xff\xff\xff"), make([]byte, 1000)...))
	f.Add(true, []byte{0x03, 1, 1, 4, '/', 'r', 'p', 'c'})
	f.Add(true, []byte{0x03, 1, 1, 4, '/', 'r', 'p', 'c', 0x05, 1, 2, 3, 'a', 'b', 'c', 0x0d, 1, 3, 0})
	f.Add(true, []byte{0x03, 1, 1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20})
	f.Add(true, []byte{0x07, 1, 1, 1, 0, 0x03, 2, 1, 1, 'x', 0x0b, 2, 1, 0})
	seeds.Add(f, "testdata/FuzzConnection.txt")
	f.Fuzz(func(t *testing.T, inside bool, data []byte) {
		conn := dial(t, server)
		if inside {
			conn = secured(t, server)
		}
		_, _ = conn.Write(data)
		_ = conn.Close()
		// A second one is greeted while the first is being closed.
		_ = secured(t, server).Close()
	})
}
