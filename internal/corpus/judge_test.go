package corpus

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// contradiction is what kin-openapi minds about a value of a schema.
func contradiction(s *openapi3.Schema, v any, opts ...openapi3.SchemaValidationOption) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("kin-openapi panics: %v", r)
		}
	}()
	if err := s.VisitJSON(v, append(opts, openapi3.EnableFormatValidation(), typedFormats)...); err != nil {
		return err
	}
	return overlooked(s, v, 0)
}

// overlooked is what kin-openapi does not mind: values that are no objects where
// a schema without a type lists members, and what stands in a format, in
// documents of 3.1.
func overlooked(s *openapi3.Schema, v any, depth int) error {
	if s == nil || v == nil || depth > 30 {
		return nil
	}
	var errs []error
	next := func(ref *openapi3.SchemaRef, v any) {
		if ref != nil {
			errs = append(errs, overlooked(ref.Value, v, depth+1))
		}
	}
	for _, part := range s.AllOf {
		next(part, v)
	}
	switch v := v.(type) {
	case map[string]any:
		for name, e := range v {
			if p := s.Properties[name]; p != nil {
				next(p, e)
			} else {
				next(s.AdditionalProperties.Schema, e)
			}
		}
		return errors.Join(errs...)
	case []any:
		for _, e := range v {
			next(s.Items, e)
		}
	case string:
		check := formatChecks[s.Format]
		if s.ContentEncoding == "base64" {
			check = isBase64
		}
		if check != nil && len(s.OneOf)+len(s.AnyOf) == 0 {
			errs = append(errs, check(v))
		}
	}
	if s.Type == nil && len(s.Properties) > 0 && len(s.OneOf)+len(s.AnyOf) == 0 {
		errs = append(errs, errors.New("the schema lists members, and the value is no object"))
	}
	return errors.Join(errs...)
}

// formatChecks are the formats that become Go types: a document whose example of
// a date-time is "yesterday" contradicts itself, though kin-openapi lets it pass.
var formatChecks = map[string]func(string) error{
	"date-time": func(s string) error { _, err := time.Parse(time.RFC3339, s); return err },
	"date":      func(s string) error { _, err := time.Parse(time.DateOnly, s); return err },
	"byte":      isBase64,
	"base64":    isBase64,
	"int64":     isInteger, // of text, which becomes an integer
	"int32":     isInteger,
}

func isInteger(s string) error { _, err := strconv.ParseInt(s, 10, 64); return err }

var typedFormats = func() openapi3.SchemaValidationOption {
	validators := map[string]openapi3.StringFormatValidator{}
	for format, check := range formatChecks {
		validators[format] = openapi3.NewCallbackValidator(check)
	}
	return openapi3.WithStringFormatValidators(validators)
}()

func isBase64(s string) error {
	_, err := base64.StdEncoding.Strict().DecodeString(s)
	return err
}

// difference is a place where two JSON values differ.
type difference struct {
	at      []string // names and indexes that lead there
	missing bool     // got has no such member
	text    string
}

// differences compares two JSON texts by meaning: the order of members and white
// space aside, everything counts; only times may be written in another way.
func differences(want, got []byte) ([]difference, error) {
	w, err := parseJSON(want)
	if err != nil {
		return nil, fmt.Errorf("want is not JSON: %w", err)
	}
	g, err := parseJSON(got)
	if err != nil {
		return nil, fmt.Errorf("got is not JSON: %w", err)
	}
	var d comparison
	d.values(nil, w, g)
	return d, nil
}

func parseJSON(data []byte) (any, error) {
	if err := duplicates(json.NewDecoder(bytes.NewReader(data))); err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("more than one value")
	}
	return v, nil
}

// duplicates reports members of one name in one object.
func duplicates(dec *json.Decoder) error {
	token, err := dec.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('['):
		for dec.More() {
			if err := duplicates(dec); err != nil {
				return err
			}
		}
	case json.Delim('{'):
		seen := map[json.Token]bool{}
		for dec.More() {
			name, err := dec.Token()
			if err != nil {
				return err
			}
			if seen[name] {
				return fmt.Errorf("two members %q", name)
			}
			seen[name] = true
			if err := duplicates(dec); err != nil {
				return err
			}
		}
	default:
		return nil
	}
	_, err = dec.Token()
	return err
}

type comparison []difference

func (d *comparison) add(at []string, missing bool, format string, args ...any) {
	*d = append(*d, difference{slices.Clone(at), missing, fmt.Sprintf("/%s: ", strings.Join(at, "/")) + fmt.Sprintf(format, args...)})
}

func (d *comparison) values(at []string, want, got any) {
	switch w := want.(type) {
	case map[string]any:
		if g, ok := got.(map[string]any); ok {
			d.objects(at, w, g)
			return
		}
	case []any:
		if g, ok := got.([]any); ok {
			if len(w) != len(g) {
				d.add(at, false, "want %d elements, got %d", len(w), len(g))
			}
			for i := range min(len(w), len(g)) {
				d.values(append(at, fmt.Sprint(i)), w[i], g[i])
			}
			return
		}
	case json.Number:
		if g, ok := got.(json.Number); ok && sameNumber(w, g) {
			return
		}
	case string:
		if g, ok := got.(string); ok && (w == g || sameTime(w, g)) {
			return
		}
	case bool:
		if g, ok := got.(bool); ok && w == g {
			return
		}
	case nil:
		if got == nil {
			return
		}
	}
	d.add(at, false, "want %s, got %s", brief(want), brief(got))
}

func (d *comparison) objects(at []string, want, got map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if g, ok := got[name]; ok {
			d.values(append(at, name), want[name], g)
		} else {
			d.add(append(at, name), true, "missing, want %s", brief(want[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok {
			d.add(append(at, name), false, "not wanted, got %s", brief(got[name]))
		}
	}
}

// sameNumber compares exactly: 1.0 is 1, and 0.1 is not its nearest float.
func sameNumber(a, b json.Number) bool {
	x, ok1 := new(big.Rat).SetString(a.String())
	y, ok2 := new(big.Rat).SetString(b.String())
	return a == b || ok1 && ok2 && x.Cmp(y) == 0
}

// sameTime reports whether two texts are one moment: 07:15:23.000Z is 07:15:23Z.
func sameTime(a, b string) bool {
	x, err1 := time.Parse(time.RFC3339Nano, strings.ToUpper(a))
	y, err2 := time.Parse(time.RFC3339Nano, b)
	return err1 == nil && err2 == nil && x.Equal(y)
}

func brief(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	if len(data) > 60 {
		return string(data[:57]) + "..."
	}
	return string(data)
}

// declared looks a member up that at leads to: whether some schema on the way
// names it, and whether that is readOnly or writeOnly.
func declared(ref *openapi3.SchemaRef, at []string) (p *openapi3.Schema, ok bool) {
	schemas := declarations(ref, at)
	if len(schemas) == 0 {
		return nil, false
	}
	p = &openapi3.Schema{}
	for _, s := range schemas {
		p.ReadOnly, p.WriteOnly = p.ReadOnly || s.ReadOnly, p.WriteOnly || s.WriteOnly
	}
	return p, true
}

// declarations lists the schemas that name the member that at leads to, whatever
// alternative they belong to.
func declarations(ref *openapi3.SchemaRef, at []string) []*openapi3.Schema {
	schemas := parts([]*openapi3.SchemaRef{ref})
	for i, name := range at {
		var next []*openapi3.SchemaRef
		for _, s := range schemas {
			if m := s.Properties[name]; m != nil {
				next = append(next, m)
			} else if a := s.AdditionalProperties.Schema; a != nil && i+1 < len(at) {
				next = append(next, a)
			}
			if s.Items != nil && len(name) > 0 && '0' <= name[0] && name[0] <= '9' {
				next = append(next, s.Items)
			}
		}
		schemas = parts(next)
	}
	return schemas
}

// parts lists schemas and all that they are made of.
func parts(refs []*openapi3.SchemaRef) []*openapi3.Schema {
	var out []*openapi3.Schema
	seen := map[*openapi3.Schema]bool{}
	var add func(refs []*openapi3.SchemaRef)
	add = func(refs []*openapi3.SchemaRef) {
		for _, r := range refs {
			if r == nil || r.Value == nil || seen[r.Value] {
				continue
			}
			seen[r.Value] = true
			out = append(out, r.Value)
			add(r.Value.AllOf)
			add(r.Value.OneOf)
			add(r.Value.AnyOf)
		}
	}
	add(refs)
	return out
}
