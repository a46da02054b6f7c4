package client

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

// undocumented are the paths of which no page shows the relationship. What they
// include is in the document all the same: see jsonapi.AllOf.
var undocumented = map[string]string{
	"Operation forms": "the official Kotlin SDK knows the path, no page the relationship",
}

// TestIncludePaths holds that the documented include paths lead along relationships
// of the Go types, so that what they include can be reached.
func TestIncludePaths(t *testing.T) {
	relationships, paths := generatedIncludes(t, "../../../generated/ctrlhub")
	checked := 0
	for root, list := range paths {
		for _, path := range list {
			at := root
			for name := range strings.SplitSeq(path, ".") {
				next, ok := relationships[at][name]
				if !ok && undocumented[root+" "+path] == "" {
					t.Errorf("%s, include %s: %s has no relationship %s", root, path, at, name)
				}
				if at = next; !ok {
					break
				}
			}
			checked++
		}
	}
	if checked < 30 {
		t.Errorf("only %d paths", checked)
	}
}

// generatedIncludes reads, of a generated package, where the relationships of its
// structs lead, and the values of its include types by resource.
func generatedIncludes(t *testing.T, dir string) (relationships map[string]map[string]string, paths map[string][]string) {
	t.Helper()
	packages, err := parser.ParseDir(token.NewFileSet(), dir, func(f fs.FileInfo) bool { return !strings.HasSuffix(f.Name(), "_test.go") }, parser.SkipObjectResolution) //nolint:staticcheck // one package without build constraints
	if err != nil {
		t.Fatal(err)
	}
	relationships, paths = map[string]map[string]string{}, map[string][]string{}
	for _, p := range packages {
		ast.Inspect(p, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				if s, ok := n.Type.(*ast.StructType); ok {
					relationships[n.Name.Name] = relationshipsOf(s)
				}
			case *ast.ValueSpec:
				if of, ok := n.Type.(*ast.Ident); ok && strings.HasSuffix(of.Name, "Include") && len(n.Values) == 1 {
					value, _ := strconv.Unquote(n.Values[0].(*ast.BasicLit).Value)
					root := strings.TrimSuffix(of.Name, "Include")
					paths[root] = append(paths[root], value)
				}
			}
			return true
		})
	}
	return relationships, paths
}

func relationshipsOf(s *ast.StructType) map[string]string {
	out := map[string]string{}
	for _, f := range s.Fields.List {
		if f.Tag == nil {
			continue
		}
		tag, _ := strconv.Unquote(f.Tag.Value)
		role, rest, _ := strings.Cut(reflect.StructTag(tag).Get("jsonapi"), ",")
		generic, ok := f.Type.(*ast.IndexExpr)
		if role != "rel" || !ok {
			continue
		}
		name, _, _ := strings.Cut(rest, ",")
		if target, ok := generic.Index.(*ast.Ident); ok {
			out[name] = target.Name
		}
	}
	return out
}
