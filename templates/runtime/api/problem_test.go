package api

import (
	"fmt"
	"strings"
	"testing"
)

// TestOtherProblems is W11: the messages of many frameworks reach the reader of the
// error, with the field where one is named. Each body is what its framework sends.
func TestOtherProblems(t *testing.T) {
	for _, tt := range []struct{ name, body, want, where string }{
		{"FastAPI", `{"detail":[{"loc":["body","n"],"msg":"field required","type":"missing"},{"loc":["query","page"],"msg":"not an integer"},{"loc":["header","x-id"],"msg":"too long"},{"loc":["body","items",0,"sku"],"msg":"too short"}]}`,
			"n: field required; page: not an integer; x-id: too long; and 1 more", "/n,page,x-id,/items/0/sku"},
		{"FastAPI text", `{"detail":"Not authenticated"}`, "Not authenticated", ""},
		{"DRF", `{"n":["field required","too odd"],"address":{"city":["is empty"]},"non_field_errors":["they differ"]}`, "address.city: is empty; n: field required; n: too odd; and 1 more", "/address/city,/n,/n,"},
		{"DRF, many", `[{},{"name":["is taken"]}]`, "[1].name: is taken", "/1/name"},
		{"DRF, one text", `{"detail":"Not found."}`, "Not found.", ""},
		{"NestJS", `{"statusCode":400,"message":["name should not be empty","n must be a number"],"error":"Bad Request"}`, "Bad Request: name should not be empty; n must be a number", ","},
		{"NestJS text", `{"statusCode":403,"message":"Forbidden resource","error":"Forbidden"}`, "Forbidden: Forbidden resource", ""},
		{"Spring", `{"timestamp":"2024-01-01T00:00:00Z","status":400,"error":"Bad Request","path":"/x","errors":[{"codes":["NotBlank.name"],"defaultMessage":"must not be blank","objectName":"thing","field":"name","code":"NotBlank"}]}`,
			"Bad Request: name: must not be blank", "/name"},
		{"Spring, no errors", `{"timestamp":1,"status":500,"error":"Internal Server Error","message":"no disk","path":"/x"}`, "Internal Server Error: no disk", ""},
		{"Ory", `{"error":{"code":404,"status":"Not Found","reason":"the flow is gone","message":"Unable to locate the resource"}}`, "Unable to locate the resource: the flow is gone", ""},
		{"Ory, flat", `{"reason":"field required"}`, "field required", ""},
		{"Rails", `{"errors":{"base":["is closed"],"name":["can't be blank"]}}`, "is closed; name: can't be blank", ",/name"},
		{"Rails text", `{"status":404,"error":"Not Found"}`, "Not Found", ""},
		{"Laravel", `{"message":"The given data was invalid.","errors":{"email":["The email field is required."]}}`, "The given data was invalid: The email field is required.", "/email"},
		{"ASP.NET", `{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1","title":"One or more validation errors occurred.","status":400,"errors":{"Name":["must be set"],"$.Items[0]":["is odd"]},"traceId":"00-1"}`,
			"One or more validation errors occurred: Items[0]: is odd; Name: must be set", "/Items[0],/Name"},
		{"ASP.NET, old", `{"Message":"The request is invalid.","ModelState":{"order.Total":["must be positive"]}}`, "The request is invalid: order.Total: must be positive", "/order/Total"},
		{"Azure", `{"error":{"code":"BadArgument","message":"Multiple errors","target":"contact","details":[{"code":"NullValue","target":"phone","message":"must not be null"}]}}`,
			"contact: Multiple errors; phone: must not be null", "/contact,/phone"},
		{"Google", `{"error":{"code":400,"message":"Invalid value","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"page_size","description":"is negative"}]}]}}`,
			"Invalid value; page_size: is negative", ",/page_size"},
		{"Google, old", `{"error":{"errors":[{"domain":"global","reason":"required","message":"field required"}]}}`, "field required", ""},
		{"Apigee", `{"fault":{"faultstring":"Invalid ApiKey","detail":{"errorcode":"oauth.v2.InvalidApiKey"}}}`, "Invalid ApiKey", ""},
		{"Elasticsearch", `{"error":{"root_cause":[{"type":"index_not_found_exception","reason":"no such index [x]"}],"type":"index_not_found_exception","reason":"no such index [x]"},"status":404}`, "no such index [x]", ""},
		{"Kubernetes", `{"kind":"Status","status":"Failure","message":"pods \"x\" not found","reason":"NotFound","details":{"name":"x","kind":"pods"},"code":404}`, `pods "x" not found`, ""},
		{"Kubernetes, causes", `{"kind":"Status","message":"Pod is invalid","reason":"Invalid","details":{"name":"x","causes":[{"reason":"FieldValueRequired","message":"Required value","field":"spec.containers[0].name"}]},"code":422}`,
			"Pod is invalid: spec.containers[0].name: Required value", "/spec/containers[0]/name"},
		{"Symfony", `{"title":"An error occurred","detail":"name: is blank","violations":[{"propertyPath":"name","message":"is blank"}]}`, "An error occurred: name: is blank", "/name"},
		{"Jira", `{"errorMessages":["no such issue"],"errors":{"summary":"is required"}}`, "summary: is required; no such issue", ""},
		{"FHIR", `{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid","diagnostics":"bad date"}]}`, "bad date", ""},
		{"RFC 9457", `{"title":"Invalid","detail":"The order was not placed","errors":[{"detail":"is no number","pointer":"#/age"}]}`, "The order was not placed: age: is no number", "/age"},
		{"RFC 7807", `{"type":"https://x/v","title":"Your request is not valid","invalid-params":[{"name":"age","reason":"must be a positive integer"}]}`, "Your request is not valid: must be a positive integer", ""},
		{"AWS", `{"__type":"com.amazonaws#ValidationException","Message":"field required"}`, "field required", ""},
		{"zod", `{"success":false,"error":{"issues":[{"code":"invalid_type","path":["n"],"message":"Required"}],"name":"ZodError"}}`, "Required", ""},
		{"ajv", `[{"instancePath":"/n","message":"must be integer"}]`, "n: must be integer", "/n"},
		{"Magento", `{"messages":{"error":[{"code":401,"message":"not authorized"}]}}`, "not authorized", ""},
		{"messages", `{"messages":["field required"]}`, "field required", ""},
		{"one text", `{"errors":"field required"}`, "field required", ""},
		{"HAL", `{"_embedded":{"errors":[{"message":"is odd","path":"/n"}]},"total":1}`, "is odd", ""},
		{"PayPal", `{"name":"INVALID_REQUEST","message":"Request is not well-formed.","details":[{"field":"/amount","issue":"MISSING","description":"A required field is missing"}]}`, "Request is not well-formed: amount: A required field is missing", "/amount"},
		{"field named message", `{"errors":{"message":["is too short"],"name":["is taken"]}}`, "message: is too short; name: is taken", "/message,/name"},
		{"status text alone", `{"message":"Unauthorized","error":401}`, "Unauthorized", ""},
		{"about something else", `{"id":7,"name":"x","tags":{"a":1}}`, "", ""},
		{"deep", strings.Repeat(`{"error":`, 5000) + `"x"` + strings.Repeat(`}`, 5000), "", ""},
		{"wide", `{"errors":[` + strings.Repeat(`"x",`, 9999) + `"y"]}`, "x; y", "*"},
	} {
		problems, message, ok := readProblems([]byte(tt.body))
		where := []string{}
		for _, o := range problems {
			where = append(where, o.Pointer+o.Parameter+o.Header)
		}
		if !ok || message != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, message, tt.want)
		}
		if got := strings.Join(where, ","); tt.where != "" && tt.where != "*" && got != tt.where {
			t.Errorf("%s: about %s, want %s", tt.name, got, tt.where)
		}
	}
}

// TestErrorTexts holds the form of an error's text: what went wrong before where,
// three complaints at most, the path without host and query, attempts last.
func TestErrorTexts(t *testing.T) {
	complaints := func(n int) string {
		var out []string
		for k := range n {
			out = append(out, fmt.Sprintf(`{"detail":"is odd","source":{"pointer":"/data/attributes/f%d"}}`, k))
		}
		return `{"errors":[` + strings.Join(out, ",") + `]}`
	}
	for _, tt := range []struct {
		err  Error
		body string
		want string
	}{
		{Error{Status: "422 Unprocessable Entity", StatusCode: 422}, complaints(2), "c.update: 422 Unprocessable Entity: f0: is odd; f1: is odd (PUT /v3/a%2Fb)"},
		{Error{Status: "422 Unprocessable Entity", StatusCode: 422, TraceID: "4bf9", Attempts: 3}, complaints(5), "c.update: 422 Unprocessable Entity: f0: is odd; f1: is odd; f2: is odd; and 2 more (PUT /v3/a%2Fb, trace 4bf9, after 3 attempts)"},
		{Error{Status: "400 Bad Request", StatusCode: 400, RequestID: "r"}, `{"error":"Bad Request","message":["n is odd"]}`, "c.update: 400 Bad Request: n is odd (PUT /v3/a%2Fb, trace r)"},
		{Error{Status: "403 Forbidden", StatusCode: 403, Attempts: 1}, `{"message":"Forbidden"}`, "c.update: 403 Forbidden (PUT /v3/a%2Fb)"},
		{Error{Status: "503 Service Unavailable", StatusCode: 503, Attempts: 2}, ``, "c.update: 503 Service Unavailable (PUT /v3/a%2Fb, after 2 attempts)"},
	} {
		e := tt.err
		e.Operation, e.Method, e.URL = "c.update", "PUT", "https://api.example.com/v3/a%2Fb?page=2#x"
		_, e.Message, _ = readProblems([]byte(tt.body))
		wantText(t, &e, tt.want)
	}
	lost := &TransportError{Operation: "c.get", Method: "GET", URL: "https://api.example.com/v3/x", Attempts: 2, text: "EOF", Last: &Error{Operation: "c.get", Status: "503 Service Unavailable", Method: "GET", URL: "https://api.example.com/v3/x"}}
	wantText(t, lost, "c.get: EOF (GET /v3/x, after 2 attempts)\n\tbefore that: c.get: 503 Service Unavailable (GET /v3/x)")
}

// TestProblemPlaces holds the names of what problems are about.
func TestProblemPlaces(t *testing.T) {
	for pointer, want := range map[string]string{
		"/data/attributes/email":        "email",
		"#/data/attributes/a~1b/c~0d":   "a/b.c~d",
		"/data/relationships/author":    "author",
		"/data/0/attributes/email":      "[0].email",
		"/data":                         "data",
		"/data/attributes":              "attributes",
		"/items/3/sku":                  "items[3].sku",
		"/atomic:operations/1/data/id":  "[1].id",
		"/data/attributes/tags/0":       "tags[0]",
		"":                              "",
		"/":                             "",
		"/data/attributes/data/x":       "x",
		"/payload/data/attributes/item": "payload.item",
	} {
		if got := (&ErrorObject{Pointer: pointer}).where(); got != want {
			t.Errorf("%s: %q, want %q", pointer, got, want)
		}
	}
}
