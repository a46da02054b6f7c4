package main

import (
	"io"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/docwright/docwright/internal/project"
)

// TestHelpFits holds the help to a screen.
func TestHelpFits(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"generate", "--help"}, {"check", "--help"}, {"diff", "--help"}, {"docs", "--help"}, {"version", "--help"}, {"lint", "--help"}, {"explain", "--help"}} {
		var stdout strings.Builder
		if code := run(args, &stdout, io.Discard); code != exitOK {
			t.Errorf("gen %v: exit %d", args, code)
		}
		lines := strings.Split(stdout.String(), "\n")
		if len(lines) > 44 {
			t.Errorf("gen %v prints %d lines", args, len(lines))
		}
		for _, line := range lines {
			if utf8.RuneCountInString(line) > 88 {
				t.Errorf("gen %v: %q is too wide", args, line)
			}
		}
	}
}

// TestCompletion asks for each shell's script.
func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		var stdout strings.Builder
		if code := run([]string{"completion", shell}, &stdout, os.Stderr); code != exitOK || !strings.Contains(stdout.String(), "gen") {
			t.Errorf("%s: exit %d, %d bytes", shell, code, stdout.Len())
		}
	}
}

// TestVersion: the version is one that gen.lock can hold.
func TestVersion(t *testing.T) {
	var stdout strings.Builder
	if code := run([]string{"version"}, &stdout, os.Stderr); code != exitOK || !strings.HasPrefix(stdout.String(), "gen "+project.Version()+", go") {
		t.Errorf("exit %d: %q", code, stdout.String())
	}
}
