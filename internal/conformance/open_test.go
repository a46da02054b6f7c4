package conformance

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestOpenTypes lists the places of the clients that leave a value untyped. Each
// has its reason in a table; -update adds those that are new, without one.
func TestOpenTypes(t *testing.T) {
	const table = "testdata/open.tsv"
	allowed := readOpen(t, table)
	found := map[string]string{}
	for _, a := range apis {
		maps.Copy(found, openPlaces(t, a.name, filepath.Join("..", "..", "generated", a.name)))
	}
	if *update {
		writeOpen(t, table, allowed, found)
		allowed = readOpen(t, table)
	}
	for _, place := range slices.Sorted(maps.Keys(found)) {
		switch known, ok := allowed[place]; {
		case !ok:
			t.Errorf("%s is %s: give it a type, or a line with the reason in %s", place, found[place], table)
		case known.typ != found[place]:
			t.Errorf("%s is %s, not %s as %s says", place, found[place], known.typ, table)
		case known.reason == "":
			t.Errorf("%s: %s has no reason", table, place)
		}
	}
	for _, place := range slices.Sorted(maps.Keys(allowed)) {
		if _, ok := found[place]; !ok {
			t.Errorf("%s: %s is typed by now, or gone: remove the line", table, place)
		}
	}
}

// openPlace is a row of the table.
type openPlace struct{ typ, reason string }

// openPlaces returns the fields, types, parameters and results of a package
// that mention any or json.RawMessage, with their types.
func openPlaces(t *testing.T, name, dir string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no package in %s (%v)", dir, err)
	}
	places := map[string]string{}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range parsed.Decls {
			declPlaces(places, name, decl)
		}
	}
	return places
}

func declPlaces(places map[string]string, name string, decl ast.Decl) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		at := name
		if d.Recv != nil {
			at += "." + strings.TrimPrefix(types.ExprString(d.Recv.List[0].Type), "*")
		}
		fieldPlaces(places, at+"."+d.Name.Name, d.Type.Params)
		fieldPlaces(places, at+"."+d.Name.Name, d.Type.Results)
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			typ, ok := spec.(*ast.TypeSpec)
			if !ok {
				continue
			}
			if st, ok := typ.Type.(*ast.StructType); ok {
				fieldPlaces(places, name+"."+typ.Name.Name, st.Fields)
			} else if isOpen(typ.Type) {
				places[name+"."+typ.Name.Name] = types.ExprString(typ.Type)
			}
		}
	}
}

func fieldPlaces(places map[string]string, at string, list *ast.FieldList) {
	if list == nil {
		return
	}
	for i, field := range list.List {
		if !isOpen(field.Type) {
			continue
		}
		names := field.Names
		if len(names) == 0 {
			names = []*ast.Ident{ast.NewIdent(fmt.Sprintf("result%d", i))}
		}
		for _, name := range names {
			places[at+"."+name.Name] = types.ExprString(field.Type)
		}
	}
}

// isOpen reports whether a type expression mentions any, interface{} or json.RawMessage.
func isOpen(expr ast.Expr) bool {
	open := false
	ast.Inspect(expr, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			open = open || n.Name == "any"
		case *ast.InterfaceType:
			open = open || len(n.Methods.List) == 0
		case *ast.SelectorExpr:
			open = open || types.ExprString(n) == "json.RawMessage"
			return false
		}
		return true
	})
	return open
}

func readOpen(t *testing.T, file string) map[string]openPlace {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]openPlace{}
	for i, line := range strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) != 3 {
			t.Errorf("%s:%d: %d columns, want place, type and reason", file, i+1, len(cells))
			continue
		}
		rows[cells[0]] = openPlace{typ: cells[1], reason: cells[2]}
	}
	return rows
}

// writeOpen adds what was found to the table, drops what is gone and keeps the
// reasons and the comment.
func writeOpen(t *testing.T, file string, allowed map[string]openPlace, found map[string]string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			out.WriteString(line)
		}
	}
	for _, place := range slices.Sorted(maps.Keys(found)) {
		fmt.Fprintf(&out, "%s\t%s\t%s\n", place, found[place], allowed[place].reason)
	}
	if err := os.WriteFile(file, []byte(out.String()), 0o666); err != nil {
		t.Fatal(err)
	}
}
