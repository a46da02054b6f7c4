package conformance

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/docwright/docwright/internal/exchange"
)

// sampleCall makes up a call of an operation that no page shows: path
// parameters, required parameters of the query, and the body, each with a
// sample of its schema.
func sampleCall(t *testing.T, spec *exchange.Spec, operation string) *exchange.Exchange {
	t.Helper()
	method, path, _ := spec.Operation(operation)
	item := spec.Doc.Paths.Value(path)
	op := item.GetOperation(method)
	target, _, _ := strings.Cut(path, "#")
	query := url.Values{}
	for _, ref := range append(append(openapi3.Parameters{}, item.Parameters...), op.Parameters...) {
		param := ref.Value
		if !param.Required {
			continue
		}
		text := fmt.Sprint(sample(param.Schema.Value)) // right for scalars; no others are required
		switch param.In {
		case openapi3.ParameterInPath:
			target = strings.ReplaceAll(target, "{"+param.Name+"}", url.PathEscape(text))
		case openapi3.ParameterInQuery:
			query.Set(param.Name, text)
		}
	}
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	server, err := url.Parse(spec.Doc.Servers[0].URL)
	if err != nil {
		t.Fatal(err)
	}
	ex := &exchange.Exchange{Name: operation, OperationID: operation}
	ex.Request = exchange.Request{Method: method, Target: target, Host: server.Host, Message: sampleBody(t, op)}
	return ex
}

// sampleBody makes up the header and the body of a request.
func sampleBody(t *testing.T, op *openapi3.Operation) exchange.Message {
	t.Helper()
	message := exchange.Message{Header: http.Header{}}
	if op.RequestBody == nil {
		return message
	}
	for mediaType, media := range op.RequestBody.Value.Content {
		if !exchange.IsJSON(mediaType) {
			t.Fatalf("only JSON can be made up, not %s", mediaType)
		}
		body, err := json.Marshal(sample(media.Schema.Value))
		if err != nil {
			t.Fatal(err)
		}
		message.Header.Set("Content-Type", mediaType)
		message.Body = body
	}
	return message
}

// sample returns a value that a schema allows.
func sample(schema *openapi3.Schema) any {
	switch {
	case schema.Example != nil:
		return schema.Example
	case len(schema.Enum) > 0:
		return schema.Enum[0]
	case len(schema.OneOf) > 0:
		return sample(schema.OneOf[0].Value)
	case len(schema.AnyOf) > 0:
		return sample(schema.AnyOf[0].Value)
	case schema.Type.Is(openapi3.TypeBoolean):
		return true
	case schema.Type.Is(openapi3.TypeInteger), schema.Type.Is(openapi3.TypeNumber):
		return 1
	case schema.Type.Is(openapi3.TypeArray):
		return []any{sample(schema.Items.Value)}
	case schema.Type.Is(openapi3.TypeObject), len(schema.AllOf) > 0:
		object := map[string]any{}
		addMembers(object, schema)
		return object
	}
	return sampleOfFormat(schema.Format)
}

func addMembers(object map[string]any, schema *openapi3.Schema) {
	for _, part := range schema.AllOf {
		addMembers(object, part.Value)
	}
	for name, property := range schema.Properties {
		if !property.Value.ReadOnly {
			object[name] = sample(property.Value)
		}
	}
}

func sampleOfFormat(format string) string {
	switch format {
	case "date-time":
		return sampleTime.Format("2006-01-02T15:04:05Z07:00")
	case "date":
		return sampleTime.Format("2006-01-02")
	case "email":
		return "jsmith@example.com"
	case "uri":
		return "https://example.com"
	case "uuid":
		return sampleID
	}
	return sampleText
}
