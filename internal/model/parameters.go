package model

import (
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/prose"
	"github.com/docwright/docwright/internal/schema"
)

// This file makes parameters of methods: those of the path stand one by one, the
// others are fields of a struct.

// disambiguateParams renames a body that a path parameter has the name of.
func (b *builder) disambiguateParams(out *Operation) {
	taken := map[string]bool{}
	if b.opts.Split {
		taken[b.opts.Package] = true // which methods mention
	}
	for _, a := range out.Args {
		taken[a.GoName] = true
	}
	if out.Body != nil {
		for taken[out.Body.GoName] {
			out.Body.GoName += "Body"
		}
		taken[out.Body.GoName] = true
	}
}

// convertArgs makes the path's parameters positional, in template order.
func (b *builder) convertArgs(o *op) {
	used := map[string]bool{}
	o.out.Path = b.expandPath(o.path, func(name string) string {
		p := o.pathParam(name)
		var t *Type
		var constraints *Constraints
		style, explode := "", false
		if p != nil && p.schema != nil {
			s := b.schemas.Of(p.schema)
			t, constraints = b.typeOf(s, RoleWrite, b.parameterPlace(o, p)), constraintsOf(s)
			style, explode = p.style, p.explode
			t = b.asID(o, p, t)
		} else {
			t = &Type{Kind: KindString}
			p = &param{node: o.node}
		}
		goName := unexported(name)
		for used[goName] || b.opts.Split && goName == b.opts.Package {
			goName += "Again"
		}
		used[goName] = true
		o.out.Args = append(o.out.Args, &Arg{Name: name, GoName: goName, Type: t, Doc: Doc{Text: p.node.Get("description").Str()}, Constraints: constraints})
		return pathOperator(style) + name + pathExplode(t, explode)
	})
}

// asID returns the type of a path parameter that is the id of what the path up to
// it is about: the type of that id in responses. On the wire both are the same text,
// and what was read can be passed on.
func (b *builder) asID(o *op, p *param, t *Type) *Type {
	ws := words(p.name)
	if len(ws) == 0 || ws[len(ws)-1] != "id" || t.Kind != KindString && t.Kind != KindInt {
		return t
	}
	i := strings.Index(o.path, "{"+p.name+"}")
	if i < 0 {
		return t
	}
	item := o.path[:i+len(p.name)+2]
	for _, method := range []string{"GET", "PATCH", "PUT", "POST"} {
		for _, q := range b.ops {
			if q.method != method || strings.TrimRight(q.path, "/") != item {
				continue
			}
			if id := b.resultID(q); id != nil {
				return id
			}
		}
	}
	return t
}

// resultID is the Go type of the id in what o returns; nil if it has none that is a
// string or an integer.
func (b *builder) resultID(o *op) *Type {
	if o.doc != nil && !o.doc.Many && len(o.doc.Types) == 1 {
		if r := b.resources[o.doc.Types[0]]; r != nil {
			return b.idType(r.schemas)
		}
	}
	ok := o.successes()
	if o.doc != nil || len(ok) == 0 || ok[0].schema == nil {
		return nil
	}
	s := b.schemas.Of(ok[0].schema).Core()
	if s == nil || s.Property("id") == nil {
		return nil
	}
	id := s.Property("id").Schema()
	if core := id.Core(); core == nil || core.Types != schema.String && core.Types != schema.Integer || core.Enum != nil || b.override(core, id) != nil {
		return nil
	}
	if t := b.scalarType(id.Core()); t.Kind == KindString || t.Kind == KindInt {
		return t
	}
	return nil
}

func pathOperator(style string) string {
	switch style {
	case "label":
		return "."
	case "matrix":
		return ";"
	}
	return ""
}

func pathExplode(t *Type, explode bool) string {
	if explode && (t.Kind == KindSlice || t.Kind == KindMap || t.Kind == KindNamed && t.Decl.Kind == DeclStruct) {
		return "*"
	}
	return ""
}

func (o *op) pathParam(name string) *param {
	for _, p := range o.params {
		if p.in == "path" && p.name == name {
			return p
		}
	}
	return nil
}

// expandPath rewrites each {name} of a template. Names may carry what routers
// allow in them: {+path}, {id:[0-9]+}.
func (b *builder) expandPath(path string, expand func(name string) string) string {
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(path, "{")
		out.WriteString(before)
		if !ok {
			return out.String()
		}
		name, after, ok := strings.Cut(rest, "}")
		if !ok {
			out.WriteString("%7B" + rest)
			return out.String()
		}
		name, _, _ = strings.Cut(name, ":")
		name = strings.TrimSuffix(strings.TrimLeft(name, "+;.?/&#"), "*")
		out.WriteString("{" + expand(name) + "}")
		path = after
	}
}

// convertOptions gathers query, header and cookie parameters in a struct.
func (b *builder) convertOptions(o *op) {
	var ps []*param
	for _, p := range o.params {
		if p.in != "path" && !b.isClientHeader(p) {
			ps = append(ps, p)
		}
	}
	if len(ps) == 0 {
		return
	}
	d := b.params(o)
	for _, p := range ps {
		d.Fields = append(d.Fields, b.option(o, p))
	}
}

// paramsSuffix ends the names of structs of parameters, and of nothing else.
const paramsSuffix = "Params"

// params is the struct of an operation's parameters, which is declared when the
// first of them is met.
func (b *builder) params(o *op) *Decl {
	if o.out.Options == nil {
		d := &Decl{Kind: DeclStruct, Role: RoleOptions, method: o, File: o.file(), Pointer: o.node.Pointer() + "/parameters", Pos: o.node.Position()}
		d.name = naming{base: o.base(), suffix: paramsSuffix, rank: rankOperation, node: o.node, below: "/parameters"}
		b.add(d)
		o.out.Options = d
	}
	return o.out.Options
}

// findClientHeaders moves header parameters with a value of their own, which
// every operation has, from the operations to the client.
func (b *builder) findClientHeaders() {
	if len(b.ops) < 2 {
		return
	}
	for _, p := range b.ops[0].params {
		value, fixed := fixedValue(p, b.schemas.Of(p.schema))
		if p.in != "header" || !fixed || p.json {
			continue
		}
		everywhere := !slices.ContainsFunc(b.ops, func(o *op) bool {
			return !slices.ContainsFunc(o.params, func(q *param) bool {
				v, ok := fixedValue(q, b.schemas.Of(q.schema))
				return q.in == p.in && q.name == p.name && ok && v == value
			})
		})
		h := ClientHeader{Name: p.name, GoName: exported(p.name), Default: value, Doc: Doc{Text: prose.Plain(p.node.Get("description").Str(), maxFieldDoc)}}
		taken := slices.ContainsFunc(b.api.Schemes, func(s Scheme) bool { return s.GoName == h.GoName })
		if everywhere && h.GoName != "" && !taken {
			b.api.Headers = append(b.api.Headers, h)
		}
	}
}

func (b *builder) isClientHeader(p *param) bool {
	return p.in == "header" && slices.ContainsFunc(b.api.Headers, func(h ClientHeader) bool { return h.Name == p.name })
}

// option is the field of one parameter.
func (b *builder) option(o *op, p *param) *Field {
	f := &Field{Name: p.name, GoName: p.node.Get("x-go-name").Str(), Pos: p.node.Position(), OmitZero: !p.required}
	switch p.in {
	case "query":
		f.In = InQuery
	case "header":
		f.In = InHeader
	case "cookie":
		f.In = InCookie
	}
	var s *schema.Schema
	if p.schema != nil {
		s = b.schemas.Of(p.schema)
		f.Constraints, f.schemas = constraintsOf(s), []*load.Node{p.schema}
		at := b.parameterPlace(o, p)
		word, list := s.PatternWords()
		switch noun, _ := o.family(b, p); {
		case word == nil || noun == "":
			f.Type = b.typeOf(s, RoleWrite, at)
		case list:
			f.Type = &Type{Kind: KindSlice, Elem: b.typeOf(word, RoleWrite, at)}
			joined := *p
			joined.explode, p = false, &joined
		default:
			f.Type = b.typeOf(word, RoleWrite, at)
		}
	} else {
		f.Type, s = &Type{Kind: KindString}, &schema.Schema{}
	}
	f.Doc = parameterDoc(p, s)
	f.Flags = styleFlags(p, f.Type)
	value, fixed := fixedValue(p, s)
	if p.required && fixed && !strings.ContainsAny(value, "\"`\n") && f.Type.Kind != KindSlice && f.Type.Kind != KindMap {
		f.Flags = append(f.Flags, "default="+value)
		f.OmitZero = true
	}
	switch {
	case !f.OmitZero || f.Type.Kind == KindAny || f.Type.Kind == KindRaw:
	case isPlainText(f.Type, s) && !p.node.Get("allowEmptyValue").True():
		f.Flags = append([]string{"omitzero"}, f.Flags...)
	default:
		f.Type = optional(f.Type, false, false)
	}
	return f
}

// isPlainText reports whether the zero value of t, the type of an optional
// parameter, says nothing that a server would want to know: it is left out then. A
// number or a boolean may be meant when it is zero.
func isPlainText(t *Type, s *schema.Schema) bool {
	switch t.Kind {
	case KindString, KindTime, KindDate:
		return true
	case KindExtern:
		core := s.Core()
		return core != nil && core.Types == schema.String
	case KindNamed:
		return t.Decl.Kind == DeclEnum && t.Decl.Underlying.Kind == KindString && !slices.ContainsFunc(t.Decl.Values, func(v *Value) bool { return v.JSON == `""` })
	}
	return false
}

// fixedValue is what a required parameter holds when the user says nothing.
func fixedValue(p *param, s *schema.Schema) (string, bool) {
	if d := p.schema.Get("default"); d != nil && d.Kind != load.Object && d.Kind != load.Array && d.Kind != load.Null {
		return d.Value, true
	}
	if c := s.ConstantValue(); c != nil {
		return c.Value, true
	}
	return "", false
}

// styleFlags spells how a parameter is written.
func styleFlags(p *param, t *Type) []string {
	var flags []string
	compound := t.Kind == KindSlice || t.Kind == KindMap || t.Kind == KindNamed && t.Decl.Kind != DeclEnum || t.Kind == KindRaw || t.Kind == KindAny
	switch {
	case p.json:
		flags = append(flags, "json")
	case p.in == "header":
		if p.explode && compound {
			flags = append(flags, "explode")
		}
	case p.in == "cookie" && p.style == "cookie":
		flags = append(flags, "plain")
		if !p.explode && compound {
			flags = append(flags, "csv")
		}
	case p.style == "deepObject":
		flags = append(flags, "deep")
	case p.explode && (p.style == "spaceDelimited" || p.style == "pipeDelimited"):
		// OpenAPI has no such combination: separate parameters, as most tools write
	case p.style == "spaceDelimited":
		flags = append(flags, "space")
	case p.style == "pipeDelimited":
		flags = append(flags, "pipe")
	case !p.explode && compound:
		flags = append(flags, "csv")
	}
	if p.reserved {
		flags = append(flags, "reserved")
	}
	return flags
}
