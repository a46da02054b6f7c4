package model

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/load"
)

// This file reads the links of responses: how a value of a response, or of the
// request, is a parameter of another call. A link becomes a line of the method's
// comment, with Go names for what it says. It becomes no function: that would
// be as long to call as the method it leads to, and say less.

// describeLinks says what the links of each operation lead to.
func (b *builder) describeLinks() {
	linker := &linker{builder: b, byRef: map[string]*op{}, byID: map[string]*op{}}
	for _, o := range b.ops {
		linker.byRef[operationRef(o.key, strings.ToLower(o.method))] = o
		if linker.byID[o.id] == nil {
			linker.byID[o.id] = o
		}
	}
	for _, o := range b.ops {
		for _, r := range o.responses {
			for _, m := range sortedMembers(r.node.Get("links")) {
				if line := linker.describe(o, r, m); line != "" && !slices.Contains(o.links, line) {
					o.links = append(o.links, line)
				}
			}
		}
	}
}

// linker describes links.
type linker struct {
	*builder
	byRef map[string]*op // by the pointer that an operationRef has
	byID  map[string]*op
}

// operationRef points to an operation as links do.
func operationRef(path, method string) string {
	return "#/paths/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(path) + "/" + method
}

// describe is the sentence about a link; "" when there is nothing to say.
func (l *linker) describe(from *op, r response, m load.Member) string {
	n := m.Value.Target()
	if n == nil || n.Kind != load.Object || strings.HasPrefix(m.Name, "x-") {
		return ""
	}
	to := l.target(m.Name, n)
	if to == nil {
		return ""
	}
	var said []string
	for _, p := range sortedMembers(n.Get("parameters")) {
		param := to.paramText(p.Name)
		if param == "" {
			l.warn(p.Value, "link", "link "+m.Name+": "+to.out.ID+" has no parameter "+p.Name, "name one of its parameters, or the body by requestBody")
			continue
		}
		if value := l.value(from, r, m.Name, p.Value); value != "" {
			said = append(said, value+" is "+param)
		}
	}
	if body := n.Get("requestBody"); body != nil {
		if to.body == nil {
			l.warn(body, "link", "link "+m.Name+": "+to.out.ID+" has no body", "remove requestBody from the link")
		} else if value := l.value(from, r, m.Name, body); value != "" {
			said = append(said, value+" is the body")
		}
	}
	method := to.methodName(from.svc.Package)
	if from.svc.Package == to.svc.Package {
		method = "[" + method + "]"
	}
	if len(said) == 0 {
		return m.Name + ": " + method + " goes with the response."
	}
	return m.Name + ": " + strings.Join(said, " and ") + " of " + method + "."
}

// target is the operation that a link names; nil for one of another document,
// or one that the filters of gen.yaml leave out.
func (l *linker) target(name string, n *load.Node) *op {
	id, ref := n.Get("operationId"), n.Get("operationRef")
	switch {
	case id.Str() != "":
		if o := l.byID[id.Str()]; o != nil {
			return o
		}
		if !l.hasOperation(func(_ string, o *load.Node) bool { return strings.TrimSpace(o.Get("operationId").Str()) == id.Str() }) {
			l.warn(id, "link", "link "+name+": there is no operation "+id.Str(), "name the operationId of one")
		}
	case strings.HasPrefix(ref.Str(), "#"):
		pointer, err := url.PathUnescape(ref.Str())
		if o := l.byRef[pointer]; o != nil && err == nil {
			return o
		}
		if !l.hasOperation(func(at string, _ *load.Node) bool { return at == pointer }) {
			l.warn(ref, "link", "link "+name+": there is no operation at "+ref.Str(), "point to one, as #/paths/~1pets~1{id}/get does")
		}
	case ref.Str() == "":
		l.warn(n, "link", "link "+name+" names no operation", "name one by operationId or operationRef")
	}
	return nil
}

// hasOperation tells whether the document has an operation, filters aside.
func (l *linker) hasOperation(is func(ref string, o *load.Node) bool) bool {
	for _, m := range members(l.doc.Root.Get("paths")) {
		for _, method := range methods {
			if o := m.Value.Target().Get(method).Target(); o != nil && is(operationRef(m.Name, method), o) {
				return true
			}
		}
	}
	return false
}

// methodName names the method of o as comments in a package do.
func (o *op) methodName(pkg string) string {
	name := o.svc.TypeName() + "." + o.out.GoName
	if o.svc.Package != pkg {
		name = o.svc.Package + "." + name
	}
	return name
}

// paramText says which parameter of o's method a link sets, by the name that it
// has there; "" when the operation has none of that name. The name may begin
// with the place of the parameter: path.id.
func (o *op) paramText(name string) string {
	for _, p := range o.params {
		if p.name == name || p.in+"."+p.name == name {
			if text := o.out.paramName(p.in, p.name); text != "" {
				return "the " + text
			}
			return "the " + p.in + " parameter " + p.name
		}
	}
	return ""
}

// paramName is what a parameter is called in Go: userID, or params.Limit.
func (o *Operation) paramName(in, name string) string {
	if in == "path" {
		for _, a := range o.Args {
			if a.Name == name {
				return a.GoName
			}
		}
		return ""
	}
	places := map[string]In{"query": InQuery, "header": InHeader, "cookie": InCookie}
	if o.Options != nil {
		for _, f := range o.Options.Fields {
			if f.In == places[in] && f.Name == name {
				return ParamsVar + "." + f.GoName
			}
		}
	}
	return ""
}

// value says what a link takes: a value as it stands, or the one that a runtime
// expression stands for.
func (l *linker) value(from *op, r response, link string, n *load.Node) string {
	text := n.Str()
	if n.Kind != load.String || !strings.HasPrefix(text, "$") {
		return string(n.JSON())
	}
	said, why := from.expression(r, text)
	if why != "" {
		l.warn(n, "link", "link "+link+": "+text+": "+why, "name a part of the call or of its response, as $response.body#/id does")
	}
	return said
}

// expression says in Go names what a runtime expression stands for, or why it
// stands for nothing.
func (o *op) expression(r response, text string) (said, why string) {
	switch text {
	case "$url", "$method":
		return "the request's " + text[1:], ""
	case "$statusCode":
		return "the status code of the response", ""
	}
	body, pointer, inside := strings.Cut(text, "#")
	switch {
	case body == "$response.body":
		path, known := o.answerPath(r, pointer)
		if !known {
			return "", "the response has no such member"
		}
		if !inside || path == "" {
			return "the response", ""
		}
		return path + " of the response", ""
	case body == "$request.body":
		if o.out.Body == nil {
			return "", "the request has no body"
		}
		name, t := o.out.BodyVar()
		if o.out.Body.Kind != BodyJSON {
			return strings.TrimSpace(name + " " + pointer), ""
		}
		path, known := goPath(t, pointer)
		if !known {
			return "", "the request has no such member"
		}
		return strings.TrimSuffix(name+"."+path, "."), ""
	}
	if name, ok := strings.CutPrefix(text, "$response.header."); ok {
		for _, m := range readHeaders(r.node.Get("headers")) {
			if strings.EqualFold(m.Name, name) {
				return "header " + m.Name + " of the response", ""
			}
		}
		return "", "the response declares no such header"
	}
	for _, p := range o.params {
		if text == "$request."+p.in+"."+p.name {
			if said = o.out.paramName(p.in, p.name); said == "" {
				said = "the " + p.in + " parameter " + p.name
			}
			return said, ""
		}
	}
	if strings.HasPrefix(text, "$request.") {
		return "", "the operation has no such parameter"
	}
	return "", "this is no runtime expression"
}

// answerPath leads from what the method returns to a place in the response. Where
// the method returns something other than the body, the pointer stays as it is.
func (o *op) answerPath(r response, pointer string) (path string, known bool) {
	if t := o.out.Result.Type; o.out.Result.Kind == ResultPointer || o.out.Result.Kind == ResultValue {
		for _, ok := range o.successes() {
			if ok.code == r.code {
				return goPath(t, pointer)
			}
		}
	}
	return pointer, true
}

// goPath spells the Go fields that a JSON pointer passes: "Owner.ID",
// "Items[0].ID". Below a type without members of its own, it stays a pointer.
func goPath(t *Type, pointer string) (path string, known bool) {
	words := strings.Split(pointer, "/")[1:]
	for i, word := range words {
		word = strings.NewReplacer("~1", "/", "~0", "~").Replace(word)
		for t.Kind == KindPointer || t.Kind == KindOpt || t.Kind == KindNamed && t.Decl.Kind == DeclDefined {
			if t.Kind == KindNamed {
				t = t.Decl.Underlying
			} else {
				t = t.Elem
			}
		}
		if _, err := strconv.Atoi(word); t.Kind == KindSlice && err == nil {
			path, t = path+"["+word+"]", t.Elem
			continue
		}
		if t.Kind == KindMap {
			path, t = path+"["+strconv.Quote(word)+"]", t.Elem
			continue
		}
		if t.Kind != KindNamed || t.Decl.Kind != DeclStruct {
			rest := "/" + strings.Join(words[i:], "/")
			scalar := t.Kind != KindNamed && t.Kind != KindAny && t.Kind != KindRaw && t.Kind != KindExtern
			return strings.TrimSpace(path + " " + rest), !scalar
		}
		f := fieldOf(t.Decl, word)
		if f == nil {
			return "", false
		}
		if f.GoName == "_" {
			return f.Const, true
		}
		path, t = strings.TrimPrefix(path+"."+f.GoName, "."), f.Type
	}
	return path, true
}

// fieldOf is the field of a member, or else one with the members that have no
// field.
func fieldOf(d *Decl, name string) *Field {
	for _, f := range d.Fields {
		if f.In == InMember && f.Name == name {
			return f
		}
	}
	for _, f := range d.Fields {
		if f.In == InUnknown {
			index := *f
			index.GoName += "[" + strconv.Quote(name) + "]"
			if f.Type.Elem != nil {
				index.Type = f.Type.Elem
			}
			return &index
		}
	}
	return nil
}
