package emit

import (
	"encoding/json"
	"errors"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// This file looks at a model before it is spelled. Names are what a document
// could smuggle code in with, so none is taken on trust: each is an identifier,
// and none is declared twice. A finding is a bug of package model; proof.go
// looks at the other end, at what was printed.

// checker walks over a model.
type checker struct {
	errs     []error
	pkg      string            // package that is looked at: of a service, or "" for the client's
	client   string            // name of the client's package where others import it, else ""
	declared map[string]string // package, dot and package-level name → what declares it
	externs  map[string]bool   // import paths of types from elsewhere
	decls    map[*model.Decl]bool
}

// checkAPI returns the import paths of types that are not the model's own, and
// an error for each name that cannot be written down.
func checkAPI(api *model.API) (externs []string, err error) {
	c := &checker{declared: map[string]string{}, externs: map[string]bool{}, decls: map[*model.Decl]bool{}}
	c.ident(api.Package, "the package name", load.Position{})
	c.declare("Client", "the client", load.Position{})
	c.declare("New", "the client's constructor", load.Position{})
	for _, s := range api.Servers {
		c.server(s)
	}
	for _, h := range api.Headers {
		c.declare("With"+h.GoName, "the option of header "+strconv.Quote(h.Name), load.Position{})
	}
	for _, s := range api.Schemes {
		c.declare("With"+s.GoName, "the option of security scheme "+strconv.Quote(s.Name), load.Position{})
	}
	for _, d := range api.Decls {
		c.decls[d] = true
	}
	if api.Split {
		c.client = api.Package
		c.packages(api)
	}
	for _, d := range api.Decls {
		c.pkg = d.Package
		c.decl(d)
	}
	for _, s := range api.Services {
		c.pkg = s.Package
		c.service(s)
	}
	for p := range c.externs {
		externs = append(externs, p)
	}
	slices.Sort(externs)
	return externs, errors.Join(c.errs...)
}

// packages checks the names of the packages of services, which are directories,
// too, and that each declaration stands in one that there is.
func (c *checker) packages(api *model.API) {
	seen := map[string]bool{"": true}
	for _, s := range api.Services {
		c.ident(s.Package, "the package of service "+strconv.Quote(s.Name), load.Position{})
		if seen[s.Package] || s.Package == api.Package || s.Package != strings.ToLower(s.Package) {
			c.errorf(load.Position{}, "service %q cannot have the package %q", s.Name, s.Package)
		}
		seen[s.Package] = true
		c.pkg = s.Package
		c.declare("New", "the constructor of service "+strconv.Quote(s.Name), load.Position{})
	}
	for _, d := range api.Decls {
		if !seen[d.Package] {
			c.errorf(d.Pos, "%s is in the package %q, which no service has", d.GoName, d.Package)
		}
	}
}

func (c *checker) errorf(pos load.Position, format string, args ...any) {
	c.fail(pos, bugFix, format, args...)
}

func (c *checker) fail(pos load.Position, fix, format string, args ...any) {
	c.errs = append(c.errs, fault(pos, fix, format, args...))
}

// ident checks that name can stand in Go where what is named.
func (c *checker) ident(name, what string, pos load.Position) {
	if !token.IsIdentifier(name) || name == "_" {
		c.errorf(pos, "%s cannot be called %q: that is not a Go name", what, name)
	}
}

// declare checks an exported name at package level.
func (c *checker) declare(name, what string, pos load.Position) {
	if !token.IsExported(name) {
		c.errorf(pos, "%s cannot be called %q: it would not be exported", what, name)
	}
	c.declareAny(name, what, pos)
}

// declareAny checks a name at package level.
func (c *checker) declareAny(name, what string, pos load.Position) {
	c.ident(name, what, pos)
	if other, ok := c.declared[c.pkg+"."+name]; ok {
		c.fail(pos, "set x-go-name on one of them", "%s and %s are both called %s", other, what, name)
		return
	}
	c.declared[c.pkg+"."+name] = what
}

func (c *checker) server(s model.Server) {
	if s.URL == "" {
		return
	}
	c.declare(s.Name, "server "+s.URL, load.Position{})
	for _, v := range s.Variables {
		c.ident(v.GoName, "server variable "+strconv.Quote(v.Name), load.Position{})
	}
}

func (c *checker) decl(d *model.Decl) {
	what := "type"
	if d.Pointer != "" {
		what = "the type of " + d.Pointer
	}
	c.declare(d.GoName, what, d.Pos)
	switch d.Kind {
	case model.DeclEnum, model.DeclDefined:
		c.typ(d.Underlying, d.Pos)
	}
	for _, v := range d.Values {
		c.declare(v.GoName, "a value of "+d.GoName, d.Pos)
		if !fitsConst(d.Underlying, v.JSON) {
			c.errorf(d.Pos, "%s cannot be a constant of %s: %s", v.GoName, d.GoName, v.JSON)
		}
	}
	c.fields(d)
}

// fields checks the members of a struct, which share their names with its
// methods.
func (c *checker) fields(d *model.Decl) {
	seen := map[string]string{}
	if marshalsOnly(d) {
		seen["MarshalJSON"] = "a method"
	}
	if d.Codec {
		seen["MarshalJSON"], seen["UnmarshalJSON"] = "a method", "a method"
	}
	if d.Ref {
		seen["ResourceIdentifier"] = "a method"
	}
	if d.Update != nil {
		seen["Update"] = "a method"
	}
	if d.Input != nil {
		seen["Input"] = "a method"
	}
	switch embeds(d) {
	case "api.Presence":
		seen["Presence"] = "the embedded api.Presence"
	case "api.Union":
		seen["Union"] = "the embedded api.Union"
	}
	for _, f := range d.Fields {
		what := "member " + strconv.Quote(f.Name)
		if f.GoName != "_" {
			c.ident(f.GoName, what, f.Pos)
			if other, ok := seen[f.GoName]; ok {
				c.fail(f.Pos, "set x-go-name on one of them", "%s and %s of %s are both called %s", other, what, d.GoName, f.GoName)
			}
			seen[f.GoName] = what
		}
		if f.Const != "" && !json.Valid([]byte(f.Const)) {
			c.errorf(f.Pos, "%s of %s has a constant value that is not JSON", what, d.GoName)
		}
		c.typ(f.Type, f.Pos)
	}
}

func (c *checker) service(s *model.Service) {
	c.declare(s.TypeName(), "service "+strconv.Quote(s.Name), load.Position{})
	methods := map[string]string{"client": "the service's field"}
	for _, op := range s.Operations {
		if op.GraphQL != nil {
			c.declareAny(op.GraphQL.Const, "the query of operation "+strconv.Quote(op.ID), op.Pos)
		}
		names := []string{op.GoName}
		if op.Page != nil {
			names = append(names, op.Page.All, op.Page.Pages)
		}
		if op.Body != nil {
			names = append(names, op.Body.Clear)
		}
		if op.Stream != nil {
			names = append(names, op.Stream.GoName)
		}
		for _, name := range names {
			if name == "" {
				continue
			}
			c.ident(name, "operation "+strconv.Quote(op.ID), op.Pos)
			if other, ok := methods[name]; ok {
				c.fail(op.Pos, "set x-go-name on one of them", "operation %q and %s are both called %s.%s", op.ID, other, s.GoName, name)
			}
			methods[name] = "operation " + strconv.Quote(op.ID)
		}
		c.operation(op)
	}
}

// operation checks the parameters of a method, which must not hide the names
// that its body uses.
func (c *checker) operation(op *model.Operation) {
	params := map[string]bool{c.client: true, "s": true, "ctx": true, "api": true, "jsonapi": true, "graphql": true, "http": true}
	param := func(name string, t *model.Type) {
		c.ident(name, "a parameter of operation "+strconv.Quote(op.ID), op.Pos)
		if params[name] {
			c.errorf(op.Pos, "operation %q has two parameters called %s, or one that hides what its method uses", op.ID, name)
		}
		params[name] = true
		if t != nil {
			c.typ(t, op.Pos)
		}
	}
	for _, a := range op.Args {
		param(a.GoName, a.Type)
	}
	if op.Body != nil && op.Body.Use != model.BodyInParams {
		param(op.Body.GoName, op.Body.Type)
	}
	if op.Options != nil {
		param(model.ParamsVar, &model.Type{Kind: model.KindNamed, Decl: op.Options})
	}
	results := []*model.Type{op.Result.Type, op.Result.Meta}
	if op.Stream != nil {
		results = append(results, op.Stream.Result.Type)
	}
	for _, t := range results {
		if t != nil {
			c.typ(t, op.Pos)
		}
	}
	for _, e := range op.Errors {
		c.typ(e.Type, op.Pos)
	}
}

// typ checks a type expression.
func (c *checker) typ(t *model.Type, pos load.Position) {
	for ; t != nil; t = t.Elem {
		switch {
		case t.Kind == model.KindNamed:
			if !c.decls[t.Decl] {
				c.errorf(pos, "type %s is used but not declared", t.Decl.GoName)
			} else if t.Decl.Package != c.pkg && t.Decl.Package != "" {
				c.errorf(pos, "type %s of package %s cannot be used in another", t.Decl.GoName, t.Decl.Package)
			}
			return
		case t.Kind == model.KindExtern:
			if t.ImportPath != "" {
				c.externs[t.ImportPath] = true
			}
			c.ident(t.Ident, "a type of "+t.ImportPath, pos)
			return
		case t.Kind >= model.KindSlice && t.Kind <= model.KindOpt || t.Kind == model.KindToOne || t.Kind == model.KindToMany || t.Kind == model.KindIdentifier:
			if t.Elem == nil {
				c.errorf(pos, "a type of kind %d has no element", t.Kind)
			}
		default:
			return
		}
	}
	c.errorf(pos, "something has no type")
}

// fitsConst reports whether the JSON scalar text is a constant of type t.
func fitsConst(t *model.Type, text string) bool {
	switch t.Kind {
	case model.KindString:
		var s string
		return json.Unmarshal([]byte(text), &s) == nil
	case model.KindInt:
		bits := t.Bits
		if bits == 0 {
			bits = 64
		}
		_, err := strconv.ParseInt(text, 10, bits)
		return err == nil && json.Valid([]byte(text))
	case model.KindFloat:
		_, err := strconv.ParseFloat(text, 64)
		return err == nil && json.Valid([]byte(text))
	}
	return false
}
