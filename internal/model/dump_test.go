package model

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/names"
)

// This file prints an API for the goldens of this package: a line for each
// thing, what is zero left out. It walks over the exported fields by reflection,
// so that a field which is added to the model shows in the dumps at once.

// dumper writes an API as text.
type dumper struct {
	strings.Builder
}

// dump returns what Build decided.
func dump(api *API) string {
	d := &dumper{}
	d.line(0, "package "+api.Package, api, "Package", "Source", "Services", "Decls", "Webhooks", "Servers", "Schemes", "Headers", "Errors", "Names", "Held", "Report", "Diagnostics")
	for _, s := range api.Servers {
		d.line(0, "server "+s.Name, s, "Name", "Variables")
		for _, v := range s.Variables {
			d.line(1, "variable "+v.GoName, v, "GoName")
		}
	}
	for _, s := range api.Schemes {
		d.line(0, "scheme "+s.GoName, s, "GoName")
	}
	for _, h := range api.Headers {
		d.line(0, "header "+h.GoName, h, "GoName")
	}
	for _, e := range api.Errors {
		d.line(0, "error "+e.Code+" "+spell(e.Type), e, "Code", "Type")
	}
	for _, w := range api.Webhooks {
		d.line(0, "webhook "+w.Name+" "+spell(w.Type), w, "Name", "Type")
	}
	for _, s := range api.Services {
		d.WriteByte('\n')
		d.line(0, "service "+s.GoName, s, "GoName", "Operations")
		for _, o := range s.Operations {
			d.operation(o)
		}
	}
	for _, decl := range api.Decls {
		d.decl(decl)
	}
	return d.String()
}

func (d *dumper) operation(o *Operation) {
	d.line(1, o.GoName+" "+o.Method+" "+o.Path, o, "GoName", "Method", "Path", "Args", "Body", "Result", "Errors", "Answers", "GraphQL", "Page", "Stream", "Header", "Options")
	for _, a := range o.Args {
		d.line(2, "arg "+a.GoName+" "+spell(a.Type), a, "GoName", "Type")
	}
	if o.Options != nil {
		d.line(2, "parameters "+o.Options.GoName, struct{}{})
	}
	if o.Body != nil {
		d.line(2, "body "+spell(o.Body.Type), o.Body, "Type")
	}
	if o.Result.Kind != 0 {
		d.line(2, "result "+spell(o.Result.Type), o.Result, "Type")
	}
	if o.Stream != nil {
		d.line(2, "stream "+o.Stream.GoName+" "+spell(o.Stream.Result.Type), o.Stream, "GoName", "Result")
		d.line(3, "result", o.Stream.Result, "Type")
	}
	if o.Header != nil {
		d.line(2, "result headers "+o.Header.GoName, struct{}{})
	}
	for _, e := range o.Errors {
		d.line(2, "error "+e.Code+" "+spell(e.Type), e, "Code", "Type")
	}
	for _, a := range o.Answers {
		d.line(2, "response "+a.Code, a, "Code")
	}
	if o.GraphQL != nil {
		d.line(2, "graphql", *o.GraphQL)
	}
	if o.Page != nil {
		d.line(2, "pages", *o.Page)
	}
}

func (d *dumper) decl(t *Decl) {
	d.WriteByte('\n')
	d.line(0, "type "+t.GoName, t, "GoName", "Fields", "Values", "Underlying")
	if t.Underlying != nil {
		d.line(1, "underlying "+spell(t.Underlying), struct{}{})
	}
	for _, f := range t.Fields {
		d.line(1, f.GoName+" "+spell(f.Type)+" "+strconv.Quote(f.Name), f, "GoName", "Type", "Name")
	}
	for _, v := range t.Values {
		d.line(1, v.GoName+" = "+v.JSON, v, "GoName", "JSON")
	}
}

// line writes a head and the fields of v that are neither zero nor skipped.
func (d *dumper) line(indent int, head string, v any, skip ...string) {
	d.WriteString(strings.Repeat("\t", indent) + head)
	rv := reflect.Indirect(reflect.ValueOf(v))
	var doc []string
	for i := range rv.NumField() {
		f := rv.Type().Field(i)
		if !f.IsExported() || slices.Contains(skip, f.Name) || rv.Field(i).IsZero() {
			continue
		}
		if text, ok := rv.Field(i).Interface().(Doc); ok {
			doc = docLines(text)
			continue
		}
		d.WriteString(" " + attribute(f.Name, rv.Field(i).Interface()))
	}
	d.WriteByte('\n')
	for _, l := range doc {
		d.WriteString(strings.Repeat("\t", indent+2) + "// " + l + "\n")
	}
}

// docLines are the lines of a comment. The description as Markdown is the
// document's, and not shown again.
func docLines(doc Doc) []string {
	var lines []string
	if doc.Text != "" {
		lines = strings.Split(doc.Text, "\n")
	}
	if doc.Deprecated != "" {
		lines = append(lines, "Deprecated: "+doc.Deprecated)
	}
	return lines
}

func attribute(name string, v any) string {
	label := names.LowerFirst(name)
	switch v := v.(type) {
	case bool:
		return label
	case string:
		return label + "=" + strconv.Quote(v)
	case load.Position:
		return fmt.Sprintf("%d:%d", v.Line, v.Col)
	case *Decl:
		return label + "=" + v.GoName
	case *Type:
		return label + "=" + spell(v)
	case *Constraints:
		return label + "=" + constraintsText(v)
	case []string:
		if label == "patterns" || label == "multipleOf" {
			return label + "=" + fmt.Sprintf("%q", v)
		}
	case []*Field:
		var path []string
		for _, f := range v {
			path = append(path, f.GoName)
		}
		return label + "=" + strings.Join(path, ".")
	}
	return label + "=" + kindName(v)
}

// constraintsText lists what is set, e.g. "{minimum=1 exclusiveMinimum elem={format=uuid}}".
func constraintsText(c *Constraints) string {
	d := &dumper{}
	d.line(0, "", c)
	return "{" + strings.TrimSpace(d.String()) + "}"
}

// kindNames names the constants of the model.
var kindNames = map[string][]string{
	"SchemeKind": {"", "HeaderKey", "QueryKey", "CookieKey", "Basic", "Bearer", "Token", "ClientCredentials", "MutualTLS", "Custom"},
	"BodyKind":   {"", "JSON", "Resource", "Form", "Multipart", "Linkage", "Text", "Stream", "Operations"},
	"BodyUse":    {"Always", "Pointer", "NonZero", "InParams"},
	"ResultKind": {"None", "Pointer", "Value", "Text", "Stream", "Events", "ByStatus", "Resource", "Page", "Connection", "Operations", "Response", "Sequence", "Items"},
	"DeclKind":   {"", "Struct", "Enum", "Union", "Defined"},
	"Role":       {"", "Read", "Write", "Options", "Shared", "Status", "Header"},
	"In":         {"", "Member", "ID", "Type", "Attr", "Rel", "Meta", "Links", "Unknown", "Query", "Header", "Cookie", "Variant", "Status", "Body"},
}

func kindName(v any) string {
	rv := reflect.ValueOf(v)
	list := kindNames[rv.Type().Name()]
	if rv.CanUint() && int(rv.Uint()) < len(list) {
		return list[rv.Uint()]
	}
	return fmt.Sprint(v)
}

// scalarNames are the types without an element.
var scalarNames = map[Kind]string{
	KindString: "string", KindBool: "bool", KindNumber: "json.Number", KindTime: "time.Time", KindDate: "api.Date", KindBytes: "[]byte", KindAny: "any",
	KindRaw: "json.RawMessage", KindReader: "api.File", KindLinks: "jsonapi.Links", KindStruct0: "struct{}", KindTarget: "jsonapi.Resource",
}

// spell writes a type as Go does, by the names of the runtime's packages.
func spell(t *Type) string {
	if t == nil {
		return "-"
	}
	if s, ok := scalarNames[t.Kind]; ok {
		return s
	}
	bits := t.Bits
	if bits == 0 {
		bits = 64
	}
	switch t.Kind {
	case KindInt:
		return "int" + strconv.Itoa(bits)
	case KindFloat:
		return "float" + strconv.Itoa(bits)
	case KindSlice:
		return "[]" + spell(t.Elem)
	case KindMap:
		return "map[string]" + spell(t.Elem)
	case KindPointer:
		return "*" + spell(t.Elem)
	case KindOpt:
		return "api.Opt[" + spell(t.Elem) + "]"
	case KindNamed:
		return t.Decl.GoName
	case KindToOne:
		return "jsonapi.ToOne[" + spell(t.Elem) + "]"
	case KindIdentifier:
		return "jsonapi.Identifier[" + spell(t.Elem) + "]"
	case KindToMany:
		return "jsonapi.ToMany[" + spell(t.Elem) + "]"
	case KindExtern:
		return strings.TrimPrefix(t.ImportPath+"."+t.Ident, ".")
	}
	return fmt.Sprintf("kind %d", t.Kind)
}

// dumpLock returns what Build gives to gen.lock.
func dumpLock(api *API) string {
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(api.Names)) {
		fmt.Fprintf(&b, "name %s = %s\n", key, api.Names[key])
	}
	for _, key := range slices.Sorted(maps.Keys(api.Held)) {
		if strings.HasSuffix(key, fieldsKey) || strings.HasSuffix(key, bodyKey) {
			continue // as the fields above it say; see TestEvolution
		}
		fmt.Fprintf(&b, "held %s = %s\n", key, api.Held[key])
	}
	return b.String()
}
