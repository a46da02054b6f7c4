package emit

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// This file makes file names that mean the same to Go and to every file
// system: no accidental build constraint (x_test.go, x_linux.go), no device
// name of Windows, no two names that differ only in case, none too long.

// maxFileName leaves room for ".go" and for a suffix in the 255 bytes that file
// systems allow; longer names are hard to read anyway.
const maxFileName = 96

// fileNames hands out the names of one package's files.
type fileNames map[string]bool

func newFileNames(taken ...string) fileNames {
	n := fileNames{}
	for _, name := range taken {
		n[name] = true
	}
	return n
}

// next returns the name of the file that the model calls name. The word what is
// appended where the name is not possible as it is, or is taken.
func (n fileNames) next(name, what string) string {
	base := safeFileName(name)
	if n[base] || meansSomething(base) {
		base += "_" + what
	}
	if n[base] {
		// The names differ in what a file name cannot tell. The hash depends on
		// this name alone, so that the file keeps it whatever others come.
		base += fmt.Sprintf("_%08x", hash(name))
	}
	n[base] = true
	return base + ".go"
}

// safeFileName keeps lower-case ASCII letters, digits and single underscores.
func safeFileName(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	s := strings.TrimSuffix(b.String(), "_")
	if s == "" {
		return "types"
	}
	if len(s) > maxFileName {
		cut := s[:maxFileName]
		if i := strings.LastIndexByte(cut, '_'); i > maxFileName/2 {
			cut = cut[:i]
		}
		s = fmt.Sprintf("%s_%08x", cut, hash(name))
	}
	return s
}

func hash(s string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(s))
	return h.Sum32()
}

// meansSomething reports whether Go or Windows would treat the file as special.
func meansSomething(base string) bool {
	if reservedFiles[base] {
		return true
	}
	_, last, ok := cutLast(base, "_")
	return ok && constraints[last]
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// reservedFiles are devices on Windows, whatever their extension.
var reservedFiles = set(`con prn aux nul com0 com1 com2 com3 com4 com5 com6 com7 com8 com9
	lpt0 lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9 conin conout clock`)

// constraints are the last words of a file name that the go command acts on:
// "test", and every system and architecture that it has ever known, as in
// internal/syslist.
var constraints = set(`test
	aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows zos
	386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le
	ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm unix`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
