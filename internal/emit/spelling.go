package emit

import (
	"go/token"
	"path"
	"strings"

	"github.com/docwright/docwright/internal/model"
	"github.com/docwright/docwright/internal/names"
)

// This file spells single things of a client for those who write about it:
// types, signatures, options, calls. It is Go as Files would write it.

// Spelling spells parts of a client. It is safe for concurrent use.
type Spelling struct {
	own   *run // within the package
	other *run // in a package that imports it

	services map[*model.Service]string
	types    map[string]string // by package and the model's name of the file
	runtime  string            // import path
}

// Spell returns the spelling of the client of api. The error is one that Files
// returns, too.
func Spell(api *model.API, opts Options) (*Spelling, error) {
	externs, err := checkAPI(api)
	if err != nil {
		return nil, err
	}
	imports, err := newImportTable(strings.TrimSuffix(opts.Runtime, "/"), externs)
	if err != nil {
		return nil, err
	}
	own := &run{api: api, imports: imports}
	if api.Split {
		if own.client, err = imports.addClient(api.Package, opts.Import); err != nil {
			return nil, err
		}
	}
	other := *own
	other.outside = true
	s := &Spelling{own: own, other: &other, services: map[*model.Service]string{}, types: map[string]string{}, runtime: strings.TrimSuffix(opts.Runtime, "/")}
	decls := map[string][]*model.Decl{}
	for _, d := range api.Decls {
		decls[d.Package] = append(decls[d.Package], d)
	}
	names := map[string]fileNames{"": newFileNames("doc", "client")}
	for _, service := range api.Services {
		if names[service.Package] == nil {
			names[service.Package] = newFileNames()
		}
		s.services[service] = path.Join(service.Package, names[service.Package].next(service.File, "service"))
	}
	for pkg, list := range decls {
		for _, group := range byFile(list) {
			s.types[pkg+"/"+group[0].File] = path.Join(pkg, names[pkg].next(group[0].File, "types"))
		}
	}
	return s, nil
}

// Type spells a type as in the package pkg of a split client, which is "" in
// others, e.g. "[]Contact".
func (s *Spelling) Type(pkg string, t *model.Type) string { return s.own.in(pkg).goType(t) }

// ServiceFile is the name of the file that holds a service, e.g.
// "contacts_service.go", or "contacts/service.go" in a split client.
func (s *Spelling) ServiceFile(service *model.Service) string { return s.services[service] }

// TypeFile is the name of the file that declares d, e.g. "contact.go", with its
// package in a split client.
func (s *Spelling) TypeFile(d *model.Decl) string { return s.types[d.Package+"/"+d.File] }

// Methods spells the signatures of the methods that an operation becomes: its
// own first, then the one that clears, the one that streams and the iterators of a list.
func (s *Spelling) Methods(service *model.Service, op *model.Operation) []string {
	m := methodView{run: s.own.in(service.Package), Operation: op}
	head := "func (s *" + service.TypeName() + ") "
	list := []string{head + op.GoName + "(" + m.Params() + ") " + m.Results()}
	if op.Body != nil && op.Body.Clear != "" {
		list = append(list, head+op.Body.Clear+"("+m.ClearParams()+") "+m.Results())
	}
	if stream := m.Streaming(); stream != nil {
		list = append(list, head+stream.GoName+"("+stream.Params()+") "+stream.Results())
	}
	if hasPages(op) {
		list = append(list,
			head+op.Page.Pages+"("+m.Params()+") iter.Seq2[*"+m.PageType()+", error]",
			head+op.Page.All+"("+m.Params()+") iter.Seq2[*"+m.ItemType()+", error]")
	}
	return list
}

// BodyType spells the type of the parameter that is an operation's body, e.g.
// "ContactUpdate"; "" without one, and where parameters hold its members.
func (s *Spelling) BodyType(service *model.Service, op *model.Operation) string {
	if op.Body == nil || op.Body.Use == model.BodyInParams && op.Body.Type == nil {
		return ""
	}
	return methodView{run: s.own.in(service.Package), Operation: op}.bodyType()
}

// ResultType spells what an operation returns, e.g. "(*Contact, error)".
func (s *Spelling) ResultType(service *model.Service, op *model.Operation) string {
	return methodView{run: s.own.in(service.Package), Operation: op}.Results()
}

// Option spells the option that sets a scheme's credential, e.g.
// "WithToken(token string)"; "" where there is none.
func (s *Spelling) Option(scheme model.Scheme) string {
	v := schemeView{scheme}
	if v.Option() == "" {
		return ""
	}
	return v.Option() + "(" + v.Params() + ")"
}

// variable makes the name of a variable for a value of type t, which is none of
// those taken.
func variable(t *model.Type, taken ...string) string {
	for t.Elem != nil {
		t = t.Elem
	}
	name := "result"
	if t.Kind == model.KindNamed {
		name = names.LowerFirst(t.Decl.GoName)
	}
	if token.IsKeyword(name) {
		return "result"
	}
	for _, other := range taken {
		if name == other {
			return "result"
		}
	}
	return name
}
