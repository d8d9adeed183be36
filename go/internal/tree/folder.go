package tree

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"libuplink/internal/checksum"
	"libuplink/internal/fail"
)

// folder is the folder of a job. Its methods take paths below it, with "/" between the parts.
type folder struct {
	path   string
	follow bool // whether symbolic links are followed, which may lead out of the folder
	// What a job that writes uses: no path leads out of it. Only downloads of large files use the path
	// of the folder, after a look at all folders above the file. nil for a job that only reads, and for
	// a folder that does not exist.
	root *os.Root
	// Whether names that differ only in case are names of the same file, for a job that writes.
	folds bool

	mu    sync.Mutex
	known map[string]struct{} // folders that exist, and are no links
}

// Number of folders that are known to exist. Then they are looked up again.
const mostKnown = 10_000

// openFolder opens the folder of a job. It creates the folder if the job writes to it.
func openFolder(job Job) (*folder, error) {
	f := &folder{path: job.Folder, follow: job.FollowLinks, folds: usuallyFolds, known: map[string]struct{}{}}
	if job.Direction == Down && !job.DryRun {
		if err := os.MkdirAll(job.Folder, 0o777); err != nil {
			return nil, fail.File(job.Folder, err)
		}
	}
	info, err := os.Stat(job.Folder)
	switch {
	case job.Direction == Down && errors.Is(err, fs.ErrNotExist):
		return f, nil
	case err != nil:
		return nil, fail.File(job.Folder, err)
	case !info.IsDir():
		return nil, fail.File(job.Folder, &fs.PathError{Op: "open", Path: job.Folder, Err: syscall.ENOTDIR})
	case job.Direction == Down:
		if f.root, err = os.OpenRoot(job.Folder); err != nil {
			return nil, fail.File(job.Folder, err)
		}
		if !job.DryRun {
			f.folds = foldsNames(f.root)
		}
	}
	return f, nil
}

// usuallyFolds is whether the file systems of this system usually have no names that differ only in
// case.
const usuallyFolds = runtime.GOOS == "windows" || runtime.GOOS == "darwin"

// foldsNames reports whether names in a folder that differ only in case are names of the same file, as
// on memory cards and on drives of Windows in any system. It creates a file for a moment, which other
// jobs ignore, and reports what is usual if it cannot.
var foldsNames = func(root *os.Root) bool {
	name := partialName()
	file, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return usuallyFolds
	}
	_ = file.Close()
	_, err = root.Lstat(strings.ToUpper(name))
	_ = root.Remove(name)
	return err == nil
}

func (f *folder) close() {
	if f.root != nil {
		_ = f.root.Close()
	}
}

// forget makes the folder look up all folders again.
func (f *folder) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.known)
}

// name returns the path of a file for the system.
func (f *folder) name(file string) string { return filepath.Join(f.path, filepath.FromSlash(file)) }

// failed returns the error of the system about a file, with its path.
func (f *folder) failed(file string, err error) error {
	if err == nil {
		return nil
	}
	return fail.File(f.name(file), err)
}

// stat returns what is known of a file. It returns fs.ErrNotExist for a missing file.
func (f *folder) stat(file string) (info fs.FileInfo, err error) {
	switch {
	case f.root != nil:
		info, err = f.root.Lstat(filepath.FromSlash(file))
	case f.follow:
		info, err = os.Stat(f.name(file))
	default:
		info, err = os.Lstat(f.name(file))
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, fs.ErrNotExist
	}
	return info, f.failed(file, err)
}

// statPresent is stat for a file that was found before. A missing file is an error of the system.
func (f *folder) statPresent(file string) (fs.FileInfo, error) {
	info, err := f.stat(file)
	if err == fs.ErrNotExist {
		err = f.failed(file, &fs.PathError{Op: "open", Path: f.name(file), Err: syscall.ENOENT})
	}
	return info, err
}

// isBelowLink reports whether a folder above the file is a symbolic link that is not followed.
func (f *folder) isBelowLink(file string) bool {
	for above := path.Dir(file); above != "."; above = path.Dir(above) {
		if info, err := f.stat(above); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return true
		}
	}
	return false
}

// findParent returns nil if all folders above a file exist, and fs.ErrNotExist if one is missing. If
// create is set, it creates them. The error of a file or a link in place of a folder has
// fail.DetailNameTaken.
func (f *folder) findParent(file string, create bool) error {
	parent := path.Dir(file)
	if parent == "." {
		return nil
	}
	return f.find(parent, create)
}

// find is findParent for the folder itself.
func (f *folder) find(name string, create bool) error {
	f.mu.Lock()
	_, known := f.known[name]
	f.mu.Unlock()
	if known {
		return nil
	}
	if err := f.findParent(name, create); err != nil {
		return err
	}
	info, err := f.stat(name)
	if err == fs.ErrNotExist && create {
		if err = f.root.Mkdir(filepath.FromSlash(name), 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
			return f.failed(name, err)
		}
		info, err = f.stat(name)
	}
	switch {
	case err != nil:
		return err
	case !info.IsDir():
		return nameTaken(f.name(name), "a file or a symbolic link has the name of a folder")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.known) >= mostKnown {
		clear(f.known)
	}
	f.known[name] = struct{}{}
	return nil
}

// read calls use with a reader of the file, which must be as info says, before and after that.
func (f *folder) read(file string, info fs.FileInfo, use func(from *os.File) error) error {
	name := f.name(file)
	opened, err := os.Open(name)
	if err != nil {
		return fail.File(name, err)
	}
	defer opened.Close()
	check := func() error {
		now, err := opened.Stat()
		switch {
		case err != nil:
			return fail.File(name, err)
		case !os.SameFile(now, info) || now.Size() != info.Size() || !now.ModTime().Equal(info.ModTime()):
			return fail.SourceChanged(name)
		}
		return nil
	}
	if err := check(); err != nil {
		return err
	}
	if err := use(opened); err != nil {
		return err
	}
	return check()
}

// hash adds the bytes of a file to a checksum.
func (f *folder) hash(ctx context.Context, file string, info fs.FileInfo, sum *checksum.Stored) error {
	return f.read(file, info, func(from *os.File) error {
		_, err := io.Copy(sum, cancelable{ctx, from})
		if ctx.Err() != nil {
			return err
		}
		return f.failed(file, err)
	})
}

// cancelable is a reader that ends with its context.
type cancelable struct {
	ctx context.Context
	io.Reader
}

func (c cancelable) Read(memory []byte) (int, error) {
	if c.ctx.Err() != nil {
		return 0, context.Cause(c.ctx)
	}
	return c.Reader.Read(memory)
}

// write creates or replaces a file, which appears with all its bytes. fill writes the bytes, and
// returns the modification time. A file that is replaced leaves its permissions; before it has them, only
// its owner may open the new file.
func (f *folder) write(file string, replaced fs.FileInfo, fill func(to io.Writer) (time.Time, error)) error {
	// Each step below the root would open all folders above the file anew.
	parent, err := f.root.OpenRoot(filepath.FromSlash(path.Dir(file)))
	if err != nil {
		return f.failed(file, err)
	}
	defer parent.Close()
	partial := partialName()
	mode := fs.FileMode(0o666)
	if replaced != nil {
		mode = 0o600
	}
	opened, err := parent.OpenFile(partial, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return f.failed(file, err)
	}
	modified, err := fill(opened)
	closing := opened.Close()
	for _, step := range []func() error{
		func() error { return closing },
		func() error { return parent.Chtimes(partial, time.Time{}, modified) },
		func() error {
			if replaced == nil {
				return nil
			}
			return parent.Chmod(partial, replaced.Mode().Perm())
		},
		func() error { return parent.Rename(partial, path.Base(file)) },
	} {
		if err == nil {
			err = f.failed(file, step())
		}
	}
	if err != nil {
		_ = parent.Remove(partial)
	}
	return err
}

// setTime sets the modification time of a file.
func (f *folder) setTime(file string, modified time.Time) error {
	return f.failed(file, f.root.Chtimes(filepath.FromSlash(file), time.Time{}, modified))
}

// remove removes a file, and the folders above it that are empty then.
func (f *folder) remove(file string) error {
	if err := f.root.Remove(filepath.FromSlash(file)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return f.failed(file, err)
	}
	for above := path.Dir(file); above != "."; above = path.Dir(above) {
		if f.root.Remove(filepath.FromSlash(above)) != nil {
			break // it has other files
		}
	}
	return nil
}
