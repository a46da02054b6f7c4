package docs

import "github.com/docwright/docwright/internal/model"

// constraintView is one constraint of a member or a parameter.
type constraintView struct {
	Text  string // e.g. "minimum length"
	Value string // e.g. "8"; "" if Text says it all
}

// maxConstraint is how many characters of a value are shown: patterns and
// defaults may be of any length.
const maxConstraint = 200

// constraintViews lists constraints: those of the value itself, then those of
// what an array or a map holds.
func constraintViews(c *model.Constraints) []constraintView {
	var list []constraintView
	for prefix := ""; c != nil; c, prefix = c.Elem, prefix+"each value: " {
		add := func(text, value string) {
			if value != "" {
				list = append(list, constraintView{prefix + text, shortened(value)})
			}
		}
		add(either(c.ExclusiveMinimum, "greater than", "minimum"), c.Minimum)
		add(either(c.ExclusiveMaximum, "less than", "maximum"), c.Maximum)
		for _, n := range c.MultipleOf {
			add("multiple of", n)
		}
		add("minimum length", c.MinLength)
		add("maximum length", c.MaxLength)
		for _, pattern := range c.Patterns {
			add("pattern", pattern)
		}
		add("minimum items", c.MinItems)
		add("maximum items", c.MaxItems)
		add("minimum members", c.MinProperties)
		add("maximum members", c.MaxProperties)
		add("format", c.Format)
		add("default", c.Default)
		for _, is := range []struct {
			set  bool
			text string
		}{{c.UniqueItems, "unique items"}, {c.ReadOnly, "read-only"}, {c.WriteOnly, "write-only"}} {
			if is.set {
				list = append(list, constraintView{Text: prefix + is.text})
			}
		}
	}
	return list
}

func either(condition bool, yes, no string) string {
	if condition {
		return yes
	}
	return no
}

// shortened is a value with an ellipsis in place of what is too long.
func shortened(value string) string {
	if runes := []rune(value); len(runes) > maxConstraint {
		return string(runes[:maxConstraint]) + "…"
	}
	return value
}
