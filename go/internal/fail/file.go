package fail

import (
	"errors"
	"io/fs"
	"syscall"
)

// File returns the error of the system about a file of the caller.
func File(path string, err error) *Error {
	e := Internal(DetailFile, "%v", err)
	e.Unchanged, e.Path = true, path
	var number syscall.Errno
	if errors.As(err, &number) {
		e.SystemError = int32(number)
	}
	return e
}

// IsDirectory returns the error about a folder in place of a file.
func IsDirectory(path string) *Error {
	return File(path, &fs.PathError{Op: "open", Path: path, Err: syscall.EISDIR})
}

// SourceChanged returns the error about a file that changed while it was uploaded.
func SourceChanged(path string) *Error {
	e := Internal(DetailSourceChanged, "the file changed while it was uploaded")
	e.Unchanged, e.Path = true, path
	return e
}
