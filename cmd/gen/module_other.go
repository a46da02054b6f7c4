//go:build !unix

package main

import "io/fs"

var errNotDir = fs.ErrNotExist
