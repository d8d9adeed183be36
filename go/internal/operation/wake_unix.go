//go:build unix

package operation

import (
	"syscall"

	"libuplink/internal/fail"
)

// waker returns a function that writes one byte to the descriptor. A full pipe has woken its reader
// already.
func waker(descriptor int64) (func(), error) {
	fd := int(descriptor)
	if descriptor < 0 || int64(fd) != descriptor {
		return nil, fail.InvalidArgument("%d is no descriptor", descriptor)
	}
	signal := []byte{0}
	return func() {
		for {
			if _, err := syscall.Write(fd, signal); err != syscall.EINTR {
				return
			}
		}
	}, nil
}
