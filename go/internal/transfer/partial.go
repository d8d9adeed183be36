package transfer

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"

	"libuplink/internal/fail"
	"libuplink/internal/ranges"
)

// partial is the temporary file of a download, of which some blocks are there. It is locked, so that
// another process takes another file.
type partial struct {
	to   *destination
	size int64
	file *os.File
	path string
	// Which blocks are there. nil if the file is too small to go on with, or shall not be kept.
	journal *journal
	release func() // ends the registration of the file in this process
}

// mostPartials is the number of processes that may download to the same path at the same time.
const mostPartials = 100

// openPartial opens and locks the first temporary file of a destination that nobody else has.
func openPartial(ctx context.Context, to *destination, of identity, size int64) (*partial, error) {
	for number := range mostPartials {
		path := to.temporary(number)
		release, err := register(ctx, path)
		if err != nil {
			return nil, err
		}
		if release == nil {
			continue
		}
		file, err := openLocked(path, to.creationMode())
		if errors.Is(err, errNoLocks) {
			release()
			return openUnlocked(to, size)
		}
		if err != nil || file == nil {
			release()
			if err != nil {
				return nil, to.fileError(err)
			}
			continue
		}
		f := &partial{to: to, size: size, file: file, path: path, release: release}
		if size > ranges.Block && !to.options.NoResume {
			f.journal = newJournal(path+".state", of)
		}
		return f, nil
	}
	return nil, to.fileError(errTooMany)
}

var (
	errTooMany = errors.New("too many downloads to the same path at the same time")
	errNoLocks = errors.New("the file system has no locks")
)

// lockFile is lock, but in tests.
var lockFile = lock

// openUnlocked creates a temporary file on a file system without locks. Its number is random, since
// nothing else keeps two processes from writing to the same file. So no other call goes on with it.
func openUnlocked(to *destination, size int64) (*partial, error) {
	path := to.temporary(mostPartials + rand.IntN(math.MaxInt-mostPartials))
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, to.creationMode())
	if err != nil {
		return nil, to.fileError(err)
	}
	removeUnused(path)
	return &partial{to: to, size: size, file: file, path: path, release: func() {}}, nil
}

// openLocked opens a temporary file, or returns nil if another process has it, or another user.
func openLocked(path string, mode fs.FileMode) (*os.File, error) {
	for {
		file, err := openOwn(path, mode)
		if err != nil || file == nil {
			return nil, err
		}
		locked, err := lockFile(file)
		if errors.Is(err, errNoLocks) {
			removeAround(path, func() { _ = file.Close() }) // nothing goes on with it
			return nil, err
		}
		if err != nil || !locked {
			_ = file.Close()
			return nil, err
		}
		// Its owner may have renamed or removed it meanwhile.
		opened, err := file.Stat()
		if err == nil {
			var named fs.FileInfo
			if named, err = os.Lstat(path); err == nil && os.SameFile(opened, named) {
				return file, nil
			}
		}
		_ = file.Close()
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
}

// begin prepares the file, and returns the spans that are missing. It keeps the blocks that are in
// the journal of the same object, and have their checksums.
func (f *partial) begin(ctx context.Context) ([]ranges.Span, error) {
	if err := f.chmod(f.to.mode | ownerWrites); err != nil {
		return nil, f.fileError(err)
	}
	if f.journal == nil {
		_ = os.Remove(f.path + ".state")
	} else if found := f.journal.open(); len(found) > 0 {
		missing, err := f.verify(ctx, found)
		if err == nil {
			err = f.fileError(f.file.Truncate(f.size)) // it is shorter if its last block is missing
		}
		return missing, err
	}
	if err := f.file.Truncate(0); err != nil {
		return nil, f.fileError(err)
	}
	if f.journal != nil {
		switch err := f.journal.create(); {
		case err == errNotOwn:
			f.journal = nil // another call cannot go on with the file
		case err != nil:
			return nil, f.fileError(err)
		}
	}
	if f.size == 0 {
		return nil, nil
	}
	return []ranges.Span{{Length: f.size}}, nil
}

// ownerWrites are the permissions without which another call could not open the partial file.
const ownerWrites = 0o600

// chmod sets the permissions of the file, unless it replaces none.
func (f *partial) chmod(mode fs.FileMode) error {
	if f.to.mode == 0 {
		return nil
	}
	return f.file.Chmod(mode)
}

// verify compares blocks with their checksums, and returns the spans that are missing.
func (f *partial) verify(ctx context.Context, sums map[int64]uint32) (missing []ranges.Span, err error) {
	memory := make([]byte, ranges.Block)
	for offset := int64(0); offset < f.size; offset += ranges.Block {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		block := ranges.Span{Offset: offset, Length: min(ranges.Block, f.size-offset)}
		if sum, found := sums[offset/ranges.Block]; found {
			data := memory[:block.Length]
			// A block that cannot be read is missing.
			if n, _ := f.file.ReadAt(data, offset); n == len(data) && crc(data) == sum {
				continue
			}
		}
		if n := len(missing); n > 0 && missing[n-1].End() == offset {
			missing[n-1].Length += block.Length
		} else {
			missing = append(missing, block)
		}
	}
	return missing, nil
}

// Room returns scratch: a block is complete before it is written.
func (f *partial) Room(_ ranges.Span, scratch []byte) []byte { return scratch }

// Store writes a block.
func (f *partial) Store(span ranges.Span, data []byte) error {
	_, err := f.file.WriteAt(data, span.Offset)
	if err == nil && f.journal != nil {
		err = f.journal.add(span, data)
	}
	return f.fileError(err)
}

// fileError returns the error of the system about the file.
func (f *partial) fileError(err error) error { return fail.WithSize(f.to.fileError(err), f.size) }

// finish gives the complete file its path.
func (f *partial) finish() error {
	err := f.chmod(f.to.mode)
	if err == nil && !f.to.options.NoSync {
		err = f.file.Sync()
	}
	if err == nil {
		err = f.put()
	}
	if err == nil && !f.to.options.NoSync {
		err = syncFolder(filepath.Dir(f.to.path))
	}
	if err != nil {
		f.end(!errors.Is(err, fs.ErrExist))
		return f.fileError(err)
	}
	f.close(true)
	f.to.removeOthers(f.path)
	return nil
}

// put renames the file while it is locked, if the system can do that.
func (f *partial) put() error {
	if !replacesOpenFiles {
		if err := f.file.Close(); err != nil {
			return err
		}
	}
	return f.to.place(f.path)
}

// end ends a download that has failed. If it may keep the file and there are blocks, another call can
// go on with it.
func (f *partial) end(mayKeep bool) {
	if mayKeep && f.journal != nil && f.journal.blocks > 0 {
		f.close(false)
		return
	}
	removeAround(f.path, func() { f.close(true) })
}

// removeAround removes a file that is open, and calls a function that closes it. The file is removed
// before it is unlocked, so that nobody else begins to use it. Windows cannot remove open files: there,
// nothing is removed if somebody else opens the file first.
func removeAround(path string, closing func()) {
	if replacesOpenFiles {
		_ = os.Remove(path)
	}
	closing()
	if !replacesOpenFiles {
		_ = os.Remove(path)
	}
}

// close unlocks the file.
func (f *partial) close(removeJournal bool) {
	if f.journal != nil {
		f.journal.close(removeJournal)
	}
	unlock(f.file)
	_ = f.file.Close()
	f.release()
}

// removeOthers removes the temporary files of downloads to the same destination that were killed.
func (d *destination) removeOthers(own string) {
	for number := range mostPartials {
		path := d.temporary(number)
		if path == own {
			continue
		}
		if _, err := os.Lstat(path); err != nil {
			return
		}
		if file, err := openLocked(path, ownerWrites); err == nil && file != nil {
			_ = os.Remove(path + ".state")
			removeAround(path, func() {
				unlock(file)
				_ = file.Close()
			})
		}
	}
}

// registered has the temporary files that this process has open.
var registered = struct {
	sync.Mutex
	files map[string]*registration
}{files: map[string]*registration{}}

type registration struct {
	ctx   context.Context
	ended chan struct{}
}

// register notes that a download of this process has a temporary file until release is called. If
// another one has it, register returns nil, or waits for its end if it was canceled: the file stays
// locked for a moment after the caller of a canceled download has gone on.
func register(ctx context.Context, path string) (release func(), err error) {
	for {
		registered.Lock()
		other := registered.files[path]
		if other == nil {
			own := &registration{ctx, make(chan struct{})}
			registered.files[path] = own
			registered.Unlock()
			return func() {
				registered.Lock()
				delete(registered.files, path)
				registered.Unlock()
				close(own.ended)
			}, nil
		}
		registered.Unlock()
		if other.ctx.Err() == nil {
			return nil, nil
		}
		select {
		case <-other.ended:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}
