package model

import (
	"slices"
	"strings"
	"unicode"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/names"
	"github.com/docwright/docwright/internal/schema"
)

// This file names services and their methods. A curated document says both in
// its operationIds ("contacts.update"). Elsewhere the service comes from the tag
// or the path, the method from the operationId without the words that the
// service says already ("getPetById" of pet is Get), or from the verb.

func (b *builder) nameServices() {
	n := &namer{b: b, prefix: b.commonPrefix(), slash: slashStyle(b.ops), at: map[string][]*op{}, nouns: map[string][]string{}}
	for _, o := range b.ops {
		n.at[o.path] = append(n.at[o.path], o)
	}
	services := map[string]*Service{}
	members := map[*Service][]*op{}
	segments := n.pathSegments()
	for _, o := range b.ops {
		goName := b.serviceName(o.service, segments)
		b.remember("service "+o.service, goName)
		s := services[goName]
		if s == nil {
			s = &Service{Name: o.service, GoName: goName, File: names.Snake(goName) + "_service", singular: b.singularOf(goName)}
			services[goName] = s
			b.api.Services = append(b.api.Services, s)
		}
		o.svc = s
		members[s] = append(members[s], o)
	}
	slices.SortFunc(b.api.Services, func(x, y *Service) int { return strings.Compare(x.GoName, y.GoName) })
	texts := b.tagTexts()
	for _, s := range b.api.Services {
		s.Doc.Text = texts[names.Exported(s.Name)]
		n.nameMethods(s, members[s])
		n.checkLockedMethods(members[s])
	}
	b.checkLockedServices(segments)
}

// serviceName is the Go name of a service: that of an earlier run, or else its
// own, in the plural if its paths are.
func (b *builder) serviceName(service string, segments map[string]bool) string {
	if name := b.opts.Names["service "+service]; names.IsExported(name) {
		return name
	}
	name := names.Exported(service)
	if p := names.PluralName(service); p != name && segments[service+" "+p] {
		return p
	}
	if name == "" {
		return "Default"
	}
	return name
}

// pathSegments finds the service of each operation, and notes which names the
// paths of a service hold: a tag in the singular is made plural only where its
// paths say so.
func (n *namer) pathSegments() map[string]bool {
	seen := map[string]bool{}
	for _, o := range n.b.ops {
		o.service = n.serviceOf(o)
		for _, seg := range strings.Split(o.path, "/") {
			seen[o.service+" "+names.Exported(seg)] = true
		}
	}
	return seen
}

// tagTexts are the descriptions of the document's tags, by Go name.
func (b *builder) tagTexts() map[string]string {
	texts := map[string]string{}
	for _, t := range list(b.doc.Root.Get("tags")) {
		texts[names.Exported(t.Get("name").Str())] = t.Get("description").Str()
	}
	return texts
}

// dotted splits "customerAccounts.create"; ok is false for other ids.
func dotted(id string) (segments []string, ok bool) {
	segments = strings.Split(id, ".")
	if len(segments) < 2 {
		return nil, false
	}
	for _, s := range segments {
		if len(names.Words(s)) == 0 || strings.ContainsAny(s, " /{}") {
			return nil, false
		}
	}
	return segments, true
}

// commonPrefix is the first segment that all dotted operationIds share, such as
// the API's own name; "" when there is none, or when it is all that they have
// before the method.
func (b *builder) commonPrefix() string {
	prefix := ""
	for i, o := range b.ops {
		seg, ok := dotted(o.id)
		if !ok || i > 0 && seg[0] != prefix {
			return ""
		}
		if len(seg) < 3 {
			return ""
		}
		prefix = seg[0]
	}
	return prefix
}

// serviceOf is the service of an operation, as the document spells it: what precedes
// the dot or slash of its operationId, its tag, the type of its JSON:API resource,
// or the first literal segment of its path.
func (n *namer) serviceOf(o *op) string {
	if n.slash {
		service, _, _ := strings.Cut(o.id, "/")
		return service
	}
	if seg, ok := dotted(o.id); ok {
		if n.prefix != "" && seg[0] == n.prefix {
			seg = seg[1:]
		}
		return strings.Join(seg[:len(seg)-1], "-")
	}
	if names.Exported(o.tag) != "" {
		return o.tag
	}
	for _, d := range []*schema.ResourceDocument{o.doc, o.bodyDoc} {
		if d != nil && len(d.Types) == 1 && names.Exported(d.Types[0]) != "" {
			return d.Types[0]
		}
	}
	for _, seg := range staticSegments(o.path) {
		return seg
	}
	return "default"
}

// staticSegments are the segments of a path that name something: no
// parameters, no version, no "api".
func staticSegments(path string) []string {
	path, _, _ = strings.Cut(path, "?")
	var out []string
	for i, seg := range strings.Split(strings.Trim(path, "/"), "/") {
		if strings.Contains(seg, "{") || names.Exported(seg) == "" {
			continue
		}
		low := strings.ToLower(seg)
		if i < 3 && (low == "api" || low == "rest" || len(low) > 1 && low[0] == 'v' && unicode.IsDigit(rune(low[1])) || unicode.IsDigit(rune(low[0]))) {
			continue
		}
		out = append(out, strings.TrimSuffix(seg, ".json"))
	}
	return out
}

// nameMethods names the methods of a service. Where two want one name, the one
// with the shorter path keeps it and the other says more.
func (n *namer) nameMethods(s *Service, ops []*op) {
	b := n.b
	slices.SortStableFunc(ops, func(x, y *op) int {
		if c := strings.Count(x.path, "/") - strings.Count(y.path, "/"); c != 0 {
			return c
		}
		return strings.Compare(x.path, y.path)
	})
	taken := map[string]*op{}
	claims := make(map[*op]int, len(ops))
	for _, o := range ops {
		claims[o] = n.claim(o)
	}
	for pass := range leastClaim + 1 {
		for _, o := range ops {
			if o.out != nil || claims[o] != pass {
				continue
			}
			name := b.lockedMethod(o)
			if pass != lockedClaim || taken[name] != nil {
				name = n.freeMethod(o, s, taken)
			}
			taken[name] = o
			o.out = &Operation{GoName: name}
			for _, key := range b.methodKeys(o) {
				b.remember(key, name)
			}
		}
	}
	for _, o := range ops {
		s.Operations = append(s.Operations, o.out)
	}
	n.nameOnly(s, ops, taken)
	for _, o := range ops {
		o.out.Unlocked = n.unlocked(o, taken)
	}
	b.namePages(ops, taken)
	nameClear(ops, taken)
	b.nameStreams(ops, taken)
	slices.SortStableFunc(s.Operations, func(x, y *Operation) int {
		if c := verbRank(x.GoName) - verbRank(y.GoName); c != 0 {
			return c
		}
		return strings.Compare(x.GoName, y.GoName)
	})
}

// The claims to a method's name, strongest first.
const (
	givenClaim  = iota // x-go-name
	lockedClaim        // of an earlier run
	dottedClaim        // an operationId that is a service and a method
	leastClaim         // the shortest path
)

func (n *namer) claim(o *op) int {
	_, isDotted := dotted(o.id)
	switch {
	case givenName(o.node) != "":
		return givenClaim
	case n.b.lockedMethod(o) != "":
		return lockedClaim
	case isDotted:
		return dottedClaim
	}
	return leastClaim
}

// unlocked is the name that o would have without gen.lock, "" if it has that.
func (n *namer) unlocked(o *op, taken map[string]*op) string {
	if n.claim(o) != lockedClaim {
		return ""
	}
	for _, name := range n.methodNames(o) {
		switch {
		case name == o.out.GoName:
			return ""
		case name != "" && taken[name] == nil:
			return name
		}
	}
	return ""
}

// nameOnly names the only call of a service that has the service's name: Run.
func (n *namer) nameOnly(s *Service, ops []*op, taken map[string]*op) {
	if len(ops) != 1 || claimed(n, ops[0]) || names.SingularName(ops[0].out.GoName) != names.SingularName(s.GoName) {
		return
	}
	delete(taken, ops[0].out.GoName)
	ops[0].out.GoName = "Run"
	taken["Run"] = ops[0]
	for _, key := range n.b.methodKeys(ops[0]) {
		n.b.remember(key, "Run")
	}
}

// claimed reports whether the document or an earlier run says the name of a method.
func claimed(n *namer, o *op) bool { return n.claim(o) <= lockedClaim }

// freeMethod is the first name that o may have and nobody took.
func (n *namer) freeMethod(o *op, s *Service, taken map[string]*op) string {
	b := n.b
	candidates := n.methodNames(o)
	for i, c := range candidates {
		if c == "" || taken[c] != nil {
			continue
		}
		if i > 0 && candidates[0] != "" {
			b.renamed(o.node.Position(), s.GoName+"Service."+candidates[0], s.GoName+"Service."+c)
		}
		return c
	}
	for i := 2; ; i++ { // two operations that differ in nothing but punctuation
		if c := candidates[len(candidates)-1] + itoa(i); taken[c] == nil {
			b.renamed(o.node.Position(), s.GoName+"Service."+candidates[0], s.GoName+"Service."+c)
			return c
		}
	}
}

func lastParam(o *op) string {
	last := ""
	for _, p := range o.params {
		if p.in == "path" {
			last = p.name
		}
	}
	return names.Exported(last)
}

// pathWords spells a whole path.
func pathWords(path string) []string {
	var out []string
	for _, seg := range strings.Split(path, "/") {
		if strings.HasPrefix(seg, "{") {
			out = append(out, "by")
		}
		out = append(out, names.Words(seg)...)
	}
	return out
}

func singularLast(ws []string, yes bool) []string {
	if !yes || len(ws) == 0 {
		return ws
	}
	ws = slices.Clone(ws)
	ws[len(ws)-1] = names.Singular(ws[len(ws)-1])
	return ws
}

// trimFrameworks removes what generators of operationIds append.
func trimFrameworks(ws []string, o *op) []string {
	method := strings.ToLower(o.method)
	if n := len(ws); n > 2 && ws[n-2] == "using" && ws[n-1] == method { // springfox: listUsingGET
		return ws[:n-2]
	}
	tail := append(names.Words(o.path), method) // FastAPI: read_items_items__id__get
	if n := len(ws) - len(tail); n > 0 && len(tail) > 1 && slices.Equal(ws[n:], tail) {
		return ws[:n]
	}
	if o.nextToJSONAPI {
		return trimFormat(ws)
	}
	return ws
}

// trimFormat removes the words of JSON:API that end operationIds: get_collection,
// get_instance, builds-get_to_many_related.
func trimFormat(ws []string) []string {
	for _, tail := range [][]string{{"collection"}, {"instance"}, {"to", "many", "related"}, {"to", "one", "related"}} {
		if n := len(ws) - len(tail); n > 1 && slices.Equal(ws[n:], tail) && names.IsVerb(ws[n-1]) {
			return ws[:n]
		}
	}
	if n := len(ws) - 3; n > 1 && ws[n] == "to" && (ws[n+1] == "many" || ws[n+1] == "one") && ws[n+2] == "relationship" && names.IsVerb(ws[n-1]) {
		return append(slices.Clone(ws[:n-1]), "relationship", ws[n-1])
	}
	return ws
}

func cutWordsPrefix(ws, prefix []string) ([]string, bool) {
	if len(prefix) == 0 || len(ws) < len(prefix) || !sameWords(ws[:len(prefix)], prefix) {
		return ws, false
	}
	return ws[len(prefix):], true
}

func sameWords(a, b []string) bool {
	return len(a) > 0 && slices.EqualFunc(a, b, func(x, y string) bool { return names.Singular(x) == names.Singular(y) || x == y+"s" || y == x+"s" })
}

// trimByParams removes a trailing "by id" that only repeats the path parameter. What
// else something is found by, such as a tag, is worth saying.
func trimByParams(ws []string, o *op) []string {
	i := slices.Index(ws, "by")
	if i < 1 || !idWords[ws[len(ws)-1]] || ws[len(ws)-1] == "slug" {
		return ws
	}
	for _, p := range o.params {
		if p.in != "path" {
			continue
		}
		pw := names.Words(p.name)
		if rest := ws[i+1:]; slices.Equal(rest, pw) || len(rest) == 1 && len(pw) > 0 && rest[0] == pw[len(pw)-1] {
			return ws[:i]
		}
	}
	return ws
}

// verbRank is the order of methods on a page.
func verbRank(name string) int {
	for i, v := range []string{"List", "Get", "Create", "Update", "Replace", "Delete"} {
		if name == v {
			return i
		}
	}
	return 9
}

// namePages names the iterators of lists.
func (b *builder) namePages(ops []*op, taken map[string]*op) {
	for _, o := range ops {
		p := b.pageOf(o)
		if p == nil {
			continue
		}
		name := o.out.GoName
		rest, isList := strings.CutPrefix(name, "List")
		p.All, p.Pages = "All"+rest, "Pages"+rest
		if !isList {
			p.All, p.Pages = name+"All", name+"Pages"
		}
		if taken[p.All] != nil || taken[p.Pages] != nil {
			p.All, p.Pages = "Iterate"+name, "Iterate"+name+"Pages"
		}
		if taken[p.All] != nil || taken[p.Pages] != nil {
			continue
		}
		taken[p.All], taken[p.Pages] = o, o
		o.out.Page = p
	}
}

// pageOf returns how a list goes on: as the document says, as JSON:API does, or as
// its response shows; nil if it is not known.
func (b *builder) pageOf(o *op) *Page {
	x := o.node.Get("x-pagination")
	if x != nil && x.Kind == load.Bool && x.Value == "false" {
		return nil
	}
	if x == nil && o.node.Get("x-graphql") != nil {
		return nil
	}
	if x == nil && (o.doc == nil || !o.doc.Many || o.method != "GET") {
		p, items := b.recognizePage(o)
		if p != nil {
			p.items, p.recognized = items, true
			p.Start = b.startOf(o, p)
		}
		return p
	}
	if o.node.Get("x-graphql") != nil {
		x = nil
	}
	if x == nil && o.doc != nil {
		if p := b.documentPage(o); p != nil {
			return p
		}
	}
	p := &Page{Strategy: "links", items: x.Get("items").Str()}
	if s := x.Get("strategy").Str(); s != "" {
		p.Strategy = s
	}
	p.Param, p.Limit = x.Get("param").Str(), x.Get("limit").Str()
	p.Next, p.More, p.Total, p.Count = x.Get("next").Str(), x.Get("more").Str(), x.Get("total").Str(), x.Get("pages").Str()
	p.Start = b.startOf(o, p)
	return p
}

// nameClear names the methods that set a to-one relationship to null: beside
// SetFolder, ClearFolder.
func nameClear(ops []*op, taken map[string]*op) {
	for _, o := range ops {
		d := o.bodyDoc
		if d == nil || !d.Identifiers || d.Many || !d.Nullable {
			continue
		}
		name := o.out.GoName
		for _, verb := range []string{"Set", "Replace", "Update"} {
			if rest, ok := strings.CutPrefix(name, verb); ok {
				name = rest
				break
			}
		}
		if name = "Clear" + name; taken[name] == nil {
			taken[name], o.clear = o, name
		}
	}
}
