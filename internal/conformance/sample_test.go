package conformance

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/exchange"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/schema"
)

// sampler makes up calls of an API.
type sampler struct {
	spec    *exchange.Spec
	doc     *load.Document
	schemas *schema.Document
}

func (a *curated) sampler(t *testing.T) *sampler {
	t.Helper()
	doc, diags := load.File(a.path("openapi.yaml"), load.Options{})
	if doc == nil {
		t.Fatal(diags)
	}
	return &sampler{a.loadSpec(t), doc, schema.Read(doc)}
}

// sample is a value of a request, as the schema at n describes it.
func (s *sampler) sample(n *load.Node) any {
	return s.schemas.Of(n).Sample(schema.Sampling{Request: true, Optional: true})
}

// call makes up a call of an operation that no page shows: path parameters,
// required parameters of the query, and the body, each with a sample of its schema.
func (s *sampler) call(t *testing.T, operation string) *exchange.Exchange {
	t.Helper()
	method, path, _ := s.spec.Operation(operation)
	item := s.doc.Root.Get("paths", path).Target()
	op := item.Get(strings.ToLower(method)).Target()
	target, _, _ := strings.Cut(path, "#")
	query := url.Values{}
	for _, list := range []*load.Node{item.Get("parameters"), op.Get("parameters")} {
		if list == nil {
			continue
		}
		for _, n := range list.Items {
			n = n.Target()
			if !n.Get("required").True() {
				continue
			}
			value := s.sample(n.Get("schema"))
			if list, ok := value.([]any); ok && len(list) > 0 {
				value = list[0] // a list of one item, in any style
			}
			switch name := n.Get("name").Str(); n.Get("in").Str() {
			case "path":
				target = strings.ReplaceAll(target, "{"+name+"}", url.PathEscape(fmt.Sprint(value)))
			case "query":
				query.Set(name, fmt.Sprint(value))
			}
		}
	}
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	server, err := url.Parse(s.spec.Doc.Servers[0].URL)
	if err != nil {
		t.Fatal(err)
	}
	ex := &exchange.Exchange{Name: operation, OperationID: operation}
	ex.Request = exchange.Request{Method: method, Target: target, Host: server.Host, Message: s.body(t, op)}
	return ex
}

// body makes up the header and the body of a request.
func (s *sampler) body(t *testing.T, op *load.Node) exchange.Message {
	t.Helper()
	message := exchange.Message{Header: http.Header{}}
	content := op.Get("requestBody").Target().Get("content")
	if content == nil {
		return message
	}
	for _, media := range content.Members {
		if !exchange.IsJSON(media.Name) {
			t.Fatalf("only JSON can be made up, not %s", media.Name)
		}
		body, err := json.Marshal(s.sample(media.Value.Target().Get("schema")))
		if err != nil {
			t.Fatal(err)
		}
		message.Header.Set("Content-Type", media.Name)
		message.Body = body
	}
	return message
}

// TestSampleCalls sends made-up calls of all operations to the fakes, which check
// them against the document.
func TestSampleCalls(t *testing.T) {
	for _, a := range apis {
		t.Run(a.name, func(t *testing.T) {
			s, srv := a.sampler(t), startFake(t, a)
			made := 0
			for _, operation := range s.spec.Operations() {
				_, path, _ := s.spec.Operation(operation)
				if content := s.content(operation); strings.Contains(path, "#") || len(content) > 0 && !exchange.IsJSON(content[0].Name) {
					continue // GraphQL, and bodies that are not JSON
				}
				ex := s.call(t, operation)
				req, err := ex.Request.HTTP(srv.URL)
				if err != nil {
					t.Fatal(err)
				}
				for name := range credentialHeader() {
					req.Header.Set(name, credentialHeader().Get(name))
				}
				resp, err := http.DefaultClient.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				if resp.Body.Close(); resp.StatusCode >= 500 && resp.StatusCode != http.StatusNotImplemented { // a redirect alone
					t.Errorf("%s: status %d", operation, resp.StatusCode)
				}
				made++
			}
			if made < 50 {
				t.Errorf("only %d calls were made up", made)
			}
		})
	}
}

// content is the content of an operation's request.
func (s *sampler) content(operation string) []load.Member {
	method, path, _ := s.spec.Operation(operation)
	n := s.doc.Root.Get("paths", path).Target().Get(strings.ToLower(method)).Target().Get("requestBody").Target().Get("content")
	if n == nil {
		return nil
	}
	return n.Members
}
