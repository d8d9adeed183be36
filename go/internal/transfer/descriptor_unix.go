//go:build !windows

package transfer

import (
	"os"

	"golang.org/x/sys/unix"

	"libuplink/internal/fail"
)

// duplicate returns another descriptor of the same file, which child processes do not inherit.
func duplicate(descriptor uintptr) (*os.File, error) {
	own, err := unix.FcntlInt(descriptor, unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, fail.File("", os.NewSyscallError("fcntl", err))
	}
	return os.NewFile(uintptr(own), ""), nil
}
