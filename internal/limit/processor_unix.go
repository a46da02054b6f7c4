//go:build unix

package limit

import (
	"syscall"
	"time"
)

// processorTime is what the process has computed so far.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return time.Since(began)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
