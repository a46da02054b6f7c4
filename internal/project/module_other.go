//go:build !unix

package project

import "io/fs"

var errNotDir = fs.ErrNotExist
