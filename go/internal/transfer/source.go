package transfer

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"

	"github.com/zeebo/blake3"

	"libuplink/internal/fail"
)

// source is what is uploaded, as it was when the upload began. It can be read on several goroutines.
type source interface {
	// length returns the number of bytes.
	length() int64
	// read fills data with the bytes from the offset on.
	read(data []byte, offset int64) error
	// check returns an error if the source has changed since the upload began.
	check() error
	// close ends the use of the source.
	close()
}

// The number of bytes that are read from a source at once.
const pieceSize = 256 << 10

// forEachPiece reads a range of a source piece by piece. It stops at the first error of use.
func forEachPiece(from source, offset, size int64, use func(data []byte) error) error {
	buffer := make([]byte, min(size, pieceSize))
	for end := offset + size; offset < end; offset += int64(len(buffer)) {
		buffer = buffer[:min(end-offset, pieceSize)]
		if err := from.read(buffer, offset); err != nil {
			return err
		}
		if err := use(buffer); err != nil {
			return err
		}
	}
	return nil
}

// sumOf returns the BLAKE3 checksum of a part of a source.
func sumOf(ctx context.Context, from source, p part) ([]byte, error) {
	sum := blake3.New()
	err := forEachPiece(from, p.offset, p.size, func(data []byte) error {
		_, _ = sum.Write(data) // never fails
		return context.Cause(ctx)
	})
	return sum.Sum(nil), err
}

// file is a source on this machine.
type file struct {
	opened *os.File
	info   fs.FileInfo
	path   string // "" for a file that the caller has opened
	start  int64  // offset of the source in the file
}

// openSource opens a file. It fails unless the file is a regular one.
func openSource(path string) (*file, error) {
	// Before the opening, which would wait for a writer of a pipe.
	info, err := os.Stat(path)
	if err != nil {
		return nil, fail.File(path, err)
	}
	if err := checkRegular(path, info, asStream); err != nil {
		return nil, err
	}
	opened, err := os.Open(path)
	if err != nil {
		return nil, fail.File(path, err)
	}
	return sourceOf(&file{opened: opened, path: path})
}

// sourceOf returns the file as a source. If it fails, it closes the file.
func sourceOf(f *file) (_ *file, err error) {
	if f.info, err = f.opened.Stat(); err != nil {
		err = fail.File(f.path, err)
	} else if err = checkRegular(f.path, f.info, asStream); err == nil {
		err = f.checkEmpty()
	}
	if err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

// checkEmpty returns an error if a file has bytes although its size is 0, as those of /proc have.
func (f *file) checkEmpty() error {
	if f.info.Size() > 0 {
		return nil
	}
	if n, _ := f.opened.ReadAt(make([]byte, 1), 0); n == 0 {
		return nil
	}
	if now, err := f.opened.Stat(); err != nil || now.Size() > 0 {
		return f.changed()
	}
	return fail.InvalidArgument("%s has bytes although its size is 0%s", nameOf(f.path), asStream)
}

// nameOf returns what an error calls a file.
func nameOf(path string) string {
	if path == "" {
		return "the open file"
	}
	return strconv.Quote(path)
}

// asStream is what an error advises about a file that cannot be uploaded as one.
const asStream = "; upload it as a stream"

// checkRegular returns an error, which ends with the advice, if the file is not a regular one.
func checkRegular(path string, info fs.FileInfo, advice string) error {
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		return fail.IsDirectory(path)
	}
	return fail.InvalidArgument("%s is not a regular file%s", nameOf(path), advice)
}

func (f *file) close() { _ = f.opened.Close() }

func (f *file) length() int64 { return max(f.info.Size()-f.start, 0) }

func (f *file) read(data []byte, offset int64) error {
	_, err := f.opened.ReadAt(data, f.start+offset)
	switch {
	case err == nil || len(data) == 0:
		return nil
	case errors.Is(err, io.EOF):
		return f.changed() // it has become shorter
	}
	return fail.File(f.path, err)
}

// check returns an error if the file is not as it was when the upload began, or if its path names
// another file now.
func (f *file) check() error {
	stats := []func() (fs.FileInfo, error){f.opened.Stat}
	if f.path != "" {
		stats = append(stats, func() (fs.FileInfo, error) { return os.Stat(f.path) })
	}
	for _, stat := range stats {
		now, err := stat()
		if err != nil || !os.SameFile(now, f.info) || now.Size() != f.info.Size() || !now.ModTime().Equal(f.info.ModTime()) {
			return f.changed()
		}
	}
	return nil
}

// changed returns the error of a file that has changed.
func (f *file) changed() error {
	return fail.SourceChanged(f.path)
}
