package fail

import (
	"syscall"

	"golang.org/x/sys/windows"
)

var (
	noRoom = []syscall.Errno{
		windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL, windows.ERROR_DISK_QUOTA_EXCEEDED,
	}
	tooLarge = []syscall.Errno{windows.ERROR_FILE_TOO_LARGE}
	readOnly = []syscall.Errno{windows.ERROR_WRITE_PROTECT}
)

// ofGo has the numbers of Windows for those that Go has made up, since Windows has no errno.
var ofGo = map[syscall.Errno]syscall.Errno{
	syscall.EEXIST: windows.ERROR_FILE_EXISTS,
	syscall.EFBIG:  windows.ERROR_FILE_TOO_LARGE,
	syscall.EISDIR: windows.ERROR_ACCESS_DENIED, // as where a folder is opened as a file
	syscall.ELOOP:  windows.ERROR_CANT_RESOLVE_FILENAME,
	syscall.ENOSPC: windows.ERROR_DISK_FULL,
	syscall.EDQUOT: windows.ERROR_DISK_QUOTA_EXCEEDED,
	syscall.EROFS:  windows.ERROR_WRITE_PROTECT,
}

// systemNumber returns the number that Windows has for an error.
func systemNumber(number syscall.Errno) syscall.Errno {
	if own, found := ofGo[number]; found {
		return own
	}
	return number
}
