package model

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/schema"
)

// This file decides what calls return whose response is a stream of values: server-
// sent events, JSON Lines and JSON text sequences (OpenAPI 3.2, Sequential Media
// Types).

// sequenceMedia reports whether a media type is a sequence of JSON values: JSON
// Lines, or a JSON text sequence (RFC 7464, RFC 8091).
func sequenceMedia(contentType string) bool {
	t := baseType(contentType)
	switch t {
	case "application/jsonl", "application/x-jsonl", "application/jsonlines", "application/x-jsonlines", "text/jsonl",
		"application/ndjson", "application/x-ndjson", "text/x-ndjson", "application/stream+json", "application/json-seq":
		return true
	}
	return strings.HasSuffix(t, "+json-seq") || strings.HasSuffix(t, "+jsonl") || strings.HasSuffix(t, "+ndjson")
}

// streamMedia reports whether a media type is a stream of values.
func streamMedia(contentType string) bool {
	return baseType(contentType) == "text/event-stream" || sequenceMedia(contentType)
}

// nameStreams names the second methods of operations that document JSON and a
// stream.
func (b *builder) nameStreams(ops []*op, taken map[string]*op) {
	for _, o := range ops {
		if o.streamed() == nil || o.method == http.MethodHead || o.node.Get("x-graphql") != nil {
			continue
		}
		wanted := o.out.GoName + "Stream"
		name := wanted
		for i := 2; taken[name] != nil; i++ {
			name = wanted + strconv.Itoa(i)
		}
		if name != wanted {
			b.renamed(o.node.Position(), wanted, name)
		}
		taken[name], o.stream = o, name
	}
}

// streamed is the first success that documents a stream next to JSON; nil if there
// is none.
func (o *op) streamed() *response {
	for _, r := range o.successes() {
		if r.stream != nil {
			return &r
		}
	}
	return nil
}

// convertStream decides what the second method returns.
func (b *builder) convertStream(o *op) {
	if o.stream == "" {
		return
	}
	r := *o.streamed()
	r.media, r.schema = r.stream, r.stream.schema
	o.out.Stream = &Stream{GoName: o.stream, Accept: acceptOf(r.media), Result: b.streamResult(o, r)}
}

// streamResult is the result of a call whose response is a stream.
func (b *builder) streamResult(o *op, r response) Result {
	item := b.itemOf(r.media)
	if sequenceMedia(r.media.contentType) {
		if whole := b.schemas.Of(r.schema); item == nil && !describesText(whole) {
			item = whole
		}
		return Result{Kind: ResultSequence, Type: b.valueOf(o, r, item)}
	}
	if item == nil { // a schema that is not of the items describes the data
		if s := b.schemas.Of(r.schema).Core(); s == nil || !s.SaysSomething() && !jsonMedia(s.ContentMediaType) {
			return Result{Kind: ResultEvents, Type: &Type{Kind: KindString}}
		}
		return Result{Kind: ResultEvents, Type: b.resultType(o, r)}
	}
	core := item.Core()
	switch {
	case core != nil && core.Property("data") != nil && len(core.Variants) == 0:
		return Result{Kind: ResultEvents, Type: b.dataType(o, r, core.Property("data").Schema())}
	case core != nil && areEvents(core):
		return Result{Kind: ResultItems, Type: b.valueOf(o, r, b.decodedEvents(core))}
	}
	return Result{Kind: ResultEvents, Type: b.dataType(o, r, item)}
}

// describesText reports whether a schema says that a value is text and not which.
// As the schema of a sequence it describes the text of the whole, because lines
// that are JSON strings are rare: Prometheus documents its NDJSON like that.
func describesText(s *schema.Schema) bool {
	core := s.Core()
	return core != nil && core.Types == schema.String && len(core.Enum) == 0 && core.Format == "" && len(core.Variants) == 0
}

// itemOf is the schema of the items of a stream: an itemSchema, or the items of a
// schema that describes the whole as an array (OpenAPI 3.2, Sequential Media Types),
// as springdoc writes a Flux of events of any version. It is nil without one.
func (b *builder) itemOf(m *media) *schema.Schema {
	if m.items != nil {
		return b.schemas.Of(m.items)
	}
	s := b.schemas.Of(m.schema).Core()
	if s == nil || !s.IsArray() || s.Items == nil {
		return nil
	}
	return s.Items.Schema()
}

// areEvents reports whether a schema has several kinds of server-sent event.
func areEvents(s *schema.Schema) bool {
	for _, v := range s.Variants {
		if core := v.Schema().Core(); core == nil || core.Property("data") == nil && core.Property("event") == nil {
			return false
		}
	}
	return len(s.Variants) > 0
}

// valueOf is the type of a value of a stream.
func (b *builder) valueOf(o *op, r response, s *schema.Schema) *Type {
	if s == nil {
		return &Type{Kind: KindRaw}
	}
	return b.typeOf(s, RoleRead, b.resultPlace(o, r))
}

// dataType is the type of the data of server-sent events: text, unless the
// document says JSON (OpenAPI 3.2, Special Considerations for Server-Sent Events).
func (b *builder) dataType(o *op, r response, s *schema.Schema) *Type {
	core := s.Core()
	switch json := jsonOf(core); {
	case json != nil:
		return b.valueOf(o, r, json)
	case core != nil && jsonMedia(core.ContentMediaType):
		return &Type{Kind: KindRaw}
	case core == nil, !core.SaysSomething():
		return &Type{Kind: KindString}
	}
	return b.valueOf(o, r, s)
}

// jsonOf is the schema of the JSON in a text; nil if the text is not JSON, or of
// any kind.
func jsonOf(s *schema.Schema) *schema.Schema {
	if s == nil || len(s.ContentSchema) == 0 || s.ContentMediaType != "" && !jsonMedia(s.ContentMediaType) {
		return nil
	}
	return s.ContentSchema[0].Schema()
}

// decodedEvents is a schema of events as the runtime gives them: data that is JSON
// is not text there, but its value.
func (b *builder) decodedEvents(s *schema.Schema) *schema.Schema {
	out := s.Synthesize(s.Node())
	out.Variants = nil
	for _, v := range s.Variants {
		core := v.Schema().Core()
		p := core.Property("data")
		if p == nil || jsonOf(p.Schema().Core()) == nil {
			out.Variants = append(out.Variants, v)
			continue
		}
		event := core.Synthesize(p.Node())
		properties := make([]*schema.Property, len(core.Properties))
		for i, q := range core.Properties {
			if properties[i] = q; q == p {
				properties[i] = &schema.Property{Name: p.Name, Use: *schema.UseOf(jsonOf(p.Schema().Core()))}
			}
		}
		event.SetProperties(properties, core.Required)
		out.Variants = append(out.Variants, schema.UseOf(event))
	}
	return out
}
