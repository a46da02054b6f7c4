package load

import (
	"context"
	"errors"
	"reflect"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/limit"
)

// This file has kin-openapi validate the document. It is given the bundle, which
// is one file and repaired where our own checks have spoken already, so that it
// neither opens files nor gives up at the first oddity. Positions come back by
// the line of the bundle that an error's origin names. kin-openapi records
// origins for YAML only: a bundle that it finds fault with as JSON is read a
// second time as YAML, which a comment before it makes it.

func (l *loader) validate(doc *Document) {
	b := newBundler(doc)
	examples := l.opts.Strict
	err := kinValidate(b.out, false, examples)
	if late := (*limit.Error)(nil); errors.As(err, &late) && examples {
		l.warn(doc.Root.Position(), "invalid", "gen lint checks examples in its own way", "the examples were not checked: %v", err)
		examples = false
		err = kinValidate(b.out, false, examples)
	}
	if err == nil {
		return
	}
	if late := (*limit.Error)(nil); errors.As(err, &late) { // a second reading would take as long
		l.warn(doc.Root.Position(), "invalid", "simplify its schemas; gen reads the document all the same", "the document was not validated: %v", err)
		return
	}
	text := append([]byte("# read as YAML, so that lines are recorded"), '\n')
	if located := kinValidate(append(text, b.out...), true, examples); located != nil {
		err = located
	}
	v := &validation{loader: l, doc: doc, lines: b.lines, seen: map[string]bool{}}
	for _, e := range leaves(err, nil) {
		v.report(e)
	}
}

// kinValidate loads and validates a bundle, its examples as well if that is
// wanted.
func kinValidate(data []byte, origins, examples bool) error {
	if err := limit.CheckDepth("kin-openapi", data); err != nil {
		return err
	}
	_, err := limit.Run("kin-openapi", limit.Size(data), func() (any, error) { return nil, kinErrors(data, origins, examples) })
	return err
}

func kinErrors(data []byte, origins, examples bool) error {
	loader := openapi3.NewLoader()
	loader.IncludeOrigin = origins
	doc, err := loader.LoadFromData(data)
	if err != nil {
		return err
	}
	opts := []openapi3.ValidationOption{openapi3.EnableMultiError()}
	if !examples { // which kin-openapi validates by default
		opts = append(opts, openapi3.DisableExamplesValidation(), openapi3.DisableSchemaDefaultsValidation())
	}
	return doc.Validate(context.Background(), opts...)
}

// leaves lists the errors that a MultiError holds. Those within an error about
// an example belong together.
func leaves(err error, all []error) []error {
	if multi, ok := err.(openapi3.MultiError); ok { //nolint:errorlint // each link of the chain is looked at by itself
		for _, one := range multi {
			all = leaves(one, all)
		}
		return all
	}
	return append(all, err)
}

type validation struct {
	*loader
	doc   *Document
	lines []bundleLine
	seen  map[string]bool
}

// ours are kin-openapi's codes for what this package has checked itself.
var ours = map[string]bool{
	"duplicate-operation-id": true, "path-parameters-mismatch": true, "schema-type-unsupported": true, "unresolved-ref": true,
}

func (v *validation) report(err error) {
	code := "invalid"
	if coded := openapi3.CodedError(nil); errors.As(err, &coded) {
		code = coded.Code()
	}
	if ours[code] {
		return
	}
	node, named := v.locate(err)
	pos := node.KeyPosition()
	if named {
		pos = node.Position()
	}
	msg := v.message(err)
	if key := pos.String() + msg; v.seen[key] {
		return
	} else {
		v.seen[key] = true
	}
	v.warn(pos, diag.Code(code), validationFix(err, code), "%s", msg)
}

// locate finds the node that an error is about. It reports whether that is the
// very value at fault rather than the object that holds it.
func (v *validation) locate(err error) (node *Node, named bool) {
	node = v.doc.Root
	fields := []string{}
	for e := err; e != nil; e = errors.Unwrap(e) {
		switch e := e.(type) { //nolint:errorlint // each link of the chain is looked at by itself
		case *openapi3.SectionValidationError:
			node = orElse(v.doc.Root.Get(e.Section), node)
		case *openapi3.PathValidationError:
			node = orElse(v.doc.Root.Get("paths", e.Path).Target(), node)
		case *openapi3.OperationValidationError:
			node = orElse(node.Get(strings.ToLower(e.Method)), node)
		case *openapi3.ComponentValidationError:
			node = orElse(v.doc.Root.Get("components", componentSections[e.Section], e.Name), node)
		}
		if at := v.byOrigin(e); at != nil && at != node {
			node, fields = at, nil
		}
		if undefined, ok := e.(*openapi3.SecurityRequirementSchemeUndefinedError); ok { //nolint:errorlint // each link of the chain is looked at by itself
			node = orElse(v.follow(v.doc.Root, undefined.JSONPointer, 0), node)
		}
		fields = append(fields, fieldsOf(e)...)
	}
	for _, field := range fields {
		if value := node.Get(field); value != nil {
			return within(value, err), true
		}
	}
	return node, false
}

// within descends into an example or default to the value at fault.
func within(value *Node, err error) *Node {
	var detail *openapi3.SchemaError
	if errors.As(err, &detail) {
		for _, token := range detail.JSONPointer() {
			child := value.child(token)
			if child == nil {
				break
			}
			value = child
		}
	}
	return value
}

// componentSections maps kin-openapi's names to sections of components.
var componentSections = map[string]string{
	"schema": "schemas", "parameter": "parameters", "header": "headers", "request body": "requestBodies", "response": "responses",
	"security scheme": "securitySchemes", "example": "examples", "link": "links", "callback": "callbacks",
}

func orElse(n, other *Node) *Node {
	if n == nil {
		return other
	}
	return n
}

// byOrigin returns the node that an error of kin-openapi names as its origin:
// each of its dozens of types has the field, none a common interface.
func (v *validation) byOrigin(err error) *Node {
	value := reflect.Indirect(reflect.ValueOf(err))
	if value.Kind() != reflect.Struct {
		return nil
	}
	field := value.FieldByName("Origin")
	if !field.IsValid() || !field.CanInterface() {
		return nil
	}
	origin, ok := field.Interface().(*openapi3.Origin)
	if !ok || origin == nil || origin.Key == nil {
		return nil
	}
	i, end := origin.Key.Line-2, origin.Key.EndLine-2 // 1-based, after a comment
	if i < 0 || i >= len(v.lines) {
		return nil
	}
	// An object in an array begins, for kin-openapi, with its first member.
	if v.lines[i].end != end && i > 0 && v.lines[i-1].end == end && v.lines[i-1].node != nil {
		return v.lines[i-1].node
	}
	return v.lines[i].node
}

// fieldsOf lists the members that an error may be about, the likeliest first.
func fieldsOf(err error) []string {
	switch e := err.(type) { //nolint:errorlint // each link of the chain is looked at by itself
	case *openapi3.RequiredFieldError:
		return nil
	case *openapi3.SchemaValueError:
		return []string{e.ValueKind}
	case *openapi3.ExampleViolatesSchema:
		return []string{e.ValueKind}
	case *openapi3.DefaultViolatesSchema:
		return []string{e.ValueKind}
	case *openapi3.FieldVersionMismatchError:
		return []string{e.Field}
	case *openapi3.ServerURLTemplateError:
		return []string{"url"}
	case *openapi3.EitherFieldRequiredError:
		return nil
	case *openapi3.ExactlyOneFieldError:
		return e.Fields
	case *openapi3.ExtraSiblingFieldsError:
		return e.Fields
	case *openapi3.ForbiddenFieldError:
		return []string{e.Field}
	case *openapi3.InvalidParameterInError, *openapi3.APIKeyInInvalidError:
		return []string{"in"}
	case *openapi3.SchemaPatternRegexError:
		return []string{"pattern"}
	case *openapi3.InvalidSecuritySchemeTypeError, *openapi3.SchemaTypeError:
		return []string{"type"}
	case *openapi3.InvalidHTTPSchemeError:
		return []string{"scheme"}
	case *openapi3.PathMustStartWithSlashError:
		return []string{e.Path}
	case *openapi3.ConflictingPathsError:
		return []string{e.Path2, e.Path1}
	case *openapi3.InvalidEncodingContentTypeError:
		return []string{"contentType"}
	case *openapi3.InvalidSerializationMethodError:
		return []string{"style"}
	case *openapi3.DuplicateRequiredFieldError:
		return []string{"required"}
	}
	return nil
}
