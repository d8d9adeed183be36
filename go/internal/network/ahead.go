package network

import "net"

const (
	// A read of at most so many bytes is the header of a message: Noise reads 4 bytes, then the message.
	// TLS has a buffer of its own, and reads more.
	headerRead = 16
	// Room for a piece of a small object, with its header.
	aheadSize = 4 << 10
)

// aheadConn reads what follows a header together with it, which mostly saves a system call for each
// message.
type aheadConn struct {
	net.Conn
	memory []byte // nil before the first header
	ahead  []byte // the part of the memory that was not passed on yet
}

func (c *aheadConn) Read(p []byte) (int, error) {
	if len(c.ahead) == 0 {
		if len(p) > headerRead {
			return c.Conn.Read(p)
		}
		if c.memory == nil {
			c.memory = make([]byte, aheadSize)
		}
		n, err := c.Conn.Read(c.memory)
		if n == 0 {
			return 0, err
		}
		c.ahead = c.memory[:n] // the next read returns the error again
	}
	n := copy(p, c.ahead)
	c.ahead = c.ahead[n:]
	return n, nil
}
