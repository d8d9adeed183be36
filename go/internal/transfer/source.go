package transfer

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/zeebo/blake3"

	"libuplink/internal/fail"
)

// source is a file to upload, as it was when the upload began.
type source struct {
	file *os.File
	info fs.FileInfo
	path string
	size int64
}

// openSource opens a file. It fails unless the file is a regular one.
func openSource(path string) (*source, error) {
	// Before the opening, which would wait for a writer of a pipe.
	info, err := os.Stat(path)
	if err != nil {
		return nil, fail.File(path, err)
	}
	if err := checkRegular(path, info); err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fail.File(path, err)
	}
	s := &source{file: file, path: path}
	if s.info, err = file.Stat(); err != nil {
		err = fail.File(path, err)
	} else {
		err = checkRegular(path, s.info)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	s.size = s.info.Size()
	return s, nil
}

// checkRegular returns an error if the file is not a regular one.
func checkRegular(path string, info fs.FileInfo) error {
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		return fail.IsDirectory(path)
	}
	return fail.InvalidArgument("%q is not a regular file", path)
}

func (s *source) close() { _ = s.file.Close() }

// read fills data with the bytes from the offset on.
func (s *source) read(data []byte, offset int64) error {
	_, err := s.file.ReadAt(data, offset)
	switch {
	case err == nil || len(data) == 0:
		return nil
	case errors.Is(err, io.EOF):
		return s.changed() // it has become shorter
	}
	return fail.File(s.path, err)
}

// The number of bytes that are read from a file at once.
const pieceSize = 1 << 20

// forEachPiece reads a range of the file piece by piece. It stops at the first error of use.
func (s *source) forEachPiece(offset, size int64, use func(data []byte) error) error {
	buffer := make([]byte, min(size, pieceSize))
	for end := offset + size; offset < end; offset += int64(len(buffer)) {
		buffer = buffer[:min(end-offset, pieceSize)]
		if err := s.read(buffer, offset); err != nil {
			return err
		}
		if err := use(buffer); err != nil {
			return err
		}
	}
	return nil
}

// checksum returns the BLAKE3 checksum of a part of the file.
func (s *source) checksum(ctx context.Context, p part) ([]byte, error) {
	sum := blake3.New()
	err := s.forEachPiece(p.offset, p.size, func(data []byte) error {
		_, _ = sum.Write(data) // never fails
		return context.Cause(ctx)
	})
	return sum.Sum(nil), err
}

// check returns an error if the file is not as it was when the upload began, or if its path names
// another file now.
func (s *source) check() error {
	for _, stat := range []func() (fs.FileInfo, error){s.file.Stat, func() (fs.FileInfo, error) { return os.Stat(s.path) }} {
		now, err := stat()
		if err != nil || !os.SameFile(now, s.info) || now.Size() != s.size || !now.ModTime().Equal(s.info.ModTime()) {
			return s.changed()
		}
	}
	return nil
}

// changed returns the error of a file that has changed.
func (s *source) changed() error {
	return fail.SourceChanged(s.path)
}
