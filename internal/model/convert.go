package model

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/load"
)

// roleUpload is RoleWrite for multipart bodies, whose binary members are files.
const roleUpload Role = 100

func (r Role) writes() bool { return r == RoleWrite || r == roleUpload }

func (b *builder) convertOperations() {
	b.findClientHeaders()
	for _, o := range b.ops {
		b.convert(o)
	}
	for _, d := range b.order {
		if d.Role == roleUpload {
			d.Role = RoleWrite
		}
	}
}

func (b *builder) convert(o *op) {
	out := o.out
	out.ID, out.Method, out.Pos = o.id, o.method, o.node.Position()
	if out.ID == "" {
		out.ID = o.method + " " + o.key
	}
	out.Server = b.operationServer(o)
	out.Security = b.readSecurity(o.node.Get("security"))
	b.convertArgs(o)
	if x := o.node.Get("x-graphql"); x != nil && b.convertGraphQL(o, x) {
		b.convertErrors(o)
		return
	}
	b.convertBody(o)
	b.convertOptions(o)
	b.convertResult(o)
	b.convertErrors(o)
	b.convertPage(o)
	tellParamsApart(out)
}

// tellParamsApart renames a body or options that a path parameter, or each
// other, has the name of.
func tellParamsApart(out *Operation) {
	taken := map[string]bool{}
	for _, a := range out.Args {
		taken[a.GoName] = true
	}
	if out.Body != nil {
		for taken[out.Body.GoName] {
			out.Body.GoName += "Body"
		}
		taken[out.Body.GoName] = true
	}
	if taken[out.OptVar] {
		out.OptVar = "options"
	}
	for taken[out.OptVar] {
		out.OptVar += "Set"
	}
}

// singularService is the resource word of a service: "Contact" of contacts.
func singularService(s *Service) string { return singularName(s.GoName) }

// speaksJSONAPI tells whether an operation reads or writes resources.
func (o *op) speaksJSONAPI() bool { return o.doc != nil || o.bodyDoc != nil }

// base is the name that what o declares starts with.
func (o *op) base() string {
	if o.speaksJSONAPI() {
		return singularService(o.svc) + o.out.GoName
	}
	return o.svc.GoName + o.out.GoName
}

func (o *op) file() string {
	if o.speaksJSONAPI() {
		return snake(singularService(o.svc))
	}
	return snake(o.svc.GoName)
}

// convertArgs makes the path's parameters positional, in template order.
func (b *builder) convertArgs(o *op) {
	used := map[string]bool{}
	o.out.Path = b.expandPath(o.path, func(name string) string {
		p := o.pathParam(name)
		var t *Type
		style, explode := "", false
		if p != nil && p.schema != nil {
			t = b.typeOf([]*load.Node{p.schema}, RoleWrite, place{bare: true, op: o, base: singularService(o.svc), part: name, file: o.file(), alts: []string{o.base() + exported(name)}})
			style, explode = p.style, p.explode
		} else {
			t = &Type{Kind: KindString}
			p = &param{node: o.node}
		}
		goName := unexported(name)
		for used[goName] {
			goName += "Again"
		}
		used[goName] = true
		o.out.Args = append(o.out.Args, &Arg{Name: name, GoName: goName, Type: t, Doc: Doc{Text: p.node.Get("description").Str()}})
		return pathOperator(style) + name + pathExplode(t, explode)
	})
}

func pathOperator(style string) string {
	switch style {
	case "label":
		return "."
	case "matrix":
		return ";"
	}
	return ""
}

func pathExplode(t *Type, explode bool) string {
	if explode && (t.Kind == KindSlice || t.Kind == KindMap || t.Kind == KindNamed && t.Decl.Kind == DeclStruct) {
		return "*"
	}
	return ""
}

func (o *op) pathParam(name string) *param {
	for _, p := range o.params {
		if p.in == "path" && p.name == name {
			return p
		}
	}
	return nil
}

// expandPath rewrites each {name} of a template. Names may carry what routers
// allow in them: {+path}, {id:[0-9]+}.
func (b *builder) expandPath(path string, expand func(name string) string) string {
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(path, "{")
		out.WriteString(before)
		if !ok {
			return out.String()
		}
		name, after, ok := strings.Cut(rest, "}")
		if !ok {
			out.WriteString("%7B" + rest)
			return out.String()
		}
		name, _, _ = strings.Cut(name, ":")
		name = strings.TrimSuffix(strings.TrimLeft(name, "+;.?/&#"), "*")
		out.WriteString("{" + expand(name) + "}")
		path = after
	}
}

// convertOptions gathers query, header and cookie parameters in a struct.
func (b *builder) convertOptions(o *op) {
	var ps []*param
	for _, p := range o.params {
		if p.in != "path" && !b.isClientHeader(p) {
			ps = append(ps, p)
		}
	}
	if len(ps) == 0 {
		return
	}
	d := &Decl{Kind: DeclStruct, Role: RoleOptions, method: o, File: o.file(), Pointer: o.node.Pointer() + "/parameters", Pos: o.node.Position()}
	d.name = naming{base: o.base(), rank: rankOperation}
	if !o.speaksJSONAPI() || o.out.Body != nil {
		d.name.suffix = "Options"
	} else {
		d.name.alts = []string{o.base() + "Options"}
	}
	b.add(d)
	for _, p := range ps {
		d.Fields = append(d.Fields, b.option(o, p))
	}
	o.out.Options, o.out.OptVar = d, "query"
	if !slices.ContainsFunc(ps, func(p *param) bool { return p.in == "query" }) {
		o.out.OptVar = "params"
	}
}

// findClientHeaders moves header parameters with a value of their own, which
// every operation has, from the operations to the client.
func (b *builder) findClientHeaders() {
	if len(b.ops) < 2 {
		return
	}
	for _, p := range b.ops[0].params {
		value, fixed := fixedValue(p, b.shapes.of(p.schema))
		if p.in != "header" || !fixed || p.json {
			continue
		}
		everywhere := !slices.ContainsFunc(b.ops, func(o *op) bool {
			return !slices.ContainsFunc(o.params, func(q *param) bool {
				v, ok := fixedValue(q, b.shapes.of(q.schema))
				return q.in == p.in && q.name == p.name && ok && v == value
			})
		})
		h := ClientHeader{Name: p.name, GoName: exported(p.name), Default: value, Doc: Doc{Text: prose(p.node.Get("description").Str(), maxFieldDoc)}}
		taken := slices.ContainsFunc(b.api.Schemes, func(s Scheme) bool { return s.GoName == h.GoName })
		if everywhere && h.GoName != "" && !taken {
			b.api.Headers = append(b.api.Headers, h)
		}
	}
}

func (b *builder) isClientHeader(p *param) bool {
	return p.in == "header" && slices.ContainsFunc(b.api.Headers, func(h ClientHeader) bool { return h.Name == p.name })
}

// option is the field of one parameter.
func (b *builder) option(o *op, p *param) *Field {
	f := &Field{Name: p.name, GoName: p.node.Get("x-go-name").Str(), Pos: p.node.Position(), OmitZero: !p.required}
	switch p.in {
	case "query":
		f.In = InQuery
	case "header":
		f.In = InHeader
	case "cookie":
		f.In = InCookie
	}
	var s *shape
	if p.schema != nil {
		s = b.shapes.of(p.schema)
		f.Type = b.typeOf([]*load.Node{p.schema}, RoleWrite, place{bare: true, op: o, base: singularService(o.svc), part: p.name, file: o.file(), alts: []string{o.base() + exported(p.name)}})
	} else {
		f.Type, s = &Type{Kind: KindString}, &shape{}
	}
	f.Doc = fieldDoc(&shape{description: p.node.Get("description").Str(), deprecated: p.node.Get("deprecated").True(), nodes: s.nodes})
	f.Flags = styleFlags(p, f.Type)
	value, fixed := fixedValue(p, s)
	if p.required && fixed && !strings.ContainsAny(value, "\"`\n") && f.Type.Kind != KindSlice && f.Type.Kind != KindMap {
		f.Flags = append(f.Flags, "default="+value)
		f.OmitZero = true
	}
	if f.OmitZero && f.Type.Kind != KindAny && f.Type.Kind != KindRaw {
		f.Type = optional(f.Type, false, false)
	}
	return f
}

// fixedValue is what a required parameter holds when the user says nothing.
func fixedValue(p *param, s *shape) (string, bool) {
	if d := p.schema.Get("default"); d != nil && d.Kind != load.Object && d.Kind != load.Array && d.Kind != load.Null {
		return d.Value, true
	}
	if c := s.constant(); c != nil {
		return c.Value, true
	}
	return "", false
}

// styleFlags spells how a parameter is written.
func styleFlags(p *param, t *Type) []string {
	var flags []string
	compound := t.Kind == KindSlice || t.Kind == KindMap || t.Kind == KindNamed && t.Decl.Kind != DeclEnum || t.Kind == KindRaw || t.Kind == KindAny
	switch {
	case p.json:
		flags = append(flags, "json")
	case p.in == "header":
		if p.explode && compound {
			flags = append(flags, "explode")
		}
	case p.style == "deepObject":
		flags = append(flags, "deep")
	case p.style == "spaceDelimited":
		flags = append(flags, "space")
	case p.style == "pipeDelimited":
		flags = append(flags, "pipe")
	case !p.explode && compound:
		flags = append(flags, "csv")
	}
	if p.reserved {
		flags = append(flags, "reserved")
	}
	return flags
}

// convertBody decides how a request body is made.
func (b *builder) convertBody(o *op) {
	m := o.body
	if m == nil || o.method == http.MethodGet && m.schema == nil || b.saysNothing(o, m) {
		return
	}
	body := &Body{ContentType: m.contentType, GoName: "body", Required: true}
	o.out.Body = body
	t := baseType(m.contentType)
	switch {
	case o.bodyDoc != nil:
		b.resourceBody(o, body)
	case jsonMedia(m.contentType):
		body.Kind = BodyJSON
		body.Type = b.bodyType(o, m, RoleWrite)
		body.GoName = bodyName(body.Type)
	case t == "application/x-www-form-urlencoded", t == "multipart/form-data":
		body.Kind, body.ContentType = BodyForm, t
		role := RoleWrite
		if t == "multipart/form-data" {
			body.Kind, role = BodyMultipart, roleUpload
		}
		body.Type = b.bodyType(o, m, role)
		if body.Type.Kind != KindNamed || body.Type.Decl.Kind != DeclStruct {
			body.Type = &Type{Kind: KindMap, Elem: &Type{Kind: KindAny}}
		}
		body.GoName = bodyName(body.Type)
	case strings.HasPrefix(t, "text/"):
		body.Kind = BodyText
	default:
		body.Kind = BodyStream
		if t == "*/*" || t == "" || strings.HasSuffix(t, "/*") {
			body.ContentType = "application/octet-stream"
		}
	}
}

// saysNothing tells whether a body need not be sent and has nothing to send: an
// object without members, which some documents give to every GET.
func (b *builder) saysNothing(o *op, m *media) bool {
	core, _ := b.shapes.core(m.schema)
	s := b.shapes.of(core)
	if s == nil || o.node.Get("requestBody").Target().Get("required").True() {
		return false
	}
	return s.kinds == isObject && len(s.props) == 0 && s.additional == nil && !s.open && len(s.variants) == 0 && len(s.patterns) == 0 &&
		(o.method == http.MethodGet || o.method == http.MethodHead || o.method == http.MethodDelete)
}

func (b *builder) bodyType(o *op, m *media, role Role) *Type {
	if m.schema == nil {
		return &Type{Kind: KindAny}
	}
	return b.typeOf([]*load.Node{m.schema}, role, place{base: o.svc.GoName + o.out.GoName, file: snake(o.svc.GoName), op: o})
}

// bodyName is the parameter name of a body: pet for PetParams.
func bodyName(t *Type) string {
	switch t.Kind {
	case KindNamed:
		if t.Decl.name.rank == rankComponent || t.Decl.Resource != "" {
			if s := unexported(t.Decl.name.base); len(s) <= 24 {
				return s
			}
		}
		return "params"
	case KindSlice:
		if t.Elem.Kind == KindNamed && t.Elem.Decl.name.rank == rankComponent {
			return unexported(pluralName(t.Elem.Decl.name.base))
		}
		return "items"
	}
	return "body"
}

// resourceBody is a JSON:API request document.
func (b *builder) resourceBody(o *op, body *Body) {
	doc := o.bodyDoc
	body.Many = doc.many
	if doc.ident {
		body.Kind = BodyLinkage
		kind := KindToOne
		if doc.many {
			kind = KindToMany
		}
		last := staticSegments(o.path)
		name := "target"
		if len(last) > 0 {
			name = last[len(last)-1]
		}
		body.Type = &Type{Kind: kind, Elem: b.targetType(&Decl{name: naming{base: singularService(o.svc)}, File: o.file(), Pos: o.node.Position()}, name, doc.types)}
		body.GoName = unexported(name)
		return
	}
	body.Kind = BodyResource
	_, s := b.resolve(doc.data)
	at := place{base: o.base(), file: o.file(), word: writeWord(o)}
	if n := len(o.out.Args); n > 0 && bodyID(o, s) {
		body.ID, at.idFromPath = o.out.Args[n-1].GoName, true
	}
	body.Type = b.typeOf(doc.data, RoleWrite, at)
	if body.Type.Kind == KindNamed {
		body.GoName = unexported(body.Type.Decl.name.base)
		if doc.many {
			body.GoName = unexported(pluralName(body.Type.Decl.name.base))
		}
	}
	for _, a := range o.out.Args {
		if a.GoName == body.GoName {
			body.GoName += "Params"
		}
	}
}

// writeWord ends the name of what a JSON:API request holds: ContactCreate.
func writeWord(o *op) string {
	types := o.bodyDoc.types
	if len(types) == 1 && singularName(types[0]) == singularService(o.svc) {
		return strings.TrimSuffix(o.out.GoName, "Many")
	}
	switch o.method {
	case http.MethodPatch, http.MethodPut:
		return "Update"
	case http.MethodDelete:
		return "Delete"
	}
	return "Create"
}

// convertResult decides what success returns.
func (b *builder) convertResult(o *op) {
	var typed []response
	for _, r := range o.successes() {
		if r.media != nil && (len(typed) == 0 || r.schema != nil && typed[0].schema != nil) {
			typed = append(typed, r)
		}
	}
	if len(typed) == 0 || o.method == http.MethodHead {
		return
	}
	first := typed[0]
	o.out.Accept = acceptOf(first.media)
	switch t := baseType(first.media.contentType); {
	case o.doc != nil:
		b.documentResult(o)
	case jsonMedia(t):
		b.jsonResult(o, typed)
	case t == "text/event-stream":
		o.out.Result = Result{Kind: ResultEvents, Type: b.resultType(o, first)}
	case strings.HasPrefix(t, "text/") && !strings.HasSuffix(t, "xml"):
		o.out.Result = Result{Kind: ResultText}
	default:
		o.out.Result = Result{Kind: ResultStream}
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
	part := "result"
	if n, err := strconv.Atoi(r.code); err == nil && n > 201 {
		part = http.StatusText(n) + " result"
	}
	return b.typeOf([]*load.Node{r.schema}, RoleRead, place{base: o.svc.GoName + o.out.GoName, part: part, file: snake(o.svc.GoName), op: o})
}

// jsonResult is one type, or a struct with one field per status.
func (b *builder) jsonResult(o *op, typed []response) {
	var types []*Type
	distinct := false
	for i, r := range typed {
		if !jsonMedia(r.media.contentType) {
			continue
		}
		t := b.resultType(o, r)
		types = append(types, t)
		distinct = distinct || i > 0 && !sameType(t, types[0])
	}
	if !distinct {
		o.out.Result = Result{Kind: ResultValue, Type: types[0]}
		if t := types[0]; t.Kind == KindNamed && (t.Decl.Kind == DeclStruct || t.Decl.Kind == DeclUnion) {
			o.out.Result.Kind = ResultPointer
		}
		return
	}
	d := &Decl{Kind: DeclStruct, Role: RoleStatus, method: o, File: snake(o.svc.GoName), Pointer: o.node.Pointer() + "/responses", Pos: o.node.Position()}
	d.name = naming{base: o.svc.GoName + o.out.GoName, suffix: "ByStatus", rank: rankOperation}
	b.add(d)
	i := 0
	for _, r := range typed {
		if !jsonMedia(r.media.contentType) {
			continue
		}
		t := types[i]
		i++
		d.Fields = append(d.Fields, &Field{Name: r.code, GoName: statusName(r.code), In: InStatus, Type: &Type{Kind: KindPointer, Elem: t}, Doc: Doc{Text: r.node.Get("description").Str()}})
	}
	o.out.Result = Result{Kind: ResultByStatus, Type: named(d)}
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
	case doc.ident:
		t = b.targetType(&Decl{name: naming{base: o.base()}, File: o.file(), Pos: o.node.Position()}, "target", doc.types)
	default:
		t = b.typeOf(doc.data, RoleRead, place{base: base, part: "item", file: o.file()})
	}
	o.out.Result = Result{Kind: ResultResource, Type: t}
	if doc.many {
		o.out.Result.Kind = ResultPage
	}
	if p := doc.s.prop("meta"); p != nil {
		o.out.Result.Meta = b.typeOf(p.nodes, RoleRead, place{base: o.base(), part: "meta", file: o.file(), op: o})
	}
}

// convertErrors lists the declared error bodies. JSON:API's own are known to
// the runtime.
func (b *builder) convertErrors(o *op) {
	for _, r := range o.errors() {
		if r.media == nil || r.schema == nil || !jsonMedia(r.media.contentType) {
			continue
		}
		core, _ := b.shapes.core(r.schema)
		if core == nil {
			continue
		}
		s := b.shapes.of(core)
		if !s.said() || isErrorDocument(b, s) {
			continue
		}
		part := errorWords(r.code)
		t := b.typeOf([]*load.Node{r.schema}, RoleRead, place{base: o.svc.GoName + o.out.GoName, part: part, file: snake(o.svc.GoName), op: o})
		o.out.Errors = append(o.out.Errors, Status{Code: r.code, Type: t})
	}
}

// errorWords names the body of an error status.
func errorWords(code string) string {
	n, err := strconv.Atoi(code)
	switch {
	case err == nil && http.StatusText(n) != "":
		return strings.TrimSuffix(http.StatusText(n), " Error") + " error"
	case code == "4XX":
		return "client error"
	case code == "5XX":
		return "server error"
	case code == "default":
		return "error"
	}
	return "status " + code + " error"
}

// isErrorDocument recognises https://jsonapi.org/format/1.1/#errors.
func isErrorDocument(b *builder, s *shape) bool {
	p := s.prop("errors")
	if p == nil || !onlyMembers(s, documentMembers) {
		return false
	}
	_, es := b.resolve(p.nodes)
	if es == nil || es.items == nil {
		return false
	}
	_, item := b.resolve([]*load.Node{es.items})
	return item != nil && (item.prop("detail") != nil || item.prop("title") != nil)
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
	for _, word := range strings.Split(strings.Trim(x.Get("items").Str(), "/"), "/") {
		if word == "" {
			continue
		}
		var next *Field
		if t != nil && t.Kind == KindNamed {
			for _, f := range t.Decl.Fields {
				if f.Name == word {
					next = f
				}
			}
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
	if t == nil || t.Kind != KindSlice || o.out.Result.Kind != ResultPointer && o.out.Result.Kind != ResultValue {
		b.warn(x, "pagination", "x-pagination: items of "+o.out.ID+" is no list", "name the JSON pointer of the list in the response, e.g. /data")
		o.out.Page = nil
	}
}
