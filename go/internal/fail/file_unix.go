//go:build !windows

package fail

import "syscall"

var (
	noRoom   = []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT}
	tooLarge = []syscall.Errno{syscall.EFBIG}
	readOnly = []syscall.Errno{syscall.EROFS}
)

// systemNumber returns the number that the system has for an error.
func systemNumber(number syscall.Errno) syscall.Errno { return number }
