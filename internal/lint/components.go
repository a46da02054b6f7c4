package lint

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/load"
)

var componentRules = []Rule{
	{
		Code: "DW030", Name: "unused-component", Severity: diag.Warning,
		What: "a component that no operation references",
		Why:  "Nothing is generated for it; it is read, reviewed and kept up to date in vain, or a reference to it was forgotten.",
		Fix:  "Refer to it or remove it. x-go-declare: true declares a schema's type all the same.",
		Bad:  "components:\n  schemas:\n    Pet: {type: object}   # no $ref names it",
		Good: "schema: {$ref: \"#/components/schemas/Pet\"}",
	},
	{
		Code: "DW031", Name: "copied-schema", Severity: diag.Info,
		What: "two schemas that agree word for word",
		Why:  "They become two Go types, whose values cannot be assigned to each other; a change of one forgets the other.",
		Fix:  "Keep one, and refer to it from where the other was.",
		Bad:  "Address: {type: object, description: A place., properties: {street: {…}, town: {…}, country: {…}}}\nBillingAddress: {type: object, description: A place., properties: {street: {…}, town: {…}, country: {…}}}",
		Good: "Address: {type: object, description: A place., properties: {street: {…}, town: {…}, country: {…}}}",
	},
	{
		Code: "DW032", Name: "similar-schema", Severity: diag.Info,
		What: "two schemas of the same shape, or of nearly the same, under two names",
		Why:  "They may be one thing that was described twice. Shapes are compared without descriptions and examples; nine members of ten must agree.",
		Fix:  "Keep one, or let one extend the other with allOf, if they mean the same.",
		Bad:  "Cat: {properties: {id: {…}, name: {…}, born: {…}}}\nDog: {properties: {id: {…}, name: {…}, born: {…}}}",
		Good: "Pet: {properties: {id: {…}, name: {…}, born: {…}}}",
	},
}

// checkComponents finds what is unused, and what is there twice.
func (c *checker) checkComponents() {
	c.findUnused()
	c.findCopies()
}

// component is a value under components, in any file of the document.
type component struct {
	node    *load.Node
	section string // e.g. "schemas"
}

// components lists all components; those of other files than the root stand
// where OpenAPI wants them in a document, too.
func (c *checker) components() []component {
	var all []component
	for _, file := range c.Doc.Files {
		for _, section := range members(file.Root.Get("components")) {
			if strings.HasPrefix(section.Name, "x-") {
				continue
			}
			for _, m := range members(section.Value) {
				all = append(all, component{m.Value, section.Name})
			}
		}
	}
	return all
}

// reach walks from what is in use to what that refers to.
type reach struct {
	*checker
	seen     map[*load.Node]bool
	tops     map[*load.Node]component    // by the component's own node
	heirs    map[*load.Node][]*load.Node // component schemas by what their allOf names
	schemes  map[string]*load.Node       // security schemes by name
	queue    []*load.Node
	reserved map[*load.Node]bool // the maps of components, which are not walked from outside
}

// findUnused reports components that nothing in use leads to. That is more than
// having no reference: two schemas that name each other only are unused.
func (c *checker) findUnused() {
	all := c.components()
	if len(c.operations) == 0 || len(all) == 0 {
		return // a library of components, for other documents
	}
	r := &reach{checker: c, seen: map[*load.Node]bool{}, tops: map[*load.Node]component{}, heirs: map[*load.Node][]*load.Node{},
		schemes: map[string]*load.Node{}, reserved: map[*load.Node]bool{}}
	for _, one := range all {
		r.tops[one.node] = one
		r.reserved[one.node.Parent] = true
		if one.section == "securitySchemes" {
			r.schemes[one.node.Name] = one.node
		}
		for _, part := range items(one.node.Get("allOf")) {
			if base := part.Target(); base != nil && part.IsRef() {
				r.heirs[base] = append(r.heirs[base], one.node)
			}
		}
		if one.node.Get("x-go-declare").True() || one.node.Target().Get("x-go-declare").True() {
			r.queue = append(r.queue, one.node)
		}
	}
	r.queue = append(r.queue, c.Doc.Root)
	for len(r.queue) > 0 {
		n := r.queue[0]
		r.queue = r.queue[1:]
		r.walk(n)
	}
	for _, one := range all {
		if !r.seen[one.node] && !r.within(one.node) {
			c.report(one.node.KeyPosition(), "unused-component", "refer to it, or remove it", "%s is unused: %s", one.node.Pointer(), r.why(one.node))
		}
	}
}

// within reports whether a part of the component is in use, if not all of it.
func (r *reach) within(n *load.Node) bool {
	found := false
	n.Each(func(below *load.Node) { found = found || r.seen[below] })
	return found
}

func (r *reach) why(n *load.Node) string {
	for _, role := range []load.Role{load.SchemaRole, load.ResponseRole, load.ParameterRole, load.HeaderRole, load.BodyRole} {
		for _, other := range r.nodes[role] {
			if other.IsRef() && other.Ref() == n {
				return "only what is unused itself refers to it"
			}
		}
	}
	return "nothing refers to it"
}

func (r *reach) walk(n *load.Node) {
	if n == nil || r.seen[n] || r.reserved[n] {
		return
	}
	r.seen[n] = true
	if n.IsRef() {
		r.queue = append(r.queue, n.Ref())
	} else if ref := n.Get("$ref"); ref != nil && ref.Kind == load.String {
		r.queue = append(r.queue, r.Doc.Resolve(ref, ref.Value)) // in an extension, say
	}
	if n.Role() == load.RequirementRole {
		for _, m := range n.Members {
			r.queue = append(r.queue, r.schemes[m.Name])
		}
	}
	if n.Get("discriminator") != nil { // its heirs may stand for it, though nobody names them
		r.queue = append(r.queue, r.heirs[n]...)
	}
	for _, m := range n.Members {
		r.walk(m.Value)
	}
	for _, item := range n.Items {
		r.walk(item)
	}
}

const (
	fewMembers  = 3  // of schemas whose likeness means something
	manyMembers = 10 // of schemas that are compared when they are not quite alike
	alikeFrom   = 90 // members that agree, of a hundred
)

// described is an object schema among the components, ready to be compared.
type described struct {
	node    *load.Node
	exact   string   // all of it
	shape   string   // without words
	members []string // each with its shape, sorted
}

// findCopies reports component schemas that are like an earlier one.
func (c *checker) findCopies() {
	var all []*described
	for _, one := range c.components() {
		if one.section == "schemas" && len(members(one.node.Get("properties"))) >= fewMembers && one.node.Role() == load.SchemaRole {
			all = append(all, describe(one.node))
		}
	}
	exact, shapes, byMember := map[string]*described{}, map[string]*described{}, map[string][]*described{}
	for _, d := range all {
		switch {
		case exact[d.exact] != nil:
			c.alike(d, exact[d.exact], "copied-schema", "is a copy of")
		case shapes[d.shape] != nil:
			c.alike(d, shapes[d.shape], "similar-schema", "has the shape of")
		default:
			if near := nearest(d, byMember); near != nil {
				c.alike(d, near, "similar-schema", "has nearly the shape of")
			}
			exact[d.exact], shapes[d.shape] = d, d
			for _, m := range d.members {
				byMember[m] = append(byMember[m], d)
			}
		}
	}
}

func (c *checker) alike(d, before *described, rule diag.Code, how string) {
	c.report(d.node.KeyPosition(), rule, "keep one of them, if they mean the same", "schema %s %s %s at %s", d.node.Name, how, before.node.Name, before.node.KeyPosition())
}

func describe(n *load.Node) *described {
	d := &described{node: n, exact: string(n.JSON()), shape: string(appendShape(nil, n))}
	for _, m := range members(n.Get("properties")) {
		d.members = append(d.members, m.Name+":"+string(appendShape(nil, m.Value)))
	}
	sort.Strings(d.members)
	return d
}

// wordless are members that do not change what values a schema has.
var wordless = map[string]bool{
	"description": true, "title": true, "summary": true, "example": true, "examples": true, "externalDocs": true, "default": true,
	"deprecated": true, "readOnly": true, "writeOnly": true,
}

// appendShape writes n in a canonical form: no words, no extensions, members in
// the order of their names.
func appendShape(b []byte, n *load.Node) []byte {
	if n.IsRef() && n.Target() != nil {
		return append(append(b, '&'), n.Target().Pointer()...)
	}
	switch n.Kind {
	case load.Object:
		sorted := slices.Clone(n.Members)
		slices.SortFunc(sorted, func(x, y load.Member) int { return cmp.Compare(x.Name, y.Name) })
		b = append(b, '{')
		for _, m := range sorted {
			if n.Role() == load.SchemaRole && (wordless[m.Name] || strings.HasPrefix(m.Name, "x-")) {
				continue
			}
			b = append(append(append(b, m.Name...), ':'), appendShape(nil, m.Value)...)
			b = append(b, ',')
		}
		return append(b, '}')
	case load.Array:
		b = append(b, '[')
		for _, item := range n.Items {
			b = append(appendShape(b, item), ',')
		}
		return append(b, ']')
	default:
		return append(b, n.JSON()...)
	}
}

// common is how many schemas may have a member for it to lead to candidates:
// the id that all have says little, and would make the search quadratic.
const common = 100

// nearest finds the schema that shares the most members with d, if it is like it.
func nearest(d *described, byMember map[string][]*described) *described {
	if len(d.members) < manyMembers {
		return nil
	}
	tried := map[*described]bool{}
	var best *described
	most := 0
	for _, m := range d.members {
		if len(byMember[m]) > common {
			continue
		}
		for _, other := range byMember[m] {
			if tried[other] {
				continue
			}
			tried[other] = true
			if n := shared(d.members, other.members); n > most {
				best, most = other, n
			}
		}
	}
	if best == nil || 100*most < alikeFrom*(len(d.members)+len(best.members)-most) {
		return nil
	}
	return best
}

// shared counts what two sorted lists have in common.
func shared(a, b []string) int {
	n := 0
	for len(a) > 0 && len(b) > 0 {
		switch strings.Compare(a[0], b[0]) {
		case -1:
			a = a[1:]
		case 1:
			b = b[1:]
		default:
			a, b = a[1:], b[1:]
			n++
		}
	}
	return n
}
