package model

import (
	"bytes"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/schema"
)

// This file decides what calls return: results, declared errors, and how lists
// go on.

// convertResult decides what success returns.
func (b *builder) convertResult(o *op) {
	var typed []response
	for _, r := range o.successes() {
		if r.media != nil && (len(typed) == 0 || r.schema != nil && typed[0].schema != nil) {
			typed = append(typed, r)
		}
	}
	if o.method == http.MethodHead {
		return
	}
	if len(typed) == 0 {
		b.undescribedResult(o)
		return
	}
	first := typed[0]
	o.out.Accept = acceptOf(first.media)
	defer func() { b.noteUnusedResult(o, first) }()
	switch t := baseType(first.media.contentType); {
	case o.doc != nil:
		b.documentResult(o)
	case jsonMedia(t) && b.atomicResult(o, first):
	case jsonMedia(t):
		b.jsonResult(o, typed)
	case streamMedia(t):
		o.out.Result = b.streamResult(o, first)
	case textMedia(t):
		o.out.Result = Result{Kind: ResultText}
	default:
		o.out.Result = Result{Kind: ResultStream}
		b.rawBody(first.media)
	}
}

// undescribedResult is the result of a call for which no content is documented. A
// GET is made for what it returns, so its method returns the whole response.
func (b *builder) undescribedResult(o *op) {
	get := o.method == http.MethodGet
	redirects := slices.ContainsFunc(o.responses, func(r response) bool { return strings.HasPrefix(r.code, "3") })
	i := slices.IndexFunc(o.successes(), func(r response) bool {
		switch r.code {
		case "2XX": // may be 204, unless content is what the call is made for
			return get
		case "default": // beside a redirect, it is the error
			return get && !redirects
		}
		return status2XX.MatchString(r.code) && !emptyStatus[r.code]
	})
	if i < 0 {
		return
	}
	b.undescribed = append(b.undescribed, o.successes()[i].node)
	if get {
		b.undescribedGet = true
		o.out.Result, o.out.Accept = Result{Kind: ResultResponse}, "*/*"
	}
}

// status2XX matches a status of success.
var status2XX = regexp.MustCompile(`^2[0-9]{2}$`)

// emptyStatus are the statuses of success that say that there is no content, or
// none that matters (RFC 9110, section 15.3).
var emptyStatus = map[string]bool{"202": true, "204": true, "205": true}

// warnUndescribed warns once of all responses without documented content, because
// some frameworks write whole documents of them.
func (b *builder) warnUndescribed() {
	if len(b.undescribed) == 0 {
		return
	}
	first := slices.MinFunc(b.undescribed, func(x, y *load.Node) int { return x.Position().Compare(y.Position()) })
	message := "the operation documents no content of its response: its method returns only an error"
	switch n := len(b.undescribed); {
	case n > 1:
		message = strconv.Itoa(n) + " operations document no content of their responses, this is the first: their methods return only an error, those of GET an *api.Response"
	case b.undescribedGet:
		message = "the operation documents no content of its response: its method returns an *api.Response"
	}
	fix := "document the content; a response without a body has the status 204"
	if target := overlayTarget(first, b.doc.Root); target != "" {
		fix = "document the content, e.g. with the overlay action {target: " + strconv.Quote(target) +
			", update: {content: {application/json: {schema: {type: object}}}}}; a response without a body has the status 204"
	}
	b.warn(first, "no-content", message, fix)
}

// overlayTarget is the JSONPath of n; "" if n is not in the document's main file.
func overlayTarget(n, root *load.Node) string {
	var path string
	for ; n.Parent != nil; n = n.Parent {
		switch {
		case n.Parent.Kind == load.Array:
			path = "[" + n.Name + "]" + path
		case plainName.MatchString(n.Name):
			path = "." + n.Name + path
		default:
			path = "['" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(n.Name) + "']" + path
		}
	}
	if n != root {
		return ""
	}
	return "$" + path
}

// plainName matches the names that a JSONPath may have after a dot.
var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// answers lists what the document says of each response.
func (o *op) answers() {
	for _, r := range o.responses {
		o.out.Answers = append(o.out.Answers, Answer{Code: r.code, Doc: Doc{Text: strings.TrimSpace(r.node.Get("description").Str())}})
	}
}

// rawBody notes a body whose schema describes more than bytes.
func (b *builder) rawBody(m *media) {
	described := m.schema
	if described == nil {
		described = m.items
	}
	if s := b.schemas.Of(described).Core(); s != nil && s.SaysSomething() && (s.IsObject() || s.Types == schema.Array || len(s.Variants) > 0) {
		b.count(s)
		b.fallback(s.Node(), "a body of type "+m.contentType+" is passed on as it comes")
	}
}

func acceptOf(m *media) string {
	if m.contentType == "" {
		return "*/*"
	}
	return m.contentType
}

func (b *builder) resultType(o *op, r response) *Type {
	if r.schema == nil {
		return &Type{Kind: KindRaw}
	}
	s := b.schemas.Of(r.schema)
	t := b.typeOf(s, RoleRead, b.resultPlace(o, r))
	if s.Nullable && isScalar(t) { // null is another result than 0
		return &Type{Kind: KindPointer, Elem: t}
	}
	return t
}

// isScalar reports whether values of t are scalars, which cannot be nil.
func isScalar(t *Type) bool {
	switch t.Kind {
	case KindString, KindInt, KindFloat, KindNumber, KindBool, KindTime, KindDate, KindExtern:
		return true
	case KindNamed:
		return t.Decl.Kind == DeclEnum
	}
	return false
}

// resultPlace is where the result of a status is declared.
func (b *builder) resultPlace(o *op, r response) place {
	part := "result"
	if n, err := strconv.Atoi(r.code); err == nil && n > 201 {
		part = http.StatusText(n) + " result"
	}
	if r.stream != nil && r.media == r.stream {
		part = "stream " + part
	}
	if slices.Contains(r.others, r.media) {
		part = mediaWords(r.media.contentType) + " " + part
	}
	return place{base: o.base(), part: part, file: snake(o.svc.GoName), op: o}
}

// jsonAlternative is what success may return: a status, and where one status has
// several media types with types of their own, one of them.
type jsonAlternative struct {
	response
	typ *Type
	tag string // "200", or "200 application/foo+json" for all but the preferred media type
}

// jsonAlternatives are the statuses and media types of success, and whether they
// have several types.
func (b *builder) jsonAlternatives(o *op, typed []response) (all []jsonAlternative, distinct bool) {
	for _, r := range typed {
		if !jsonMedia(r.media.contentType) {
			continue
		}
		preferred := b.resultType(o, r)
		all = append(all, jsonAlternative{r, preferred, r.code})
		distinct = distinct || !sameType(preferred, all[0].typ)
		for _, m := range r.others {
			other := r
			other.media, other.schema = m, m.schema
			t := preferred
			if b.schemas.Of(m.schema).Core() != b.schemas.Of(r.schema).Core() && !bytes.Equal(m.schema.JSON(), r.schema.JSON()) {
				t = b.resultType(o, other)
			}
			if !sameType(t, preferred) {
				all, distinct = append(all, jsonAlternative{other, t, r.code + " " + baseType(m.contentType)}), true
			}
		}
	}
	return all, distinct
}

// jsonResult is one type, or a struct with a field for each status, and for each
// media type of a status that has a type of its own. All media types are asked for.
func (b *builder) jsonResult(o *op, typed []response) {
	for _, m := range typed[0].others {
		o.out.Accept += ", " + m.contentType
	}
	all, distinct := b.jsonAlternatives(o, typed)
	if !distinct {
		o.out.Result = Result{Kind: ResultValue, Type: all[0].typ}
		if t := all[0].typ; t.Kind == KindNamed && (t.Decl.Kind == DeclStruct || t.Decl.Kind == DeclUnion) {
			o.out.Result.Kind = ResultPointer
		}
		return
	}
	d := &Decl{Kind: DeclStruct, Role: RoleStatus, method: o, File: snake(o.svc.GoName), Pointer: o.node.Pointer() + "/responses", Pos: o.node.Position()}
	d.name = naming{base: o.base(), suffix: "ByStatus", rank: rankOperation, node: o.node, below: "/responses"}
	b.add(d)
	for _, a := range all {
		goName, doc := statusName(a.code), a.node.Get("description").Str()
		if a.tag != a.code {
			goName += exported(mediaWords(a.media.contentType))
			doc = strings.TrimSpace("Of type " + baseType(a.media.contentType) + ". " + doc)
		}
		d.Fields = append(d.Fields, &Field{Name: a.tag, GoName: goName, In: InStatus, Type: &Type{Kind: KindPointer, Elem: a.typ}, Doc: Doc{Text: doc}})
	}
	o.out.Result = Result{Kind: ResultByStatus, Type: named(d)}
}

// mediaWords are what distinguishes a media type of JSON from others.
func mediaWords(contentType string) string {
	t := strings.TrimSuffix(baseType(contentType), "+json")
	return strings.TrimPrefix(t, "application/")
}

// statusName names a status: "200" is OK.
func statusName(code string) string {
	if code == "200" {
		return "OK"
	}
	if n, err := strconv.Atoi(code); err == nil {
		if s := http.StatusText(n); s != "" {
			return exported(s)
		}
	}
	if code == "default" {
		return "Default"
	}
	return "Status" + code
}

// documentResult is a JSON:API resource or a page of them.
func (b *builder) documentResult(o *op) {
	doc := o.doc
	base := singularService(o.svc)
	var t *Type
	switch {
	case doc.Identifiers:
		target := b.targetType(&Decl{name: naming{base: o.base()}, File: o.file(), Pos: o.node.Position()}, "target", doc.Types)
		t = &Type{Kind: KindIdentifier, Elem: target} // a resource would have nothing but its id
	default:
		t = b.typeOf(doc.Data, RoleRead, place{base: base, part: "item", file: o.file()})
	}
	o.out.Result = Result{Kind: ResultResource, Type: t}
	if doc.Many {
		o.out.Result.Kind = ResultPage
	}
	p := doc.Schema.Property("meta")
	if p != nil {
		o.out.Result.Meta = b.typeOf(p.Schema(), RoleRead, place{base: o.base(), part: "meta", file: o.file(), op: o})
	}
	if doc.Many {
		o.out.Result.MetaHeld = p != nil && b.hadNoMeta(o)
		b.noteMeta(o)
	}
}

// convertErrors lists the declared error bodies. JSON:API's own are known to
// the runtime.
func (b *builder) convertErrors(o *op) {
	for _, r := range o.errors() {
		if r.media == nil || r.schema == nil || !jsonMedia(r.media.contentType) {
			continue
		}
		s := b.schemas.Of(r.schema).Core()
		if s == nil || !s.SaysSomething() || s.IsErrorDocument() {
			continue
		}
		t := b.errorBodyType(o, s)
		if t == nil {
			t = b.typeOf(b.schemas.Of(r.schema), RoleRead, place{base: o.base(), part: errorWords(r.code), file: snake(o.svc.GoName), op: o})
		}
		o.out.Errors = append(o.out.Errors, Status{Code: r.code, Type: t})
	}
}

// errorWords names the body of an error status.
func errorWords(code string) string {
	return strings.TrimSpace(statusWords(code) + " error")
}

// statusWords names an error status, without the word error.
func statusWords(code string) string {
	n, err := strconv.Atoi(code)
	switch {
	case err == nil && http.StatusText(n) != "":
		return strings.TrimSuffix(http.StatusText(n), " Error")
	case code == "4XX":
		return "client"
	case code == "5XX":
		return "server"
	case code == "default":
		return ""
	}
	return "status " + code
}

// shareErrors moves error bodies that most operations share to the client.
func (b *builder) shareErrors() {
	type key struct {
		code string
		decl *Decl
	}
	count, declared := map[key]int{}, map[string]int{}
	for _, o := range b.ops {
		for _, e := range o.out.Errors {
			declared[e.Code]++
			if e.Type.Kind == KindNamed {
				count[key{e.Code, e.Type.Decl}]++
			}
		}
	}
	shared := map[string]*Decl{}
	for k, n := range count {
		if n > 1 && n*2 > declared[k.code] {
			shared[k.code] = k.decl
		}
	}
	for code, d := range shared {
		b.api.Errors = append(b.api.Errors, Status{Code: code, Type: named(d)})
	}
	slices.SortFunc(b.api.Errors, func(x, y Status) int { return strings.Compare(x.Code, y.Code) })
	for _, o := range b.ops {
		o.out.Errors = slices.DeleteFunc(o.out.Errors, func(e Status) bool {
			return e.Type.Kind == KindNamed && e.Type.Decl == shared[e.Code] && shared[e.Code] != nil
		})
	}
}

// convertPage finds the items in the result of a list that x-pagination describes.
func (b *builder) convertPage(o *op) {
	p := o.out.Page
	if p == nil || p.Strategy == "links" && o.doc != nil {
		return
	}
	x := o.node.Get("x-pagination")
	if o.out.Result.Kind == ResultPage {
		return
	}
	t := o.out.Result.Type
	for _, word := range strings.Split(strings.Trim(p.items, "/"), "/") {
		if word == "" {
			continue
		}
		word = strings.NewReplacer("~1", "/", "~0", "~").Replace(word)
		var next *Field
		if t != nil && t.Kind == KindNamed {
			for _, f := range t.Decl.Fields {
				if f.Name == word {
					next = f
				}
			}
		}
		if next == nil && p.recognized {
			o.out.Page = nil
			return
		}
		if next == nil {
			b.warn(x, "pagination", "x-pagination: items "+strconv.Quote(x.Get("items").Str())+" is not in the result of "+o.out.ID, "name the JSON pointer of the list in the response, e.g. /data")
			o.out.Page = nil
			return
		}
		p.Items = append(p.Items, next)
		t = next.Type
	}
	if known := map[string]bool{"offset": true, "page": true, "cursor": true, "token": true, "link": true}; !known[p.Strategy] {
		b.warn(x, "pagination", "x-pagination: unknown strategy "+strconv.Quote(p.Strategy), "use offset, page, cursor, token or link")
		o.out.Page = nil
		return
	}
	if p.recognized && (t == nil || t.Kind != KindSlice || o.out.Result.Kind != ResultPointer && o.out.Result.Kind != ResultValue) {
		o.out.Page = nil // the result is another type than its schema alone would be
		return
	}
	if t == nil || t.Kind != KindSlice || o.out.Result.Kind != ResultPointer && o.out.Result.Kind != ResultValue {
		b.warn(x, "pagination", "x-pagination: items of "+o.out.ID+" is not a list", "name the JSON pointer of the list in the response, e.g. /data")
		o.out.Page = nil
	}
}
