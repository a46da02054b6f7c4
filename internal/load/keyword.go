package load

import (
	"maps"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/diag"
)

// This file finds keywords that are misspelt, or in the wrong object. OpenAPI objects
// may not have other members than those of the standard and extensions; schemas may,
// since 3.1, so there only what is nearly a keyword is reported.

// dataFields are the members of OpenAPI objects that hold data or are read elsewhere,
// and so have no shape of their own.
var dataFields = map[shape][]string{
	shapeDocument:  {"$self"},
	shapePathItem:  {"$ref"},
	shapeParameter: {"$ref", "example", "type", "format", "items", "default", "enum"},
	shapeHeader:    {"$ref", "example", "type", "format", "items", "default", "enum"},
	shapeBody:      {"$ref"},
	shapeMedia:     {"$ref", "example"},
	shapeResponse:  {"$ref"},
	shapeExample:   {"$ref", "value", "dataValue", "serializedValue"},
	shapeLink:      {"$ref", "requestBody"},
	shapeScheme:    {"$ref", "flow", "authorizationUrl", "tokenUrl", "scopes"},
	shapeSchema:    {"id", "$recursiveRef", "$recursiveAnchor", "optional"},
}

// inner are the shapes of the objects that an object of a shape is around: a keyword
// of one of them is often written one level too far out, or too far in.
var inner = map[shape][]shape{
	shapeDocument:  {shapeComponents},
	shapePathItem:  {shapeOperation},
	shapeOperation: {shapeBody, shapeResponse, shapePathItem},
	shapeBody:      {shapeMedia, shapeOperation},
	shapeResponse:  {shapeMedia, shapeOperation},
	shapeParameter: {shapeSchema},
	shapeMedia:     {shapeSchema, shapeResponse},
	shapeHeader:    {shapeSchema},
}

// places are how messages name the objects of shapes.
var places = map[shape]string{
	shapeDocument: "the document", shapeComponents: "components", shapePathItem: "a path item", shapeOperation: "an operation", shapeBody: "a request body",
	shapeResponse: "a response", shapeMedia: "a media type", shapeParameter: "a parameter", shapeHeader: "a header", shapeSchema: "a schema",
}

// checkKeyword reports a member of an object of shape s that no standard has there.
func (w *walker) checkKeyword(m Member, s shape) {
	if s == shapeItems {
		s = shapeSchema
	}
	rule := &grammar[s]
	if _, known := rule.fields[m.Name]; known || !rule.closed || rule.rest != shapeAny || strings.HasPrefix(m.Name, "x-") || slices.Contains(dataFields[s], m.Name) {
		return
	}
	known := slices.Sorted(maps.Keys(rule.fields))
	if near := diag.Nearest(m.Name, known); near != "" && len(m.Name) > 2 {
		w.warn(m.Value.KeyPosition(), "misspelt-keyword", "did you mean "+near+"? a member of your own begins with x-", "%s is not a keyword of %s, and is not read", m.Name, placeOf(s))
		return
	}
	for _, other := range inner[s] {
		if _, belongs := grammar[other].fields[m.Name]; belongs && places[other] != "" {
			w.warn(m.Value.KeyPosition(), "misplaced-keyword", "move it into "+placeOf(other)+"; an indentation is often the cause", "%s belongs to %s, not to %s, and is not read", m.Name, placeOf(other), placeOf(s))
			return
		}
	}
}

// placeOf names an object of a shape in a message.
func placeOf(s shape) string {
	if place := places[s]; place != "" {
		return place
	}
	return grammar[s].want
}
