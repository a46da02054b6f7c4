// Package driver calls generated clients by reflection, with arguments made of
// JSON, and reports what they sent and what they made of the answer. A copy of
// it is compiled with the clients of the corpus, so it uses nothing but the
// runtime and the standard library, and judges nothing.
package driver

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"github.com/docwright/docwright/templates/runtime/api"
)

// Call is one call of a method.
type Call struct {
	ID      int
	Package string
	Service string   // field of the client
	Method  string   // of the service
	Schemes []string // security schemes that get a credential

	Args       []json.RawMessage          // of the path
	Body       json.RawMessage            // nil: none, or left out
	BodyKind   string                     // "json", "multipart", "raw" (a JSON string with the bytes); "" when the method takes none
	Show       bool                       // the outcome has the body's argument
	BodyInside bool                       // the struct of parameters holds the body
	FileTypes  map[string]string          // content types of files, where the document leaves a choice
	Parameters map[string]json.RawMessage // by "query name", "header name" and "cookie name"; nil when the method takes none

	Status      int
	ContentType string
	Answer      []byte

	Server string // URL of a server that answers instead
	Token  string // credential of each scheme; "" for one that no server knows
	All    string // of the service: method that iterates over the items of all pages; "" for none
}

// CallHeader is the header that has the ID of a call to a server.
const CallHeader = "X-Corpus-Call"

// Outcome is what became of a call.
type Outcome struct {
	ID       int
	Driver   string   // why the arguments could not be made
	Argument []byte   // the body's argument as JSON, if the call asks for it
	Request  *Request // nil when nothing was sent
	Error    string   // what the method returned
	Refused  bool     // the error is an *api.Error: the answer was an error
	Result   []byte   // encoded again, or the text as it is
	Unknown  []string // JSON pointers to members that the types have no field for
	Raw      []string // JSON pointers to values that are no variant of their union
	Untyped  []string // JSON pointers to values that the types keep as JSON

	Answer   []byte   // first response of a server
	Status   int      // its status
	Type     string   // its content type
	Unread   []string // paths of members of it that do not fit their fields
	Items    []string // what All iterates over, as JSON: the first MaxItems
	AllError string
}

// MaxItems is how many items are asked of All.
const MaxItems = 30

// Request is what the client sent.
type Request struct {
	Method, URL string
	Header      http.Header
	Body        []byte
}

// Clients makes the client of each package.
type Clients map[string]func(opts ...api.Option) (any, error)

// Run reads calls, a JSON value each, and writes their outcomes.
func Run(in io.Reader, out io.Writer, clients Clients) error {
	w := bufio.NewWriter(out)
	enc, dec := json.NewEncoder(w), json.NewDecoder(bufio.NewReader(in))
	for {
		var c Call
		if err := dec.Decode(&c); err == io.EOF {
			return w.Flush()
		} else if err != nil {
			return err
		}
		if err := enc.Encode(clients.do(&c)); err != nil {
			return err
		}
	}
}

// do makes a call. A panic of the client is an error of it.
func (cs Clients) do(c *Call) (o *Outcome) {
	o = &Outcome{ID: c.ID}
	defer func() {
		if r := recover(); r != nil {
			o.Error = fmt.Sprint("panic: ", r)
		}
	}()
	opts := []api.Option{api.WithHTTPClient(&http.Client{Transport: answering{c, o}}), api.WithServer("https://corpus.test"), api.WithRetries(0)}
	for _, s := range c.Schemes {
		opts = append(opts, api.WithCredential(s, api.Bearer(cmp.Or(c.Token, "corpus"))))
	}
	if c.Server != "" {
		opts = append(opts, api.WithHTTPClient(&http.Client{Transport: recording{c, o}}), api.WithServer(c.Server), api.WithObserver(unread{outcome: o}))
	}
	client, err := cs[c.Package](opts...)
	if err != nil {
		o.Driver = err.Error()
		return o
	}
	service := reflect.ValueOf(client).Elem().FieldByName(c.Service)
	if !service.IsValid() {
		o.Driver = "no service " + c.Service
		return o
	}
	method := service.MethodByName(c.Method)
	if !method.IsValid() {
		o.Driver = "no method " + c.Service + "." + c.Method
		return o
	}
	args, err := arguments(method.Type(), c)
	if err != nil {
		o.Driver = err.Error()
		return o
	}
	if err := o.show(args, c); err != nil {
		o.Driver = err.Error()
		return o
	}
	results := method.Call(args)
	if c.Server != "" && len(results) == 1 && results[0].Kind() == reflect.Func { // nothing is sent before somebody iterates
		o.iterate(results[0])
		return o
	}
	o.take(results, c)
	if all := service.MethodByName(c.All); c.Server != "" && c.All != "" && all.IsValid() {
		if args, err = arguments(all.Type(), c); err != nil {
			o.AllError = err.Error()
			return o
		}
		o.iterate(all.Call(args)[0])
	}
	return o
}

// show keeps the argument of the body, if the call asks for it.
func (o *Outcome) show(args []reflect.Value, c *Call) (err error) {
	if c.Show && !c.BodyInside {
		o.Argument, err = api.Marshal(args[1+len(c.Args)].Addr().Interface())
	}
	return err
}

// iterate takes items of an iterator.
func (o *Outcome) iterate(all reflect.Value) {
	for item, err := range all.Seq2() {
		if e, _ := err.Interface().(error); e != nil {
			o.AllError = e.Error()
			return
		}
		data, err := api.Marshal(item.Interface())
		if err != nil {
			o.AllError = "encode: " + err.Error()
		}
		if o.Items = append(o.Items, string(data)); len(o.Items) == MaxItems {
			return
		}
	}
}

// unread is an observer that keeps where members do not fit their fields.
type unread struct{ outcome *Outcome }

// Start has nothing to keep.
func (unread) Start(ctx context.Context, _ *api.CallEvent) context.Context { return ctx }

// Retry has nothing to keep.
func (unread) Retry(context.Context, *api.CallEvent) {}

// End has nothing to keep.
func (unread) End(context.Context, *api.CallEvent) {}

// Unread keeps the path of a member.
func (u unread) Unread(_ context.Context, _ *api.CallEvent, err *api.DecodeError) {
	u.outcome.Unread = append(u.outcome.Unread, err.Path)
}

// recording is a transport that keeps the first answer of a server.
type recording struct {
	call    *Call
	outcome *Outcome
}

// RoundTrip sends the request to the server, whatever it is for.
func (r recording) RoundTrip(req *http.Request) (*http.Response, error) {
	to, err := url.Parse(r.call.Server)
	if err != nil {
		return nil, err
	}
	req = req.Clone(req.Context())
	req.URL.Scheme, req.URL.Host, req.Host = to.Scheme, to.Host, to.Host
	req.Header.Set(CallHeader, strconv.Itoa(r.call.ID))
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, errors.Join(err, resp.Body.Close())
	}
	if err := resp.Body.Close(); err != nil {
		return nil, err
	}
	if r.outcome.Status == 0 {
		r.outcome.Answer, r.outcome.Status, r.outcome.Type = data, resp.StatusCode, resp.Header.Get("Content-Type")
		r.outcome.Request = &Request{Method: req.Method, URL: req.URL.String(), Header: req.Header}
		r.call.Answer, r.call.Status, r.call.ContentType = data, resp.StatusCode, r.outcome.Type
	}
	resp.Body = io.NopCloser(bytes.NewReader(data))
	return resp, nil
}

// answering is the transport: it keeps the request and gives the answer.
type answering struct {
	call    *Call
	outcome *Outcome
}

// RoundTrip answers the request.
func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	sent := &Request{Method: r.Method, URL: r.URL.String(), Header: r.Header}
	if r.Body != nil {
		var err error
		if sent.Body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	a.outcome.Request = sent
	h := http.Header{}
	if a.call.ContentType != "" {
		h.Set("Content-Type", a.call.ContentType)
	}
	return &http.Response{
		StatusCode: a.call.Status, Status: fmt.Sprint(a.call.Status, " ", http.StatusText(a.call.Status)), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h, Body: io.NopCloser(bytes.NewReader(a.call.Answer)), ContentLength: int64(len(a.call.Answer)), Request: r,
	}, nil
}

// arguments makes the arguments of a method: the context, those of the path,
// the body, the struct of the other parameters, which may be left out.
func arguments(method reflect.Type, c *Call) ([]reflect.Value, error) {
	args := []reflect.Value{reflect.ValueOf(context.Background())}
	next := func() (reflect.Value, error) {
		if len(args) >= method.NumIn() {
			return reflect.Value{}, fmt.Errorf("%s takes fewer arguments", method)
		}
		t := method.In(len(args))
		if method.IsVariadic() && len(args) == method.NumIn()-1 {
			t = t.Elem()
		}
		return reflect.New(t).Elem(), nil
	}
	for _, text := range c.Args {
		arg, err := next()
		if err == nil {
			err = api.Unmarshal(argument(arg, text), arg.Addr().Interface())
		}
		if err != nil {
			return nil, fmt.Errorf("argument of the path from %s: %w", text, err)
		}
		args = append(args, arg)
	}
	if c.BodyKind != "" && !c.BodyInside {
		arg, err := next()
		if err == nil && c.Body != nil {
			err = setBody(arg, c)
		}
		if err != nil {
			return nil, fmt.Errorf("body: %w", err)
		}
		args = append(args, arg)
	}
	if c.Parameters != nil {
		arg, err := next()
		if err == nil {
			err = setParameters(arg, c.Parameters)
		}
		if err == nil && c.BodyInside && c.Body != nil {
			err = setBody(bodyField(arg), c)
		}
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
	}
	if len(args) != method.NumIn() {
		return nil, fmt.Errorf("%s takes more than %d arguments", method, len(args))
	}
	return args, nil
}

// argument is the value of a path parameter in the form of its Go type: an id has
// the type that responses have for it, and is text in the path either way.
func argument(arg reflect.Value, text json.RawMessage) json.RawMessage {
	quoted := strings.HasPrefix(string(text), `"`)
	switch {
	case arg.Kind() == reflect.String && !quoted && string(text) != "null":
		return json.RawMessage(strconv.Quote(string(text)))
	case arg.Kind() == reflect.Int64 && quoted:
		if _, err := strconv.ParseInt(strings.Trim(string(text), `"`), 10, 64); err != nil {
			return json.RawMessage("1")
		}
		return json.RawMessage(strings.Trim(string(text), `"`))
	}
	return text
}

// setParameters fills a struct of parameters by its tags.
func setParameters(arg reflect.Value, values map[string]json.RawMessage) error {
	for i := range arg.NumField() {
		f := arg.Type().Field(i)
		for _, in := range []string{"query", "header", "cookie"} {
			tag, ok := f.Tag.Lookup(in)
			if !ok || f.Name == "_" {
				continue
			}
			name, _, _ := strings.Cut(tag, ",")
			if exact, ok := f.Tag.Lookup("wire"); ok {
				name = exact
			}
			if v, ok := values[in+" "+name]; ok {
				err := api.Unmarshal(v, arg.Field(i).Addr().Interface())
				if err != nil && bytes.HasPrefix(v, []byte(`"`)) { // text that holds an integer, which is one in Go
					err = api.Unmarshal(bytes.Trim(v, `"`), arg.Field(i).Addr().Interface())
				}
				if err != nil {
					return fmt.Errorf("%s parameter %s from %s: %w", in, name, v, err)
				}
			}
		}
	}
	return nil
}

// bodyField is the field of parameters that holds the body, or all of them where
// its members are theirs.
func bodyField(params reflect.Value) reflect.Value {
	for i := range params.NumField() {
		if _, ok := params.Type().Field(i).Tag.Lookup("body"); ok {
			return params.Field(i)
		}
	}
	return params
}

// setBody makes a body argument.
func setBody(arg reflect.Value, c *Call) error {
	var text string
	switch {
	case c.BodyKind == "multipart":
		return setMultipart(arg, c)
	case c.BodyKind != "raw":
		return api.Unmarshal(c.Body, arg.Addr().Interface())
	}
	if err := json.Unmarshal(c.Body, &text); err != nil {
		return err
	}
	if arg.Kind() == reflect.Interface {
		arg.Set(reflect.ValueOf(strings.NewReader(text)))
		return nil
	}
	for arg.Kind() == reflect.Pointer {
		arg.Set(reflect.New(arg.Type().Elem()))
		arg = arg.Elem()
	}
	arg.SetString(text)
	return nil
}

// setMultipart fills a struct with files, which have no JSON.
func setMultipart(arg reflect.Value, c *Call) error {
	for arg.Kind() == reflect.Pointer {
		arg.Set(reflect.New(arg.Type().Elem()))
		arg = arg.Elem()
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(c.Body, &members); err != nil || arg.Kind() != reflect.Struct {
		return errors.Join(err, api.Unmarshal(c.Body, arg.Addr().Interface()))
	}
	for i := range arg.NumField() {
		name, _, _ := strings.Cut(arg.Type().Field(i).Tag.Get("json"), ",")
		data, ok := members[name]
		if !ok {
			continue
		}
		switch field := arg.Field(i).Addr().Interface().(type) {
		case *api.File:
			*field = file(data, c.FileTypes[name])
		case *api.Opt[api.File]:
			*field = api.Set(file(data, c.FileTypes[name]))
		case *[]api.File:
			*field = files(data, c.FileTypes[name])
		case *api.Opt[[]api.File]:
			*field = api.Set(files(data, c.FileTypes[name]))
		default:
			continue
		}
		delete(members, name)
	}
	rest, err := json.Marshal(members)
	if err != nil {
		return err
	}
	return api.Unmarshal(rest, arg.Addr().Interface())
}

func files(data json.RawMessage, contentType string) []api.File {
	var list []json.RawMessage
	if json.Unmarshal(data, &list) != nil {
		return nil
	}
	out := make([]api.File, len(list))
	for i, e := range list {
		out[i] = file(e, contentType)
	}
	return out
}

func file(data json.RawMessage, contentType string) api.File {
	var text string
	if json.Unmarshal(data, &text) != nil {
		text = string(data)
	}
	return api.File{Name: "file.txt", ContentType: contentType, Content: strings.NewReader(text)}
}
