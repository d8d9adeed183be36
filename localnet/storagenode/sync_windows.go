package storagenode

// syncFolder does nothing: Windows cannot sync a folder, it writes names
// through with the file.
func (p *Pieces) syncFolder(string) error { return nil }
