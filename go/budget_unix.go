//go:build unix

package main

import "syscall"

const mostDescriptors = 1 << 20

// descriptorLimit is the one that holds since Go's runtime has started, which raises it as far as it may.
func descriptorLimit() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 1024
	}
	return int(min(uint64(limit.Cur), mostDescriptors))
}
