package project

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"testing"
)

// keySchema is as much of a JSON Schema as gen.schema.json uses.
type keySchema struct {
	Type                 string               `json:"type"`
	Description          string               `json:"description"`
	Required             []string             `json:"required"`
	Properties           map[string]keySchema `json:"properties"`
	Items                *keySchema           `json:"items"`
	AdditionalProperties json.RawMessage      `json:"additionalProperties"`
}

// TestConfigSchema holds the schema for editors against the type that reads
// gen.yaml: the same keys, types and required ones, each described.
func TestConfigSchema(t *testing.T) {
	data, err := os.ReadFile("../../cmd/gen/gen.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var root keySchema
	if err := json.Unmarshal(data, &root); err != nil {
		t.Fatal(err)
	}
	compareSchema(t, "gen.yaml", root, reflect.TypeFor[Config]())
}

func compareSchema(t *testing.T, name string, s keySchema, typ reflect.Type) {
	t.Helper()
	want := map[reflect.Kind]string{
		reflect.String: "string", reflect.Bool: "boolean", reflect.Slice: "array", reflect.Map: "object", reflect.Struct: "object",
	}[typ.Kind()]
	if s.Type != want {
		t.Errorf("%s: the schema says %q, the type %q", name, s.Type, want)
	}
	switch typ.Kind() {
	case reflect.Slice:
		if s.Items == nil {
			t.Fatalf("%s: the schema has no items", name)
		}
		compareSchema(t, name+"[]", *s.Items, typ.Elem())
	case reflect.Map:
		var items keySchema
		if err := json.Unmarshal(s.AdditionalProperties, &items); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		compareSchema(t, name+".*", items, typ.Elem())
	case reflect.Struct:
		compareKeys(t, name, s, typ)
	}
}

func compareKeys(t *testing.T, name string, s keySchema, typ reflect.Type) {
	t.Helper()
	if string(s.AdditionalProperties) != "false" {
		t.Errorf("%s: the schema allows unknown keys", name)
	}
	known := keys(typ)
	for key, property := range s.Properties {
		if !slices.Contains(known, key) {
			t.Errorf("%s: the schema has %s, the type does not", name, key)
		}
		if property.Description == "" {
			t.Errorf("%s: %s has no description", name, key)
		}
	}
	for i := range typ.NumField() {
		key, required, ok := keyOf(typ.Field(i))
		property, described := s.Properties[key]
		switch {
		case !ok:
			continue
		case !described:
			t.Errorf("%s: the type has %s, the schema does not", name, key)
			continue
		case required != slices.Contains(s.Required, key):
			t.Errorf("%s: type and schema disagree whether %s is required", name, key)
		}
		compareSchema(t, name+"."+key, property, typ.Field(i).Type)
	}
}
