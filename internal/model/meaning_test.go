package model

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/load"
)

// meaning is a document's schemas, and the Go types that they have to become.
type meaning struct {
	name    string
	version string            // of OpenAPI; 3.1.0 if empty
	schemas string            // YAML below components.schemas
	use     string            // schema that an operation sends and returns
	want    map[string]string // Go type of a declaration's field, or what a declaration is
	warns   []string          // parts of the warnings; none may come without being listed
}

func (m meaning) build(t *testing.T) (*API, []load.Diagnostic) {
	t.Helper()
	version := m.version
	if version == "" {
		version = "3.1.0"
	}
	text := `openapi: ` + version + `
info: {title: T, version: "1"}
paths:
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    put:
      operationId: things.replace
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/` + m.use + `"}}}}
      responses: {"200": {description: OK, content: {application/json: {schema: {$ref: "#/components/schemas/` + m.use + `"}}}}}
components:
  schemas:
` + strings.ReplaceAll("    "+strings.TrimSpace(m.schemas), "\n\t\t\t", "\n    ") + "\n"
	file := filepath.Join(t.TempDir(), "openapi.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	doc, diags := load.File(file, load.Options{})
	if doc == nil || len(diags) > 0 {
		t.Fatalf("%v\n%s", diags, text)
	}
	return Build(doc, Options{Package: "things"})
}

// TestMeaning holds that documents become the types that they mean.
func TestMeaning(t *testing.T) {
	for _, m := range meanings {
		t.Run(m.name, func(t *testing.T) {
			api, diags := m.build(t)
			got := map[string]string{}
			for _, d := range api.Decls {
				got[d.GoName] = describeDecl(d)
				for _, f := range d.Fields {
					got[d.GoName+"."+f.GoName] = fieldText(f)
				}
			}
			for what, want := range m.want {
				if got[what] != want {
					t.Errorf("%s is %q, want %q", what, got[what], want)
				}
			}
			if t.Failed() {
				t.Log(got)
			}
			for i, d := range diags {
				if i >= len(m.warns) || !strings.Contains(d.String(), m.warns[i]) {
					t.Errorf("unexpected: %s", d)
				}
			}
			if len(diags) < len(m.warns) {
				t.Errorf("%d warnings, want %q", len(diags), m.warns)
			}
		})
	}
}

func describeDecl(d *Decl) string {
	var parts []string
	for _, f := range d.Fields {
		parts = append(parts, f.GoName)
	}
	for _, v := range d.Values {
		parts = append(parts, v.JSON)
	}
	kind := map[DeclKind]string{DeclStruct: "struct", DeclEnum: "enum", DeclUnion: "union", DeclDefined: "type"}[d.Kind]
	if d.Kind == DeclUnion && d.Union != "" {
		kind += " by " + d.Union
	}
	return strings.TrimSpace(kind + " " + strings.Join(parts, " "))
}

func fieldText(f *Field) string {
	text := typeText(f.Type)
	if f.Const != "" {
		text = "always " + f.Const
	}
	if f.In == InVariant && f.Name != "" {
		text += " for " + f.Name
	}
	if f.In == InMember && !f.OmitZero {
		text += ", required"
	}
	if f.Nullable {
		text += ", or null"
	}
	if f.Doc.Deprecated != "" {
		text += ", deprecated"
	}
	return text
}

func typeText(t *Type) string {
	switch t.Kind {
	case KindNamed:
		return t.Decl.GoName
	case KindPointer:
		return "*" + typeText(t.Elem)
	case KindSlice:
		return "[]" + typeText(t.Elem)
	case KindMap:
		return "map[string]" + typeText(t.Elem)
	case KindOpt:
		return "Opt[" + typeText(t.Elem) + "]"
	}
	names := map[Kind]string{
		KindString: "string", KindBool: "bool", KindInt: "int", KindFloat: "float", KindTime: "time", KindDate: "date", KindBytes: "bytes",
		KindAny: "any", KindRaw: "raw", KindReader: "reader", KindStruct0: "struct{}", KindNumber: "number",
	}
	if name := names[t.Kind]; name != "" {
		return name
	}
	return fmt.Sprint("kind ", t.Kind)
}

var meanings = []meaning{
	{
		name: "a base lists its subtypes, which are allOf the base",
		use:  "Vehicle",
		schemas: `
			Vehicle:
			  type: object
			  required: [kind]
			  properties: {kind: {type: string}}
			  discriminator: {propertyName: kind}
			  oneOf: [{$ref: "#/components/schemas/Car"}, {$ref: "#/components/schemas/Bike"}]
			Car: {allOf: [{$ref: "#/components/schemas/Vehicle"}, {type: object, properties: {doors: {type: integer}}}]}
			Bike: {allOf: [{$ref: "#/components/schemas/Vehicle"}, {type: object, properties: {bell: {type: boolean}}}]}`,
		want: map[string]string{
			"Vehicle": "union by kind Car Bike", "Car": "struct Kind Doors", "Bike": "struct Kind Bell",
			"Vehicle.Car": "*Car for Car", "Vehicle.Bike": "*Bike for Bike", "Car.Kind": "string, required",
		},
	},
	{
		name: "the same by anyOf, in a list, without properties, three levels deep",
		use:  "Garage",
		schemas: `
			Garage: {type: object, properties: {all: {type: array, items: {$ref: "#/components/schemas/Vehicle"}}}}
			Vehicle:
			  discriminator: {propertyName: kind, mapping: {c: "#/components/schemas/Car", s: "#/components/schemas/Sports"}}
			  anyOf: [{$ref: "#/components/schemas/Car"}, {$ref: "#/components/schemas/Sports"}]
			Car: {allOf: [{$ref: "#/components/schemas/Vehicle"}, {type: object, properties: {doors: {type: integer}}}]}
			Sports: {allOf: [{$ref: "#/components/schemas/Car"}, {type: object, properties: {top: {type: integer}}}]}`,
		want: map[string]string{
			"Garage.All": "[]Vehicle", "Vehicle": "union by kind Car Sports", "Car": "struct Doors", "Sports": "struct Doors Top",
			"Vehicle.Car": "*Car for c", "Vehicle.Sports": "*Sports for s",
		},
	},
	{
		name: "or null, in every spelling",
		use:  "W",
		schemas: `
			S: {type: string, enum: [a, b]}
			O: {type: object, required: [id], properties: {id: {type: string}}}
			Null: {type: "null"}
			ListNull: {enum: [null]}
			W:
			  type: object
			  properties:
			    inline: {anyOf: [{$ref: "#/components/schemas/S"}, {type: "null"}]}
			    byRef: {anyOf: [{$ref: "#/components/schemas/S"}, {$ref: "#/components/schemas/Null"}]}
			    byConst: {oneOf: [{const: null}, {$ref: "#/components/schemas/S"}]}
			    byType: {anyOf: [{$ref: "#/components/schemas/O"}, {type: ["null"]}]}
			    byList: {oneOf: [{$ref: "#/components/schemas/O"}, {$ref: "#/components/schemas/ListNull"}]}
			    all: {type: array, items: {oneOf: [{$ref: "#/components/schemas/S"}, {$ref: "#/components/schemas/ListNull"}]}}`,
		want: map[string]string{
			"W.Inline": "S, or null", "W.ByRef": "S, or null", "W.ByConst": "S, or null", "W.ByType": "O, or null", "W.ByList": "O, or null", "W.All": "[]*S",
			"WInput.Inline": "Opt[S], or null", "WInput.ByRef": "Opt[S], or null", "WInput.ByList": "Opt[OInput], or null",
		},
	},
	{
		name: "or null, as Django writes it", version: "3.0.3",
		use: "Widget",
		schemas: `
			StatusEnum: {type: string, enum: [active, inactive]}
			BlankEnum: {enum: [""]}
			NullEnum: {enum: [null]}
			Widget:
			  type: object
			  properties:
			    status: {nullable: true, oneOf: [{$ref: "#/components/schemas/StatusEnum"}, {$ref: "#/components/schemas/NullEnum"}]}
			    both: {nullable: true, oneOf: [{$ref: "#/components/schemas/StatusEnum"}, {$ref: "#/components/schemas/BlankEnum"}, {$ref: "#/components/schemas/NullEnum"}]}
			    typed: {oneOf: [{$ref: "#/components/schemas/StatusEnum"}, {type: string, nullable: true, enum: [null]}]}`,
		want: map[string]string{
			"Widget.Status": "StatusEnum, or null", "Widget.Typed": "StatusEnum, or null", "WidgetInput.Typed": "Opt[StatusEnum], or null",
			"Widget.Both": "WidgetBoth, or null", "WidgetBoth": `enum "active" "inactive" ""`,
		},
	},
	{
		name: "parts of an allOf that describe the same items",
		use:  "L",
		schemas: `
			Item: {type: object, properties: {id: {type: string}}}
			Any: {type: object, properties: {items: {type: array, items: {type: object}}}}
			L: {allOf: [{$ref: "#/components/schemas/Any"}, {properties: {items: {items: {$ref: "#/components/schemas/Item"}}}}]}`,
		want: map[string]string{"L.Items": "[]Item"},
	},
	{
		name: "parts of an allOf that narrow a number and its types",
		use:  "N",
		schemas: `
			Number: {type: number}
			Some: {type: [string, integer, "null"]}
			N:
			  type: object
			  properties:
			    whole: {allOf: [{$ref: "#/components/schemas/Number"}, {type: integer}]}
			    text: {allOf: [{$ref: "#/components/schemas/Some"}, {type: string}]}`,
		want: map[string]string{"N.Whole": "int", "N.Text": "string, or null"},
	},
	{
		name: "subtypes that are allOf a base with a discriminator", version: "3.0.3",
		use: "Shop",
		schemas: `
			Shop: {type: object, properties: {pets: {type: array, items: {$ref: "#/components/schemas/Pet"}}, best: {$ref: "#/components/schemas/Pet"}}}
			Pet:
			  type: object
			  required: [petType]
			  properties: {petType: {type: string}, name: {type: string}}
			  discriminator: {propertyName: petType, mapping: {dog: "#/components/schemas/Dog", puppy: Puppy}}
			Cat: {allOf: [{$ref: "#/components/schemas/Pet"}, {type: object, properties: {lives: {type: integer}}}]}
			Dog: {allOf: [{$ref: "#/components/schemas/Pet"}, {type: object, properties: {bark: {type: string}}}]}
			Puppy: {allOf: [{$ref: "#/components/schemas/Dog"}, {type: object, properties: {weeks: {type: integer}}}]}
			Fish: {allOf: [{$ref: "#/components/schemas/Pet"}]}`,
		want: map[string]string{
			"Shop.Pets": "[]Pet", "Shop.Best": "Pet", "Pet": "union by petType Cat Dog Puppy Base",
			"Pet.Cat": "*Cat for Cat", "Pet.Dog": "*Dog for dog", "Pet.Puppy": "*Puppy for puppy", "Pet.Base": "*PetBase for Fish,Pet,*",
			"Puppy": "struct PetType Name Bark Weeks", "PetBase": "struct PetType Name", "Puppy.PetType": "string, required",
		},
	},
	{
		name: "alternatives that share the enum of their base",
		use:  "Shape",
		schemas: `
			Kind: {type: object, required: [kind], properties: {kind: {type: string, enum: [circle, square]}}}
			Circle: {allOf: [{$ref: "#/components/schemas/Kind"}, {type: object, properties: {radius: {type: number}}}]}
			Square: {allOf: [{$ref: "#/components/schemas/Kind"}, {type: object, properties: {side: {type: number}}}]}
			Shape: {oneOf: [{$ref: "#/components/schemas/Circle"}, {$ref: "#/components/schemas/Square"}], discriminator: {propertyName: kind}}`,
		want: map[string]string{"Shape.Circle": "*Circle for circle", "Shape.Square": "*Square for square"},
	},
	{
		name: "defaultMapping, by name and by reference", version: "3.2.0",
		use: "Both",
		schemas: `
			Cat: {type: object, required: [kind], properties: {kind: {const: cat}}}
			Other: {type: object, properties: {kind: {type: string}, what: {type: string}}}
			Named: {oneOf: [{$ref: "#/components/schemas/Cat"}, {$ref: "#/components/schemas/Other"}], discriminator: {propertyName: kind, defaultMapping: Other}}
			Linked: {oneOf: [{$ref: "#/components/schemas/Cat"}, {$ref: "#/components/schemas/Other"}], discriminator: {propertyName: kind, defaultMapping: "#/components/schemas/Other"}}
			Both: {type: object, properties: {a: {$ref: "#/components/schemas/Named"}, b: {$ref: "#/components/schemas/Linked"}}}`,
		want: map[string]string{"Named.Other": "*Other for Other,*", "Linked.Other": "*Other for Other,*", "Named.Cat": "*Cat for cat"},
	},
	{
		name: "members by pattern, and unevaluated ones",
		use:  "M",
		schemas: `
			Ints: {unevaluatedProperties: {type: integer}}
			M:
			  type: object
			  properties:
			    open: {type: object, patternProperties: {"^x-": {type: string}}}
			    closed: {type: object, patternProperties: {"^x-": {type: string}}, additionalProperties: false}
			    unevaluated: {type: object, patternProperties: {"^x-": {type: string}}, unevaluatedProperties: false}
			    every: {type: object, patternProperties: {"^.*$": {type: string}}}
			    ints: {type: object, unevaluatedProperties: {type: integer}}
			    part: {allOf: [{type: object}, {$ref: "#/components/schemas/Ints"}]}
			    more: {type: object, properties: {a: {type: string}}, unevaluatedProperties: {type: integer}}`,
		want: map[string]string{
			"M.Open": "map[string]raw", "M.Closed": "map[string]string", "M.Unevaluated": "map[string]string", "M.Every": "map[string]string",
			"M.Ints": "map[string]int", "M.Part": "map[string]int", "MMore.AdditionalProperties": "map[string]int",
		},
		warns: []string{"add additionalProperties: false if the pattern matches all names"},
	},
	{
		name: "arrays with places, open and closed",
		use:  "T",
		schemas: `
			T:
			  type: object
			  properties:
			    open: {type: array, prefixItems: [{type: integer}, {type: integer}]}
			    closed: {type: array, prefixItems: [{type: integer}, {type: integer}], items: false}
			    pair: {type: array, prefixItems: [{type: integer}, {type: integer}], maxItems: 2}
			    rest: {type: array, prefixItems: [{type: integer}], items: {type: integer}}
			    unevaluated: {type: array, unevaluatedItems: {type: string}}`,
		want:  map[string]string{"T.Open": "[]raw", "T.Closed": "[]int", "T.Pair": "[]int", "T.Rest": "[]int", "T.Unevaluated": "[]string"},
		warns: []string{"add items: false if there are no further items"},
	},
	{
		name: "$dynamicRef, bound by each use, by itself, and by nobody",
		use:  "All",
		schemas: `
			Page:
			  type: object
			  properties: {data: {type: array, items: {$dynamicRef: "#T"}}, meta: {type: object, properties: {first: {$dynamicRef: "#T"}}}}
			  $defs: {any: {$dynamicAnchor: T}}
			UserPage: {$ref: "#/components/schemas/Page", $defs: {user: {$dynamicAnchor: T, $ref: "#/components/schemas/User"}}}
			ItemPage: {allOf: [{$ref: "#/components/schemas/Page"}], $defs: {item: {$dynamicAnchor: T, $ref: "#/components/schemas/Item"}}}
			User: {type: object, properties: {id: {type: integer}, tree: {$ref: "#/components/schemas/Tree"}}}
			Item: {type: object, properties: {sku: {type: string}}}
			Tree: {$dynamicAnchor: node, type: object, properties: {children: {type: array, items: {$dynamicRef: "#node"}}, owner: {$ref: "#/components/schemas/User"}}}
			All:
			  type: object
			  properties:
			    users: {$ref: "#/components/schemas/UserPage"}
			    items: {$ref: "#/components/schemas/ItemPage"}
			    any: {$ref: "#/components/schemas/Page"}
			    tree: {$ref: "#/components/schemas/Tree"}`,
		want: map[string]string{
			"All.Users": "UserPage", "All.Items": "ItemPage", "All.Any": "Page", "UserPage.Data": "[]User", "ItemPage.Data": "[]Item", "Page.Data": "[]raw",
			"Tree.Children": "[]Tree", "Tree.Owner": "*User", "User.Tree": "*Tree", "UserPage.Meta": "UserPageMeta", "UserPageMeta.First": "*User",
		},
	},
	{
		name: "words next to a reference on the way",
		use:  "W",
		schemas: `
			Base: {type: object, properties: {id: {type: string}}}
			Old: {$ref: "#/components/schemas/Base", deprecated: true}
			Alias: {$ref: "#/components/schemas/Old"}
			W: {type: object, properties: {a: {$ref: "#/components/schemas/Alias"}, b: {oneOf: [{$ref: "#/components/schemas/Old"}, {type: "null"}]}}}`,
		want: map[string]string{"W.A": "Base, deprecated", "W.B": "Base, or null, deprecated"},
	},
	{
		name: "anchors and pointers belong to the $id around them",
		use:  "Both",
		schemas: `
			A: {$id: "https://x.example/a", type: object, properties: {v: {$ref: "#inner"}, w: {$ref: "#/$defs/ai"}}, $defs: {ai: {$anchor: inner, type: object, properties: {a: {type: string}}}}}
			B: {$id: "https://x.example/b", type: object, properties: {v: {$ref: "#inner"}, w: {$ref: "#/$defs/bi"}, c: {$ref: "#/components/schemas/C"}}, $defs: {bi: {$anchor: inner, type: object, properties: {b: {type: integer}}}}}
			C: {type: object, properties: {far: {$ref: "https://x.example/b#inner"}}}
			Both: {type: object, properties: {a: {$ref: "#/components/schemas/A"}, b: {$ref: "#/components/schemas/B"}}}`,
		want: map[string]string{"A.V": "AI", "A.W": "AI", "AI": "struct A", "B.V": "Bi", "B.W": "Bi", "Bi": "struct B", "B.C": "C", "C.Far": "Bi"},
	},
}
