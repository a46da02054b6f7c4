package review

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// symbolIndex says what the exported names of a client stand for: where the document
// declares them, and what they do on the wire.
type symbolIndex struct {
	at         map[string]Place               // symbol → place
	by         map[Place][]string             // place → symbols, as they were met
	meaning    map[string]string              // symbol → what it is or does on the wire
	needs      map[string]string              // method → which credentials it takes
	sends      map[string]string              // method → "GET /contacts/{id}"
	methods    map[string]string              // "GET /contacts/{id}" → method
	deprecated map[string]string              // symbol → why
	constants  map[string][]string            // enum type → its constants
	enumOf     map[string]string              // constant → its enum type
	values     map[string]string              // constant → its value as JSON
	byValue    map[string]map[string][]string // see constantsByValue
	decls      map[string]*model.Decl
	fields     map[string]*model.Field
	owners     map[string]*model.Decl // field → its struct
	operations map[string]*model.Operation
	users      map[*model.Decl][]string // type of a request → the methods that send it
}

// indexSymbols reads a side's model; a nil side has no symbols.
func indexSymbols(side *Side) *symbolIndex {
	s := &symbolIndex{
		at: map[string]Place{}, by: map[Place][]string{}, meaning: map[string]string{}, needs: map[string]string{}, sends: map[string]string{}, methods: map[string]string{},
		deprecated: map[string]string{}, constants: map[string][]string{},
		enumOf: map[string]string{}, values: map[string]string{}, decls: map[string]*model.Decl{}, fields: map[string]*model.Field{}, owners: map[string]*model.Decl{},
		operations: map[string]*model.Operation{}, users: map[*model.Decl][]string{},
	}
	if side == nil || side.API == nil {
		return s
	}
	for _, service := range side.API.Services {
		for _, op := range service.Operations {
			s.operation(side.API, service, op)
		}
	}
	for _, d := range side.API.Decls {
		s.decl(d)
	}
	return s
}

func (s *symbolIndex) add(name string, pos load.Position, doc model.Doc) {
	place := at(pos)
	s.at[name] = place
	s.by[place] = append(s.by[place], name)
	if doc.Deprecated != "" {
		s.deprecated[name] = doc.Deprecated
	}
}

// expression is a variable in a path as RFC 6570 has it: {+path}, {;ids*}.
var expression = regexp.MustCompile(`\{[^A-Za-z0-9_}]*([^}]*?)\*?\}`)

// variable is the same, with its operator and its modifier.
var variable = regexp.MustCompile(`\{([+#./;?&]?)[^}]*?(\*?)\}`)

func (s *symbolIndex) operation(api *model.API, service *model.Service, op *model.Operation) {
	typ := qualified(service.Package, service.TypeName())
	name := typ + "." + op.GoName
	sends := op.Method + " " + expression.ReplaceAllString(op.Path, "{$1}")
	s.add(name, op.Pos, op.Doc)
	s.sends[name], s.operations[name] = sends, op
	s.use(name, op)
	s.methods[sends] = name
	s.meaning[name], s.needs[name] = "sends "+sends, needs(api, op)
	if op.Page == nil {
		return
	}
	for _, method := range []string{op.Page.All, op.Page.Pages} {
		if method != "" {
			method = typ + "." + method
			s.add(method, op.Pos, op.Doc)
			s.sends[method] = sends
			s.meaning[method], s.needs[method] = s.meaning[name], s.needs[name]
		}
	}
}

// use notes which types a method sends.
func (s *symbolIndex) use(method string, op *model.Operation) {
	seen := map[*model.Decl]bool{}
	var visit func(d *model.Decl)
	through := func(t *model.Type) {
		for ; t != nil; t = t.Elem {
			visit(t.Decl)
		}
	}
	visit = func(d *model.Decl) {
		if d == nil || seen[d] {
			return
		}
		seen[d] = true
		s.users[d] = append(s.users[d], method)
		through(d.Underlying)
		for _, f := range d.Fields {
			through(f.Type)
		}
	}
	visit(op.Options)
	if op.Body != nil {
		through(op.Body.Type)
	}
}

// typeUsers are the fields and methods that name a type.
func (s *symbolIndex) typeUsers() map[string][]string {
	users := map[string][]string{}
	note := func(t *model.Type, user string) {
		for ; t != nil; t = t.Elem {
			if t.Decl != nil {
				name := qualified(t.Decl.Package, t.Decl.GoName)
				users[name] = append(users[name], user)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.fields)) {
		note(s.fields[name].Type, name)
	}
	for _, name := range slices.Sorted(maps.Keys(s.decls)) {
		note(s.decls[name].Underlying, name)
	}
	for _, name := range slices.Sorted(maps.Keys(s.operations)) {
		op := s.operations[name]
		note(op.Result.Type, name)
		note(op.Result.Meta, name)
		if op.Options != nil {
			note(&model.Type{Kind: model.KindNamed, Decl: op.Options}, name)
		}
		if op.Body != nil {
			note(op.Body.Type, name)
		}
		if op.Header != nil {
			note(&model.Type{Kind: model.KindNamed, Decl: op.Header}, name)
		}
		if op.Stream != nil {
			note(op.Stream.Result.Type, name)
		}
		for _, e := range op.Errors {
			note(e.Type, name)
		}
		for _, a := range op.Args {
			note(a.Type, name)
		}
	}
	return users
}

// needs says which credentials an operation takes.
func needs(api *model.API, op *model.Operation) string {
	security := op.Security
	if security == nil {
		security = api.Security
	}
	var ways []string
	for _, set := range security {
		if len(set) == 0 {
			ways = append(ways, "none")
			continue
		}
		ways = append(ways, strings.Join(set, " and "))
	}
	if len(ways) == 0 {
		return "none"
	}
	return strings.Join(ways, " or ")
}

// placesOnWire names the places of fields on the wire.
var placesOnWire = map[model.In]string{
	model.InMember: "member", model.InID: "resource id", model.InAttr: "attribute", model.InRel: "relationship", model.InMeta: "meta",
	model.InLinks: "links", model.InUnknown: "members without a field of their own", model.InQuery: "query parameter", model.InHeader: "header",
	model.InCookie: "cookie", model.InVariant: "variant", model.InStatus: "status",
}

func (s *symbolIndex) decl(d *model.Decl) {
	typ := qualified(d.Package, d.GoName)
	s.add(typ, d.Pos, d.Doc)
	s.decls[typ] = d
	if d.Resource != "" {
		s.meaning[typ] = fmt.Sprintf("is a resource of type %q", d.Resource)
	}
	for _, f := range d.Fields {
		if f.GoName == "_" {
			continue
		}
		name := typ + "." + f.GoName
		s.add(name, f.Pos, f.Doc)
		s.fields[name] = f
		s.owners[name] = d
		s.meaning[name] = fmt.Sprintf("is the %s %q", placesOnWire[f.In], f.Name)
	}
	for _, v := range d.Values {
		name := qualified(d.Package, v.GoName)
		s.constants[typ] = append(s.constants[typ], name)
		s.at[name], s.enumOf[name], s.values[name] = at(d.Pos), typ, v.JSON
	}
}

// near returns the symbols that stand for n or for the nearest thing around it,
// and the constants of enums among them.
func (s *symbolIndex) near(n *load.Node) []string {
	for place := n; place != nil; place = place.Parent {
		if list := s.by[at(place.Position())]; len(list) > 0 {
			return s.withConstants(list, n)
		}
	}
	return nil
}

// along returns the symbols that stand for the last node of a way that has any.
func (s *symbolIndex) along(way []*load.Node) []string {
	for i := len(way) - 1; i > 0; i-- { // the body itself is too much
		if list := s.by[at(way[i].Position())]; len(list) > 0 {
			return s.withConstants(list, way[len(way)-1])
		}
	}
	return nil
}

// member returns the field of what is written, or is read, that stands for the last
// member on a way.
func (s *symbolIndex) member(way []*load.Node, written bool) []string {
	for i := len(way) - 1; i > 0; i-- {
		fields := slices.DeleteFunc(slices.Clone(s.by[at(way[i].Position())]), func(name string) bool {
			owner := s.owners[name]
			return owner == nil || written && owner.Role == model.RoleRead || !written && owner.Role == model.RoleWrite
		})
		if len(fields) > 0 {
			return fields
		}
	}
	return nil
}

// withConstants adds the constants of the enums in list; where n is a value of
// an enum, its constant alone will do.
func (s *symbolIndex) withConstants(list []string, n *load.Node) []string {
	if n.Parent != nil && n.Parent.Name == "enum" {
		for _, name := range list {
			if same := s.constantsByValue(name)[string(n.JSON())]; len(same) > 0 {
				return same[:1]
			}
		}
	}
	all := slices.Clone(list)
	for _, name := range list {
		all = append(all, s.constants[name]...)
	}
	return all
}

// below returns the symbols that stand for something within n.
func (s *symbolIndex) below(n *load.Node) []string {
	if n == nil {
		return nil
	}
	list := s.by[at(n.Position())]
	for _, m := range n.Members {
		list = append(list, s.below(m.Value)...)
	}
	for _, item := range n.Items {
		list = append(list, s.below(item)...)
	}
	return list
}
