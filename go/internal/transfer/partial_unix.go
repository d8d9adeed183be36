//go:build !windows

package transfer

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// replacesOpenFiles is whether an open file can be renamed, and removed.
const replacesOpenFiles = true

// realFolder returns the absolute path of a folder, without links. Links count before "..", as they do
// for the system.
func realFolder(path string) (string, error) {
	if !filepath.IsAbs(path) {
		current, err := os.Getwd()
		if err != nil {
			return "", err
		}
		path = current + "/" + path
	}
	if _, err := os.Stat(path); err != nil {
		return "", err // unlike some errors of EvalSymlinks, it has a number
	}
	return filepath.EvalSymlinks(path)
}

// openOwn opens a temporary file, or creates it with the permissions. It returns nil for a link, for what is no regular
// file, for a file that has another name, too, and for the file of another user, who could change it.
// Go and Python set the umask alike.
func openOwn(path string, mode fs.FileMode) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, mode)
	switch {
	case errors.Is(err, syscall.ELOOP), errors.Is(err, syscall.EISDIR), errors.Is(err, syscall.ENXIO):
		return nil, nil
	case errors.Is(err, fs.ErrPermission):
		if _, missing := os.Lstat(path); missing == nil {
			return nil, nil
		}
		return nil, err
	case err != nil:
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && isOwn(info) {
		return file, nil
	}
	_ = file.Close()
	return nil, err
}

// isOfUser reports whether a file is of this user, who could not be tricked into a file with another
// name.
func isOfUser(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && stat.Nlink <= 1 && int(stat.Uid) == os.Geteuid()
}

// lock reports whether it has locked a file. A child that was forked has the lock, too, until it is
// unlocked here. It returns errNoLocks if the file system has no locks, as some of FUSE.
func lock(file *os.File) (bool, error) {
	for {
		switch err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err {
		case nil:
			return true, nil
		case syscall.EINTR:
		case syscall.EWOULDBLOCK:
			return false, nil
		case syscall.ENOSYS, syscall.ENOTSUP, syscall.ENOLCK:
			return false, errNoLocks
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
