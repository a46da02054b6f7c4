package project

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/draft/redact"
	"github.com/docwright/docwright/internal/emit"
	"github.com/docwright/docwright/internal/exchange"
	"github.com/docwright/docwright/internal/input"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/lock"
	"github.com/docwright/docwright/internal/model"
	"github.com/docwright/docwright/internal/schema"
	"github.com/docwright/docwright/templates/runtime/apitest"
)

// This file makes what a fake is made of: the document and the recorded calls,
// as JSON.

// exchangesDir is where the recorded calls of a document are: beside it.
func exchangesDir(spec string) string { return filepath.Join(filepath.Dir(spec), "exchanges") }

// fake makes the files of a client's fake.
func (p *Project) fake(j *job, doc *load.Document, api *model.API) (map[string][]byte, []diag.Diagnostic) {
	spec, err := fakeSpec(doc)
	if err != nil {
		return nil, renderFaults(err)
	}
	calls, diags := recordings(exchangesDir(j.spec), false)
	if len(diags) > 0 {
		return nil, diags
	}
	exchanges, err := exchangeLines(calls)
	if err != nil {
		return nil, renderFaults(err)
	}
	opts := emit.FakeOptions{Runtime: j.runtimePath, Engine: j.fakePath, Client: j.mod.importPath(j.dir), Spec: spec, Exchanges: exchanges}
	files, err := emit.Fake(api, opts)
	if err != nil {
		return nil, renderFaults(err)
	}
	examples, err := emit.Examples(api, opts, exampleCalls(calls))
	if err != nil {
		return nil, renderFaults(err)
	}
	maps.Copy(files, examples)
	return files, nil
}

// exampleCalls is what examples are made of.
func exampleCalls(recorded []*exchange.Exchange) []emit.Call {
	var calls []emit.Call
	for _, x := range recorded {
		if x.Response == nil || len(x.Response.Body) == 0 && x.Response.Header.Get("Content-Type") != "" {
			continue // the fake has nothing to answer with
		}
		call := emit.Call{
			Operation: x.OperationID,
			Path:      x.Request.URL().EscapedPath(),
			Sample:    &model.Sample{Query: x.Request.URL().Query(), Header: x.Request.Header, Body: x.Request.Body},
			Status:    x.Response.Status,
		}
		if exchange.IsJSON(x.Response.Header.Get("Content-Type")) {
			call.Answer = x.Response.Body
		}
		calls = append(calls, call)
	}
	return calls
}

// fakeSpec returns a document as JSON without its descriptions and examples. Each path and
// each component is a line, sorted, so that a change of the document changes few
// lines, and a change of its order none.
func fakeSpec(doc *load.Document) (string, error) {
	defer schema.Read(doc).Settle()()
	bundle, err := doc.Bundle()
	if err != nil {
		return "", err
	}
	decoder := json.NewDecoder(bytes.NewReader(bundle))
	decoder.UseNumber()
	var root map[string]any
	if err := decoder.Decode(&root); err != nil {
		return "", err
	}
	undescribe(root, false)
	var b strings.Builder
	err = writeLines(&b, root, func(path []string) bool {
		return len(path) == 0 || len(path) == 1 && (path[0] == "paths" || path[0] == "components") || len(path) == 2 && path[0] == "components"
	})
	return b.String() + "\n", err
}

// writeLines writes JSON with a line for each member of the objects that broken
// says, by their paths.
func writeLines(b *strings.Builder, v any, broken func(path []string) bool, path ...string) error {
	object, ok := v.(map[string]any)
	if !ok || !broken(path) || len(object) == 0 {
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		err := encoder.Encode(v)
		b.Write(bytes.TrimSuffix(text.Bytes(), []byte("\n")))
		return err
	}
	before := "{\n"
	for _, name := range slices.Sorted(maps.Keys(object)) {
		quoted, err := json.Marshal(name)
		if err != nil {
			return err
		}
		b.WriteString(before)
		b.Write(quoted)
		b.WriteString(":")
		if err := writeLines(b, object[name], broken, append(slices.Clone(path), name)...); err != nil {
			return err
		}
		before = ",\n"
	}
	b.WriteString("\n}")
	return nil
}

// namedThings are the members of OpenAPI that map names to values: a property
// called description is no description.
var namedThings = map[string]bool{
	"properties": true, "patternProperties": true, "$defs": true, "dependentSchemas": true, "schemas": true, "responses": true,
	"parameters": true, "examples": true, "headers": true, "securitySchemes": true, "callbacks": true, "links": true, "paths": true,
	"content": true, "requestBodies": true, "pathItems": true, "variables": true, "encoding": true, "mapping": true, "scopes": true,
	"webhooks": true, "security": true,
}

// data are the members whose values are data, and no part of the description.
var data = map[string]bool{"default": true, "enum": true, "const": true, "value": true}

// undescribe takes the texts for readers off a value. Named is true for a map of
// names.
func undescribe(v any, named bool) {
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			undescribe(element, false)
		}
	case map[string]any:
		for name, member := range v {
			switch {
			case named:
				undescribe(member, false)
			case data[name]:
			case slices.Contains([]string{"description", "summary", "externalDocs", "contact", "license", "tags", "termsOfService", "example", "examples"}, name),
				strings.HasPrefix(name, "x-"):
				delete(v, name)
			default:
				undescribe(member, namedThings[name])
			}
		}
	}
}

// recordings reads the recorded calls of a directory; none when there is no such
// directory, unless it must be there. Beside what is wrong with some, it returns
// the others.
func recordings(dir string, must bool) ([]*exchange.Exchange, []diag.Diagnostic) {
	if _, err := os.Lstat(dir); !must && errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	all, err := exchange.Read(dir)
	return all, diag.From(err, "exchange", "")
}

// exchangeLines spells recorded calls as package apitest reads them.
func exchangeLines(all []*exchange.Exchange) (string, error) {
	var b strings.Builder
	for _, x := range all {
		line, err := json.Marshal(recorded(x))
		if err != nil {
			return "", err
		}
		b.Write(line)
		b.WriteByte('\n')
	}
	return b.String(), nil
}

// recorded is an exchange as fakes know it.
func recorded(ex *exchange.Exchange) *apitest.Exchange {
	out := &apitest.Exchange{Name: ex.Name, Operation: ex.OperationID, Request: recordedMessage(&ex.Request.Message)}
	out.Request.Method, out.Request.Target = ex.Request.Method, withoutSecrets(ex.Request.Target)
	secrets := redact.New(false)
	for name, value := range out.Request.Header {
		out.Request.Header[name] = secrets.Header(name, value)
	}
	if ex.Response != nil {
		response := recordedMessage(&ex.Response.Message)
		response.Status = ex.Response.Status
		out.Response = &response
	}
	return out
}

// withoutSecrets redacts the query of a request's target.
func withoutSecrets(target string) string {
	path, query, found := strings.Cut(target, "?")
	if !found {
		return target
	}
	secrets := redact.New(false)
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		plainName, err := url.QueryUnescape(name)
		plain, err2 := url.QueryUnescape(value)
		if safe := secrets.Query(plainName, plain); err == nil && err2 == nil && safe != plain {
			pairs[i] = name + "=" + url.QueryEscape(safe)
		}
	}
	return path + "?" + strings.Join(pairs, "&")
}

// credentialHeaders are headers of messages that do not become Go: a recorded call
// may hold credentials that somebody uses, and a fake does not need them.
var credentialHeaders = []string{"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie"}

func recordedMessage(m *exchange.Message) apitest.Message {
	out := apitest.Message{Header: map[string]string{}}
	for name, values := range m.Header {
		if !slices.Contains(credentialHeaders, http.CanonicalHeaderKey(name)) {
			out.Header[name] = strings.Join(values, ", ")
		}
	}
	var compact bytes.Buffer
	switch {
	case m.Body == nil:
	case exchange.IsJSON(m.Header.Get("Content-Type")) && json.Compact(&compact, m.Body) == nil:
		out.JSON = compact.Bytes()
	default:
		out.Data = m.Body
	}
	return out
}

// exchangesInput is what the lock knows recorded calls by; false when there are
// none.
func (j *job) exchangesInput(h *hasher) (name, hash string, ok bool) {
	dir := exchangesDir(j.spec)
	entries, err := input.ReadDir(dir)
	if err != nil || !j.client.Fake && !holdsExchanges(dir) {
		return "", "", false
	}
	sum := lock.NewHash()
	for _, entry := range entries {
		hash, err := h.hash(filepath.Join(dir, entry.Name()))
		if err != nil {
			continue // reading the exchanges will complain
		}
		sum.Write([]byte(entry.Name() + "\n" + hash + "\n"))
	}
	return j.inputName(dir), lock.Sum(sum), true
}
