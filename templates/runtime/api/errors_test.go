package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestErrorMessages(t *testing.T) {
	tests := []struct {
		name, contentType, body string
		want                    string // the message
		objects                 string
	}{
		{"jsonapi", "application/vnd.api+json", `{"errors":[{"id":"1","status":"422","code":"taken","title":"Invalid","detail":"Email is taken","source":{"pointer":"/data/attributes/email"},"links":{"about":"https://x/1","type":{"href":"https://x/t"}},"meta":{"a":1}},{"title":"Too long","source":{"parameter":"q"}}]}`,
			"Email is taken; q: Too long", "{1 422 taken Invalid Email is taken /data/attributes/email   https://x/1 https://x/t map[a:1]}{   Too long   q    map[]}"},
		{"bare jsonapi", "application/json", `{"id":"x","status":400,"title":"Bad filter","source":{"parameter":"filter"},"meta":{"resource":"r"}}`,
			"Bad filter", `{x 400  Bad filter   filter    map[resource:"r"]}`},
		{"string", "application/json", `{"error":"not this way"}`, "not this way", ""},
		{"message", "application/json", `{"message":"Not Found","documentation_url":"https://d"}`, "Not Found", ""},
		{"error object", "application/json", `{"error":{"code":40,"message":"bad"}}`, "bad", "{  40  bad      map[]}"},
		{"by field", "application/json", `{"message":"invalid","errors":{"user.email":["is taken","is odd"],"name":"is short"}}`,
			"invalid: name: is short; user.email: is taken; user.email: is odd", "{    is short /name     map[]}{    is taken /user/email     map[]}{    is odd /user/email     map[]}"},
		{"graphql", "application/json", `{"errors":[{"message":"no field x","path":["a"],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`,
			"no field x", "{  GRAPHQL_VALIDATION_FAILED  no field x      map[]}"},
		{"problem", "application/problem+json", `{"type":"https://x/t","title":"Out of credit","detail":"30 of 50","status":403,"instance":"/a"}`,
			"Out of credit: 30 of 50", "{ 403  Out of credit 30 of 50     https://x/t map[]}"},
		{"oauth", "application/json", `{"error":"invalid_token","error_description":"it ended"}`, "invalid_token: it ended", ""},
		{"strings", "application/json", `{"errors":["one","two"]}`, "one; two", "{    one      map[]}{    two      map[]}"},
		{"array", "application/json", `[{"message":"one"},{"message":"one"}]`, "one", "{    one      map[]}{    one      map[]}"},
		{"odd types", "application/json", `{"errors":[{"status":422,"title":{"a":1},"source":"x","links":3,"meta":[]},null,7]}`, "422; 7", "{ 422         map[]}{    7      map[]}"},
		{"many", "application/json", `{"errors":["1","2","3","4","5","6"]}`, "1; 2; 3; and 3 more", "{    1      map[]}{    2      map[]}{    3      map[]}{    4      map[]}{    5      map[]}{    6      map[]}"},
		{"json string", "application/json", `"just text"`, "just text", ""},
		{"empty object", "application/json", `{}`, "", ""},
		{"nothing", "", ``, "", ""},
		{"text", "text/plain", "  upstream\n\tconnect\x1b[31m error\u202e \r\n", "", ""},
		{"plain text", "text/plain", "  upstream\n\tconnect   error \r\n", "upstream connect error", ""},
		{"html", "text/html; charset=utf-8", "<!DOCTYPE html><html><head><title>502 Bad&nbsp;Gateway</title><style>p{}</style><script>var a='<p>';</script></head><body><!-- hi --><h1>Sorry</h1>\n<p>try &lt;later&gt;</p></body></html>",
			"502 Bad Gateway Sorry try <later>", ""},
		{"html unannounced", "", "<html><body>gone", "gone", ""},
		{"broken html", "text/html", "a<script>never closed <b>x", "a", ""},
		{"long", "text/plain", strings.Repeat("word ", 300), strings.Repeat("word ", 80) + "w…", ""},
		{"binary", "image/png", "\x89PNG\x00\x01", "", ""},
		{"broken json", "application/json", `{"error":"cut o`, `{"error":"cut o`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Content-Type"] = []string{tt.contentType}
				w.Header().Set("X-Trace-Id", "tr-1")
				w.WriteHeader(422)
				_, _ = io.WriteString(w, tt.body)
			})
			err := Exec(t.Context(), c, get("/x"), WithHeader("A", "b"))
			var failed *Error
			if !errors.As(err, &failed) {
				t.Fatalf("%v", err)
			}
			sep := ""
			if tt.want != "" {
				sep = ": "
			}
			wantText(t, err, "things.get: 422 Unprocessable Entity"+sep+tt.want+" (GET /base/x, trace tr-1)")
			var objects strings.Builder
			for _, o := range failed.Errors {
				meta := []string{}
				for k, v := range o.Meta {
					meta = append(meta, k+":"+string(v))
				}
				fmt.Fprintf(&objects, "{%s %s %s %s %s %s %s %s %s %s map%v}", o.ID, o.Status, o.Code, o.Title, o.Detail, o.Pointer, o.Parameter, o.Header, o.About, o.Type, meta)
			}
			if objects.String() != tt.objects {
				t.Errorf("objects\n got %s\nwant %s", objects.String(), tt.objects)
			}
			if string(failed.Body) != tt.body {
				t.Errorf("body %q", failed.Body)
			}
		})
	}
}

func TestStatusErrors(t *testing.T) {
	is := func(status int, target error) bool {
		return errors.Is(fmt.Errorf("x: %w", &Error{StatusCode: status}), target)
	}
	for status, target := range map[int]error{
		304: ErrNotModified, 400: ErrBadRequest, 401: ErrUnauthorized, 402: ErrPaymentRequired, 403: ErrForbidden, 404: ErrNotFound,
		405: ErrMethodNotAllowed, 406: ErrNotAcceptable, 409: ErrConflict, 410: ErrGone, 412: ErrPreconditionFailed,
		415: ErrUnsupportedMediaType, 422: ErrUnprocessable, 429: ErrTooManyRequests, 503: ErrUnavailable,
	} {
		if !is(status, target) || is(status+1, target) || is(status, ErrClient) != (status/100 == 4) || is(status, ErrServer) != (status/100 == 5) {
			t.Errorf("%d is not %v", status, target)
		}
	}
	if ErrNotFound.Error() != "404 Not Found" || ErrServer.Error() != "server error (5xx)" || ErrClient.Error() != "client error (4xx)" {
		t.Error("texts of sentinels")
	}
}

type notFound struct {
	Reason string `json:"reason"`
}

type anyError struct {
	Code int `json:"code"`
}

func TestErrorTypes(t *testing.T) {
	var status int
	body := `{"reason":"gone","code":7}`
	c, _ := serveConfig(t, Config{Errors: ErrorTypes{"404": ErrorBody[anyError](), "403": ErrorBody[notFound](), "default": ErrorBody[anyError]()}},
		func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
			w.Header().Set("Retry-After", "120")
			answer(w, status, body)
		})
	call := get("/x?token=abc&page=2")
	call.Errors = ErrorTypes{"404": ErrorBody[notFound](), "4XX": ErrorBody[map[string]any]()}
	for code, want := range map[int]string{404: "*api.notFound", 403: "*api.notFound", 400: "*map[string]interface {}", 500: "*api.anyError"} {
		status = code
		err := Exec(t.Context(), c, call)
		var failed *Error
		if !errors.As(err, &failed) || fmt.Sprintf("%T", failed.Value) != want {
			t.Errorf("%d: %T, want %s", code, failed.Value, want)
			continue
		}
		if failed.TraceID != "4bf92f3577b34da6a3ce929d0e0e4736" || failed.RetryAfter != 2*time.Minute || !strings.HasSuffix(failed.URL, "/base/x?token=redacted&page=2") {
			t.Errorf("%+v", *failed)
		}
		v, ok := ErrorValue[notFound](fmt.Errorf("wrapped: %w", err))
		if isOne := want == "*api.notFound"; ok != isOne || ok && v.Reason != "gone" {
			t.Errorf("%d: %+v, %v", code, v, ok)
		}
		if v, ok := ErrorValue[anyError](err); ok != (want == "*api.anyError") || ok && v.Code != 7 {
			t.Errorf("%d: %+v, %v", code, v, ok)
		}
	}
	body, status = `{"reason":3}`, 404
	var failed *Error
	if err := Exec(t.Context(), c, call); !errors.As(err, &failed) || failed.Value != nil {
		t.Errorf("%+v", failed.Value)
	} else if v, ok := ErrorValue[notFound](err); ok || v != nil {
		t.Errorf("%+v", v)
	}
	if v, ok := ErrorValue[notFound](errors.New("another")); ok || v != nil {
		t.Errorf("%+v", v)
	}
}

// envelope is what package jsonapi puts around a write struct.
type envelope struct{ v any }

func (e envelope) Enveloped() (any, string)     { return e.v, "/data" }
func (e envelope) MarshalJSON() ([]byte, error) { return []byte(`{"data":{}}`), nil }

type contactUpdate struct {
	_         struct{}           `jsonapi:"type,contacts"`
	FirstName string             `jsonapi:"attr,first_name"`
	Email     Opt[string]        `jsonapi:"attr,email,omitzero"`
	Address   Opt[addressParams] `jsonapi:"attr,address,omitzero"`
	Accounts  []string           `jsonapi:"rel,accounts,omitzero"`
	Meta      struct {
		Note string `json:"note"`
	} `jsonapi:"meta,omitzero"`
}

type addressParams struct {
	City  Opt[string]         `json:"city,omitzero"`
	Lines []Opt[ownerBody]    `json:"lines,omitzero"`
	Tags  map[string][]string `json:"a/b~c"`
}

func TestHasCode(t *testing.T) {
	type code int64
	type symbol string
	for body, want := range map[string][]any{
		`{"errors":[{"code":"a"},{"code":"59"}]}`:                     {"a", symbol("a"), 59, code(59), "59"},
		`{"error":{"code":36,"message":"m"}}`:                         {36, code(36)},
		`{"error":"empty_ids"}`:                                       {symbol("empty_ids")},
		`{"errors":[{"message":"m","extensions":{"code":"DENIED"}}]}`: {"DENIED"},
	} {
		c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 422, body) })
		var e *Error
		if err := Exec(t.Context(), c, get("/x")); !errors.As(err, &e) {
			t.Fatal(err)
		}
		for _, code := range want {
			if !e.HasCode(code) {
				t.Errorf("%s has no code %v", body, code)
			}
		}
		if e.HasCode("other") || e.HasCode("") {
			t.Errorf("%s has codes that it does not name", body)
		}
	}
}

func TestErrorField(t *testing.T) {
	contact := envelope{&contactUpdate{}}
	params := &struct {
		Page   map[string]int `query:"page,deep"`
		Filter string         `query:"filter[name]"`
		Tenant string         `header:"X-Tenant"`
	}{}
	tests := []struct {
		body   any
		source string
		want   string
	}{
		{contact, `"pointer":"/data/attributes/email"`, "Email"},
		{contact, `"pointer":"#/data/attributes/first_name"`, "FirstName"},
		{contact, `"pointer":"/data/attributes/address/city"`, "Address.City"},
		{contact, `"pointer":"/data/attributes/address/lines/2/email"`, "Address.Lines[2].Email"},
		{contact, `"pointer":"/data/attributes/address/a~1b~0c/x/0"`, `Address.Tags["x"][0]`},
		{contact, `"pointer":"/data/attributes/address/unknown"`, "Address"},
		{contact, `"pointer":"/data/relationships/accounts/data/0"`, "Accounts"},
		{contact, `"pointer":"/data/meta/note"`, "Meta.Note"},
		{contact, `"pointer":"/email"`, "Email"},
		{contact, `"pointer":"/data"`, ""},
		{contact, `"pointer":"/data/attributes/nothing"`, ""},
		{&petParams{}, `"pointer":"/owner/email"`, "Owner.Email"},
		{[]petParams{{}}, `"pointer":"/3/tags/1"`, "[3].Tags[1]"},
		{Form(&petParams{}), `"pointer":"/name"`, "Name"},
		{nil, `"pointer":"/name"`, ""},
		{nil, `"parameter":"filter[name]"`, "Filter"},
		{nil, `"parameter":"page[size]"`, "Page"},
		{nil, `"parameter":"nope"`, ""},
		{nil, `"header":"x-tenant"`, "Tenant"},
	}
	source := ""
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 422, `{"errors":[{"title":"other"},{"source":{`+source+`}}]}`)
	})
	for _, tt := range tests {
		source = tt.source
		call := post(tt.body)
		call.Params = params
		var failed *Error
		if err := Exec(t.Context(), c, call); !errors.As(err, &failed) {
			t.Fatal(err)
		}
		if got := failed.Field(); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.source, got, tt.want)
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	contentType, body, status := "application/json", "", 200
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
	body = `{"type":"x","parts":{"a":["b",3]}}`
	_, err := Pointer[echo](t.Context(), c, get("/x"))
	var at *DecodeError
	var bad *BodyError
	if !errors.As(err, &at) || at.Offset == 0 || at.Path != "parts.a[1]" || !errors.As(err, &bad) || string(bad.Response.Body) != body {
		t.Errorf("%v", err)
	}
	wantPart(t, err, "things.get: 200 OK: ")
	contentType, body = "text/html", "<html><title>Log in</title></html>"
	_, err = Pointer[echo](t.Context(), c, get("/x"))
	wantPart(t, err, "\n\tthe body is text/html: Log in")
	body = ""
	_, err = Pointer[echo](t.Context(), c, get("/x"))
	wantText(t, err, "things.get: 200 OK: the body is empty")
	status = 204
	if v, err := Pointer[echo](t.Context(), c, get("/x")); err != nil || v == nil {
		t.Errorf("204: %v, %v", v, err)
	}
	if v, err := Value[[]int](t.Context(), c, get("/x")); err != nil || v != nil {
		t.Errorf("204: %v, %v", v, err)
	}
}

func TestGraphQLErrors(t *testing.T) {
	body := ""
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, body) })
	call := post(ownerBody{"e"})
	call.GraphQL = true
	for text, want := range map[string]bool{
		`{"errors":[{"message":"no","extensions":{"code":"FORBIDDEN"}}],"data":null}`: true,
		`{"errors":[{"message":"no"}]}`:                                               true,
		`{"errors":[{"message":"partly"}],"data":{"a":1}}`:                            false,
		`{"data":{"a":1}}`:             false,
		`{"errors":[],"data":{"a":1}}`: false,
	} {
		body = text
		err := Exec(t.Context(), c, call)
		var failed *Error
		if errors.As(err, &failed) != want || want && !strings.HasSuffix(err.Error(), "200 OK: no (POST /base/things)") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

type petResult struct {
	OK       *echo     `status:"200"`
	Accepted *string   `status:"202"`
	None     *struct{} `status:"204"`
	Other    []int     `status:"2XX"`
}

type petDefault struct {
	OK      *echo `status:"200"`
	Default *echo `status:"default"`
}

func TestResult(t *testing.T) {
	status, body, contentType := 0, "", "application/json"
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
	do := func(s int, ct, b string) (*petResult, error) {
		status, contentType, body = s, ct, b
		return Result[petResult](t.Context(), c, get("/x"))
	}
	if r, err := do(200, "application/json", `{"type":"a"}`); err != nil || r.OK.Type != "a" || r.Accepted != nil || r.Other != nil {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err := do(202, "text/plain", `later`); err != nil || *r.Accepted != "later" || r.OK != nil {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err := do(202, "application/json", `"later"`); err != nil || *r.Accepted != "later" {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err := do(204, "", ``); err != nil || r.None == nil || r.OK != nil {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err := do(206, "application/json", `[1]`); err != nil || len(r.Other) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := do(404, "application/json", `{}`); !errors.Is(err, ErrNotFound) {
		t.Errorf("%v", err)
	}
	status, body = 207, `{"type":"d"}`
	if r, err := Result[petDefault](t.Context(), c, get("/x")); err != nil || r.Default.Type != "d" {
		t.Errorf("%+v, %v", r, err)
	}
	type strict struct {
		OK *echo `status:"200"`
	}
	_, err := Result[strict](t.Context(), c, get("/x"))
	wantText(t, err, "things.get: 207 Multi-Status: 207 Multi-Status is none of the documented responses")
}
