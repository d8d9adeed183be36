//go:build unix

package budget

import "syscall"

const mostDescriptors = 1 << 20

// descriptorLimit returns how many descriptors the process may have. Go's runtime has raised the
// limit as far as it may.
func descriptorLimit() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 1024
	}
	return int(min(uint64(limit.Cur), mostDescriptors))
}
