package schema

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
)

// This file finds the types of JSON:API resources whose schemas give them no
// constant. Most documents that are written by hand or made by a framework have
// `type: {type: string}` and say the value elsewhere.

// Evidence is a kind of evidence of a resource's type.
type Evidence uint8

// The kinds of evidence, the strongest first. What a schema says as a constant
// comes before ByDefault, and x-jsonapi before that.
const (
	ByDefault      Evidence = iota + 1 // default of the member type
	ByExamples                         // examples and recorded calls that agree
	ByDescription                      // a quoted word in the description of type
	ByPath                             // collection segment of the paths that return the resource
	ByRelationship                     // the only type that relationships name and no schema describes
	ByName                             // name of the schema
)

// String says what a type was inferred from.
func (e Evidence) String() string {
	switch e {
	case ByDefault:
		return "its default"
	case ByExamples:
		return "its examples"
	case ByDescription:
		return "the quoted word in its description"
	case ByPath:
		return "the path that returns it"
	case ByRelationship:
		return "the relationships that lead to it"
	case ByName:
		return "the name of the schema"
	}
	return ""
}

// Claim is evidence that a resource has a type.
type Claim struct {
	By       Evidence
	Type     string
	At       *load.Node // where that is written
	Exchange string     // name of the recorded call that has it; "" if the document says it
}

// Inference is the type of a resource that has no constant.
type Inference struct {
	Claim
	Against []Claim // evidence of other types: weaker, or examples that disagree
}

// evidence is what the operations of a document say about its resources.
type evidence struct {
	document *Document
	calls    []*call
	elements map[*Schema]*element
	order    []*element
	local    map[*Schema]*Inference      // of identifiers
	bodies   map[*load.Node]*Body        // by content object, or by response
	links    map[string]*Linkage         // by type and name of the relationship; nil before findLinkage
	related  []relatedLink               // in examples
	recorded map[string][]load.Recording // by operationId; nil before recordings
}

// element is a schema of primary data or of included resources.
type element struct {
	schema   *Schema
	official bool // in application/vnd.api+json
	sent     bool // in a request
	claims   []Claim
	from     []string // types that relationships of the documents that include it name
	found    *Inference
}

// isElement reports whether s is primary data or included.
func (d *Document) isElement(s *Schema) bool {
	return d != nil && d.findEvidence().elements[s.Origin] != nil
}

// InferenceOf is how the type of a resource, or of an identifier, was found; nil if
// it has constants, or none was found.
func (d *Document) InferenceOf(s *Schema) *Inference {
	if d == nil || s == nil || len(s.Properties) == 0 {
		return nil
	}
	e := d.findEvidence()
	if x := e.elements[s.Origin]; x != nil {
		return x.found
	}
	if !s.hasIdentifierShape() || len(s.ConstantTypes()) > 0 {
		return nil
	}
	found, known := e.local[s.Origin]
	if !known {
		found = infer(s.ownClaims())
		e.local[s.Origin] = found
	}
	return found
}

// SendsType reports whether requests with the resource s have its type: if the schema
// has a member for it, or the media type demands one.
func (d *Document) SendsType(s *Schema) bool {
	x := d.findEvidence().elements[s.Origin]
	return s.Property("type") != nil || x == nil || x.official
}

// Inferences are the resources whose types were found by evidence, in the order of
// the document's operations.
func (d *Document) Inferences() []*Schema {
	var all []*Schema
	for _, x := range d.findEvidence().order {
		if x.found != nil {
			all = append(all, x.schema)
		}
	}
	return all
}

// findEvidence reads the operations once.
func (d *Document) findEvidence() *evidence {
	if d.evidence != nil {
		return d.evidence
	}
	e := &evidence{document: d, elements: map[*Schema]*element{}, local: map[*Schema]*Inference{}, bodies: map[*load.Node]*Body{}}
	d.evidence = e // for what is asked on the way
	e.readCalls()
	for _, c := range e.calls {
		for _, b := range c.bodies {
			e.readBody(c, b)
		}
	}
	e.inferTypes()
	for _, c := range e.calls {
		for _, b := range c.bodies {
			e.readExamples(c, b)
		}
		e.addResponse(c)
	}
	return e
}

// inferTypes decides the types of all elements.
func (e *evidence) inferTypes() {
	for _, x := range e.order {
		if x.schema.givenType() != nil || len(x.schema.ConstantTypes()) > 0 {
			continue
		}
		x.found = infer(append(x.schema.ownClaims(), x.claims...))
		if x.found != nil && x.found.By == ByPath && !x.official && !x.sent && x.schema.Property("id") == nil {
			x.found = nil // too little for a resource
		}
	}
	described := map[string]bool{}
	for _, x := range e.order {
		for _, t := range x.schema.ResourceTypes() {
			described[t] = true
		}
	}
	for _, x := range e.order { // what is left is known by what others say of it, or by its name alone
		if x.found != nil || len(x.schema.ResourceTypes()) > 0 {
			continue
		}
		rest := slices.DeleteFunc(slices.Clone(x.from), func(t string) bool { return described[t] })
		if len(rest) == 1 {
			x.found = &Inference{Claim: Claim{By: ByRelationship, Type: rest[0], At: x.schema.Node()}}
		} else if name := x.schema.name(); name != "" && (x.official || x.schema.Property("type") != nil && x.schema.Property("id") != nil) {
			x.found = &Inference{Claim: Claim{By: ByName, Type: name, At: x.schema.Node()}}
		}
	}
}

// name is what a schema is called: as a component, or else by its title.
func (s *Schema) name() string {
	n := s.Node().Target()
	if n == nil {
		return ""
	}
	if p := n.Parent; p != nil && p.Name == "schemas" && p.Parent != nil && p.Parent.Name == "components" {
		return n.Name
	}
	if plainType.MatchString(s.Title) {
		return s.Title
	}
	return ""
}

// infer returns the type that the strongest kind of evidence agrees on.
func infer(claims []Claim) *Inference {
	claims = slices.Clone(claims)
	slices.SortStableFunc(claims, func(x, y Claim) int { return cmp.Compare(x.By, y.By) })
	all := claims
	for len(claims) > 0 {
		kind := claims[0].By
		n := slices.IndexFunc(claims, func(c Claim) bool { return c.By != kind })
		if n < 0 {
			n = len(claims)
		}
		if c := claims[0]; !slices.ContainsFunc(claims[:n], func(o Claim) bool { return o.Type != c.Type }) {
			return &Inference{Claim: c, Against: against(all, c.Type)}
		}
		claims = claims[n:]
	}
	return nil
}

// against are the claims of other types in what is said about the type itself, one of
// each kind: what recorded calls have is apart from examples. Paths often have other
// words.
func against(claims []Claim, typ string) []Claim {
	var others []Claim
	for _, c := range claims {
		known := slices.ContainsFunc(others, func(o Claim) bool { return o.By == c.By && (o.Exchange == "") == (c.Exchange == "") })
		if c.Type != typ && c.By <= ByDescription && !known {
			others = append(others, c)
		}
	}
	return others
}

// plainType matches what a type is called: a member name of JSON:API.
var plainType = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)

// quoted matches a word in quotation marks or in backquotes.
var quoted = regexp.MustCompile("`\"?([A-Za-z][A-Za-z0-9_-]*)\"?`" + `|"([A-Za-z][A-Za-z0-9_-]*)"|'([A-Za-z][A-Za-z0-9_-]*)'|“([A-Za-z][A-Za-z0-9_-]*)”`)

// notTypes are quoted words that descriptions of a type have for other reasons.
var notTypes = map[string]bool{"type": true, "id": true, "null": true, "string": true, "true": true, "false": true, "data": true}

// ownClaims is the evidence in the schema of a resource or an identifier itself.
func (s *Schema) ownClaims() []Claim {
	var claims []Claim
	add := func(by Evidence, typ string, at *load.Node) {
		if plainType.MatchString(typ) {
			claims = append(claims, Claim{By: by, Type: typ, At: at})
		}
	}
	if p := s.Property("type"); p != nil {
		t := p.Schema()
		if t.Default != nil {
			add(ByDefault, t.Default.Str(), t.Default)
		}
		for _, x := range t.Examples {
			add(ByExamples, x.Str(), x)
		}
		var words []string
		for _, m := range quoted.FindAllStringSubmatch(t.Description, -1) {
			if word := cmp.Or(m[1:]...); !notTypes[word] && !slices.Contains(words, word) {
				words = append(words, word)
			}
		}
		if len(words) == 1 {
			add(ByDescription, words[0], p.Node())
		}
	}
	for _, x := range s.Examples {
		for _, object := range exampleObjects(x) {
			add(ByExamples, object.Get("type").Str(), object.Get("type"))
		}
	}
	return claims
}

// exampleObjects are the resource objects of an example: of a document, or of a
// resource alone.
func exampleObjects(x *load.Node) []*load.Node {
	if data := exampleDocument(x).Get("data"); data != nil {
		x = data
	}
	if x == nil {
		return nil
	}
	if x.Kind == load.Array {
		return slices.DeleteFunc(slices.Clone(x.Items), func(n *load.Node) bool { return n.Kind != load.Object })
	}
	if x.Kind != load.Object {
		return nil
	}
	return []*load.Node{x}
}

// exampleDocument is the document that an example has: itself, or what it has under
// a media type; nil if it is not a document of JSON:API.
func exampleDocument(x *load.Node) *load.Node {
	if x == nil || x.Kind != load.Object {
		return nil
	}
	if len(x.Members) == 1 && strings.Contains(x.Members[0].Name, "/") {
		x = x.Members[0].Value
	}
	data := x.Get("data")
	if data == nil || data.Kind != load.Object && data.Kind != load.Array || data.Kind == load.Array && len(data.Items) == 0 {
		return nil
	}
	for _, o := range append(slices.Clone(data.Items), data) {
		if o.Kind == load.Object && (o.Get("type").Str() != "" || o.Get("attributes") != nil) {
			return x
		}
	}
	return nil
}
