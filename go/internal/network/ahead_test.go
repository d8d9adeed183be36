package network

import (
	"bytes"
	"io"
	"net"
	"testing"
	"testing/iotest"
)

// scriptedConn reads from a reader, and counts the reads.
type scriptedConn struct {
	net.Conn
	reader io.Reader
	reads  int
}

func (c *scriptedConn) Read(p []byte) (int, error) {
	c.reads++
	return c.reader.Read(p)
}

func readFull(t *testing.T, conn net.Conn, size int) []byte {
	t.Helper()
	data := make([]byte, size)
	if _, err := io.ReadFull(conn, data); err != nil {
		t.Fatal(err)
	}
	return data
}

func TestAMessageIsReadWithItsHeader(t *testing.T) {
	sent := bytes.Repeat([]byte("headmessage"), 3)
	script := &scriptedConn{reader: bytes.NewReader(sent)}
	conn := &aheadConn{Conn: script}
	for range 3 {
		if head, message := readFull(t, conn, 4), readFull(t, conn, 7); string(head)+string(message) != "headmessage" {
			t.Fatal(head, message)
		}
	}
	if script.reads != 1 {
		t.Fatal(script.reads)
	}
	if n, err := conn.Read(make([]byte, 4)); n != 0 || err != io.EOF {
		t.Fatal(n, err)
	}
}

func TestReadsOfAnySizeReturnWhatWasSent(t *testing.T) {
	sent := make([]byte, 3*aheadSize)
	for i := range sent {
		sent[i] = byte(i % 251)
	}
	for _, reader := range []io.Reader{
		bytes.NewReader(sent), iotest.HalfReader(bytes.NewReader(sent)), iotest.DataErrReader(bytes.NewReader(sent)),
	} {
		conn := &aheadConn{Conn: &scriptedConn{reader: reader}}
		var got []byte
		for _, size := range []int{4, 1000, headerRead, 5000, 4, aheadSize, 4} {
			got = append(got, readFull(t, conn, size)...)
		}
		rest, err := io.ReadAll(conn)
		if err != nil {
			t.Fatal(err)
		}
		if got = append(got, rest...); !bytes.Equal(got, sent) {
			t.Fatal(len(got))
		}
	}
}
