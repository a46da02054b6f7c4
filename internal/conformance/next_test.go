package conformance

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/exchange"
)

// nextPage returns what the documented response says of the next page: a link,
// or the value of the parameter that x-pagination moves; "" when it is the
// last page, or no page of a list.
func (b *bench) nextPage(t *testing.T, ex *exchange.Exchange) string {
	t.Helper()
	if ex.Response == nil || ex.Response.Status != http.StatusOK || !exchange.IsJSON(ex.Response.Header.Get("Content-Type")) {
		return ""
	}
	body, err := parseJSON(ex.Response.Body)
	if err != nil {
		return "" // its page does not show it
	}
	if next, ok := at(body, "/links/next").(string); ok {
		return next
	}
	if next := at(body, b.extension(ex, "x-pagination")["next"]); next != nil {
		return fmt.Sprint(next)
	}
	return ""
}

// extension returns the texts of an extension of an exchange's operation, such
// as x-pagination, by name.
func (b *bench) extension(ex *exchange.Exchange, name string) map[string]string {
	method, path, ok := b.spec.Operation(ex.OperationID)
	if !ok {
		return nil
	}
	declared, _ := b.spec.Doc.Paths.Value(path).GetOperation(method).Extensions[name].(map[string]any)
	texts := map[string]string{}
	for name, value := range declared {
		texts[name], _ = value.(string)
	}
	return texts
}

// at returns the value at a JSON pointer, nil when there is none.
func at(value any, pointer string) any {
	if pointer == "" {
		return nil
	}
	for name := range strings.SplitSeq(pointer[1:], "/") {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	return value
}

// checkNext holds that the page after the documented one is fetched from where
// the documented one says, and that nothing else of the request changes.
func (b *bench) checkNext(t *testing.T, ex *exchange.Exchange) {
	var requests []*sent
	b.handle = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests = append(requests, receive(t, r))
		answer(t, w, ex)
	})
	out := b.call(t, ex)
	if out.err != nil {
		t.Fatal(out.err)
	}
	next := reflect.ValueOf(out.result).MethodByName("Next")
	if !next.IsValid() {
		t.Fatalf("%T cannot fetch the next page", out.result)
	}
	if err, _ := next.Call([]reflect.Value{reflect.ValueOf(t.Context())})[1].Interface().(error); err != nil {
		t.Fatal(err)
	}
	if len(requests) != 2 {
		t.Fatalf("%d requests, want 2", len(requests))
	}
	want := ex.Request
	want.Target = b.nextTarget(t, ex)
	for _, diff := range compareRequests(&want, requests[1]) {
		t.Error(diff)
	}
}

// nextTarget returns the target of the request for the next page.
func (b *bench) nextTarget(t *testing.T, ex *exchange.Exchange) string {
	t.Helper()
	next := b.nextPage(t, ex)
	if link, err := url.Parse(next); err == nil && link.Host != "" {
		return link.RequestURI()
	}
	u := ex.Request.URL()
	query := u.Query()
	query.Set(b.extension(ex, "x-pagination")["param"], next)
	u.RawQuery = query.Encode()
	return u.RequestURI()
}
