package draft

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/docwright/docwright/internal/draft/infer"
	"github.com/docwright/docwright/internal/draft/read"
	"github.com/docwright/docwright/internal/draft/redact"
	"github.com/docwright/docwright/internal/draft/splice"
	"github.com/docwright/docwright/internal/exchange"
)

// Drift is something that a page and the spec say differently.
type Drift struct {
	Kind      string // new, gone or different
	Operation string
	Text      string
	Page      read.Place
	File      string // of the spec
	Line, Col int
	Go        string // the method, type or field that this is in Go, "" if the spec has none

	within []splice.Cursor // what of the spec it is in, the outermost first
}

// DriftResult is what a comparison of pages with the spec showed.
type DriftResult struct {
	Drifts   []Drift
	Notes    []string
	Compared int
}

// DriftOptions are the flags of gen drift.
type DriftOptions struct {
	Inputs []read.Input
	Spec   string
	Config string
}

// Compare compares fresh copies of pages with the spec and its exchanges. It
// compares what they say, so wording, order and menus do not matter.
func Compare(opts DriftOptions) (*DriftResult, error) {
	res := &DriftResult{}
	secrets := redact.New(false)
	sets := map[string]*splice.Set{}
	for _, in := range opts.Inputs {
		in.Redact = secrets
		page, err := read.Any(in)
		var none *read.NotFound
		if errors.As(err, &none) && len(opts.Inputs) > 1 {
			res.Notes = append(res.Notes, in.Name+": no call found")
			continue
		}
		if err != nil {
			return res, err
		}
		spec, err := specOf(Options{Spec: opts.Spec, Config: opts.Config}, page.Calls)
		if err != nil {
			return res, err
		}
		set := sets[spec]
		if set == nil {
			if set, err = splice.Open(spec); err != nil {
				return res, err
			}
			sets[spec] = set
		}
		res.page(set, page.Calls, recorded(spec))
	}
	for spec := range sets {
		res.nameSymbols(spec)
	}
	sort.SliceStable(res.Drifts, func(i, j int) bool {
		a, b := res.Drifts[i], res.Drifts[j]
		if a.Page.File != b.Page.File {
			return a.Page.File < b.Page.File
		}
		return a.Page.Line < b.Page.Line
	})
	return res, nil
}

// recorded reads the exchanges of a spec by operation; malformed ones are lint's.
func recorded(spec string) map[string][]*exchange.Exchange {
	out := map[string][]*exchange.Exchange{}
	dir := filepath.Join(filepath.Dir(spec), "exchanges")
	if _, err := os.Stat(dir); err != nil {
		return out
	}
	all, _ := exchange.Read(dir) // what can be read is compared
	for _, x := range all {
		out[x.OperationID] = append(out[x.OperationID], x)
	}
	return out
}

func (r *DriftResult) page(set *splice.Set, calls []*read.Call, exchanges map[string][]*exchange.Exchange) {
	w := learn(set)
	matched := map[string]bool{}
	operations := infer.CallsInto(calls, w.known)
	for _, o := range operations {
		if op := set.Root().At("paths", o.Path).Get(o.Method).Resolve(); op.OK() {
			matched[op.At("operationId").Text()] = true
		}
	}
	for _, o := range operations {
		d := &drifter{world: w, res: r, o: o}
		item := set.Root().At("paths", o.Path)
		op := item.Get(o.Method).Resolve()
		if !op.OK() {
			if item, op = d.moved(exchanges, matched); !op.OK() {
				continue
			}
		}
		r.Compared++
		if o.Embedded != nil {
			r.Notes = append(r.Notes, fmt.Sprintf("%s: %s %s carries its OpenAPI operation: compare it with gen draft --dry-run", o.Place().File, strings.ToUpper(o.Method), o.Path))
			continue
		}
		d.operation(op, item)
		d.gone(exchanges[o.ID])
	}
	r.goneCalls(operations, exchanges, matched)
}

// goneCalls reports calls that the page documented, by its address, and does not
// have any more. A call that has moved is none.
func (r *DriftResult) goneCalls(operations []*infer.Operation, exchanges map[string][]*exchange.Exchange, matched map[string]bool) {
	if len(operations) == 0 || operations[0].URL == "" {
		return
	}
	o := operations[0]
	for _, id := range slices.Sorted(maps.Keys(exchanges)) {
		for _, x := range exchanges[id] {
			if !matched[id] && x.PageURL == o.URL && strings.HasPrefix(x.Seen, "full") {
				matched[id] = true
				r.Drifts = append(r.Drifts, Drift{Kind: "gone", Operation: id, Text: "the call", Page: o.Place()})
			}
		}
	}
}

// drifter compares one operation.
type drifter struct {
	*world
	res *DriftResult
	o   *infer.Operation

	within []splice.Cursor // what of the spec is compared, the outermost first
}

// add reports a drift unless a comment at its place in the spec silences it.
func (d *drifter) add(kind, text string, page read.Place, at splice.Cursor) {
	x := Drift{Kind: kind, Operation: d.o.ID, Text: text, Page: page, within: append(slices.Clone(d.within), at)}
	if page.Line == 0 {
		x.Page = d.o.Place()
	}
	if at.OK() {
		x.File, x.Line, x.Col = at.File.Position(at.Node)
		if at.File.Comment(x.Line, "# drift:") {
			return
		}
	}
	for _, have := range d.res.Drifts {
		if have.Kind == x.Kind && have.Operation == x.Operation && have.Text == x.Text {
			return
		}
	}
	d.res.Drifts = append(d.res.Drifts, x)
}

// moved reports a call that the spec does not have, and returns the operation
// that the page documented before: the one whose exchange names the page.
func (d *drifter) moved(exchanges map[string][]*exchange.Exchange, matched map[string]bool) (item, op splice.Cursor) {
	text := fmt.Sprintf("the spec has no %s %s", strings.ToUpper(d.o.Method), d.o.Path)
	for _, id := range slices.Sorted(maps.Keys(exchanges)) {
		if matched[id] || !slices.ContainsFunc(exchanges[id], func(x *exchange.Exchange) bool { return d.isOf(x) }) {
			continue
		}
		for _, path := range d.set.Root().At("paths").Keys() {
			for _, method := range httpMethods {
				at := d.set.Root().At("paths", path)
				if found := at.Get(method).Resolve(); found.At("operationId").Text() == id {
					item, op = at, found
				}
			}
		}
		matched[id] = true
		d.o.ID = id
		text += "; the page documented " + id + " before"
		break
	}
	d.add("new", text, d.o.Place(), op)
	return item, op
}

// isOf reports whether an exchange was made from the page: by its address, or
// by the name of the file if the page does not show one.
func (d *drifter) isOf(x *exchange.Exchange) bool {
	return d.o.URL != "" && x.PageURL == d.o.URL || x.PageURL == "drafted from "+path.Base(d.o.Call.Place.File)
}

func (d *drifter) operation(op, item splice.Cursor) {
	d.within = []splice.Cursor{op}
	d.params(op, item)
	if d.o.Request != nil {
		body := op.Get("requestBody").Resolve()
		if !body.OK() {
			d.add("new", "the page shows a request body, the spec has none", d.o.Place(), op)
		}
		for _, c := range d.o.Request.Content {
			d.content(body, c, "request", true)
		}
	}
	d.responses(op)
	d.security(op)
}

func (d *drifter) params(op, item splice.Cursor) {
	documented := map[string]bool{}
	listed := map[string]bool{}
	for _, p := range d.o.Call.Params {
		if p.Rank >= read.FromTable {
			listed[p.In] = true
		}
	}
	for _, p := range d.o.Params {
		documented[p.In+" "+p.Name] = true
		have := findParam(op, item, p.In, p.Name)
		switch {
		case !have.OK() && p.In != "path" && !d.isCredential(p):
			d.add("new", fmt.Sprintf("%s parameter %s", p.In, p.Name), p.Place, op)
		case have.OK() && p.In != "path":
			d.schema(have.Get("schema"), p.Schema, p.In+" parameter "+p.Name, false, 0)
			if required := have.Get("required").Text() == "true"; required != p.Required && d.saysRequired(p) {
				d.add("different", fmt.Sprintf("%s parameter %s is %s on the page, %s in the spec", p.In, p.Name, word(p.Required), word(required)), p.Place, have)
			}
		case have.OK():
			d.schema(have.Get("schema"), p.Schema, "path parameter "+p.Name, false, 0)
		}
	}
	for _, list := range []splice.Cursor{op.At("parameters"), item.At("parameters")} {
		for _, raw := range list.Items() {
			p := raw.Resolve()
			in, name := p.At("in").Text(), p.At("name").Text()
			if listed[in] && in != "path" && !documented[in+" "+name] {
				d.add("gone", fmt.Sprintf("%s parameter %s", in, name), d.o.Place(), p)
			}
		}
	}
}

func word(required bool) string {
	if required {
		return "required"
	}
	return "optional"
}

func (d *drifter) saysRequired(p infer.Param) bool {
	for _, q := range d.o.Call.Params {
		if q.In == p.In && q.Name == p.Name {
			return q.Required != read.Unknown
		}
	}
	return false
}

func (d *drifter) isCredential(p infer.Param) bool {
	for _, s := range d.known.Schemes {
		if s.Kind == p.In && strings.EqualFold(s.Name, p.Name) {
			return true
		}
	}
	return false
}

func findParam(op, item splice.Cursor, in, name string) splice.Cursor {
	for _, list := range []splice.Cursor{op.At("parameters"), item.At("parameters")} {
		for _, raw := range list.Items() {
			if p := raw.Resolve(); p.At("in").Text() == in && p.At("name").Text() == name {
				return p
			}
		}
	}
	return splice.Cursor{}
}

// content compares a body of one media type.
func (d *drifter) content(body splice.Cursor, c infer.Content, side string, sent bool) {
	content := body.At("content")
	if !content.OK() || c.Schema == nil {
		return
	}
	have := content.Get(c.Media)
	if !have.OK() {
		keys := content.Keys()
		if len(keys) == 0 {
			return
		}
		if d.saysMedia(c.Media, sent) {
			d.add("different", fmt.Sprintf("the %s is %s on the page, %s in the spec", side, c.Media, strings.Join(keys, ", ")), d.o.Place(), content)
		}
		have = content.Get(keys[0])
	}
	d.schema(have.Get("schema"), c.Schema, side, sent, 0)
}

// saysMedia reports whether the page names the media type.
func (d *drifter) saysMedia(media string, sent bool) bool {
	bodies := d.o.Call.Answers
	if sent {
		bodies = d.o.Call.Requests
	}
	for _, b := range bodies {
		if strings.EqualFold(b.Media, media) {
			return true
		}
	}
	return false
}

func (d *drifter) responses(op splice.Cursor) {
	responses := op.At("responses")
	for _, r := range d.o.Responses {
		have := responses.Get(r.Status)
		if r.Assumed {
			for _, status := range responses.Keys() {
				if strings.HasPrefix(status, "2") {
					have = responses.Get(status)
					break
				}
			}
		}
		if !have.OK() && !r.Assumed {
			if wild := responses.Get(r.Status[:1] + "XX"); wild.OK() || r.Status == "default" || strings.HasPrefix(r.Status, "4") && responses.Get("default").OK() {
				continue
			}
			d.add("new", "status "+r.Status, d.o.Place(), responses)
		}
		if !have.OK() || !strings.HasPrefix(r.Status, "2") {
			continue
		}
		for _, c := range r.Content {
			d.content(have.Resolve(), c, "response", false)
		}
	}
}

func (d *drifter) security(op splice.Cursor) {
	security := d.o.Security
	if security == nil {
		security = d.o.Secured
	}
	if len(security) == 0 {
		return
	}
	effective := op.Get("security")
	if !effective.OK() {
		effective = d.set.Root().Get("security")
	}
	var have [][]string
	for _, alternative := range effective.Resolve().Items() {
		var signatures []string
		for _, key := range alternative.Keys() {
			s := schemeOf(key, d.set.Root().At("components", "securitySchemes", key))
			signatures = append(signatures, s.Kind+" "+strings.ToLower(s.Name))
		}
		sort.Strings(signatures)
		have = append(have, signatures)
	}
	for _, set := range security {
		var want []string
		for _, s := range set {
			want = append(want, s.Kind+" "+strings.ToLower(s.Name))
		}
		sort.Strings(want)
		if !slices.ContainsFunc(have, func(x []string) bool { return slices.Equal(x, want) }) {
			at := effective
			if !at.OK() {
				at = op
			}
			d.add("new", "security: "+strings.TrimSpace(strings.Join(want, " and ")), d.o.Place(), at)
		}
	}
}

// schema compares what the page says of a value with its schema.
func (d *drifter) schema(raw splice.Cursor, s *infer.Schema, pointer string, sent bool, depth int) {
	at := raw.Resolve()
	if !at.OK() || s == nil || depth > 60 {
		return
	}
	d.within = append(d.within, raw, at)
	defer func() { d.within = d.within[:len(d.within)-2] }()
	m := &merger{world: d.world}
	if branch, union := m.branch(at, s); union {
		if branch.OK() {
			d.schema(branch, s, pointer, sent, depth+1)
		}
		return
	}
	d.typeAndValues(at, s, pointer)
	if items := at.Get("items"); s.Items != nil && items.OK() {
		d.schema(items, s.Items, pointer+"[]", sent, depth+1)
	}
	extra := at.Get("additionalProperties").Resolve()
	if s.Map != nil && extra.OK() {
		d.schema(extra, s.Map, pointer+".{}", sent, depth+1)
	}
	required := requiredOf(at, 0)
	for _, p := range s.Props {
		have := rawProperty(at, p.Name)
		where := pointer + "." + p.Name
		switch {
		case have.OK():
			d.schema(have, p.Schema, where, sent, depth+1)
			if sent && slices.Contains(s.Required, p.Name) && !required[p.Name] && s.Says(p.Name) {
				d.add("different", where+" is required on the page, optional in the spec", p.Schema.Place, have)
			} else if sent && s.Optional(p.Name) && required[p.Name] {
				d.add("different", where+" is optional on the page, required in the spec", p.Schema.Place, have)
			}
		case extra.OK() && extra.Node.Kind == yaml.MappingNode:
			d.schema(extra, p.Schema, pointer+".{}", sent, depth+1)
		case extra.OK() && extra.Text() == "true" && !at.Get("properties").OK():
		default:
			d.add("new", where+typeWord(p.Schema), p.Schema.Place, at)
		}
	}
}

func typeWord(s *infer.Schema) string {
	if s.Type == "" {
		return ""
	}
	return " (" + s.Type + ")"
}

func requiredOf(at splice.Cursor, depth int) map[string]bool {
	out := map[string]bool{}
	if depth > 20 {
		return out
	}
	for _, r := range at.At("required").Items() {
		out[r.Text()] = true
	}
	for _, part := range at.At("allOf").Items() {
		for k := range requiredOf(part.Resolve(), depth+1) {
			out[k] = true
		}
	}
	return out
}

// typeAndValues compares type, format and listed values.
func (d *drifter) typeAndValues(at splice.Cursor, s *infer.Schema, pointer string) {
	if s.Todo != "" && s.Kind != "page contradicts itself" || s.Type == "" {
		return
	}
	typ := at.Get("type")
	if typ.OK() && typ.Node.Kind == yaml.ScalarNode && typ.Text() != s.Type && !(typ.Text() == "number" && s.Type == "integer" && !s.Sure()) {
		d.add("different", fmt.Sprintf("%s is %s on the page, %s in the spec", pointer, s.Type, typ.Text()), s.Place, typ)
		return
	}
	if f := at.Get("format"); f.OK() && s.Format != "" && f.Text() != s.Format && s.Format != "int64" && f.Text() != "int32" && f.Text() != "int64" {
		d.add("different", fmt.Sprintf("%s has the format %s on the page, %s in the spec", pointer, s.Format, f.Text()), s.Place, f)
	}
	if len(s.Enum) < 2 && !(len(s.Enum) == 1 && constantOf(at) != "") {
		return
	}
	list := at.At("enum")
	if !list.OK() {
		list = at.At("x-extensible-enum")
	}
	if !list.OK() {
		if len(s.Enum) > 1 {
			d.add("new", fmt.Sprintf("%s lists the values %s", pointer, strings.Join(s.Enum, ", ")), s.Place, at)
		}
		return
	}
	for _, v := range s.Enum {
		if !hasValue(list, v) {
			d.add("new", fmt.Sprintf("%s has the value %s", pointer, v), s.Place, list)
		}
	}
	for _, x := range list.Items() {
		if !slices.Contains(s.Enum, x.Text()) && len(s.Enum) > 1 {
			d.add("gone", fmt.Sprintf("%s does not have the value %s any more", pointer, x.Text()), s.Place, x)
		}
	}
}

// gone reports members of the exchange that the page does not have any more. It
// is claimed only from a page that shows as much as the exchange did.
func (d *drifter) gone(list []*exchange.Exchange) {
	for _, x := range list {
		if x.Variant != "" || !strings.HasPrefix(x.Seen, "full") {
			continue
		}
		page := d.o.Call
		if shows(page.Requests) && len(x.Request.Body) > 0 && d.o.Request != nil {
			d.goneFrom(x.Request.Body, d.o.Request.Content[0].Schema, "request")
		}
		if x.Response == nil || len(x.Response.Body) == 0 || !shows(page.Answers) {
			continue
		}
		for _, r := range d.o.Responses {
			if strings.HasPrefix(r.Status, "2") && len(r.Content) > 0 && !isCut(page.Answers) {
				d.goneFrom(x.Response.Body, r.Content[0].Schema, "response")
				break
			}
		}
	}
}

func shows(bodies []read.Body) bool {
	for _, b := range bodies {
		if len(b.Samples) > 0 && b.Status < 300 {
			return true
		}
	}
	return false
}

func isCut(bodies []read.Body) bool {
	for _, b := range bodies {
		for _, s := range b.Samples {
			if s.Value.Cut {
				return true
			}
		}
	}
	return false
}

func (d *drifter) goneFrom(body []byte, s *infer.Schema, side string) {
	v, _, err := read.ParseJSON(string(body), 1)
	if err != nil {
		return
	}
	d.walkGone(v, s, side, 0)
}

func (d *drifter) walkGone(v *read.Value, s *infer.Schema, pointer string, depth int) {
	if s == nil || depth > 60 || len(s.OneOf) > 0 || s.Free {
		return
	}
	switch v.Kind {
	case read.Object:
		for _, m := range v.Members {
			child := s.Prop(m.Name)
			if child == nil {
				if s.Map == nil && s.Type == "object" && len(s.Props) > 0 {
					d.add("gone", pointer+"."+m.Name, s.Place, splice.Cursor{})
				}
				continue
			}
			d.walkGone(m.Value, child, pointer+"."+m.Name, depth+1)
		}
	case read.Array:
		for _, item := range v.Items {
			d.walkGone(item, s.Items, pointer+"[]", depth+1)
		}
	}
}
