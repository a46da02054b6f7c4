package model

import (
	"reflect"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/schema"
)

// Constraints are what a document says about the values of a member or a
// parameter in addition to their Go type. Reference pages show them. Numbers are
// as the document writes them, and "" if there is none.
type Constraints struct {
	Minimum, Maximum                   string
	ExclusiveMinimum, ExclusiveMaximum bool     // Minimum, Maximum are not valid themselves
	MultipleOf                         []string // all of them hold
	MinLength, MaxLength               string
	Patterns                           []string // all of them hold
	MinItems, MaxItems                 string
	UniqueItems                        bool
	MinProperties, MaxProperties       string
	Format                             string
	Default                            string // JSON
	ReadOnly, WriteOnly                bool
	Elem                               *Constraints // of the items of an array, or the values of a map
}

// maxElems is how deep Constraints describe arrays of arrays. A schema may be an
// array of itself.
const maxElems = 3

// constraintsOf returns the constraints of values of s; nil if there are none.
func constraintsOf(s *schema.Schema) *Constraints { return constraintsBelow(s, maxElems) }

func constraintsBelow(s *schema.Schema, depth int) *Constraints {
	if s == nil {
		return nil
	}
	c := &Constraints{
		MultipleOf: distinctValues(s.MultipleOf, load.Number), Patterns: distinctValues(s.Patterns, load.String),
		MinLength: limit(s.MinLength), MaxLength: limit(s.MaxLength), MinItems: limit(s.MinItems), MaxItems: limit(s.MaxItems),
		MinProperties: limit(s.MinProperties), MaxProperties: limit(s.MaxProperties), UniqueItems: s.UniqueItems,
		Format: s.Format, ReadOnly: s.ReadOnly, WriteOnly: s.WriteOnly,
	}
	if s.Minimum != nil {
		c.Minimum, c.ExclusiveMinimum = limit(s.Minimum.Value), s.Minimum.Exclusive
	}
	if s.Maximum != nil {
		c.Maximum, c.ExclusiveMaximum = limit(s.Maximum.Value), s.Maximum.Exclusive
	}
	if s.Default != nil {
		c.Default = string(s.Default.JSON())
	}
	if depth > 0 {
		c.Elem = elemConstraints(s, depth-1)
	}
	if reflect.ValueOf(*c).IsZero() {
		return nil
	}
	return c
}

// elemConstraints returns the constraints of the items of an array that is not an
// item of itself, or of the values of a map that has no named members.
func elemConstraints(s *schema.Schema, depth int) *Constraints {
	switch {
	case s.Items != nil && s.PrefixItems == nil && s.Items.Schema().Core() != s.Core():
		return constraintsBelow(s.Items.Schema(), depth)
	case s.AdditionalProperties != nil && len(s.Properties) == 0 && len(s.PatternProperties) == 0:
		return constraintsBelow(s.AdditionalProperties.Schema(), depth)
	}
	return nil
}

// furtherConstraints are those of the members that no property of s names.
func furtherConstraints(s *schema.Schema) *Constraints {
	if s.AdditionalProperties == nil || len(s.PatternProperties) > 0 {
		return nil
	}
	if elem := constraintsOf(s.AdditionalProperties.Schema()); elem != nil {
		return &Constraints{Elem: elem}
	}
	return nil
}

// limit is a number as JSON; "" if there is none.
func limit(n *load.Node) string {
	if n == nil {
		return ""
	}
	return string(n.JSON())
}

// distinctValues are the values of nodes of a kind, each once.
func distinctValues(nodes []*load.Node, kind load.Kind) []string {
	var list []string
	seen := map[string]bool{}
	for _, n := range nodes {
		value := n.Value
		if kind == load.Number {
			value = limit(n)
		}
		if n.Kind == kind && !seen[value] {
			seen[value] = true
			list = append(list, value)
		}
	}
	return list
}

// commonConstraints returns the constraints that schemas share of one member;
// nil if they differ. A value that one of several views of a resource describes
// need not satisfy the others.
func commonConstraints(schemas []*schema.Schema, name string) *Constraints {
	var common *Constraints
	found := false
	for _, s := range schemas {
		p := s.Property(name)
		if p == nil {
			continue
		}
		c := constraintsOf(p.Schema())
		if found && !reflect.DeepEqual(c, common) {
			return nil
		}
		common, found = c, true
	}
	return common
}

// alternativeConstraints returns the constraints of a variant; nil if another one
// has values of the same JSON type and other constraints, because one field may
// hold the values of both. Objects have types of their own.
func alternativeConstraints(s *schema.Schema, variants []*schema.Use) *Constraints {
	c := constraintsOf(s)
	for _, v := range variants {
		other := v.Schema()
		if jsonTypes(other)&jsonTypes(s)&^schema.Object != 0 && !reflect.DeepEqual(constraintsOf(other), c) {
			return nil
		}
	}
	return c
}

// jsonTypes are the types of s, where integers are also numbers.
func jsonTypes(s *schema.Schema) schema.Types {
	if s.Types&schema.Integer != 0 {
		return s.Types | schema.Number
	}
	return s.Types
}
