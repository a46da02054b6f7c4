package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/docwright/docwright/generated/api"
	"github.com/docwright/docwright/generated/graphql"
	"github.com/docwright/docwright/generated/jsonapi"
	"github.com/docwright/docwright/internal/exchange"
)

// checkOutcome holds what a method returned against the documented response: a
// result for success, an error with the documented status for failure, and a
// GraphQL error where the answer has some.
func checkOutcome(t *testing.T, ex *exchange.Exchange, out *outcome) {
	t.Helper()
	var apiErr *api.Error
	refused := errors.As(out.err, &apiErr)
	switch {
	case ex.Response == nil || ex.Response.Elided():
		if refused { // no result can be made of an answer that the page does not show
			t.Errorf("the call failed: %v", out.err)
		}
	case ex.Response.Status >= 400 && !refused:
		t.Errorf("got error %v, want an *api.Error", out.err)
	case ex.Response.Status >= 400:
		if apiErr.StatusCode != ex.Response.Status {
			t.Errorf("got status %d, want %d", apiErr.StatusCode, ex.Response.Status)
		}
	case isQuery(ex) && queryFailed(ex.Response.Body):
		var failed *graphql.Error
		if !errors.As(out.err, &failed) {
			t.Errorf("got error %v, want a *graphql.Error", out.err)
		}
	case out.err != nil:
		t.Errorf("the call failed: %v", out.err)
	}
}

// queryFailed reports whether the answer to a query is that it went wrong.
func queryFailed(body []byte) bool {
	answer, err := parseJSON(body)
	return err == nil && at(answer, "/errors") != nil
}

// sameOperation compares an operationId with the name that oapi-codegen makes
// of it: accountWarehouses.create and AccountWarehousesCreate.
func sameOperation(goName, operationID string) bool {
	return strings.EqualFold(goName, strings.ReplaceAll(operationID, ".", ""))
}

// checkRoundtrip holds that the documented response fits the client's types:
// it decodes with nothing left over, what it includes is linked, and encoding
// gives the same JSON again.
func (b *bench) checkRoundtrip(t *testing.T, ex *exchange.Exchange) {
	b.handle = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(t, w, ex) })
	out := b.call(t, ex)
	checkOutcome(t, ex, out)
	if ex.Response == nil || ex.Response.Body == nil || t.Failed() || isQuery(ex) && queryFailed(ex.Response.Body) {
		return // nothing to decode
	}
	value := out.result
	var apiErr *api.Error
	if errors.As(out.err, &apiErr) {
		if value = apiErr.Value; value == nil {
			value = errorDocument(apiErr.Errors)
		}
	}
	if value == nil || reflect.ValueOf(value).IsZero() {
		t.Fatalf("the method gives nothing of the response's body")
	}
	if stream, ok := value.(io.ReadCloser); ok {
		checkStream(t, ex, stream)
		return
	}
	body := ex.Response.Body
	if reflect.TypeOf(value).Kind() == reflect.Pointer && strings.HasSuffix(reflect.TypeOf(value).Elem().PkgPath(), "/graphql") {
		body = b.nodes(t, ex)
		value = reflect.ValueOf(value).Elem().FieldByName("Items").Interface()
	}
	for _, problem := range roundtrip(body, value) {
		t.Error(problem)
	}
}

// nodes returns the nodes of the connection that a query is answered with, as
// an array: methods return a page of them, without what is around it.
func (b *bench) nodes(t *testing.T, ex *exchange.Exchange) []byte {
	t.Helper()
	answer, err := parseJSON(ex.Response.Body)
	if err != nil {
		t.Fatal(err)
	}
	edges, _ := at(answer, b.extension(ex, "x-graphql")["connection"]+"/edges").([]any)
	nodes := make([]any, len(edges))
	for i, edge := range edges {
		nodes[i] = at(edge, "/node")
	}
	data, err := json.Marshal(nodes)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// errorDocument is the JSON:API document that error objects came from.
func errorDocument(errs []api.ErrorObject) any {
	type object struct {
		ID     string                     `json:"id,omitempty"`
		Status string                     `json:"status,omitempty"`
		Code   string                     `json:"code,omitempty"`
		Title  string                     `json:"title,omitempty"`
		Detail string                     `json:"detail,omitempty"`
		Source map[string]string          `json:"source,omitempty"`
		Links  map[string]string          `json:"links,omitempty"`
		Meta   map[string]json.RawMessage `json:"meta,omitempty"`
	}
	objects := make([]object, len(errs))
	for i, e := range errs {
		objects[i] = object{
			ID: e.ID, Status: e.Status, Code: e.Code, Title: e.Title, Detail: e.Detail, Meta: e.Meta,
			Source: present("pointer", e.Pointer, "parameter", e.Parameter, "header", e.Header),
			Links:  present("about", e.About, "type", e.Type),
		}
	}
	return map[string]any{"errors": objects}
}

// present makes a map of names and values, without the empty values.
func present(namesAndValues ...string) map[string]string {
	m := map[string]string{}
	for i := 0; i < len(namesAndValues); i += 2 {
		if value := namesAndValues[i+1]; value != "" {
			m[namesAndValues[i]] = value
		}
	}
	return m
}

// checkStream holds that a body which is not JSON arrives as it is.
func checkStream(t *testing.T, ex *exchange.Exchange, stream io.ReadCloser) {
	t.Helper()
	defer stream.Close()
	data, err := io.ReadAll(stream)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(data, ex.Response.Body) {
		t.Errorf("got %q, want %q", data, ex.Response.Body)
	}
}

// roundtrip returns what is lost of a JSON body that was decoded to value.
func roundtrip(body []byte, value any) []string {
	if doc := documentOf(value); doc != nil {
		problems := unlinked(body, value)
		if err := api.Unmarshal(body, doc); err != nil {
			return append(problems, err.Error())
		}
		return append(problems, compareEncoded(body, doc)...)
	}
	return compareEncoded(body, value)
}

func compareEncoded(body []byte, value any) []string {
	w := walker{seen: map[any]bool{}}
	w.walk("", reflect.ValueOf(value))
	encoded, err := api.Marshal(value)
	if err != nil {
		return append(w.problems, err.Error())
	}
	return append(w.problems, differences(body, encoded)...)
}

// documentOf returns a pointer to a struct for the whole JSON:API document that
// a result was part of: methods return the resource, or a page, without the
// members around it. It is nil for other results.
func documentOf(result any) any {
	t := reflect.TypeOf(result)
	data, meta := t, reflect.TypeFor[json.RawMessage]()
	if t.Kind() == reflect.Pointer && strings.HasPrefix(t.Elem().Name(), "Page[") {
		items, _ := t.Elem().FieldByName("Items")
		pageMeta, _ := t.Elem().FieldByName("Meta")
		data, meta = items.Type, pageMeta.Type
	} else if !underData(t) {
		return nil
	}
	return reflect.New(reflect.StructOf([]reflect.StructField{
		{Name: "Data", Type: data, Tag: `json:"data"`},
		{Name: "Included", Type: reflect.TypeFor[jsonapi.Included](), Tag: `json:"included,omitzero"`},
		{Name: "Meta", Type: meta, Tag: `json:"meta,omitzero"`},
		{Name: "Links", Type: reflect.TypeFor[jsonapi.Links](), Tag: `json:"links,omitzero"`},
		{Name: "JSONAPI", Type: reflect.TypeFor[json.RawMessage](), Tag: `json:"jsonapi,omitzero"`},
	})).Interface()
}

// walker looks for what the client's types could not hold.
type walker struct {
	seen     map[any]bool
	problems []string
}

// walk visits every value below v; at names it by Go fields.
func (w *walker) walk(at string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() || v.Kind() == reflect.Pointer && w.seen[v.Interface()] {
			return
		}
		if v.Kind() == reflect.Pointer {
			w.seen[v.Interface()] = true
		}
		w.walk(at, v.Elem())
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			w.walk(fmt.Sprintf("%s[%d]", at, i), v.Index(i))
		}
	case reflect.Map:
		for iter := v.MapRange(); iter.Next(); {
			w.walk(fmt.Sprintf("%s[%v]", at, iter.Key()), iter.Value())
		}
	case reflect.Struct:
		w.walkStruct(at, v)
	}
}

// walkStruct asks a pointer to the struct what it has no field for: the methods
// of what structs embed have pointer receivers.
func (w *walker) walkStruct(at string, v reflect.Value) {
	if !v.CanAddr() {
		addressable := reflect.New(v.Type()).Elem()
		addressable.Set(v)
		v = addressable
	}
	switch value := v.Addr().Interface().(type) {
	case *time.Time, *api.Date:
		return
	case interface {
		Unknown() map[string]json.RawMessage
	}:
		for name, data := range value.Unknown() {
			w.problems = append(w.problems, fmt.Sprintf("%s has no field for %q: %s", at, name, data))
		}
	case interface{ Unknown() json.RawMessage }:
		if data := value.Unknown(); data != nil {
			w.problems = append(w.problems, fmt.Sprintf("%s has no variant for %s", at, data))
		}
	case *jsonapi.Included:
		for _, r := range value.Unknown() {
			w.problems = append(w.problems, fmt.Sprintf("included resource of unknown type %q", r.Type))
		}
		i := 0
		for r := range value.All() {
			w.walk(fmt.Sprintf("%s[%d]", at, i), reflect.ValueOf(r))
			i++
		}
		return
	}
	for i := range v.NumField() {
		if field := v.Type().Field(i); field.IsExported() && !field.Anonymous { // what is embedded was asked above
			w.walk(at+"."+field.Name, v.Field(i))
		}
	}
}

// unlinked returns the relationships of a result that lead to a resource of the
// document and do not know it.
func unlinked(body []byte, result any) []string {
	var document struct {
		Data     json.RawMessage
		Included []struct{ Type, ID json.RawMessage }
	}
	if err := json.Unmarshal(body, &document); err != nil {
		return []string{err.Error()}
	}
	var included []string
	for _, r := range document.Included {
		included = append(included, unquoted(r.Type)+"/"+unquoted(r.ID))
	}
	l := linkage{included: included, seen: map[any]bool{}}
	l.walk("", reflect.ValueOf(result))
	return l.problems
}

func unquoted(data json.RawMessage) string { return strings.Trim(string(data), `"`) }

// linkage visits the relationships of resources.
type linkage struct {
	included []string // "contacts/7"
	seen     map[any]bool
	problems []string
}

func (l *linkage) walk(at string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || l.seen[v.Interface()] {
			return
		}
		l.seen[v.Interface()] = true
		l.walk(at, v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			l.walk(fmt.Sprintf("%s[%d]", at, i), v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			switch {
			case strings.HasPrefix(field.Tag.Get("jsonapi"), "rel,"):
				l.relationship(at+"."+field.Name, v.Field(i))
			case field.Name == "Items":
				l.walk(at+".Items", v.Field(i))
			}
		}
	}
}

// relationship checks a ToOne or ToMany, and goes on with what it leads to.
func (l *linkage) relationship(at string, v reflect.Value) {
	refs := v.MethodByName("Refs")
	if !refs.IsValid() {
		ref := v.MethodByName("Ref")
		if !ref.IsValid() {
			l.walk(at, v) // a resource in place of its identifier
			return
		}
		if results := ref.Call(nil); results[1].Bool() {
			l.ref(at, results[0])
		}
		return
	}
	list := refs.Call(nil)[0]
	for i := range list.Len() {
		l.ref(fmt.Sprintf("%s[%d]", at, i), list.Index(i))
	}
}

func (l *linkage) ref(at string, ref reflect.Value) {
	name := fmt.Sprint(ref.Interface())
	loaded := ref.MethodByName("Loaded").Call(nil)[0]
	if loaded.IsNil() {
		if slices.Contains(l.included, name) {
			l.problems = append(l.problems, fmt.Sprintf("%s does not lead to the included %s", at, name))
		}
		return
	}
	l.walk(at, loaded)
}
