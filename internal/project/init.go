package project

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

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/emit"
	"github.com/docwright/docwright/internal/input"
	"github.com/docwright/docwright/internal/load"
)

// The names of what init writes.
const (
	initConfig  = ConfigName
	initGo      = "generate.go"
	initProgram = "example/main.go"
	initOut     = "clients"
	// ToolPath is gen's own package.
	ToolPath   = ModulePath + "/cmd/gen"
	ModulePath = "github.com/docwright/docwright"
)

// start is what a first client is to be made of.
type start struct {
	mod     *module
	here    string // the working directory, relative to the module's root
	spec    string // relative to the working directory
	sample  bool   // spec is to be written
	lenient bool
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

func (p *Project) newStart() (*start, *diag.Diagnostic) {
	bad := func(file, fix, format string, args ...any) (*start, *diag.Diagnostic) {
		d := fault(diag.Position{File: file}, "init", fix, format, args...)
		return nil, &d
	}
	wd, err := os.Getwd()
	if err != nil {
		return bad("", "", "%v", err)
	}
	mod, err := findModule(input.ReadFile, wd)
	switch {
	case err != nil:
		return bad("go.mod", "fix it first", "%v", err)
	case mod == nil:
		return bad("go.mod", "run go mod init example.com/app first", "there is none here or above")
	}
	s := &start{mod: mod, spec: p.Spec, out: p.Out, pkg: p.Package, lenient: p.Lenient, program: path.Dir(initProgram)}
	s.here, _ = mod.rel(wd)
	s.inGoMod = hasTool(mod)
	if s.spec == "" {
		s.findSpec()
	} else if info, err := os.Stat(s.spec); err != nil || info.IsDir() {
		return bad(filepath.ToSlash(s.spec), "name an OpenAPI document in YAML or JSON", "there is no such file")
	}
	if s.pkg == "" {
		s.pkg = p.packageFor(s)
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
			return bad(f.name, "run gen add SPEC to add a client to an existing gen.yaml, or move this", "exists, and init replaces nothing")
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
	return slices.ContainsFunc(file.Tool, func(t *modfile.Tool) bool { return t.Path == ToolPath }) || mod.path == ModulePath
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
func (p *Project) packageFor(s *start) string {
	title := "pets"
	if !s.sample {
		title = ""
		if doc, _ := p.stages.Load(s.spec, load.Options{}); doc != nil {
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
	b.WriteString("# What gen writes: go generate, or go tool gen\n")
	fmt.Fprintf(&b, "clients:\n  - spec: %s\n    out: %s\n", yamlText(filepath.ToSlash(s.spec)), yamlText(filepath.ToSlash(s.out)))
	if s.pkg != path.Base(filepath.ToSlash(s.out)) {
		fmt.Fprintf(&b, "    package: %s\n", s.pkg)
	}
	if s.lenient {
		b.WriteString("    lenient: true\n")
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
	return fmt.Appendf(nil, "package %s\n\n//go:generate go tool gen\n", s.ownPackage())
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
func (s *start) write() (written []string, problem *diag.Diagnostic) {
	for _, f := range s.files {
		made, err := writeNew(f.name, f.data)
		written = append(written, made...)
		if err != nil {
			d := fault(diag.Position{File: f.name}, "init", "", "%v", err)
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

// Started is what Init or Add wrote.
type Started struct {
	Written []string // files, in order
	Spec    string   // the document, as users see it
	Out     string   // directory of the client
	Program string   // directory of a program that calls it; "" after Add
	InGoMod bool     // go.mod has gen among its tools
}

// Init sets up a first client in the working directory: the document of Spec, or
// one that it finds or writes. The result is nil if that failed; then nothing is
// left of it.
func (p *Project) Init() (*Started, []diag.Diagnostic) {
	s, problem := p.newStart()
	if problem != nil {
		return nil, []diag.Diagnostic{*problem}
	}
	written, problem := s.write()
	var diags []diag.Diagnostic
	if problem == nil {
		diags = p.firstRun()
	} else {
		diags = []diag.Diagnostic{*problem}
	}
	if diag.Errors(diags) {
		for _, name := range slices.Backward(written) {
			os.Remove(name) //nolint:errcheck // a second message would hide the first
		}
		return nil, diags
	}
	started := &Started{Spec: slash(s.spec), Out: slash(s.out), Program: s.program, InGoMod: s.inGoMod}
	for _, name := range written {
		if path.Ext(name) != "" {
			started.Written = append(started.Written, name)
		}
	}
	started.Written = append(started.Written, slash(s.out)+"/ and the runtime next to it", initProgram)
	return started, append(diags, s.outside()...)
}

// outside warns of a document that is not in the module.
func (s *start) outside() []diag.Diagnostic {
	abs, err := filepath.Abs(s.spec)
	if err != nil {
		return nil
	}
	if _, inside := s.mod.rel(abs); inside {
		return nil
	}
	d := fault(diag.Position{File: slash(s.spec)}, "init", "copy it into the module, and name the copy in "+initConfig+": others do not have this file", "is outside the module %s", s.mod.path)
	d.Severity = diag.Warning
	return []diag.Diagnostic{d}
}

// firstRun writes the client, and the program, which needs to know it.
func (p *Project) firstRun() []diag.Diagnostic {
	first := Open(Settings{Config: initConfig, Strict: p.Strict}, p.stages, p.host)
	result, diags := first.Generate()
	if result == nil {
		return diags
	}
	o := result.outputs[0]
	program, err := emit.Starter(o.api, o.mod.importPath(o.dir), emit.Options{Runtime: o.job.runtimePath})
	if err == nil {
		_, err = writeNew(initProgram, program)
	}
	if err != nil {
		diags = append(diags, fault(diag.Position{File: initProgram}, "init", "", "%v", err))
	}
	return diags
}
