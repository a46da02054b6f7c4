package load

import (
	"errors"
	"io/fs"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/diag"
)

// This file resolves references. A text is looked up once per file and kept;
// a pointer is followed through references on its way; files are opened when the
// first reference needs them, and only under the directories that are allowed.

// refResult is what the text of a reference means.
type refResult struct {
	node *Node
	err  *refError
}

type refError struct {
	code     diag.Code
	msg, fix string
	fatal    bool // the document cannot be used: what it would be without the file depends on the weather
}

// throughRefs bounds how many references a pointer may pass through.
const throughRefs = 64

// resolveRef resolves the reference n and walks what it points at.
func (w *walker) resolveRef(n *Node) {
	at := n.Get("$ref")
	if at == nil {
		at = n.Get("$dynamicRef")
	}
	var got refResult
	if n.shape == shapeMappingTarget {
		at = n
		got = w.mappingTarget(n)
	} else {
		got = w.lookup(at, at.Value, 0)
	}
	if got.node == nil {
		n.flags |= isBroken
		if got.err != nil {
			report, fix := w.warn, w.fixRef(at, got.err)
			switch {
			case got.err.fatal:
				report = w.fail
			case w.opts.Complete && got.err.code == "dangling-ref" && n.shape != shapeMappingTarget:
				report = w.fail
				if w.dangling++; w.dangling == 1 {
					fix += " (lenient: true in gen.yaml, or --lenient of init and add, reads it as any value)"
				}
			}
			report(at.Position(), got.err.code, fix, "%s", got.err.msg)
		}
		return
	}
	n.ref = got.node
	want := n.shape
	if want == shapeMappingTarget {
		want = shapeSchema
	}
	w.visit(got.node, want)
	if have := got.node.shape; have != want && !alike(have, want) {
		w.warn(at.Position(), "ref-kind", "point it at "+grammar[want].want, "$ref %q points at %s, where %s belongs", at.Value, grammar[have].want, grammar[want].want)
		n.flags |= isBroken
		n.ref = nil
	}
}

// alike reports whether one shape can be read as the other.
func alike(have, want shape) bool {
	pair := func(a, b shape) bool { return have == a && want == b || have == b && want == a }
	return have == shapeAny || pair(shapeSchema, shapeItems) || pair(shapeHeader, shapeParameter) ||
		pair(shapePathItems, shapePaths) || pair(shapePathItem, shapeCallback) || pair(shapeContent, shapeMediaMap) ||
		pair(shapeResponses, shapeResponseMap)
}

// maxChain bounds how many references lead from one to the next: whoever asks
// for a target walks the chain.
const maxChain = 200

// settle follows the chain of references from n and breaks it when it runs in a
// circle.
func (w *walker) settle(n *Node) {
	var chain []*Node
	at := n
	for at != nil && at.flags&isRef != 0 && at.flags&(isBroken|isSettled|isOnChain) == 0 {
		at.flags |= isOnChain
		chain = append(chain, at)
		at = at.ref
	}
	circular := at != nil && at.flags&isOnChain != 0
	broken := circular || at == nil || at.flags&isBroken != 0
	steps := w.steps[at]
	for _, link := range slices.Backward(chain) {
		link.flags = link.flags&^isOnChain | isSettled
		if steps++; steps > maxChain && !broken {
			broken = true
			ref := link.Get("$ref")
			w.warn(ref.Position(), "long-chain", "point it at what it means in the end", "$ref %q goes through more than %d references", ref.Str(), maxChain)
		}
		if broken {
			link.flags |= isBroken
		} else if steps > 1 || link.ref.flags&isRef != 0 {
			w.steps[link] = steps
		}
	}
	if circular {
		w.warnCircle(at)
	}
}

func (w *walker) warnCircle(first *Node) {
	names := []string{first.Pointer()}
	for at := first.ref; at != first && len(names) < 5; at = at.ref {
		names = append(names, at.Pointer())
	}
	at := first.Get("$ref")
	w.warn(at.Position(), "circular-ref", "let one of them be a schema, not a reference", "$ref %q runs in a circle: %s", at.Str(), strings.Join(append(names, names[0]), " -> "))
}

// joinPathItem gives a path item that has members beside its $ref the members of
// what it references, and reports whether n was one. OpenAPI allows siblings there
// (Path Item Object, $ref) and leaves open what a member means that both have: the
// one beside the $ref is used. Other references keep their siblings to themselves.
func (w *walker) joinPathItem(n *Node) bool {
	target := n.Target()
	if n.shape != shapePathItem || n.flags&isBroken != 0 || target == nil || target.Kind != Object {
		return false
	}
	own := make([]Member, 0, len(n.Members)+len(target.Members))
	for _, m := range n.Members {
		if m.Name == "$ref" || strings.HasPrefix(m.Name, "x-") {
			continue
		}
		if there := target.Get(m.Name); there != nil {
			at := n.Get("$ref")
			w.warn(m.Value.Position(), "ref-kind", "keep one of the two", "%s is next to $ref %q, which has one, too: the one here is used", quoteName(m.Value), at.Str())
		}
		own = append(own, m)
	}
	if len(own) == 0 {
		return false
	}
	n.flags &^= isRef
	n.ref = nil
	n.Members = addMerged(own, target.Members)
	n.index = nil
	return true
}

// mappingTarget resolves a value of a discriminator's mapping: the name of a
// schema, or a reference.
func (l *loader) mappingTarget(n *Node) refResult {
	if simpleName.MatchString(n.Value) {
		if schema := l.doc.Root.Get("components", "schemas", n.Value); schema != nil {
			return refResult{node: schema}
		}
	}
	got := l.lookup(n, n.Value, 0)
	if got.err != nil && simpleName.MatchString(n.Value) {
		got.err = &refError{code: "dangling-ref", msg: "mapping names the schema " + strconv.Quote(n.Value) + ", which is not defined",
			fix: "define it under components/schemas, or correct the name"}
	}
	return got
}

var (
	simpleName = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)
	scheme     = regexp.MustCompile(`^(?:[A-Za-z][A-Za-z0-9+.-]+:|//)`)
)

// Resolve returns what a reference with this text, written at n, means; nil
// when it points at nothing. Further references are not followed.
func (d *Document) Resolve(n *Node, text string) *Node {
	d.loader.mu.Lock()
	defer d.loader.mu.Unlock()
	return d.loader.lookup(n, text, 0).node
}

// lookup returns what the reference text, written at n, means.
func (l *loader) lookup(n *Node, text string, depth int) refResult {
	home := n.home()
	key := text
	if strings.HasPrefix(text, "#") {
		if r := resource(n); r != nil { // the same text means another schema there
			key = r.Pointer() + " " + text
		}
	}
	if got, ok := home.refs[key]; ok {
		return got
	}
	if depth > throughRefs {
		return refResult{err: &refError{code: "circular-ref", msg: "$ref " + strconv.Quote(text) + " leads through itself", fix: "point it at the value itself"}}
	}
	got := l.find(home, n, text, depth)
	home.refs[key] = got
	return got
}

func (l *loader) find(home *SourceFile, n *Node, text string, depth int) refResult {
	name, fragment, _ := strings.Cut(text, "#")
	root := home.Root
	if name != "" {
		if scheme.MatchString(name) {
			if node := l.findByID(n, text); node != nil {
				return refResult{node: node}
			}
		}
		file, err := l.otherFile(home, name, text)
		if err != nil && !err.fatal {
			if node := l.findByID(n, text); node != nil {
				return refResult{node: node}
			}
		}
		if err != nil {
			return refResult{err: err}
		}
		if file.Root == nil {
			return refResult{} // a diagnostic of the file itself says why
		}
		root = file.Root
	}
	if fragment == "" {
		return refResult{node: root}
	}
	var node *Node
	if name == "" {
		node = l.withinResource(resource(n), fragment, depth)
	}
	switch {
	case node != nil:
	case fragment[0] == '/':
		node = l.follow(root, fragment, depth)
	default:
		node = l.anchor(root.File, fragment)
	}
	if node == nil {
		node = l.findByID(n, text)
	}
	if node == nil {
		return refResult{err: &refError{code: "dangling-ref", msg: "$ref " + strconv.Quote(text) + " points at nothing"}}
	}
	return refResult{node: node}
}

// otherFile opens the file that a reference in home names.
func (l *loader) otherFile(home *SourceFile, name, text string) (*SourceFile, *refError) {
	if home.Remote || scheme.MatchString(name) {
		return l.remoteFile(home, name, text)
	}
	path := filepath.FromSlash(unescape(name))
	if !filepath.IsAbs(path) {
		path = filepath.Join(home.dir, path)
	}
	path = filepath.Clean(path)
	if file := l.files[path]; file != nil {
		if file.missing != nil {
			return nil, missingFile(text, file.missing)
		}
		return file, nil
	}
	dir, ok := l.allowed(path)
	if !ok {
		return nil, outside(text, l.roots[0])
	}
	if len(l.files) >= l.limits.Files || l.closed {
		return nil, &refError{code: "too-many-files", msg: "$ref " + strconv.Quote(text) + " is left out: the document has more than " + strconv.Itoa(l.limits.Files) + " files", fix: "use fewer files"}
	}
	rel, err := filepath.Rel(l.roots[0], path)
	if err != nil {
		rel = path
	}
	shown := filepath.Join(filepath.Dir(filepath.FromSlash(l.doc.Files[0].Name)), rel)
	if err != nil {
		shown = path
	}
	file := l.open(path, shown, filepath.ToSlash(rel), dir)
	if file.missing != nil {
		return nil, missingFile(text, file.missing)
	}
	l.doc.Files = append(l.doc.Files, file)
	return file, nil
}

func missingFile(text string, err error) *refError {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &refError{code: "dangling-ref", msg: "$ref " + strconv.Quote(text) + " points at nothing: no such file"}
	case errors.Is(err, errOutside):
		return &refError{code: "outside-ref", msg: "$ref " + strconv.Quote(text) + " leads out of its directory through a link", fix: "copy the file, or list its directory under refs"}
	default:
		return &refError{code: "dangling-ref", msg: "$ref " + strconv.Quote(text) + " points at a file that cannot be read: " + reason(err)}
	}
}

func outside(text, dir string) *refError {
	return &refError{code: "outside-ref", msg: "$ref " + strconv.Quote(text) + " points outside the document's directory: it is read as any value",
		fix: "move the file under " + filepath.ToSlash(dir) + ", or list its directory under refs"}
}

// allowed returns the directory among those allowed that path lies under.
func (l *loader) allowed(path string) (string, bool) {
	for _, dir := range l.roots {
		if rel, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(rel) {
			return dir, true
		}
	}
	return "", false
}

func unescape(s string) string {
	if strings.IndexByte(s, '%') >= 0 {
		if plain, err := url.PathUnescape(s); err == nil {
			return plain
		}
	}
	return s
}

// maxJoined bounds how many slashes of a pointer are taken for parts of names,
// each of which takes time that grows with the name.
const maxJoined = 100

var pointerUnescaper = strings.NewReplacer("~1", "/", "~0", "~")

// follow walks a JSON pointer ("/a/b~1c") from n, through references.
func (l *loader) follow(n *Node, pointer string, depth int) *Node {
	tokens := strings.Split(pointer[1:], "/")
	joined := 0
	for i := 0; i < len(tokens); i++ {
		next := l.step(n, tokens[i], depth)
		// Real documents forget to escape the slashes of a name.
		for next == nil && n.Kind == Object && i+1 < len(tokens) && joined < maxJoined {
			joined++
			tokens[i+1] = tokens[i] + "~1" + tokens[i+1]
			i++
			next = l.step(n, tokens[i], depth)
		}
		if next == nil {
			return nil
		}
		n = next
	}
	return n
}

// step returns the member or item of n that a pointer's token names.
func (l *loader) step(n *Node, token string, depth int) *Node {
	for ; n != nil; depth++ {
		if child := n.child(token); child != nil {
			return child
		}
		ref := n.Get("$ref")
		if ref == nil || ref.Kind != String || depth > throughRefs {
			return nil
		}
		n = l.lookup(ref, ref.Value, depth+1).node
	}
	return nil
}

func (n *Node) child(token string) *Node {
	if n.Kind == Array {
		i, err := strconv.Atoi(token)
		if err != nil || i < 0 || i >= len(n.Items) {
			return nil
		}
		return n.Items[i]
	}
	if strings.IndexByte(token, '%') >= 0 || strings.IndexByte(token, '~') >= 0 {
		if child := n.Get(pointerUnescaper.Replace(unescape(token))); child != nil {
			return child
		}
	}
	return n.Get(token)
}

// resource returns the schema around n, or n itself, that has an $id: a schema
// resource of its own (JSON Schema 2020-12 core, 4.3.5). It is nil without one.
func resource(n *Node) *Node {
	for ; n != nil; n = n.Parent {
		if id := n.Get("$id"); id != nil && id.Kind == String && !strings.HasPrefix(id.Value, "#") {
			return n
		}
	}
	return nil
}

// withinResource returns what a fragment means within a schema resource; nil if
// that does not have it.
func (l *loader) withinResource(r *Node, fragment string, depth int) *Node {
	if r == nil {
		return nil
	}
	if fragment[0] == '/' {
		return l.follow(r, fragment, depth)
	}
	anchors, known := l.anchors[r]
	if !known {
		anchors = map[string]*Node{}
		r.each(func(n *Node) {
			for _, key := range [...]string{"$anchor", "$dynamicAnchor"} {
				if a := n.Get(key); a != nil && a.Kind == String && anchors[a.Value] == nil && resource(n) == r {
					anchors[a.Value] = n
				}
			}
		})
		l.anchors[r] = anchors
	}
	return anchors[unescape(fragment)]
}

// anchor returns the schema of the file that has this $anchor.
func (l *loader) anchor(file *SourceFile, name string) *Node {
	if file.anchors == nil {
		file.anchors = map[string]*Node{}
		file.Root.each(func(n *Node) {
			for _, key := range [...]string{"$anchor", "$dynamicAnchor"} {
				if a := n.Get(key); a != nil && a.Kind == String && file.anchors[a.Value] == nil {
					file.anchors[a.Value] = n
				}
			}
		})
	}
	return file.anchors[unescape(name)]
}

// each calls visit for every object of the tree.
func (n *Node) each(visit func(*Node)) {
	if n.Kind == Object {
		visit(n)
	}
	for _, m := range n.Members {
		m.Value.each(visit)
	}
	for _, item := range n.Items {
		item.each(visit)
	}
}

// findByID resolves a reference against the $id of the schemas around it and of
// all others.
func (l *loader) findByID(n *Node, text string) *Node {
	if l.idFiles < len(l.doc.Files) {
		l.byID, l.idFiles = map[string]*Node{}, len(l.doc.Files)
		for _, file := range l.doc.Files {
			file.Root.each(func(n *Node) {
				if id := n.Get("$id"); id != nil && id.Kind == String {
					l.byID[strings.TrimSuffix(base(n), "#")] = n
				}
			})
		}
	}
	if len(l.byID) == 0 {
		return nil
	}
	full, err := url.Parse(base(n))
	if err != nil {
		return nil
	}
	ref, err := url.Parse(text)
	if err != nil {
		return nil
	}
	full = full.ResolveReference(ref)
	fragment := full.EscapedFragment()
	full.Fragment, full.RawFragment = "", ""
	schema := l.byID[full.String()]
	if schema == nil || fragment == "" {
		return schema
	}
	if node := l.withinResource(schema, fragment, 0); node != nil {
		return node
	}
	return l.anchor(schema.home(), fragment)
}

// base returns the URI that relative references at n start from, as far as the
// $id of the schemas around it say.
func base(n *Node) string {
	var ids []string
	for ; n != nil; n = n.Parent {
		if id := n.Get("$id"); id != nil && id.Kind == String {
			ids = append(ids, id.Value)
		}
	}
	uri := &url.URL{}
	for _, id := range slices.Backward(ids) {
		if next, err := uri.Parse(id); err == nil {
			uri = next
		}
	}
	uri.Fragment, uri.RawFragment = "", ""
	return uri.String()
}
