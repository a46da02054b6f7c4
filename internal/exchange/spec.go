package exchange

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"

	"github.com/docwright/docwright/internal/input"
	"github.com/docwright/docwright/templates/runtime/apitest/route"
)

// Spec is a specification that exchanges are checked against.
type Spec struct {
	Doc  *openapi3.T
	file string

	operations map[string]*routers.Route // by operationId
}

// LoadSpec reads a specification and the files beside or below it that it
// refers to.
func LoadSpec(file string) (*Spec, error) {
	root, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return nil, err
	}
	loader := openapi3.NewLoader()
	loader.IncludeOrigin = true
	loader.ReadFromURIFunc = func(_ *openapi3.Loader, location *url.URL) ([]byte, error) {
		name := filepath.FromSlash(location.Path)
		abs, err := filepath.Abs(name)
		if err != nil || location.Host != "" || !within(root, abs) {
			return nil, fmt.Errorf("reference to %s leaves the spec's directory", location)
		}
		return input.ReadFile(abs)
	}
	doc, err := loader.LoadFromFile(file)
	if err != nil {
		return nil, &Error{Pos: Position{File: file}, Message: "cannot load the spec: " + err.Error(), Fix: "make gen lint pass first"}
	}
	return newSpec(file, doc), nil
}

// ParseSpec reads a specification that is one JSON or YAML file with this text.
// What is said about file has no lines.
func ParseSpec(file string, data []byte) (*Spec, error) {
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil, &Error{Pos: Position{File: file}, Message: "cannot load the spec: " + err.Error(), Fix: "make gen lint pass first"}
	}
	return newSpec(file, doc), nil
}

func newSpec(file string, doc *openapi3.T) *Spec {
	s := &Spec{Doc: doc, file: file, operations: map[string]*routers.Route{}}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			s.operations[op.OperationID] = &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: op}
		}
	}
	return s
}

// Validate reports whether the document itself is valid OpenAPI.
func (s *Spec) Validate() error {
	return s.Doc.Validate(context.Background())
}

// Operations returns the operationIds of the spec, sorted.
func (s *Spec) Operations() []string {
	return slices.Sorted(maps.Keys(s.operations))
}

// Operation returns an operation's method and path template, e.g. "PUT" and
// "/contacts/{contact_id}". The path is as in the spec: it may carry a fragment
// that tells operations of one path apart.
func (s *Spec) Operation(id string) (method, path string, ok bool) {
	route, ok := s.operations[id]
	if !ok {
		return "", "", false
	}
	return route.Method, route.Path, true
}

// servers returns the servers that apply to an operation.
func (s *Spec) servers(route *routers.Route) openapi3.Servers {
	switch {
	case route.Operation.Servers != nil && len(*route.Operation.Servers) > 0:
		return *route.Operation.Servers
	case len(route.PathItem.Servers) > 0:
		return route.PathItem.Servers
	}
	return s.Doc.Servers
}

// onServer reports whether a request goes to one of the servers, and returns
// its path below that server's own.
func onServer(servers openapi3.Servers, host, path string) (below string, ok bool) {
	if len(servers) == 0 {
		return path, true
	}
	for _, server := range servers {
		address := server.URL
		for name, variable := range server.Variables {
			address = strings.ReplaceAll(address, "{"+name+"}", variable.Default)
		}
		u, err := url.Parse(address)
		if err != nil || u.Host != "" && u.Host != host {
			continue
		}
		if below, ok := strings.CutPrefix(path, strings.TrimSuffix(u.EscapedPath(), "/")); ok && strings.HasPrefix(below, "/") {
			return below, true
		}
	}
	return "", false
}

// matchPath returns the values of the parameters of an escaped path; false if it does
// not match the template.
func matchPath(template, path string) (params []PathParam, ok bool) {
	values, ok := route.New(template).Match(path)
	for _, v := range values {
		params = append(params, PathParam(v))
	}
	return params, ok
}

func within(root, file string) bool {
	rel, err := filepath.Rel(root, file)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// PathParam is a parameter of a path and its value.
type PathParam struct{ Name, Value string }

// PathParams returns an exchange's path parameters in the order of the path;
// nil when its target does not match the operation.
func (s *Spec) PathParams(ex *Exchange) []PathParam {
	route, ok := s.operations[ex.OperationID]
	if !ok {
		return nil
	}
	below, _ := onServer(s.servers(route), ex.Request.Host, ex.Request.URL().EscapedPath())
	params, _ := matchPath(route.Path, below)
	return params
}
