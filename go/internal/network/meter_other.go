//go:build !linux

package network

import "net"

// metered returns the connection with a meter for it.
func metered(conn net.Conn) (net.Conn, Meter) { return countBytes(conn) }
