package schema

import (
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/load"
)

// This file says for each keyword of a schema how its values merge when several
// parts of a schema have it: the one place to touch for a keyword. A test holds
// that every keyword of the grammar is here.

// keyword is a member of a schema object. merge adds the value v, which the part
// n has, to s.
type keyword struct {
	name  string
	merge func(s *Schema, n, v *load.Node)
}

// annotations are read before what a reference points to: what is written at the
// place says more about the place.
var annotations = []keyword{
	{"description", func(s *Schema, _, v *load.Node) { firstText(&s.Description, v) }},
	{"title", func(s *Schema, _, v *load.Node) { firstText(&s.Title, v) }},
	{"deprecated", func(s *Schema, _, v *load.Node) { s.Deprecated = s.Deprecated || v.True() }},
	{"x-deprecated-reason", func(s *Schema, _, v *load.Node) {
		if s.DeprecatedReason == "" {
			s.DeprecatedReason = v.Str()
		}
	}},
	{"readOnly", func(s *Schema, _, v *load.Node) { s.ReadOnly = s.ReadOnly || v.True() }},
	{"writeOnly", func(s *Schema, _, v *load.Node) { s.WriteOnly = s.WriteOnly || v.True() }},
	{"nullable", func(s *Schema, _, v *load.Node) { s.Nullable = s.Nullable || v.True() }},
	{"x-nullable", func(s *Schema, _, v *load.Node) { s.Nullable = s.Nullable || v.True() }},
	{"default", func(s *Schema, _, v *load.Node) { first(&s.Default, v) }},
	{"externalDocs", func(s *Schema, _, v *load.Node) { first(&s.ExternalDocs, v) }},
	{"xml", func(s *Schema, _, v *load.Node) { first(&s.XML, v) }},
	{"example", func(s *Schema, _, v *load.Node) { s.Examples = append(s.Examples, v) }},
	{"examples", func(s *Schema, _, v *load.Node) { s.Examples = append(s.Examples, list(v)...) }},
}

// assertions restrict values. A value has to satisfy all parts.
var assertions = []keyword{
	{"type", func(s *Schema, _, v *load.Node) { s.mergeTypes(v) }},
	{"format", func(s *Schema, _, v *load.Node) {
		if v.Kind == load.String && v.Value != "" {
			s.Format = v.Value
		}
	}},
	{"contentEncoding", func(s *Schema, n, v *load.Node) {
		firstText(&s.ContentEncoding, v)
		if n.Get("format") == nil && v.Str() == "base64" {
			s.Format = "byte"
		}
	}},
	{"contentMediaType", func(s *Schema, _, v *load.Node) { firstText(&s.ContentMediaType, v) }},
	{"contentSchema", func(s *Schema, _, v *load.Node) { s.add(&s.ContentSchema, v) }},
	{"const", func(s *Schema, _, v *load.Node) {
		s.Enum, s.Constant = []*load.Node{v}, true
		s.Nullable = s.Nullable || v.Kind == load.Null
	}},
	{"enum", func(s *Schema, _, v *load.Node) {
		if v.Kind == load.Array && !s.Constant {
			s.mergeEnum(v.Items)
		}
	}},
	{"x-extensible-enum", func(s *Schema, _, v *load.Node) {
		if v.Kind == load.Array && s.Enum == nil {
			s.mergeEnum(v.Items)
			s.Extensible = true
		}
	}},

	{"multipleOf", func(s *Schema, _, v *load.Node) { s.MultipleOf = append(s.MultipleOf, v) }},
	{"maximum", func(s *Schema, n, v *load.Node) {
		s.Maximum = least(s.Maximum, Bound{v, n.Get("exclusiveMaximum").True()})
	}},
	{"exclusiveMaximum", func(s *Schema, _, v *load.Node) { s.Maximum = least(s.Maximum, Bound{v, true}) }},
	{"minimum", func(s *Schema, n, v *load.Node) {
		s.Minimum = greatest(s.Minimum, Bound{v, n.Get("exclusiveMinimum").True()})
	}},
	{"exclusiveMinimum", func(s *Schema, _, v *load.Node) { s.Minimum = greatest(s.Minimum, Bound{v, true}) }},
	{"maxLength", func(s *Schema, _, v *load.Node) { upper(&s.MaxLength, v) }},
	{"minLength", func(s *Schema, _, v *load.Node) { lower(&s.MinLength, v) }},
	{"pattern", func(s *Schema, _, v *load.Node) { s.Patterns = append(s.Patterns, v) }},
	{"maxItems", func(s *Schema, _, v *load.Node) { upper(&s.MaxItems, v) }},
	{"minItems", func(s *Schema, _, v *load.Node) { lower(&s.MinItems, v) }},
	{"uniqueItems", func(s *Schema, _, v *load.Node) { s.UniqueItems = s.UniqueItems || v.True() }},
	{"contains", func(s *Schema, n, v *load.Node) {
		s.Contains = append(s.Contains, Contains{s.use(v), n.Get("minContains"), n.Get("maxContains")})
	}},
	{"maxProperties", func(s *Schema, _, v *load.Node) { upper(&s.MaxProperties, v) }},
	{"minProperties", func(s *Schema, _, v *load.Node) { lower(&s.MinProperties, v) }},

	{"properties", func(s *Schema, _, v *load.Node) { s.mergeProperties(v) }},
	{"required", func(s *Schema, _, v *load.Node) {
		for _, r := range list(v) {
			if r.Kind == load.String && s.required[r.Value] == nil {
				s.required[r.Value] = r
			}
		}
	}},
	{"additionalProperties", func(s *Schema, _, v *load.Node) { s.mergeAdditional(v) }},
	{"patternProperties", func(s *Schema, _, v *load.Node) {
		for _, m := range v.Members {
			s.PatternProperties = append(s.PatternProperties, &Pattern{m.Name, *s.use(m.Value)})
		}
	}},
	{"propertyNames", func(s *Schema, _, v *load.Node) { s.add(&s.PropertyNames, v) }},
	{"unevaluatedProperties", func(s *Schema, _, v *load.Node) { s.add(&s.UnevaluatedProperties, v) }},
	{"dependentRequired", func(s *Schema, _, v *load.Node) { s.mergeDependencies(v) }},
	{"dependentSchemas", func(s *Schema, _, v *load.Node) { s.mergeDependencies(v) }},
	{"dependencies", func(s *Schema, _, v *load.Node) { s.mergeDependencies(v) }},

	{"items", func(s *Schema, _, v *load.Node) { s.mergeItems(v) }},
	{"prefixItems", func(s *Schema, _, v *load.Node) {
		if v.Kind == load.Array {
			s.mergeTuple(v.Items)
		}
	}},
	{"additionalItems", func(s *Schema, _, v *load.Node) { s.add(&s.AdditionalItems, v) }},
	{"unevaluatedItems", func(s *Schema, _, v *load.Node) { s.add(&s.UnevaluatedItems, v) }},

	{"not", func(s *Schema, _, v *load.Node) { s.add(&s.Not, v) }},
	{"if", func(s *Schema, n, v *load.Node) {
		c := Condition{If: s.use(v)}
		if then := n.Get("then"); then != nil {
			c.Then = s.use(then)
		}
		if other := n.Get("else"); other != nil {
			c.Else = s.use(other)
		}
		s.Conditions = append(s.Conditions, c)
	}},
}

// elsewhere are keywords that other keywords or the merge itself reads, or that
// say nothing about values.
var elsewhere = map[string]string{
	"allOf":          "its parts are merged",
	"oneOf":          "see absorbAlternatives",
	"anyOf":          "see absorbAlternatives",
	"discriminator":  "see absorbAlternatives",
	"$ref":           "what it points to is merged",
	"$dynamicRef":    "what it points to is merged",
	"$anchor":        "a name for references",
	"$dynamicAnchor": "a name for references",
	"$id":            "the base of references",
	"$schema":        "the dialect",
	"$vocabulary":    "the dialect",
	"$comment":       "says nothing about values",
	"$defs":          "holds schemas for references",
	"definitions":    "holds schemas for references",
	"then":           "read with if",
	"else":           "read with if",
	"minContains":    "read with contains",
	"maxContains":    "read with contains",
}

// Constraints restrict values further than Go types do.
type Constraints struct {
	Maximum, Minimum *Bound       // the tightest of the parts
	MultipleOf       []*load.Node // all of them

	MaxLength, MinLength              *load.Node // as MaxItems and others: a number, the tightest of the parts
	Patterns                          []*load.Node
	ContentEncoding, ContentMediaType string
	ContentSchema                     []*Use
	MaxItems, MinItems                *load.Node
	UniqueItems                       bool
	Contains                          []Contains
	MaxProperties, MinProperties      *load.Node
	PropertyNames                     []*Use
	Dependencies                      []Dependency
	UnevaluatedProperties             []*Use
	UnevaluatedItems, AdditionalItems []*Use
	Not                               []*Use
	Conditions                        []Condition
}

// Bound is a limit of numbers.
type Bound struct {
	Value     *load.Node
	Exclusive bool
}

// Contains says what some items of an array are. Min and Max may be nil.
type Contains struct {
	Schema   *Use
	Min, Max *load.Node
}

// Condition says what holds if a value is valid for another schema.
type Condition struct{ If, Then, Else *Use }

// Dependency says what holds if an object has the member called Name: other
// members are required, or a schema applies to the object.
type Dependency struct {
	Name     string
	Required []*load.Node
	Schema   *Use
}

func first(to **load.Node, v *load.Node) {
	if *to == nil {
		*to = v
	}
}

func firstText(to *string, v *load.Node) {
	if *to == "" && v.Kind == load.String {
		*to = v.Value
	}
}

// also makes v one more schema that holds at a place.
func (s *Schema) also(to **Use, v *load.Node) {
	if *to == nil {
		*to = s.use()
	}
	(*to).Nodes = append((*to).Nodes, v)
}

func (s *Schema) add(to *[]*Use, v *load.Node) { *to = append(*to, s.use(v)) }

func number(n *load.Node) (float64, bool) {
	if n == nil || n.Kind != load.Number {
		return 0, false // exclusiveMaximum: true, or a mistake
	}
	x, err := strconv.ParseFloat(n.Value, 64)
	return x, err == nil
}

func least(have *Bound, next Bound) *Bound {
	x, ok := number(next.Value)
	if !ok {
		return have
	}
	if have != nil {
		if old, _ := number(have.Value); old < x || old == x && (have.Exclusive || !next.Exclusive) {
			return have
		}
	}
	return &next
}

func greatest(have *Bound, next Bound) *Bound {
	x, ok := number(next.Value)
	if !ok {
		return have
	}
	if have != nil {
		if old, _ := number(have.Value); old > x || old == x && (have.Exclusive || !next.Exclusive) {
			return have
		}
	}
	return &next
}

// upper keeps the smaller of two upper limits.
func upper(to **load.Node, v *load.Node) {
	x, ok := number(v)
	if old, had := number(*to); ok && (!had || x < old) {
		*to = v
	}
}

// lower keeps the larger of two lower limits.
func lower(to **load.Node, v *load.Node) {
	x, ok := number(v)
	if old, had := number(*to); ok && (!had || x > old) {
		*to = v
	}
}

// mergeTypes narrows the types to those of both parts. Parts that have none in
// common are read as if they were alternatives.
func (s *Schema) mergeTypes(v *load.Node) {
	var types Types
	switch {
	case v.Kind == load.Array:
		for _, e := range v.Items {
			if e.Str() == "null" {
				s.Nullable = true
			}
			types |= typesByName[e.Str()]
		}
	case v.Str() == "null":
		s.Nullable = true
	default:
		types = typesByName[strings.ToLower(v.Str())]
	}
	switch both := common(s.Types, types); {
	case types == 0:
	case both != 0:
		s.Types = both
	default:
		s.Types |= types
	}
}

// common are the types that a value of both sets may have. An integer is a
// number, too.
func common(a, b Types) Types {
	all := func(t Types) Types {
		if t&Number != 0 {
			t |= Integer
		}
		return t
	}
	both := all(a) & all(b)
	if a&b&Number != 0 && (a&Integer == 0 || b&Integer == 0) {
		both &^= Integer
	}
	return both
}

// mergeEnum narrows the values to those of both lists. Lists that have none in
// common leave the first: a document means something by it.
func (s *Schema) mergeEnum(values []*load.Node) {
	for _, v := range values {
		if v.Kind == load.Null {
			s.Nullable = true
		}
	}
	if s.Enum == nil {
		s.Enum = append([]*load.Node{}, values...)
		return
	}
	var both []*load.Node
	for _, v := range s.Enum {
		if slices.ContainsFunc(values, func(w *load.Node) bool { return w.Kind == v.Kind && w.Value == v.Value }) {
			both = append(both, v)
		}
	}
	if len(both) > 0 {
		s.Enum = both
	}
}

// mergeProperties adds the members of one part. A member that several parts have
// is described by all of them.
func (s *Schema) mergeProperties(v *load.Node) {
	if v.Kind != load.Object {
		return
	}
	for _, m := range v.Members {
		p := s.byName[m.Name]
		if p == nil {
			p = &Property{Name: m.Name, Use: *s.use()}
			s.byName[m.Name] = p
			s.Properties = append(s.Properties, p)
		}
		p.Nodes = append(p.Nodes, m.Value)
	}
}

func (s *Schema) mergeAdditional(v *load.Node) {
	switch {
	case v.Kind == load.Object && len(v.Members) > 0:
		s.also(&s.AdditionalProperties, v)
	case v.Kind == load.Object || v.True():
		s.Open = true
	case v.Kind == load.Bool:
		s.Closed = true
	}
}

func (s *Schema) mergeItems(v *load.Node) {
	switch {
	case v.Kind == load.Bool:
		s.ItemsOpen = s.ItemsOpen || v.True()
		s.ItemsClosed = s.ItemsClosed || !v.True()
	case v.Kind == load.Array:
		s.mergeTuple(v.Items)
	default:
		s.also(&s.Items, v)
	}
}

// mergeTuple adds the places of one part. A place that several parts have is
// described by all of them.
func (s *Schema) mergeTuple(places []*load.Node) {
	for i, n := range places {
		if i == len(s.PrefixItems) {
			s.PrefixItems = append(s.PrefixItems, nil)
		}
		s.also(&s.PrefixItems[i], n)
	}
}

func (s *Schema) mergeDependencies(v *load.Node) {
	for _, m := range v.Members {
		d := Dependency{Name: m.Name}
		if m.Value.Kind == load.Array {
			d.Required = m.Value.Items
		} else {
			d.Schema = s.use(m.Value)
		}
		s.Dependencies = append(s.Dependencies, d)
	}
}
