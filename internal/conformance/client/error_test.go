package client

import (
	"errors"
	"strings"
	"testing"

	"github.com/docwright/docwright/generated/api"
	"github.com/docwright/docwright/generated/clarus"
	"github.com/docwright/docwright/generated/ctrlhub"
	"github.com/docwright/docwright/generated/graphql"
)

// apiError makes the call and returns its error.
func apiError(t *testing.T, err error) *api.Error {
	t.Helper()
	var e *api.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want an *api.Error", err)
	}
	return e
}

// TestErrorDocument reads the errors of the Ctrl Hub API, and finds what the caller
// set in them.
func TestErrorDocument(t *testing.T) { onBackends(t, testErrorDocument) }

func testErrorDocument(t *testing.T, ctrlHub connect) {
	client := ctrlHub(t, answer(422, `{"errors":[
		{"status":"422","title":"Invalid attribute","detail":"is no address","meta":{"field":"email","type":"format","value":"x@x.org"}},
		{"status":"422","title":"Missing","source":{"pointer":"/data/attributes/first_name"}}],"jsonapi":{"version":"1.0"}}`))
	_, err := client.Contacts.Update(t.Context(), orgID, contactID, ctrlhub.ContactUpdate{Email: api.Set("x@x.org")})
	e := apiError(t, err)
	if !errors.Is(err, api.ErrUnprocessable) || !errors.Is(err, api.ErrClient) || errors.Is(err, api.ErrServer) || len(e.Errors) != 2 {
		t.Errorf("%#v", e)
	}
	if e.Field() != "Email" || e.Errors[0].Field() != "Email" || e.Errors[1].Field() != "FirstName" || string(e.Errors[0].Meta["type"]) != `"format"` {
		t.Errorf("fields %q, %q, %q", e.Field(), e.Errors[0].Field(), e.Errors[1].Field())
	}
	if want := "contacts.update: 422 Unprocessable Entity: email: is no address; first_name: Missing (PUT /v3/orgs/" + orgID + "/customers/contacts/" + contactID; !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v", err)
	}
}

// TestBareError reads the shape that the reference shows: an error object without
// a document around it. The call is one that backends would refuse.
func TestBareError(t *testing.T) {
	client := ctrlHub(t, answer(400, `{"id":"e1","status":"400","title":"Unknown value","source":{"parameter":"include"},"meta":{"resource":"contacts"}}`))
	_, err := client.Contacts.Get(t.Context(), "o", "c1", ctrlhub.ContactGetParams{Include: []ctrlhub.ContactInclude{"nothing"}})
	e := apiError(t, err)
	if len(e.Errors) != 1 || e.Errors[0].ID != "e1" || e.Errors[0].Parameter != "include" || e.Field() != "Include" || !errors.Is(err, api.ErrBadRequest) {
		t.Errorf("%+v", e.Errors)
	}
}

// TestTrace reads the trace that stands in for a body.
func TestTrace(t *testing.T) { onBackends(t, testTrace) }

func testTrace(t *testing.T, ctrlHub connect) {
	client := ctrlHub(t, answer(500, "", "X-Trace-Id", "tr-77"))
	_, err := client.Contacts.Get(t.Context(), orgID, contactID)
	e := apiError(t, err)
	if e.TraceID != "tr-77" || e.Attempts != 3 || !errors.Is(err, api.ErrServer) || !strings.HasSuffix(err.Error(), ", trace tr-77, after 3 attempts)") {
		t.Errorf("%v %+v", err, e)
	}
}

// TestClarusErrors reads {"error": …}, and knows the documented reasons.
func TestClarusErrors(t *testing.T) { onClarus(t, testClarusErrors) }

func testClarusErrors(t *testing.T, clarusWMS connectClarus) {
	for body, code := range map[string]any{
		`{"error":"goods_out_already_allocated"}`:                             clarus.ErrorSymbolGoodsOutAlreadyAllocated,
		`{"error":{"code":36,"message":"empty_ids_provided"}}`:                clarus.ErrorCodeEmptyIDsProvided,
		`{"errors":[{"code":"39","detail":"not_enough_stocks_for_picking"}]}`: clarus.ErrorCodeNotEnoughStocksForPicking,
	} {
		client := clarusWMS(t, answer(422, body, "Content-Type", "application/json"))
		_, err := client.GoodsOutProcesses.ProcessPicksAsync(t.Context(), clarus.PickProcessing{})
		e := apiError(t, err)
		if !e.HasCode(code) || e.HasCode(clarus.ErrorCodeBookingBackToPending) || !errors.Is(err, api.ErrUnprocessable) {
			t.Errorf("%s: %v", body, err)
		}
		if value, ok := e.Value.(*clarus.Error); strings.HasPrefix(body, `{"error":"`) && (!ok || value.Message != "goods_out_already_allocated") {
			t.Errorf("%s: %#v", body, e.Value)
		}
	}
}

// TestGraphQLErrors reads errors that come with status 200.
func TestGraphQLErrors(t *testing.T) { onClarus(t, testGraphQLErrors) }

func testGraphQLErrors(t *testing.T, clarusWMS connectClarus) {
	client := clarusWMS(t, answer(200, `{"data":null,"errors":[{"message":"no such field","path":["accounts",0],"extensions":{"code":"undefinedField"}}]}`, "Content-Type", "application/json"))
	_, err := client.Accounts.List(t.Context())
	var e *graphql.Error
	if !errors.As(err, &e) || len(e.Problems) != 1 || string(e.Problems[0].Extensions["code"]) != `"undefinedField"` || !strings.Contains(err.Error(), "accounts.list") || !strings.Contains(err.Error(), "no such field") {
		t.Errorf("%v", err)
	}
}

// TestProxyErrors reads what stands between the client and the API.
func TestProxyErrors(t *testing.T) { onBackends(t, testProxyErrors) }

func testProxyErrors(t *testing.T, ctrlHub connect) {
	page := "<!DOCTYPE html><html><head><title>502</title><style>p{}</style></head><body><h1>Bad&nbsp;Gateway</h1><script>x()</script>\nnginx</body></html>"
	client := ctrlHub(t, answer(502, page, "Content-Type", "text/html"), api.WithRetries(0))
	_, err := client.Contacts.Get(t.Context(), orgID, contactID)
	if e := apiError(t, err); e.Message != "502 Bad Gateway nginx" || string(e.Body) != page {
		t.Errorf("%q", e.Message)
	}

	client = ctrlHub(t, answer(200, "<html>please log in</html>", "Content-Type", "text/html"))
	_, err = client.Contacts.Get(t.Context(), orgID, contactID)
	var bad *api.BodyError
	if !errors.As(err, &bad) || !strings.Contains(err.Error(), "the body is text/html: please log in") {
		t.Errorf("a login page as an answer: %v", err)
	}
}

// TestBadBodies tells where an answer is wrong.
func TestBadBodies(t *testing.T) { onBackends(t, testBadBodies) }

func testBadBodies(t *testing.T, ctrlHub connect) {
	for name, c := range map[string]struct {
		body   string
		opts   []api.Option
		is     error
		text   string // in the error
		path   string // of a decode error
		offset int64
	}{
		"malformed": {body: `{"data":{"type":"contacts","id":"1","attributes":{"first_name":"Ann",}}}`, path: "data.attributes", offset: 69, text: "contacts.get: 200 OK: data.attributes: "},
		"mistyped":  {body: `{"data":{"type":"contacts","id":"1","attributes":{"first_name":{}}}}`, path: "data.attributes.first_name", offset: 63, text: "expected string"},
		"in meta":   {body: `{"data":{"type":"contacts","id":"1","meta":{"created_at":"yesterday"}}}`, path: "data.meta.created_at", offset: 57},
		"cut off":   {body: `{"data":{"type":"contacts","id":"1","attrib`, offset: 43},
		"empty":     {body: ``, is: api.ErrEmpty},
		"oversized": {body: `{"data":{"type":"contacts","id":"1","attributes":{"first_name":"` + strings.Repeat("x", 5000) + `"}}}`, opts: []api.Option{api.WithResponseLimit(4096)}, is: api.ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			client := ctrlHub(t, answer(200, c.body), c.opts...)
			_, err := client.Contacts.Get(t.Context(), orgID, contactID)
			var bad *api.BodyError
			if !errors.As(err, &bad) || bad.Response.StatusCode != 200 || !strings.Contains(err.Error(), c.text) {
				t.Fatalf("got %v", err)
			}
			if c.is != nil {
				if !errors.Is(err, c.is) {
					t.Errorf("got %v, want %v", err, c.is)
				}
				return
			}
			var at *api.DecodeError
			if !errors.As(err, &at) || c.path != "" && at.Path != c.path || at.Offset != c.offset {
				t.Errorf("got %+v, want %s at %d", at, c.path, c.offset)
			}
		})
	}
}
