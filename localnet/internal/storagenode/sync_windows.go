package storagenode

// syncNames does nothing: Windows cannot sync a folder, it writes names through
// with the file.
func syncNames(string) error { return nil }
