package tree

import (
	"io/fs"
	"os"
	"path"
	"runtime"
	"strconv"
	"syscall"
	"unsafe"
)

// renameat2 is not in package syscall, and its number depends on the machine.
var renameat2 = map[string]uintptr{
	"386": 353, "amd64": 316, "arm": 382, "arm64": 276, "loong64": 276,
	"ppc64": 357, "ppc64le": 357, "riscv64": 276, "s390x": 347,
}[runtime.GOARCH]

const renameExchange = 1 << 1

// exchange swaps two directories in one step.
func exchange(root *os.Root, a, b string) error {
	if renameat2 == 0 {
		return syscall.ENOSYS
	}
	dirA, err := root.Open(path.Dir(a))
	if err != nil {
		return err
	}
	defer dirA.Close()
	dirB, err := root.Open(path.Dir(b))
	if err != nil {
		return err
	}
	defer dirB.Close()
	nameA, err := syscall.BytePtrFromString(path.Base(a))
	if err != nil {
		return err
	}
	nameB, err := syscall.BytePtrFromString(path.Base(b))
	if err != nil {
		return err
	}
	_, _, errno := syscall.Syscall6(renameat2, dirA.Fd(), uintptr(unsafe.Pointer(nameA)), dirB.Fd(), uintptr(unsafe.Pointer(nameB)), renameExchange, 0)
	if errno != 0 {
		return &os.LinkError{Op: "exchange", Old: a, New: b, Err: errno}
	}
	return nil
}

// identity tells a directory from every other one on its file system.
func identity(info fs.FileInfo) string {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return strconv.FormatUint(st.Ino, 10)
	}
	return ""
}

// device names the file system that a file is on.
func device(info fs.FileInfo) string {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return strconv.FormatUint(st.Dev, 10) //nolint:unconvert // Dev's type depends on the machine
	}
	return ""
}
