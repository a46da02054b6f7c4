package model

import (
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/names"
)

// This file says what the operations of a service would like to be called. An
// operationId that only spells the verb and the path tells nothing: the path names
// the method then. From any other, the words of the service go, its verb becomes
// the one that Go's clients use, and comes first.

// namer is what the name of a method depends on next to the operation.
type namer struct {
	b      *builder
	prefix string              // see commonPrefix
	slash  bool                // see slashStyle
	at     map[string][]*op    // the operations of a path
	nouns  map[string][]string // see noun
}

// methodNames lists the names that o may have, most wanted first.
func (n *namer) methodNames(o *op) []string {
	if given := givenName(o.node); given != "" {
		return append([]string{given}, n.derivedNames(o)...)
	}
	return n.derivedNames(o)
}

// derivedNames are the names that the operationId and the path give.
func (n *namer) derivedNames(o *op) []string {
	full := names.Join(append([]string{strings.ToLower(o.method)}, pathWords(o.path)...))
	byPath := n.forMany(o, n.pathNames(o))
	if len(names.Words(o.id)) == 0 {
		return append(byPath, full)
	}
	if seg, ok := dotted(o.id); ok {
		last := names.Words(seg[len(seg)-1])
		if method := strings.ToLower(o.method); len(last) == 1 && last[0] == method && (method == "post" || method == "put") {
			return append(byPath, names.Join(last), full) // it says no more than the method
		}
		name := names.Join(n.goVerb(o, last, len(last) == 1))
		return []string{name, names.Join(last), name + names.Exported(strings.ToLower(o.method)), names.Exported(strings.TrimPrefix(o.id, n.prefix)), full}
	}
	ws := names.Words(o.id)
	if n.slash {
		_, after, _ := strings.Cut(o.id, "/")
		ws = names.Words(after)
	}
	short := n.words(o, ws)
	if !n.slash && n.isMechanical(o, ws) || len(short) == 0 {
		return append(byPath, names.Join(ws), full)
	}
	all := n.withVerb(o, ws)
	wanted := append(n.forMany(o, []string{names.Join(short)}), names.Join(all), names.Join(ws))
	return append(append(wanted, byPath...), full)
}

// words are those of an operationId that its method is named with.
func (n *namer) words(o *op, ws []string) []string {
	noun := n.noun(o.service)
	ws = trimVersion(trimFrameworks(ws, o))
	if _, method, ok := cutController(o.id); ok {
		ws = names.Words(method)
	} else {
		ws = methodOfClass(o.id, ws)
	}
	if rest, ok := cutWordsPrefix(ws, noun); ok && len(rest) > 0 && (!names.IsVerb(ws[0]) || names.IsCommonVerb(rest[0])) { // "UsersList", "reposGetRelease"
		ws = rest
	}
	ws = trimByParams(n.verbFirst(o, ws), o)
	if len(ws) == 0 {
		return nil
	}
	if len(ws) > 2 && ws[1] == "all" && (ws[0] == "get" || ws[0] == "find" || ws[0] == "list") {
		ws = append([]string{"list"}, ws[2:]...)
	}
	verbs := verbPhrase(ws)
	if verbs == 0 {
		if ws = n.withVerb(o, ws); verbPhrase(ws) == 0 {
			return ws
		}
		verbs = 1
	}
	rest := dropNoun(ws[:verbs], ws[verbs:], noun)
	itself := len(rest) == 0
	if last := ws[len(ws)-1]; itself && verbs == 1 && ws[0] == "get" && names.Singular(last) != last && !endsWithParam(o) {
		return []string{"list"} // "getPets", whatever the response is
	}
	return n.goVerb(o, append(slices.Clone(ws[:verbs]), rest...), itself)
}

// noun are the words of a service, without those that say that it is one.
func (n *namer) noun(service string) []string {
	if ws, ok := n.nouns[service]; ok {
		return ws
	}
	ws := names.Words(service)
	for len(ws) > 1 && slices.Contains([]string{"controller", "api", "apis", "service"}, ws[len(ws)-1]) {
		ws = ws[:len(ws)-1]
	}
	n.nouns[service] = ws
	return ws
}

// dropNoun takes the service's noun out of what a verb phrase is about: where it
// begins it ("bulk create catalog categories" of Catalogs), behind a verb within
// it, and where it is all that a call is for. A word before it makes another noun
// of it ("custom metrics" of Metrics).
func dropNoun(verbs, rest, noun []string) []string {
	if len(noun) == 0 {
		return rest
	}
	if after, ok := cutWordsPrefix(rest, noun); ok {
		rest = after
	}
	for i := 2; i+len(noun) < len(rest); i++ { // "get bulk import profiles job"
		if rest[i-2] == "bulk" && names.IsVerb(rest[i-1]) && sameWords(rest[i:i+len(noun)], noun) {
			rest = append(slices.Clone(rest[:i]), rest[i+len(noun):]...)
			break
		}
	}
	if i := slices.Index(rest, "for"); i >= 0 && i+len(verbs) > 1 && sameWords(rest[i+1:], noun) { // "get tags for campaign"
		rest = rest[:i]
	}
	return rest
}

// cutController cuts an operationId that is a class and its method.
func cutController(id string) (class, method string, ok bool) {
	for _, sep := range []string{"Controller_", "Controller.", "Controller-", "controller_", "controller-"} {
		if class, method, ok = strings.Cut(id, sep); ok && names.Exported(method) != "" {
			return class, method, true
		}
	}
	return "", "", false
}

// methodOfClass brings the verb of "AzureSubscription_linkForApp" to the front, as
// AutoRest and others write operationIds.
func methodOfClass(id string, ws []string) []string {
	left, right, ok := strings.Cut(id, "_")
	class, method := names.Words(left), names.Words(right)
	verbs := verbPhrase(method)
	if !ok || strings.Contains(right, "_") || len(class) == 0 || verbPhrase(class) > 0 || verbs == 0 {
		return ws
	}
	return slices.Concat(method[:verbs], singularLast(class, method[0] != "list"), method[verbs:])
}

func isPreposition(w string) bool {
	switch w {
	case "for", "from", "to", "in", "into", "by", "of", "on", "with", "at", "as", "via", "using":
		return true
	}
	return false
}

// verbPhrase is how many words a name's verbs are: "create or update", "bulk create".
func verbPhrase(ws []string) int {
	n := 0
	for n < len(ws) && (ws[n] == "bulk" || ws[n] == "batch") && n+1 < len(ws) && names.IsVerb(ws[n+1]) {
		n++
	}
	if n == len(ws) || !names.IsVerb(ws[n]) && (ws[n] != "re" || n+1 == len(ws) || !names.IsVerb(ws[n+1])) {
		return 0
	}
	n++
	if ws[n-1] == "re" {
		n++
	}
	for n+1 < len(ws) && (ws[n] == "or" || ws[n] == "and") && names.IsVerb(ws[n+1]) {
		n += 2
	}
	return n
}

// verbFirst brings the verb of "user_accounts_list" or "cartScriptDelete" to the
// front.
func (n *namer) verbFirst(o *op, ws []string) []string {
	if verbPhrase(ws) > 0 {
		return ws
	}
	ws = dropParams(ws, o)
	i := slices.IndexFunc(ws, names.IsCommonVerb)
	if i <= 0 {
		return ws
	}
	if ws[i-1] == "partial" && ws[i] == "update" {
		ws = append(append(slices.Clone(ws[:i-1]), "patch"), ws[i+1:]...)
		i--
	}
	verbs := verbPhrase(ws[i:])
	out := slices.Clone(ws[i : i+verbs])
	one := out[0] != "list" && !n.isList(o) && i+verbs == len(ws) || i+verbs < len(ws) && isPreposition(ws[i+verbs])
	out = append(out, singularLast(ws[:i], one && out[0] != "list")...)
	return append(out, ws[i+verbs:]...)
}

// dropParams takes the names of path parameters out of the words of an
// operationId: "usersIdUnfollow".
func dropParams(ws []string, o *op) []string {
	for _, p := range o.params {
		pw := names.Words(p.name)
		for _, w := range [][]string{pw, pw[max(0, len(pw)-1):]} {
			if p.in != "path" || len(w) == 0 || len(w) == 1 && !idWords[w[0]] {
				continue
			}
			if i := indexOf(ws, w); i > 0 {
				ws = append(slices.Clone(ws[:i]), ws[i+len(w):]...)
			}
		}
	}
	return ws
}

func indexOf(ws, part []string) int {
	for i := range len(ws) - len(part) + 1 {
		if slices.Equal(ws[i:i+len(part)], part) {
			return i
		}
	}
	return -1
}

// withVerb gives a name without a verb the one of its HTTP method, unless the
// service is a verb: Search.Repos. The first word of what is not read may be a verb
// that nobody thought of, where the path does not have it.
func (n *namer) withVerb(o *op, ws []string) []string {
	if len(ws) == 0 || verbPhrase(ws) > 0 {
		return ws
	}
	if noun := n.noun(o.service); len(noun) == 1 && names.IsCommonVerb(noun[0]) {
		return ws
	}
	if o.method != "GET" && o.method != "HEAD" && names.Singular(ws[0]) == ws[0] && !slices.Contains(singulars(append(pathWords(o.path), n.noun(o.service)...)), ws[0]) {
		return ws
	}
	return append([]string{n.httpVerb(o)}, ws...)
}

// httpVerb is what an HTTP method does.
func (n *namer) httpVerb(o *op) string {
	switch o.method {
	case "GET":
		if n.isList(o) || o.doc == nil && !endsWithParam(o) && len(n.item(o)) > 0 {
			return "list"
		}
	case "POST":
		if n.creates(o) {
			return "create"
		}
	case "PUT":
		if n.has(o, "PATCH") {
			return "replace"
		}
		return "update"
	case "PATCH":
		return "update"
	}
	return strings.ToLower(o.method)
}

// goVerb brings the verb of a name to the one that Go's clients use. A name that is
// about the service's noun itself has no other word, but for what follows a
// preposition.
func (n *namer) goVerb(o *op, ws []string, itself bool) []string {
	if len(ws) == 0 {
		return ws
	}
	second := ""
	if len(ws) > 1 {
		second = ws[1]
	}
	read := o.method == "GET" || o.method == "HEAD"
	verb, cut := ws[0], 1
	switch {
	case verb == "retrieve", verb == "fetch", verb == "describe", read && (verb == "read" || verb == "show"), verb == "find" && second == "one":
		verb = "get"
		if second == "one" {
			cut = 2
		}
	case read && (verb == "index" || verb == "browse"):
		verb = "list"
	case itself && o.method == "POST" && slices.Contains([]string{"add", "new", "insert", "post", "store"}, verb):
		verb = "create"
	case verb == "edit", verb == "modify":
		verb = "update"
	case verb == "overwrite", verb == "put" && o.method == "PUT":
		verb = "replace"
	case verb == "destroy", itself && verb == "remove":
		verb = "delete"
	}
	if verb == "patch" && o.method == "PATCH" && !n.has(o, "PUT") {
		verb = "update"
	}
	if second == "all" && (verb == "get" || verb == "find" || verb == "list") || verb == "get" && second == "list" && len(ws) == 2 {
		verb, cut = "list", 2
	}
	if verb == "get" && o.method == "GET" && n.isList(o) && !isNamedList(ws) {
		verb = "list"
	}
	return append([]string{verb}, ws[cut:]...)
}

// isNamedList reports whether what a name is about is a list itself: "get bypass
// list for repo".
func isNamedList(ws []string) bool {
	if i := slices.IndexFunc(ws, isPreposition); i > 0 {
		ws = ws[:i]
	}
	return ws[len(ws)-1] == "list"
}

// has reports whether the path of o has an operation of that method.
func (n *namer) has(o *op, method string) bool {
	return slices.ContainsFunc(n.at[o.path], func(p *op) bool { return p.method == method })
}

// isList reports whether a call returns a list of things, and not one of them
// whose answer holds a list.
func (n *namer) isList(o *op) bool {
	if o.doc != nil {
		return o.doc.Many
	}
	return o.list
}

// creates reports whether a POST creates something: its response says so, or is
// what GET on the item returns.
func (n *namer) creates(o *op) bool {
	for _, r := range o.successes() {
		if r.code == "201" || r.code == "202" {
			return true
		}
		for _, p := range n.item(o) {
			if p.method != "GET" || r.schema == nil {
				continue
			}
			for _, q := range p.successes() {
				if q.schema != nil && n.b.schemas.Of(q.schema).Core() == n.b.schemas.Of(r.schema).Core() {
					return true
				}
			}
		}
	}
	return false
}

// item are the operations on the items of a collection's path.
func (n *namer) item(o *op) []*op {
	for path, ops := range n.at {
		if rest, ok := strings.CutPrefix(path, strings.TrimRight(o.path, "/")+"/{"); ok && strings.IndexByte(rest, '/') < 0 {
			return ops
		}
	}
	return nil
}

// isCollection reports whether a path is that of many things.
func (n *namer) isCollection(o *op) bool {
	if endsWithParam(o) {
		return false
	}
	for _, p := range n.at[o.path] {
		if p.method == "GET" {
			return n.isList(p) || len(n.item(o)) > 0
		}
	}
	segs := staticSegments(o.path)
	if len(segs) == 0 {
		return false
	}
	last := strings.ToLower(segs[len(segs)-1])
	return len(n.item(o)) > 0 || names.Singular(last) != last
}

// forMany names what is done to a whole collection: deleting all of it must not
// look like deleting one.
func (n *namer) forMany(o *op, wanted []string) []string {
	many := ""
	switch wanted[0] {
	case "Delete":
		many = "DeleteMany"
		if o.body == nil && !slices.ContainsFunc(o.params, func(p *param) bool { return p.in == "query" }) {
			many = "DeleteAll"
		}
	case "Update":
		many = "UpdateMany"
	case "Replace":
		many = "ReplaceAll"
	}
	post := o.method == "POST" && strings.HasPrefix(wanted[0], "Delete")
	if many == "" || post || o.method == "POST" || !n.isCollection(o) {
		return wanted
	}
	return append([]string{many}, wanted...)
}

// endsWithParam reports whether a path is that of one thing: /pets/{id}, also
// /pets/{id}.json.
func endsWithParam(o *op) bool {
	path := strings.TrimRight(o.path, "/")
	return strings.HasPrefix(path[strings.LastIndexByte(path, '/')+1:], "{") && !strings.Contains(path, "}:")
}

// isMechanical reports whether an operationId only spells the HTTP method and the
// path, as Stripe's and those of several generators do.
func (n *namer) isMechanical(o *op, ws []string) bool {
	ws = trimVersion(trimFrameworks(ws, o))
	method := strings.ToLower(o.method)
	last := len(ws) - 1
	switch {
	case len(ws) < 2:
		return false
	case ws[0] == method:
		ws = ws[1:]
	case strings.TrimRight(ws[last], "0123456789") == method:
		ws = ws[:last]
	default:
		return false
	}
	noun, static := n.noun(o.service), staticSegments(o.path)
	if rest, ok := cutWordsPrefix(ws, noun); ok && !slices.ContainsFunc(static, func(seg string) bool { return sameWords(names.Words(seg), noun) }) {
		ws = rest
	}
	for _, seg := range strings.Split(strings.TrimSuffix(o.path, ".json"), "/") {
		literal := len(static) > 0 && seg == static[0]
		if literal {
			static = static[1:]
		}
		for _, w := range names.Words(seg) {
			if len(ws) > 0 && !literal && ws[0] == "by" {
				ws = ws[1:]
			}
			switch {
			case len(ws) > 0 && names.Singular(ws[0]) == names.Singular(w):
				ws = ws[1:]
			case literal && !slices.Contains(singulars(noun), names.Singular(w)):
				return false
			}
		}
	}
	return len(ws) == 0
}

// singulars are words in the singular.
func singulars(ws []string) []string {
	out := make([]string, len(ws))
	for i, w := range ws {
		out[i] = names.Singular(w)
	}
	return out
}

// pathSegment is a literal segment of a path.
type pathSegment struct {
	words []string
	item  bool // a parameter follows it
}

// pathParts cuts a path into its literal segments, but for "api" and versions, and
// the name of a custom method: "cancel" of /jobs/{id}:cancel.
func pathParts(path string) (segs []pathSegment, custom []string) {
	path = strings.TrimRight(path, "/")
	if i := strings.LastIndexByte(path, ':'); i > strings.LastIndexByte(path, '/') && (i > strings.LastIndexByte(path, '}') || strings.HasSuffix(path[:i], "}")) {
		path, custom = path[:i], names.Words(path[i+1:])
	}
	static := staticSegments(path)
	for _, seg := range strings.Split(strings.Trim(path, "/"), "/") {
		seg = strings.TrimSuffix(seg, ".json")
		switch {
		case strings.Contains(seg, "{") && len(segs) > 0:
			segs[len(segs)-1].item = true
		case len(static) > 0 && seg == static[0]:
			segs, static = append(segs, pathSegment{words: names.Words(seg)}), static[1:]
		}
	}
	return segs, custom
}

// pathNames lists what o is called by its path, most wanted first.
func (n *namer) pathNames(o *op) []string {
	segs, custom := pathParts(o.path)
	noun := n.noun(o.service)
	context := ""
	whole := segs
	if i := slices.IndexFunc(segs, func(s pathSegment) bool { return sameWords(s.words, noun) }); i >= 0 {
		if i > 0 {
			context = names.Join(singularLast(segs[i-1].words, true))
		}
		if i == len(segs)-1 && custom == nil && n.isAction(o, segs) {
			custom = segs[i].words // Query, and Run if there is no other call
		} else if i == len(segs)-1 && custom == nil {
			return n.alternatives(o, n.plainVerb(o, segs[i].item), context)
		}
		segs = segs[i+1:]
	}
	if custom == nil && len(segs) > 0 && n.isAction(o, whole) {
		custom, segs = segs[len(segs)-1].words, segs[:len(segs)-1]
	}
	var about []string
	for i, s := range segs {
		ws := s.words
		if rest, ok := cutWordsPrefix(ws, noun); ok && len(rest) > 0 {
			ws = rest // "catalog-items" of Catalogs
		}
		about = append(about, singularLast(ws, s.item || i < len(segs)-1 || custom != nil)...)
	}
	if custom != nil {
		if len(custom) == 1 || isPreposition(custom[1]) { // "create_from_calculation" of transactions
			custom = slices.Concat(custom[:1], about, custom[1:])
		}
		return n.alternatives(o, custom, context)
	}
	if len(segs) == 0 {
		return n.alternatives(o, n.plainVerb(o, endsWithParam(o)), context)
	}
	last := segs[len(segs)-1]
	verb := n.plainVerb(o, last.item)
	return n.alternatives(o, append(verb, singularLast(about, last.item || verb[0] == "create")...), context)
}

// isAction reports whether the last segment of a path says what is done: a verb, or
// a word that only a POST to one thing has.
func (n *namer) isAction(o *op, segs []pathSegment) bool {
	last := segs[len(segs)-1]
	ws := last.words
	switch {
	case last.item || len(ws) == 0 || names.Singular(ws[0]) != ws[0]:
		return false
	case names.IsCommonVerb(ws[0]):
		return true
	case o.method != "POST" || n.creates(o) || len(n.at[o.path]) > 1:
		return false
	case len(ws) > 1:
		return names.IsVerb(ws[0]) && names.Singular(ws[len(ws)-1]) == ws[len(ws)-1]
	}
	return names.IsVerb(ws[0]) || len(segs) > 1 && segs[len(segs)-2].item
}

// plainVerb is what a method does to the things of a path, or to one of them.
func (n *namer) plainVerb(o *op, item bool) []string {
	if o.method == "POST" {
		switch segs := staticSegments(o.path); {
		case item, n.has(o, "GET") && !n.isCollection(o):
			return []string{"update"}
		case n.creates(o), len(segs) > 0 && names.Singular(strings.ToLower(segs[len(segs)-1])) != strings.ToLower(segs[len(segs)-1]):
			return []string{"create"}
		}
		return []string{"post"}
	}
	if o.method == "GET" && item {
		return []string{"get"}
	}
	return []string{n.httpVerb(o)}
}

// alternatives are names for what would like to be called ws.
func (n *namer) alternatives(o *op, ws []string, context string) []string {
	name := names.Join(ws)
	wanted := []string{name}
	if context != "" {
		wanted = append(wanted, name+"For"+context)
	}
	if last := lastParam(o); last != "" {
		wanted = append(wanted, name+"By"+last)
	}
	return wanted
}

// trimVersion takes the version of an API out of an operationId.
func trimVersion(ws []string) []string {
	isVersion := func(w string) bool { return len(w) > 1 && w[0] == 'v' && strings.Trim(w[1:], "0123456789") == "" }
	if n := len(ws) - 1; n > 0 && isVersion(ws[n]) {
		ws = ws[:n]
	}
	if len(ws) > 1 && isVersion(ws[0]) {
		ws = ws[1:]
	}
	return ws
}

// slashStyle reports whether the document's operationIds are a service, a slash and
// a method: "repos/get-release".
func slashStyle(ops []*op) bool {
	for _, o := range ops {
		service, method, ok := strings.Cut(o.id, "/")
		if !ok || strings.ContainsAny(o.id, " {}") || strings.Contains(method, "/") || names.Exported(service) == "" || names.Exported(method) == "" {
			return false
		}
	}
	return len(ops) > 0
}

// givenName is the name that the document gives a method.
func givenName(n *load.Node) string {
	if name := n.Get("x-go-name").Str(); name != "" {
		return names.Given(name)
	}
	return ""
}
