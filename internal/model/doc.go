package model

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/names"
	"github.com/docwright/docwright/internal/prose"
	"github.com/docwright/docwright/internal/schema"
)

// This file turns the document's prose into Go doc comments: a first sentence
// that starts with the name, then what else is worth reading, and never the
// whole manual.

const (
	maxAPIDoc   = 1800 // characters of the package's description
	maxTypeDoc  = 480  // of a type's or a method's
	maxFieldDoc = 200  // of a member's
)

// schemaDoc keeps what a schema says of itself; documentAll makes a sentence of it.
func schemaDoc(s *schema.Schema) Doc {
	text := s.Description
	if strings.TrimSpace(text) == "" {
		text = s.Title
	}
	return Doc{Text: prose.Plain(text, maxTypeDoc), Deprecated: deprecation(s), Markdown: strings.TrimSpace(text)}
}

func deprecation(s *schema.Schema) string {
	if !s.Deprecated {
		return ""
	}
	if s.DeprecatedReason != "" {
		return prose.Plain(s.DeprecatedReason, maxFieldDoc)
	}
	return "the API marks it as deprecated."
}

// fieldDoc documents a member: its description, where it says more than the name,
// and, where it may be left out of a request, its default.
func fieldDoc(name string, s *schema.Schema, role Role) Doc {
	text, markdown := prose.Plain(s.Description, maxFieldDoc), strings.TrimSpace(s.Description)
	if prose.Repeats(text, name) {
		text = ""
	}
	if role == RoleRead {
		return Doc{Text: text, Deprecated: deprecation(s), Markdown: markdown}
	}
	if d := s.Default; d != nil {
		if value := string(d.JSON()); !isZero(value) && d.Kind != load.Object && len(value) < 60 && !saysDefault(text, d) {
			if text != "" && !strings.HasSuffix(text, ".") {
				text += "."
			}
			text = strings.TrimSpace(text + " The default is " + value + ".")
		}
	}
	return Doc{Text: text, Deprecated: deprecation(s), Markdown: markdown} // pages show the default with Constraints
}

// isZero reports whether a JSON value is what everybody takes for the default.
func isZero(value string) bool {
	switch value {
	case "null", "false", "0", `""`, "[]":
		return true
	}
	return false
}

// saysDefault reports whether a description names the default itself.
func saysDefault(text string, d *load.Node) bool {
	i := strings.Index(strings.ToLower(text), "default")
	return i >= 0 && (d.Kind == load.String || d.Kind == load.Number || d.Kind == load.Bool) && slices.Contains(strings.FieldsFunc(text[i:], func(c rune) bool {
		return strings.ContainsRune(" \n,;:()\"'`*=", c)
	}), d.Value)
}

// elsewhere is a description that says where to read.
var elsewhere = regexp.MustCompile(`^(?i)(for )?(more|further) (information|details)[^.:]{0,24}https?://\S+$`)

// parameterDoc documents a parameter. Those whose meaning is JSON:API's need no
// link to the API's own manual, on which every operation would insist.
func parameterDoc(p *param, s *schema.Schema) Doc {
	doc := fieldDoc(p.name, described(p.node, s), RoleOptions)
	if elsewhere.MatchString(doc.Text) && isFamily(p.name) {
		doc.Text = ""
	}
	return doc
}

// described is a schema whose words are those of n, a parameter or a header that
// has values of s.
func described(n *load.Node, s *schema.Schema) *schema.Schema {
	return &schema.Schema{Annotations: schema.Annotations{
		Description: n.Get("description").Str(), Deprecated: n.Get("deprecated").True(), Default: s.Default,
	}}
}

// isFamily reports whether name is that of a parameter as JSON:API has them.
func isFamily(name string) bool {
	switch family, _, _ := strings.Cut(name, "["); family {
	case "include", "sort", "fields", "filter", "page":
		return true
	}
	return false
}

// documentAll gives every declaration, service and method its comment.
func (b *builder) documentAll() {
	for _, d := range b.order {
		for _, f := range d.Fields {
			if saidByType(f) {
				f.Doc.Text = ""
			}
		}
	}
	for _, d := range b.order {
		d.Doc.Text = declText(d)
		for _, v := range d.Values {
			v.Doc.Markdown = v.Doc.Text
			if v.Doc.Text = prose.Plain(v.Doc.Text, maxFieldDoc); v.Doc.Text != "" {
				v.Doc.Text = v.GoName + ": " + prose.Period(v.Doc.Text)
			}
		}
	}
	for _, s := range b.api.Services {
		s.Doc.Markdown = s.Doc.Text
		first, _, _ := strings.Cut(prose.Plain(s.Doc.Text, maxTypeDoc), "\n\n")
		s.Doc.Text = s.TypeName() + " has the calls on " + strings.Join(nameWords(s), " ") + "."
		if first != "" && !prose.Repeats(first, s.Name) && !prose.Repeats(first, s.GoName) {
			s.Doc.Text += "\n\n" + prose.Period(first)
		}
	}
	byID := map[string]*op{}
	for _, o := range b.ops {
		byID["`"+o.out.ID+"`"] = o
	}
	for _, o := range b.ops {
		o.out.Doc = operationDoc(o)
		o.out.Doc.Text = linkOperations(o.out.Doc.Text, byID, o.svc.Package)
		o.out.Doc.Deprecated = linkOperations(o.out.Doc.Deprecated, byID, o.svc.Package)
	}
	b.api.Doc.Markdown = b.api.Doc.Text
	b.api.Doc.Text = prose.Plain(b.api.Doc.Text, maxAPIDoc)
}

var codeSpan = regexp.MustCompile("`[^`\\s]+`")

// linkOperations writes operationIds in code spans as links to the methods, as
// package pkg names them.
func linkOperations(text string, byID map[string]*op, pkg string) string {
	return codeSpan.ReplaceAllStringFunc(text, func(span string) string {
		if o := byID[span]; o != nil && o.out.ID != "" {
			return "[" + o.methodName(pkg) + "]"
		}
		return span
	})
}

// saidByType reports whether the description of a field is that of its type, which
// says it then: most come from one schema.
func saidByType(f *Field) bool {
	t := f.Type
	for t.Kind == KindOpt || t.Kind == KindPointer {
		t = t.Elem
	}
	if t.Kind != KindNamed || f.Doc.Text == "" {
		return false
	}
	text, cut := strings.CutSuffix(f.Doc.Text, "…") // a field says less than a type
	text, whole := strings.TrimSpace(text), strings.TrimSpace(t.Decl.Doc.Text)
	return text == whole || (cut || len(text) > maxFieldDoc/2) && strings.HasPrefix(whole, text)
}

func nameWords(s *Service) []string {
	if ws := names.Words(s.GoName); len(ws) > 0 {
		for i, w := range ws {
			if capitals, ok := names.Initialism(w); ok {
				ws[i] = capitals
			}
		}
		return ws
	}
	return []string{s.Name}
}

// declText is the comment of a declaration.
func declText(d *Decl) string {
	text := ownName(d, strings.TrimSpace(d.Doc.Text))
	if prose.Repeats(text, d.GoName) {
		text = ""
	}
	role := ""
	switch {
	case d.Role == RoleOptions && d.method != nil, d.method != nil && d.method.out.GraphQL != nil:
		return d.GoName + " are the parameters of " + methodLink(d) + "."
	case d.Role == RoleHeader && d.method == nil:
		return d.GoName + " holds headers of responses: see [api.Response.DecodeHeader]."
	case d.Role == RoleHeader && d.shared:
		return d.GoName + " holds headers of responses to " + d.method.svc.TypeName() + ": see [api.Response.DecodeHeader]."
	case d.Role == RoleHeader:
		return d.GoName + " holds headers of the response to " + methodOf(d) + ": see [api.Response.DecodeHeader]."
	case d.Role == RoleStatus:
		return d.GoName + " is what " + methodOf(d) + " returns: the field of the response's status is set."
	case d.Resource != "" && d.Role == RoleRead:
		role = "a resource of type " + quoteJSON(d.Resource) + "."
		if len(d.Fields) == 1 {
			role = "a resource of type " + quoteJSON(d.Resource) + ", of which the document shows references only."
		}
	case d.Resource != "":
		role = writeText(d)
	case d.Kind == DeclUnion:
		role = variants(d)
	case d.Kind == DeclEnum:
		role = "an open set of values."
	case d.errorBody:
		role = "the body of error responses."
	case d.name.owner != nil && d.name.owner.GoName != "" && len(d.name.also) == 0 && d.name.rank != rankComponent:
		role = partText(d)
	default:
		role = direction(d)
	}
	switch {
	case text == "" && d.name.member == "meta" && d.name.owner != nil && d.name.owner.Resource != "":
		return d.GoName + " is the meta object of a [" + d.name.owner.GoName + "]."
	case text == "" && strings.HasPrefix(role, "changes "):
		return d.GoName + " " + role
	case text == "":
		return d.GoName + " is " + role
	case d.Kind == DeclUnion && d.Union != "type" && len(text) <= shortText:
		return prose.Sentence(d.GoName, text, "") + " It is " + role
	case d.Kind == DeclUnion && d.Union != "type":
		return prose.Sentence(d.GoName, text, "") + "\n\nIt is " + role
	case d.Kind == DeclUnion:
		return prose.Sentence(d.GoName, text, "")
	}
	return prose.Sentence(d.GoName, text, "")
}

// writeText says what a resource in a request is for.
func writeText(d *Decl) string {
	noun := func(name string) string {
		words := strings.Join(names.Words(name), " ")
		if words != "" && strings.ContainsRune("aeiou", rune(words[0])) {
			return "an " + words
		}
		return "a " + words
	}
	switch {
	case strings.HasSuffix(d.GoName, "Update") && d.GoName != "Update":
		return "changes " + noun(strings.TrimSuffix(d.GoName, "Update")) + ". Members that are not set stay as they are."
	case strings.HasSuffix(d.GoName, "Create") && d.GoName != "Create":
		return noun(strings.TrimSuffix(d.GoName, "Create")) + " to create."
	case d.method != nil:
		return "the body of " + methodLink(d) + "."
	}
	return noun(d.name.base) + " to send."
}

// partText says which member of its owner holds d.
func partText(d *Decl) string {
	owner := d.name.owner
	for _, f := range owner.Fields {
		if f.Name == d.name.member && f.GoName != "" && f.GoName != "_" {
			return "what [" + owner.GoName + "]." + f.GoName + " holds."
		}
	}
	return "part of [" + owner.GoName + "]."
}

// methodLink names the method that a decl belongs to as a link.
func methodLink(d *Decl) string {
	if d.method == nil {
		return "a call"
	}
	return "[" + methodOf(d) + "]"
}

// direction says whether requests or responses hold d.
func direction(d *Decl) string {
	message := "response"
	if d.Role == RoleWrite {
		message = "request"
	}
	switch what := thing(d); {
	case d.name.rank != rankComponent:
		return "what a " + message + " holds for " + what + "."
	case strings.EqualFold(what, d.GoName):
		return "part of " + message + "s."
	default:
		return what + " in a " + message + "."
	}
}

// ownName puts the Go name where a description starts with the schema's own.
func ownName(d *Decl, text string) string {
	name := lastPointer(d.Pointer)
	name = name[strings.LastIndexByte(name, '.')+1:]
	if rest, ok := strings.CutPrefix(text, name+" "); ok && len(name) > 2 && d.name.rank == rankComponent {
		return d.GoName + " " + rest
	}
	return text
}

func thing(d *Decl) string {
	if name := lastPointer(d.Pointer); d.name.rank == rankComponent && name != "" {
		return name
	}
	if len(d.name.also) > 0 && d.name.member != "" {
		return quoted(d.name.member)
	}
	if d.method == nil {
		return "the call"
	}
	switch d.name.member {
	case "", "result":
		return methodOf(d)
	case "stream result":
		return "the stream of " + methodOf(d)
	}
	return quoted(d.name.member) + " of " + methodOf(d)
}

// quoted is a wire name as prose: words stay bare.
func quoted(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-'
	}) {
		return quoteJSON(name)
	}
	return name
}

func lastPointer(p string) string {
	p = p[strings.LastIndexByte(p, '/')+1:]
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(p)
}

// variants lists what a union is one of, unless that takes more than a line: its
// fields say it, too.
func variants(d *Decl) string {
	names := make([]string, len(d.Fields))
	for i, f := range d.Fields {
		names[i] = f.GoName
	}
	list := strings.Join(names, ", ")
	if len(list) > 60 {
		return "one of " + strconv.Itoa(len(names)) + " types; at most one field is set."
	}
	return "one of " + list + "."
}

// methodOf names the method that a decl belongs to.
func methodOf(d *Decl) string {
	if o := d.method; o != nil {
		return o.methodName(d.Package)
	}
	return "a call"
}

// shortText is how long a description may be that goes on in the paragraph of the
// summary.
const shortText = 160

// operationDoc documents a method: what it does.
func operationDoc(o *op) Doc {
	n := o.node
	summary := prose.Plain(n.Get("summary").Str(), maxFieldDoc)
	text := prose.Plain(n.Get("description").Str(), maxTypeDoc)
	if summary == "" {
		summary, text, _ = strings.Cut(text, "\n\n")
	}
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n\n") // the rest is the manual's
	out := methodText(o, summary, text)
	if u := n.Get("externalDocs", "url").Str(); strings.HasPrefix(u, "http") && !strings.ContainsAny(u, " \n\r\t") {
		out += "\n\nSee " + u
	}
	if h := o.out.Header; h != nil {
		out += "\n\nIts response has the headers of [" + h.GoName + "]."
	}
	if m := o.out.Result.Meta; o.out.Result.MetaHeld && m.Kind == KindNamed {
		out += "\n\nThe meta of a page can be decoded into a [" + m.Decl.GoName + "]: see [jsonapi.Meta.DecodeAll]."
	}
	if o.identifierMeta && o.out.Body != nil && o.out.Body.Kind == BodyLinkage {
		out += "\n\nThe resource identifiers may have meta: see [jsonapi.WithMeta]."
	}
	for _, l := range o.links {
		out += "\n\nLink " + l
	}
	d := Doc{Text: out, Markdown: operationMarkdown(n)}
	if n.Get("deprecated").True() {
		d.Deprecated = "the API marks it as deprecated."
		if r := n.Get("x-deprecated-reason").Str(); r != "" {
			d.Deprecated = prose.Plain(r, maxFieldDoc)
		}
	}
	return d
}

// methodText makes one text of a summary and a description. A summary that says no
// more than the names of method and service gives way to a description that says
// what the call does; else the description follows, without a first sentence that
// only repeats the summary.
func methodText(o *op, summary, text string) string {
	name := o.out.GoName
	if summary == "" {
		return name + " calls " + o.method + " " + o.key + "."
	}
	verb := returns(prose.Inflected(text))
	if verb != "" && prose.Within(summary, strings.Join(names.Words(name), " "), strings.Join(names.Words(o.svc.GoName), " ")) {
		return prose.Sentence(name, text, verb)
	}
	out := prose.Sentence(name, summary, returns(prose.Inflected(summary)))
	if first, rest := prose.FirstSentence(text); prose.Within(first, summary, strings.Join(names.Words(name), " ")) {
		text = rest
	}
	if text != "" {
		out += "\n\n" + prose.Period(text)
	}
	return out
}

// returns is the verb that comments of methods use for verb: a method that gets
// something returns it.
func returns(verb string) string {
	if verb == "gets" {
		return "returns"
	}
	return verb
}

// operationMarkdown is all that the document says of an operation: its summary,
// then its description unless that says the same.
func operationMarkdown(n *load.Node) string {
	summary, text := strings.TrimSpace(n.Get("summary").Str()), strings.TrimSpace(n.Get("description").Str())
	switch {
	case summary == "" || strings.EqualFold(strings.TrimRight(summary, "."), strings.TrimRight(text, ".")):
		return text
	case text == "":
		return prose.Period(summary)
	}
	return prose.Period(summary) + "\n\n" + text
}
