package transfer

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// replacesOpenFiles is whether an open file can be renamed, and removed.
const replacesOpenFiles = false

// realFolder returns the absolute path of a folder. Windows itself removes each ".." before it looks at
// links.
func realFolder(path string) (string, error) { return filepath.Abs(path) }

// openOwn opens a temporary file, or creates it. It returns nil for what is no regular file.
func openOwn(path string, mode fs.FileMode) (*os.File, error) {
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return nil, nil
	}
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE, mode)
}

// isOfUser returns true: Go does not know the owners of files of Windows.
func isOfUser(fs.FileInfo) bool { return true }

// lockedByte is behind the end of any file: nobody can read or write bytes that are locked.
const lockedByte = 1<<31 - 1

// lock reports whether it has locked a file. It returns errNoLocks if the file system has no locks.
func lock(file *os.File) (bool, error) {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	at := &windows.Overlapped{OffsetHigh: lockedByte}
	err := windows.LockFileEx(windows.Handle(file.Fd()), flags, 0, 1, 0, at)
	switch {
	case errors.Is(err, windows.ERROR_LOCK_VIOLATION):
		return false, nil
	case errors.Is(err, windows.ERROR_NOT_SUPPORTED), errors.Is(err, windows.ERROR_INVALID_FUNCTION):
		return false, errNoLocks
	}
	return err == nil, err
}

func unlock(file *os.File) {
	at := &windows.Overlapped{OffsetHigh: lockedByte}
	_ = windows.UnlockFileEx(windows.Handle(file.Fd()), 0, 1, 0, at)
}

// syncFolder does nothing: Windows writes names to the disk by itself.
func syncFolder(string) error { return nil }
