package read

import (
	"strconv"
	"strings"
)

// opened is an open element.
type opened struct {
	tag     string
	ctx     context // of the place before it
	label   string
	field   *fact
	pointer []string
	under   []string
	text    string
}

// element reads an element of MDX, or {% … %}.
func (r *sectionReader) element(i int, b block) {
	name := strings.ToLower(b.tag)
	if b.ends {
		r.close(name)
		return
	}
	o := opened{tag: name, ctx: r.ctx, label: r.label}
	switch {
	case name == "requestexample":
		r.ctx = context{dir: asked, sample: true}
	case name == "responseexample" || name == "apitabs":
		r.ctx = context{dir: answered, in: "body", status: r.ctx.status}
	case name == "tabitem" || name == "tab" || name == "codeblock":
		r.tab(b.attrs)
	case name == "mimetabs":
		if strings.EqualFold(b.attrs["schemaType"], "response") || r.ctx.dir == answered && r.ctx.status > 0 {
			r.ctx = context{dir: answered, in: "body", status: r.ctx.status}
		} else {
			r.ctx = context{dir: asked, in: "body"}
		}
	case name == "responsesamples":
		r.message(b.attrs["responseExample"], b.line, answered)
	case name == "swagger-response":
		if n, err := strconv.Atoi(firstWord(b.attrs["status"])); err == nil {
			r.ctx = context{dir: answered, in: "body", status: n}
			r.each(func(c *Call) { c.Answer(n) })
		}
	case name == "swagger":
		r.each(func(c *Call) {
			if c.Summary == "" || c.Summary == r.title {
				c.Summary = first(b.attrs["summary"], c.Summary)
			}
		})
	case isField(name):
		r.openField(&o, name, b)
	case name == "route":
		r.skipRoute(i)
	}
	if !b.alone && !voidTags[name] && len(r.open()) < 300 {
		r.opens = append(r.opens, o)
	}
}

var voidTags = map[string]bool{"br": true, "hr": true, "img": true, "input": true, "manualanchor": true}

func firstWord(s string) string {
	w, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	return strings.TrimRight(w, ":")
}

func (r *sectionReader) open() []opened { return r.opens }

// close ends an element and restores what was said before it.
func (r *sectionReader) close(name string) {
	for i := len(r.opens) - 1; i >= 0; i-- {
		if r.opens[i].tag != name {
			continue
		}
		if name == "summary" {
			r.endSummary(r.opens[i].text)
			r.opens = r.opens[:i]
			return
		}
		if name != "details" && name != "div" && name != "strong" || r.opens[i].field != nil {
			r.ctx, r.label = r.opens[i].ctx, r.opens[i].label
		}
		r.opens = r.opens[:i]
		return
	}
}

func (r *sectionReader) skipRoute(int) {}

// tab reads the label of a tab: a status, a media type or a kind of sample.
func (r *sectionReader) tab(attrs map[string]string) {
	label := first(attrs["label"], attrs["title"], attrs["value"])
	if n, err := strconv.Atoi(firstWord(label)); err == nil && n >= 100 && n < 600 {
		r.ctx = context{dir: answered, in: "body", status: n}
		r.each(func(c *Call) { c.Answer(n) })
		return
	}
	if strings.Contains(label, "/") && !strings.Contains(label, " ") {
		r.each(func(c *Call) {
			if r.ctx.dir == answered {
				a := c.Answer(r.ctx.status)
				a.Media = first(a.Media, label)
			} else if r.ctx.dir == asked {
				c.Request(label)
			}
		})
		return
	}
	if ctx, ok := contextOf(label); ok && ctx.dir != unset && generic(label) {
		r.setContext(ctx)
	}
}

// isField reports whether an element describes a parameter or member.
func isField(name string) bool {
	for _, suffix := range []string{"paramfield", "responsefield", "paramsitem", "schemaitem", "swagger-parameter", "param", "parameter", "field", "property", "attribute", "apiparam", "prop"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return false
}

// openField reads an element that describes a parameter or member.
func (r *sectionReader) openField(o *opened, name string, b block) {
	f := fact{rank: FromElement, line: b.line, name: b.attrs["name"]}
	for _, in := range []string{"path", "query", "header", "cookie", "body", "form"} {
		if v := b.attrs[in]; v != "" && v != "true" {
			f.name, f.in = v, in
		}
	}
	if strings.HasSuffix(name, "responsefield") {
		f.dir = answered
		if r.ctx.dir == answered {
			f.status = r.ctx.status
		}
		f.in = "body"
	} else if f.in == "body" || f.in == "form" {
		f.dir = asked
	}
	if in := b.attrs["in"]; in != "" {
		f.in = first(inWord[strings.ToLower(in)], f.in)
	}
	if strings.HasSuffix(name, "schemaitem") && (f.name == "" || f.name == "oneOf" || f.name == "anyOf") {
		if f.name == "" {
			o.field = &fact{rank: FromElement, line: b.line} // its summary names it
		}
		return
	}
	f.typ, f.values = ParseType(first(b.attrs["type"], b.attrs["schemaName"]))
	f.nullable = f.typ.Nullable
	f.required = attrTri(b.attrs, "required")
	if _, said := b.attrs["required"]; !said && (f.in != "" || f.dir == asked) {
		f.required = No
	}
	if attrTri(b.attrs, "optional") == Yes {
		f.required = No
	}
	f.def = first(b.attrs["default"], b.attrs["initialValue"])
	r.fieldSchema(&f, b.attrs)
	if f.name == "" {
		return
	}
	f.under = r.parent()
	o.under = f.under
	o.pointer = r.field(f)
	if f.typ.Name == "array" {
		o.pointer = append(o.pointer, "[]")
	}
	o.field = &f
}

func attrTri(attrs map[string]string, name string) Tri {
	switch v, ok := attrs[name]; {
	case !ok:
		return Unknown
	case v == "false":
		return No
	default:
		return Yes
	}
}

// parent is the pointer of the innermost open field.
func (r *sectionReader) parent() []string {
	for i := len(r.opens) - 1; i >= 0; i-- {
		if r.opens[i].field != nil && len(r.opens[i].pointer) > 0 {
			return r.opens[i].pointer
		}
	}
	return r.prefix
}

// fieldSchema reads the schemas that Docusaurus puts into attributes.
func (r *sectionReader) fieldSchema(f *fact, attrs map[string]string) {
	if v, _, err := ParseJSON(attrs["param"], f.line); err == nil && v.Kind == Object {
		f.name = textOf(v.Get("name"))
		f.in = inWord[textOf(v.Get("in"))]
		f.required = map[string]Tri{"true": Yes, "false": No}[textOf(v.Get("required"))]
		f.fromSchema(v.Get("schema"))
	}
	if v, _, err := ParseJSON(attrs["schema"], f.line); err == nil && v.Kind == Object {
		f.fromSchema(v)
	}
}

// fromSchema reads a JSON schema.
func (f *fact) fromSchema(v *Value) {
	if v == nil {
		return
	}
	if t := schemaType(v, 0); t.Known() {
		f.typ = t
	}
	source := v
	if f.typ.Name == "array" && v.Get("items") != nil {
		source = v.Get("items")
	}
	for _, e := range itemsOf(source.Get("enum")) {
		if e.Kind != Null {
			f.values = append(f.values, e.Text)
		}
	}
	if d := v.Get("default"); d != nil && d.Kind != Object && d.Kind != Array && d.Kind != Null {
		f.def = d.Text
	}
	f.nullable = f.nullable || textOf(v.Get("nullable")) == "true"
}

func schemaType(v *Value, depth int) Type {
	t := Type{Name: textOf(v.Get("type")), Format: textOf(v.Get("format"))}
	if list := v.Get("type"); list != nil && list.Kind == Array {
		for _, one := range list.Items {
			if one.Text == "null" {
				t.Nullable = true
			} else if t.Name == "" {
				t.Name = one.Text
			}
		}
	}
	if items := v.Get("items"); items != nil && items.Kind == Object && depth < 10 {
		inner := schemaType(items, depth+1)
		t.Items = &inner
	}
	if extra := v.Get("additionalProperties"); extra != nil && extra.Kind == Object && depth < 10 {
		inner := schemaType(extra, depth+1)
		t.Items, t.Map = &inner, true
	}
	switch t.Name {
	case "string", "integer", "number", "boolean", "object", "array", "":
	default:
		t, _ = ParseType(t.Name)
	}
	if all := itemsOf(v.Get("allOf")); t.Name == "" && len(all) == 1 && depth < 10 {
		return schemaType(all[0], depth+1)
	}
	return t
}

// endSummary reads the summary of a collapsed part: a label, or a member with
// its type.
func (r *sectionReader) endSummary(text string) {
	text = strings.TrimSpace(text)
	for i := len(r.opens) - 1; i >= 0 && i >= len(r.opens)-5; i-- {
		o := &r.opens[i]
		if o.field == nil || len(o.pointer) > 0 || o.field.name != "" {
			continue
		}
		words := strings.Fields(text)
		if len(words) == 0 {
			return
		}
		f := o.field
		f.name = words[0]
		rest := strings.Join(words[1:], " ")
		if strings.HasSuffix(rest, "required") {
			f.required = Yes
			rest = strings.TrimSuffix(rest, "required")
		}
		f.typ, _ = ParseType(rest)
		f.nullable = f.typ.Nullable
		for j := i - 1; j >= 0; j-- {
			if len(r.opens[j].pointer) > 0 {
				f.under = r.opens[j].pointer
				break
			}
		}
		if f.under == nil {
			f.under = r.prefix
		}
		if f.name == "property" && strings.HasPrefix(rest, "name") { // "property name*" is Docusaurus' map
			f.name = "{}"
		}
		o.pointer = r.field(*f)
		if f.typ.Name == "array" {
			o.pointer = append(o.pointer, "[]")
		}
		return
	}
	if ctx, ok := contextOf(text); ok {
		if ctx.dir == answered && ctx.status == 0 {
			ctx.status = r.ctx.status
		}
		r.setContext(ctx)
	}
}

// within handles text inside an element; it reports whether that was all.
func (r *sectionReader) within(b block) bool {
	n := len(r.opens)
	if n == 0 {
		return false
	}
	for i := n - 1; i >= 0; i-- {
		if r.opens[i].tag == "summary" {
			r.opens[i].text += " " + b.text
			return true
		}
	}
	switch strings.TrimSpace(b.text) {
	case "Array [":
		if len(r.parent()) == len(r.prefix) {
			r.prefix = append(append([]string{}, r.prefix...), "[]")
		}
		return true
	case "]":
		if p := len(r.prefix); p > 0 && r.prefix[p-1] == "[]" && len(r.parent()) == p {
			r.prefix = r.prefix[:p-1]
		}
		return true
	}
	for i := n - 1; i >= 0; i-- {
		o := r.opens[i]
		if o.field != nil && o.field.name != "" {
			f := *o.field
			f.describe(b.text)
			f.under = o.under
			r.field(f)
			return true
		}
		if o.tag == "tabitem" || o.tag == "requestexample" {
			break
		}
	}
	return false
}
