package schema

import (
	"regexp"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
)

// This file reads the bodies of operations for what they say about JSON:API. Some
// documents describe the resource and leave out the document around it, or have an
// example alone: what is meant is in Body.

// Body is what a body is, where its own schema says something else or nothing.
type Body struct {
	MediaType string
	Media     *load.Node // media type object
	Schema    *load.Node // of the document
	Why       string     // what was read so
	At        *load.Node // where the evidence is
}

// BodyOf is the body that a content object, or a response without one, means; nil
// if that is what it says.
func (d *Document) BodyOf(n *load.Node) *Body {
	if n == nil {
		return nil
	}
	return d.findEvidence().bodies[n]
}

// Bodies are the bodies that are read as something else, in the order of the
// document's operations.
func (d *Document) Bodies() []*Body {
	e := d.findEvidence()
	var all []*Body
	for _, c := range e.calls {
		for _, b := range c.bodies {
			if made := e.bodies[b.content]; made != nil {
				all = append(all, made)
			}
		}
		for _, r := range c.empty {
			if made := e.bodies[r]; made != nil {
				all = append(all, made)
			}
		}
	}
	return all
}

// call is an operation, as far as this is about JSON:API.
type call struct {
	method, path string
	id           string // operationId
	bodies       []*body
	empty        []*load.Node // responses of success without content
}

// body is the content of a request or of a success.
type body struct {
	request  bool
	status   string
	content  *load.Node
	official bool // application/vnd.api+json is among its media types
	media    []load.Member
	examples []*load.Node
	document *Schema // recognised
	read     *Schema // by what is made of it, where that is not its own schema
	many     bool
}

// schema is what is known of the body as a document; nil for nothing.
func (b *body) schema() *Schema {
	if b.read != nil {
		return b.read
	}
	return b.document
}

var httpMethods = []string{"get", "put", "post", "delete", "patch"}

const officialType = "application/vnd.api+json"

func baseMedia(name string) string {
	t, _, _ := strings.Cut(name, ";")
	return strings.ToLower(strings.TrimSpace(t))
}

// jsonOrAny reports whether a media type may be one of a JSON:API document.
func jsonOrAny(name string) bool {
	switch t := baseMedia(name); t {
	case "application/json", "text/json", "*/*", "application/*", "":
		return true
	default:
		return strings.HasSuffix(t, "+json")
	}
}

// readCalls collects the operations of the document.
func (e *evidence) readCalls() {
	e.readWebhooks(e.document.source.Root.Get("webhooks"))
	paths := e.document.source.Root.Get("paths")
	if paths == nil {
		return
	}
	for _, m := range paths.Members {
		item := m.Value.Target()
		for _, method := range httpMethods {
			op := item.Get(method).Target()
			if op == nil || op.Kind != load.Object {
				continue
			}
			c := &call{method: method, path: m.Name, id: op.Get("operationId").Str()}
			if content := op.Get("requestBody").Target().Get("content"); content != nil {
				e.add(c, content, true, "")
			}
			e.addResponses(c, op.Get("responses"))
			e.calls = append(e.calls, c)
			e.readCallbacks(op.Get("callbacks"))
		}
	}
}

// readCallbacks collects what the API sends of its own accord.
func (e *evidence) readCallbacks(callbacks *load.Node) {
	if callbacks == nil || callbacks.Kind != load.Object {
		return
	}
	for _, m := range callbacks.Members {
		if callback := m.Value.Target(); callback != nil && callback.Kind == load.Object {
			e.readWebhooks(callback)
		}
	}
}

// readWebhooks collects the requests of path items that the API makes. What they hold
// is read and not sent, and their paths say nothing.
func (e *evidence) readWebhooks(items *load.Node) {
	if items == nil || items.Kind != load.Object {
		return
	}
	for _, m := range items.Members {
		for _, method := range httpMethods {
			if content := m.Value.Target().Get(method).Target().Get("requestBody").Target().Get("content"); content != nil {
				c := &call{}
				e.add(c, content, false, "")
				e.calls = append(e.calls, c)
			}
		}
	}
}

func (e *evidence) addResponses(c *call, responses *load.Node) {
	if responses == nil {
		return
	}
	for _, m := range responses.Members {
		if !strings.HasPrefix(m.Name, "2") && !(m.Name == "default" && len(responses.Members) == 1) {
			continue
		}
		r := m.Value.Target()
		if r == nil || r.Kind != load.Object {
			continue
		}
		if content := r.Get("content"); content == nil || !e.add(c, content, false, m.Name) {
			if m.Name == "201" && c.method == "post" || m.Name == "200" && (c.method == "patch" || c.method == "put") {
				c.empty = append(c.empty, r)
			}
		}
	}
}

// SaysNothing reports whether a content object has JSON without a schema, and null as
// its examples.
func SaysNothing(content *load.Node) bool {
	if content == nil || content.Kind != load.Object || len(content.Members) == 0 {
		return false
	}
	return !slices.ContainsFunc(content.Members, func(m load.Member) bool {
		media := m.Value.Target()
		return !jsonOrAny(m.Name) || media.Get("schema") != nil || media.Get("itemSchema") != nil || len(mediaExamples(media)) > 0 ||
			media.Get("example") == nil && media.Get("examples") == nil
	})
}

// add adds a content object, and reports whether it, or a recorded call, says something.
func (e *evidence) add(c *call, content *load.Node, request bool, status string) bool {
	b := &body{request: request, status: status, content: content}
	says := false
	for _, m := range content.Members {
		media := m.Value.Target()
		if media == nil || !jsonOrAny(m.Name) {
			says = says || media != nil
			continue
		}
		b.media = append(b.media, load.Member{Name: m.Name, Value: media})
		b.official = b.official || baseMedia(m.Name) == officialType
		examples := mediaExamples(media)
		b.examples = append(b.examples, examples...)
		says = says || media.Get("schema") != nil || len(examples) > 0
	}
	if len(b.media) == 0 {
		return says
	}
	c.bodies = append(c.bodies, b)
	if !says && len(e.exchanges(c, b)) == 0 {
		c.bodies = c.bodies[:len(c.bodies)-1]
		return false
	}
	return true
}

// mediaExamples are the values of the examples of a media type other than null.
func mediaExamples(media *load.Node) []*load.Node {
	var all []*load.Node
	if x := media.Get("example"); x != nil {
		all = append(all, x)
	}
	if named := media.Get("examples"); named != nil && named.Kind == load.Object {
		for _, m := range named.Members {
			if v := m.Value.Target().Get("value"); v != nil {
				all = append(all, v)
			}
		}
	}
	return slices.DeleteFunc(all, func(n *load.Node) bool { return n.Kind == load.Null })
}

// readBody finds the resources of a body, and the document around them.
func (e *evidence) readBody(c *call, b *body) {
	for _, m := range b.media {
		schema := m.Value.Get("schema")
		s := e.document.Of(schema)
		core := s.Core()
		if core == nil || len(core.Properties) == 0 && !core.IsArray() {
			continue
		}
		if core.Property("data") != nil && len(core.Variants) == 0 && core.hasOnly(documentMembers) {
			e.readDocument(c, b, core)
			return
		}
		one, many := s.Element()
		if bare := one.Core(); bare != nil && bare.hasSections() && bare.Property("type") != nil && bare.hasOnly(withEmbedded) {
			if shown, ok := e.shown(c, b, bare); ok || b.official {
				e.wrap(c, b, m, schema, one, many, shown)
				e.addElement(c, b, bare, true)
				return
			}
		}
	}
}

// withEmbedded are the members of a resource that is described without a document.
var withEmbedded = map[string]bool{"id": true, "lid": true, "type": true, "attributes": true, "relationships": true, "meta": true, "links": true, "embeds": true, "embedded": true}

// shown is the document that examples, or recorded calls, show of a body whose schema
// is a resource.
func (e *evidence) shown(c *call, b *body, resource *Schema) (document *load.Node, ok bool) {
	for _, x := range e.examplesOf(c, b) {
		if document = exampleDocument(x.body); document != nil {
			return document, true
		}
	}
	for _, x := range resource.Examples {
		if exampleDocument(x) != nil {
			return nil, true // of one resource, also where the body has several
		}
	}
	return nil, false
}

// readDocument notes the resources of a document.
func (e *evidence) readDocument(c *call, b *body, s *Schema) {
	one, many := s.Property("data").Schema().Element()
	b.many = many
	elements := resourceElements(one, 0)
	for _, x := range elements {
		if e.accepts(c, b, x) {
			e.addElement(c, b, x, len(elements) == 1)
			b.document = s
		}
	}
	var named []string
	for _, x := range elements {
		named = append(named, x.relatedTypes()...)
	}
	if included := s.Property("included"); included != nil {
		one, _ := included.Schema().Element()
		for _, x := range resourceElements(one, 0) {
			if e.accepts(c, b, x) {
				e.addElement(c, b, x, false)
				e.elements[x].from = append(e.elements[x].from, named...)
			}
		}
	}
}

// resourceElements are the alternatives of an element of data or included.
func resourceElements(s *Schema, depth int) []*Schema {
	core := s.Core()
	switch {
	case core == nil || depth > maxNested:
		return nil
	case len(core.Properties) == 0 && len(core.Variants) > 0:
		var all []*Schema
		for _, v := range core.Variants {
			all = append(all, resourceElements(v.Schema(), depth+1)...)
		}
		return all
	}
	return []*Schema{core}
}

// accepts reports whether an element is a resource of JSON:API: by its members, and
// by its media type where those are few. A request may leave out the type if the
// response has it.
func (e *evidence) accepts(c *call, b *body, s *Schema) bool {
	if s.givenType() != nil {
		return true
	}
	if !s.hasSections() && !s.hasLinks() {
		return false
	}
	typed, identified := s.Property("type") != nil, s.Property("id") != nil
	if t := s.Property("type").core(); typed && t != nil && t.Types != 0 && t.Types&String == 0 {
		return false
	}
	if !s.hasOnly(resourceMembers) {
		return typed && identified && (b.official || s.hasOnly(withEmbedded))
	}
	return typed || b.official || b.request && slices.ContainsFunc(c.bodies, func(o *body) bool { return !o.request && o.looksLikeDocument(e.document) })
}

// looksLikeDocument reports whether a body has a document whose data is a resource.
func (b *body) looksLikeDocument(d *Document) bool {
	return slices.ContainsFunc(b.media, func(m load.Member) bool {
		s := d.Of(m.Value.Get("schema")).Core()
		p := s.Property("data")
		if p == nil || !s.hasOnly(documentMembers) {
			return false
		}
		one, _ := p.Schema().Element()
		elements := resourceElements(one, 0)
		return len(elements) == 1 && elements[0].Property("type") != nil && elements[0].hasSections() && elements[0].hasOnly(resourceMembers)
	})
}

// addElement notes a resource, and what the call says about its type. Alone says
// that the body has no resource of another schema.
func (e *evidence) addElement(c *call, b *body, s *Schema, alone bool) {
	x := e.elements[s]
	if x == nil {
		x = &element{schema: s}
		e.elements[s] = x
		e.order = append(e.order, x)
	}
	x.official = x.official || b.official
	x.sent = x.sent || b.request
	if !alone {
		return
	}
	if s.givenType() != nil || len(s.ConstantTypes()) > 0 {
		return // it needs no evidence
	}
	for _, example := range e.examplesOf(c, b) {
		if document := exampleDocument(example.body); document != nil {
			for _, o := range exampleObjects(document) {
				if t := o.Get("type"); plainType.MatchString(t.Str()) {
					x.claims = append(x.claims, Claim{By: ByExamples, Type: t.Str(), At: t, Exchange: example.exchange})
				}
			}
		}
	}
	if segment := e.collection(c, b); segment != "" {
		x.claims = append(x.claims, Claim{By: ByPath, Type: segment, At: b.content})
	}
}

// collection is the segment of the path that names the collection which a call
// reads, changes or adds to; "" if that is not known.
func (e *evidence) collection(c *call, b *body) string {
	path, _, _ := strings.Cut(c.path, "#")
	segments := strings.Split(strings.Trim(path, "/"), "/")
	last := segments[len(segments)-1]
	item := isVariable(last)
	if item && len(segments) > 1 {
		last = segments[len(segments)-2]
	}
	within := !item && len(segments) > 1 && isVariable(segments[len(segments)-2]) // /articles/1/comments
	switch {
	case !plainType.MatchString(last) || version.MatchString(last) || slices.Contains(segments, "relationships"):
		return ""
	case c.method == "get":
		if within && !b.many { // /articles/1/author
			return ""
		}
	case c.method == "post": // adds to a collection, or does something to a resource
		if item || within && !e.lists(c.path) || !slices.ContainsFunc(c.bodies, func(b *body) bool { return b.request }) {
			return ""
		}
	case !item || c.method == "":
		return ""
	}
	return last
}

// version matches the segment that names the version of an API.
var version = regexp.MustCompile(`^v[0-9]`)

// lists reports whether a path returns a list of resources.
func (e *evidence) lists(path string) bool {
	return slices.ContainsFunc(e.calls, func(c *call) bool {
		return c.method == "get" && c.path == path && slices.ContainsFunc(c.bodies, func(b *body) bool {
			return slices.ContainsFunc(b.media, func(m load.Member) bool {
				p := e.document.Of(m.Value.Get("schema")).Core().Property("data")
				return p != nil && p.core() != nil && p.core().IsArray()
			})
		})
	})
}

func (c *call) endsInVariable() bool { return strings.HasSuffix(strings.TrimSuffix(c.path, "/"), "}") }

func isVariable(segment string) bool { return strings.Contains(segment, "{") }

// relatedTypes are the types that the relationships of a resource name.
func (s *Schema) relatedTypes() []string {
	var all []string
	section := s.Property("relationships").core()
	if section == nil {
		return nil
	}
	for _, p := range section.Properties {
		if data := p.core().Property("data"); data != nil {
			one, _ := data.Schema().Element()
			for _, t := range one.Core().IdentifierTypes() {
				if !slices.Contains(all, t) {
					all = append(all, t)
				}
			}
		}
	}
	return all
}
