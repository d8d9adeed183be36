package fail

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"syscall"
)

// File returns the error of the system about a file of the caller.
func File(path string, err error) *Error {
	e := Internal(DetailFile, "%v", err)
	e.Unchanged, e.Path = true, path
	var number syscall.Errno
	if errors.As(err, &number) {
		e.SystemError = int32(systemNumber(number))
	}
	return e
}

// IsFull reports whether the disk or the quota has no room for a file.
func IsFull(err error) bool {
	e, ok := err.(*Error)
	if !ok || e.Detail != DetailFile {
		return false
	}
	number := syscall.Errno(e.SystemError)
	return slices.Contains(noRoom, number) || slices.Contains(tooLarge, number)
}

// EndsFiles reports whether the error is about the disk and not about one file, so that it would hold
// for each further file, too.
func EndsFiles(e *Error) bool {
	number := syscall.Errno(e.SystemError)
	return e.Detail == DetailFile && (slices.Contains(noRoom, number) || slices.Contains(readOnly, number))
}

// WithSize returns an error about a file of the caller. If there is no room for the file, its text
// has the size of the file.
func WithSize(err error, size int64) error {
	if !IsFull(err) {
		return err
	}
	e := *err.(*Error)
	e.Text = fmt.Sprintf("the file needs %d bytes", size)
	return &e
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
