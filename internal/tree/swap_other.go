//go:build !linux

package tree

import (
	"errors"
	"io/fs"
	"os"
)

// exchange is not to be had: files are renamed one by one.
func exchange(*os.Root, string, string) error { return errors.ErrUnsupported }

func identity(fs.FileInfo) string { return "" }

func device(fs.FileInfo) string { return "" }
