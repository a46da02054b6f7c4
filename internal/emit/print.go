package emit

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/scanner"
	"go/token"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
)

// print parses the source that was rendered for f, proves it, and returns it as
// gofmt has it, with the imports that it needs. This is the only time that the
// text is parsed, and the only time that it is laid out.
func (r *run) print(f file, src []byte) ([]byte, error) {
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, f.name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, badGo(f, src, err)
	}
	if err := r.prove(f, fset, tree, src); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Grow(len(src) + len(src)/4)
	layout := printer.Config{Mode: printer.UseSpaces | printer.TabIndent, Tabwidth: 8} // gofmt's
	if err := layout.Fprint(&b, fset, tree); err != nil {
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	out := b.Bytes()
	if used := r.used(tree); len(used) > 0 {
		// The package clause is the first line that starts so: the lines before
		// it are comments.
		clause := []byte("\npackage " + r.packageName() + "\n")
		i := bytes.Index(out, clause) + len(clause)
		out = slices.Insert(out, i, []byte("\n"+r.imports.block(used))...)
	}
	return out, nil
}

// used lists the packages whose names tree mentions.
func (r *run) used(tree *ast.File) []string {
	names := map[string]bool{}
	for _, d := range tree.Decls {
		ast.Inspect(d, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok && r.imports.byName[x.Name] != "" {
					names[x.Name] = true
				}
			}
			return true
		})
	}
	out := make([]string, 0, len(names))
	for name := range names {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// badGo reports rendered source that is not Go: a bug in a template or in this
// package, which its author wants to see in its place.
func badGo(f file, src []byte, err error) error {
	line := 1
	var list scanner.ErrorList
	if errors.As(err, &list) && len(list) > 0 {
		line = list[0].Pos.Line
		err = errors.New(list[0].Msg)
	}
	return bug(f.posAt(src, line), f.name, line, src, "generated code is not Go: %v", err)
}

// numbered returns the lines of src around line, numbered as editors do, and
// the line itself marked.
func numbered(src []byte, line int) string {
	const around = 4
	lines := strings.Split(strings.TrimSuffix(string(src), "\n"), "\n")
	var b strings.Builder
	for n := max(1, line-around); n <= min(len(lines), line+around); n++ {
		mark := ' '
		if n == line {
			mark = '>'
		}
		fmt.Fprintf(&b, "\t%c %4d  %s\n", mark, n, lines[n-1])
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// posAt returns the place in the document of what stands at a line of rendered
// source: of the last declaration that starts at or before it.
func (f file) posAt(src []byte, line int) load.Position {
	places := map[string]load.Position{}
	for _, s := range f.meant {
		places[s.name] = s.pos
	}
	var pos load.Position
	n := 0
	for text := range strings.SplitSeq(string(src), "\n") {
		if n++; n > line {
			break
		}
		if p, ok := places[declName(text)]; ok {
			pos = p
		}
	}
	return pos
}

// declName returns the name that shapes give to the declaration that starts
// with line: "Pet" for "type Pet struct {", "PetsService.Get" for its method.
func declName(line string) string {
	upTo := func(s, stops string) string {
		if i := strings.IndexAny(s, stops); i >= 0 {
			return s[:i]
		}
		return s
	}
	if rest, ok := strings.CutPrefix(line, "type "); ok {
		return upTo(rest, " [")
	}
	rest, ok := strings.CutPrefix(line, "func ")
	if !ok {
		return ""
	}
	if receiver, method, ok := strings.Cut(rest, ") "); ok && strings.HasPrefix(rest, "(") {
		_, typ, _ := strings.Cut(receiver, " ")
		return strings.TrimPrefix(typ, "*") + "." + upTo(method, " ([")
	}
	return upTo(rest, " ([")
}
