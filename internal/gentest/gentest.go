// Package gentest has what tests need that run the command, or servers next to it.
package gentest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

var dir string // where the command was built, if it was

// Command returns the command, which is built once for a process. Clean removes it.
var Command = sync.OnceValues(func() (string, error) {
	var err error
	if dir, err = os.MkdirTemp("", "gen"); err != nil {
		return "", err
	}
	exe := filepath.Join(dir, "gen")
	if out, err := exec.Command("go", "build", "-o", exe, "github.com/docwright/docwright/cmd/gen").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return exe, nil
})

// Clean removes the command, if it was built.
func Clean() {
	if dir != "" {
		_ = os.RemoveAll(dir) // of temporary files
	}
}

// FreeAddress returns a loopback address that nobody listened on just now.
func FreeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }() // nobody has connected
	return l.Addr().String()
}
