package transfer

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"time"
)

// unusedAfter is how long a temporary file without a lock stays that nobody writes to. Nothing else
// tells that its process was killed, which may have run on another machine.
const unusedAfter = 7 * 24 * time.Hour

// mostSwept is the number of folders that are remembered. One takes some hundred bytes.
const mostSwept = 1000

// swept has the folders in which this process has looked for unused files. A listing of a folder with
// many files takes long, so that there is one for each folder, and not for each download.
var swept = struct {
	sync.Mutex
	folders map[string]bool
}{folders: map[string]bool{}}

var temporaryName = regexp.MustCompile(`(?s)^\..+\.uplink-([0-9]+)$`)

// removeUnused removes temporary files without locks that are much older than a new file in the same
// folder. The times of both are by the clock of the file system.
func removeUnused(path string) {
	folder := filepath.Dir(path)
	own, err := os.Lstat(path)
	if err != nil || !isFirstIn(folder) {
		return
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	for _, entry := range entries {
		if !hasNoLock(entry.Name()) {
			continue
		}
		info, err := entry.Info()
		// A file system without times may call them 0.
		if err == nil && isOwn(info) && info.ModTime().Unix() > 0 && own.ModTime().Sub(info.ModTime()) > unusedAfter {
			_ = os.Remove(filepath.Join(folder, entry.Name()))
		}
	}
}

// isFirstIn reports whether it was not called for the folder before, as far as it is remembered.
func isFirstIn(folder string) bool {
	swept.Lock()
	defer swept.Unlock()
	if swept.folders[folder] {
		return false
	}
	if len(swept.folders) >= mostSwept {
		clear(swept.folders)
	}
	swept.folders[folder] = true
	return true
}

// hasNoLock reports whether a file has a name that openUnlocked gives.
func hasNoLock(name string) bool {
	match := temporaryName.FindStringSubmatch(name)
	if match == nil {
		return false
	}
	number, err := strconv.ParseInt(match[1], 10, 64)
	return err == nil && number >= mostPartials
}

// isOwn reports whether it is a regular file of this user, without another name.
func isOwn(info fs.FileInfo) bool { return info.Mode().IsRegular() && isOfUser(info) }
