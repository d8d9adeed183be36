package network

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"storj.io/uplink"
)

// A node that is down does not respond. Here the queue of a listener is full.
func TestDialTimeoutOfNode(t *testing.T) {
	descriptor, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Close(descriptor) }()
	if err = errors.Join(
		syscall.Bind(descriptor, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}), syscall.Listen(descriptor, 0),
	); err != nil {
		t.Fatal(err)
	}
	bound, err := syscall.Getsockname(descriptor)
	if err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprintf("127.0.0.1:%d", bound.(*syscall.SockaddrInet4).Port)
	for {
		conn, err := net.DialTimeout("tcp", address, 200*time.Millisecond)
		if err != nil {
			break
		}
		defer func() { _ = conn.Close() }()
	}
	started := time.Now()
	//lint:ignore SA1019 the C interface documents it
	err = startDownload(t, uplink.Config{DialTimeout: 300 * time.Millisecond}, fastNode(t, address))
	if took := time.Since(started); err == nil || !strings.Contains(err.Error(), "no connection within 300ms") ||
		took < 300*time.Millisecond || took > 5*time.Second {
		t.Errorf("after %v: %v", took, err)
	}
}
