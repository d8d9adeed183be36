//go:build !windows

package folder

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// sharedBecause returns why other users may write to a folder, "" if they may
// not. The superuser always may.
func sharedBecause(info fs.FileInfo) string {
	if info.Mode().Perm()&0o022 != 0 {
		return fmt.Sprintf("its mode is %04o", info.Mode().Perm())
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if ok && stat.Uid != 0 && int(stat.Uid) != os.Geteuid() {
		return fmt.Sprintf("it belongs to user %d", stat.Uid)
	}
	return ""
}
