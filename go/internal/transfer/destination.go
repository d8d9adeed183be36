package transfer

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"libuplink/internal/fail"
)

// destination is where a download puts its file.
type destination struct {
	given   string // the path as the caller gave it, for errors
	path    string // absolute; no link, unless one appears later
	options DownloadOptions
	mode    fs.FileMode // permissions of the file that is there; 0 without one
}

// mostLinks is the number of links to files that are followed, as Linux does.
const mostLinks = 40

// findDestination returns where the file belongs. Links are followed, as if the file was opened.
func findDestination(path string, options DownloadOptions) (*destination, error) {
	d := &destination{given: path, options: options}
	if os.IsPathSeparator(path[len(path)-1]) {
		return nil, fail.IsDirectory(path)
	}
	for range mostLinks {
		folder, name := filepath.Split(path)
		folder, err := realFolder(folder)
		if err != nil {
			return nil, d.fileError(err)
		}
		d.path = filepath.Join(folder, name)
		info, err := os.Lstat(d.path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return d, d.checkFolder()
		case err != nil:
			return nil, d.fileError(err)
		case info.Mode()&fs.ModeSymlink == 0:
			return d, d.checkExisting(info)
		}
		if path, err = os.Readlink(d.path); err != nil {
			return nil, d.fileError(err)
		}
		if !filepath.IsAbs(path) {
			path = folder + string(filepath.Separator) + path // Join would remove each ".."
		}
	}
	return nil, d.fileError(syscall.ELOOP)
}

// checkFolder returns an error if there is no folder for the file.
func (d *destination) checkFolder() error {
	info, err := os.Stat(filepath.Dir(d.path))
	if err == nil && !info.IsDir() {
		err = syscall.ENOTDIR
	}
	return d.fileError(err)
}

// checkExisting returns an error if the file that is there must not be replaced.
func (d *destination) checkExisting(info fs.FileInfo) error {
	if err := checkRegular(d.given, info, ""); err != nil {
		return err
	}
	if d.options.NoOverwrite {
		return d.fileError(syscall.EEXIST)
	}
	d.mode = info.Mode().Perm()
	return nil
}

// creationMode returns the permissions that a temporary file is created with. It gets those of the file
// that it replaces later, and nobody may open it before.
func (d *destination) creationMode() fs.FileMode {
	if d.mode != 0 {
		return ownerWrites
	}
	return 0o666
}

// temporary returns the path of a temporary file beside the destination. Several processes that
// download to the same destination have files of different numbers.
func (d *destination) temporary(number int) string {
	folder, name := filepath.Split(d.path)
	const longest = 200 // file systems allow 255 bytes
	if len(name) > longest {
		sum := sha256.Sum256([]byte(name))
		name = hex.EncodeToString(sum[:])
	}
	return filepath.Join(folder, fmt.Sprintf(".%s.uplink-%d", name, number))
}

// place gives a temporary file the path of the destination.
func (d *destination) place(temporary string) error {
	if !d.options.NoOverwrite {
		return os.Rename(temporary, d.path)
	}
	// Unlike a rename, a link replaces nothing.
	err := os.Link(temporary, d.path)
	switch {
	case err == nil:
		_ = os.Remove(temporary) // the file has its path all the same
		return nil
	case errors.Is(err, fs.ErrExist):
		return err
	}
	// Some file systems have no links.
	if _, err := os.Lstat(d.path); err == nil {
		return syscall.EEXIST
	}
	return os.Rename(temporary, d.path)
}
