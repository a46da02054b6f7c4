package model

import (
	"fmt"
	"hash/fnv"
	"regexp"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/names"
	"github.com/docwright/docwright/internal/schema"
)

// This file makes the keys of gen.lock. A key says which thing has a name, by
// what does not change when the document is edited elsewhere:
//
//   - an operation by its method and path, without the names of path parameters
//   - a parameter by its place and name: parameters/query:size
//   - an alternative by its title, a constant, a member that it alone has, or its
//     type; by its content only where nothing else distinguishes it
//   - what is within parts of an allOf by the schema that has the parts
//   - everything else by its names in the document
//
// An index in a list is never part of a key, except in a tuple, where it has a
// meaning. Locks of earlier versions had JSON pointers; those are still read.

// lockKey is a key of gen.lock that is still to be written down.
type lockKey struct {
	fixed  string     // the whole key; "" for one that begins with a place
	node   *load.Node // place that it begins with
	below  string     // what follows that, e.g. "/responses"
	end    string     // role and what distinguishes several types of one place
	former string     // end in locks of earlier versions
	plain  bool       // the pointer is the key, because the identity is not unique
}

// key is the key of d's own place.
func (b *builder) key(d *Decl) lockKey {
	if d.Resource != "" && d.Role == RoleRead {
		return lockKey{fixed: "resource " + d.Resource + d.name.apart}
	}
	role := ""
	switch {
	case d.Role == RoleRead:
		role = " read"
	case d.Role.writes():
		role = " write"
	}
	former := d.name.formerApart
	if former == "" {
		former = d.name.apart
	}
	return lockKey{node: d.name.node, below: d.name.below, end: d.name.apart + role, former: former + role, plain: d.name.ambiguous}
}

// keys are the keys of the places that a declaration is for; none for what no
// place of the document declares.
func (b *builder) keys(d *Decl) []lockKey {
	k := b.key(d)
	if k.fixed == "" && (k.node == nil || d.Pointer == "") {
		return nil
	}
	return append([]lockKey{k}, d.name.also...)
}

// written is the key as gen.lock has it.
func (b *builder) written(k lockKey) string {
	switch {
	case k.fixed != "":
		return k.fixed
	case k.plain:
		return k.node.Pointer() + k.below + k.former
	}
	return b.identities(k.node)[0] + k.below + k.end
}

// lookups are the keys that a lock may have for what now has the key k: by
// identity, and those of earlier versions.
func (b *builder) lookups(k lockKey) (now, former []string) {
	if k.fixed != "" {
		return []string{k.fixed}, nil
	}
	for _, id := range b.identities(k.node) {
		now = append(now, id+k.below+k.end)
	}
	return now, []string{k.node.Pointer() + k.below + k.former}
}

// declLookups are the keys that a lock may have for a declaration: those of its
// places, and for one that is declared within a shared type, those below the
// other places of that type. Only one of several places is converted, and which
// one depends on what else the document has.
//
// A type asks for those of the type that it is declared within, and so on: they
// are found once.
func (b *builder) declLookups(d *Decl) (now, former []string) {
	found, ok := b.lookedUp[d]
	if !ok {
		found[0], found[1] = b.findDeclLookups(d)
		if b.lookedUp == nil {
			b.lookedUp = map[*Decl][2][]string{}
		}
		b.lookedUp[d] = found
	}
	return found[0], found[1]
}

func (b *builder) findDeclLookups(d *Decl) (now, former []string) {
	add := func(list *[]string, key string) {
		if !slices.Contains(*list, key) {
			*list = append(*list, key)
		}
	}
	keys := b.keys(d)
	if len(keys) == 0 {
		return nil, nil
	}
	for _, k := range keys {
		n, f := b.lookups(k)
		for _, key := range n {
			add(&now, key)
		}
		for _, key := range f {
			add(&former, key)
		}
	}
	if key := b.formerKey(d, keys[0].end); key != "" {
		add(&now, key)
	}
	if b.isNew(now) && b.isNew(former) {
		for _, n := range b.uses[d] {
			list, _ := b.lookups(lockKey{node: n, end: keys[0].end})
			for _, key := range list {
				add(&now, key)
			}
			for _, place := range b.placesOfUses(n, 0) {
				add(&now, place+keys[0].end)
			}
		}
	}
	o := d.name.owner
	if o == nil || d.name.node == nil || o.name.node == nil || o.Resource != "" && o.Role == RoleRead {
		return now, former
	}
	below, ok := relative(o.name.node, d.name.node)
	if !ok {
		return now, former
	}
	own, owners := b.key(d), b.key(o)
	pointer := strings.TrimPrefix(d.name.node.Pointer(), o.name.node.Pointer())
	ownersNow, ownersFormer := b.declLookups(o)
	for _, key := range ownersNow {
		if place, ok := strings.CutSuffix(key, owners.end); ok {
			for _, segments := range below {
				add(&now, place+segments+own.below+own.end)
			}
		}
	}
	for _, key := range ownersFormer {
		if place, ok := strings.CutSuffix(key, owners.former); ok {
			add(&former, place+pointer+own.below+own.former)
		}
	}
	return now, former
}

// maxNesting is how many components in one another are looked through for a place
// that was within one schema before.
const maxNesting = 3

// placesOfUses are the keys that a place had if the components around it were written
// where they are used: the schema of a member may have moved to a component along
// with the schema that has the member.
//
// It stops at a number of them: each use gives one at least, and a document can nest
// its components in exponentially many ways.
func (b *builder) placesOfUses(n *load.Node, depth int) []string {
	var places []string
	for p := n.Parent; p != nil && depth < maxNesting; p = p.Parent {
		decls := b.ofComponents[p]
		if len(decls) == 0 {
			continue
		}
		ways, ok := relative(p, n)
		if !ok {
			break
		}
		for _, d := range decls {
			for _, use := range b.uses[d] {
				if places = combine(places, b.identities(use), ways); len(places) < maxIdentities {
					places = combine(places, b.placesOfUses(use, depth+1), ways)
				}
				if len(places) >= maxIdentities {
					return places[:maxIdentities]
				}
			}
		}
	}
	return places
}

// combine appends each way from each place.
func combine(list, places, ways []string) []string {
	for _, place := range places {
		for _, way := range ways {
			list = append(list, place+way)
		}
	}
	return list
}

// noteUse notes where a component is used. A schema that was written there before, and
// moved to the component since, gave its type a name that callers have.
func (b *builder) noteUse(t *Type, s *schema.Schema) {
	if t.Kind != KindNamed || t.Decl.name.rank != rankComponent || len(b.uses[t.Decl]) >= maxIdentities {
		return
	}
	for _, n := range s.Places {
		if n != t.Decl.name.node && !slices.Contains(b.uses[t.Decl], n) {
			b.uses[t.Decl] = append(b.uses[t.Decl], n)
		}
	}
}

// isNew reports whether the lock has none of the keys.
func (b *builder) isNew(keys []string) bool {
	return !slices.ContainsFunc(keys, func(key string) bool { return b.opts.Names[key] != "" })
}

// lockedName is the name that an earlier run gave to most of the places of d.
func (b *builder) lockedName(d *Decl) string {
	if len(b.opts.Names) == 0 {
		return ""
	}
	now, former := b.declLookups(d)
	if name := b.mostFrequent(now); name != "" {
		return name
	}
	return b.mostFrequent(former)
}

func (b *builder) mostFrequent(keys []string) string {
	count := map[string]int{}
	best := ""
	for _, key := range keys {
		if name := b.opts.Names[key]; names.IsExported(name) { // a lock can be edited
			if count[name]++; count[name] > count[best] {
				best = name
			}
		}
	}
	return best
}

// wasPointer reports whether fields of an earlier run stored d as a pointer.
func (b *builder) wasPointer(d *Decl) bool {
	is := func(key string) bool { return b.opts.Held[key] == heldByPointer }
	now, former := b.declLookups(d)
	return slices.ContainsFunc(now, is) || slices.ContainsFunc(former, is)
}

// separateKeys gives keys of their own to declarations that have one identity:
// those that operations have of one place (a path item below two paths, a
// response of several operations) by the operation, others by their pointer.
func (b *builder) separateKeys() {
	defer func() { b.lookedUp = nil }() // what is known is out of date
	places := map[string][]*Decl{}
	for _, d := range b.order {
		if d.method != nil && d.Pointer != "" {
			key := b.written(b.key(d))
			places[key] = append(places[key], d)
		}
	}
	for _, list := range places {
		if len(list) == 1 {
			continue
		}
		for _, d := range list {
			at := d.method.at()
			d.name.formerApart = b.formerApart(d) + at
			d.name.apart += at
		}
	}
	clear(places)
	for _, d := range b.order {
		for _, k := range b.keys(d) {
			key := b.written(k)
			if !slices.Contains(places[key], d) {
				places[key] = append(places[key], d)
			}
		}
	}
	for _, d := range b.order {
		d.name.ambiguous = len(places[b.writtenOwn(d)]) > 1
		for i, k := range d.name.also {
			d.name.also[i].plain = len(places[b.written(k)]) > 1
		}
	}
}

// writtenOwn is the key of d's own place; "" if it has none.
func (b *builder) writtenOwn(d *Decl) string {
	if keys := b.keys(d); len(keys) > 0 {
		return b.written(keys[0])
	}
	return ""
}

func (b *builder) formerApart(d *Decl) string {
	if d.name.formerApart != "" {
		return d.name.formerApart
	}
	return d.name.apart
}

// pathParameter is a variable of a path template.
var pathParameter = regexp.MustCompile(`\{[^{}]*\}`)

// findOperationKeys gives each operation its key. Two operations that differ only
// in the names of path parameters, which is not allowed, keep those.
func (b *builder) findOperationKeys() {
	b.operations = map[*load.Node]string{}
	count := map[string]int{}
	short := func(o *op) string { return o.method + " " + pathParameter.ReplaceAllString(o.key, "{}") }
	for _, o := range b.ops {
		count[short(o)]++
	}
	for _, o := range b.ops {
		switch {
		case b.placed[o.node] > 1: // see separateKeys
		case count[short(o)] > 1:
			b.operations[o.node] = o.method + " " + o.key
		default:
			b.operations[o.node] = short(o)
		}
	}
}

// methodKeys are the keys of an operation's method. All are written: the name
// stays where the path or the operationId is still what it was.
func (b *builder) methodKeys(o *op) []string {
	var keys []string
	if key := b.operations[o.node]; key != "" {
		keys = append(keys, key+" method")
	}
	if o.id != "" && !slices.ContainsFunc(b.ops, func(p *op) bool { return p != o && p.id == o.id }) {
		keys = append(keys, "operation "+o.id+" method")
	}
	if len(keys) == 0 {
		keys = append(keys, b.formerMethodKey(o))
	}
	return keys
}

// formerMethodKey is an operation's key in locks of earlier versions, and in those
// of now if it has neither a path nor an operationId of its own.
func (b *builder) formerMethodKey(o *op) string {
	key := o.node.Pointer()
	if b.placed[o.node] > 1 && key != operationRef(o.path, strings.ToLower(o.method)) {
		key += o.at() // its path item is below two paths
	}
	return key + " method"
}

// lockedMethod is the name that an earlier run gave to the method of o.
func (b *builder) lockedMethod(o *op) string {
	for _, key := range append(b.methodKeys(o), b.formerMethodKey(o)) {
		if name := b.opts.Names[key]; names.IsExported(name) {
			return name
		}
	}
	return ""
}

// maxIdentities limits how many keys are tried for one place.
const maxIdentities = 16

// identities are the keys that a place may have; the first is written.
func (b *builder) identities(n *load.Node) []string {
	if list, ok := b.identified[n]; ok {
		return list
	}
	var list []string
	switch key := b.operations[n]; {
	case key != "":
		list = []string{key}
	case n.Parent == nil:
		list = []string{n.Pointer()}
	default:
		list = extend(b.identities(n.Parent), n)
	}
	b.identified[n] = list
	return list
}

// relative are the ways to spell the path from a node to one below it; ok is
// false for one that is not.
func relative(from, n *load.Node) (ways []string, ok bool) {
	var nodes []*load.Node
	for ; n != from; n = n.Parent {
		if n == nil {
			return nil, false
		}
		nodes = append(nodes, n)
	}
	slices.Reverse(nodes)
	ways = []string{""}
	for _, n := range nodes {
		ways = extend(ways, n)
	}
	return ways, true
}

// extend adds the ways to spell the step to n.
func extend(ways []string, n *load.Node) []string {
	segments := segments(n)
	if len(segments) > maxIdentities/len(ways) {
		segments = segments[:1]
	}
	next := make([]string, 0, len(ways)*len(segments))
	for _, s := range segments {
		for _, w := range ways {
			next = append(next, w+s)
		}
	}
	return next
}

// segments are the ways to spell the last step to a node.
func segments(n *load.Node) []string {
	p := n.Parent
	if n.Kind == load.Array {
		switch n.Name {
		case "allOf":
			return []string{""}
		case "oneOf", "anyOf":
			if len(alternatives(n)) < 2 {
				return []string{""}
			}
			return []string{"/" + n.Name}
		}
	}
	if p.Kind == load.Array {
		switch p.Name {
		case "allOf":
			return []string{""}
		case "oneOf", "anyOf":
			if list := alternatives(p); len(list) > 1 {
				return alternativeSegments(n, list)
			}
			return []string{""}
		case "parameters":
			if in, name := n.Get("in").Str(), n.Get("name").Str(); name != "" {
				return []string{"/" + in + ":" + escape(name)}
			}
		}
	}
	return []string{"/" + escape(n.Name)}
}

func escape(name string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(name) }

// alternatives are the items of a oneOf or anyOf without those that only allow null.
func alternatives(list *load.Node) []*load.Node {
	return slices.DeleteFunc(slices.Clone(list.Items), func(n *load.Node) bool { return n.Get("type").Str() == "null" })
}

// alternativeSegments are the ways to know one alternative among others, the most
// stable first.
func alternativeSegments(n *load.Node, list []*load.Node) []string {
	var out []string
	own := func(facts func(*load.Node) []string) {
		for _, fact := range facts(n) {
			if !slices.ContainsFunc(list, func(o *load.Node) bool { return o != n && slices.Contains(facts(o), fact) }) {
				out = append(out, "/"+escape(fact))
			}
		}
	}
	own(titleFacts)
	own(constantFacts)
	own(requiredFacts)
	own(memberFacts)
	own(typeFacts)
	if len(out) > 0 {
		return out
	}
	hash := contentHash(n)
	same := 0
	for _, o := range list {
		if o == n {
			break
		}
		if contentHash(o) == hash {
			same++ // equal in every way: here the place is all that there is
		}
	}
	return []string{fmt.Sprintf("/content:%s.%d", hash, same)}
}

func titleFacts(n *load.Node) []string {
	if t := n.Get("title").Str(); t != "" {
		return []string{"title:" + t}
	}
	return nil
}

// constantFacts are the members that have one value.
func constantFacts(n *load.Node) []string {
	var facts []string
	for _, m := range alternativeMembers(n) {
		value := m.Value.Get("const")
		if e := m.Value.Get("enum"); value == nil && e != nil && len(e.Items) == 1 {
			value = e.Items[0]
		}
		if value != nil {
			facts = append(facts, m.Name+"="+value.Str())
		}
	}
	return facts
}

func requiredFacts(n *load.Node) []string {
	var facts []string
	for _, r := range list(n.Get("required")) {
		facts = append(facts, "requires:"+r.Str())
	}
	slices.Sort(facts)
	return facts
}

func memberFacts(n *load.Node) []string {
	var facts []string
	for _, m := range alternativeMembers(n) {
		facts = append(facts, "has:"+m.Name)
	}
	return facts
}

func typeFacts(n *load.Node) []string {
	if t := n.Get("type"); t != nil {
		return []string{"type:" + string(t.JSON())}
	}
	return nil
}

// alternativeMembers are the properties that an alternative writes down itself,
// by name.
func alternativeMembers(n *load.Node) []load.Member {
	list := sortedMembers(n.Get("properties"))
	return slices.DeleteFunc(list, func(m load.Member) bool { return m.Value == nil })
}

func contentHash(n *load.Node) string {
	h := fnv.New32a()
	h.Write(n.JSON())
	return fmt.Sprintf("%08x", h.Sum32())
}
