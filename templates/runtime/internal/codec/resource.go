package codec

import (
	"reflect"
	"slices"
	"strings"
)

// A struct is a JSON:API resource if its fields say so:
//
//	ID      string          `jsonapi:"id,contacts"`   id, and the type of the resource; with the option
//	                                                  inferred, the document does not say the type
//	_       struct{}        `jsonapi:"type,contacts"` the type, where there is no id; with the option
//	                                                  attributes, these are written even if there are none
//	LID     string          `jsonapi:"lid"`
//	Name    string          `jsonapi:"attr,name"`     attributes.name
//	_       struct{}        `jsonapi:"attr,kind" const:"\"person\""`
//	Author  ToOne[User]     `jsonapi:"rel,author"`    relationships.author
//	Address AddressCreate   `jsonapi:"rel,address"`   relationships.address.data
//	Color   string          `jsonapi:"member,color"`  color, next to id and type
//	Meta    ContactMeta     `jsonapi:"meta"`
//	Links   Links           `jsonapi:"links"`
//
// The option omitzero may follow; nonzero: a request that does not set the member is
// an error; and string: a number is text on the wire, also in Opt, pointers and slices.

func isResource(rt reflect.Type) bool {
	for i := range rt.NumField() {
		if _, ok := rt.Field(i).Tag.Lookup("jsonapi"); ok {
			return true
		}
	}
	return false
}

// resourceType returns the JSON:API type that the tags of the struct name, and
// whether its values have ids.
func resourceType(rt reflect.Type) (name string, identified bool) {
	for i := range rt.NumField() {
		role, rest, _ := strings.Cut(rt.Field(i).Tag.Get("jsonapi"), ",")
		if role == "id" || role == "type" {
			name, _, _ = strings.Cut(rest, ",")
			return name, role == "id"
		}
	}
	return "", false
}

// ResourceType returns the JSON:API type that the tags of the struct rt name, ""
// if there is none.
func ResourceType(rt reflect.Type) string {
	if rt.Kind() != reflect.Struct {
		return ""
	}
	name, _ := resourceType(rt)
	return name
}

// resourceSpecs describes the members of a resource object.
func (s *object) resourceSpecs(rt reflect.Type) []spec {
	var head, attributes, relationships, tail []spec
	always, typed := "", false
	addType := func(name string) { // once: a struct for requests may have an id, too
		if !typed {
			head, typed = append(head, typeSpec(name)), true
		}
	}
	for i := range rt.NumField() {
		f := rt.Field(i)
		role, rest, _ := strings.Cut(f.Tag.Get("jsonapi"), ",")
		name, options, _ := strings.Cut(rest, ",")
		if exact, ok := f.Tag.Lookup("wire"); ok {
			name = exact
		}
		m := spec{name: name, options: options, goName: f.Name, off: f.Offset, rt: f.Type}
		if literal := f.Tag.Get("const"); f.Name == "_" && literal != "" {
			m.mode, m.literal = modeConst, literal
		}
		switch role {
		case "id":
			m.name, m.options, m.mode, s.resource = "id", options+",omitzero", modeID, name
			head = append(head, m)
			if addType(name); !m.has("inferred") {
				i := slices.IndexFunc(head, func(m spec) bool { return m.name == "type" })
				head[i].options = typedOption
			}
		case "type":
			addType(name)
			if options == "attributes" {
				always = "{}"
			}
		case "lid":
			m.name, m.options = "lid", "omitzero"
			head = append(head, m)
		case "attr":
			attributes = append(attributes, m)
		case "rel":
			relationships = append(relationships, relationshipSpec(m))
		case "member":
			tail = append(tail, m)
		case "meta", "links":
			m.name, m.options = role, rest
			tail = append(tail, m)
		}
	}
	if attributes != nil || s.record >= 0 || always != "" {
		head = append(head, spec{name: "attributes", mode: modeSection, members: attributes, literal: always})
	}
	if relationships != nil || s.record >= 0 {
		head = append(head, spec{name: "relationships", mode: modeSection, members: relationships})
	}
	return append(head, tail...)
}

func typeSpec(name string) spec {
	return spec{name: "type", mode: modeConst, literal: string(appendString(nil, name))}
}

// relationshipSpec makes a section of a relationship that is not linkage: of
// one whose data is a resource.
func relationshipSpec(m spec) spec {
	t := m.rt
	if m.mode == modeConst {
		return m
	}
	if t.Kind() == reflect.Struct && t.NumField() == 2 && t.Field(1).Type == stateType {
		t = t.Field(0).Type
	}
	if t.Kind() == reflect.Struct && t.NumField() == 2 && t.Field(1).Type == relationType {
		return m
	}
	name := m.name
	m.name = "data"
	return spec{name: name, mode: modeSection, members: []spec{m}}
}
