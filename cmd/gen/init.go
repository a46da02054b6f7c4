package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/docwright/docwright/internal/emit"
	"github.com/docwright/docwright/internal/input"
	"github.com/docwright/docwright/internal/load"
)

const initHelp = `Write what a first client takes, into the working directory: gen.yaml, a Go
file with the line for go generate, the client, and a program that calls it.
SPEC is an OpenAPI document; without one, openapi.yaml is looked for, and
written as an example if there is none. Nothing that is there is replaced.`

// The names of what init writes.
const (
	initConfig  = "gen.yaml"
	initGo      = "generate.go"
	initProgram = "example/main.go"
	initOut     = "clients"
	toolPath    = modulePath + "/cmd/gen"
	modulePath  = "github.com/docwright/docwright"
)

// initialise sets up a first client.
func (a *app) initialise() int {
	s, problem := a.newStart()
	if problem != nil {
		a.complain(*problem)
		return exitFailed
	}
	written, problem := s.write()
	if problem == nil && !a.firstRun() {
		problem = &load.Diagnostic{}
	}
	if problem != nil {
		for _, name := range slices.Backward(written) {
			os.Remove(name) //nolint:errcheck // a second message would hide the first
		}
		if problem.Message != "" {
			a.complain(*problem)
		}
		return exitFailed
	}
	a.reportStart(s, written)
	return exitOK
}

// start is what a first client is to be made of.
type start struct {
	mod     *module
	here    string // the working directory, relative to the module's root
	spec    string // relative to the working directory
	sample  bool   // spec is to be written
	out     string // likewise relative
	pkg     string
	program string // directory of the first program
	inGoMod bool   // go.mod has gen among its tools
	files   []startFile
}

type startFile struct {
	name string
	data []byte
}

func (a *app) newStart() (*start, *load.Diagnostic) {
	bad := func(file, fix, format string, args ...any) (*start, *load.Diagnostic) {
		d := fault(load.Position{File: file}, "init", fix, format, args...)
		return nil, &d
	}
	wd, err := os.Getwd()
	if err != nil {
		return bad("", "", "%v", err)
	}
	mod, err := findModule(input.ReadFile, wd)
	switch {
	case err != nil:
		return bad("go.mod", "mend it first", "%v", err)
	case mod == nil:
		return bad("go.mod", "run go mod init example.com/app first", "there is none here or above")
	}
	s := &start{mod: mod, spec: a.spec, out: a.out, pkg: a.pkg, program: path.Dir(initProgram)}
	s.here, _ = mod.rel(wd)
	s.inGoMod = hasTool(mod)
	if s.spec == "" {
		s.findSpec()
	} else if info, err := os.Stat(s.spec); err != nil || info.IsDir() {
		return bad(filepath.ToSlash(s.spec), "name an OpenAPI document in YAML or JSON", "there is no such file")
	}
	if s.pkg == "" {
		s.pkg = a.packageFor(s)
	}
	if s.out == "" {
		s.out = path.Join(initOut, s.pkg)
	}
	s.files = []startFile{{initConfig, s.config()}, {initGo, s.generateLine()}}
	if s.sample {
		s.files = append([]startFile{{s.spec, emit.StarterDocument()}}, s.files...)
	}
	for _, f := range append(slices.Clone(s.files), startFile{name: initProgram}, startFile{name: s.out}) {
		if _, err := os.Lstat(f.name); err == nil {
			return bad(f.name, "run gen itself: -c names the config; init is for the first time", "is there already, and init replaces nothing")
		} else if !errors.Is(err, fs.ErrNotExist) {
			return bad(f.name, "", "%v", err)
		}
	}
	return s, nil
}

// hasTool reports whether go.mod pins gen.
func hasTool(mod *module) bool {
	data, err := input.ReadFile(filepath.Join(mod.root, "go.mod"))
	if err != nil {
		return false
	}
	file, err := modfile.Parse("go.mod", data, nil) // ParseLax passes over tools
	if err != nil {
		return false
	}
	return slices.ContainsFunc(file.Tool, func(t *modfile.Tool) bool { return t.Path == toolPath }) || mod.path == modulePath
}

// findSpec looks for a document where people put theirs.
func (s *start) findSpec() {
	for _, dir := range []string{"", "api/", "spec/", "docs/"} {
		for _, ext := range []string{"yaml", "yml", "json"} {
			name := dir + "openapi." + ext
			if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
				s.spec = name
				return
			}
		}
	}
	s.spec, s.sample = "openapi.yaml", true
}

// packageFor names the package after the document's title, else its file.
func (a *app) packageFor(s *start) string {
	title := "pets"
	if !s.sample {
		title = ""
		if doc, _ := a.load(s.spec, load.Options{}); doc != nil {
			title = doc.Root.Get("info", "title").Str()
		}
	}
	base := path.Base(filepath.ToSlash(s.spec))
	for _, name := range []string{titleName(title), strings.TrimSuffix(base, path.Ext(base))} {
		if name = packageName(name); name != "" && len(name) < 30 && !token.IsKeyword(name) {
			return name
		}
	}
	return "client"
}

// ofAnyAPI are words of titles that tell no API from another.
var ofAnyAPI = regexp.MustCompile(`(?i)^(the|official|public|rest|restful|web|http|json|open|openapi|swagger|apis?|specs?|specifications?|docs?|documentation|reference|definitions?|description|v[0-9.]+|[0-9.]+)$`)

// aside begins what a title adds to the name: "Shop (beta)", "Shop + Extras".
var aside = regexp.MustCompile(`\s[^\pL\pN\s]|[:;,(]`)

// titleName is what a title calls an API, in up to three words.
func titleName(title string) string {
	if at := aside.FindStringIndex(title); at != nil {
		title = title[:at[0]]
	}
	var words []string
	for _, word := range strings.Fields(title) {
		word = strings.TrimSuffix(strings.TrimSuffix(word, "'s"), "’s")
		if !ofAnyAPI.MatchString(word) && len(words) < 3 {
			words = append(words, word)
		}
	}
	return strings.Join(words, "")
}

// config spells gen.yaml.
func (s *start) config() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# What gen writes: go generate, or go tool gen -c %s\n", initConfig)
	fmt.Fprintf(&b, "clients:\n  - spec: %s\n    out: %s\n", yamlText(filepath.ToSlash(s.spec)), yamlText(filepath.ToSlash(s.out)))
	if s.pkg != path.Base(filepath.ToSlash(s.out)) {
		fmt.Fprintf(&b, "    package: %s\n", s.pkg)
	}
	return b.Bytes()
}

// yamlText spells a path in YAML.
func yamlText(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool {
		return r != '/' && r != '.' && r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) {
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	return text
}

// generateLine spells the Go file for go generate.
func (s *start) generateLine() []byte {
	return fmt.Appendf(nil, "package %s\n\n//go:generate go tool gen -c %s\n", s.ownPackage(), initConfig)
}

// ownPackage is the package of the working directory's Go files, or a name for
// one that begins here.
func (s *start) ownPackage() string {
	files, _ := filepath.Glob("*.go")
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := input.ReadFile(name)
		if err != nil {
			continue
		}
		if file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.PackageClauseOnly); err == nil {
			return file.Name.Name
		}
	}
	if name := packageName(path.Base(s.mod.importPath(s.here))); name != "" && !token.IsKeyword(name) {
		return name
	}
	return "app"
}

// write writes the user's files, and returns what it wrote.
func (s *start) write() (written []string, problem *load.Diagnostic) {
	for _, f := range s.files {
		made, err := writeNew(f.name, f.data)
		written = append(written, made...)
		if err != nil {
			d := fault(load.Position{File: f.name}, "init", "", "%v", err)
			return written, &d
		}
	}
	return written, nil
}

// writeNew writes a file that is not there yet, and returns what it made: the
// directories above it, too.
func writeNew(name string, data []byte) (made []string, err error) {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
			made = append([]string{dir}, made...)
		}
	}
	if err := os.MkdirAll(path.Dir(name), 0o755); err != nil {
		return made, err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return made, err
	}
	_, err = f.Write(data)
	return append(made, name), errors.Join(err, f.Close())
}

// firstRun writes the client, and what needs to know it: the program.
func (a *app) firstRun() bool {
	a.spec, a.out, a.pkg, a.config = "", "", "", initConfig
	a.quiet = true
	if a.generate() != exitOK {
		return false
	}
	o := a.outputs[0]
	program, err := emit.Starter(o.api, o.mod.importPath(o.dir), emit.Options{Runtime: o.job.runtimePath})
	if err == nil {
		_, err = writeNew(initProgram, program)
	}
	if err != nil {
		a.complain(fault(load.Position{File: initProgram}, "init", "", "%v", err))
	}
	return err == nil
}

// reportStart tells what was written, and what comes next.
func (a *app) reportStart(s *start, written []string) {
	if abs, err := filepath.Abs(s.spec); err == nil {
		if _, inside := s.mod.rel(abs); !inside {
			d := fault(load.Position{File: filepath.ToSlash(s.spec)}, "init", "copy it into the module, and name it so in "+initConfig+": others have no such file", "is outside the module %s", s.mod.path)
			d.Severity = load.Warning
			a.complain(d)
		}
	}
	for _, name := range written {
		if path.Ext(name) != "" {
			fmt.Fprintln(a.stdout, "A", name)
		}
	}
	fmt.Fprintf(a.stdout, "A %s/ and the runtime beside it\n", filepath.ToSlash(s.out))
	fmt.Fprintln(a.stdout, "A", initProgram)
	spec := filepath.ToSlash(s.spec)
	steps := [][2]string{
		{"go generate", "after each change of " + spec},
		{"go tool gen fake " + spec, "serves a fake of the API"},
		{"go run ./" + s.program + " [SERVER]", "calls it; change the program as you like"},
	}
	if !s.inGoMod {
		steps = append([][2]string{{"go get -tool " + toolPath, "pins gen in go.mod"}}, steps...)
	}
	fmt.Fprintln(a.stdout, "next:")
	for _, step := range steps {
		fmt.Fprintf(a.stdout, "  %-29s %s\n", step[0], step[1])
	}
}
