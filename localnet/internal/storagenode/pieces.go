package storagenode

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"storj.io/common/storj"
)

// ErrPieceExists is returned when a piece is stored twice.
var ErrPieceExists = errors.New("the piece is already stored")

// ErrPieceNotFound is returned for a piece that is not stored.
var ErrPieceNotFound = errors.New("file does not exist")

// Pieces stores each piece as a file. A piece is written under another name and
// renamed when it is complete, so no part of a piece can be read.
type Pieces struct {
	dir     string
	durable bool

	mu sync.Mutex
	// arriving has the pieces that are being written.
	arriving map[storj.PieceID]*PieceWriter

	// observe, in tests, gets each sync and rename.
	observe func(what, path string)
}

// did reports a sync or a rename to the test that observes them.
func (p *Pieces) did(what, path string) {
	if p.observe != nil {
		p.observe(what, path)
	}
}

// syncFolder makes the names in a folder durable, if pieces are.
func (p *Pieces) syncFolder(dir string) error {
	if !p.durable {
		return nil
	}
	if err := syncNames(dir); err != nil {
		return err
	}
	p.did("sync", dir)
	return nil
}

const partialSuffix = ".partial"

// OpenPieces opens or creates the folder of pieces. With durable, a piece is on the
// disk before Commit returns.
func OpenPieces(dir string, durable bool) (*Pieces, error) {
	p := &Pieces{dir: dir, durable: durable, arriving: map[storj.PieceID]*PieceWriter{}}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := p.syncFolder(filepath.Dir(dir)); err != nil {
		return nil, err
	}
	return p, p.removePartial()
}

// removePartial deletes the incomplete pieces of a process that was killed.
func (p *Pieces) removePartial() error {
	left, err := filepath.Glob(filepath.Join(p.dir, "*", "*"+partialSuffix))
	if err != nil {
		return err
	}
	for _, name := range left {
		if err := os.Remove(name); err != nil {
			return err
		}
	}
	return nil
}

// path returns the path of a piece. The first byte of its id is its folder.
func (p *Pieces) path(id storj.PieceID) string {
	name := fmt.Sprintf("%x", id[:])
	return filepath.Join(p.dir, name[:2], name[2:])
}

// PieceWriter stores one piece.
type PieceWriter struct {
	pieces *Pieces
	id     storj.PieceID
	path   string
	file   *os.File
	size   int64
	// unwanted is set if the piece was deleted before it was complete.
	unwanted bool
}

// Create begins a piece.
func (p *Pieces) Create(id storj.PieceID) (*PieceWriter, error) {
	path := p.path(id)
	if _, err := os.Lstat(path); err == nil {
		return nil, ErrPieceExists
	}
	w := &PieceWriter{pieces: p, id: id, path: path}
	err := w.open()
	if errors.Is(err, fs.ErrNotExist) {
		if err := p.makeFolder(filepath.Dir(path)); err != nil {
			return nil, err
		}
		err = w.open()
	}
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	p.arriving[id] = w
	p.mu.Unlock()
	return w, nil
}

func (p *Pieces) makeFolder(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return p.syncFolder(p.dir)
}

func (w *PieceWriter) open() (err error) {
	w.file, err = os.OpenFile(w.path+partialSuffix, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return ErrPieceExists
	}
	return err
}

// Size returns how many bytes have been written.
func (w *PieceWriter) Size() int64 { return w.size }

// Write appends to the piece.
func (w *PieceWriter) Write(data []byte) (int, error) {
	n, err := w.file.Write(data)
	w.size += int64(n)
	return n, err
}

// Commit completes the piece, which can then be read.
func (w *PieceWriter) Commit() error {
	file := w.file
	w.file = nil
	err := w.publish(file)
	if err != nil {
		w.forget()
		_ = os.Remove(w.path + partialSuffix)
	}
	return err
}

// publish makes the piece durable under its own name.
func (w *PieceWriter) publish(file *os.File) error {
	if w.pieces.durable {
		if err := file.Sync(); err != nil {
			return errors.Join(err, file.Close())
		}
		w.pieces.did("sync", w.path+partialSuffix)
	}
	if err := file.Close(); err != nil {
		return err
	}
	if err := w.rename(); err != nil {
		return err
	}
	return w.pieces.syncFolder(filepath.Dir(w.path))
}

// rename gives the complete piece its name, unless it was deleted meanwhile.
func (w *PieceWriter) rename() error {
	w.pieces.mu.Lock()
	defer w.pieces.mu.Unlock()
	delete(w.pieces.arriving, w.id)
	if w.unwanted {
		return ErrPieceNotFound
	}
	if err := os.Rename(w.path+partialSuffix, w.path); err != nil {
		return err
	}
	w.pieces.did("rename", w.path)
	return nil
}

// forget removes the piece from the arriving pieces.
func (w *PieceWriter) forget() {
	w.pieces.mu.Lock()
	defer w.pieces.mu.Unlock()
	delete(w.pieces.arriving, w.id)
}

// Cancel deletes the piece; after Commit it does nothing.
func (w *PieceWriter) Cancel() {
	if w.file == nil {
		return
	}
	w.forget()
	_ = w.file.Close()
	w.file = nil
	_ = os.Remove(w.path + partialSuffix)
}

// Open opens a piece for reading and returns its size.
func (p *Pieces) Open(id storj.PieceID) (*os.File, int64, error) {
	file, err := os.Open(p.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, ErrPieceNotFound
	}
	if err != nil {
		return nil, 0, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, file.Close())
	}
	return file, info.Size(), nil
}

// Has reports whether a piece is stored.
func (p *Pieces) Has(id storj.PieceID) bool {
	_, err := os.Lstat(p.path(id))
	return err == nil
}

// Delete deletes a piece, also while it is being written. It returns no error for a
// piece that is not stored.
func (p *Pieces) Delete(id storj.PieceID) error {
	p.mu.Lock()
	if w := p.arriving[id]; w != nil {
		w.unwanted = true
	}
	p.mu.Unlock()
	err := os.Remove(p.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// pieceID returns the id of the piece at a path, and reports whether the path is one
// of a piece.
func pieceID(path string) (id storj.PieceID, ok bool) {
	name := filepath.Base(filepath.Dir(path)) + filepath.Base(path)
	n, err := hex.Decode(id[:], []byte(name)[:min(len(name), 2*len(id))])
	return id, err == nil && n == len(id)
}

// Clear deletes all pieces, also those that are being written.
func (p *Pieces) Clear() error {
	p.mu.Lock()
	for _, w := range p.arriving {
		w.unwanted = true
	}
	p.mu.Unlock()
	return p.each(func(path string, _ fs.DirEntry) error {
		if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	})
}

// each calls fn with the files of all complete pieces.
func (p *Pieces) each(fn func(path string, entry fs.DirEntry) error) error {
	return filepath.WalkDir(p.dir, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || entry.IsDir() || strings.HasSuffix(entry.Name(), partialSuffix) {
			return err
		}
		return fn(path, entry)
	})
}

// Count returns the number of complete pieces and the sum of their sizes.
func (p *Pieces) Count() (pieces, bytes int64, err error) {
	err = p.each(func(_ string, entry fs.DirEntry) error {
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		pieces++
		bytes += info.Size()
		return nil
	})
	return pieces, bytes, err
}
