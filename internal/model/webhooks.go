package model

import (
	"net/http"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/names"
)

// Webhook is a request that the API makes to its user: a webhook, or a callback
// of an operation.
type Webhook struct {
	Name string // as documented, e.g. "newPet"
	Of   string // Go name of the method that asks for a callback, e.g. "PetsService.Subscribe"; "" for webhooks
	Type *Type  // payload; nil for one that is passed on as it comes

	ContentType string   // of the payload, e.g. "application/xml"
	Headers     []string // header parameters, in documented order

	Package string // of the method that asks for a callback: see Service

	of *op
}

// convertWebhooks declares the types of what the API sends. That is read, as
// responses are.
func (b *builder) convertWebhooks() {
	f := b.opts.Include
	if len(f.Tags)+len(f.Paths)+len(f.Operations) == 0 {
		for _, word := range []string{"webhooks", "x-webhooks"} {
			for _, m := range sortedMembers(b.doc.Root.Get(word)) {
				b.convertHooks(m.Name, m.Value.Target(), nil)
			}
		}
	}
	for _, o := range b.ops {
		for _, m := range sortedMembers(o.node.Get("callbacks")) {
			for _, at := range sortedMembers(m.Value.Target()) {
				b.convertHooks(m.Name, at.Value.Target(), o)
			}
		}
	}
}

// convertHooks reads the operations of a path item that the API calls.
func (b *builder) convertHooks(name string, item *load.Node, of *op) {
	for _, method := range methods {
		body := item.Get(method).Target().Get("requestBody").Target()
		m := b.pickMedia(body.Get("content"))
		if m == nil {
			continue
		}
		h := Webhook{Name: name, ContentType: m.contentType, Headers: headerNames(item, item.Get(method)), of: of}
		at := place{base: names.Exported(name) + "Webhook", file: "webhooks"}
		if of != nil {
			h.Of, h.Package = of.methodName(of.svc.Package), of.svc.Package
			at = place{base: of.base() + names.Exported(name), part: "callback", file: names.Snake(of.svc.GoName)}
		}
		h.Type = b.hookType(m, at)
		if h.Type == nil {
			b.api.Webhooks = append(b.api.Webhooks, h)
			continue
		}
		if d := h.Type.Decl; d != nil && d.name.rank != rankComponent && d.Doc.Text == "" {
			d.Doc.Text = "what the webhook " + name + " holds."
			if of != nil {
				d.Doc.Text = "what the callback " + name + " holds."
			}
		}
		b.api.Webhooks = append(b.api.Webhooks, h)
	}
}

// headerNames returns the names of the header parameters of path items and
// operations. OpenAPI, Parameter Object: Accept, Content-Type and Authorization
// are not parameters.
func headerNames(nodes ...*load.Node) []string {
	var names []string
	for _, n := range nodes {
		list := n.Get("parameters")
		if list == nil {
			continue
		}
		for _, item := range list.Items {
			p := item.Target()
			name := http.CanonicalHeaderKey(p.Get("name").Str())
			if p.Get("in").Str() != "header" || slices.Contains([]string{"", "Accept", "Content-Type", "Authorization"}, name) {
				continue
			}
			if name = p.Get("name").Str(); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// hookType is the type of a payload that the runtime decodes: JSON, or a form.
func (b *builder) hookType(m *media, at place) *Type {
	form := baseType(m.contentType) == "application/x-www-form-urlencoded"
	if !form && !jsonMedia(m.contentType) {
		b.rawBody(m)
		return nil
	}
	if m.schema == nil {
		return nil
	}
	t := b.typeOf(b.schemas.Of(m.schema), RoleRead, at)
	if t.Kind == KindRaw || form && (t.Kind != KindNamed || t.Decl.Kind != DeclStruct) {
		return nil
	}
	return t
}

// sortedMembers are the members of an object in an order of its own, so that the
// order of the document changes nothing.
func sortedMembers(n *load.Node) []load.Member {
	if n == nil || n.Kind != load.Object {
		return nil
	}
	members := slices.DeleteFunc(slices.Clone(n.Members), func(m load.Member) bool { return strings.HasPrefix(m.Name, "x-") && n.Name == "callbacks" })
	slices.SortStableFunc(members, func(x, y load.Member) int { return strings.Compare(x.Name, y.Name) })
	return members
}
