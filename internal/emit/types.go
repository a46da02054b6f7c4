package emit

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"

	"github.com/docwright/docwright/internal/model"
)

// This file declares types: what follows the document member by member is
// built with jennifer. Types are spelled by goType, imports come from the
// table in imports.go, and layout is left to the formatter.

// goType spells a type expression.
func (r *run) goType(t *model.Type) string { return t.Go(r.declName, r.imports.qualify) }

// declName spells the name of a declared type.
func (r *run) declName(d *model.Decl) string {
	return r.qualifier(d) + d.GoName
}

// qualifier is what the name of d, and of what belongs to it, is qualified with.
func (r *run) qualifier(d *model.Decl) string {
	switch {
	case r.outside && d.Package == "":
		return r.api.Package + "."
	case r.outside:
		return d.Package + "."
	case d.Package == r.pkg:
		return ""
	case d.Package == "":
		return r.client + "."
	case r.services[d.Package] != "":
		return r.services[d.Package] + "."
	}
	return d.Package + "." // in comments: only a fake imports the package of a service
}

// typesFile renders one file of declarations.
func (r *run) typesFile(decls []*model.Decl) ([]byte, error) {
	f := jen.NewFile(r.packageName())
	f.NoFormat = true
	f.HeaderComment(header(r.api.Source))
	for _, d := range decls {
		r.decl(f.Group, d)
	}
	var b bytes.Buffer
	err := f.Render(&b)
	return b.Bytes(), err
}

// decl adds the declaration of d and of what belongs to it.
func (r *run) decl(g *jen.Group, d *model.Decl) {
	doc(g, d.Doc, commentWidth)
	switch d.Kind {
	case model.DeclEnum:
		g.Type().Id(d.GoName).Id(r.goType(d.Underlying)).Line()
		r.enumValues(g, d)
	case model.DeclDefined:
		g.Type().Id(d.GoName).Id(r.goType(d.Underlying)).Line()
	default:
		g.Type().Id(d.GoName).Struct(r.fields(d)...).Line()
		if d.Ref {
			r.identifierMethod(g, d)
		}
		r.updateMethod(g, d)
		r.inputMethod(g, d)
		if marshalsOnly(d) {
			marshalMethod(g, d, "a JSON:API resource object")
		}
		if d.Codec {
			jsonMethods(g, d)
		}
	}
}

// doc adds a doc comment, when there is one.
func doc(g *jen.Group, d model.Doc, width int) {
	if text := comment(d, width); text != "" {
		g.Comment(strings.TrimSuffix(text, "\n"))
	}
}

// fields lists the members of a struct; a blank line separates the parts of a
// resource.
func (r *run) fields(d *model.Decl) []jen.Code {
	var lines []jen.Code
	add := func(code ...jen.Code) { lines = append(lines, code...) }
	for i, f := range d.Fields {
		if i > 0 && part(f.In) != part(d.Fields[i-1].In) {
			add(jen.Line())
		}
		line := jen.Id(f.GoName).Id(r.fieldType(f)).Op(goTag(fieldTag(d, f)))
		said := fieldDoc(f)
		switch text := comment(said, commentWidth-4); {
		case said.Text == required && said.Deprecated == "":
			line.Comment(said.Text)
		case text != "" && !saidBefore(d, i):
			add(jen.Comment(strings.TrimSuffix(text, "\n")))
		}
		if f.GoName == "_" && f.Doc.Text == "" {
			line.Comment("sent automatically") // why there is a member that nobody can set
		}
		add(line)
	}
	if d.Keeps {
		add(jen.Line(), undocumentedField(d))
	}
	switch embedded := embeds(d); {
	case embedded == "":
	case d.Kind == model.DeclUnion:
		add(jen.Id(embedded).Op(goTag("union:" + strconv.Quote(d.Union))))
	default:
		if n := len(d.Fields); d.Resource != "" && n > 0 && part(d.Fields[n-1].In) < 4 {
			add(jen.Line())
		}
		add(jen.Id(embedded))
	}
	return lines
}

// undocumentedField is the field for members without one. Its tag names those that are
// read-only, which requests do not have.
func undocumentedField(d *model.Decl) *jen.Statement {
	field := jen.Id("undocumented").Id("api.Undocumented")
	if len(d.ReadOnly) > 0 {
		names := make([]string, len(d.ReadOnly))
		for i, name := range d.ReadOnly {
			names[i] = strings.NewReplacer(`\`, `\\`, ",", `\,`).Replace(name)
		}
		field.Op(goTag("readonly:" + strconv.Quote(strings.Join(names, ","))))
	}
	return field.Comment("what Input found that has no field")
}

// required begins the comments of fields that a request has to have. Alone, it ends
// the field's line.
const required = "Required."

// fieldDoc is the documentation of f, which says whether it is required.
func fieldDoc(f *model.Field) model.Doc {
	said := f.Doc
	if f.Required && !strings.HasPrefix(said.Text, required) {
		said.Text = strings.TrimSpace(required + " " + said.Text)
	}
	return said
}

// saidBefore reports whether the field before d's i-th has the same documentation:
// it is said once, above both. Tools want each deprecation.
func saidBefore(d *model.Decl, i int) bool {
	return i > 0 && fieldDoc(d.Fields[i]) == fieldDoc(d.Fields[i-1]) && d.Fields[i].Doc.Deprecated == "" && part(d.Fields[i].In) == part(d.Fields[i-1].In)
}

// embeds names the type that d embeds, which keeps what the fields cannot.
func embeds(d *model.Decl) string {
	switch {
	case d.Kind == model.DeclUnion:
		return "api.Union"
	case d.Role == model.RoleRead:
		return "api.Presence"
	}
	return ""
}

// part numbers the blocks of a resource's members.
func part(in model.In) int {
	switch in {
	case model.InID, model.InType:
		return 1
	case model.InAttr:
		return 2
	case model.InRel:
		return 3
	case model.InMeta, model.InLinks:
		return 4
	}
	return 0
}

// fieldType spells a field's type. Variants are pointers, of which at most one
// is set.
func (r *run) fieldType(f *model.Field) string {
	t := r.goType(f.Type)
	if f.In == model.InVariant && f.Type.Kind != model.KindPointer {
		return "*" + t
	}
	return t
}

// fieldTag returns the struct tag that tells the runtime where a field travels.
func fieldTag(d *model.Decl, f *model.Field) string {
	if f.In == model.InUnknown {
		return `json:",unknown"`
	}
	key, value, name := place(d, f)
	odd := name && !taggable(f.Name)
	if name && !odd {
		value += f.Name
	}
	if f.OmitZero && f.GoName != "_" && (key == "json" || key == "jsonapi") {
		value += ",omitzero" // parameters are left out by their type alone
	}
	if f.NonZero {
		value += ",nonzero"
	}
	if f.InText() {
		value += ",string"
	}
	form := ""
	if f.In == model.InMember && len(f.Flags) > 0 {
		form = " form:" + strconv.Quote(strings.Join(f.Flags, ",")) // JSON has one way to write it
	} else {
		for _, flag := range f.Flags {
			value += "," + flag
		}
	}
	tag := key + ":" + strconv.Quote(value) + form
	if odd {
		tag += " wire:" + strconv.Quote(f.Name)
	}
	if f.Const != "" && f.In != model.InType {
		tag += " const:" + strconv.Quote(f.Const)
	}
	return tag
}

// place returns the key of a field's tag, what its value begins with, and
// whether the field's name follows.
func place(d *model.Decl, f *model.Field) (key, value string, name bool) {
	switch f.In {
	case model.InID:
		if f.Name == "lid" {
			return "jsonapi", "lid", false
		}
		if d.Inferred {
			return "jsonapi", "id," + d.Resource + ",inferred", false
		}
		return "jsonapi", "id," + d.Resource, false
	case model.InType:
		return "jsonapi", "type," + d.Resource, false
	case model.InAttr:
		return "jsonapi", "attr,", true
	case model.InRel:
		return "jsonapi", "rel,", true
	case model.InMeta:
		return "jsonapi", "meta", false
	case model.InLinks:
		return "jsonapi", "links", false
	case model.InQuery:
		return "query", "", true
	case model.InHeader:
		return "header", "", true
	case model.InCookie:
		return "cookie", "", true
	case model.InVariant:
		return "union", f.Name, false
	case model.InStatus:
		return "status", f.Name, false
	case model.InBody:
		return "body", "", false
	}
	if d.Resource != "" && f.In == model.InMember {
		return "jsonapi", "member,", true
	}
	if f.GoName == "_" {
		return "name", "", true // go vet minds a json tag on a field that is not exported
	}
	return "json", "", true
}

// taggable reports whether name can stand in a tag in front of options, as
// encoding/json sees it.
func taggable(name string) bool {
	return name != "" && name != "-" && strings.IndexFunc(name, func(c rune) bool {
		return !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", c) && !unicode.IsLetter(c) && !unicode.IsDigit(c)
	}) < 0
}

// goTag quotes a whole struct tag.
func goTag(tag string) string {
	if strconv.CanBackquote(tag) {
		return "`" + tag + "`"
	}
	return strconv.Quote(tag)
}

// enumValues declares the documented values of an enum.
func (r *run) enumValues(g *jen.Group, d *model.Decl) {
	switch len(d.Values) {
	case 0:
		return
	case 1:
		v := d.Values[0]
		if doc(g, v.Doc, commentWidth); v.Doc.Text == "" {
			g.Comment("// " + v.GoName + " is the documented value of " + d.GoName + ".")
		}
		g.Const().Id(v.GoName).Id(d.GoName).Op("=").Op(goLiteral(v.JSON)).Line()
		return
	}
	g.Comment("// The documented values of " + d.GoName + ".")
	g.Const().DefsFunc(func(g *jen.Group) {
		for _, v := range d.Values {
			doc(g, v.Doc, commentWidth-4)
			g.Id(v.GoName).Id(d.GoName).Op("=").Op(goLiteral(v.JSON))
		}
	}).Line()
}

// goLiteral spells a JSON scalar as a Go constant; check has seen that it is
// one.
func goLiteral(text string) string {
	var s string
	if json.Unmarshal([]byte(text), &s) == nil {
		return strconv.Quote(s)
	}
	return text
}

// identifierMethod declares how relationships point at a resource that was read.
func (r *run) identifierMethod(g *jen.Group, d *model.Decl) {
	v := receiver(d.GoName)
	newRef := jen.Id("jsonapi.NewRef["+d.GoName+"]").Call(jen.Lit(d.Resource), jen.Id(idText(idType(d), v+".ID")))
	g.Comment("// ResourceIdentifier returns the JSON:API resource identifier of " + v + ".")
	g.Func().Params(jen.Id(v).Op("*").Id(d.GoName)).Id("ResourceIdentifier").Params().Id("jsonapi.Ref[" + d.GoName + "]").Add(returns(newRef)).Line()
}

// updateMethod declares how an update is made of what was read.
func (r *run) updateMethod(g *jen.Group, d *model.Decl) {
	if d.Update != nil {
		r.copyMethod(g, d, "Update", d.Update, "jsonapi.Prefill", "what an update sends to leave "+receiver(d.GoName)+" as it is; change it before.")
	}
}

// inputMethod declares how a body is made of what was read.
func (r *run) inputMethod(g *jen.Group, d *model.Decl) {
	if d.Input != nil {
		r.copyMethod(g, d, "Input", d.Input, "api.Input", "a copy of "+receiver(d.GoName)+" to change and send, without what is read-only.")
	}
}

// copyMethod declares a method of d that returns what a function of the runtime makes
// of it.
func (r *run) copyMethod(g *jen.Group, d *model.Decl, name string, to *model.Decl, function, returned string) {
	v, result := receiver(d.GoName), r.declName(to)
	g.Comment("// " + name + " returns " + returned)
	g.Func().Params(jen.Id(v).Op("*").Id(d.GoName)).Id(name).Params().Id(result).
		Add(returns(jen.Id(function + "[" + result + "]").Call(jen.Id(v)))).Line()
}

// idType is the type of a resource's id: a string, or an integer where the API
// has it so.
func idType(d *model.Decl) *model.Type {
	for _, f := range d.Fields {
		if f.In == model.InID && f.Name == "id" {
			return f.Type
		}
	}
	return &model.Type{Kind: model.KindString}
}

// idText spells the id value of type t as a string, which it is in JSON:API.
func idText(t *model.Type, value string) string {
	switch {
	case t.Kind == model.KindInt && t.Bits == 32:
		return "strconv.FormatInt(int64(" + value + "), 10)"
	case t.Kind == model.KindInt:
		return "strconv.FormatInt(" + value + ", 10)"
	case t.Kind == model.KindNamed:
		return "string(" + value + ")"
	}
	return value
}

// marshalsOnly reports whether encoding/json has to be told how d is encoded, and
// nothing decodes it: a resource of requests.
func marshalsOnly(d *model.Decl) bool {
	return d.Resource != "" && d.Role == model.RoleWrite && !d.Codec
}

// marshalMethod makes encoding/json encode d as the runtime's codec does.
func marshalMethod(g *jen.Group, d *model.Decl, form string) {
	v := receiver(d.GoName)
	g.Comment("// MarshalJSON encodes " + v + " as " + form + ".")
	g.Func().Params(jen.Id(v).Id(d.GoName)).Id("MarshalJSON").Params().Params(jen.Index().Byte(), jen.Error()).
		Add(returns(jen.Id("api.Marshal").Call(jen.Op("&").Id(v)))).Line()
}

// jsonMethods make encoding/json do what the runtime's codec does.
func jsonMethods(g *jen.Group, d *model.Decl) {
	v := receiver(d.GoName)
	form, whole := "JSON object", "the JSON object it was decoded from"
	switch {
	case d.Kind == model.DeclUnion:
		form, whole = "JSON value", "the variant that is set"
	case d.Resource != "":
		form, whole = "JSON:API resource object", "the JSON:API resource object it was decoded from"
	}
	marshalMethod(g, d, whole)
	g.Comment("// UnmarshalJSON decodes a " + form + ".")
	g.Func().Params(jen.Id(v).Op("*").Id(d.GoName)).Id("UnmarshalJSON").Params(jen.Id("data").Index().Byte()).Error().
		Add(returns(jen.Id("api.Unmarshal").Call(jen.Id("data"), jen.Id(v)))).Line()
}

// returns is a function's body on one line, where gofmt finds it short enough.
func returns(value jen.Code) jen.Code {
	return jen.Custom(jen.Options{Open: "{ ", Close: " }"}, jen.Return(value))
}

// receiver returns the name of the receiver of a type's methods.
func receiver(goName string) string {
	first, _ := utf8.DecodeRuneInString(goName)
	if lower := unicode.ToLower(first); lower < utf8.RuneSelf && lower != '_' {
		return string(lower)
	}
	return "v"
}
