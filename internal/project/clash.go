package project

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/emit"
	"github.com/docwright/docwright/internal/input"
)

// clashes finds what would not compile together with the outputs: a client in
// a directory of the runtime, and Go files of others that belong to another
// package.
func clashes(outputs []*output) []diag.Diagnostic {
	r := &resolver{}
	clients := map[string]*job{}
	for _, o := range outputs {
		if o.job == nil {
			continue
		}
		for _, dir := range o.packages() {
			abs := o.diskPath(dir)
			if other := clients[abs]; other != nil {
				r.fail(o.job.client.position("out"), "choose another directory for one of the two",
					"out: %s holds a package of the client of %s, too", shownPath(abs), filepath.ToSlash(other.spec))
			}
			clients[abs] = o.job
		}
	}
	for _, o := range outputs {
		switch {
		case o.job != nil:
			r.checkClient(o)
		case o.new != nil:
			for _, pkg := range o.packages() {
				r.checkRuntime(o.diskPath(pkg), pkg, clients)
			}
		}
	}
	return r.diags
}

// packages lists the directories that hold o's files.
func (o *output) packages() []string {
	dirs := map[string]bool{}
	for name := range o.files {
		dirs[path.Dir(name)] = true
	}
	return slices.Sorted(maps.Keys(dirs))
}

func (r *resolver) checkClient(o *output) {
	j := o.job
	for _, dir := range o.packages() {
		pkg, fix := path.Base(dir), "choose another directory"
		if dir == "." {
			pkg, fix = j.pkg, "choose another directory, or set package (--package) to "
		}
		file, name := foreignPackage(o.diskPath(dir), pkg)
		switch {
		case file == "":
		case dir == ".":
			r.fail(j.client.position("out"), fix+name, "out: %s is of package %s, and this client's package is called %s", shownPath(file), name, pkg)
		default:
			whose := "service"
			if j.client.Fake && dir == emit.FakePackage(j.pkg) {
				whose = "fake"
			}
			r.fail(j.client.position("out"), fix, "out: %s is of package %s, and the %s's there is called %s", shownPath(file), name, whose, pkg)
		}
	}
}

func (r *resolver) checkRuntime(dir, pkg string, clients map[string]*job) {
	if j := clients[dir]; j != nil {
		r.fail(j.client.position("out"), "choose another directory, or set runtime (--runtime) to put the runtime elsewhere",
			"out: %s is where the copy of the runtime's package %s goes", shownPath(dir), pkg)
		return
	}
	if file, name := foreignPackage(dir, ""); file != "" {
		r.fail(diag.Position{File: shownPath(file)}, "set runtime (--runtime) to a directory for the runtime's copy",
			"is of your package %s, in a directory where the copy of the runtime goes", name)
	}
}

// foreignPackage looks in dir for a Go file of others that belongs to another
// package than pkg; tests aside.
func foreignPackage(dir, pkg string) (file, name string) {
	entries, err := input.ReadDir(dir)
	if err != nil {
		return "", ""
	}
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") || entry.Type()&fs.ModeType != 0 {
			continue
		}
		file := filepath.Join(dir, entry.Name())
		if Generated(file) {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly)
		if err == nil && parsed.Name.Name != pkg {
			return file, parsed.Name.Name
		}
	}
	return "", ""
}
