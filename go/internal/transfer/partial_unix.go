//go:build !windows

package transfer

import (
	"errors"
	"os"
	"syscall"
)

// renamesOpenFiles is whether an open file can be renamed.
const renamesOpenFiles = true

// openOwn opens a temporary file, or creates it. It returns nil for a link, for what is no regular
// file, and for the file of another user, who could change it. Go and Python set the umask alike.
func openOwn(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o666)
	switch {
	case errors.Is(err, syscall.ELOOP), errors.Is(err, syscall.EISDIR), errors.Is(err, syscall.ENXIO):
		return nil, nil
	case err != nil:
		return nil, err
	}
	info, err := file.Stat()
	if err == nil {
		if stat, ok := info.Sys().(*syscall.Stat_t); info.Mode().IsRegular() && ok && int(stat.Uid) == os.Geteuid() {
			return file, nil
		}
	}
	_ = file.Close()
	return nil, err
}

// lock reports whether it has locked a file. A child that was forked has the lock, too, until it is
// unlocked here.
func lock(file *os.File) (bool, error) {
	for {
		switch err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err {
		case nil:
			return true, nil
		case syscall.EINTR:
		case syscall.EWOULDBLOCK:
			return false, nil
		default:
			return false, err
		}
	}
}

func unlock(file *os.File) { _ = syscall.Flock(int(file.Fd()), syscall.LOCK_UN) }

// syncFolder writes the names of a folder's files to the disk.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	defer folder.Close()
	if err := folder.Sync(); !errors.Is(err, syscall.EINVAL) { // some file systems do not support it
		return err
	}
	return nil
}
