package load

import (
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/diag"
)

// maxHints bounds how many dangling references get a suggestion, which costs a
// look at every name there is.
const maxHints = 200

// fixRef says how to fix the reference at.
func (l *loader) fixRef(at *Node, err *refError) string {
	if err.fix != "" {
		return err.fix
	}
	if l.hints++; l.hints <= maxHints {
		if name := l.suggest(at); name != "" {
			return "did you mean " + strconv.Quote(name) + "?"
		}
	}
	if strings.HasPrefix(at.Value, "#/components/") {
		return "define it under " + strings.TrimPrefix(at.Value[:strings.LastIndexByte(at.Value, '/')], "#/") + ", or correct the name"
	}
	if !strings.HasPrefix(at.Value, "#") {
		return "correct the path, which starts at the file that refers, or add the file"
	}
	return "correct the reference, or add what it names"
}

// suggest returns the name or reference that was probably meant.
func (l *loader) suggest(at *Node) string {
	name, fragment, _ := strings.Cut(at.Value, "#")
	root := at.home().Root
	if name != "" && !strings.Contains(at.Value, "#") {
		return l.byName(name)
	}
	if name != "" {
		file, err := l.otherFile(at.home(), name, at.Value)
		if err != nil || file.Root == nil {
			return l.nearFile(name, fragment)
		}
		root = file.Root
	}
	tokens := strings.Split(strings.TrimPrefix(fragment, "/"), "/")
	n := root
	for _, token := range tokens {
		next := l.step(n, token, 0)
		if next == nil {
			if near := diag.Nearest(pointerUnescaper.Replace(unescape(token)), n.names()); near != "" {
				return near
			}
			break
		}
		n = next
	}
	return l.byName(tokens[len(tokens)-1])
}

// nearFile suggests a file that other references name.
func (l *loader) nearFile(name, fragment string) string {
	var names []string
	for _, file := range l.doc.Files {
		names = append(names, file.rel)
	}
	if near := diag.Nearest(name, names); near != "" && fragment != "" {
		return near + "#" + fragment
	} else {
		return near
	}
}

// byName looks for a component that is called name, in whatever section.
func (l *loader) byName(name string) string {
	for _, section := range l.doc.Root.Get("components").membersOrNone() {
		if n := section.Value.Get(pointerUnescaper.Replace(unescape(name))); n != nil {
			return n.Pointer()
		}
	}
	return ""
}

func (n *Node) membersOrNone() []Member {
	if n == nil {
		return nil
	}
	return n.Members
}

func (n *Node) names() []string {
	names := make([]string, len(n.Members))
	for i, m := range n.Members {
		names[i] = m.Name
	}
	return names
}

// schemaTypes are the types of JSON Schema.
var schemaTypes = []string{"array", "boolean", "integer", "null", "number", "object", "string"}

// typeMeant maps what people write to the type they mean.
var typeMeant = map[string]string{
	"int": "integer", "int32": "integer", "int64": "integer", "long": "integer", "short": "integer", "timestamp": "integer",
	"bool": "boolean", "float": "number", "double": "number", "decimal": "number", "money": "number",
	"dict": "object", "map": "object", "hash": "object", "json": "object", "struct": "object", "list": "array",
	"str": "string", "text": "string", "date": "string", "datetime": "string", "date-time": "string", "time": "string",
	"uuid": "string", "guid": "string", "email": "string", "url": "string", "uri": "string", "file": "string", "binary": "string",
	"enum": "string", "char": "string", "byte": "string",
}

// typesNearest returns the types of JSON Schema, the one most like name first.
func typesNearest(name string) []string {
	types := slices.Clone(schemaTypes)
	first := typeMeant[strings.ToLower(name)]
	if first == "" {
		first = diag.Nearest(name, types)
	}
	if i := slices.Index(types, first); i >= 0 {
		types = slices.Insert(slices.Delete(types, i, i+1), 0, first)
	}
	return types
}
