package model

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/docwright/docwright/internal/names"
)

// This file splits a client: each service gets a package of its own, so that a
// program that calls one service compiles that one, and not the thousands of
// types of the others. What only one service uses stands in its package. What
// several use, the client and its options stand in the client's package, which
// the others import; it imports none of them, so there are no cycles. Types that
// refer to each other in a circle are used by the same services, and stay
// together.

// packageSuffix ends the name of a service's package where the name alone would
// not do.
const packageSuffix = "service"

// badPackages are names that no package of a service gets: they mean something
// to the go command, to Windows, or to whoever imports the package.
var badPackages = func() map[string]bool {
	m := map[string]bool{"internal": true, "vendor": true, "testdata": true, "con": true, "prn": true, "aux": true, "nul": true}
	for i := range 10 {
		m["com"+strconv.Itoa(i)], m["lpt"+strconv.Itoa(i)] = true, true
	}
	return m
}()

// namePackages names the packages of services. A package keeps the name that an
// earlier run gave it.
func (b *builder) namePackages() {
	if !b.opts.Split {
		return
	}
	b.api.Split = true
	taken := map[string]bool{}
	key := func(s *Service) string { return "service " + s.GoName + " package" }
	for _, s := range b.api.Services {
		if name := b.opts.Names[key(s)]; name != "" && names.Package(name) == name && !taken[name] {
			s.Package, taken[name] = name, true
		}
	}
	for _, s := range b.api.Services {
		if s.Package == "" {
			base := names.Package(s.GoName)
			if base == "" || base[0] < 'a' || badPackages[base] || names.Reserved(base) || base == b.opts.Package {
				base += packageSuffix
			}
			s.Package = base
			for i := 2; taken[s.Package]; i++ {
				s.Package = base + strconv.Itoa(i)
			}
			taken[s.Package] = true
		}
		s.File = packageSuffix
		b.remember(key(s), s.Package)
	}
}

// splitDecls puts each declaration into the package of the only service that
// uses it, or into the client's.
func (b *builder) splitDecls() {
	if !b.api.Split {
		return
	}
	s := &splitter{updates: map[string][]*Decl{}, owner: map[*Decl]string{}, shared: map[*Decl]bool{}}
	for _, d := range b.order {
		if d.Resource != "" && d.Role == RoleWrite {
			s.updates[d.Resource] = append(s.updates[d.Resource], d)
		}
	}
	for _, e := range b.api.Errors {
		s.use(e.Type, "")
	}
	for _, h := range b.api.Webhooks {
		s.use(h.Type, h.Package)
	}
	for _, o := range b.ops {
		for _, t := range o.out.types() {
			s.use(t, o.svc.Package)
		}
	}
	for _, d := range b.order {
		if s.owner[d] == "" {
			s.share(d) // nobody uses it, and it may use others
		}
	}
	for _, d := range b.order {
		d.Package = s.owner[d]
	}
	for _, svc := range b.api.Services {
		b.trimDecls(svc)
	}
}

// types lists the types that a method mentions.
func (o *Operation) types() []*Type {
	list := []*Type{o.Result.Type, o.Result.Meta}
	for _, a := range o.Args {
		list = append(list, a.Type)
	}
	if o.Body != nil {
		list = append(list, o.Body.Type)
	}
	if o.Stream != nil {
		list = append(list, o.Stream.Result.Type)
	}
	for _, d := range []*Decl{o.Options, o.Header} {
		if d != nil {
			list = append(list, named(d))
		}
	}
	for _, e := range o.Errors {
		list = append(list, e.Type)
	}
	return list
}

// splitter finds who uses what.
type splitter struct {
	updates map[string][]*Decl // what requests hold, by resource: what is read may return it
	owner   map[*Decl]string   // package of the only service that was seen to use it
	shared  map[*Decl]bool     // it stands in the client's package
}

// use notes that a package mentions a type; "" is the client's.
func (s *splitter) use(t *Type, pkg string) {
	for t != nil && t.Elem != nil {
		t = t.Elem
	}
	if t == nil || t.Kind != KindNamed || s.shared[t.Decl] {
		return
	}
	d := t.Decl
	owner, seen := s.owner[d]
	switch {
	case pkg == "" || seen && owner != pkg:
		s.share(d)
	case !seen:
		s.owner[d] = pkg
		s.below(d, func(t *Type) { s.use(t, pkg) })
	}
}

// share puts a declaration, and all that it uses, into the client's package.
func (s *splitter) share(d *Decl) {
	if s.shared[d] {
		return
	}
	s.shared[d] = true
	s.owner[d] = ""
	s.below(d, func(t *Type) { s.use(t, "") })
}

// below calls f for the types that the declaration of d mentions.
func (s *splitter) below(d *Decl, f func(*Type)) {
	if d.Underlying != nil {
		f(d.Underlying)
	}
	for _, field := range d.Fields {
		f(field.Type)
	}
	if d.Resource != "" && d.Role == RoleRead {
		for _, u := range s.updates[d.Resource] {
			f(named(u))
		}
	}
}

// trimDecls takes the service's name from the names of what its methods declare
// in its package: issues.ListParams, not issues.IssueListParams.
func (b *builder) trimDecls(svc *Service) {
	for _, d := range b.order {
		if d.Package != svc.Package || d.name.given || outermost(d).name.rank != rankOperation {
			continue
		}
		rest, ok := strings.CutPrefix(d.name.base, singularService(svc))
		if ok && rest != "" && unicode.IsUpper(rune(rest[0])) {
			d.name.base = rest
		}
	}
}
