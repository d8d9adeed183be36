package rpcserver

import (
	"context"
	"net"
	"syscall"
)

// Listen listens at a TCP address. With fastOpen, where the system has TCP
// Fast Open for servers and it is turned on, the first packet of a client that
// was here before may carry data.
func Listen(address string, fastOpen bool) (net.Listener, error) {
	var config net.ListenConfig
	if fastOpen && FastOpenSupported {
		// Fast Open needs plain TCP.
		config.SetMultipathTCP(false)
		config.Control = func(_, _ string, socket syscall.RawConn) error {
			// A kernel without Fast Open still accepts connections.
			return socket.Control(func(fd uintptr) { _ = setFastOpen(fd) })
		}
	}
	return config.Listen(context.Background(), "tcp", address)
}
