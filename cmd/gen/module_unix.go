//go:build unix

package main

import "syscall"

// errNotDir is what opening a file below a file gives.
var errNotDir = syscall.ENOTDIR
