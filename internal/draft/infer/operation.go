// Package infer turns observations of calls into OpenAPI: operations with their
// parameters, bodies, statuses and credentials, and the decisions that are left
// to a person. Calls is its entry point.
package infer

import (
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/draft/read"
)

// Operation is a drafted operation.
type Operation struct {
	Method    string // lower case
	Path      string
	Server    string
	ID        string
	Tag       string
	Summary   string
	URL       string
	Params    []Param
	Request   *Body
	Responses []Response
	Security  [][]Scheme // nil: the page does not say
	Decisions []Decision
	Embedded  *read.Embedded
	Call      *read.Call
	JSONAPI   bool
	Values    map[string]string // path parameters in the sample
	Exists    bool              // the spec has it already
	Secured   [][]Scheme        // what Security would say if it did not hold everywhere
	Type      string            // of the JSON:API resource

	Members, Relationships int // counted before references replace them

	spec  *Known
	known *KnownPath

	service string // that the id begins with

	shown map[string]bool // types of resources that the page shows; nil before pageTarget

	OwnServer bool // the document's servers are others
}

// Param is a parameter of an operation.
type Param struct {
	In, Name string
	Required bool
	Schema   *Schema
	Style    string
	Explode  *bool
	Place    read.Place
	Ref      string
}

// Body is a request body.
type Body struct {
	Required bool
	Content  []Content
}

// Content is a body of one media type.
type Content struct {
	Media  string
	Schema *Schema
}

// Response is the response of one status.
type Response struct {
	Status      string // "200", "4XX" or "default"
	Description string
	Content     []Content
	Ref         string
	Assumed     bool
}

// Scheme is a credential.
type Scheme struct {
	Kind string // bearer, basic, header, query, cookie
	Name string // of the header, query member or cookie
	Key  string // of the component
}

// Sent is the schema of a member of the request body, nil without one.
func (o *Operation) Sent(name string) *Schema {
	if o.Request == nil || len(o.Request.Content) == 0 {
		return nil
	}
	return o.Request.Content[0].Schema.Prop(name)
}

// Collection is the last constant segment of the path.
func (o *Operation) Collection() string {
	name, _, _ := o.resource()
	return name
}

// Decision is a question to a person.
type Decision struct {
	Pointer string     // where in the operation, e.g. "request body data.type"
	Kind    string     // of the closed list
	Text    string     // what was seen
	Place   read.Place // the line of the page
	File    string     // where the draft has it
	Line    int
	Col     int
}

// Calls infers one operation from each call.
func Calls(calls []*read.Call) []*Operation {
	var out []*Operation
	for _, c := range templated(calls) {
		out = append(out, operation(c, nil))
	}
	uniqueIDs(out, nil)
	return out
}

// templated joins calls of one operation whose paths have different values.
func templated(calls []*read.Call) []*read.Call {
	paths := map[*read.Call]string{}
	of := map[string]map[string]bool{} // the paths of a template
	for _, c := range calls {
		if c.Embedded != nil || c.GraphQL() != "" {
			continue
		}
		o := Operation{Method: strings.ToLower(c.Method), Call: c}
		o.path(c)
		key := o.Method + " " + o.Path
		paths[c] = o.Path
		if of[key] == nil {
			of[key] = map[string]bool{}
		}
		of[key][c.Path] = true
	}
	for _, c := range calls {
		if template := paths[c]; template != "" && template != c.Path && len(of[strings.ToLower(c.Method)+" "+template]) > 1 {
			c.Concrete = first(c.Concrete, c.Path)
			c.Path = template
		}
	}
	return read.Join(calls)
}

func operation(c *read.Call, k *Known) *Operation {
	o := &Operation{ID: c.OperationID, Method: strings.ToLower(c.Method), Server: c.Server, Summary: c.Summary, URL: c.URL, Call: c, Embedded: c.Embedded}
	o.spec = k
	if c.Embedded != nil {
		o.Path = c.Path
		o.adopt(k)
		return o
	}
	o.path(c)
	o.graphQL(c)
	o.adopt(k)
	o.JSONAPI = isJSONAPI(c)
	o.params(c)
	o.request(c)
	o.responses(c)
	o.fillGaps()
	o.security(c)
	o.schemes(k)
	o.Type = o.typeOf()
	o.house(k)
	for _, d := range c.Doubts {
		o.decide(Decision{Kind: "page contradicts itself", Text: d.Text, Place: d.Place})
	}
	if o.Summary == "" {
		o.Summary = o.title()
	}
	return o
}

func (o *Operation) decide(d Decision) { o.Decisions = append(o.Decisions, d) }

// path settles the path template: documented names win, then ids by form.
func (o *Operation) path(c *read.Call) {
	o.Values = map[string]string{}
	path := c.Path
	if c.Concrete != "" && c.Concrete != path {
		path = o.combine(path, c.Concrete)
	}
	segments := strings.Split(path, "/")
	concrete := strings.Split(c.Concrete, "/")
	if n := len(concrete) - len(segments); n > 0 && n < 3 { // below a base path
		concrete = append([]string{""}, concrete[n+1:]...)
	}
	for i, s := range segments {
		name, ext := s, ""
		if j := strings.LastIndexByte(s, '.'); j > 0 && !strings.ContainsAny(s, "{}") {
			name, ext = s[:j], s[j:]
		}
		switch {
		case strings.ContainsAny(s, "{}"):
			if len(concrete) == len(segments) && !strings.ContainsAny(concrete[i], "{}") {
				o.Values[strings.Trim(s, "{}")] = concrete[i]
			}
			continue
		case isVersion(segments, i):
		case idLike(name):
			p := o.parameterName(segments, i)
			o.Values[p] = name
			segments[i] = "{" + p + "}" + ext
		case chosen.MatchString(name) || echoed(c, name) && i == len(segments)-1 && i > 1:
			p := o.parameterName(segments, i)
			o.Values[p] = name
			segments[i] = "{" + p + "}" + ext
			o.decide(Decision{Pointer: "path parameter " + p, Kind: "path parameter", Text: name + " looks like a value that the user chose; a parameter?", Place: c.Place})
		}
	}
	o.Path = strings.Join(segments, "/")
	if o.Path == "" {
		o.Path = "/"
	}
}

// chosen is a segment that is a value by its looks, as ITM-00042, though no id for
// sure.
var chosen = regexp.MustCompile(`^[A-Za-z]{1,12}[-_]\d{2,}$|^[A-Z]{2,6}\d{3,}$|^\d[\dA-Z-]*[A-Z][\dA-Z-]*$`)

// isVersion reports whether a segment of one or two digits is the version of
// the API: the first, or behind one such as api.
func isVersion(segments []string, i int) bool {
	if s := segments[i]; len(s) > 2 || !digitsID.MatchString(s) || i+1 == len(segments) {
		return false
	}
	return i == 1 || i > 1 && versionSegment.MatchString(segments[i-1])
}

// echoed reports whether the response repeats a segment of the path as a value.
func echoed(c *read.Call, segment string) bool {
	if len(segment) < 3 && !digitsID.MatchString(segment) {
		return false
	}
	for _, a := range c.Answers {
		for _, s := range a.Samples {
			for _, name := range []string{"id", "name", "slug", "key"} {
				if v := s.Value.Get(name); v != nil && v.Kind == read.String && v.Text == segment {
					return true
				}
			}
		}
	}
	return false
}

// combine joins a documented path with that of a command. Segments that only
// the command has in front are the server's base path, or parameters.
func (o *Operation) combine(documented, concrete string) string {
	d, c := strings.Split(strings.Trim(documented, "/"), "/"), strings.Split(strings.Trim(concrete, "/"), "/")
	if len(c) <= len(d) {
		if len(c) == len(d) {
			for i := range d {
				if d[i] != c[i] && strings.ContainsAny(c[i], "{}") && !strings.ContainsAny(d[i], "{}") {
					d[i] = c[i]
				}
			}
			return "/" + strings.Join(d, "/")
		}
		return documented
	}
	extra := c[:len(c)-len(d)]
	for i := range d {
		a, b := d[i], c[len(extra)+i]
		if a != b && !strings.ContainsAny(a, "{}") && !strings.ContainsAny(b, "{}") && !(idLike(strings.TrimSuffix(a, ".json")) && idLike(strings.TrimSuffix(b, ".json"))) {
			return documented
		}
	}
	variable := false
	for _, s := range extra {
		variable = variable || strings.ContainsAny(s, "{}") || idLike(s)
	}
	if variable {
		return "/" + strings.Join(append(append([]string{}, extra...), d...), "/")
	}
	if o.Server != "" {
		o.Server = strings.TrimSuffix(o.Server, "/") + "/" + strings.Join(extra, "/")
	}
	return documented
}

// parameterName names a parameter after the segment before it.
func (o *Operation) parameterName(segments []string, i int) string {
	base := ""
	for j := i - 1; j >= 0; j-- {
		if s := segments[j]; s != "" && !strings.ContainsAny(s, "{}") {
			base = s
			break
		}
	}
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '_'
	}, singular(base))
	if name == "" || regexp.MustCompile(`^v\d+$`).MatchString(name) {
		name = "resource"
	}
	name += "_id"
	for n := 2; contains(segments, "{"+name+"}"); n++ {
		name = strings.TrimRight(name, "0123456789") + strconv.Itoa(n)
	}
	return name
}

var bracesPattern = regexp.MustCompile(`\{([^}/]*)\}`)

// params infers the parameters, those of the path first.
func (o *Operation) params(c *read.Call) {
	for _, g := range bracesPattern.FindAllStringSubmatch(o.Path, -1) {
		o.pathParam(c, g[1])
	}
	names := map[string]bool{}
	for _, p := range c.Params {
		names[p.Name] = true
	}
	families := map[string]bool{}
	for _, p := range c.Params {
		if p.In == "path" || p.Name == "" {
			continue
		}
		if families[p.In+p.Name] {
			continue
		}
		families[p.In+p.Name] = true
		o.Params = append(o.Params, o.param(c, p, names))
	}
}

func (o *Operation) pathParam(c *read.Call, name string) {
	out := Param{In: "path", Name: name, Required: true, Schema: &Schema{}, Place: c.Place}
	for _, p := range c.Params {
		if p.In == "path" && (p.Name == name || len(bracesPattern.FindAllString(o.Path, -1)) == 1 && !strings.Contains(o.Path, "{"+p.Name+"}")) {
			fromType(p.Type, out.Schema)
			out.Place = p.Place
			if len(p.Values) > 1 && valuesFit(first(out.Schema.Type, "string"), p.Values) {
				out.Schema.Enum = p.Values
			}
			if out.Schema.Type == "number" && p.Rank == read.FromTable {
				out.Schema.Type = "integer"
			}
		}
	}
	value := o.Values[name]
	if o.spec != nil && out.Schema.Type == "" {
		if s := o.spec.Params["path "+name]; s != nil {
			*out.Schema = *s
		}
	}
	switch {
	case out.Schema.Type == "" && digitsID.MatchString(value) && echoed(c, value):
		out.Schema.Type = "string" // the response has these digits as text
	case out.Schema.Type == "" && digitsID.MatchString(value) && len(value) < 16:
		out.Schema.Type = "integer"
	case out.Schema.Type == "":
		out.Schema.Type = "string"
	}
	if out.Schema.Type == "string" && out.Schema.Format == "" && uuidText.MatchString(value) {
		out.Schema.Format = "uuid"
	}
	if out.Schema.Type == "array" || out.Schema.Type == "object" {
		out.Schema = &Schema{Type: "string"}
	}
	o.Params = append(o.Params, out)
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// param infers a parameter outside the path.
func (o *Operation) param(c *read.Call, p read.Param, names map[string]bool) Param {
	out := Param{In: p.In, Name: p.Name, Required: p.Required == read.Yes, Schema: &Schema{}, Place: p.Place}
	fromType(p.Type, out.Schema)
	s := out.Schema
	if s.Type == "" && len(s.OneOf) == 0 {
		s.Type = typeOfStrings(p.Samples)
		if len(p.Samples) == 0 && p.Default != "" {
			s.Type = typeOfStrings([]string{p.Default})
		}
		if len(p.Samples) > 1 && p.Rank == read.FromSample && repeated(c, p.Name) {
			out.Schema = &Schema{Type: "array", Items: &Schema{Type: s.Type}}
			s = out.Schema
		}
		if p.Rank > read.FromSample && read.CountName(p.Name) && len(p.Samples) == 0 && !strings.HasSuffix(strings.ToLower(p.Name), "id") && !strings.HasSuffix(strings.ToLower(p.Name), "ids") {
			s.Type = "integer"
		}
	}
	if s.Type == "number" && p.Rank == read.FromTable && (typeOfStrings(p.Samples) == "integer" && len(p.Samples) > 0 || read.CountName(p.Name)) {
		s.Type = "integer"
	}
	if s.Type == "string" && s.Format == "" && len(p.Samples) > 0 {
		s.Format = formatOfAll(p.Samples)
	}
	o.paramValues(p, s, names)
	o.style(&out)
	return out
}

func repeated(c *read.Call, name string) bool {
	n := 0
	for _, q := range c.Query {
		if q.Name == name {
			n++
		}
	}
	return n > 1
}

// paramValues applies listed values and the default.
func (o *Operation) paramValues(p read.Param, s *Schema, names map[string]bool) {
	target := s
	if s.Type == "array" {
		if s.Items == nil || s.Items.Type == "" {
			s.Items = &Schema{Type: "string"}
		}
		target = s.Items
	}
	in := inference{names: names}
	if len(p.Values) > 1 && !in.likeNames(p.Values) && valuesFit(target.Type, p.Values) {
		target.Enum = p.Values
		for _, seen := range p.Samples {
			if seen != "" && !contains(target.Enum, seen) && !strings.HasPrefix(seen, "<") && s.Type != "array" {
				target.Enum = nil
				break
			}
		}
	}
	if p.Default != "" && s.Type != "array" && fitsType(s.Type, p.Default) && (len(s.Enum) == 0 || contains(s.Enum, p.Default)) && s.Format == "" {
		s.Default = p.Default
	}
	if s.Type == "object" && p.In != "query" {
		*s = Schema{Type: "string"}
	}
}

// style sets how arrays of JSON:API and objects are written.
func (o *Operation) style(out *Param) {
	if out.In != "query" {
		return
	}
	no := false
	jsonapi := out.Name == "include" || out.Name == "sort" || strings.HasPrefix(out.Name, "fields[")
	switch {
	case o.JSONAPI && jsonapi && out.Schema.Type != "array":
		items := *out.Schema
		items.Default = ""
		out.Schema = &Schema{Type: "array", Items: &items}
		out.Style, out.Explode = "form", &no
	case o.JSONAPI && jsonapi:
		out.Style, out.Explode = "form", &no
	case out.Schema.Type == "object":
		out.Style = "deepObject"
		yes := true
		out.Explode = &yes
	}
}

// typeOfStrings is the type of values as a URL carries them.
func typeOfStrings(samples []string) string {
	if len(samples) == 0 {
		return "string"
	}
	integer, number, boolean := true, true, true
	for _, s := range samples {
		_, err := strconv.ParseInt(s, 10, 64)
		integer = integer && err == nil && len(s) < 16 && (s == "0" || s[0] != '0')
		_, err = strconv.ParseFloat(s, 64)
		number = number && err == nil && len(s) < 16 && strings.Contains(s, ".")
		boolean = boolean && (s == "true" || s == "false")
	}
	switch {
	case boolean:
		return "boolean"
	case integer:
		return "integer"
	case number:
		return "number"
	}
	return "string"
}

// request infers the request body.
func (o *Operation) request(c *read.Call) {
	if len(c.Requests) == 0 {
		return
	}
	body := &Body{Required: true}
	var fields []read.Field
	for _, r := range c.Requests {
		fields = append(fields, r.Fields...)
	}
	for i, r := range c.Requests {
		media := o.requestMedia(c, r.Media)
		if media == "form" {
			media = "application/x-www-form-urlencoded"
			for _, f := range r.Fields {
				if f.Type.Format == "binary" {
					media = "multipart/form-data"
				}
			}
		}
		if duplicate(body.Content, media) {
			continue
		}
		use := r
		if len(r.Fields) == 0 && i > 0 && len(r.Samples) == 0 {
			use.Fields = fields
		}
		if strings.Contains(media, "form") {
			use.Fields = bracketed(use.Fields)
		}
		s := o.bodySchema(use, false)
		if s == nil {
			s = &Schema{Type: "object", Todo: "the page does not show the body", Kind: "unknown type", Place: r.Place}
			if strings.HasPrefix(media, "text/") || media == "application/octet-stream" || strings.HasSuffix(media, "xml") || strings.HasPrefix(media, "image/") {
				s = &Schema{Type: "string"}
				if !strings.HasPrefix(media, "text/") && !strings.HasSuffix(media, "xml") {
					s.Format = "binary"
				}
			}
		}
		body.Content = append(body.Content, Content{media, s})
	}
	o.Request = body
}

// bracketed spells the lists of a form as the page does, because that is what
// is sent.
func bracketed(fields []read.Field) []read.Field {
	out := append([]read.Field{}, fields...)
	for i, f := range out {
		if f.Brackets && len(f.Pointer) == 1 {
			out[i].Pointer = []string{f.Pointer[0] + "[]"}
		}
	}
	return out
}

func duplicate(list []Content, media string) bool {
	for _, c := range list {
		if c.Media == media {
			return true
		}
	}
	return false
}

func (o *Operation) requestMedia(c *read.Call, media string) string {
	media = strings.ToLower(strings.TrimSpace(media))
	if media != "" && (strings.Contains(media, "/") || media == "form") {
		return media
	}
	for _, h := range c.Headers {
		if strings.EqualFold(h.Name, "Content-Type") && strings.Contains(h.Value, "/") {
			m, _, _ := strings.Cut(h.Value, ";")
			return strings.ToLower(strings.TrimSpace(m))
		}
	}
	return "application/json"
}

// bodySchema infers the schema of a body, nil if nothing is known of it.
func (o *Operation) bodySchema(b read.Body, answer bool) *Schema {
	if len(b.Samples) == 0 && len(b.Fields) == 0 {
		return nil
	}
	root := newNode()
	names := map[string]bool{}
	for _, s := range b.Samples {
		root.add(s.Value, s.Place.File, s.Strict)
	}
	for _, f := range b.Fields {
		names[f.Pointer[len(f.Pointer)-1]] = true
		root.addField(o.rooted(root, f))
	}
	if b.Map && len(root.kids) > 0 {
		root.values = newNode()
	}
	in := inference{answer: answer, names: names}
	schema := in.schema(root, "")
	sole(schema)
	if schema.Type == "" && len(schema.Props) > 0 {
		schema.Type = "object"
	}
	if o.JSONAPI {
		if list := schema.Prop("included"); list != nil && list.Items != nil {
			list.Items = includedByType(in, b.Samples, list.Items)
		}
		jsonAPI(schema, o, answer)
	}
	if q := schema.Prop("query"); q != nil && !answer && o.Call.GraphQL() != "" {
		q.Enum = []string{o.Call.GraphQL()}
		schema.require("query")
	}
	return schema
}

// sole requires the only member of a body if it has required members itself:
// the body cannot be valid without it.
func sole(s *Schema) {
	if s == nil || len(s.Props) != 1 || s.Props[0].Schema.Type != "object" {
		return
	}
	child := s.Props[0].Schema
	sole(child)
	if len(child.Required) > 0 {
		s.require(s.Props[0].Name)
	}
}

// returned is the response of a call whose page says in words that the resource
// is returned: its members are those that the request sends.
func (o *Operation) returned(c *read.Call) *Schema {
	if c.Returns == "" || o.Request == nil || len(o.Request.Content) == 0 || o.Method == "delete" {
		return nil
	}
	known := map[string]bool{}
	for _, w := range append(wordsOf(o.Path), wordsOf(c.Summary)...) {
		known[singular(w)] = true
	}
	hit := false
	for _, w := range strings.Fields(c.Returns) {
		hit = hit || len(w) > 2 && known[singular(strings.Trim(w, "`,."))] && w != "the"
	}
	from := o.Request.Content[0].Schema
	if !hit || len(from.Props) == 0 {
		return nil
	}
	s := from.answer()
	s.Todo, s.Kind, s.Place = "the page says that it returns this and does not show it; these members are those of the request", "unknown type", c.Place
	return s
}

// answer copies a schema of a request for a response.
func (s *Schema) answer() *Schema {
	if s == nil {
		return nil
	}
	c := *s
	c.Required, c.Todo, c.Kind, c.Default = nil, "", "", ""
	c.Props = nil
	for _, p := range s.Props {
		c.Props = append(c.Props, Prop{p.Name, p.Schema.answer()})
	}
	c.Extensible = len(c.Enum) > 1
	c.Items, c.Map = s.Items.answer(), s.Map.answer()
	c.OneOf = nil
	for _, one := range s.OneOf {
		c.OneOf = append(c.OneOf, one.answer())
	}
	return &c
}

// rooted moves a field below the envelope of the samples where its name is
// only found there: tables often name the attributes of a JSON:API resource.
func (o *Operation) rooted(root *node, f read.Field) read.Field {
	name := f.Pointer[0]
	if root.index[name] != nil || name == "[]" || name == "{}" {
		return f
	}
	if root.items != nil && root.objects == 0 {
		f.Pointer = append([]string{"[]"}, f.Pointer...)
		return f
	}
	at, pointer := root, []string{}
	for range 4 {
		next := ""
		for _, wrapper := range []string{"data", "attributes"} {
			if k := at.index[wrapper]; k != nil && (k.objects > 0 || k.items != nil) && (o.JSONAPI || len(at.kids) == 1) {
				next = wrapper
			}
		}
		if next == "" && len(at.kids) == 1 {
			if k := at.index[at.kids[0]]; k.objects > 0 && k.index[name] != nil {
				next = at.kids[0]
			}
		}
		if next == "" {
			break
		}
		at = at.index[next]
		pointer = append(pointer, next)
		if at.objects == 0 && at.items != nil {
			at = at.items
			pointer = append(pointer, "[]")
		}
		if at.index[name] != nil || o.JSONAPI && next == "attributes" {
			f.Pointer = append(pointer, f.Pointer...)
			return f
		}
	}
	return f
}

// responses infers the responses.
func (o *Operation) responses(c *read.Call) {
	answers := append([]read.Body{}, c.Answers...)
	sort.SliceStable(answers, func(i, j int) bool { return rank(answers[i].Status) < rank(answers[j].Status) })
	success := false
	for _, a := range answers {
		success = success || a.Status == 0 || a.Status/100 == 2 || a.Status/100 == 3
	}
	if !success {
		answers = append([]read.Body{{}}, answers...)
	}
	for _, a := range answers {
		r := Response{Status: strconv.Itoa(a.Status)}
		if a.Status == 0 {
			r.Status, r.Assumed = o.assumedStatus(a), true
		}
		if a.Status < 0 {
			r.Status = "default"
		}
		r.Description = description(r.Status)
		media := o.answerMedia(c, a)
		schema := o.bodySchema(a, true)
		if schema == nil && strings.HasPrefix(r.Status, "2") && !a.Empty && a.Text == "" && r.Status != "204" {
			schema = o.returned(c)
		}
		if o.JSONAPI && a.Status >= 400 {
			schema = schema.errorDocument()
		}
		switch {
		case schema != nil:
			r.Content = []Content{{media, schema}}
		case a.Text != "" || a.Hidden || a.Media != "" && !a.Empty:
			s := &Schema{Todo: "the page does not show the body", Kind: "unknown type", Place: a.Place}
			if !isJSON(media) {
				s = &Schema{Type: "string"}
				if strings.HasPrefix(media, "application/") || strings.HasPrefix(media, "image/") {
					s.Format = "binary"
				}
			}
			r.Content = []Content{{media, s}}
		case !a.Empty && r.Status != "204" && strings.HasPrefix(r.Status, "2") && o.Method != "delete" && o.Method != "head":
			r.Content = []Content{{media, &Schema{Todo: "the page does not show the response", Kind: "unknown type", Place: c.Place}}}
		}
		if o.sameResponse(r) {
			continue
		}
		o.Responses = append(o.Responses, r)
	}
}

func (o *Operation) sameResponse(r Response) bool {
	for _, have := range o.Responses {
		if have.Status == r.Status {
			return true
		}
	}
	return false
}

func rank(status int) int {
	if status == 0 {
		return 200
	}
	if status < 0 {
		return 1000
	}
	return status
}

// assumedStatus is the status of success that the page does not say.
func (o *Operation) assumedStatus(a read.Body) string {
	if o.Method == "post" && o.spec != nil && o.spec.Created != "" && len(a.Samples)+len(a.Fields) > 0 && o.creates() {
		return o.spec.Created
	}
	if len(a.Samples) == 0 && len(a.Fields) == 0 && a.Text == "" && (o.Method == "delete" || o.JSONAPI && o.Method != "get" && strings.Contains(o.Path, "/relationships/")) {
		return "204"
	}
	return "200"
}

// creates reports whether a POST is to a collection rather than an action.
func (o *Operation) creates() bool {
	if o.Call.GraphQL() != "" {
		return false
	}
	_, action, single := o.resource()
	return action == "" && !single
}

func description(status string) string {
	switch status {
	case "200":
		return "OK"
	case "201":
		return "Created"
	case "202":
		return "Accepted"
	case "204":
		return "No content"
	case "default":
		return "Error"
	}
	if n, err := strconv.Atoi(status); err == nil {
		if text := statusText(n); text != "" {
			return text
		}
	}
	return "Status " + status
}

func isJSON(media string) bool {
	return media == "application/json" || strings.HasSuffix(media, "+json") || media == "text/json"
}

func (o *Operation) answerMedia(c *read.Call, a read.Body) string {
	if m := strings.ToLower(a.Media); strings.Contains(m, "/") {
		return m
	}
	for _, r := range c.Requests {
		if m := o.requestMedia(c, r.Media); m == "application/vnd.api+json" && o.JSONAPI {
			return m
		}
	}
	if len(c.Requests) == 0 {
		for _, s := range a.Samples { // only JSON:API documents say so
			if s.Value.Get("jsonapi").Get("version") != nil && s.Value.Get("data") != nil {
				return "application/vnd.api+json"
			}
		}
	}
	for _, h := range c.Headers {
		if strings.EqualFold(h.Name, "Accept") && strings.Contains(h.Value, "json") && !strings.Contains(h.Value, ",") {
			return strings.ToLower(h.Value)
		}
	}
	return "application/json"
}

// security names the credentials.
func (o *Operation) security(c *read.Call) {
	if c.NoAuth {
		o.Security = [][]Scheme{}
		return
	}
	for _, set := range c.Auth {
		var schemes []Scheme
		for _, a := range set {
			schemes = append(schemes, Scheme{Kind: a.Scheme, Name: a.Name, Key: schemeKey(a)})
		}
		o.Security = append(o.Security, schemes)
	}
}

func schemeKey(a read.Auth) string {
	switch a.Scheme {
	case "bearer", "basic":
		return a.Scheme
	}
	return lowerCamel(a.Name)
}
