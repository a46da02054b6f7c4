package conformance

import (
	"bytes"
	"context"
	"encoding"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/generated/api"
	"github.com/docwright/docwright/internal/exchange"
)

// The driver calls the method of a generated client that an exchange
// documents. It finds the method by the operationId and makes typed arguments
// of what the exchange holds: strings and numbers of the path, a struct of the
// query and the headers, a write type of the body. It reads structs by their
// tags and never builds a request itself: whether the arguments give the
// documented request is for the client to show.

// findMethod returns the method of a client that makes an operation's calls.
func findMethod(client any, operationID string) (reflect.Value, error) {
	service, name, _ := strings.Cut(operationID, ".")
	fields := reflect.ValueOf(client).Elem()
	field, ok := fields.Type().FieldByNameFunc(func(s string) bool { return strings.EqualFold(s, service) })
	if !ok {
		return reflect.Value{}, fmt.Errorf("the client has no service %s", service)
	}
	value := fields.FieldByIndex(field.Index)
	for i := range value.NumMethod() {
		if strings.EqualFold(value.Type().Method(i).Name, name) {
			return value.Method(i), nil
		}
	}
	return reflect.Value{}, fmt.Errorf("%s has no method %s", value.Type(), name)
}

// outcome is what a call returned.
type outcome struct {
	result   any // nil for methods that return an error only
	err      error
	response api.Response
}

// drive makes the call that an exchange documents.
func drive(ctx context.Context, client any, spec *exchange.Spec, ex *exchange.Exchange) (*outcome, error) {
	out := &outcome{}
	with := reflect.ValueOf(client).MethodByName("With")
	client = with.Call([]reflect.Value{reflect.ValueOf(api.CaptureResponse(&out.response))})[0].Interface()
	method, err := findMethod(client, ex.OperationID)
	if err != nil {
		return nil, err
	}
	args, err := arguments(method.Type(), spec.PathParams(ex), ex)
	if err != nil {
		return nil, err
	}
	args = append([]reflect.Value{reflect.ValueOf(ctx)}, args...)
	results := method.Call(args)
	last := len(results) - 1
	out.err, _ = results[last].Interface().(error)
	if last > 0 {
		out.result = results[0].Interface()
	}
	return out, nil
}

// arguments makes the arguments of a method, without the context before them.
func arguments(method reflect.Type, params []exchange.PathParam, ex *exchange.Exchange) ([]reflect.Value, error) {
	var args []reflect.Value
	for i := 1; i < method.NumIn(); i++ {
		t := method.In(i)
		if method.IsVariadic() && i == method.NumIn()-1 {
			t = t.Elem()
		}
		arg := reflect.New(t).Elem()
		var err error
		switch {
		case len(params) > 0:
			err = setText(arg, params[0].Value)
			params = params[1:]
		case isOptions(arg.Type()):
			err = setOptions(arg, ex)
		case isQuery(ex):
			err = setVariables(arg, ex)
		default:
			err = setBody(arg, &ex.Request.Message)
		}
		if err != nil {
			return nil, fmt.Errorf("argument %d, %s: %w", i, arg.Type(), err)
		}
		args = append(args, arg)
	}
	if len(params) > 0 {
		return nil, fmt.Errorf("the method takes no %s", params[0].Name)
	}
	return args, nil
}

// isOptions reports whether a struct holds parameters.
func isOptions(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for i := range t.NumField() {
		tag := t.Field(i).Tag
		for _, key := range []string{"query", "header", "cookie"} {
			if _, ok := tag.Lookup(key); ok {
				return true
			}
		}
	}
	return false
}

// setOptions fills a struct of parameters from the query and the headers.
func setOptions(arg reflect.Value, ex *exchange.Exchange) error {
	query := ex.Request.URL().Query()
	for i := range arg.NumField() {
		field := arg.Type().Field(i)
		if field.Name == "_" {
			continue
		}
		var data []byte
		if tag, ok := field.Tag.Lookup("query"); ok {
			data = queryJSON(field.Type, tag, query)
		} else if tag, ok := field.Tag.Lookup("header"); ok {
			name, _, _ := strings.Cut(tag, ",")
			if values := ex.Request.Header.Values(name); len(values) > 0 {
				data = listJSON(field.Type, strings.Split(strings.Join(values, ","), ","))
			}
		}
		if data == nil {
			continue
		}
		if err := api.Unmarshal(data, arg.Field(i).Addr().Interface()); err != nil {
			return fmt.Errorf("%s from %s: %w", field.Name, data, err)
		}
	}
	return nil
}

// isQuery reports whether a request carries a GraphQL query.
func isQuery(ex *exchange.Exchange) bool {
	return strings.HasSuffix(ex.Request.URL().Path, "/graphql")
}

// setVariables fills the struct of a GraphQL query's variables. The query
// itself is the client's.
func setVariables(arg reflect.Value, ex *exchange.Exchange) error {
	var body struct {
		Variables json.RawMessage `json:"variables"`
	}
	if err := json.Unmarshal(ex.Request.Body, &body); err != nil || body.Variables == nil {
		return err
	}
	return api.Unmarshal(body.Variables, arg.Addr().Interface())
}

// queryJSON returns a parameter as the JSON that its type decodes, nil when the
// query does not hold it.
func queryJSON(t reflect.Type, tag string, query url.Values) []byte {
	name, rest, _ := strings.Cut(tag, ",")
	flags := strings.Split(rest, ",")
	if slices.Contains(flags, "deep") {
		return deepJSON(t, query, name)
	}
	values, ok := query[name]
	if !ok {
		return nil
	}
	if slices.Contains(flags, "json") {
		return []byte(values[0])
	}
	for flag, separator := range map[string]string{"csv": ",", "space": " ", "pipe": "|"} {
		if slices.Contains(flags, flag) {
			values = strings.Split(values[0], separator)
		}
	}
	return listJSON(t, values)
}

// deepJSON gathers the members of a deepObject parameter: name[a][b]=c.
func deepJSON(t reflect.Type, query url.Values, name string) []byte {
	prefix := name + "["
	members := map[string]json.RawMessage{}
	for key, values := range query {
		rest, ok := strings.CutPrefix(key, prefix)
		if !ok {
			continue
		}
		member, _, _ := strings.Cut(rest, "]")
		inner := memberType(settled(t), member)
		if data := deepJSON(inner, query, prefix+member+"]"); data != nil {
			members[member] = data
		} else {
			members[member] = listJSON(inner, values)
		}
	}
	if len(members) == 0 {
		return nil
	}
	data, err := json.Marshal(members)
	if err != nil {
		panic(err) // a map of JSON made above
	}
	return data
}

// memberType returns the type of an object's member; that of a string when it
// is not known, which the client will then not send.
func memberType(t reflect.Type, member string) reflect.Type {
	switch t.Kind() {
	case reflect.Map:
		return t.Elem()
	case reflect.Struct:
		for i := range t.NumField() {
			if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name == member {
				return t.Field(i).Type
			}
		}
	}
	return reflect.TypeFor[string]()
}

// listJSON returns texts as JSON: an array for slices, else the only one.
func listJSON(t reflect.Type, texts []string) []byte {
	t = settled(t)
	if t.Kind() != reflect.Slice {
		return textJSON(t, strings.Join(texts, ","))
	}
	items := make([][]byte, len(texts))
	for i, text := range texts {
		items[i] = textJSON(settled(t.Elem()), text)
	}
	return []byte("[" + string(bytes.Join(items, []byte(","))) + "]")
}

// textJSON returns a text as the JSON of a scalar type.
func textJSON(t reflect.Type, text string) []byte {
	switch t.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int32, reflect.Int64, reflect.Float32, reflect.Float64:
		return []byte(text)
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil && t.Kind() == reflect.Struct && !reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return []byte(text) // a union
	}
	data, err := json.Marshal(text)
	if err != nil {
		panic(err) // strings always encode
	}
	return data
}

// settled takes pointers and api.Opt off a type.
func settled(t reflect.Type) reflect.Type {
	for {
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
			continue
		}
		_, isOpt := t.MethodByName("IsSet")
		get, ok := t.MethodByName("Get")
		if !isOpt || !ok {
			return t
		}
		t = get.Type.Out(0)
	}
}

func setText(arg reflect.Value, text string) error {
	return api.Unmarshal(textJSON(settled(arg.Type()), text), arg.Addr().Interface())
}

// setBody makes a body argument. No documented call sends a form.
func setBody(arg reflect.Value, m *exchange.Message) error {
	if m.Body == nil {
		return nil // not shown: what is sent is not compared
	}
	header := m.Header.Get("Content-Type")
	switch {
	case arg.Type() == reflect.TypeFor[io.Reader]():
		arg.Set(reflect.ValueOf(bytes.NewReader(m.Body)))
		return nil
	case exchange.IsJSON(header):
		return setJSON(arg, m.Body)
	case arg.Kind() == reflect.String:
		arg.SetString(string(m.Body))
		return nil
	}
	return fmt.Errorf("no idea how to pass a body of type %s", header)
}

// setJSON decodes a body into a write type. For a resource that is what stands
// under data.
func setJSON(arg reflect.Value, body []byte) error {
	if underData(arg.Type()) {
		var document struct {
			Data json.RawMessage `json:"data"`
		}
		if err := json.Unmarshal(body, &document); err != nil {
			return err
		}
		if document.Data == nil {
			return fmt.Errorf("the body has no data")
		}
		body = document.Data
	}
	return api.Unmarshal(body, arg.Addr().Interface())
}

// underData reports whether values of a type travel in the data member of a
// JSON:API document: resources do, and lists of them.
func underData(t reflect.Type) bool {
	t = settled(t)
	switch t.Kind() {
	case reflect.Slice:
		return underData(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if _, ok := t.Field(i).Tag.Lookup("jsonapi"); ok {
				return true
			}
		}
	}
	return false
}
