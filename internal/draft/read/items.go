package read

import (
	"regexp"
	"strings"
)

var (
	itemName  = regexp.MustCompile("^`([A-Za-z_$@:][\\w.$@\\[\\]:{}-]*\\??)(?:=(<[^>]*>|\\w+))?`\\s*(.*)$")
	itemBare  = regexp.MustCompile(`^(?:(path|query|header|body|form|cookie) )?([A-Za-z_$@][\w.$@\[\]-]*)(?:\s+(.*)|:\s*(.*))?$`)
	itemParen = regexp.MustCompile("^[`*]*\\(([^()]*(?:\\([^()]*\\)[^()]*)*)\\)[`*]*\\s*[:–—-]*\\s*")
)

// listItem reads an item that describes a parameter or member.
func (r *sectionReader) listItem(b block) {
	text := strings.TrimSpace(strings.ReplaceAll(b.text, "\n", " "))
	if callPattern.MatchString(text) {
		r.sentence(text, b.line)
		return
	}
	if ctx, ok := contextOf(text); ok && (strings.HasSuffix(text, ":") || partItem.MatchString(text)) {
		r.setContext(ctx)
		return
	}
	f, ok := r.itemFact(text)
	if !ok {
		r.sentence(text, b.line)
		return
	}
	f.line = b.line
	if len(f.values) == 0 && (f.typ.Listed || valuesFollow.MatchString(text)) && r.ctx.in != "path" {
		f.values = r.valuesBelow(b)
	}
	r.nested(f, b.level)
}

// nested takes a fact of a list: it is about a member of what the item above, at a
// lower level, is about.
func (r *sectionReader) nested(f fact, level int) {
	for len(r.list) > 0 && r.list[len(r.list)-1].level >= level {
		r.list = r.list[:len(r.list)-1]
	}
	f.under = r.prefix
	if n := len(r.list); n > 0 {
		f.under = r.list[n-1].pointer
	}
	pointer := r.field(f)
	if f.typ.Name == "array" {
		pointer = append(pointer, "[]")
	}
	r.list = append(r.list, parent{level, pointer})
}

// partItem is an item of API Blueprint that names a part of a call.
var partItem = regexp.MustCompile(`^(?:Parameters|Headers|Body|Attributes|Request|Response(?: \d{3})?)(?: \([\w/+.;= -]+\))?$`)

var (
	valuesFollow = regexp.MustCompile(`(?i)\b(?:values?|options|one of(?: the following)?|choices)(?: are)?:?$`)
	valueItem    = regexp.MustCompile("^(?:`([^`\\s]+)`|\"([^\"\\s]+)\"|([\\w.-]+)$)")
)

// valuesBelow reads the list below an item as its values; they are not read
// again as members.
func (r *sectionReader) valuesBelow(b block) []string {
	var values []string
	for i := r.at + 1; i < r.to && r.blocks[i].kind == listItem && r.blocks[i].level > b.level; i++ {
		g := valueItem.FindStringSubmatch(strings.TrimSpace(r.blocks[i].text))
		if g == nil {
			return nil
		}
		values = append(values, g[1]+g[2]+g[3])
	}
	if len(values) < 2 {
		return nil
	}
	r.used = r.at + 1 + len(values)
	return unique(values)
}

// itemFact reads the name, type and description of an item.
func (r *sectionReader) itemFact(text string) (fact, bool) {
	f := fact{rank: FromTable}
	var rest string
	if g := itemName.FindStringSubmatch(text); g != nil {
		f.name, rest = g[1], g[3]
		if g[2] != "" {
			f.typ, f.values = ParseType(strings.Trim(g[2], "<>"))
		}
		if first := strings.TrimSpace(rest); strings.HasPrefix(first, "/") || strings.HasPrefix(first, ",") || strings.HasPrefix(first, "and ") {
			return f, false
		}
		if r.ctx.in == "" && r.ctx.dir == unset && !r.expectsFields() && itemParen.FindString(rest) == "" {
			return f, false
		}
	} else if g := itemBare.FindStringSubmatch(text); g != nil && (g[1] != "" || r.expectsFields() && plausibleName(g[2], g[3]+g[4])) {
		f.name, f.in, rest = g[2], g[1], g[3]+g[4]
	} else {
		return f, false
	}
	if strings.HasSuffix(f.name, "?") {
		f.name, f.required = strings.TrimSuffix(f.name, "?"), No
	}
	rest = strings.TrimSpace(rest)
	if g := itemParen.FindStringSubmatch(rest); g != nil {
		f.paren(g[1])
		rest = rest[len(g[0]):]
	}
	rest = strings.TrimLeft(rest, "-–—:*_ ")
	if !f.typ.Known() {
		f.leading(&rest)
	}
	f.describe(rest)
	return f, true
}

// plausibleName keeps prose from being read as a member.
func plausibleName(name, rest string) bool {
	if rest == "" {
		return strings.Contains(name, "_")
	}
	word, _, _ := strings.Cut(rest, " ")
	t, _ := ParseType(strings.Trim(word, "(),:;"))
	return t.Known() || strings.HasPrefix(rest, "(")
}

// expectsFields reports whether the context announces a list of members.
func (r *sectionReader) expectsFields() bool {
	switch r.ctx.in {
	case "path", "query", "header", "cookie", "body", "form", "url":
		return !r.ctx.sample
	case "":
		return r.ctx.dir != unset && !r.ctx.sample
	}
	return false
}

// paren reads "(string, required)", "(string: \"\")" and "(optional)".
func (f *fact) paren(s string) {
	for _, part := range strings.FieldsFunc(s, func(c rune) bool { return c == ',' || c == ';' || c == '•' }) {
		part = strings.TrimSpace(bare(part))
		kind, value, _ := strings.Cut(part, ":")
		value = strings.Trim(strings.TrimSpace(value), `"'`)
		switch t, values := ParseType(kind); {
		case strings.EqualFold(kind, "required") || strings.EqualFold(kind, "mandatory"):
			f.required = Yes
		case strings.EqualFold(kind, "optional"):
			f.required = No
		case strings.EqualFold(kind, "nullable"):
			f.nullable = true
		case strings.EqualFold(kind, "default") || strings.EqualFold(kind, "defaults to"):
			f.def = value
		case inWord[strings.ToLower(kind)] != "":
			f.in = inWord[strings.ToLower(kind)]
		case t.Known() && !f.typ.Known():
			f.typ, f.values = t, values
			f.nullable = f.nullable || t.Nullable
			if strings.Contains(part, ":") {
				f.required = No
				f.def = value
				if strings.Contains(value, "required") {
					f.required, f.def = Yes, ""
				}
			}
		}
	}
}

var inWord = map[string]string{
	"path": "path", "query": "query", "header": "header", "body": "body", "cookie": "cookie", "form": "form", "formdata": "form", "form-data": "form",
	"in path": "path", "in query": "query", "in header": "header", "in body": "body", "querystring": "query", "query string": "query", "url": "url", "path parameter": "path", "query parameter": "query",
}

// leading reads a type and "required" that the description begins with.
func (f *fact) leading(rest *string) {
	for range 4 {
		word, more, _ := strings.Cut(strings.TrimSpace(*rest), " ")
		w := strings.ToLower(strings.Trim(word, "`.,:;()*"))
		switch {
		case w == "required" || w == "optional":
			if f.required == Unknown {
				f.required = map[string]Tri{"required": Yes, "optional": No}[w]
			}
		case w == "enum[]:" || w == "enum[]":
			f.typ = Type{Name: "array", Items: &Type{Name: "string"}}
			f.values = plainList(more)
			return
		case !f.typ.Known():
			t, values := ParseType(w)
			if strings.HasPrefix(w, "enum[") {
				t = Type{Name: "array", Items: &Type{Name: "string"}}
				f.values = plainList(strings.TrimLeft(more, ": "))
			}
			if !t.Known() {
				if t, after := leadingType(*rest); t.Known() {
					f.typ, *rest = t, after
				}
				return
			}
			f.typ = t
			if values != nil {
				f.values = values
			}
		default:
			return
		}
		*rest = more
	}
}

// definition reads a term with its description.
func (r *sectionReader) definition(b block) {
	name := bare(b.term)
	if n := strings.IndexAny(name, " \n"); n > 0 {
		name = name[:n]
	}
	if name == "" || !regexp.MustCompile(`^[A-Za-z_$@][\w.$@\[\]:-]*\??$`).MatchString(name) {
		r.sentence(b.text, b.line)
		return
	}
	f := fact{name: strings.TrimSuffix(name, "?"), rank: FromTable, line: b.line}
	text := b.text
	if rest := strings.TrimSpace(strings.TrimPrefix(bare(b.term), name)); rest != "" {
		f.paren(strings.Trim(rest, "()"))
	}
	text = strings.TrimSpace(text)
	if g := itemParen.FindStringSubmatch(text); g != nil {
		f.paren(g[1])
		text = text[len(g[0]):]
	}
	if strings.HasPrefix(text, "required ") || strings.HasPrefix(text, "required.") {
		f.required = Yes
	}
	if !f.typ.Known() {
		t, rest := leadingType(text)
		if t.Known() {
			f.typ, text = t, rest
		}
	}
	f.describe(text)
	if f.required == Unknown && (r.ctx.in == "query" || r.ctx.in == "form") {
		f.required = No
	}
	if strings.EqualFold(f.name, "Authorization") && strings.Contains(strings.ToLower(text), "basic") {
		f.values = []string{"basic"}
	}
	r.field(f)
}

// fieldBlock reads a member that a reader of text has recognised.
func (r *sectionReader) fieldBlock(b block) {
	if b.field == nil {
		return
	}
	f := fact{name: strings.Join(b.field.Pointer, "."), in: b.in, typ: b.field.Type, required: b.field.Required, nullable: b.field.Nullable,
		values: b.field.Values, def: b.field.Default, rank: FromElement, line: b.line}
	f.describe(b.text)
	r.field(f)
}
