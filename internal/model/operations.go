package model

import (
	"cmp"
	"mime"
	"path"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/names"
	"github.com/docwright/docwright/internal/schema"
)

// op is an operation on its way from the document to the model.
type op struct {
	id        string // operationId; "" when there is none
	method    string // "GET"
	path      string // as documented, without a fragment
	key       string // path as the document's key
	tag       string
	node      *load.Node
	item      *load.Node // path item
	params    []*param
	body      *media // nil: none
	responses []response

	service string // wire name of its service
	doc     *schema.ResourceDocument
	bodyDoc *schema.ResourceDocument

	nextToJSONAPI bool // some operation of the document speaks JSON:API

	stream         string         // method for the stream that is documented next to JSON
	plainRequest   *schema.Reason // see moreThanData
	identifierMeta bool           // the resource identifiers of its body may have meta

	clear string // method that sends null where this one sends a resource identifier
	list  bool   // success is a list
	out   *Operation
	svc   *Service
	links []string // what the links of its responses say
}

// param is a parameter.
type param struct {
	name, in, style string
	explode         bool
	required        bool
	reserved        bool
	json            bool // described by content
	node            *load.Node
	schema          *load.Node
}

// media is one media type of a body.
type media struct {
	contentType string
	schema      *load.Node
	items       *load.Node // schema of the items of a stream
	node        *load.Node
}

// response is a documented status with its preferred media type.
type response struct {
	code   string // "200", "2XX", "default"
	media  *media // nil: no content
	schema *load.Node
	node   *load.Node
	stream *media   // next to media, which is not one; nil: none
	others []*media // further media types of JSON, next to media
}

var methods = []string{"get", "post", "put", "patch", "delete", "head", "options", "trace", "query"}

// collectOperations reads the paths in an order of its own, so that the order
// of the document changes nothing.
func (b *builder) collectOperations() {
	paths := b.doc.Root.Get("paths")
	if paths == nil {
		return
	}
	members := slices.Clone(paths.Members)
	slices.SortStableFunc(members, func(x, y load.Member) int { return strings.Compare(x.Name, y.Name) })
	for _, m := range members {
		item := m.Value.Target()
		if item == nil || strings.HasPrefix(m.Name, "x-") {
			continue
		}
		for _, method := range methods {
			b.collectOperation(m.Name, method, item, item.Get(method).Target())
		}
		for _, other := range sortedMembers(item.Get("additionalOperations").Target()) {
			if isToken(other.Name) && !slices.Contains(methods, strings.ToLower(other.Name)) {
				b.collectOperation(m.Name, other.Name, item, other.Value.Target())
			}
		}
	}
}

func (b *builder) collectOperation(path, method string, item, n *load.Node) {
	if n == nil || n.Kind != load.Object {
		return
	}
	if o := b.readOperation(path, method, item, n); b.opts.Include.selects(o) {
		b.ops = append(b.ops, o)
		b.placed[n]++
	}
}

// selects tells whether the filter lets o through.
func (f Filter) selects(o *op) bool {
	if len(f.Operations) > 0 && !slices.Contains(f.Operations, o.id) {
		return false
	}
	if len(f.Tags) > 0 && !slices.ContainsFunc(list(o.node.Get("tags")), func(t *load.Node) bool { return slices.Contains(f.Tags, t.Str()) }) {
		return false
	}
	return len(f.Paths) == 0 || slices.ContainsFunc(f.Paths, func(p string) bool {
		if dir, ok := strings.CutSuffix(p, "/**"); ok {
			return o.key == dir || strings.HasPrefix(o.key, dir+"/")
		}
		ok, err := path.Match(p, o.key)
		return err == nil && ok
	})
}

func (b *builder) readOperation(key, method string, item, n *load.Node) *op {
	o := &op{id: strings.TrimSpace(n.Get("operationId").Str()), method: strings.ToUpper(method), key: key, node: n, item: item}
	if o.id != "" && len(names.Words(o.id)) == 0 {
		b.warn(n.Get("operationId"), "no-operation-id", "operationId "+quoteJSON(o.id)+" has no letter, digit or sign to make a name of; the method is named by its path",
			"write operationId: service.method")
	}
	o.path, _, _ = strings.Cut(key, "#")
	if !strings.HasPrefix(o.path, "/") {
		o.path = "/" + o.path
	}
	if tags := list(n.Get("tags")); len(tags) > 0 {
		o.tag = tags[0].Str()
	}
	b.readParams(o)
	if body := n.Get("requestBody").Target(); body != nil {
		o.body = b.chooseUpload(body.Get("content"), b.contentMedia(body.Get("content")))
	}
	if rs := n.Get("responses"); rs != nil {
		for _, m := range rs.Members {
			r := m.Value.Target()
			if r == nil || r.Kind != load.Object || strings.HasPrefix(m.Name, "x-") {
				continue
			}
			x := response{code: strings.ToUpper(m.Name), node: r, media: cmp.Or(b.meantMedia(r), b.contentMedia(r.Get("content")))}
			if x.code == "DEFAULT" {
				x.code = "default"
			}
			if x.media != nil {
				x.schema = x.media.schema
			}
			if x.media != nil && jsonMedia(x.media.contentType) && r.Get("content") != nil {
				x.stream = b.pickStream(r.Get("content"))
				x.others = b.otherJSON(r.Get("content"), x.media)
			}
			o.responses = append(o.responses, x)
		}
	}
	slices.SortStableFunc(o.responses, func(x, y response) int { return strings.Compare(x.code, y.code) })
	b.findDocuments(o)
	return o
}

// findDocuments looks for JSON:API in what o sends and gets.
func (b *builder) findDocuments(o *op) {
	if o.body != nil && jsonMedia(o.body.contentType) {
		o.bodyDoc = b.schemas.Of(o.body.schema).ResourceDocument()
		if o.plainRequest = moreThanData(o.bodyDoc); o.plainRequest != nil {
			o.bodyDoc = nil
		}
		if o.bodyDoc != nil && o.bodyDoc.Identifiers {
			b.checkIdentifierMeta(o)
		}
	}
	for _, r := range o.successes() {
		if r.media == nil || !jsonMedia(r.media.contentType) {
			continue
		}
		o.doc = b.schemas.Of(r.schema).ResourceDocument()
		if s := b.schemas.Of(r.schema).Core(); s != nil && (s.Types == schema.Array || s.Items != nil && s.Types == 0) {
			o.list = true
		} else if s != nil {
			for _, word := range []string{"data", "items", "results", "value", "values", "records", "entries"} {
				if p := s.Property(word); p != nil {
					ps := p.Schema().Core()
					o.list = o.list || ps != nil && ps.Types == schema.Array
				}
			}
		}
		break
	}
	o.list = o.list || o.node.Get("x-pagination") != nil
}

// moreThanData is why a request with a document is not sent as its data alone; nil if
// it is.
func moreThanData(d *schema.ResourceDocument) *schema.Reason {
	if d == nil {
		return nil
	}
	if p := d.Schema.Property("meta"); p != nil && d.Schema.Required("meta") {
		return &schema.Reason{At: p.Node(), Text: "a request with required meta next to data is a struct of both", Fix: "make meta optional if the server does: calls send it with api.WithMember"}
	}
	if p := d.Schema.Property("included"); p != nil {
		return &schema.Reason{At: p.Node(), Text: "a request with included resources is a struct of all of them", Fix: "leave included out of requests if the server does not need it"}
	}
	return nil
}

// checkIdentifierMeta looks for a meta that the document describes in the resource
// identifiers that an operation sends. A relationship sends it as any value; where it
// is required, the body is a struct, which has a field for it.
func (b *builder) checkIdentifierMeta(o *op) {
	identifier := o.bodyDoc.Data.Core()
	p := identifierMeta(identifier)
	switch {
	case p == nil:
	case identifier.Required("meta"):
		o.bodyDoc = nil
	default:
		o.identifierMeta = true
		b.warn(p.Node(), "identifier-meta", "the body of "+strings.ToUpper(o.method)+" "+o.path+" is a relationship, whose resource identifiers have a meta of any type",
			"send the meta with jsonapi.WithMeta")
	}
}

// identifierMeta is the meta of a resource identifier object; nil if it has none, or
// one that nothing is said about.
func identifierMeta(identifier *schema.Schema) *schema.Property {
	p := identifier.Property("meta")
	if p == nil || p.Schema().Core() == nil || !p.Schema().Core().SaysSomething() {
		return nil
	}
	return p
}

// successes are the responses that are no errors: 2xx, or else default.
func (o *op) successes() []response {
	var out []response
	for _, r := range o.responses {
		if strings.HasPrefix(r.code, "2") {
			out = append(out, r)
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, r := range o.responses {
		if r.code == "default" {
			return []response{r}
		}
	}
	return nil
}

// errors are the responses that a call returns as an error. The response default
// is one of them, also where it is the only one and so the result of success: it
// stands for every status that is not declared (OpenAPI, Responses Object).
func (o *op) errors() []response {
	return slices.DeleteFunc(slices.Clone(o.responses), func(r response) bool {
		return strings.HasPrefix(r.code, "1") || strings.HasPrefix(r.code, "3") || strings.HasPrefix(r.code, "2")
	})
}

// readParams merges the parameters of the path and of the operation.
func (b *builder) readParams(o *op) {
	at := map[string]int{}
	add := func(p *param) {
		key := p.in + " " + p.name
		if i, ok := at[key]; ok {
			o.params[i] = p
			return
		}
		at[key] = len(o.params)
		o.params = append(o.params, p)
	}
	for _, from := range []*load.Node{o.item, o.node} {
		for _, n := range list(from.Get("parameters")) {
			if n = n.Target(); n.Get("in").Str() == "querystring" {
				for _, p := range b.queryString(n) {
					add(p)
				}
			} else if p := readParam(n); p != nil {
				add(p)
			}
		}
	}
}

// queryString takes the whole query string, which OpenAPI 3.2 describes as a form,
// for its members: on the wire they are parameters.
func (b *builder) queryString(n *load.Node) []*param {
	m := b.pickMedia(n.Get("content"))
	if m == nil {
		return nil
	}
	s := b.schemas.Of(m.schema).Core()
	if s == nil || len(s.Properties) == 0 || baseType(m.contentType) != "application/x-www-form-urlencoded" {
		b.warn(n, "query-string", "the query string "+n.Get("name").Str()+" is left out: it is not a form whose members have names", "describe it as application/x-www-form-urlencoded with properties")
		return nil
	}
	var params []*param
	for _, p := range s.Properties {
		params = append(params, &param{name: p.Name, in: "query", style: "form", explode: true, required: s.Required(p.Name), node: p.Node(), schema: p.Node()})
	}
	return params
}

func readParam(n *load.Node) *param {
	p := &param{name: n.Get("name").Str(), in: n.Get("in").Str(), node: n, style: n.Get("style").Str(), required: n.Get("required").True(), reserved: n.Get("allowReserved").True()}
	if p.name == "" || n.Kind != load.Object {
		return nil
	}
	switch p.in {
	case "header":
		switch strings.ToLower(p.name) {
		case "accept", "content-type", "authorization": // OpenAPI says: ignored here
			return nil
		}
	case "path", "query", "cookie":
	default: // Swagger 2's body and formData, and typos
		return nil
	}
	p.schema = n.Get("schema")
	if p.schema == nil {
		if c := n.Get("content"); c != nil && len(c.Members) > 0 {
			p.schema, p.json = c.Members[0].Value.Get("schema"), true
		} else if n.Get("type") != nil {
			p.schema = n // Swagger 2's form
		}
	}
	if e := n.Get("explode"); e != nil {
		p.explode = e.True()
	} else {
		p.explode = p.style == "form" || p.style == "cookie" || p.style == "" && (p.in == "query" || p.in == "cookie")
	}
	return p
}

// mediaRank orders the media types of a body: what the client handles best first.
func mediaRank(contentType string) int {
	t := baseType(contentType)
	switch {
	case t == "application/vnd.api+json":
		return 0
	case t == "application/json":
		return 1
	case jsonMedia(t):
		return 2
	case t == "text/event-stream":
		return 3
	case t == "multipart/form-data":
		return 4
	case t == "application/x-www-form-urlencoded":
		return 5
	case sequenceMedia(t):
		return 6
	case textMedia(t):
		return 7
	case t == "*/*" || t == "":
		return 8
	}
	return 9
}

func baseType(contentType string) string {
	t, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		t, _, _ = strings.Cut(contentType, ";")
		t = strings.ToLower(strings.TrimSpace(t))
	}
	return t
}

func jsonMedia(contentType string) bool {
	t := baseType(contentType)
	return t == "application/json" || strings.HasSuffix(t, "+json") || t == "text/json" || t == "application/*+json"
}

// textMedia reports whether a body of a media type is a string in Go.
func textMedia(t string) bool {
	return strings.HasPrefix(t, "text/") && !strings.HasSuffix(t, "xml") && !jsonMedia(t) && !streamMedia(t)
}

// rawMedia reports whether a body of a media type is bytes in Go.
func rawMedia(t string) bool {
	return !jsonMedia(t) && !streamMedia(t) && !textMedia(t) && t != "multipart/form-data" && t != "application/x-www-form-urlencoded"
}

// pickStream chooses among the streams of values in content; nil when there are none.
func (b *builder) pickStream(content *load.Node) *media {
	streams := *content
	streams.Members = slices.DeleteFunc(slices.Clone(content.Members), func(m load.Member) bool { return !streamMedia(m.Name) })
	return b.pickMedia(&streams)
}

// otherJSON are the media types of JSON in content other than the chosen one.
func (b *builder) otherJSON(content *load.Node, chosen *media) (others []*media) {
	seen := map[string]bool{baseType(chosen.contentType): true}
	for _, m := range sortedMembers(content) {
		t := baseType(m.Name)
		if !jsonMedia(m.Name) || strings.Contains(t, "*") || seen[t] || m.Value.Target().Get("schema") == nil {
			continue
		}
		seen[t] = true
		n := m.Value.Target()
		others = append(others, &media{contentType: m.Name, node: n, schema: n.Get("schema")})
	}
	return others
}

// contentMedia is the media type of a body: the one that a document of JSON:API is
// in though its schema says something else, or the best of those that are declared.
func (b *builder) contentMedia(content *load.Node) *media {
	if m := b.meantMedia(content); m != nil || schema.SaysNothing(content) {
		return m
	}
	return b.pickMedia(content)
}

// meantMedia is what a body means that does not say it; nil if it says it.
func (b *builder) meantMedia(n *load.Node) *media {
	made := b.schemas.BodyOf(n)
	if made == nil {
		return nil
	}
	b.meant = append(b.meant, made)
	return &media{contentType: made.MediaType, node: made.Media, schema: made.Schema}
}

// pickMedia chooses among the media types of a body; nil when there are none.
func (b *builder) pickMedia(content *load.Node) *media {
	if content == nil || content.Kind != load.Object || len(content.Members) == 0 {
		return nil
	}
	best := slices.MinFunc(content.Members, func(x, y load.Member) int {
		if c := mediaRank(x.Name) - mediaRank(y.Name); c != 0 {
			return c
		}
		return strings.Compare(x.Name, y.Name)
	})
	m := &media{contentType: best.Name, node: best.Value.Target()}
	m.schema = m.node.Get("schema")
	m.items = m.node.Get("itemSchema") // OpenAPI 3.2
	if baseType(best.Name) == "*/*" || best.Name == "" || baseType(best.Name) == "application/*" {
		// Anything goes: JSON is what the schema describes.
		if s := b.schemas.Of(m.schema).Core(); s != nil && s.Format != "binary" && s.SaysSomething() && s.Types != schema.String {
			m.contentType = "application/json"
		}
	}
	return m
}
