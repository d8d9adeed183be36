package main

import (
	"bytes"
	"fmt"
	"os"
	"syscall"
	"time"
)

// meter measures the time from startMeter to stop.
type meter struct {
	started time.Time
	cpu     time.Duration
}

func startMeter() meter { return meter{time.Now(), cpuTime()} }

// stop returns the seconds of wall time and of this process's CPU, and the peak of its resident memory in bytes.
func (m meter) stop() result {
	wall, cpu := time.Since(m.started), cpuTime()-m.cpu
	return result{"wall": wall.Seconds(), "cpu": cpu.Seconds(), "peak": memory("VmHWM")}
}

func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// memory returns a size in bytes that Linux reports. The peak from getrusage would include that of the parent process.
func memory(field string) int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(status, []byte(field+":"))
	var kibibytes int64
	_, _ = fmt.Sscan(string(rest), &kibibytes)
	return kibibytes << 10
}
