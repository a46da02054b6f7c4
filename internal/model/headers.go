package model

import (
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/schema"
)

// This file types the headers of answers. Most documents repeat a few of them
// for every operation, so those with the same headers share a type.

// convertHeaders declares the headers of the first response of success that has
// any, or else of a documented redirect, which is no error either.
func (b *builder) convertHeaders(o *op) {
	redirects := slices.DeleteFunc(slices.Clone(o.responses), func(r response) bool { return !strings.HasPrefix(r.code, "3") })
	for _, r := range slices.Concat(o.successes(), redirects) {
		headers := readHeaders(r.node.Get("headers"))
		if len(headers) == 0 {
			continue
		}
		var fingerprint strings.Builder
		fingerprint.WriteString("headers")
		for _, h := range headers {
			fingerprint.WriteString(" " + h.Name + " " + headerFingerprint(h.Value))
		}
		d := b.inline[fingerprint.String()]
		if d == nil {
			d = b.headerDecl(o, r, headers)
			b.inline[fingerprint.String()] = d
		} else if key := (lockKey{node: r.node, below: "/headers"}); !slices.Contains(b.keys(d), key) {
			d.name.also = append(d.name.also, key)
		}
		shareHeaders(d, o)
		o.out.Header = d
		return
	}
}

// readHeaders lists the headers that a response declares, without those that
// OpenAPI bids to ignore.
func readHeaders(n *load.Node) []load.Member {
	if n == nil || n.Kind != load.Object {
		return nil
	}
	var out []load.Member
	for _, m := range n.Members {
		m.Value = m.Value.Target()
		again := slices.ContainsFunc(out, func(o load.Member) bool { return strings.EqualFold(o.Name, m.Name) })
		if m.Value != nil && m.Value.Kind == load.Object && isToken(m.Name) && !strings.EqualFold(m.Name, "content-type") && !again {
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(x, y load.Member) int { return strings.Compare(x.Name, y.Name) })
	return out
}

// isToken tells whether a header can have this name.
func isToken(s string) bool {
	return s != "" && strings.IndexFunc(s, func(c rune) bool {
		return c <= ' ' || c >= 0x7f || strings.ContainsRune("\"(),/:;<=>?@[\\]{}", c)
	}) < 0
}

// headerFingerprint is what two headers of one type and meaning share.
func headerFingerprint(n *load.Node) string {
	return string(n.Get("schema").JSON()) + string(n.Get("content").JSON()) + n.Get("description").Str()
}

// headerDecl declares a struct with a field per header.
func (b *builder) headerDecl(o *op, r response, headers []load.Member) *Decl {
	d := &Decl{Kind: DeclStruct, Role: RoleHeader, method: o, File: o.file(), Pointer: r.node.Pointer() + "/headers", Pos: r.node.Position()}
	d.name = naming{base: o.base() + "Header", rank: rankOperation, node: r.node, below: "/headers"}
	b.add(d)
	for _, h := range headers {
		p := readParam(&load.Node{Kind: load.Object, Members: append([]load.Member{
			{Name: "name", Value: &load.Node{Kind: load.String, Value: h.Name}}, {Name: "in", Value: &load.Node{Kind: load.String, Value: "path"}},
		}, h.Value.Members...), Parent: h.Value.Parent, File: h.Value.File, Line: h.Value.Line, Col: h.Value.Col})
		f := &Field{Name: h.Name, GoName: h.Value.Get("x-go-name").Str(), In: InHeader, Type: &Type{Kind: KindString}, Pos: h.Value.Position()}
		s := &schema.Schema{}
		if p.schema != nil {
			s = b.schemas.Of(p.schema)
			f.Type = b.typeOf(s, RoleOptions, place{owner: d, part: h.Name})
			f.Constraints = constraintsOf(s)
		}
		if p.json {
			f.Flags = []string{"json"}
		} else if h.Value.Get("explode").True() {
			f.Flags = []string{"explode"}
		}
		f.Doc = fieldDoc(h.Name, described(h.Value, s), RoleRead)
		d.Fields = append(d.Fields, f)
	}
	return d
}

// shareHeaders names a type after all operations that have these headers: those
// of one service, or of any.
func shareHeaders(d *Decl, o *op) {
	switch first := d.method; {
	case first == o:
	case first != nil && first.svc == o.svc:
		d.name.base, d.shared = singularService(o.svc)+"Header", true
	default:
		d.name.base, d.shared, d.method = "ResponseHeader", true, nil
		d.File = "response_header"
	}
}
