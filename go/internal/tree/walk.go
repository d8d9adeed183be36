package tree

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
)

// Number of entries of a folder that are read at once.
const entriesAtOnce = 1000

// walk calls visit for each regular file below a folder that the job includes. It notes what it
// skips, and the folders that cannot be read. above are the folder and the folders above it.
func (r *run) walk(name string, above []fs.FileInfo, visit func(file string, info fs.FileInfo) error) error {
	open := func() (fs.File, error) { return os.Open(r.folder.name(name)) }
	if r.folder.root != nil {
		open = func() (fs.File, error) { return r.folder.root.Open(name) }
	}
	opened, err := open()
	if err != nil {
		r.failed(r.entry(name), r.folder.failed(name, err))
		return nil
	}
	defer opened.Close()
	if r.job.FollowLinks {
		info, err := opened.Stat()
		if err != nil {
			r.failed(r.entry(name), r.folder.failed(name, err))
			return nil
		}
		for _, other := range above {
			if os.SameFile(info, other) {
				r.skipped(name, "a symbolic link to a folder above it")
				return nil
			}
		}
		above = append(above[:len(above):len(above)], info)
	}
	return r.walkOpen(name, opened.(fs.ReadDirFile), above, visit)
}

// walkOpen is walk for a folder that is open.
func (r *run) walkOpen(name string, opened fs.ReadDirFile, above []fs.FileInfo,
	visit func(file string, info fs.FileInfo) error) error {
	for empty := true; ; empty = false {
		entries, err := opened.ReadDir(entriesAtOnce)
		for _, entry := range entries {
			if err := r.ctx.Err(); err != nil {
				return err
			}
			if err := r.visit(path.Join(name, entry.Name()), entry, above, visit); err != nil {
				return err
			}
		}
		if err == nil {
			continue
		}
		switch {
		case !errors.Is(err, io.EOF):
			r.failed(r.entry(name), r.folder.failed(name, err))
		case empty && len(entries) == 0 && name != "." && r.job.Direction == Up:
			r.skipped(name, "an empty folder")
		}
		return nil
	}
}

// visit decides about an entry of a folder.
func (r *run) visit(name string, entry fs.DirEntry, above []fs.FileInfo,
	visit func(file string, info fs.FileInfo) error) error {
	switch {
	case isPartial(entry.Name()):
		return nil
	case r.filter.excludes(name):
		r.excludedLocally()
		return nil
	}
	info, err := entry.Info()
	if err == nil && r.job.FollowLinks && info.Mode()&fs.ModeSymlink != 0 {
		info, err = r.folder.stat(name)
	}
	if err != nil {
		r.failed(r.entry(name), r.folder.failed(name, err))
		return nil
	}
	switch mode := info.Mode(); {
	case mode.IsDir():
		return r.walk(name, above, visit)
	case !r.filter.includes(name):
		r.excludedLocally()
	case mode.IsRegular():
		return visit(name, info)
	case mode&fs.ModeSymlink != 0:
		r.skipped(name, "a symbolic link")
	default:
		r.skipped(name, "not a regular file")
	}
	return nil
}

// excludedLocally counts a file or folder that is excluded, if the folder is the source.
func (r *run) excludedLocally() {
	if r.job.Direction == Up {
		r.excluded()
	}
}
