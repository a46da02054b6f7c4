package project

import (
	"bytes"
	"encoding/binary"
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

// Version returns the version that goes into gen.lock.
func Version() string {
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

// releaseVersion returns the version that copies of the runtime name; "" if this is a
// build from a checkout.
func releaseVersion() string {
	if v := Version(); v != develVersion {
		return v
	}
	return ""
}

// VersionText is what gen version prints.
func VersionText() string {
	text := fmt.Sprintf("gen %s, %s, %s/%s", Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
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
	head := make([]byte, 32<<10)
	n, _ := io.ReadFull(f, head)
	if id := linkedID(head[:n]); id != "" {
		return id
	}
	h := lock.NewHash()
	h.Write(head[:n])
	if _, err := io.Copy(h, f); err != nil {
		return ""
	}
	return lock.Sum(h)
}

// linkedID finds the build ID in the start of an executable. In an ELF file it
// is a note of the owner "Go" and the type 4, elsewhere a quoted text.
func linkedID(head []byte) string {
	if _, rest, ok := bytes.Cut(head, []byte("\xff Go build ID: \"")); ok {
		if id, _, ok := bytes.Cut(rest, []byte("\"")); ok {
			return string(id)
		}
	}
	if before, rest, ok := bytes.Cut(head, []byte("\x04\x00\x00\x00Go\x00\x00")); ok && len(before) >= 4 {
		size := int(binary.LittleEndian.Uint32(before[len(before)-4:]))
		if size > 0 && size <= len(rest) && size < 1<<10 {
			return string(rest[:size])
		}
	}
	return ""
}
