package emit

import (
	"fmt"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/module"

	"github.com/docwright/docwright/internal/diag"
)

// importTable is the closed list of packages that generated code may use. A
// file imports those of the table whose name it mentions; the table is thereby
// the allow-list: nothing else can be imported.
type importTable struct {
	byName map[string]string // "json": "encoding/json"
	byPath map[string]string // and back
	always string            // the path that each file imports, for its name or for effect
}

// standard are the packages of the standard library that generated code uses.
var standard = []string{"context", "encoding/json", "io", "iter", "net/http", "strconv", "time"}

// newImportTable knows the standard library's packages, the runtime's, and
// those of the types that gen.yaml puts in the place of schemas.
func newImportTable(runtime string, externs []string) (*importTable, error) {
	t := &importTable{byName: map[string]string{}, byPath: map[string]string{}}
	if err := module.CheckImportPath(runtime); err != nil {
		return nil, fmt.Errorf("the runtime's import path: %w", err)
	}
	for _, p := range append(slices.Clone(standard), runtime+"/api", runtime+"/jsonapi", runtime+"/graphql") {
		t.add(path.Base(p), p)
	}
	for _, p := range externs {
		if _, known := t.byPath[p]; known {
			continue
		}
		if err := module.CheckImportPath(p); err != nil || p == "C" || p == "unsafe" {
			return nil, fault(diag.Position{}, "name a type as import/path.Type in gen.yaml", "%q cannot be imported", p)
		}
		t.add(t.freeName(p), p)
	}
	return t, nil
}

// addClient adds the client package of a split client, and returns the name that
// the others import it by.
func (t *importTable) addClient(name, importPath string) (string, error) {
	if err := module.CheckImportPath(importPath); err != nil {
		return "", fmt.Errorf("the client's import path: %w", err)
	}
	return t.addNamed(name, importPath), nil
}

// addNamed adds the package at importPath, which is called name, and returns what
// the others import it by: name, unless that means something else to them.
func (t *importTable) addNamed(name, importPath string) string {
	if t.byName[name] != "" || locals[name] {
		name = t.freeNamed(name)
	}
	t.add(name, importPath)
	return name
}

// locals are the variables of generated code that have members, or that hide a
// package which is mentioned after them.
var locals = set("s f srv t opts err ctx req handle")

func (t *importTable) add(name, path string) { t.byName[name], t.byPath[path] = path, name }

// freeName guesses the name of the package at p, and makes it one that no
// other package has. A wrong guess does no harm: where it is not the last
// element of p, the import is given that name.
func (t *importTable) freeName(p string) string {
	prefix, _, ok := module.SplitPathVersion(p)
	if !ok {
		prefix = p
	}
	base := strings.TrimPrefix(path.Base(prefix), "go-")
	name := strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(base))
	name = strings.TrimLeft(name, "0123456789")
	if !token.IsIdentifier(name) {
		name = "pkg" + name
	}
	return t.freeNamed(name)
}

// freeNamed returns a name, with a number where another package or a variable has it.
func (t *importTable) freeNamed(name string) string {
	free := name
	for i := 2; t.byName[free] != "" || locals[free]; i++ {
		free = name + strconv.Itoa(i)
	}
	return free
}

// qualify spells a name of another package.
func (t *importTable) qualify(importPath, ident string) string {
	if importPath == "" {
		return ident
	}
	return t.byPath[importPath] + "." + ident
}

// block spells the import declaration of a file that mentions the packages
// called names: the standard library first, the rest after a blank line.
func (t *importTable) block(names []string) string {
	var std, rest []string
	for _, name := range names {
		p := t.byName[name]
		spec := strconv.Quote(p)
		if path.Base(p) != name {
			spec = name + " " + spec
		}
		// As goimports has it, a path whose first element has no dot is the
		// standard library's; a module may be called so, too.
		if slices.Contains(standard, p) || p != "" && isStandard(p) {
			std = append(std, spec)
		} else {
			rest = append(rest, spec)
		}
	}
	if t.always != "" && !slices.Contains(names, t.byPath[t.always]) {
		rest = append(rest, "_ "+strconv.Quote(t.always))
	}
	byPath := func(a, b string) int { return strings.Compare(a[strings.Index(a, `"`):], b[strings.Index(b, `"`):]) }
	slices.SortFunc(std, byPath)
	slices.SortFunc(rest, byPath)

	if len(std)+len(rest) == 1 {
		return "import " + append(std, rest...)[0] + "\n"
	}
	var b strings.Builder
	b.WriteString("import (\n")
	for _, spec := range std {
		b.WriteString("\t" + spec + "\n")
	}
	if len(std) > 0 && len(rest) > 0 {
		b.WriteString("\n")
	}
	for _, spec := range rest {
		b.WriteString("\t" + spec + "\n")
	}
	b.WriteString(")\n")
	return b.String()
}

// isStandard tells the paths of the standard library as goimports does: their
// first element has no dot.
func isStandard(p string) bool {
	first, _, _ := strings.Cut(p, "/")
	return !strings.Contains(first, ".")
}
