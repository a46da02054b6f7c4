//go:build unix

package input

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// repository makes a repository beside a secret, and works in a directory of it.
func repository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	write(t, filepath.Join(dir, "secret"), "secret")
	write(t, filepath.Join(dir, "repo/.git/config"), "")
	write(t, filepath.Join(dir, "repo/shared/api.yaml"), "openapi")
	write(t, filepath.Join(dir, "repo/sub/own.yaml"), "own")
	t.Chdir(filepath.Join(dir, "repo/sub"))
	must(t, os.Symlink("../shared/api.yaml", "inside"))
	must(t, os.Symlink("../../secret", "outside"))
	must(t, os.Symlink(filepath.Join(dir, "secret"), "absolute"))
	must(t, os.Symlink("../..", "up"))
	must(t, os.Symlink("/dev/zero", "zero"))
	must(t, os.Symlink("loop", "loop"))
	must(t, syscall.Mkfifo("pipe", 0o644))
	return dir
}

// TestReadFile: what stands at a path is read or refused, and nothing hangs.
func TestReadFile(t *testing.T) {
	dir := repository(t)
	tests := []struct {
		name string
		text string
		kind error
		want string // of the error
	}{
		{name: "own.yaml", text: "own"},
		{name: "inside", text: "openapi"},
		{name: "../shared/api.yaml", text: "openapi"},
		{name: filepath.Join(dir, "repo/sub/own.yaml"), text: "own"},
		{name: "../../secret", text: "secret"}, // named as such, which a reviewer sees
		{name: "outside", kind: ErrOutside, want: "open outside: a symbolic link leads out of " + dir + "/repo"},
		{name: "absolute", kind: ErrOutside},
		{name: "up/secret", kind: ErrOutside},
		{name: "zero", kind: ErrOutside},
		{name: "/dev/zero", kind: ErrKind, want: "open /dev/zero: it is a device, not a file"},
		{name: "pipe", kind: ErrKind, want: "open pipe: it is a named pipe, not a file"},
		{name: ".", kind: ErrKind, want: "open .: it is a directory"},
		{name: "/", kind: ErrKind},
		{name: "loop", kind: syscall.ELOOP},
		{name: "none", kind: fs.ErrNotExist, want: "open none: no such file or directory"},
		{name: "own.yaml/none", kind: syscall.ENOTDIR},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			late := time.AfterFunc(10*time.Second, func() { panic("reading " + tt.name + " hangs") })
			defer late.Stop()
			data, err := ReadFile(tt.name)
			if string(data) != tt.text || !errors.Is(err, tt.kind) || tt.kind == nil && err != nil {
				t.Errorf("%q, %v, want %q, %v", data, err, tt.text, tt.kind)
			}
			if tt.want != "" && strings.ReplaceAll(err.Error(), filepath.Join(dir, "repo/sub")+"/", "") != tt.want &&
				strings.ReplaceAll(err.Error(), filepath.Join(dir, "repo/sub"), ".") != tt.want {
				t.Errorf("error %q, want %q", err, tt.want)
			}
		})
	}
}

// TestSize: a file that is larger than the limit is refused, also one that says
// that it is empty.
func TestSize(t *testing.T) {
	dir := repository(t)
	for limit, want := range map[int]error{2: ErrSize, 3: nil, 4: nil} {
		if data, err := ReadFileIn(dir, "repo/sub/own.yaml", limit); !errors.Is(err, want) || want == nil && string(data) != "own" {
			t.Errorf("limit %d: %q, %v", limit, data, err)
		}
	}
	if _, err := os.Stat("/proc/self/status"); err == nil {
		if _, err := ReadFileIn("/proc/self", "status", 10); !errors.Is(err, ErrSize) {
			t.Errorf("a file of unknown size: %v", err)
		}
	}
}

func TestReadDir(t *testing.T) {
	dir := repository(t)
	if entries, err := ReadDir("../shared"); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
	must(t, os.Symlink(dir, "out"))
	if _, err := ReadDir("out"); !errors.Is(err, ErrOutside) {
		t.Errorf("%v", err)
	}
	for _, name := range []string{"own.yaml", "pipe"} {
		if _, err := ReadDir(name); !errors.Is(err, ErrKind) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
