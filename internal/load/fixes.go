package load

import (
	"errors"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// This file words what kin-openapi finds: one line that says what is wrong
// without the way there, which the position tells, and one that says what to do.

// message is the text for a validation error.
func (v *validation) message(err error) string {
	var value *openapi3.SchemaValueError
	if errors.As(err, &value) {
		var detail *openapi3.SchemaError
		if errors.As(value.Cause, &detail) {
			at := ""
			if path := detail.JSONPointer(); len(path) > 0 {
				at = " at " + strconv.Quote("/"+strings.Join(path, "/"))
			}
			return value.ValueKind + " does not fit its schema" + at + ": " + oneLine(detail.Reason)
		}
		return value.ValueKind + " does not fit its schema: " + oneLine(value.Cause.Error())
	}
	var undefined *openapi3.SecurityRequirementSchemeUndefinedError
	if errors.As(err, &undefined) {
		return "security scheme " + strconv.Quote(undefined.Scheme) + " is not defined"
	}
	var extra *openapi3.ExtraSiblingFieldsError
	if errors.As(err, &extra) {
		return "OpenAPI does not know " + strings.Join(extra.Fields, ", ") + " here"
	}
	if coded := openapi3.CodedError(nil); errors.As(err, &coded) && texts[coded.Code()] != "" {
		return texts[coded.Code()]
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		if _, schema := inner.(*openapi3.SchemaError); schema { //nolint:errorlint // each link of the chain is looked at by itself
			break
		}
		err = inner
	}
	return oneLine(strings.Replace(err.Error(), "error parsing regexp:", "pattern does not compile:", 1))
}

// texts say better what some codes of kin-openapi mean.
var texts = map[string]string{
	"schema-items-required":         "the array has no items",
	"response-description-required": "the response has no description",
	"operation-responses-required":  "the operation has no responses",
	"responses-required":            "the operation has no responses",
	"info-version-required":         "info has no version",
	"info-title-required":           "info has no title",
	"info-required":                 "the document has no info",
	"paths-required":                "the document has no paths",
	"content-or-schema-exactly-one": "it has both a schema and a content, or neither",
}

func oneLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	if r := []rune(line); len(r) > 300 {
		line = string(r[:300]) + "…"
	}
	return line
}

// fixes say what to do about a code of kin-openapi.
var fixes = map[string]string{
	"default-violates-schema":                    "change the default or the schema so that they agree",
	"example-violates-schema":                    "change the example or the schema so that they agree",
	"duplicate-parameter":                        "remove one of the two",
	"duplicate-required-field":                   "name each property once",
	"duplicate-tag":                              "name each tag once",
	"conflicting-paths":                          "merge the two: they differ in the names of parameters only",
	"content-or-schema-exactly-one":              "give it a schema, or a content with one media type, not both",
	"parameter-content-single-entry":             "keep one media type in content",
	"header-content-single-entry":                "keep one media type in content",
	"example-examples-mutually-exclusive":        "keep example or examples, not both",
	"info-required":                              "add info: {title: …, version: …}",
	"info-title-required":                        "add a title",
	"info-version-required":                      "add the API's version",
	"paths-required":                             "add paths",
	"oauth-flow-authorization-url-required":      "add authorizationUrl",
	"oauth-flow-token-url-required":              "add tokenUrl",
	"oauth-flow-scopes-required":                 "add scopes; {} when there are none",
	"flows-required":                             "add flows",
	"operation-responses-required":               "add responses",
	"responses-required":                         "add a response, default for instance",
	"response-description-required":              "add a description to the response",
	"request-body-content-required":              "add content with a media type",
	"parameter-in-invalid":                       "write path, query, header or cookie",
	"parameter-name-required":                    "add its name",
	"path-must-start-with-slash":                 "start the path with /",
	"path-parameter-required":                    "add required: true",
	"schema-items-required":                      "add items: the schema of the array's items; {} for any",
	"schema-pattern-regex-invalid":               "write the pattern in RE2 syntax, without lookaround or backreferences, or remove it",
	"read-only-write-only-mutually-exclusive":    "keep one of readOnly and writeOnly",
	"security-requirement-scheme-undefined":      "define it under components/securitySchemes, or correct the name",
	"security-scheme-type-invalid":               "write apiKey, http, oauth2, openIdConnect or mutualTLS",
	"security-scheme-http-scheme-invalid":        "write basic, bearer or another scheme of HTTP",
	"security-scheme-apikey-in-invalid":          "write query, header or cookie",
	"security-scheme-name-required":              "add the name of the header, query parameter or cookie",
	"openid-connect-url-required":                "add openIdConnectUrl",
	"server-url-required":                        "add a url",
	"server-url-template-invalid":                "declare each {name} of the url under variables, and no others",
	"default-required":                           "add a default",
	"license-name-required":                      "add the licence's name",
	"external-docs-url-required":                 "add a url",
	"encoding-content-type-invalid":              "write a media type such as image/png, or image/*",
	"serialization-method-invalid":               "choose a style and explode that OpenAPI allows at this place",
	"value-or-external-value-required":           "add a value",
	"value-external-value-mutually-exclusive":    "keep value or externalValue, not both",
	"operation-id-or-operation-ref-required":     "add operationId or operationRef",
	"exclusive-bound-number-for-3-1-plus":        "write minimum or maximum with a boolean beside it, or declare openapi: 3.1.0",
	"exclusive-bound-boolean-before-3-1":         "write the bound itself: exclusiveMinimum: 5",
	"type-array-for-3-1-plus":                    "use nullable or oneOf, or declare openapi: 3.1.0",
	"boolean-schema-for-3-1-plus":                "write {} for true, or declare openapi: 3.1.0",
	"webhooks-field-for-3-1-plus":                "declare openapi: 3.1.0",
	"webhook-nil":                                "describe the webhook, or remove it",
	"content-keys-overlap":                       "merge the two media types",
	"url-identifier-mutually-exclusive":          "keep url or identifier, not both",
	"additional-operations-duplicate-method":     "move it to the field of that method",
	"additional-operations-fixed-method-case":    "write the method in upper case, in its own field",
	"additional-operations-invalid-method":       "write an HTTP method",
	"json-schema-dialect-required":               "write an absolute URI",
	"name-forbidden":                             "remove name",
	"in-forbidden":                               "remove in",
	"flows-forbidden":                            "remove flows",
	"bearer-format-forbidden":                    "remove bearerFormat",
	"token-url-forbidden":                        "remove tokenUrl",
	"authorization-url-forbidden":                "remove authorizationUrl",
	"boolean-schema-with-other-keywords":         "write a schema object",
	"additional-properties-both-forms-exclusive": "write a schema or a boolean, not both",
}

func validationFix(err error, code string) string {
	if fix := fixes[code]; fix != "" {
		return fix
	}
	var extra *openapi3.ExtraSiblingFieldsError
	switch {
	case errors.As(err, &extra):
		return "correct or remove " + strings.Join(extra.Fields, ", ") + ", or start its name with x-"
	case strings.HasSuffix(code, "-for-3-1-plus"):
		return "remove it, or declare openapi: 3.1.0"
	case strings.HasSuffix(code, "-for-3-2-plus"):
		return "remove it, or declare openapi: 3.2.0"
	default:
		return ""
	}
}
