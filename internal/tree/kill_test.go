package tree

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// TestMain runs the test binary as the process that TestKill kills.
func TestMain(m *testing.M) {
	if base := os.Getenv("GEN_TREE_CHILD"); base != "" {
		version, _ := strconv.Atoi(os.Getenv("GEN_TREE_VERSION"))
		if _, err := Apply(base, killOutputs(version)...); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// killOutputs are two clients of 40 files each; half of them differ from one
// version to the next, and some come and go.
func killOutputs(version int) []Output {
	var outputs []Output
	for _, client := range []string{"one", "two"} {
		out := Output{Dir: "gen/" + client, Files: map[string][]byte{LockName: fmt.Append(nil, version)}}
		for i := range 40 {
			out.Owned = append(out.Owned, fmt.Sprintf("f%d.go", i))
			if (i+version)%7 != 0 {
				out.Files[out.Owned[i]] = fmt.Appendf(nil, "%s// %s %d\n", head, client, version*(i%2))
			}
		}
		outputs = append(outputs, out)
	}
	return outputs
}

func killState(version int) state {
	s := state{"gen/mine.txt": "mine"}
	for _, out := range killOutputs(version) {
		for name, data := range out.Files {
			s[out.Dir+"/"+name] = string(data)
		}
	}
	return s
}

// TestKill kills a run at a random moment, again and again. GEN_KILLS sets how
// often; make kill-test asks for 500.
func TestKill(t *testing.T) {
	kills := 10
	if n, err := strconv.Atoi(os.Getenv("GEN_KILLS")); err == nil {
		kills = n
	} else if testing.Short() {
		kills = 5
	}
	base := t.TempDir()
	killState(0).write(t, base)

	start := time.Now()
	child(t, base, 1).Wait()
	whole := time.Since(start)
	old, early, late := 1, 0, 0
	for version := 2; version < 2+kills; version++ {
		cmd := child(t, base, version)
		time.Sleep(rand.N(whole + whole/4))
		cmd.Process.Kill()
		cmd.Wait()
		got := read(t, base)
		switch {
		case maps.Equal(got, killState(old)):
			early++
		case maps.Equal(got, killState(version)):
			late++
		default:
			t.Fatalf("run %d, killed, left neither the old nor the new state:\n%s", version, got)
		}
		if _, err := Apply(base, killOutputs(version)...); err != nil {
			t.Fatalf("the run after the killed run %d: %v", version, err)
		}
		wantState(t, base, killState(version))
		old = version
	}
	t.Logf("of %d runs killed within about %v, %d left the old state and %d the new one", kills, whole.Round(time.Millisecond), early, late)
}

func child(t *testing.T, base string, version int) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	must(t, err)
	cmd := exec.Command(exe)
	cmd.Dir = filepath.Dir(exe)
	cmd.Env = append(os.Environ(), "GEN_TREE_CHILD="+base, fmt.Sprintf("GEN_TREE_VERSION=%d", version))
	cmd.Stderr = os.Stderr
	must(t, cmd.Start())
	return cmd
}
