//go:build unix

package main

import (
	"os"
	"syscall"
)

// lock waits until no other process has the lock, and takes it.
func lock(name string) (unlock func() error, err error) {
	file, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		file.Close()
		return nil, err
	}
	return file.Close, nil // which also gives the lock back
}
