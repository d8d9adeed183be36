package operation

import (
	"syscall"

	"libuplink/internal/fail"
)

// waker returns a function that sends one byte to the socket. A full buffer has woken its reader
// already.
func waker(descriptor int64) (func(), error) {
	socket := syscall.Handle(descriptor)
	if socket == syscall.InvalidHandle || int64(socket) != descriptor {
		return nil, fail.InvalidArgument("%d is no socket", descriptor)
	}
	signal := syscall.WSABuf{Len: 1, Buf: new(byte)}
	return func() {
		var sent uint32
		_ = syscall.WSASend(socket, &signal, 1, &sent, 0, nil, nil)
	}, nil
}
