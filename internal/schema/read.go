package schema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/load"
)

// This file merges the parts of a schema: what a reference points to, what is
// written next to it, and the parts of allOf. How the parts of one keyword merge
// is in keywords.go.

// Of returns the schema written at n; nil for nil.
func (d *Document) Of(n *load.Node) *Schema { return d.of(n, nil) }

// of returns the schema written at n where dynamic anchors are bound by c.
func (d *Document) of(n *load.Node, c *scope) *Schema {
	if n == nil {
		return nil
	}
	at := place{n, d.enter(c, n)}
	if s := d.read[at]; s != nil {
		return s
	}
	s := &Schema{scope: at.scope}
	d.read[at] = s
	d.merge(s, []*load.Node{n})
	return s
}

// all returns the schema of values that are valid for all of nodes; nil for none.
func (d *Document) all(nodes []*load.Node, c *scope) *Schema {
	switch len(nodes) {
	case 0:
		return nil
	case 1:
		return d.of(nodes[0], c)
	}
	var key strings.Builder
	if c != nil {
		fmt.Fprintf(&key, "%p ", c)
	}
	for _, n := range nodes {
		if d.ids[n] == 0 {
			d.ids[n] = len(d.ids) + 1
		}
		key.WriteString(strconv.Itoa(d.ids[n]) + " ")
	}
	if s := d.merged[key.String()]; s != nil {
		return s
	}
	s := &Schema{scope: c}
	d.merged[key.String()] = s
	d.merge(s, slices.Clone(nodes))
	return s
}

// merge fills s with what holds for values that are valid for all of nodes.
func (d *Document) merge(s *Schema, nodes []*load.Node) {
	s.document, s.Places, s.Origin = d, nodes, s
	s.byName, s.required = map[string]*Property{}, map[string]*load.Node{}
	seen := map[*load.Node]bool{}
	for _, n := range nodes {
		s.absorb(n, seen)
	}
	for _, n := range nodes {
		s.OnlyNull = s.OnlyNull || d.isNull(n)
		s.Nullable = d.wrapsNull(n, s.scope) || s.Nullable || s.OnlyNull
	}
	s.mergeUnevaluated()
	if s.Nullable && s.Enum != nil {
		s.Enum = slices.DeleteFunc(slices.Clone(s.Enum), func(v *load.Node) bool { return v.Kind == load.Null })
		if len(s.Enum) == 0 { // a list of null says no more than nullable
			s.Enum, s.Constant = nil, false
		}
	}
}

// mergeUnevaluated reads unevaluatedProperties and unevaluatedItems: of a schema
// whose parts are merged, they say what additionalProperties and items say. They
// say nothing where one part evaluates everything, and where other keywords
// evaluate members or items that the merged schema does not list (JSON Schema core
// 11.2, 11.3): then any value is possible.
func (s *Schema) mergeUnevaluated() {
	elsewhere := len(s.Conditions) > 0 || slices.ContainsFunc(s.Dependencies, func(d Dependency) bool { return d.Schema != nil })
	if s.AdditionalProperties == nil && !s.Open && !s.Closed && !elsewhere && !saysTrue(s.UnevaluatedProperties) {
		for _, u := range s.UnevaluatedProperties {
			s.mergeAdditional(u.Node())
		}
	}
	if s.Items != nil || s.ItemsOpen || s.ItemsClosed {
		return
	}
	unevaluated := slices.Concat(s.AdditionalItems, s.UnevaluatedItems)
	if saysTrue(unevaluated) || len(s.UnevaluatedItems) > 0 && (elsewhere || len(s.Contains) > 0 || len(s.Variants) > 0) {
		return
	}
	for _, u := range unevaluated {
		s.mergeItems(u.Node())
	}
}

// saysTrue reports whether one of uses is the schema true.
func saysTrue(uses []*Use) bool {
	return slices.ContainsFunc(uses, func(u *Use) bool { return u.Node().True() })
}

// absorb adds what n says.
func (s *Schema) absorb(n *load.Node, seen map[*load.Node]bool) {
	if n == nil || seen[n] {
		return
	}
	seen[n] = true
	if n.Kind == load.Bool {
		s.Never = s.Never || !n.True()
		return
	}
	if n.Kind != load.Object {
		return
	}
	outer := s.scope
	s.scope = s.document.enter(outer, n)
	defer func() { s.scope = outer }()
	s.absorbKeywords(n, annotations)
	if n.IsRef() {
		t, dangling := s.document.target(n, s.scope)
		s.Dangling = s.Dangling || dangling
		s.absorb(t, seen)
	}
	s.Parts = append(s.Parts, n)
	s.absorbKeywords(n, assertions)
	for _, part := range list(n.Get("allOf")) {
		s.absorb(part, seen)
	}
	s.absorbAlternatives(n, seen)
}

// absorbAlternatives adds what n says in oneOf and anyOf. A single alternative is
// merged. Alternatives one of which is merged already are no choice any more: a
// base lists its subtypes, and each of those is allOf the base.
func (s *Schema) absorbAlternatives(n *load.Node, seen map[*load.Node]bool) {
	for _, word := range []string{"oneOf", "anyOf"} {
		v := n.Get(word)
		some := s.document.notNull(v)
		s.Nullable = s.Nullable || len(some) < len(list(v))
		some = slices.DeleteFunc(some, func(v *load.Node) bool { return s.document.unwrapped(v, s.scope) == n }) // itself adds no values
		switch {
		case len(some) == 1:
			s.absorb(some[0], seen)
		case !slices.ContainsFunc(some, func(v *load.Node) bool { return seen[s.document.unwrapped(v, s.scope)] }):
			s.Nullable = s.Nullable || slices.ContainsFunc(some, func(v *load.Node) bool { return allowsNull(v, map[*load.Node]bool{}) })
			s.addVariants(some)
		}
	}
	if v := n.Get("discriminator"); v != nil {
		first(&s.Discriminator, v)
	}
}

// allowsNull reports whether null is among the values of an alternative.
func allowsNull(v *load.Node, seen map[*load.Node]bool) bool {
	if v == nil || v.Kind != load.Object || seen[v] {
		return false
	}
	seen[v] = true
	null := func(n *load.Node) bool { return n.Kind == load.Null }
	nullText := func(n *load.Node) bool { return n.Str() == "null" }
	t := v.Get("type")
	switch {
	case v.Get("nullable").True(), v.Get("x-nullable").True(), nullText(t), slices.ContainsFunc(list(t), nullText):
		return true
	case t == nil && slices.ContainsFunc(list(v.Get("enum")), null):
		return true
	case v.IsRef() && allowsNull(v.Target(), seen):
		return true
	}
	for _, word := range []string{"oneOf", "anyOf"} {
		if slices.ContainsFunc(list(v.Get(word)), func(a *load.Node) bool { return allowsNull(a, seen) }) {
			return true
		}
	}
	return false
}

// addVariants keeps the alternatives of the first part that has any, and notes
// those of the others.
func (s *Schema) addVariants(nodes []*load.Node) {
	var variants []*Use
	for _, n := range nodes {
		variants = append(variants, s.use(n))
	}
	switch {
	case len(variants) == 0:
	case len(s.Variants) == 0:
		s.Variants = variants
	default:
		s.FurtherVariants = append(s.FurtherVariants, variants)
	}
}

func (s *Schema) absorbKeywords(n *load.Node, keywords []keyword) {
	for _, k := range keywords {
		if v := n.Get(k.name); v != nil {
			k.merge(s, n, v)
		}
	}
}

func (s *Schema) use(nodes ...*load.Node) *Use {
	return &Use{Nodes: nodes, document: s.document, scope: s.scope}
}

func list(n *load.Node) []*load.Node {
	if n == nil || n.Kind != load.Array {
		return nil
	}
	return n.Items
}

// maxWraps bounds how many wrappers are followed: they may run in a circle.
const maxWraps = 64

// wrapsNull reports whether n, or a wrapper that adds only words, allows null.
func (d *Document) wrapsNull(n *load.Node, c *scope) bool {
	for range maxWraps {
		if n == nil || n.Kind != load.Object {
			return false
		}
		if n.Get("nullable").True() || n.Get("x-nullable").True() {
			return true
		}
		next := d.wrapped(n, c)
		if next == nil {
			return d.of(n, c).Nullable
		}
		for _, word := range []string{"oneOf", "anyOf"} {
			if slices.ContainsFunc(list(n.Get(word)), d.isNull) {
				return true
			}
		}
		n = next
	}
	return false
}

// unwrapped follows references and wrappers that add only words: {allOf: [{$ref: X}],
// description: …} is X. Each of the schemas around n asks for it, so it is kept.
func (d *Document) unwrapped(n *load.Node, c *scope) *load.Node {
	at := place{n, c}
	if core, known := d.cores[at]; known {
		return core
	}
	core := n
	for range maxWraps {
		if core == nil || core.Kind != load.Object {
			break
		}
		next := d.wrapped(core, c)
		if next == nil {
			break
		}
		core = next
	}
	d.cores[at] = core
	return core
}

// structural keywords change what values a schema has beyond what it wraps.
var structural = []string{
	"properties", "items", "prefixItems", "oneOf", "anyOf", "enum", "const", "additionalProperties", "patternProperties", "required", "discriminator",
}

// wrapped is the one schema that n is another spelling of, or nil when n is a
// schema of its own.
func (d *Document) wrapped(n *load.Node, c *scope) *load.Node {
	d.wraps++
	inner, outer := (*load.Node)(nil), ""
	switch {
	case d.binds(n, c):
		return nil
	case n.IsRef():
		inner, _ = d.target(n, c)
	case len(list(n.Get("allOf"))) == 1:
		inner, outer = n.Get("allOf").Items[0], "allOf"
	default:
		for _, word := range []string{"oneOf", "anyOf"} {
			if vs := d.notNull(n.Get(word)); len(vs) == 1 {
				inner, outer = vs[0], word
				break
			}
		}
	}
	if inner == nil {
		return nil
	}
	if n.IsRef() && len(n.Members) == 1 {
		return inner
	}
	for _, word := range structural {
		if word != outer && n.Get(word) != nil && !(word == "discriminator" && outer != "") {
			return nil
		}
	}
	if outer != "allOf" && len(list(n.Get("allOf"))) > 0 {
		return nil
	}
	for _, word := range []string{"unevaluatedProperties", "unevaluatedItems"} {
		if v := n.Get(word); v != nil && v.Kind == load.Object {
			return nil
		}
	}
	if n.Get("type") != nil && !saysKind(inner, map[*load.Node]bool{}) {
		return nil // {type: integer, allOf: [{minimum: 1}]} is an integer
	}
	return inner
}

// saysKind reports whether n says of which kind its values are, be it by a
// keyword that only values of one kind have.
func saysKind(n *load.Node, seen map[*load.Node]bool) bool {
	if n == nil || n.Kind != load.Object || seen[n] {
		return false
	}
	seen[n] = true
	if n.IsRef() && saysKind(n.Target(), seen) {
		return true
	}
	for _, word := range []string{"type", "enum", "const", "properties", "patternProperties", "additionalProperties", "items", "prefixItems"} {
		if n.Get(word) != nil {
			return true
		}
	}
	for _, word := range []string{"allOf", "oneOf", "anyOf"} {
		if slices.ContainsFunc(list(n.Get(word)), func(part *load.Node) bool { return saysKind(part, seen) }) {
			return true
		}
	}
	return false
}

// notNull are the alternatives of v other than null.
func (d *Document) notNull(v *load.Node) []*load.Node {
	return slices.DeleteFunc(slices.Clone(list(v)), d.isNull)
}

// isNull reports whether v allows null and nothing else, in whatever spelling:
// {type: "null"}, {type: ["null"]}, {enum: [null]}, {const: null}, a reference to
// one of them, a composition of them.
func (d *Document) isNull(v *load.Node) bool {
	v = v.Target()
	if v == nil || v.Kind != load.Object {
		return false
	}
	if is, known := d.nulls[v]; known {
		return is
	}
	d.nulls[v] = false // one that holds itself says nothing
	d.nulls[v] = d.allowsNullAlone(v)
	return d.nulls[v]
}

func (d *Document) allowsNullAlone(v *load.Node) bool {
	null := func(n *load.Node) bool { return n.Kind == load.Null }
	nullText := func(n *load.Node) bool { return n.Str() == "null" }
	t, enum, constant := v.Get("type"), list(v.Get("enum")), v.Get("const")
	switch {
	case nullText(t), len(list(t)) > 0 && every(list(t), nullText), constant != nil && null(constant), len(enum) > 0 && every(enum, null):
		return true
	case slices.ContainsFunc(list(v.Get("allOf")), d.isNull):
		return true
	}
	for _, word := range []string{"oneOf", "anyOf"} {
		if alternatives := list(v.Get(word)); len(alternatives) > 0 && every(alternatives, d.isNull) {
			return true
		}
	}
	return false
}

func every(nodes []*load.Node, is func(*load.Node) bool) bool {
	return !slices.ContainsFunc(nodes, func(n *load.Node) bool { return !is(n) })
}

// Core is the schema that s comes down to: what a reference points to, what a
// wrapper wraps, the part that describes the value among parts that only narrow
// it. Words, constraints and null that are written at the place of s are those
// of s. It is nil when nothing is said at all.
func (s *Schema) Core() *Schema {
	if s == nil {
		return nil
	}
	if !s.hasCore {
		s.core, s.hasCore = s.document.coreOf(s.Places, s.scope), true
	}
	return s.core
}

func (d *Document) coreOf(nodes []*load.Node, in *scope) *Schema {
	var cores []*load.Node
	for _, n := range nodes {
		c := d.unwrapped(n, in)
		if c == nil || c.Kind != load.Object && len(nodes) > 1 || slices.Contains(cores, c) {
			continue
		}
		cores = append(cores, c)
	}
	if len(cores) > 1 { // parts that only narrow a value say nothing of its type
		rich := slices.DeleteFunc(slices.Clone(cores), func(c *load.Node) bool { return !d.of(c, in).hasStructure() })
		if len(rich) == 1 {
			cores = rich
		} else {
			if len(rich) == 0 {
				rich = cores // scalars: each part may narrow the type
			}
			s := d.all(rich, in)
			s.core, s.hasCore = s, true
			return s
		}
	}
	if len(cores) == 0 {
		return nil
	}
	s := d.of(cores[0], in)
	s.core, s.hasCore = s, true
	return s
}

func (s *Schema) hasStructure() bool {
	return s.Enum != nil || len(s.Properties) > 0 || len(s.Variants) > 0 || s.Items != nil || s.AdditionalProperties != nil ||
		len(s.PrefixItems) > 0 || len(s.PatternProperties) > 0
}
