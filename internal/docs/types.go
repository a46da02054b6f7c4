package docs

import (
	"html/template"
	"slices"

	"github.com/docwright/docwright/internal/model"
)

// This file is what the templates see of types.

// typeView is a declared type.
type typeView struct {
	ID         string
	Kind       string // e.g. "struct", "enum"
	Role       string // e.g. "response"
	Doc        template.HTML
	Deprecated string
	Resource   string        // JSON:API type
	Underlying template.HTML // enums and defined types
	Fields     []fieldView
	Variants   bool // the fields are those of a union
	By         string
	Values     []valueView
	Uses       []use
	Source     string // pointer into the document
}

// fieldView is a member of a type, or a parameter.
type fieldView struct {
	ID         string
	Go         string
	Name       string // on the wire
	Place      string // e.g. "query"; "" for plain members
	Type       template.HTML
	Required   bool
	Nullable   bool
	Doc        template.HTML
	Deprecated string

	Constraints []constraintView
}

// valueView is a constant.
type valueView struct {
	Go, JSON string
	Doc      template.HTML
}

var kinds = map[model.DeclKind]string{
	model.DeclStruct: "struct", model.DeclEnum: "open enum", model.DeclUnion: "one of several types", model.DeclDefined: "defined type",
}

var roles = map[model.Role]string{
	model.RoleRead: "in responses", model.RoleWrite: "in requests", model.RoleOptions: "parameters",
	model.RoleStatus: "response by status", model.RoleHeader: "headers of responses",
}

func (c *client) typeView(d *model.Decl) typeView {
	v := typeView{
		ID: d.GoName, Kind: kinds[d.Kind], Role: roles[d.Role], Doc: c.doc(d.Doc), Deprecated: d.Doc.Deprecated,
		Resource: d.Resource, Variants: d.Kind == model.DeclUnion, By: d.Union, Source: d.Pointer, Uses: c.uses[d],
	}
	if d.Underlying != nil {
		v.Underlying = c.goCode(place{"../", d.Package}, c.Go.Type(d.Package, d.Underlying))
	}
	for _, f := range d.Fields {
		if f.GoName != "_" {
			v.Fields = append(v.Fields, c.fieldView(d, f))
		}
	}
	for _, value := range d.Values {
		v.Values = append(v.Values, valueView{value.GoName, value.JSON, c.text.render(value.Doc.Markdown)})
	}
	return v
}

// places are how a field's place is called; that of plain members goes without
// saying.
var places = map[model.In]string{
	model.InAttr: "attribute", model.InRel: "relationship", model.InMeta: "meta", model.InLinks: "links",
	model.InUnknown: "other members", model.InQuery: "query", model.InHeader: "header", model.InCookie: "cookie",
	model.InVariant: "variant", model.InStatus: "status",
}

// notRequired are the places of fields whose type says nothing of their being
// required.
var notRequired = []model.In{model.InVariant, model.InStatus, model.InUnknown, model.InLinks, model.InMeta}

func (c *client) fieldView(d *model.Decl, f *model.Field) fieldView {
	v := fieldView{
		ID: d.GoName + "-" + f.GoName, Go: f.GoName, Name: f.Name, Place: places[f.In],
		Type:     c.goCode(place{"../", d.Package}, c.Go.Type(d.Package, f.Type)),
		Required: !f.OmitZero && !slices.Contains(notRequired, f.In),
		Nullable: f.Nullable,
		Doc:      c.doc(f.Doc), Deprecated: f.Doc.Deprecated,
		Constraints: constraintViews(f.Constraints),
	}
	if f.Constraints != nil && f.Constraints.Default != "" && f.Doc.Markdown == "" && f.In != model.InID {
		v.Doc = "" // it is only the default in words
	}
	return v
}

// doc renders what the document says, or the generator in its place.
func (c *client) doc(d model.Doc) template.HTML {
	if d.Markdown != "" {
		return c.text.render(d.Markdown)
	}
	return c.text.render(d.Text)
}
