package load

import (
	"regexp"
	"strings"
)

// This file recognises OpenAPI 3, and what people mistake for it.

var version3 = regexp.MustCompile(`^3(\.[0-9]+)*([-+].*)?$`)

// isOpenAPI reports whether the file is an OpenAPI 3 document. A diagnostic says
// what it is instead.
func (l *loader) isOpenAPI(file *SourceFile) bool {
	root := file.Root
	if root.Kind != Object {
		l.fail(root.Position(), "not-openapi", "write an OpenAPI document: openapi, info and paths", "not an OpenAPI document: it is %s, not an object", root.Kind)
		return false
	}
	version := root.Get("openapi")
	if version == nil {
		l.otherFormat(root)
		return false
	}
	text := version.Str()
	switch {
	case version.Kind != String && version.Kind != Number || text == "":
		l.fail(version.Position(), "not-openapi", `write openapi: "3.0.3" or "3.1.0"`, "openapi is the version of the standard, a string, not %s", version.Kind)
		return false
	case strings.HasPrefix(text, "2"):
		l.fail(version.Position(), "swagger2", swaggerFix(version.Position()), "OpenAPI %s is Swagger; OpenAPI 3 is needed", text)
		return false
	case !version3.MatchString(text):
		l.fail(version.Position(), "not-openapi", `write openapi: "3.0.3" or "3.1.0"`, "OpenAPI version %q is not known; 3.0, 3.1 and 3.2 are", text)
		return false
	}
	return true
}

// swaggerFix names the command that converts the document.
func swaggerFix(at Position) string { return "convert it first: gen convert " + at.File }

// otherFormat says what a document without openapi is.
func (l *loader) otherFormat(root *Node) {
	has := func(name string) bool { return root.Get(name) != nil }
	at := func(name string) Position { return root.Get(name).KeyPosition() }
	const fix = "name an OpenAPI 3 document"
	switch {
	case has("swagger"):
		l.fail(at("swagger"), "swagger2", swaggerFix(at("swagger")), "this is Swagger %s; OpenAPI 3 is needed", root.Get("swagger").Str())
	case has("swaggerVersion"):
		l.fail(at("swaggerVersion"), "swagger2", "convert it to OpenAPI 3 first", "this is Swagger %s; OpenAPI 3 is needed", root.Get("swaggerVersion").Str())
	case has("asyncapi"):
		l.fail(at("asyncapi"), "not-openapi", fix, "this is an AsyncAPI document, which describes messages, not HTTP calls")
	case has("overlay"):
		l.fail(at("overlay"), "not-openapi", fix+"; overlays are listed next to it", "this is an OpenAPI Overlay, which changes a document and is not one")
	case has("arazzo"):
		l.fail(at("arazzo"), "not-openapi", fix, "this is an Arazzo document, which describes workflows")
	case has("discoveryVersion"):
		l.fail(at("discoveryVersion"), "not-openapi", "convert it to OpenAPI 3 first", "this is a Google discovery document; OpenAPI 3 is needed")
	case root.Get("info", "_postman_id") != nil:
		l.fail(root.Get("info").KeyPosition(), "not-openapi", "export the API as OpenAPI 3 instead", "this is a Postman collection; OpenAPI 3 is needed")
	case has("$schema") && !has("paths"):
		l.fail(at("$schema"), "not-openapi", fix+" that refers to it", "this is a JSON Schema; OpenAPI 3 is needed")
	default:
		l.missingVersion(root)
	}
}

func (l *loader) missingVersion(root *Node) {
	for _, m := range root.Members {
		if strings.EqualFold(strings.TrimSpace(m.Name), "openapi") {
			l.fail(m.Value.KeyPosition(), "not-openapi", `write openapi`, "not an OpenAPI document: %q is not openapi", m.Name)
			return
		}
	}
	l.fail(root.Position(), "not-openapi", `add openapi: 3.0.3 (or 3.1.0) as its first line, if it is one`, "not an OpenAPI document: openapi is missing")
}
