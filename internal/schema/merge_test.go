package schema

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/load"
)

// sample is what the merge test knows of a keyword: a schema that has it, another
// that has it with another value, and what has to hold for values of both.
type sample struct{ a, b, both string }

// samples has an entry for each keyword of the grammar. One without an entry
// fails the test: decide in keywords.go how the keyword merges, and say here what
// comes out.
var samples = map[string]sample{
	"description":           {`{"description": "A"}`, `{"description": "B"}`, `Description: "A"`},
	"title":                 {`{"title": "A"}`, `{"title": "B"}`, `Title: "A"`},
	"deprecated":            {`{"deprecated": true}`, `{"deprecated": false}`, `Deprecated: true`},
	"readOnly":              {`{"readOnly": true}`, `{"readOnly": false}`, `ReadOnly: true`},
	"writeOnly":             {`{"writeOnly": true}`, `{"writeOnly": false}`, `WriteOnly: true`},
	"nullable":              {`{"nullable": true}`, `{"nullable": false}`, `Nullable: true`},
	"externalDocs":          {`{"externalDocs": {"url": "https://a.test"}}`, `{"externalDocs": {"url": "https://b.test"}}`, `ExternalDocs: {"url":"https://a.test"}`},
	"xml":                   {`{"xml": {"name": "a"}}`, `{"xml": {"name": "b"}}`, `XML: {"name":"a"}`},
	"default":               {`{"default": 1}`, `{"default": 2}`, `Default: 1`},
	"example":               {`{"example": 1}`, `{"example": 2}`, `Examples: [1 2]`},
	"examples":              {`{"examples": [1]}`, `{"examples": [2, 3]}`, `Examples: [1 2 3]`},
	"type":                  {`{"type": ["string", "number"]}`, `{"type": ["integer", "boolean"]}`, `Types: integer`},
	"format":                {`{"type": "string", "format": "uuid"}`, `{"type": "string", "pattern": "^0"}`, `Format: "uuid"`},
	"const":                 {`{"const": "a"}`, `{"enum": ["a", "b"]}`, `Enum: ["a"]`},
	"enum":                  {`{"enum": ["a", "b", "c"]}`, `{"enum": ["c", "d", "a"]}`, `Enum: ["a" "c"]`},
	"multipleOf":            {`{"multipleOf": 2}`, `{"multipleOf": 3}`, `MultipleOf: [2 3]`},
	"maximum":               {`{"maximum": 5}`, `{"maximum": 3}`, `Maximum: {Value: 3 Exclusive: false}`},
	"minimum":               {`{"minimum": 3}`, `{"minimum": 5}`, `Minimum: {Value: 5 Exclusive: false}`},
	"exclusiveMaximum":      {`{"exclusiveMaximum": 5}`, `{"maximum": 5}`, `Maximum: {Value: 5 Exclusive: true}`},
	"exclusiveMinimum":      {`{"minimum": 5, "exclusiveMinimum": true}`, `{"minimum": 5}`, `Minimum: {Value: 5 Exclusive: true}`},
	"maxLength":             {`{"maxLength": 5}`, `{"maxLength": 3}`, `MaxLength: 3`},
	"minLength":             {`{"minLength": 5}`, `{"minLength": 3}`, `MinLength: 5`},
	"pattern":               {`{"pattern": "a"}`, `{"pattern": "b"}`, `Patterns: ["a" "b"]`},
	"contentEncoding":       {`{"contentEncoding": "base64"}`, `{"minLength": 4}`, `ContentEncoding: "base64"`},
	"contentMediaType":      {`{"contentMediaType": "text/html"}`, `{"minLength": 4}`, `ContentMediaType: "text/html"`},
	"contentSchema":         {`{"contentSchema": {"type": "object"}}`, `{"contentSchema": {"type": "array"}}`, `ContentSchema: [{Types: object} {Types: array}]`},
	"maxItems":              {`{"maxItems": 5}`, `{"maxItems": 3}`, `MaxItems: 3`},
	"minItems":              {`{"minItems": 5}`, `{"minItems": 3}`, `MinItems: 5`},
	"uniqueItems":           {`{"uniqueItems": true}`, `{"uniqueItems": false}`, `UniqueItems: true`},
	"contains":              {`{"contains": {"type": "string"}}`, `{"contains": {"type": "object"}}`, `Contains: [{Schema: {Types: string} Min: - Max: -} {Schema: {Types: object} Min: - Max: -}]`},
	"minContains":           {`{"contains": {}, "minContains": 2}`, `{}`, `Contains: [{Schema: {} Min: 2 Max: -}]`},
	"maxContains":           {`{"contains": {}, "maxContains": 2}`, `{}`, `Contains: [{Schema: {} Min: - Max: 2}]`},
	"maxProperties":         {`{"maxProperties": 5}`, `{"maxProperties": 3}`, `MaxProperties: 3`},
	"minProperties":         {`{"minProperties": 5}`, `{"minProperties": 3}`, `MinProperties: 5`},
	"properties":            {`{"properties": {"p": {"type": "string"}}}`, `{"properties": {"p": {"maxLength": 3}, "q": {"type": "object"}}}`, `Properties: [p {Types: string MaxLength: 3} q {Types: object}]`},
	"required":              {`{"required": ["a"]}`, `{"required": ["b", "a"]}`, `Required: a b`},
	"additionalProperties":  {`{"additionalProperties": {"type": "string"}}`, `{"additionalProperties": {"maxLength": 3}}`, `AdditionalProperties: {Types: string MaxLength: 3}`},
	"patternProperties":     {`{"patternProperties": {"^a": {"type": "string"}}}`, `{"patternProperties": {"^b": {"type": "object"}}}`, `PatternProperties: [^a {Types: string} ^b {Types: object}]`},
	"propertyNames":         {`{"propertyNames": {"pattern": "a"}}`, `{"propertyNames": {"pattern": "b"}}`, `PropertyNames: [{Patterns: ["a"]} {Patterns: ["b"]}]`},
	"unevaluatedProperties": {`{"unevaluatedProperties": {"type": "string"}}`, `{"unevaluatedProperties": false}`, `UnevaluatedProperties: [{Types: string} {Never: true}]`},
	"dependentRequired":     {`{"dependentRequired": {"a": ["b"]}}`, `{"dependentRequired": {"a": ["c"]}}`, `Dependencies: [{Name: "a" Required: ["b"] Schema: -} {Name: "a" Required: ["c"] Schema: -}]`},
	"dependentSchemas":      {`{"dependentSchemas": {"a": {"required": ["b"]}}}`, `{"dependentSchemas": {"c": {}}}`, `Dependencies: [{Name: "a" Required: [] Schema: {Required: b}} {Name: "c" Required: [] Schema: {}}]`},
	"dependencies":          {`{"dependencies": {"a": ["b"]}}`, `{"dependencies": {"c": {}}}`, `Dependencies: [{Name: "a" Required: ["b"] Schema: -} {Name: "c" Required: [] Schema: {}}]`},
	"items":                 {`{"items": {"type": "string"}}`, `{"items": {"maxLength": 3}}`, `Items: {Types: string MaxLength: 3}`},
	"prefixItems":           {`{"prefixItems": [{"type": "string"}]}`, `{"prefixItems": [{"maxLength": 3}, {"type": "object"}]}`, `PrefixItems: [{Types: string MaxLength: 3} {Types: object}]`},
	"additionalItems":       {`{"additionalItems": {"type": "string"}}`, `{"additionalItems": false}`, `AdditionalItems: [{Types: string} {Never: true}]`},
	"unevaluatedItems":      {`{"unevaluatedItems": {"type": "string"}}`, `{"unevaluatedItems": false}`, `UnevaluatedItems: [{Types: string} {Never: true}]`},
	"not":                   {`{"not": {"type": "string"}}`, `{"not": {"type": "object"}}`, `Not: [{Types: string} {Types: object}]`},
	"if":                    {`{"if": {"type": "string"}}`, `{"if": {"type": "object"}}`, `Conditions: [{If: {Types: string} Then: - Else: -} {If: {Types: object} Then: - Else: -}]`},
	"then":                  {`{"if": {}, "then": {"type": "string"}}`, `{}`, `Conditions: [{If: {} Then: {Types: string} Else: -}]`},
	"else":                  {`{"if": {}, "else": {"type": "string"}}`, `{}`, `Conditions: [{If: {} Then: - Else: {Types: string}}]`},
	"allOf":                 {`{"allOf": [{"type": "string"}]}`, `{"allOf": [{"maxLength": 3}]}`, `Types: string`},
	"oneOf":                 {`{"oneOf": [{"type": "string"}, {"type": "object"}]}`, `{"oneOf": [{"type": "array"}, {"type": "boolean"}]}`, `FurtherVariants: [[{Types: array} {Types: boolean}]]`},
	"anyOf":                 {`{"anyOf": [{"type": "string"}, {"type": "object"}]}`, `{"anyOf": [{"type": "array"}, {"type": "boolean"}]}`, `Variants: [{Types: string} {Types: object}]`},
	"discriminator":         {`{"discriminator": {"propertyName": "a"}}`, `{"discriminator": {"propertyName": "b"}}`, `Discriminator: {"propertyName":"a"}`},
	"$ref":                  {`{"$ref": "#/components/schemas/Named"}`, `{"maxLength": 3}`, `Types: string`},
	"$dynamicRef":           {`{"$dynamicRef": "#/components/schemas/Named"}`, `{"maxLength": 3}`, `Types: string`},
}

// silent are the keywords that say nothing about values.
var silent = []string{"$anchor", "$comment", "$defs", "$dynamicAnchor", "$id", "$schema", "$vocabulary", "definitions"}

// ways to reach a schema. Each %s of a way is the schema; what is said of values
// has to be the same by each.
var ways = map[string]string{
	"$ref":                         `{"$ref": "#/components/schemas/Part"}`,
	"$ref to $ref":                 `{"$ref": "#/components/schemas/Ref"}`,
	"$ref with siblings":           `{"$ref": "#/components/schemas/Part", "x-sibling": true}`,
	"allOf of one":                 `{"allOf": [{"$ref": "#/components/schemas/Part"}]}`,
	"allOf of one, inline":         `{"allOf": [%s]}`,
	"allOf of two, first":          `{"allOf": [%s, {"x-other": true}]}`,
	"allOf of two, second":         `{"allOf": [{"x-other": true}, {"$ref": "#/components/schemas/Part"}]}`,
	"allOf in allOf":               `{"allOf": [{"allOf": [{"$ref": "#/components/schemas/Part"}]}]}`,
	"anyOf of one":                 `{"anyOf": [{"$ref": "#/components/schemas/Part"}]}`,
	"oneOf of one, inline":         `{"oneOf": [%s]}`,
	"oneOf with null":              `{"oneOf": [{"$ref": "#/components/schemas/Part"}, {"type": "null"}]}`,
	"oneOf with const null, first": `{"oneOf": [{"const": null}, %s]}`,
	"anyOf with a $ref to null":    `{"anyOf": [%s, {"$ref": "#/components/schemas/Null"}]}`,
}

// TestMerge holds that a schema says the same by whatever way it is reached, for
// every keyword that the grammar has.
func TestMerge(t *testing.T) {
	for _, word := range load.SchemaKeywords() {
		s, known := samples[word]
		switch {
		case slices.Contains(silent, word) && elsewhere[word] != "":
			continue
		case !known:
			t.Errorf("%s: no sample of how it merges", word)
			continue
		}
		t.Run(word, func(t *testing.T) { s.test(t) })
	}
}

func (s sample) test(t *testing.T) {
	part := read(t, s.a, s.a)
	want := dump(part)
	orNull := part.Copy()
	orNull.Nullable = true
	if want == dump(read(t, s.a, `{}`)) {
		t.Fatalf("%s says nothing", s.a)
	}
	for name, way := range ways {
		if strings.Contains(way, "%s") {
			way = fmt.Sprintf(way, s.a)
		}
		got, want := dump(read(t, s.a, way)), want
		if strings.Contains(name, "null") {
			want = dump(orNull)
		}
		if got != want {
			t.Errorf("%s: %s\n says %s\nwant %s", name, way, got, want)
		}
	}
	got := dump(read(t, s.a, `{"allOf": [`+s.a+`, `+s.b+`]}`))
	if !strings.Contains(got+" ", s.both) {
		t.Errorf("%s and %s\n say %s\nwant %s", s.a, s.b, got, s.both)
	}
}

// TestKeywordsAreOfTheGrammar holds that no keyword is read that load does not
// know, which would read references in it as data.
func TestKeywordsAreOfTheGrammar(t *testing.T) {
	known := load.SchemaKeywords()
	for _, k := range slices.Concat(annotations, assertions) {
		if !strings.HasPrefix(k.name, "x-") && !slices.Contains(known, k.name) {
			t.Errorf("%s is read, but load.SchemaKeywords does not have it", k.name)
		}
	}
	for name := range elsewhere {
		if !slices.Contains(known, name) {
			t.Errorf("%s is explained, but load.SchemaKeywords does not have it", name)
		}
	}
}

// TestNull holds that every spelling of "or null" is one nullable schema.
func TestNull(t *testing.T) {
	want := dump(read(t, `{}`, `{"type": ["string", "null"]}`))
	for _, null := range []string{
		`{"type": "null"}`, `{"type": ["null"]}`, `{"enum": [null]}`, `{"const": null}`, `{"nullable": true, "enum": [null]}`,
		`{"type": "null", "enum": [null]}`, `{"allOf": [{"type": "null"}]}`, `{"oneOf": [{"const": null}]}`,
	} {
		for _, way := range []string{
			`{"oneOf": [{"type": "string"}, ` + null + `]}`, `{"anyOf": [` + null + `, {"type": "string"}]}`,
			`{"anyOf": [{"$ref": "#/components/schemas/Part"}, {"$ref": "#/components/schemas/Named"}]}`,
			`{"oneOf": [{"$ref": "#/components/schemas/Ref"}, {"type": "string"}]}`,
		} {
			s := read(t, null, way)
			if got := dump(s); got != want {
				t.Errorf("%s is %s, want %s", strings.ReplaceAll(way, "#/components/schemas/Part", null), got, want)
			}
			if s.Core().Types != String {
				t.Errorf("%s: the core of %s is %s", null, way, dump(s.Core()))
			}
		}
		if s := read(t, `{}`, null); !s.OnlyNull || !s.Nullable || s.Enum != nil {
			t.Errorf("%s is %s, want null alone", null, dump(s))
		}
	}
}

// read returns the schema At of a document whose schema Part is part.
func read(t *testing.T, part, at string) *Schema {
	t.Helper()
	d := document(t, `"At": `+at+`, "Part": `+part+`, "Ref": {"$ref": "#/components/schemas/Part"}, "Named": {"type": "string"}, "Null": {"enum": [null]}`)
	return d.Of(d.source.Root.Get("components", "schemas", "At"))
}

// document is one with these schemas.
func document(t *testing.T, schemas string) *Document {
	t.Helper()
	file := filepath.Join(t.TempDir(), "openapi.json")
	text := `{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}, "components": {"schemas": {` + schemas + `}}}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	doc, diags := load.File(file, load.Options{})
	if doc == nil {
		t.Fatal(diags)
	}
	return Read(doc)
}

// dump writes all that a schema says, by reflection, so that no field is
// forgotten. Places are left out.
func dump(s *Schema) string { return dumpTo(s, 0) }

func dumpTo(s *Schema, depth int) string {
	if depth > 5 {
		return "…"
	}
	var said []string
	v := reflect.ValueOf(*s)
	for _, f := range reflect.VisibleFields(v.Type()) {
		x := v.FieldByIndex(f.Index)
		if !f.IsExported() || f.Anonymous || x.IsZero() || slices.Contains([]string{"Places", "Parts", "Origin", "Made"}, f.Name) {
			continue
		}
		said = append(said, f.Name+": "+value(x.Interface(), depth))
	}
	if len(s.required) > 0 {
		names := []string{}
		for name := range s.required {
			names = append(names, name)
		}
		slices.Sort(names)
		said = append(said, "Required: "+strings.Join(names, " "))
	}
	return "{" + strings.Join(said, " ") + "}"
}

func value(x any, depth int) string {
	switch x := x.(type) {
	case *load.Node:
		if x == nil {
			return "-"
		}
		return string(x.JSON())
	case Types:
		return strings.Join(x.Names(), "|")
	case *Use:
		if x == nil {
			return "-"
		}
		return dumpTo(x.Schema(), depth+1)
	case *Property:
		return x.Name + " " + dumpTo(x.Schema(), depth+1)
	case *Pattern:
		return x.Pattern + " " + dumpTo(x.Schema(), depth+1)
	case string:
		return fmt.Sprintf("%q", x)
	case bool:
		return fmt.Sprint(x)
	}
	v := reflect.Indirect(reflect.ValueOf(x))
	var parts []string
	if v.Kind() == reflect.Slice {
		for i := range v.Len() {
			parts = append(parts, value(v.Index(i).Interface(), depth))
		}
		return "[" + strings.Join(parts, " ") + "]"
	}
	for i := range v.NumField() {
		parts = append(parts, v.Type().Field(i).Name+": "+value(v.Field(i).Interface(), depth))
	}
	return "{" + strings.Join(parts, " ") + "}"
}
