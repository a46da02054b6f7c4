//go:build unix

package project

import "syscall"

// errNotDir is what opening a file below a file gives.
var errNotDir = syscall.ENOTDIR
