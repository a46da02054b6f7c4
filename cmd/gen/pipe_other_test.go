//go:build !unix

package main

import "os"

// makePipe makes the file that is least like one here.
func makePipe(name string) error { return os.Mkdir(name, 0o755) }
