package schema

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
)

// This file finds where relationships lead whose schemas do not say it.

// Linkage is what the document says about a relationship outside of its schema.
type Linkage struct {
	Types   []string // sorted
	Many    bool
	Counted bool       // Many is known
	Why     string     // what shows it
	At      *load.Node // where
}

// LinkageOf is what examples, calls and names say about a relationship of a
// resource type; nil for nothing.
func (d *Document) LinkageOf(typ, name string) *Linkage {
	e := d.findEvidence()
	if e.links == nil {
		e.links = map[string]*Linkage{}
		e.findLinkage()
	}
	if l := e.links[typ+" "+bareName(name)]; l != nil {
		return l
	}
	for _, x := range e.order {
		for _, t := range x.schema.ResourceTypes() {
			if sameNoun(t, name) {
				return &Linkage{Types: []string{t}, Why: "it has the name of the type", At: x.schema.Node()}
			}
		}
	}
	return nil
}

// sameNoun reports whether a relationship is called as a type: author and authors,
// parentCategory not.
func sameNoun(typ, name string) bool {
	t, n := bareName(typ), bareName(name)
	return t == n || t == n+"s" || t == n+"es" || strings.HasSuffix(n, "y") && t == strings.TrimSuffix(n, "y")+"ies" || n == t+"s"
}

// bareName is a name without case and separators, in which paths differ from members.
func bareName(name string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(name))
}

// findLinkage reads examples first, and then the calls for related resources.
func (e *evidence) findLinkage() {
	for _, x := range e.order {
		for _, t := range x.schema.ResourceTypes() {
			e.readRelationships(t, x.schema)
			for _, example := range x.schema.Examples {
				for _, o := range exampleObjects(example) {
					e.readObject(t, o, shownBody{})
				}
			}
		}
	}
	for _, c := range e.calls {
		for _, b := range c.bodies {
			for _, x := range e.examplesOf(c, b) {
				document := exampleDocument(x.body)
				for _, o := range append(exampleObjects(document), list(document.Get("included"))...) {
					e.readObject(o.Get("type").Str(), o, x)
				}
			}
		}
	}
	e.readRelatedCalls()
}

// readRelationships reads the examples that relationships themselves have.
func (e *evidence) readRelationships(typ string, s *Schema) {
	section := s.Property("relationships").core()
	if section == nil {
		return
	}
	for _, p := range section.Properties {
		for _, x := range p.Schema().Examples {
			e.readLinkage(typ, p.Name, x, shownBody{})
		}
	}
}

// readObject reads the relationships of a resource object in an example.
func (e *evidence) readObject(typ string, o *load.Node, in shownBody) {
	relationships := o.Get("relationships")
	if typ == "" || relationships == nil || relationships.Kind != load.Object {
		return
	}
	for _, m := range relationships.Members {
		e.readLinkage(typ, m.Name, m.Value, in)
	}
}

// readLinkage reads the data of a relationship in an example or a recorded call.
func (e *evidence) readLinkage(typ, name string, relationship *load.Node, in shownBody) {
	data := relationship.Get("data")
	if data == nil || data.Kind != load.Object && data.Kind != load.Array {
		related := relationship.Get("links", "related")
		if href := cmp.Or(related.Get("href").Str(), related.Str()); href != "" {
			e.related = append(e.related, relatedLink{typ, name, href, relationship, in})
		}
		return
	}
	l := e.linkage(typ, name, in.name("an example", data)+" shows it", data)
	l.Many, l.Counted = data.Kind == load.Array, true
	for _, o := range exampleObjects(data) {
		l.add(o.Get("type").Str())
	}
}

func (e *evidence) linkage(typ, name, why string, at *load.Node) *Linkage {
	key := typ + " " + bareName(name)
	if e.links[key] == nil {
		e.links[key] = &Linkage{Why: why, At: at}
	}
	return e.links[key]
}

func (l *Linkage) add(typ string) {
	if plainType.MatchString(typ) && !slices.Contains(l.Types, typ) {
		l.Types = append(l.Types, typ)
		slices.Sort(l.Types)
	}
}

// relatedLink is a link of a relationship in an example or a recorded call.
type relatedLink struct {
	typ, name, href string
	at              *load.Node
	in              shownBody
}

// readRelatedLinks finds the calls that links of examples lead to.
func (e *evidence) readRelatedLinks(documents map[string]*ResourceDocument) {
	paths := slices.SortedFunc(maps.Keys(documents), func(a, b string) int { // the longest first
		return cmp.Or(strings.Count(b, "/")-strings.Count(a, "/"), strings.Compare(a, b))
	})
	for _, r := range e.related {
		path, _, _ := strings.Cut(r.href, "?")
		i := slices.IndexFunc(paths, func(template string) bool { return endsLike(path, template) })
		if i < 0 {
			continue
		}
		d := documents[paths[i]]
		l := e.linkage(r.typ, r.name, "the link of "+r.in.name("an example", r.at)+" points to GET "+paths[i], r.at)
		if len(l.Types) == 0 {
			for _, t := range d.Types {
				l.add(t)
			}
		}
		if !l.Counted {
			l.Many, l.Counted = d.Many, true
		}
	}
}

// endsLike reports whether an address ends with segments of a path template.
func endsLike(address, template string) bool {
	have, want := strings.Split(strings.Trim(address, "/"), "/"), strings.Split(strings.Trim(template, "/"), "/")
	if len(want) > len(have) {
		return false
	}
	have = have[len(have)-len(want):]
	for i, segment := range want {
		if !isVariable(segment) && segment != have[i] {
			return false
		}
	}
	return !isVariable(want[0])
}

// readRelatedCalls reads GET /articles/{id}/comments: what it returns is what the
// relationship comments of articles leads to.
func (e *evidence) readRelatedCalls() {
	owners := map[string]string{} // type, by path of one resource
	documents := map[string]*ResourceDocument{}
	for _, c := range e.calls {
		for _, b := range c.bodies {
			if c.method != "get" || b.request || b.schema() == nil {
				continue
			}
			d := b.schema().ResourceDocument()
			if d == nil || d.Identifiers {
				continue
			}
			documents[strings.TrimSuffix(c.path, "/")] = d
			if !d.Many && len(d.Types) == 1 {
				owners[strings.TrimSuffix(c.path, "/")] = d.Types[0]
			}
		}
	}
	e.readRelationshipCalls(owners)
	e.readRelatedLinks(documents)
	for _, c := range e.calls {
		path := strings.TrimSuffix(c.path, "/")
		i := strings.LastIndexByte(path, '/')
		d := documents[path]
		if i < 0 || d == nil || owners[path[:i]] == "" || isVariable(path[i:]) || c.method != "get" {
			continue
		}
		l := e.linkage(owners[path[:i]], path[i+1:], "GET "+c.path+" returns it", d.Schema.Node())
		if len(l.Types) == 0 {
			for _, t := range d.Types {
				l.add(t)
			}
		}
		if !l.Counted {
			l.Many, l.Counted = d.Many, true
		}
	}
}

// anySchema is the schema of a body, recognised or not.
func (b *body) anySchema(d *Document) *Schema {
	if b.read != nil || len(b.media) == 0 {
		return b.read
	}
	return d.Of(b.media[0].Value.Get("schema"))
}

// readRelationshipCalls reads /articles/{id}/relationships/comments: its documents
// are what the relationship has.
func (e *evidence) readRelationshipCalls(owners map[string]string) {
	for _, c := range e.calls {
		owner, name, ok := strings.Cut(strings.TrimSuffix(c.path, "/"), "/relationships/")
		if !ok || owners[owner] == "" || strings.ContainsAny(name, "/{") {
			continue
		}
		for _, b := range c.bodies {
			d := b.anySchema(e.document).ResourceDocument()
			if d == nil || !d.Identifiers {
				continue
			}
			l := e.linkage(owners[owner], name, "the documents of "+c.path+" have it", d.Schema.Node())
			if len(l.Types) == 0 {
				for _, t := range d.Types {
					l.add(t)
				}
			}
			if !l.Counted {
				l.Many, l.Counted = d.Many, true
			}
		}
	}
}
