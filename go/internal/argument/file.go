package argument

import "libuplink/internal/fail"

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
