package rpcserver

import "golang.org/x/sys/unix"

// FastOpenSupported is whether nodes may advertise TCP Fast Open.
const FastOpenSupported = true

// fastOpenQueue is the number of connections that may wait for the end of TCP's handshake.
const fastOpenQueue = 256

// setFastOpen succeeds whether or not net.ipv4.tcp_fastopen allows servers to
// use it.
func setFastOpen(fd uintptr) error {
	return unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_FASTOPEN, fastOpenQueue)
}
