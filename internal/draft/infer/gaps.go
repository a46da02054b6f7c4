package infer

import "strings"

// fillGaps takes the type of a member that one direction of a call leaves open
// from the member at the same pointer of the other direction.
func (o *Operation) fillGaps() {
	if o.Request == nil {
		return
	}
	for _, r := range o.Responses {
		if !strings.HasPrefix(r.Status, "2") {
			continue
		}
		for _, sent := range o.Request.Content {
			for _, got := range r.Content {
				fill(sent.Schema, got.Schema)
			}
		}
	}
}

func fill(a, b *Schema) {
	if a == nil || b == nil {
		return
	}
	switch {
	case a.open() && b.scalar():
		a.take(b)
	case b.open() && a.scalar():
		b.take(a)
	}
	for _, p := range a.Props {
		fill(p.Schema, b.Prop(p.Name))
	}
	fill(a.Items, b.Items)
}

// open reports whether nothing but null was seen or said of a value.
func (s *Schema) open() bool {
	return s.Type == "" && !s.mixed && s.Ref == "" && s.Kind == "unknown type" && len(s.OneOf)+len(s.Props)+len(s.Enum) == 0
}

// scalar reports whether the type of a value is known and has no parts.
func (s *Schema) scalar() bool {
	switch s.Type {
	case "string", "integer", "number", "boolean":
		return s.Todo == ""
	}
	return false
}

func (s *Schema) take(from *Schema) {
	s.Type, s.Format, s.Todo, s.Kind = from.Type, from.Format, "", ""
}
