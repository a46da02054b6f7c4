package model

import (
	"net/http"
	"slices"
	"strings"
)

// This file says what a fake of the API has to know, as values that need no
// document: which operations are endpoints of JSON:API resources, and what they do
// to them. The types are those of package apitest of the same names.

// Action is what an endpoint does to resources of JSON:API.
type Action string

// The actions of endpoints.
const (
	ActCreate   Action = "create"
	ActList     Action = "list"
	ActGet      Action = "get"
	ActMerge    Action = "merge"   // PATCH
	ActReplace  Action = "replace" // PUT
	ActDelete   Action = "delete"
	ActRelated  Action = "related"        // GET /articles/7/author
	ActLinkage  Action = "linkage"        // GET /articles/7/relationships/author
	ActRelink   Action = "replaceLinkage" // PATCH there
	ActAddLinks Action = "addLinkage"     // POST there
	ActUnlink   Action = "removeLinkage"  // DELETE there
)

// Fake is what a fake of the API knows.
type Fake struct {
	Endpoints []Endpoint // sorted by path and method
	Resources []Resource // sorted by type
	Example   Example
}

// Example is a request of the API to begin with: a GET with few parameters. It is
// empty if there is none.
type Example struct {
	Path   string   // as in the document
	Target string   // what is requested
	Header []string // "Name: value"
}

// Endpoint is an operation as a fake answers it.
type Endpoint struct {
	Method      string
	Path        string   // as in the document
	Status      int      // of success; 0 if the document has none
	ContentType string   // of success; "" without a body
	Stream      string   // content type of a stream of values that success may be, too
	Samples     []string // bodies of success: as documented, with optional members, without them
	ErrorType   string   // content type of errors that are not in Errors
	Errors      []ErrorBody
	AnyQuery    bool // the members of an object are parameters of the query

	Action       Action // "" if the store does not answer
	Type         string // JSON:API type of the resource; of the one that has the relationship
	ID           string // parameter of the path with the resource's id; "" for collections
	Relationship string
	Parents      []Parent
	Answer       *Document // body of success; nil if it is not one of resources
	Replaces     []string  // JSON pointers into a resource: what ActReplace takes away before it writes
	Include      string    // how related resources are included: "" (never), "all" (always), "any" or "listed" (if the request names them)
	Page         *Paging   // nil if the list has one page
	GraphQL      *Query    // nil for other calls
}

// ErrorBody is the body of an error.
type ErrorBody struct {
	Status      string // "404", "4XX" or "default"
	ContentType string
	Body        string   // a sample as JSON; "" for a JSON:API document of errors
	Text        []string // JSON pointers of members that say what is wrong
	Code        []string // JSON pointers of members that hold the status
}

// Parent is a resource that a path leads through: /orgs/{org_id}/teams.
type Parent struct {
	Key   string // its JSON:API type, or the segment before it where that is not known
	Param string
	Near  bool // it is the last one before a collection
}

// Document is a JSON:API document.
type Document struct {
	Many        bool
	Null        bool // data may be null
	Identifiers bool // data holds resource identifiers
	Types       []string
	Views       []View   // of resources that the document shows other members of than Resource says
	Sample      string   // JSON of the top-level members except data and included
	Needs       []string // which of them must be there
}

// View says what a document shows of a resource.
type View struct {
	Type          string
	Attributes    []string
	Relationships []string
	Meta          bool
}

// Resource is a type of JSON:API.
type Resource struct {
	Type          string
	ID            string   // "uuid", "integer", or "" for other strings
	Attributes    []string // that responses have
	Hidden        []string // that only requests have
	Members       []string // that are next to attributes
	Relationships []Relationship
	Meta          bool
	Self          bool     // it has a link to itself
	Defaults      string   // JSON of attributes with a default
	Created       []string // JSON pointers of the time of its creation
	Updated       []string // JSON pointers of the time of its last change
	Sample        string   // JSON of a resource
}

// Relationship is a relationship of a resource.
type Relationship struct {
	Name  string
	Types []string // that it leads to; nil for any
	Many  bool
}

// Paging is how a list is cut into pages.
type Paging struct {
	Style    string // "offset" counts items, "page" counts pages, "cursor" is opaque
	Position string // parameter that is moved; "" if there is none
	Size     string // parameter with the size of a page; "" if there is none
	First    int    // Position of the first page
	Default  int    // Size without the parameter; 0 if the document has none
	Most     int    // largest Size; 0 if the document has none
	Facts    []PageFact
}

// PageFact is a member of a response that tells something of the page.
type PageFact struct {
	Pointer string // JSON pointer, e.g. "/meta/total"
	Fact    string // "total", "pages", "count", "limit", "offset", "number", "next", "previous", "more", "less" or "link:" and the name of a link
	Text    bool   // it is a string
	Null    bool   // it may be null
}

// Query is an operation that posts a documented query of GraphQL.
type Query struct {
	Query, Paged string
	Connection   []string // members from the answer to the list: "data", "accounts", "all"
	Edges        bool     // it has edges of nodes, and not nodes
	Cursors      bool     // edges have cursors
}

// endpointOf is an operation on its way to an Endpoint.
type endpointOf struct {
	*op
	*Endpoint
	segments []string // of the path, without a fragment
}

// fake says what a fake of the API knows. It needs settled declarations.
func (b *builder) fake() *Fake {
	f := &fakeBuilder{builder: b, items: map[string]string{}, collections: map[string]string{}, known: map[string]*Resource{}}
	for _, o := range b.ops {
		bare, _, _ := strings.Cut(o.path, "?")
		f.all = append(f.all, &endpointOf{o, &Endpoint{Method: o.method, Path: o.key}, strings.Split(strings.Trim(bare, "/"), "/")})
	}
	out := &Fake{}
	f.describeResources()
	f.findItems()
	f.findCollections()
	for _, e := range f.all {
		f.describeAnswer(e)
		f.describeQuery(e)
		if e.out.GraphQL == nil && f.classify(e) {
			e.Parents = f.parents(e)
		}
		f.describeErrors(e)
		f.describePaging(e)
		f.describeSamples(e)
		out.Endpoints = append(out.Endpoints, *e.Endpoint)
	}
	slices.SortFunc(out.Endpoints, func(x, y Endpoint) int {
		if c := strings.Compare(x.Path, y.Path); c != 0 {
			return c
		}
		return strings.Compare(x.Method, y.Method)
	})
	for _, r := range f.resources {
		out.Resources = append(out.Resources, *f.known[r.typ])
	}
	slices.SortFunc(out.Resources, func(x, y Resource) int { return strings.Compare(x.Type, y.Type) })
	out.Example = f.example()
	return out
}

// fakeBuilder is the state of making a Fake.
type fakeBuilder struct {
	*builder
	all         []*endpointOf
	items       map[string]string // JSON:API type of the resource at a path, by its shape: "/orgs/{}"
	collections map[string]string // JSON:API type of the resources of a list, by the shape of its path
	known       map[string]*Resource
}

// single is the one type of resources that a document holds; "" for others.
func single(types []string, identifiers, many, wantMany bool) string {
	if identifiers || many != wantMany || len(types) != 1 {
		return ""
	}
	return types[0]
}

// read is the type of the resources that success holds.
func (e *endpointOf) read(many bool) string {
	if e.doc == nil {
		return ""
	}
	return single(e.doc.Types, e.doc.Identifiers, e.doc.Many, many)
}

// written is the type of the resources that the request holds.
func (e *endpointOf) written(many bool) string {
	if e.bodyDoc == nil {
		return ""
	}
	return single(e.bodyDoc.Types, e.bodyDoc.Identifiers, e.bodyDoc.Many, many)
}

func (e *endpointOf) last() string { return e.segments[len(e.segments)-1] }

func (e *endpointOf) endsInParameter() bool { return isPathParameter(e.last()) }

func (e *endpointOf) shape() string { return shapeOf(e.segments) }

func isPathParameter(segment string) bool {
	return strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "}")
}

func pathParameterName(segment string) string { return strings.Trim(segment, "{}.;*+") }

// shapeOf is a path without the names of its parameters.
func shapeOf(segments []string) string {
	var b strings.Builder
	for _, s := range segments {
		b.WriteByte('/')
		if strings.HasPrefix(s, "{") {
			s = "{}"
		}
		b.WriteString(s)
	}
	return b.String()
}

// onRelationship reports whether the path is that of a relationship.
func (e *endpointOf) onRelationship() bool {
	n := len(e.segments)
	return n > 2 && e.segments[n-2] == "relationships" && isPathParameter(e.segments[n-3])
}

// findItems finds the paths of single resources.
func (f *fakeBuilder) findItems() {
	for _, e := range f.all {
		typ := e.read(false)
		if e.doc == nil {
			typ = e.written(false)
		}
		if typ != "" && e.out.GraphQL == nil && e.endsInParameter() && e.method != http.MethodPost {
			f.items[e.shape()] = typ
		}
	}
}

// findCollections finds the paths of lists, and the type of what they hold.
func (f *fakeBuilder) findCollections() {
	for _, e := range f.all {
		if typ := e.read(true); typ != "" && e.method == http.MethodGet && !e.endsInParameter() && !e.onRelationship() {
			f.collections[e.shape()] = typ
		}
	}
	for _, e := range f.all {
		typ := e.written(false)
		if typ == "" || e.method != http.MethodPost || e.endsInParameter() || e.onRelationship() || e.out.GraphQL != nil ||
			e.doc != nil && !slices.Contains(e.doc.Types, typ) {
			continue
		}
		shape := e.shape()
		if f.collections[shape] == "" && (f.items[shape+"/{}"] == typ || namesType(e.last(), typ)) {
			f.collections[shape] = typ
		}
	}
	for shape, typ := range f.collections {
		if f.items[shape+"/{}"] == "" {
			f.items[shape+"/{}"] = typ
		}
	}
}

var withoutSeparators = strings.NewReplacer("-", "", "_", "")

// equalNames compares names apart from their case and their separators.
func equalNames(a, b string) bool {
	return strings.EqualFold(withoutSeparators.Replace(a), withoutSeparators.Replace(b))
}

// namesType reports whether a segment is a type's name, or the end of it:
// "accounts" of "customer-accounts".
func namesType(segment, typ string) bool {
	return strings.HasSuffix(strings.ToLower(withoutSeparators.Replace(typ)), strings.ToLower(withoutSeparators.Replace(segment)))
}

// classify says what an operation does to resources; false if that is not for a
// store.
func (f *fakeBuilder) classify(e *endpointOf) bool {
	n := len(e.segments)
	if e.onRelationship() {
		return f.classifyRelationship(e)
	}
	if e.endsInParameter() {
		e.Type, e.ID = f.items[e.shape()], pathParameterName(e.last())
		switch {
		case e.Type == "":
		case e.method == http.MethodGet && e.doc != nil && !e.doc.Many:
			e.Action = ActGet
		case e.method == http.MethodPatch && e.bodyDoc != nil && !e.bodyDoc.Many:
			e.Action = ActMerge
		case e.method == http.MethodPut && e.bodyDoc != nil && !e.bodyDoc.Many:
			e.Action = ActReplace
			e.Replaces = f.replaced(e)
		case e.method == http.MethodDelete:
			e.Action = ActDelete
		}
		return e.classified()
	}
	if e.method == http.MethodGet && e.doc != nil && n > 1 && isPathParameter(e.segments[n-2]) && f.classifyRelated(e) {
		return true
	}
	e.Type = f.collections[e.shape()]
	switch {
	case e.Type == "":
	case e.method == http.MethodGet && e.read(true) == e.Type:
		e.Action = ActList
	case e.method == http.MethodPost && e.written(false) == e.Type:
		e.Action = ActCreate
	}
	return e.classified()
}

// classified reports whether there is an action; without one, there is nothing
// that goes with it.
func (e *endpointOf) classified() bool {
	if e.Action == "" {
		e.Type, e.ID, e.Relationship = "", "", ""
	}
	return e.Action != ""
}

func (f *fakeBuilder) classifyRelationship(e *endpointOf) bool {
	n := len(e.segments)
	owner := f.items[shapeOf(e.segments[:n-2])]
	if owner == "" || e.endsInParameter() {
		return false
	}
	e.Action = map[string]Action{
		http.MethodGet: ActLinkage, http.MethodPatch: ActRelink, http.MethodPut: ActRelink,
		http.MethodPost: ActAddLinks, http.MethodDelete: ActUnlink,
	}[e.method]
	if e.Action == ActLinkage && e.doc != nil && !e.doc.Identifiers {
		e.Action = ActRelated
	}
	e.Type, e.ID, e.Relationship = owner, pathParameterName(e.segments[n-3]), f.relationshipName(owner, e.last())
	return e.classified()
}

// classifyRelated recognises /articles/{id}/author, unless it is a collection in
// which resources are created, too.
func (f *fakeBuilder) classifyRelated(e *endpointOf) bool {
	n := len(e.segments)
	owner := f.items[shapeOf(e.segments[:n-1])]
	name := f.relationshipName(owner, e.last())
	if owner == "" || f.known[owner].relationship(name) == nil || e.doc.Identifiers {
		return false
	}
	shape := e.shape()
	for _, other := range f.all {
		if other.method == http.MethodPost && other.shape() == shape && f.collections[shape] != "" {
			return false
		}
	}
	e.Action, e.Type, e.ID, e.Relationship = ActRelated, owner, pathParameterName(e.segments[n-2]), name
	return true
}

func (r *Resource) relationship(name string) *Relationship {
	if r == nil {
		return nil
	}
	for i := range r.Relationships {
		if r.Relationships[i].Name == name {
			return &r.Relationships[i]
		}
	}
	return nil
}

// relationshipName returns the name of a relationship as documents of the type
// write it.
func (f *fakeBuilder) relationshipName(typ, segment string) string {
	if r := f.known[typ]; r != nil {
		for _, rel := range r.Relationships {
			if equalNames(rel.Name, segment) {
				return rel.Name
			}
		}
	}
	return segment
}

// parents lists the resources that a path leads through, the outermost first.
func (f *fakeBuilder) parents(e *endpointOf) []Parent {
	end := len(e.segments)
	if e.ID != "" {
		end = slices.IndexFunc(e.segments, func(s string) bool { return isPathParameter(s) && pathParameterName(s) == e.ID })
	}
	var out []Parent
	for i := range end {
		if !isPathParameter(e.segments[i]) {
			continue
		}
		p := Parent{Key: f.items[shapeOf(e.segments[:i+1])], Param: pathParameterName(e.segments[i]), Near: i == end-2}
		if p.Key == "" && i > 0 {
			p.Key = e.segments[i-1]
		}
		out = append(out, p)
	}
	return out
}
