package model

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/schema"
)

// This file looks for media types of a request or a response that no method has. A
// method has one type of body, and one of results, but for what JSON and streams of
// one response are.

// unused is a media type that no method has.
type unused struct {
	op      *op
	node    *load.Node
	types   []string
	request bool
}

// noteUnusedBody notes media types that a body may have and is not sent as.
func (b *builder) noteUnusedBody(o *op, body *Body) {
	content := o.node.Get("requestBody").Target().Get("content")
	b.noteUnused(o, content, o.body, true, func(t string) bool {
		switch body.Kind {
		case BodyText:
			return textMedia(t)
		case BodyStream: // api.WithHeader says which
			return rawMedia(t)
		}
		return false
	})
}

// noteUnusedResult notes media types of a response that the method does not ask for.
// One that returns bytes, or text, asks for all that are.
func (b *builder) noteUnusedResult(o *op, r response) {
	content := r.node.Get("content")
	kind := o.out.Result.Kind
	also := map[string]bool{}
	if r.stream != nil {
		also[baseType(r.stream.contentType)] = true
	}
	if kind == ResultValue || kind == ResultPointer || kind == ResultByStatus {
		for _, m := range r.others {
			also[baseType(m.contentType)] = true
		}
	}
	alike := func(t string) bool { return kind == ResultStream && rawMedia(t) || kind == ResultText && textMedia(t) }
	for _, m := range sortedMembers(content) {
		if t := baseType(m.Name); alike(t) && t != baseType(r.media.contentType) && !strings.Contains(t, "*") {
			o.out.Accept += ", " + m.Name
		}
	}
	b.noteUnused(o, content, r.media, false, func(t string) bool { return also[t] || alike(t) })
}

// noteUnused notes the media types of content other than the chosen one that say
// something else, and that has does not report.
func (b *builder) noteUnused(o *op, content *load.Node, chosen *media, request bool, has func(t string) bool) {
	if content == nil || content.Kind != load.Object || chosen == nil {
		return
	}
	u := unused{op: o, request: request}
	for _, m := range sortedMembers(content) {
		t, s := baseType(m.Name), m.Value.Target().Get("schema")
		if t == baseType(chosen.contentType) || strings.Contains(t, "*") || t == "" || has(t) || b.sameSchema(s, chosen.schema) || s == nil && spellsJSON(t) {
			continue
		}
		if u.node == nil {
			u.node = m.Value
		}
		u.types = append(u.types, t)
	}
	if u.node != nil {
		b.unused = append(b.unused, u)
	}
}

// sameSchema reports whether two bodies hold the same values.
func (b *builder) sameSchema(x, y *load.Node) bool {
	if x == nil || y == nil {
		return x == y
	}
	return b.schemas.Of(x).Core() == b.schemas.Of(y).Core() || bytes.Equal(x.JSON(), y.JSON())
}

// spellsJSON reports whether a media type is another spelling of what JSON is.
func spellsJSON(t string) bool {
	for _, format := range []string{"json", "xml", "yaml", "cbor", "msgpack", "x-msgpack", "protobuf", "x-protobuf"} {
		if strings.HasSuffix(t, "/"+format) || strings.HasSuffix(t, "+"+format) || strings.HasSuffix(t, "/x-"+format) {
			return true
		}
	}
	return false
}

// warnUnused warns once of requests, and once of responses, because documents repeat
// themselves in all operations.
func (b *builder) warnUnused() {
	for _, request := range []bool{true, false} {
		all := slices.DeleteFunc(slices.Clone(b.unused), func(u unused) bool { return u.request != request })
		if len(all) == 0 {
			continue
		}
		first := slices.MinFunc(all, func(x, y unused) int { return x.node.Position().Compare(y.node.Position()) })
		o, types := first.op, strings.Join(first.types, ", ")
		message := o.out.ID + " asks for " + o.out.Accept + ", and not for " + types
		fix := "ask for it with the client's method Call: client.With(api.WithHeader(\"Accept\", " + strconv.Quote(first.types[0]) + ")).Call(ctx, " + strconv.Quote(o.method) + ", path, nil, &data), where data is a []byte"
		if request {
			message = o.out.ID + " sends " + baseType(o.out.Body.ContentType) + ", and not " + types
			fix = "send it with the client's method Call: client.With(api.WithHeader(\"Content-Type\", " + strconv.Quote(first.types[0]) + ")).Call(ctx, " + strconv.Quote(o.method) + ", path, body, &result)"
			if t := first.types[0]; t == "multipart/form-data" || t == "application/x-www-form-urlencoded" {
				word := "Form"
				if t == "multipart/form-data" {
					word = "Multipart"
				}
				fix = "send it with the client's method Call: client.Call(ctx, " + strconv.Quote(o.method) + ", path, api." + word + "(form), &result)"
			}
		}
		if n := len(all); n > 1 {
			message += "; " + strconv.Itoa(n) + " operations have other media types like this"
		}
		b.warn(first.node, "unused-media", message, fix+"; or leave the others out of the document to choose one")
	}
}

// chooseUpload makes a body multipart that JSON cannot be: one of its members is a file.
func (b *builder) chooseUpload(content *load.Node, m *media) *media {
	if m == nil || !jsonMedia(m.contentType) && baseType(m.contentType) != "application/x-www-form-urlencoded" {
		return m
	}
	n := content.Get("multipart/form-data").Target()
	s := b.schemas.Of(n.Get("schema")).Core()
	if s == nil || !b.sameSchema(m.schema, n.Get("schema")) || !slices.ContainsFunc(s.Properties, func(p *schema.Property) bool { return holdsFile(p.Schema().Core()) }) {
		return m
	}
	return &media{contentType: "multipart/form-data", node: n, schema: n.Get("schema")}
}

// holdsFile reports whether a member is a file, or a list of files.
func holdsFile(s *schema.Schema) bool {
	if s != nil && s.Types == schema.Array && s.Items != nil {
		s = s.Items.Schema().Core()
	}
	return s != nil && isFile(s)
}
