package draft

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/docwright/docwright/internal/draft/infer"
	"github.com/docwright/docwright/internal/draft/splice"
)

// paging is an x-pagination that operations of the spec share.
type paging struct {
	keys   []string
	values map[string]string
	tags   map[string]string // of the values in YAML
	uses   int
	params map[string]map[reference]int // by name, the shared parameters that the operations refer to
}

// learnPaging counts an operation's x-pagination.
func (w *world) learnPaging(op splice.Cursor) {
	at := op.At("x-pagination")
	one := &paging{keys: at.Keys(), values: map[string]string{}, tags: map[string]string{}, params: map[string]map[reference]int{}}
	for _, k := range one.keys {
		if one.values[k] = at.At(k).Text(); one.values[k] == "" {
			return // more than a text: nothing that another operation can take as it is
		}
		one.tags[k] = at.At(k).Node.Tag
	}
	if len(one.keys) == 0 {
		return
	}
	same := one
	for _, p := range w.paging {
		if p.same(one) {
			same = p
		}
	}
	if same == one {
		w.paging = append(w.paging, one)
	}
	same.uses++
	for _, raw := range op.At("parameters").Items() {
		p := raw.Resolve()
		if raw.Ref() == "" || p.At("in").Text() != "query" {
			continue
		}
		name := p.At("name").Text()
		if same.params[name] == nil {
			same.params[name] = map[reference]int{}
		}
		same.params[name][absoluteRef(raw.File.Path, raw.Ref())]++
	}
}

func (p *paging) same(q *paging) bool {
	if len(p.values) != len(q.values) {
		return false
	}
	for k, v := range p.values {
		if q.values[k] != v {
			return false
		}
	}
	return true
}

// shows reports whether an answer has each member that the pointers name.
// The list of items alone says nothing: every list has it.
func (p *paging) shows(answer *infer.Schema) bool {
	found := 0
	for _, k := range p.keys {
		pointer := p.values[k]
		if !strings.HasPrefix(pointer, "/") {
			continue
		}
		at := answer
		for _, name := range strings.Split(pointer[1:], "/") {
			at = at.Prop(strings.NewReplacer("~1", "/", "~0", "~").Replace(name))
		}
		if at == nil || k == "items" && at.Type != "array" {
			return false
		}
		if k != "items" {
			found++
		}
	}
	return found > 0
}

// shared is the parameter that most of the operations refer to. Without one
// that all of them have, there is none.
func (p *paging) shared(name string) (best reference, ok bool) {
	total := 0
	for ref, n := range p.params[name] {
		total += n
		if m := p.params[name][best]; n > m || n == m && ref.pointer < best.pointer {
			best = ref
		}
	}
	return best, total == p.uses
}

// pagingOf is the x-pagination that at least two operations of the spec share
// and whose members an operation's answer shows, nil without one.
func (m *merger) pagingOf(o *infer.Operation) *paging {
	if o.Method != "get" {
		return nil
	}
	var best *paging
	for _, r := range o.Responses {
		for _, c := range r.Content {
			for _, p := range m.paging {
				if strings.HasPrefix(r.Status, "2") && p.uses > 1 && (best == nil || p.uses > best.uses) && p.shows(c.Schema) {
					best = p
				}
			}
		}
	}
	if best == nil {
		return nil
	}
	for _, k := range []string{"param", "limit"} {
		if name := best.values[k]; name != "" && !hasQuery(o, name) {
			if _, ok := best.shared(name); !ok {
				return nil
			}
		}
	}
	return best
}

func hasQuery(o *infer.Operation, name string) bool {
	for _, p := range o.Params {
		if p.In == "query" && p.Name == name {
			return true
		}
	}
	return false
}

// page gives an operation the parameters of its paging, and says so.
func (m *merger) page(o *infer.Operation, p *paging, file string) {
	var added []string
	for _, k := range []string{"limit", "param"} {
		name := p.values[k]
		if name == "" || hasQuery(o, name) {
			continue
		}
		ref, _ := p.shared(name)
		o.Params = append(o.Params, infer.Param{In: "query", Name: name, Ref: ref.in(file)})
		added = append(added, name)
	}
	with := "x-pagination"
	if len(added) > 0 {
		with += " and the parameters " + strings.Join(added, ", ")
	}
	m.res.Notes = append(m.res.Notes, fmt.Sprintf("%s %s: %s are taken from %d operations of the spec whose answers have the same members for paging; delete them if this answer does not come in pages",
		strings.ToUpper(o.Method), o.Path, with, p.uses))
}

// node spells the x-pagination.
func (p *paging) node() *yaml.Node {
	n := infer.Mapping()
	for _, k := range p.keys {
		infer.Put(n, k, &yaml.Node{Kind: yaml.ScalarNode, Tag: p.tags[k], Value: p.values[k]})
	}
	return n
}

// putPaging puts x-pagination in front of what an operation sends.
func putPaging(op *yaml.Node, p *paging) {
	one := infer.Mapping()
	infer.Put(one, "x-pagination", p.node())
	for i := 0; i+1 < len(op.Content); i += 2 {
		switch op.Content[i].Value {
		case "parameters", "requestBody", "responses":
			op.Content = append(op.Content[:i:i], append(one.Content, op.Content[i:]...)...)
			return
		}
	}
}
