package argument

import (
	"os"
	"path/filepath"

	"libuplink/internal/fail"
)

// CheckPath returns an error if the path of a file is wrong.
func CheckPath(path string) error {
	if path == "" {
		return fail.InvalidArgument("path is empty")
	}
	return nil
}

// CheckPartSize returns an error if the size of the parts of a file is wrong; 0 is the default.
func CheckPartSize(size int64) error {
	if size < 0 {
		return fail.InvalidArgument("part_size is %d; it takes a number of bytes", size)
	}
	return nil
}

// CheckDescriptor returns an error if the descriptor of a file, or the offset in it, cannot be one.
func CheckDescriptor(descriptor, offset int64) error {
	switch {
	case descriptor < 0:
		return fail.InvalidArgument("descriptor is %d", descriptor)
	case offset < 0:
		return fail.InvalidArgument("offset is %d", offset)
	}
	return nil
}

// AbsolutePath returns the path of the same file that a later change of the current folder does not
// concern. It removes no "..", since links count before it.
func AbsolutePath(path string) string {
	if path == "" || filepath.IsAbs(path) || filepath.VolumeName(path) != "" || os.IsPathSeparator(path[0]) {
		return path
	}
	current, err := os.Getwd()
	if err != nil {
		return path // the current folder was removed; the system reports it when the file is opened
	}
	return current + string(filepath.Separator) + path
}
