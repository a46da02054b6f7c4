package apitest

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/docwright/docwright/templates/runtime/apitest/route"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
)

// contract is a definition that was read. It does not change.
type contract struct {
	doc        *openapi3.T
	bases      []string     // paths of the servers, the longest first; "" is the last
	operations []*operation // those with literal paths before those with parameters in the same place
	byID       map[string]*operation
	exchanges  map[string][]*Exchange // by operation
	resources  map[string]*Resource   // by JSON:API type
	example    Example
}

// operation is a method of a path.
type operation struct {
	*routers.Route
	id       string
	bare     string   // its path, without a query or a fragment
	segments []string // of bare
	pattern  *route.Pattern
	query    url.Values // that the path is written with: /rest?method=list
	endpoint *Endpoint
}

func newContract(d *Definition) (*contract, error) {
	doc, err := openapi3.NewLoader().LoadFromData([]byte(d.Spec))
	if err != nil {
		return nil, fmt.Errorf("the fake's document cannot be read: %w", err)
	}
	c := &contract{doc: doc, byID: map[string]*operation{}, exchanges: map[string][]*Exchange{}, resources: map[string]*Resource{}, example: d.Example}
	for i := range d.Resources {
		c.resources[d.Resources[i].Type] = &d.Resources[i]
	}
	c.readServers()
	c.readOperations(d.Endpoints)
	all, err := ReadExchanges(d.Exchanges)
	if err != nil {
		return nil, fmt.Errorf("the fake's exchanges cannot be read: %w", err)
	}
	for _, ex := range all {
		c.exchanges[ex.Operation] = append(c.exchanges[ex.Operation], ex)
	}
	return c, nil
}

func (c *contract) readServers() {
	for _, server := range c.doc.Servers {
		address := server.URL
		for name, variable := range server.Variables {
			address = strings.ReplaceAll(address, "{"+name+"}", variable.Default)
		}
		if u, err := url.Parse(address); err == nil {
			c.bases = append(c.bases, strings.TrimSuffix(u.EscapedPath(), "/"))
		}
	}
	c.bases = append(c.bases, "")
	slices.SortStableFunc(c.bases, func(a, b string) int { return len(b) - len(a) })
	c.bases = slices.Compact(c.bases)
}

func (c *contract) readOperations(endpoints []Endpoint) {
	if c.doc.Paths == nil {
		return
	}
	known := map[string]*Endpoint{}
	for i := range endpoints {
		known[endpoints[i].Method+" "+endpoints[i].Path] = &endpoints[i]
	}
	for path, item := range c.doc.Paths.Map() {
		for method, op := range item.Operations() {
			bare := strings.TrimPrefix(route.Bare(path), "/")
			o := &operation{
				Route:    &routers.Route{Spec: c.doc, Path: path, PathItem: item, Method: method, Operation: op},
				id:       op.OperationID,
				bare:     "/" + bare,
				segments: strings.Split(bare, "/"),
				pattern:  route.New(path),
				query:    queryOf(path),
			}
			if o.endpoint = known[o.place()]; o.endpoint == nil {
				o.endpoint = &Endpoint{Method: method, Path: path}
			}
			if o.id == "" {
				o.id = o.place()
			}
			c.operations = append(c.operations, o)
		}
	}
	slices.SortFunc(c.operations, func(a, b *operation) int {
		if d := slices.CompareFunc(a.segments, b.segments, compareSegments); d != 0 {
			return d
		}
		return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method)
	})
	for _, o := range c.operations {
		c.byID[o.place()] = o
		if c.byID[o.id] == nil {
			c.byID[o.id] = o
		}
	}
}

// place names an operation where an operationId does not.
func (o *operation) place() string { return o.Method + " " + o.Path }

// queryOf is the query that some documents write into a path, to distinguish operations of
// one path apart.
func queryOf(path string) url.Values {
	path, _, _ = strings.Cut(path, "#")
	_, query, _ := strings.Cut(path, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil
	}
	return values
}

// compareSegments sorts literal segments before those with parameters, and of these the
// ones with more literal text first.
func compareSegments(a, b string) int {
	if x, y := strings.Contains(a, "{"), strings.Contains(b, "{"); x != y {
		if x {
			return 1
		}
		return -1
	}
	literal := func(s string) int { return len(route.Parameter.ReplaceAllString(s, "")) }
	if strings.Contains(a, "{") {
		return cmp.Or(literal(b)-literal(a), strings.Compare(a, b))
	}
	return strings.Compare(a, b)
}

// pathWith is the operation's path with values for its parameters; false when one
// is missing.
func (o *operation) pathWith(params map[string]string) (path string, ok bool) {
	path = o.bare
	for name, value := range params {
		if value != "" {
			path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(value))
		}
	}
	return path, !strings.Contains(path, "{")
}

// match finds the operations that a request may be for: more than one where
// documents distinguish operations of one path by a fragment. Without one, methods
// are those that the path has.
func (c *contract) match(method, path string) (found []*operation, params map[string]string, methods []string) {
	for _, o := range c.operations { // a whole path, before the rest of one after the path of a server
		if o.Method == method && o.bare == path {
			found = append(found, o)
		}
	}
	if len(found) > 0 {
		return found, map[string]string{}, nil
	}
	for _, base := range c.bases {
		below, ok := strings.CutPrefix(path, base)
		if !ok {
			continue
		}
		for _, o := range c.operations {
			values, ok := o.match(below)
			switch {
			case !ok:
			case o.Method != method:
				methods = append(methods, o.Method)
			case len(found) == 0:
				found, params = append(found, o), values
			case shapeOf(o.segments) == shapeOf(found[0].segments):
				found = append(found, o)
			}
		}
		if len(found) > 0 {
			return found, params, nil
		}
	}
	slices.Sort(methods)
	return nil, nil, slices.Compact(methods)
}

// match returns the values of the parameters of an escaped path; false if it is
// not the operation's.
func (o *operation) match(path string) (map[string]string, bool) {
	values, ok := o.pattern.Match(path)
	if !ok {
		return nil, false
	}
	params := map[string]string{}
	for _, v := range values {
		params[v.Name] = v.Value
	}
	return params, true
}

// params are the parameters of an operation's path as a request's path fills them.
func (c *contract) params(o *operation, path string) map[string]string {
	for _, base := range c.bases {
		if below, ok := strings.CutPrefix(path, base); ok {
			if params, ok := o.match(below); ok {
				return params
			}
		}
	}
	return nil
}

// shapeOf is a path without the names of its parameters.
func shapeOf(segments []string) string {
	var b strings.Builder
	for _, s := range segments {
		b.WriteByte('/')
		b.WriteString(route.Parameter.ReplaceAllString(s, "{}"))
	}
	return b.String()
}

// isJSON reports whether bodies of a media type, which may have parameters, are
// JSON.
func isJSON(contentType string) bool {
	contentType = bareType(contentType)
	return contentType == "application/json" || strings.HasSuffix(contentType, "+json")
}

// bareType is a content type without parameters, in lower case.
func bareType(contentType string) string {
	contentType, _, _ = strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(contentType))
}

// declares reports whether the operation names a status, or its hundred for the
// first of it.
func (o *operation) declares(status int) bool {
	for code := range o.Operation.Responses.Map() {
		if code == fmt.Sprint(status) || strings.EqualFold(code, fmt.Sprint(status/100)+"XX") && status%100 == 0 {
			return true
		}
	}
	return false
}

// response returns what is declared for a status: itself, its hundred, the
// default; nil when nothing is.
func (o *operation) response(status int) *openapi3.Response {
	r := o.Operation.Responses.Status(status)
	if r == nil {
		r = o.Operation.Responses.Default()
	}
	if r == nil {
		return nil
	}
	return r.Value
}

// parameters lists the parameters of the operation and of its path.
func (o *operation) parameters(in string) []*openapi3.Parameter {
	var out []*openapi3.Parameter
	seen := map[string]bool{}
	for _, list := range []openapi3.Parameters{o.Operation.Parameters, o.PathItem.Parameters} {
		for _, p := range list {
			if p.Value != nil && p.Value.In == in && !seen[p.Value.Name] {
				seen[p.Value.Name] = true
				out = append(out, p.Value)
			}
		}
	}
	return out
}
