package schema

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/docwright/docwright/internal/load"
)

// This file checks a value of the document against a schema: as much of JSON
// Schema as authors use in OpenAPI. It is the only place of the generator that does.
// It is lenient where versions differ or a keyword is rare, so that what it finds is
// wrong by any reading. A library for JSON Schema could do it, too, but not at the
// value's own place, and not in a bounded number of steps.

// Misfit is a value that its schema does not allow.
type Misfit struct {
	At     *load.Node // the value, or the object that lacks one
	Reason string
}

// Check returns the first thing in a value that the schema at n does not allow; nil
// if it allows the value.
func (d *Document) Check(value, n *load.Node) *Misfit {
	return (&fitter{Document: d}).fit(value, n, 0)
}

// fitter checks values. A schema can lead to another in 2^n ways, so each value is
// checked once against each schema.
type fitter struct {
	*Document
	steps int
	known map[fitKey]*Misfit
}

type fitKey struct{ value, schema *load.Node }

// What schemas may take of time for one value: deeper or longer, it is taken to
// fit.
const (
	maxFit   = 60
	maxSteps = 100_000
)

// fit returns the first Misfit of a value, or nil.
func (f *fitter) fit(value, schema *load.Node, depth int) *Misfit {
	schema = schema.Target()
	key := fitKey{value, schema}
	if bad, ok := f.known[key]; ok {
		return bad
	}
	if f.steps++; schema == nil || schema.Malformed() || depth > maxFit || f.steps > maxSteps {
		return nil
	}
	if f.known == nil {
		f.known = map[fitKey]*Misfit{}
	}
	f.known[key] = nil // of a schema that holds itself
	bad := f.check(value, schema, depth)
	f.known[key] = bad
	return bad
}

func (f *fitter) check(value, schema *load.Node, depth int) *Misfit {
	if schema.Kind == load.Bool {
		if !schema.True() {
			return &Misfit{value, "the schema allows no value here"}
		}
		return nil
	}
	if value.Kind == load.Null && f.allowsNull(schema) {
		return nil
	}
	if bad := f.fitType(value, schema); bad != nil {
		return bad
	}
	if bad := fitEnum(value, schema); bad != nil {
		return bad
	}
	switch value.Kind {
	case load.String:
		if bad := f.fitText(value, schema); bad != nil {
			return bad
		}
	case load.Number:
		if bad := fitNumber(value, schema); bad != nil {
			return bad
		}
	case load.Array:
		if bad := f.fitArray(value, schema, depth); bad != nil {
			return bad
		}
	case load.Object:
		if bad := f.fitObject(value, schema, depth); bad != nil {
			return bad
		}
	}
	return f.fitParts(value, schema, depth)
}

// allowsNull is generous: a schema that has no types, or says nullable beside
// what it combines, is taken at its word.
func (f *fitter) allowsNull(schema *load.Node) bool {
	s := f.Of(schema)
	return s.Nullable || s.Types == 0
}

// ownTypes are the types that one schema object names.
func ownTypes(schema *load.Node) []string {
	t := schema.Get("type")
	if t == nil || t.Malformed() {
		return nil
	}
	if t.Kind == load.String {
		return []string{t.Value}
	}
	var names []string
	for _, item := range list(t) {
		names = append(names, item.Str())
	}
	return names
}

func (f *fitter) fitType(value, schema *load.Node) *Misfit {
	names := ownTypes(schema)
	if len(names) == 0 {
		return nil
	}
	for _, name := range names {
		switch name {
		case "string":
			if value.Kind == load.String {
				return nil
			}
		case "number":
			if value.Kind == load.Number {
				return nil
			}
		case "integer":
			if number, err := strconv.ParseFloat(value.Value, 64); value.Kind == load.Number && (err != nil || number == math.Trunc(number)) {
				return nil
			}
		case "boolean":
			if value.Kind == load.Bool {
				return nil
			}
		case "array":
			if value.Kind == load.Array {
				return nil
			}
		case "object":
			if value.Kind == load.Object {
				return nil
			}
		case "null":
			if value.Kind == load.Null {
				return nil
			}
		default:
			return nil // a type that JSON Schema does not have: another rule's
		}
	}
	article := "a "
	if strings.ContainsRune("aeiou", rune(names[0][0])) {
		article = "an "
	}
	return &Misfit{value, fmt.Sprintf("it is %s, not %s%s", shown(value), article, strings.Join(names, " or "))}
}

// shown names a value in a message.
func shown(value *load.Node) string {
	if text := string(value.JSON()); value.Kind != load.Object && value.Kind != load.Array && len(text) <= 40 {
		return text
	}
	return value.Kind.String()
}

func fitEnum(value, schema *load.Node) *Misfit {
	allowed := list(schema.Get("enum"))
	if only := schema.Get("const"); only != nil {
		allowed = []*load.Node{only}
	}
	if len(allowed) == 0 {
		return nil
	}
	text := string(value.JSON())
	for _, one := range allowed {
		if string(one.JSON()) == text || value.Kind == load.Number && one.Kind == load.Number && sameNumber(value, one) {
			return nil
		}
	}
	return &Misfit{value, fmt.Sprintf("%s is not among the values that are allowed", shown(value))}
}

func sameNumber(a, b *load.Node) bool {
	x, err := strconv.ParseFloat(a.Value, 64)
	y, err2 := strconv.ParseFloat(b.Value, 64)
	return err == nil && err2 == nil && x == y
}

// limit returns a keyword's number.
func limit(schema *load.Node, word string) (float64, bool) {
	n := schema.Get(word)
	if n == nil || n.Kind != load.Number {
		return 0, false
	}
	value, err := strconv.ParseFloat(n.Value, 64)
	return value, err == nil
}

// uuidText matches UUIDs of any version: documented ones are made up.
var uuidText = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func (f *fitter) fitText(value, schema *load.Node) *Misfit {
	text := value.Value
	n := float64(utf8.RuneCountInString(text))
	if most, ok := limit(schema, "maxLength"); ok && n > most {
		return &Misfit{value, fmt.Sprintf("it has %.0f characters, more than %.0f", n, most)}
	}
	if least, ok := limit(schema, "minLength"); ok && n < least {
		return &Misfit{value, fmt.Sprintf("it has %.0f characters, fewer than %.0f", n, least)}
	}
	if p := schema.Get("pattern"); p != nil && p.Kind == load.String {
		if re := f.compile(p.Value); re != nil && !re.MatchString(text) {
			return &Misfit{value, fmt.Sprintf("%s does not match the pattern %s", shown(value), p.Value)}
		}
	}
	var err error
	switch format := schema.Get("format").Str(); format {
	case "date-time":
		_, err = time.Parse(time.RFC3339, strings.ToUpper(text))
	case "date":
		_, err = time.Parse(time.DateOnly, text)
	case "uuid":
		if !uuidText.MatchString(text) {
			err = strconv.ErrSyntax
		}
	}
	if err != nil {
		return &Misfit{value, fmt.Sprintf("%s is no %s", shown(value), schema.Get("format").Str())}
	}
	return nil
}

// compile returns a pattern; nil for one that Go's syntax does not have, or of
// which Go means something else.
func (f *fitter) compile(pattern string) *regexp.Regexp {
	if re, known := f.patterns[pattern]; known {
		return re
	}
	re, err := regexp.Compile(pattern)
	if err != nil || strings.HasPrefix(pattern, "/") { // some write a JavaScript literal
		re = nil
	}
	f.patterns[pattern] = re
	return re
}

func fitNumber(value, schema *load.Node) *Misfit {
	number, err := strconv.ParseFloat(value.Value, 64)
	if err != nil {
		return nil
	}
	if least, ok := limit(schema, "minimum"); ok && (number < least || number == least && schema.Get("exclusiveMinimum").True()) {
		return &Misfit{value, fmt.Sprintf("%s is below the minimum %s", value.Value, schema.Get("minimum").Value)}
	}
	if most, ok := limit(schema, "maximum"); ok && (number > most || number == most && schema.Get("exclusiveMaximum").True()) {
		return &Misfit{value, fmt.Sprintf("%s is above the maximum %s", value.Value, schema.Get("maximum").Value)}
	}
	if least, ok := limit(schema, "exclusiveMinimum"); ok && number <= least {
		return &Misfit{value, fmt.Sprintf("%s is not above %s", value.Value, schema.Get("exclusiveMinimum").Value)}
	}
	if most, ok := limit(schema, "exclusiveMaximum"); ok && number >= most {
		return &Misfit{value, fmt.Sprintf("%s is not below %s", value.Value, schema.Get("exclusiveMaximum").Value)}
	}
	return nil
}

func (f *fitter) fitArray(value, schema *load.Node, depth int) *Misfit {
	if most, ok := limit(schema, "maxItems"); ok && float64(len(value.Items)) > most {
		return &Misfit{value, fmt.Sprintf("it has %d items, more than %.0f", len(value.Items), most)}
	}
	if least, ok := limit(schema, "minItems"); ok && float64(len(value.Items)) < least {
		return &Misfit{value, fmt.Sprintf("it has %d items, fewer than %.0f", len(value.Items), least)}
	}
	of := schema.Get("items")
	if of == nil || of.Kind == load.Array || schema.Get("prefixItems") != nil {
		return nil
	}
	for _, item := range value.Items {
		if bad := f.fit(item, of, depth+1); bad != nil {
			return bad
		}
	}
	return nil
}

func (f *fitter) fitObject(value, schema *load.Node, depth int) *Misfit {
	if len(value.Members) == 1 && value.Members[0].Name == "$ref" {
		return nil // meant as a reference, though it is data here
	}
	props := schema.Get("properties")
	for _, name := range list(schema.Get("required")) {
		if value.Get(name.Str()) != nil {
			continue
		}
		if p := f.Of(schema).Property(name.Str()); p == nil || !p.Schema().ReadOnly && !p.Schema().WriteOnly {
			return &Misfit{value, fmt.Sprintf("the required property %q is missing", name.Str())}
		}
	}
	rest := schema.Get("additionalProperties")
	for _, m := range value.Members {
		if p := props.Get(m.Name); p != nil {
			if bad := f.fit(m.Value, p, depth+1); bad != nil {
				return bad
			}
			continue
		}
		if rest == nil || schema.Get("patternProperties") != nil {
			continue
		}
		if rest.Kind == load.Bool && !rest.True() {
			return &Misfit{m.Value, fmt.Sprintf("the schema has no property %q, and allows no others", m.Name)}
		}
		if bad := f.fit(m.Value, rest, depth+1); bad != nil {
			return bad
		}
	}
	return nil
}

// fitParts looks at what a schema combines.
func (f *fitter) fitParts(value, schema *load.Node, depth int) *Misfit {
	for _, part := range list(schema.Get("allOf")) {
		if bad := f.fit(value, part, depth+1); bad != nil {
			return bad
		}
	}
	for _, word := range []string{"oneOf", "anyOf"} {
		variants := list(schema.Get(word))
		var last *Misfit
		fits := len(variants) == 0
		for _, variant := range variants {
			bad := f.fit(value, variant, depth+1)
			if bad == nil {
				fits = true
				break
			}
			if last == nil || len(bad.At.Pointer()) > len(last.At.Pointer()) {
				last = bad
			}
		}
		if !fits {
			if len(variants) > 1 {
				last = &Misfit{last.At, fmt.Sprintf("%s (the closest of %d alternatives)", last.Reason, len(variants))}
			}
			return last
		}
	}
	return nil
}
