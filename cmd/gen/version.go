package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/docwright/docwright/internal/lock"
)

// develVersion is the version of a build from a checkout, whatever commit it
// is at: output must not change because a commit was made.
const develVersion = "devel"

// generatorVersion returns the version that goes into gen.lock.
func generatorVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return develVersion
	}
	return versionOf(info)
}

func versionOf(info *debug.BuildInfo) string {
	checkout := info.Main.Replace != nil
	for _, s := range info.Settings {
		checkout = checkout || s.Key == "vcs"
	}
	version := info.Main.Version
	switch {
	case version == "" || version == "(devel)":
		return develVersion
	case checkout && strings.ContainsAny(version, "-+"), info.Main.Replace != nil:
		return develVersion
	}
	return version
}

// versionText is what gen version prints.
func versionText() string {
	text := fmt.Sprintf("gen %s, %s, %s/%s", generatorVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	info, _ := debug.ReadBuildInfo()
	if info == nil {
		return text
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			text += "\ncommit " + s.Value
		case "vcs.modified":
			if s.Value == "true" {
				text += ", modified"
			}
		}
	}
	return text
}

// buildID tells this executable from every other build: by the ID that the
// linker put near its start, else by its content.
func buildID() string {
	name, err := os.Executable()
	if err != nil {
		return ""
	}
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	head := make([]byte, 64<<10)
	n, _ := io.ReadFull(f, head)
	head = head[:n]
	if _, rest, ok := bytes.Cut(head, []byte("\xff Go build ID: \"")); ok {
		if id, _, ok := bytes.Cut(rest, []byte("\"")); ok {
			return string(id)
		}
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	return lock.Hash(data)
}
