package folder

import "io/fs"

// sharedBecause returns "": on Windows the mode has no rights of other users.
func sharedBecause(fs.FileInfo) string { return "" }
