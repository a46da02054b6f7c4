package exchange

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/docwright/docwright/internal/limit"
)

// An Undescribed is a member of a body or a header that an exchange has and the
// spec does not describe.
type Undescribed struct {
	Pos   Position
	In    string   // "request" or "response"
	Path  []string // to the member within the body; nil for a header
	Name  string
	Known []string // names that the spec has in this place
}

// FindUndescribed returns what an exchange shows and the spec does not
// describe. Validate accepts all of it, because a schema allows members that it
// does not name. A member of several items of a list is returned once. Objects
// whose schemas name no members at all may have any.
func FindUndescribed(spec *Spec, ex *Exchange) []Undescribed {
	if _, ok := spec.operations[ex.OperationID]; !ok {
		return nil
	}
	size := len(ex.Request.Body)
	if ex.Response != nil {
		size += len(ex.Response.Body)
	}
	// Where it does not finish, Validate reports that.
	found, _ := limit.Run("kin-openapi", size, func() ([]Undescribed, error) { return findUndescribed(spec, ex), nil })
	return found
}

func findUndescribed(spec *Spec, ex *Exchange) []Undescribed {
	route := spec.operations[ex.OperationID]
	request := newDescriber("request", &ex.Request.Message)
	if body := route.Operation.RequestBody; body != nil && body.Value != nil {
		request.body(body.Value.Content)
	}
	request.headers(requestHeaders(spec, route.PathItem, route.Operation))
	if ex.Response == nil {
		return request.found
	}
	declared := route.Operation.Responses.Status(ex.Response.Status)
	if declared == nil {
		declared = route.Operation.Responses.Default()
	}
	if declared == nil || declared.Value == nil {
		return request.found
	}
	response := newDescriber("response", &ex.Response.Message)
	response.body(declared.Value.Content)
	response.headers(slices.Sorted(maps.Keys(declared.Value.Headers)))
	return append(request.found, response.found...)
}

// describer compares one message with the spec.
type describer struct {
	in      string
	message *Message
	places  places          // of the body
	seen    map[string]bool // paths that were found, with * for indices
	found   []Undescribed
}

func newDescriber(in string, m *Message) *describer {
	return &describer{in: in, message: m, places: places{message: m}, seen: map[string]bool{}}
}

func (d *describer) add(path []string, name string, known []string, pos Position) {
	key := strings.Join(append(withoutIndices(path), name), "/") // of a header, its name
	if d.seen[key] {
		return
	}
	d.seen[key] = true
	d.found = append(d.found, Undescribed{Pos: pos, In: d.in, Path: path, Name: name, Known: known})
}

func withoutIndices(path []string) []string {
	shape := slices.Clone(path)
	for i, name := range shape {
		if _, err := strconv.Atoi(name); err == nil {
			shape[i] = "*"
		}
	}
	return shape
}

// body compares the members of a JSON body or a form.
func (d *describer) body(content openapi3.Content) {
	header := d.message.Header.Get("Content-Type")
	media := content.Get(header)
	if media == nil || media.Schema == nil || d.message.Body == nil {
		return
	}
	var value any
	switch {
	case IsJSON(header):
		if json.Unmarshal(d.message.Body, &value) != nil {
			return
		}
	case strings.HasPrefix(strings.ToLower(header), "application/x-www-form-urlencoded"):
		value = formObject(d.message.Body)
	}
	d.walk(nil, value, openapi3.SchemaRefs{media.Schema})
}

// formObject returns the names of a form as the members of an object. Their
// values are not compared.
func formObject(body []byte) any {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil
	}
	object := map[string]any{}
	for name := range form {
		base, _, _ := strings.Cut(name, "[")
		object[base] = nil
	}
	return object
}

// walk compares a value with the schemas that describe it.
func (d *describer) walk(path []string, value any, refs openapi3.SchemaRefs) {
	schemas := applicable(value, refs, map[*openapi3.Schema]bool{})
	switch value := value.(type) {
	case []any:
		for i, item := range value {
			d.walk(append(slices.Clone(path), strconv.Itoa(i)), item, itemSchemas(schemas, i))
		}
	case map[string]any:
		d.object(path, value, schemas)
	}
}

// applicable returns the schemas that say something of a value: those of refs,
// and what they combine. Of alternatives they are those that the value matches,
// or all, if it matches none: Validate reports that.
func applicable(value any, refs openapi3.SchemaRefs, seen map[*openapi3.Schema]bool) []*openapi3.Schema {
	var all []*openapi3.Schema
	for _, ref := range refs {
		if ref == nil || ref.Value == nil || seen[ref.Value] {
			continue
		}
		s := ref.Value
		seen[s] = true
		all = append(all, s)
		all = append(all, applicable(value, s.AllOf, seen)...)
		all = append(all, applicable(value, matching(value, s.OneOf), seen)...)
		all = append(all, applicable(value, matching(value, s.AnyOf), seen)...)
		all = append(all, applicable(value, openapi3.SchemaRefs{s.If, s.Then, s.Else}, seen)...)
		if object, ok := value.(map[string]any); ok {
			for name, dependent := range s.DependentSchemas {
				if _, ok := object[name]; ok {
					all = append(all, applicable(value, openapi3.SchemaRefs{dependent}, seen)...)
				}
			}
		}
	}
	return all
}

func matching(value any, alternatives openapi3.SchemaRefs) openapi3.SchemaRefs {
	var some openapi3.SchemaRefs
	for _, ref := range alternatives {
		if ref.Value != nil && ref.Value.VisitJSON(value) == nil && !otherConst(value, ref, map[*openapi3.Schema]bool{}) {
			some = append(some, ref)
		}
	}
	if some == nil {
		return alternatives
	}
	return some
}

// otherConst reports whether a member has another value than the constant that
// a schema gives it, which VisitJSON does not compare.
func otherConst(value any, ref *openapi3.SchemaRef, seen map[*openapi3.Schema]bool) bool {
	object, ok := value.(map[string]any)
	if !ok || ref.Value == nil || seen[ref.Value] {
		return false
	}
	seen[ref.Value] = true
	for name, property := range ref.Value.Properties {
		if member, ok := object[name]; ok && property.Value != nil && property.Value.Const != nil && fmt.Sprint(member) != fmt.Sprint(property.Value.Const) {
			return true
		}
	}
	return slices.ContainsFunc(ref.Value.AllOf, func(part *openapi3.SchemaRef) bool { return otherConst(value, part, seen) })
}

func itemSchemas(schemas []*openapi3.Schema, i int) openapi3.SchemaRefs {
	var items openapi3.SchemaRefs
	for _, s := range schemas {
		switch {
		case i < len(s.PrefixItems):
			items = append(items, s.PrefixItems[i])
		case s.Items != nil:
			items = append(items, s.Items)
		default:
			items = append(items, s.UnevaluatedItems.Schema)
		}
	}
	return items
}

// object finds the members that no schema names, and compares the others.
func (d *describer) object(path []string, value map[string]any, schemas []*openapi3.Schema) {
	var known []string
	open := true // if no schema says anything of members
	for _, s := range schemas {
		known = slices.AppendSeq(known, maps.Keys(s.Properties))
		open = open && len(s.Properties) == 0
	}
	slices.Sort(known)
	known = slices.Compact(known)
	for _, name := range slices.Sorted(maps.Keys(value)) {
		at := append(slices.Clone(path), name)
		members, described := memberSchemas(schemas, name)
		if described || open {
			d.walk(at, value[name], members)
			continue
		}
		d.add(at, name, known, d.places.at(at))
	}
}

// memberSchemas returns the schemas of an object's member, and whether any
// schema describes it or says that the object may have members of any name.
func memberSchemas(schemas []*openapi3.Schema, name string) (members openapi3.SchemaRefs, described bool) {
	for _, s := range schemas {
		if ref := s.Properties[name]; ref != nil {
			members = append(members, ref)
		}
		for pattern, ref := range s.PatternProperties {
			if re, err := regexp.Compile(pattern); err == nil && re.MatchString(name) {
				members = append(members, ref)
			}
		}
	}
	if len(members) > 0 {
		return members, true
	}
	for _, s := range schemas {
		for _, rest := range []openapi3.BoolSchema{s.AdditionalProperties, s.UnevaluatedProperties} {
			if rest.Schema != nil {
				members = append(members, rest.Schema)
			}
			described = described || rest.Schema != nil || rest.Has != nil && *rest.Has
		}
	}
	return members, described
}

// plumbing are headers of HTTP itself, which no spec has to describe. OpenAPI
// does not allow parameters of the names Accept, Authorization and Content-Type.
var plumbing = regexp.MustCompile(`^(?:Accept(?:-.*)?|Age|Allow|Alt-Svc|Authorization|Cache-Control|Connection|Content-.*|Cookie|Date|Expect|Expires|` +
	`Forwarded|Host|Keep-Alive|Origin|Pragma|Referer|Sec-.*|Server|Set-Cookie|Strict-Transport-Security|Te|Trailer|Transfer-Encoding|Upgrade|User-Agent|Vary|Via)$`)

// headers finds headers that are not among the known ones.
func (d *describer) headers(known []string) {
	slices.Sort(known)
	known = slices.Compact(known)
	for _, name := range slices.Sorted(maps.Keys(d.message.Header)) {
		name = http.CanonicalHeaderKey(name)
		if plumbing.MatchString(name) || slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, name) }) {
			continue
		}
		d.add(nil, name, known, Position{File: d.message.file, Line: d.message.headerLines[name], Col: 1})
	}
}

// requestHeaders returns the headers that an operation documents: parameters
// and credentials.
func requestHeaders(spec *Spec, item *openapi3.PathItem, op *openapi3.Operation) []string {
	var known []string
	for _, list := range []openapi3.Parameters{item.Parameters, op.Parameters} {
		for _, p := range list {
			if p.Value != nil && p.Value.In == "header" {
				known = append(known, p.Value.Name)
			}
		}
	}
	if spec.Doc.Components != nil {
		for _, scheme := range spec.Doc.Components.SecuritySchemes {
			if scheme.Value != nil && scheme.Value.In == "header" {
				known = append(known, scheme.Value.Name)
			}
		}
	}
	return known
}
