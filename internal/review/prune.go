package review

import (
	"bytes"
	"encoding/json"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/load"
)

// This file makes bundles small before oasdiff reads them. It empties examples,
// descriptions, operations and components that are the same in both versions, with
// all that they refer to, and components that no other operation needs. Lines stay
// where they are.

// nameMaps are the words of OpenAPI whose members have names of the document's.
var nameMaps = map[string]bool{
	"paths": true, "webhooks": true, "schemas": true, "responses": true, "parameters": true, "examples": true, "requestBodies": true, "headers": true,
	"securitySchemes": true, "links": true, "callbacks": true, "pathItems": true, "mediaTypes": true, "properties": true, "patternProperties": true,
	"dependentSchemas": true, "$defs": true, "definitions": true, "content": true, "encoding": true, "variables": true, "scopes": true, "mapping": true,
	"dependentRequired": true,
}

// emptied are the words whose values say nothing of the wire; opaque are those
// whose values are data.
var (
	emptied = map[string]bool{"description": true, "summary": true, "example": true, "examples": true, "externalDocs": true, "x-codeSamples": true}
	opaque  = map[string]bool{"default": true, "enum": true, "const": true}
)

// httpMethods are the members of a path that are operations.
var httpMethods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"}

// span is a part of a bundle.
type span struct {
	key        string // e.g. `/pets get`, `#/components/schemas/Pet`
	start, end int
}

// pruner copies a bundle without what is emptied.
type pruner struct {
	data, out  []byte
	pos        int
	keys       []string // of the value that is read
	operations []span
	components []span
}

// prune makes both bundles small.
func prune(traces [2]*load.TracedBundle) {
	var sides [2]*pruner
	var roots [2]string
	for i, trace := range traces {
		sides[i] = &pruner{data: trace.Data, out: make([]byte, 0, len(trace.Data)/2)}
		sides[i].value(false)
		sides[i].out = append(sides[i].out, sides[i].data[sides[i].pos:]...)
		roots[i] = sides[i].rest()
	}
	same := map[string]bool{}
	into := []byte(`"#/paths/`) // references into operations
	if roots[0] == roots[1] && !bytes.Contains(sides[0].out, into) && !bytes.Contains(sides[1].out, into) {
		hashes := [2]map[string]uint64{sides[0].deepHashes(), sides[1].deepHashes()}
		for key, hash := range hashes[0] {
			if other, ok := hashes[1][key]; ok && other == hash {
				same[key] = true
			}
		}
		keepMoved(sides, same)
	}
	for i, trace := range traces {
		trace.Data = sides[i].without(same)
	}
}

// keepMoved takes out of same the components that something which differs refers
// to at other places than before: an author that was a Person and is a Company now
// would be the same if both were emptied.
func keepMoved(sides [2]*pruner, same map[string]bool) {
	var places [2]map[string]map[string]string
	for i, side := range sides {
		places[i] = map[string]map[string]string{}
		for _, s := range side.spans() {
			if !same[s.key] {
				places[i][s.key] = side.refPlaces(s)
			}
		}
	}
	for i, side := range sides {
		refs := side.componentRefs()
		for key, now := range places[i] {
			if maps.Equal(now, places[1-i][key]) {
				continue
			}
			for ref := range reachable(slices.Collect(maps.Values(now)), refs) {
				delete(same, ref)
			}
		}
	}
}

// refPlaces are the references of an operation or a component by their places in it.
func (p *pruner) refPlaces(s span) map[string]string {
	text := p.out[s.start:s.end]
	text = bytes.TrimLeft(text[scalarEnd(text, 0):], ": \n\r\t")
	places := map[string]string{}
	var value any
	if json.Unmarshal(text, &value) == nil {
		collectRefs(value, "", places)
	}
	return places
}

func collectRefs(value any, at string, places map[string]string) {
	switch value := value.(type) {
	case map[string]any:
		for name, v := range value {
			if ref, ok := v.(string); ok && strings.HasPrefix(ref, "#/components/") {
				places[at+"/"+name] = strings.Join(strings.SplitN(ref, "/", 5)[:min(4, strings.Count(ref, "/")+1)], "/")
			}
			collectRefs(v, at+"/"+name, places)
		}
	case []any:
		for i, v := range value {
			collectRefs(v, at+"/"+strconv.Itoa(i), places)
		}
	}
}

// value copies a value; its members have names if named is true.
func (p *pruner) value(named bool) {
	switch p.data[p.pos] {
	case '{':
		p.take(1)
		for p.space(); p.data[p.pos] != '}'; p.space() {
			p.member(named)
			if p.space(); p.data[p.pos] == ',' {
				p.take(1)
			}
		}
		p.take(1)
	case '[':
		p.take(1)
		for p.space(); p.data[p.pos] != ']'; p.space() {
			p.value(false)
			if p.space(); p.data[p.pos] == ',' {
				p.take(1)
			}
		}
		p.take(1)
	default:
		p.take(scalarEnd(p.data, p.pos) - p.pos)
	}
}

// member copies a member of an object.
func (p *pruner) member(named bool) {
	start := len(p.out)
	from := p.pos
	p.take(scalarEnd(p.data, p.pos) - p.pos)
	key := string(p.data[from+1 : p.pos-1])
	p.space()
	p.take(1) // the colon
	p.space()
	switch {
	case !named && emptied[key], len(p.keys) == 0 && strings.HasPrefix(key, "x-"):
		p.empty()
	case !named && (opaque[key] || strings.HasPrefix(key, "x-")):
		end := valueEnd(p.data, p.pos)
		p.take(end - p.pos)
	default:
		p.keys = append(p.keys, key)
		p.value(!named && nameMaps[key])
		p.note(start)
		p.keys = p.keys[:len(p.keys)-1]
	}
}

// note remembers where an operation or a component is.
func (p *pruner) note(start int) {
	if len(p.keys) != 3 {
		return
	}
	switch {
	case (p.keys[0] == "paths" || p.keys[0] == "webhooks") && slices.Contains(httpMethods, p.keys[2]):
		p.operations = append(p.operations, span{p.keys[1] + " " + p.keys[2], start, len(p.out)})
	case p.keys[0] == "components" && p.keys[1] != "securitySchemes":
		p.components = append(p.components, span{"#/components/" + p.keys[1] + "/" + p.keys[2], start, len(p.out)})
	}
}

// empty writes an empty value of the same kind, and the lines of the whole.
func (p *pruner) empty() {
	end := valueEnd(p.data, p.pos)
	switch p.data[p.pos] {
	case '{':
		p.out = append(p.out, "{}"...)
	case '[':
		p.out = append(p.out, "[]"...)
	case '"':
		p.out = append(p.out, `""`...)
	default:
		p.out = append(p.out, p.data[p.pos:end]...)
	}
	p.out = append(p.out, bytes.Repeat([]byte("\n"), bytes.Count(p.data[p.pos:end], []byte("\n")))...)
	p.pos = end
}

func (p *pruner) take(n int) {
	p.out = append(p.out, p.data[p.pos:p.pos+n]...)
	p.pos += n
}

func (p *pruner) space() {
	for p.pos < len(p.data) && strings.IndexByte(" \n\r\t", p.data[p.pos]) >= 0 {
		p.take(1)
	}
}

// scalarEnd is where a string, a number or a word ends.
func scalarEnd(data []byte, pos int) int {
	if data[pos] != '"' {
		for pos < len(data) && strings.IndexByte(",]} \n\r\t", data[pos]) < 0 {
			pos++
		}
		return pos
	}
	for pos++; data[pos] != '"'; pos++ {
		if data[pos] == '\\' {
			pos++
		}
	}
	return pos + 1
}

// valueEnd is where any value ends.
func valueEnd(data []byte, pos int) int {
	depth := 0
	for {
		switch data[pos] {
		case '{', '[':
			depth++
			pos++
		case '}', ']':
			depth--
			pos++
		case '"':
			pos = scalarEnd(data, pos)
		case ' ', '\n', '\r', '\t', ',', ':':
			pos++
			continue
		default:
			pos = scalarEnd(data, pos)
		}
		if depth == 0 {
			return pos
		}
	}
}

// rest is the bundle without operations and components: paths with what their
// operations share, servers, security.
func (p *pruner) rest() string {
	var out strings.Builder
	last := 0
	for _, s := range p.spans() {
		if i := strings.Index(s.key, " "); i >= 0 || strings.HasPrefix(s.key, "#") {
			out.Write(p.out[last:s.start])
			last = s.end
		}
	}
	out.Write(p.out[last:])
	root := out.String()
	// Paths come and go, and the title, the version and the tags are not on the wire;
	// what is said of all operations stays.
	for _, word := range []string{"paths", "webhooks", "info", "tags"} {
		key := "\n \"" + word + "\":"
		if i := strings.Index(root, key); i >= 0 {
			root = root[:i] + root[valueEnd([]byte(root), i+len(key)):]
		}
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(root, ",", "")), "")
}

func (p *pruner) spans() []span {
	list := slices.Concat(p.operations, p.components)
	slices.SortFunc(list, func(a, b span) int { return a.start - b.start })
	return list
}

// reference is a reference to a component in a bundle, up to the name's end.
var reference = []byte(`"#/components/`)

// refsOf lists the components that a text refers to.
func refsOf(text []byte) []string {
	var list []string
	for {
		i := bytes.Index(text, reference)
		if i < 0 {
			return list
		}
		end := scalarEnd(text, i)
		ref := string(text[i+1 : end-1])
		if parts := strings.SplitN(ref, "/", 5); len(parts) > 4 {
			ref = strings.Join(parts[:4], "/") // a place within a component
		}
		list = append(list, ref)
		text = text[end:]
	}
}

// reachable lists references and what is behind them.
func reachable(direct []string, refs map[string][]string) map[string]bool {
	seen := map[string]bool{}
	queue := slices.Clone(direct)
	for len(queue) > 0 {
		ref := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if !seen[ref] {
			seen[ref] = true
			queue = append(queue, refs[ref]...)
		}
	}
	return seen
}

// componentRefs are what each component refers to.
func (p *pruner) componentRefs() map[string][]string {
	refs := make(map[string][]string, len(p.components))
	for _, s := range p.components {
		refs[s.key] = refsOf(p.out[s.start:s.end])
	}
	return refs
}

func hashOf(text []byte) uint64 {
	h := fnv.New64a()
	h.Write(text)
	return h.Sum64()
}

// deepHashes hashes each operation, with what its path says and all components
// that it refers to. Two operations of one hash are the same on the wire.
func (p *pruner) deepHashes() map[string]uint64 {
	refs := p.componentRefs()
	hashes := make(map[string]uint64, len(p.components))
	for _, s := range p.components {
		hashes[s.key] = hashOf(p.out[s.start:s.end])
	}
	shared := p.sharedByPath()
	out := make(map[string]uint64, len(p.operations)+len(p.components))
	parts := p.partsOfAllOf()
	for _, s := range p.components {
		if !parts[s.key] && (strings.HasPrefix(s.key, "#/components/schemas/") || strings.HasPrefix(s.key, "#/components/responses/")) {
			out[s.key] = p.deepHash(hashes[s.key], refs[s.key], refs, hashes)
		}
	}
	for _, s := range p.operations {
		path, _, _ := strings.Cut(s.key, " ")
		text := slices.Concat(p.out[s.start:s.end], shared[path])
		out[s.key] = p.deepHash(hashOf(text), refsOf(text), refs, hashes)
	}
	return out
}

// deepHash is a hash with those of all components that are referred to.
func (p *pruner) deepHash(own uint64, direct []string, refs map[string][]string, hashes map[string]uint64) uint64 {
	sum := own
	for ref := range reachable(direct, refs) {
		sum += hashes[ref] * 31
	}
	return sum
}

// partsOfAllOf are the components that an allOf refers to. What is merged with them
// can change what they mean.
func (p *pruner) partsOfAllOf() map[string]bool {
	parts := map[string]bool{}
	word := []byte(`"allOf":`)
	for text := p.out; ; {
		i := bytes.Index(text, word)
		if i < 0 {
			return parts
		}
		start := i + len(word)
		end := valueEnd(text, start)
		for _, ref := range refsOf(text[start:end]) {
			parts[ref] = true
		}
		text = text[end:] // one allOf in another has been read with it
	}
}

// sharedByPath is what each path says besides its operations.
func (p *pruner) sharedByPath() map[string][]byte {
	shared := map[string][]byte{}
	for i, s := range p.operations {
		path, _, _ := strings.Cut(s.key, " ")
		if _, known := shared[path]; known {
			continue
		}
		// From the path's key to its first operation, and on to its end.
		start := bytes.LastIndex(p.out[:s.start], []byte(`"`+path+`"`))
		if start < 0 {
			start = s.start
		}
		text := slices.Clone(p.out[start:s.start])
		last := s.end
		for _, t := range p.operations[i+1:] {
			if !strings.HasPrefix(t.key, path+" ") {
				break
			}
			text = append(text, p.out[last:t.start]...)
			last = t.end
		}
		end := last
		for end < len(p.out) && p.out[end] != '}' {
			end = memberEnd(p.out, end)
		}
		shared[path] = []byte(strings.Join(strings.Fields(string(append(text, p.out[last:end]...))), ""))
	}
	return shared
}

// memberEnd is where the next token or value ends.
func memberEnd(data []byte, pos int) int {
	if strings.IndexByte(" \n\r\t,:", data[pos]) >= 0 {
		return pos + 1
	}
	return valueEnd(data, pos)
}

// without is the bundle without the operations that are the same, and without the
// components that only they need.
func (p *pruner) without(same map[string]bool) []byte {
	if len(same) == 0 {
		return p.out
	}
	refs := p.componentRefs()
	var kept []byte
	last := 0
	var dropped []span
	for _, s := range p.spans() {
		isComponent := strings.HasPrefix(s.key, "#")
		if isComponent || same[s.key] {
			kept = append(kept, p.out[last:s.start]...)
			last = s.end
		}
		if !isComponent && same[s.key] {
			dropped = append(dropped, s)
		}
	}
	for key := range same {
		if strings.HasPrefix(key, "#") {
			refs[key] = nil // it is emptied
		}
	}
	needed := reachable(refsOf(append(kept, p.out[last:]...)), refs)
	for _, s := range p.components {
		if !needed[s.key] || same[s.key] {
			dropped = append(dropped, s)
		}
	}
	slices.SortFunc(dropped, func(a, b span) int { return a.start - b.start })
	out := make([]byte, 0, len(p.out))
	last = 0
	for _, s := range dropped {
		out = append(out, p.out[last:s.start]...)
		text := p.out[s.start:s.end]
		if strings.HasPrefix(s.key, "#") {
			out = append(out, text[:scalarEnd(text, 0)]...)
			out = append(out, ":{}"...)
		} else {
			out = append(out, `"x-`...)
			out = append(out, text[1:scalarEnd(text, 0)]...)
			out = append(out, ":0"...)
		}
		out = append(out, bytes.Repeat([]byte("\n"), bytes.Count(text, []byte("\n")))...)
		last = s.end
	}
	return append(out, p.out[last:]...)
}
