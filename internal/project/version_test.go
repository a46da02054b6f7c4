package project

import (
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"testing"
)

// TestBuildID holds the ID that is found against the one that Go's own tool
// finds, in this very test binary.
func TestBuildID(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "tool", "buildid", exe).Output()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := buildID(), strings.TrimSpace(string(out)); got != want {
		t.Errorf("build ID %q, want %q", got, want)
	}
}

func TestVersionOf(t *testing.T) {
	vcs := []debug.BuildSetting{{Key: "vcs", Value: "git"}}
	replaced := debug.Module{Version: "v0.3.0", Replace: &debug.Module{Path: "../docwright"}}
	tests := []struct {
		what string
		info debug.BuildInfo
		want string
	}{
		{"go run in a checkout", debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "devel"},
		{"go build in a checkout", debug.BuildInfo{Main: debug.Module{Version: "v0.3.1-0.20260101000000-abcdef123456+dirty"}, Settings: vcs}, "devel"},
		{"go build of a tag", debug.BuildInfo{Main: debug.Module{Version: "v0.3.0"}, Settings: vcs}, "v0.3.0"},
		{"go tool of a release", debug.BuildInfo{Main: debug.Module{Version: "v0.3.0"}}, "v0.3.0"},
		{"go tool of a commit", debug.BuildInfo{Main: debug.Module{Version: "v0.3.1-0.20260101000000-abcdef123456"}}, "v0.3.1-0.20260101000000-abcdef123456"},
		{"go tool of a replaced module", debug.BuildInfo{Main: replaced}, "devel"},
		{"no version", debug.BuildInfo{}, "devel"},
	}
	for _, tt := range tests {
		if got := versionOf(&tt.info); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.what, got, tt.want)
		}
	}
}
