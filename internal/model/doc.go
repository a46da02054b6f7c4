package model

import (
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/docwright/docwright/internal/load"
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

var (
	tagPattern  = regexp.MustCompile(`(?i)</?(a|b|br|code|div|em|h[1-6]|hr|i|li|ol|p|pre|small|span|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul|font|img|blockquote|center|details|summary)(\s[^<>]*)?/?>`)
	linkPattern = regexp.MustCompile(`!?\[([^\[\]]*)\]\(([^()\s]*)[^()]*\)`)
	spaces      = regexp.MustCompile(`[ \t\x{00a0}]+`)
	blankLines  = regexp.MustCompile(`\n{3,}`)
	breakTags   = regexp.MustCompile(`(?i)<(br|p|/p|li|/li|div|/div|tr|/h[1-6])(\s[^<>]*)?/?>`)
)

// prose is a description as plain text of at most limit characters, cut at a
// sentence or a paragraph.
func prose(text string, limit int) string {
	if text == "" {
		return ""
	}
	if len(text) > 8*limit {
		text = text[:8*limit]
	}
	if strings.ContainsRune(text, '<') {
		text = breakTags.ReplaceAllString(text, "\n")
		text = tagPattern.ReplaceAllString(text, "")
	}
	if strings.ContainsRune(text, '&') {
		text = html.UnescapeString(text)
	}
	if strings.ContainsRune(text, ']') {
		text = linkPattern.ReplaceAllStringFunc(text, func(s string) string {
			m := linkPattern.FindStringSubmatch(s)
			if m[1] == "" || m[1] == m[2] || !strings.HasPrefix(m[2], "http") {
				return m[1]
			}
			return m[1] + " (" + m[2] + ")"
		})
	}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\u0085", "\n").Replace(text)
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		l = spaces.ReplaceAllString(strings.TrimSpace(l), " ")
		lines[i] = strings.TrimLeft(l, "#> ")
	}
	text = strings.TrimSpace(blankLines.ReplaceAllString(strings.Join(lines, "\n"), "\n\n"))
	return shorten(text, limit)
}

func shorten(text string, limit int) string {
	if len(text) <= limit {
		return strings.ToValidUTF8(text, "")
	}
	text = strings.ToValidUTF8(text[:limit], "")
	for _, end := range []string{"\n\n", ". ", ".\n", "\n", " "} {
		if i := strings.LastIndex(text, end); i > limit/2 {
			if end[0] == '.' {
				return text[:i+1]
			}
			return strings.TrimSpace(text[:i]) + " …"
		}
	}
	return text + "…"
}

// schemaDoc keeps what a schema says of itself; documentAll makes a sentence of it.
func schemaDoc(s *schema.Schema) Doc {
	text := s.Description
	if strings.TrimSpace(text) == "" {
		text = s.Title
	}
	return Doc{Text: prose(text, maxTypeDoc), Deprecated: deprecation(s), Markdown: strings.TrimSpace(text)}
}

func deprecation(s *schema.Schema) string {
	if !s.Deprecated {
		return ""
	}
	if s.DeprecatedReason != "" {
		return prose(s.DeprecatedReason, maxFieldDoc)
	}
	return "the API marks it as deprecated."
}

// fieldDoc documents a member: its description, where it says more than the name,
// and, where it may be left out of a request, its default.
func fieldDoc(name string, s *schema.Schema, role Role) Doc {
	text, markdown := prose(s.Description, maxFieldDoc), strings.TrimSpace(s.Description)
	if repeats(text, name) {
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
			markdown += "\n\nThe default is `" + strings.ReplaceAll(value, "`", "'") + "`."
		}
	}
	return Doc{Text: text, Deprecated: deprecation(s), Markdown: strings.TrimSpace(markdown)}
}

// repeats reports whether a description is the member's name in other letters:
// "Font style." of font_style.
func repeats(text, name string) bool {
	bare := func(s string) string {
		return strings.Map(func(c rune) rune {
			if strings.ContainsRune(" _-.", c) {
				return -1
			}
			return unicode.ToLower(c)
		}, s)
	}
	return len(text) <= 2*len(name) && bare(text) == bare(name)
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
			if v.Doc.Text = prose(v.Doc.Text, maxFieldDoc); v.Doc.Text != "" {
				v.Doc.Text = v.GoName + ": " + period(v.Doc.Text)
			}
		}
	}
	for _, s := range b.api.Services {
		s.Doc.Markdown = s.Doc.Text
		first, _, _ := strings.Cut(prose(s.Doc.Text, maxTypeDoc), "\n\n")
		s.Doc.Text = s.TypeName() + " calls the operations on " + strings.Join(nameWords(s), " ") + "."
		if first != "" && !repeats(first, s.Name) && !repeats(first, s.GoName) {
			s.Doc.Text += "\n\n" + period(first)
		}
	}
	for _, o := range b.ops {
		o.out.Doc = operationDoc(o)
	}
	b.api.Doc.Markdown = b.api.Doc.Text
	b.api.Doc.Text = prose(b.api.Doc.Text, maxAPIDoc)
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
	if ws := words(s.GoName); len(ws) > 0 {
		for i, w := range ws {
			if capitals, ok := initialism(w); ok {
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
	if repeats(text, d.GoName) {
		text = ""
	}
	role := ""
	switch {
	case d.Role == RoleOptions && d.method != nil, d.method != nil && d.method.out.GraphQL != nil:
		return d.GoName + " holds the parameters of " + methodOf(d) + "."
	case d.Role == RoleHeader && d.method == nil:
		return d.GoName + " holds headers of responses: see [api.Response.DecodeHeader]."
	case d.Role == RoleHeader && d.shared:
		return d.GoName + " holds headers of responses to " + d.method.svc.TypeName() + ": see [api.Response.DecodeHeader]."
	case d.Role == RoleHeader:
		return d.GoName + " holds headers of the response to " + methodOf(d) + ": see [api.Response.DecodeHeader]."
	case d.Role == RoleStatus:
		return d.GoName + " is what " + methodOf(d) + " returns: the field of the response's status is set."
	case d.Resource != "" && d.Role == RoleRead:
		role = "a resource of JSON:API type " + quoteJSON(d.Resource) + "."
		if len(d.Fields) == 1 {
			role = "a resource of JSON:API type " + quoteJSON(d.Resource) + ", which the document only refers to."
		}
	case d.Resource != "":
		role = "a " + quoteJSON(d.Resource) + " resource in a request."
	case d.Kind == DeclUnion:
		role = variants(d)
	case d.Kind == DeclEnum:
		role = "an open set of values."
	case d.name.owner != nil && d.name.owner.GoName != "" && len(d.name.also) == 0 && d.name.rank != rankComponent:
		role = "part of " + d.name.owner.GoName + "."
	default:
		role = direction(d)
	}
	switch {
	case text == "" && d.name.member == "meta" && d.name.owner != nil && d.name.owner.Resource != "":
		return d.GoName + " is the meta object of " + d.name.owner.GoName + "."
	case text == "":
		return d.GoName + " is " + role
	case d.Kind == DeclUnion && d.Union != "type" && len(text) <= shortText:
		return sentence(d.GoName, text, "") + " It is " + role
	case d.Resource != "" || d.Kind == DeclUnion && d.Union != "type":
		return sentence(d.GoName, text, "") + "\n\nIt is " + role
	case d.Kind == DeclUnion:
		return sentence(d.GoName, text, "")
	}
	return sentence(d.GoName, text, "")
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
	if d.name.member == "" || d.name.member == "result" {
		return methodOf(d)
	}
	return quoted(d.name.member) + " of " + methodOf(d)
}

// quoted is a wire name as prose: words stay bare.
func quoted(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool { return r >= 0x80 || !isWordByte(byte(r)) && r != '_' && r != '-' }) {
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

// verbs of descriptions that follow a name as they are ("Represents a pet").
var describing = map[string]bool{
	"represents": true, "contains": true, "describes": true, "defines": true, "holds": true, "specifies": true, "indicates": true,
	"lists": true, "identifies": true, "provides": true, "returns": true, "encapsulates": true, "includes": true, "is": true, "stores": true,
	"controls": true, "determines": true, "creates": true, "updates": true, "deletes": true, "gets": true, "fetches": true, "retrieves": true,
	"replaces": true, "removes": true, "adds": true, "sends": true, "starts": true, "stops": true, "cancels": true, "searches": true, "sets": true,
}

// articles are words that a description follows "is" with.
var articles = map[string]bool{
	"a": true, "an": true, "the": true, "one": true, "what": true, "information": true, "details": true, "any": true, "whether": true,
	"how": true, "when": true, "where": true, "who": true, "something": true,
}

// partial are words before "of" that no "the" stands before.
var partial = map[string]bool{
	"all": true, "any": true, "both": true, "each": true, "either": true, "half": true, "instead": true, "many": true, "more": true,
	"most": true, "much": true, "neither": true, "none": true, "out": true, "several": true, "some": true,
}

// holding are words that follow the plural noun of a description.
var holding = map[string]bool{"of": true, "for": true, "about": true, "that": true, "in": true, "on": true, "to": true, "with": true, "which": true, "from": true}

func firstWord(s string) string {
	w, _, _ := strings.Cut(s, " ")
	return w
}

// sentence makes text a comment that starts with name.
func sentence(name, text, verb string) string {
	first, rest, _ := strings.Cut(text, " ")
	low := strings.ToLower(strings.TrimRight(first, ",:"))
	switch {
	case first == name && verb == "":
		return period(text)
	case describing[low] && rest != "":
		return name + " " + period(low+" "+rest)
	case articles[low] && rest != "":
		return name + " is " + period(low+" "+rest)
	case verb == "" && strings.HasSuffix(low, "s") && holding[firstWord(rest)]:
		return name + " holds " + period(low+" "+rest)
	case verb == "" && firstWord(rest) == "of" && low == strings.ToLower(first) && !partial[low]:
		if len(first) < 2 || !isUpper(first[1]) { // "ID of" stays
			first = low
		}
		return name + " is the " + period(first+" "+rest)
	case verb != "" && rest != "":
		return name + " " + period(verb+" "+rest)
	}
	return name + ": " + period(text)
}

// period ends a text that ends with a word.
func period(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsRune(".!?:…)`", rune(s[len(s)-1])) || strings.HasSuffix(s, "…") {
		return s
	}
	return s + "."
}

// imperatives are the verbs that summaries of operations start with.
var imperatives = strings.Fields(`accept activate add allocate append apply approve archive assign associate attach authenticate authorize batch begin block
	bulk calculate cancel change check clear clone close complete confirm connect convert copy count create deactivate decline delete deny deploy
	describe detach disable disconnect dismiss download edit enable end enqueue enter estimate evaluate execute exit export fetch filter find finish
	follow generate get grant import initiate insert install invite invoke join kill launch leave link list load lock log login logout look make mark
	merge migrate modify move mute obtain open patch pause perform pin ping place post preview process publish purge put query queue read rebuild
	receive recover redeem refresh refund register reject release remove rename render renew reopen reorder replace report request resend reset
	resize resolve restart restore resume retrieve retry return revert revoke rotate run save schedule search select send set share shorten show shut sign
	start stop store submit subscribe suspend swap switch sync synchronize tag terminate test toggle track transfer trigger unallocate unarchive unassign
	unblock unfollow uninstall unlink unlock unpin unpublish unregister unsubscribe update upgrade upload upsert use validate verify view void watch`)

// thirdPerson is "creates" for "create"; "" for what is no verb.
func thirdPerson(w string) string {
	if _, ok := slices.BinarySearch(imperatives, w); !ok {
		return ""
	}
	n := len(w)
	switch {
	case strings.HasSuffix(w, "y") && !strings.ContainsRune("aeiou", rune(w[n-2])):
		return w[:n-1] + "ies"
	case strings.HasSuffix(w, "s"), strings.HasSuffix(w, "sh"), strings.HasSuffix(w, "ch"), strings.HasSuffix(w, "x"), strings.HasSuffix(w, "o"):
		return w + "es"
	}
	return w + "s"
}

// shortText is how long a description may be that goes on in the paragraph of the
// summary.
const shortText = 160

// operationDoc documents a method: what it does.
func operationDoc(o *op) Doc {
	n := o.node
	summary := prose(n.Get("summary").Str(), maxFieldDoc)
	text := prose(n.Get("description").Str(), maxTypeDoc)
	if summary == "" {
		summary, text, _ = strings.Cut(text, "\n\n")
	}
	name := o.out.GoName
	var out string
	if summary == "" {
		out = name + " calls " + o.method + " " + o.key + "."
	} else {
		first, _, _ := strings.Cut(summary, " ")
		out = sentence(name, summary, thirdPerson(strings.ToLower(first)))
	}
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n\n") // the rest is the manual's
	if text != "" && !strings.EqualFold(strings.TrimRight(text, "."), strings.TrimRight(summary, ".")) {
		if len(text) <= shortText {
			out += " " + period(text)
		} else {
			out += "\n\n" + period(text)
		}
	}
	if u := n.Get("externalDocs", "url").Str(); strings.HasPrefix(u, "http") && !strings.ContainsAny(u, " \n\r\t") {
		out += "\n\nSee " + u
	}
	if h := o.out.Header; h != nil {
		out += "\n\nIts response has the headers of [" + h.GoName + "]."
	}
	for _, l := range o.links {
		out += "\n\nLink " + l
	}
	d := Doc{Text: out, Markdown: operationMarkdown(n)}
	if n.Get("deprecated").True() {
		d.Deprecated = "the API marks it as deprecated."
		if r := n.Get("x-deprecated-reason").Str(); r != "" {
			d.Deprecated = prose(r, maxFieldDoc)
		}
	}
	return d
}

// operationMarkdown is all that the document says of an operation: its summary,
// then its description unless that says the same.
func operationMarkdown(n *load.Node) string {
	summary, text := strings.TrimSpace(n.Get("summary").Str()), strings.TrimSpace(n.Get("description").Str())
	switch {
	case summary == "" || strings.EqualFold(strings.TrimRight(summary, "."), strings.TrimRight(text, ".")):
		return text
	case text == "":
		return period(summary)
	}
	return period(summary) + "\n\n" + text
}
