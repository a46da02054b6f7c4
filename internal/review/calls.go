package review

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/oasdiff/oasdiff/checker"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// This file compares what both clients send and how they read it, as far as no
// type shows it: styles of parameters, media types, servers, credentials, pages.
// oasdiff has no rule for most of that.

// difference is a change of what the client does that the types do not show.
type difference struct {
	rule       string   // of the row on the wire
	severity   Severity // "" if the row is about Go alone
	text       string   // what is done now, and what was done before
	symbols    []string // which do that
	callers    []string // whose callers are concerned; nil for symbols
	operations []string // e.g. "GET /contacts"
	at         Place
	replaces   string // parts of the names of oasdiff's rules that say the same of the operations, with bars between; "" for none
	mentions   string // what their text must name, e.g. "`token`"

	credentials bool // the section on credentials has the row
	onWireOnly  bool // nothing changes in Go
}

// findDifferences compares the operations, types and settings of both clients.
func (j *joined) findDifferences() {
	for _, name := range slices.Sorted(maps.Keys(j.old.operations)) {
		now := name
		if change := j.byName[name]; change != nil && change.NewName != "" {
			now = change.NewName
		}
		if op := j.new.operations[now]; op != nil {
			j.compareCalls(now, j.old.operations[name], op)
			j.compareEncodings(now, j.old.operations[name], op)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(j.old.fields)) {
		if f := j.new.fields[name]; f != nil {
			j.compareFields(name, j.old.fields[name], f)
		}
	}
	j.compareServers()
	j.compareVariants()
	j.compareResourceTypes()
	j.compareSchemes()
	j.compareHeaders()
	j.compareStability()
	j.compareSunset()
	for _, d := range j.differences {
		for _, name := range d.symbols {
			if d.onWireOnly {
				break
			}
			if known := j.byName[name]; known == nil || known.Compatible {
				j.addGo(&GoChange{Kind: GoMeaning, Symbol: name, Text: d.text, Compatible: true, Operations: d.operations, At: d.at, Credentials: d.credentials})
			}
		}
	}
}

func (j *joined) differ(d *difference) { j.differences = append(j.differences, d) }

// compareCalls compares one method's calls.
func (j *joined) compareCalls(name string, was, is *model.Operation) {
	place, operations := at(is.Pos), []string{sendsOf(is)}
	differ := func(rule string, severity Severity, replaces, format string, args ...any) {
		j.differ(&difference{rule: rule, severity: severity, text: fmt.Sprintf(format, args...), symbols: []string{name}, operations: operations, at: place, replaces: replaces})
	}
	if a, b := unnamedPath(was.Path), unnamedPath(is.Path); a != b && pathText(a) == pathText(b) {
		differ("request-path-style-changed", SeverityBreaking, "", "writes its path as `%s`, not as `%s`", is.Path, was.Path)
	}
	if was.Server != is.Server {
		differ("operation-server-changed", SeverityBreaking, "", "calls %s, not %s", serverText(is.Server), serverText(was.Server))
		j.differences[len(j.differences)-1].credentials = true
	}
	if a, b := mediaType(was.Body), mediaType(is.Body); a != b && a != "" && b != "" {
		differ("request-media-type-changed", SeverityBreaking, "request-body-media-type-", "sends its body as `%s`, not as `%s`", b, a)
	}
	if was.Accept != is.Accept && was.Accept != "" && is.Accept != "" {
		severity, replaces := SeverityInfo, ""
		if !j.answers(sendsOf(is), was.Accept) { // who asks as before may get nothing
			severity, replaces = SeverityBreaking, "response-media-type-|response-body-media-type-"
			if isJSON(was.Accept) && isJSON(is.Accept) {
				severity = SeverityWarning
			}
		}
		differ("response-media-type-changed", severity, replaces, "asks for `%s`, not for `%s`", is.Accept, was.Accept)
	}
	if was.GraphQL != nil && is.GraphQL != nil && was.GraphQL.Text != is.GraphQL.Text {
		d := &difference{rule: "graphql-query-changed", severity: SeverityInfo, text: name + " sends another query", operations: operations, at: place}
		j.differ(d)
	}
	j.compareErrors(name, was, is)
	j.comparePages(name, was, is)
}

// answers reports whether a successful response of the newer version may be of a
// media type.
func (j *joined) answers(operation, media string) bool {
	responses := operationNode(j.New.Document, operation).Get("responses")
	if responses == nil {
		return false
	}
	return slices.ContainsFunc(responses.Members, func(m load.Member) bool {
		return strings.HasPrefix(m.Name, "2") && m.Value.Target().Get("content", media) != nil
	})
}

// operationNode is an operation of the document, such as "GET /contacts"; nil if it
// has no such.
func operationNode(doc *load.Document, operation string) *load.Node {
	method, path, _ := strings.Cut(operation, " ")
	return doc.Root.Get("paths", path).Target().Get(strings.ToLower(method))
}

func isJSON(media string) bool {
	return strings.HasPrefix(media, "application/json") || strings.Contains(media, "+json")
}

// compareErrors compares the types that errors of the same status hold.
func (j *joined) compareErrors(name string, was, is *model.Operation) {
	for _, old := range was.Errors {
		for _, new := range is.Errors {
			if old.Code != new.Code || old.Type == nil || new.Type == nil || old.Type.Decl == nil || new.Type.Decl == nil {
				continue
			}
			a, b := old.Type.Decl, new.Type.Decl
			change := j.byName[qualified(a.Package, a.GoName)]
			if a.GoName == b.GoName || change != nil && !change.Compatible {
				continue // the type itself tells
			}
			j.differ(&difference{text: fmt.Sprintf("errors of status %s hold %s, not %s", new.Code, b.GoName, a.GoName), symbols: []string{name}, operations: []string{sendsOf(is)}})
		}
	}
}

// comparePages compares how the iterators of a list find the next page.
func (j *joined) comparePages(name string, was, is *model.Operation) {
	if was.Page == nil || is.Page == nil {
		return // its methods come or go
	}
	a, b := pageText(was.Page), pageText(is.Page)
	if a == b {
		return
	}
	service := strings.TrimSuffix(name, is.GoName)
	d := &difference{text: fmt.Sprintf("pages %s, not %s", b, a), operations: []string{sendsOf(is)}, at: at(is.Pos)}
	for _, method := range []string{is.Page.All, is.Page.Pages} {
		if method != "" {
			d.symbols = append(d.symbols, service+method)
		}
	}
	j.differ(d)
}

// pageText says how a list goes on.
func pageText(p *model.Page) string {
	text := "by " + p.Strategy
	for _, part := range []struct{ word, value string }{
		{"parameter", p.Param}, {"size", p.Limit}, {"next", p.Next}, {"more", p.More}, {"total", p.Total}, {"number of pages", p.Count}, {"first page", p.Start},
	} {
		if part.value != "" {
			text += fmt.Sprintf(", %s `%s`", part.word, part.value)
		}
	}
	return text
}

// compareFields compares how a parameter or a member of a body is written.
func (j *joined) compareFields(name string, f, g *model.Field) {
	if f.Name != g.Name || f.In != g.In || f.Type == nil || g.Type == nil {
		return
	}
	owner := j.new.owners[name]
	if owner.Role == model.RoleRead || owner.Role == model.RoleHeader {
		return
	}
	users := j.new.users[owner]
	d := &difference{symbols: []string{name}, callers: users, at: at(g.Pos), severity: SeverityBreaking}
	for _, user := range users {
		d.operations = append(d.operations, j.new.sends[user])
	}
	what := fmt.Sprintf("%s `%s`", placesOnWire[g.In], g.Name)
	a, b := styleOf(f), styleOf(g)
	if g.In == model.InMember && !j.isForm(users) && !isList(f) && !isList(g) && (styleFlag(f) == "json" || styleFlag(g) == "json") {
		a, b = "", "" // an object is JSON in a part, unless it has a type
	}
	if isList(f) != isList(g) || g.In == model.InMember && !j.isForm(users) && styleFlag(f) == styleFlag(g) {
		a, b = "", "" // the type tells, or there is no style
	}
	switch {
	case partType(f) != partType(g) && j.partTypesListed(users, g.Name): // see compareEncodings
		return
	case partType(f) != partType(g):
		d.rule, d.text = "request-part-type-changed", fmt.Sprintf("part `%s` is sent as %s, not as %s", g.Name, partText(g), partText(f))
	case a != b:
		d.rule, d.text = "request-parameter-style-changed", fmt.Sprintf("%s is sent as `%s`, not as `%s`", what, b, a)
	case slices.Contains(f.Flags, "reserved") != slices.Contains(g.Flags, "reserved"):
		d.rule, d.severity = "request-parameter-reserved-changed", SeverityWarning
		d.text = what + " is sent with reserved characters such as / and ? as they are, not escaped"
		if slices.Contains(f.Flags, "reserved") {
			d.text = what + " is sent with reserved characters such as / and ? escaped, not as they are"
		}
	case defaultOf(f) != defaultOf(g):
		d.rule, d.severity, d.replaces, d.mentions = "request-parameter-default-changed", SeverityWarning, "request-parameter-default-value-", "`"+g.Name+"`"
		d.text = fmt.Sprintf("%s is sent as %s unless it is set, not as %s", what, defaultText(g), defaultText(f))
	case g.In != model.InMember && f.OmitZero && !g.OmitZero: // it became required: the wire tells
		return
	case f.OmitZero != g.OmitZero && typeText(f.Type) == typeText(g.Type) && g.GoName != "_":
		d.severity, d.text = "", what+" is left out if it has its zero value, which was sent"
		if f.OmitZero {
			d.text = what + " is sent if it has its zero value, which was left out"
		}
	default:
		return
	}
	j.differ(d)
}

// isForm reports whether one of the methods sends its body as a form.
func (j *joined) isForm(methods []string) bool {
	return slices.ContainsFunc(methods, func(name string) bool {
		op := j.new.operations[name]
		return op != nil && mediaType(op.Body) == "application/x-www-form-urlencoded"
	})
}

// partType is the media type that a part of a body is sent with, "" for what its
// type has anyway.
func partType(f *model.Field) string {
	for _, flag := range f.Flags {
		if typ, ok := strings.CutPrefix(flag, "type="); ok && typ != usualPartType(f.Type) {
			return typ
		}
	}
	return ""
}

// usualPartType is the media type of a part that the document gives none.
func usualPartType(t *model.Type) string {
	for t.Kind == model.KindOpt || t.Kind == model.KindPointer || t.Kind == model.KindSlice {
		t = t.Elem
	}
	switch t.Kind {
	case model.KindReader:
		return "application/octet-stream"
	case model.KindMap, model.KindAny, model.KindRaw:
		return "application/json"
	case model.KindNamed:
		if t.Decl.Kind != model.DeclEnum {
			return "application/json"
		}
	}
	return "text/plain"
}

func partText(f *model.Field) string {
	return "`" + cmp.Or(partType(f), usualPartType(f.Type)) + "`"
}

// defaultOf is what a parameter is sent as if the caller does not set it.
func defaultOf(f *model.Field) string {
	for _, flag := range f.Flags {
		if strings.HasPrefix(flag, "default=") {
			return flag
		}
	}
	return ""
}

func defaultText(f *model.Field) string {
	if text, ok := strings.CutPrefix(defaultOf(f), "default="); ok {
		return "`" + text + "`"
	}
	return "nothing"
}

// styleFlag is the style in the tag of a field.
func styleFlag(f *model.Field) string {
	style := ""
	for _, flag := range f.Flags {
		switch flag {
		case "csv", "space", "pipe", "deep", "json", "explode":
			style = flag
		}
	}
	return style
}

func isList(f *model.Field) bool {
	return f.Type.Kind == model.KindSlice || f.Type.Kind == model.KindOpt && f.Type.Elem.Kind == model.KindSlice
}

// styleOf shows how a parameter is written, by an example of two values.
func styleOf(f *model.Field) string {
	style, list := styleFlag(f), isList(f)
	if f.In == model.InHeader {
		return map[string]string{"explode": "k=a,l=b", "json": `["a","b"]`}[style]
	}
	examples := map[string]string{"": "k=a&l=b", "csv": "%s=k,a,l,b", "space": "%s=k%%20a%%20l%%20b", "pipe": "%s=k|a|l|b", "deep": "%s[k]=a&%[1]s[l]=b", "json": `%s={"k":"a","l":"b"}`}
	if list {
		examples = map[string]string{"": "%s=a&%[1]s=b", "csv": "%s=a,b", "space": "%s=a%%20b", "pipe": "%s=a|b", "deep": "%s[]=a&%[1]s[]=b", "json": `%s=["a","b"]`}
	}
	if format := examples[style]; strings.Contains(format, "%s") {
		return fmt.Sprintf(format, f.Name)
	}
	return examples[style]
}

// compareServers compares the addresses that are called: of a client that names
// no server, and of those that have a constant.
func (j *joined) compareServers() {
	before := map[string]model.Server{}
	for _, s := range j.Old.API.Servers {
		before[s.Name] = s
	}
	for i, is := range j.New.API.Servers {
		was, known := before[is.Name]
		if a, b := address(was), address(is); known && a != b {
			d := &difference{credentials: true, rule: "server-changed", severity: SeverityBreaking, text: fmt.Sprintf("calls go to %s, not to %s", serverText(b), serverText(a)), symbols: []string{is.Name}}
			if i == 0 {
				d.rule, d.symbols = "default-server-changed", []string{"New", is.Name}
			}
			if list := j.New.Document.Root.Get("servers"); list != nil && i < len(list.Items) {
				d.at = at(list.Items[i].Position())
			}
			j.differ(d)
		}
	}
}

// address is a server's URL with the defaults of its variables.
func address(s model.Server) string {
	url := s.URL
	for _, v := range s.Variables {
		if !v.NoDefault {
			url = strings.ReplaceAll(url, "{"+v.Name+"}", v.Default)
		}
	}
	return url
}

func serverText(url string) string {
	if url == "" {
		return "the client's server"
	}
	return "`" + url + "`"
}

// compareSchemes compares what the options for credentials do.
func (j *joined) compareSchemes() {
	before := map[string]model.Scheme{}
	for _, s := range j.Old.API.Schemes {
		before[s.Name] = s
	}
	for _, is := range j.New.API.Schemes {
		was, known := before[is.Name]
		a, b := schemeText(was), schemeText(is)
		if !known || a == b {
			continue
		}
		j.differ(&difference{
			credentials: true, rule: "security-scheme-changed", severity: SeverityBreaking, text: fmt.Sprintf("credentials of `%s` are %s, not %s", is.Name, b, a),
			symbols: []string{"With" + is.GoName}, at: at(j.New.Document.Root.Get("components", "securitySchemes", is.Name).KeyPosition()),
		})
	}
}

// schemeText says what is done with the credentials of a scheme.
func schemeText(s model.Scheme) string {
	switch s.Kind {
	case model.SchemeHeaderKey:
		return fmt.Sprintf("sent in the header `%s`", s.Param)
	case model.SchemeQueryKey:
		return fmt.Sprintf("sent in the query parameter `%s`", s.Param)
	case model.SchemeCookieKey:
		return fmt.Sprintf("sent in the cookie `%s`", s.Param)
	case model.SchemeBasic:
		return "sent as `Authorization: Basic`"
	case model.SchemeBearer, model.SchemeToken:
		return "sent as `Authorization: Bearer`"
	case model.SchemeClientCredentials:
		return fmt.Sprintf("exchanged for tokens at `%s`", s.TokenURL)
	case model.SchemeMutualTLS:
		return "shown by the connection"
	case model.SchemeCustom:
		return fmt.Sprintf("sent as `Authorization: %s`", s.Param)
	}
	return "not sent"
}

// compareResourceTypes finds the resources of JSON:API that have another type now:
// one change, whatever says the type.
func (j *joined) compareResourceTypes() {
	before, after := resourcesOf(j.Old.API), resourcesOf(j.New.API)
	for _, typ := range sortedTypes(before) {
		e := after[typ]
		if e == nil {
			e = successor(before[typ], before, after)
		}
		if e == nil || e.Resource == typ {
			continue
		}
		j.retyped[typ], j.retyped[e.Resource] = true, true
		d := &difference{
			rule: "resource-type-changed", severity: SeverityBreaking, text: fmt.Sprintf("resources of type `%s` have the type `%s`", typ, e.Resource), at: at(e.Pos),
			symbols: []string{qualified(e.Package, e.GoName)},
		}
		if before[typ].GoName == e.GoName { // else the compiler finds them
			d.callers = j.readers(e)
		}
		j.differ(d)
	}
}

// compareVariants finds the variants that another value stands for: that of a
// mapping, or the name of the component where there is none.
func (j *joined) compareVariants() {
	for _, name := range slices.Sorted(maps.Keys(j.old.decls)) {
		was, is := j.old.decls[name], j.new.decls[j.nameNow(name)]
		if is == nil || was.Kind != model.DeclUnion || is.Kind != model.DeclUnion {
			continue
		}
		before := map[string]string{} // the type of a variant, as it is called now → its value
		for _, f := range was.Fields {
			if f.In == model.InVariant && enumName(f.Type) != "" {
				before[j.nameNow(enumName(f.Type))] = f.Name
			}
		}
		d := &difference{rule: "variant-value-changed", severity: SeverityBreaking, replaces: "-discriminator-mapping-", symbols: []string{j.nameNow(name)}, at: at(is.Pos)}
		var texts []string
		for _, g := range is.Fields {
			typ := enumName(g.Type)
			if value, ok := before[typ]; ok && g.In == model.InVariant && losesValue(value, g.Name) {
				texts = append(texts, fmt.Sprintf("`%s` stands for the variant %s, not `%s`", g.Name, typ, value))
				d.symbols = append(d.symbols, j.nameNow(name)+"."+g.GoName)
			}
		}
		if len(texts) == 0 {
			continue
		}
		d.text = strings.Join(texts, "; ")
		d.callers = slices.Concat(j.new.users[is], j.readers(is))
		for _, method := range d.callers {
			if op := j.new.sends[method]; !slices.Contains(d.operations, op) {
				d.operations = append(d.operations, op)
			}
		}
		j.differ(d)
	}
}

// losesValue reports whether a variant no longer has a value that it had. Several are
// separated by commas, and there is none where other members tell the variant.
func losesValue(was, is string) bool {
	if was == "" || is == "" {
		return false
	}
	return slices.ContainsFunc(strings.Split(was, ","), func(value string) bool { return !slices.Contains(strings.Split(is, ","), value) })
}

// nameNow is what a type is called in the newer version.
func (j *joined) nameNow(name string) string {
	if change := j.byName[name]; change != nil && change.NewName != "" {
		return change.NewName
	}
	return name
}

// readers are the methods whose results contain d.
func (j *joined) readers(d *model.Decl) []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(j.new.operations)) {
		if contains(j.new.operations[name].Result.Type, d, map[*model.Decl]bool{}) {
			list = append(list, name)
		}
	}
	return list
}

// contains reports whether values of t may contain a d.
func contains(t *model.Type, d *model.Decl, seen map[*model.Decl]bool) bool {
	for ; t != nil; t = t.Elem {
		if t.Decl == d {
			return true
		}
		if t.Decl == nil || seen[t.Decl] {
			continue
		}
		seen[t.Decl] = true
		if contains(t.Decl.Underlying, d, seen) || slices.ContainsFunc(t.Decl.Fields, func(f *model.Field) bool { return contains(f.Type, d, seen) }) {
			return true
		}
	}
	return false
}

// compareHeaders compares the headers that every call has.
func (j *joined) compareHeaders() {
	for _, is := range j.New.API.Headers {
		for _, was := range j.Old.API.Headers {
			if was.Name == is.Name && was.Default != is.Default {
				j.differ(&difference{rule: "request-header-default-changed", severity: SeverityWarning, symbols: []string{"New"},
					text: fmt.Sprintf("every call has the header `%s: %s`, not `%s: %s`", is.Name, is.Default, was.Name, was.Default)})
			}
		}
	}
}

func mediaType(b *model.Body) string {
	if b == nil {
		return ""
	}
	return b.ContentType
}

// unnamedPath is a path whose parameters have no names, which are not sent.
func unnamedPath(path string) string { return variable.ReplaceAllString(path, "{$1$2}") }

// pathText is a path without the styles of its parameters.
func pathText(path string) string { return variable.ReplaceAllString(path, "{}") }

func sendsOf(op *model.Operation) string {
	return op.Method + " " + expression.ReplaceAllString(op.Path, "{$1}")
}

// fingerprint is that of a difference, which has none of oasdiff's.
func fingerprint(d *difference) string {
	operation, path := "", ""
	if len(d.operations) > 0 {
		operation, path, _ = strings.Cut(d.operations[0], " ")
	}
	return checker.ComputeFingerprint(d.rule, operation, path, []any{d.text})
}
