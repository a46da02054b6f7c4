package tree

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	fullDisk = 700 << 10 // bytes of the disk of TestFullDisk
	fullPage = 4 << 10   // bytes of its pages, about
)

// TestFullDisk runs on a disk that is nearly full, some runs killed as well:
// on a tmpfs of its own, in a namespace of its own, where the machine allows
// that. GEN_KILLS sets how often; make kill-test asks for 500.
func TestFullDisk(t *testing.T) {
	if base := os.Getenv("GEN_TREE_FULL"); base != "" {
		fillAndRun(t, base)
		return
	}
	exe, err := os.Executable()
	must(t, err)
	cmd := exec.Command(exe, "-test.run=^TestFullDisk$", "-test.v")
	cmd.Env = append(os.Environ(), "GEN_TREE_FULL="+t.TempDir())
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case err != nil && !errors.As(err, &exit):
		t.Skipf("this machine gives tests no namespace of their own: %v; TestFailures injects the error instead", err)
	case strings.Contains(out.String(), "--- SKIP"):
		t.Skip(out.String())
	case err != nil:
		t.Fatal(out.String())
	}
	t.Log(out.String())
}

// fillAndRun is the test itself.
func fillAndRun(t *testing.T, base string) {
	if err := syscall.Mount("tmpfs", base, "tmpfs", 0, fmt.Sprintf("size=%d", fullDisk)); err != nil {
		t.Skipf("this machine lets tests mount nothing: %v; TestFailures injects the error instead", err)
	}
	defer syscall.Unmount(base, syscall.MNT_DETACH)
	rounds := 25
	if n, err := strconv.Atoi(os.Getenv("GEN_KILLS")); err == nil {
		rounds = n
	} else if testing.Short() {
		rounds = 5
	}
	killState(0).write(t, base)
	full, done, killed := 0, 0, 0
	old := 0
	for version := 1; version <= rounds; version++ {
		filler := fill(t, base)
		var err error
		if kill := version%2 == 0; kill {
			killed++
			cmd := child(t, base, version)
			time.Sleep(rand.N(10 * time.Millisecond))
			cmd.Process.Kill()
			cmd.Wait()
		} else if _, err = Apply(base, killOutputs(version)...); err == nil {
			done++
		} else if full++; !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "nothing was changed") {
			t.Fatalf("run %d: %v", version, err)
		}
		must(t, os.Remove(filler))
		got := read(t, base)
		if isOld, isNew := maps.Equal(got, killState(old)), maps.Equal(got, killState(version)); !isOld && !isNew || err != nil && isNew {
			t.Fatalf("run %d, which says %v, left neither the old nor the new state:\n%s", version, err, got)
		}
		if _, err := Apply(base, killOutputs(version)...); err != nil {
			t.Fatalf("the run after run %d: %v", version, err)
		}
		wantState(t, base, killState(version))
		old = version
	}
	if full == 0 || rounds > 20 && done == 0 {
		t.Errorf("of %d runs, %d met a full disk and %d did not: neither shows much", rounds, full, done)
	}
	t.Logf("of %d runs on a nearly full disk, %d were killed, %d left it as it was for lack of space, %d found enough", rounds, killed, full, done)
}

// fill leaves the disk a few free pages, up to a little more than a run needs.
func fill(t *testing.T, base string) string {
	t.Helper()
	var disk syscall.Statfs_t
	must(t, syscall.Statfs(base, &disk))
	free := int64(disk.Bavail) * disk.Bsize
	leave := rand.N(int64(110)) * fullPage
	name := filepath.Join(base, "filler")
	must(t, os.WriteFile(name, make([]byte, max(0, free-leave)), 0o600))
	return name
}
