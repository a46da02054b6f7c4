package model

import (
	"cmp"
	"encoding/json"
	"path"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/names"
	"github.com/docwright/docwright/internal/schema"
)

// naming is what a declaration wants to be called, until all are known.
type naming struct {
	base   string   // name without its role's suffix, e.g. "Pet"
	suffix string   // role's suffix, e.g. "Params" or "Input"
	alts   []string // whole names to take instead, most wanted first
	owner  *Decl    // for an inline schema: the type that it is declared within
	part   string   // for an inline schema: exported name of its place in owner
	member string   // for an inline schema: wire name of its place in owner
	both   bool     // requests hold a type of the schema, too
	given  bool     // the document says it in x-go-name: an earlier run's name does not count
	rank   rank
	yields bool // to the one of its rank that a service named after the resource sends
	place  int  // order among the declarations of a file

	node        *load.Node // where the key in gen.lock begins
	below       string     // what the key has below that, e.g. "/parameters"
	also        []lockKey  // of the other places that share the declaration
	apart       string     // what distinguishes the key from others of its place
	formerApart string     // the same in locks of earlier versions; "" if it is apart
	ambiguous   bool       // the identity is not unique: see separateKeys
}

// rank settles who keeps a name that several want.
type rank int

const (
	rankResource  rank = iota // JSON:API resources
	rankComponent             // named schemas
	rankOperation             // what a method declares
	rankInline                // schemas without a name
)

// onlyPart is the schema whose allOf has n alone, which says the same, else n.
func onlyPart(n *load.Node) *load.Node {
	for n.Parent != nil && n.Parent.Name == "allOf" && len(n.Parent.Items) == 1 && n.Parent.Parent != nil {
		n = n.Parent.Parent
	}
	return n
}

// componentName is the name that a schema is declared under, or "".
func componentName(n *load.Node) string {
	if n == nil {
		return ""
	}
	if n.Parent == nil {
		if n.File == nil {
			return ""
		}
		base := path.Base(n.File.Name)
		return strings.TrimSuffix(base, path.Ext(base))
	}
	switch n.Parent.Name {
	case "schemas", "definitions", "$defs":
		return n.Name
	}
	if n.Parent.Parent == nil && n.Parent.Kind == load.Object && n.Parent.Get("openapi") == nil && !schemaKeywords[n.Name] {
		return n.Name // a file that is a list of schemas: money.yaml#/Money
	}
	return ""
}

// schemaKeywords hold a schema within another.
var schemaKeywords = map[string]bool{
	"additionalProperties": true, "contains": true, "contentSchema": true, "else": true, "if": true, "items": true, "not": true,
	"prefixItems": true, "propertyNames": true, "schema": true, "then": true, "unevaluatedItems": true, "unevaluatedProperties": true,
}

// fileOf is the file of a named schema: those whose names start with the same
// noun are in one. It looks at the name alone, so that no schema moves when
// another comes.
func fileOf(goName string) string {
	ws := names.Words(goName)
	for len(ws) > 1 && leadingWords[ws[0]] {
		ws = ws[1:]
	}
	if len(ws) == 0 {
		return "types"
	}
	if word := strings.TrimRight(ws[0], "0123456789"); len(word) > 2 { // heading2 and heading1 are together
		return names.Singular(word)
	}
	return ws[0]
}

// leadingWords may precede the noun that a schema is about: NewPet,
// CreatePetRequest, HasOwner, FullRepository.
var leadingWords = map[string]bool{
	"a": true, "an": true, "the": true, "no": true, "not": true, "non": true, "is": true, "has": true, "in": true, "on": true, "of": true,
	"to": true, "with": true, "by": true, "for": true, "from": true, "at": true, "all": true, "any": true, "one": true, "new": true, "my": true,
	"after": true, "before": true, "between": true, "since": true, "than": true, "less": true, "greater": true, "equals": true,
	"create": true, "update": true, "delete": true, "get": true, "add": true, "remove": true,
	"what": true, "which": true, "who": true, "whose": true, "how": true, "when": true, "where": true, "why": true,
	"full": true, "minimal": true, "nullable": true, "partial": true, "simple": true,
}

// schemaName is the Go name of a component schema. Dotted names lose what all of
// them begin with, and then all but the last parts that distinguish them:
// io.k8s.api.core.v1.Pod is Pod.
func (b *builder) schemaName(name string) string {
	if short, ok := b.shortNames[name]; ok {
		return short
	}
	return names.Exported(strings.TrimPrefix(name, b.prefix))
}

// findShortNames names the schemas of documents that write dotted names
// throughout. It begins with the last part of each, and takes one part more of
// those that are not distinct.
func (b *builder) findShortNames() {
	b.shortNames = map[string]string{}
	schemas := members(b.doc.Root.Get("components", "schemas"))
	parts := map[string][]string{}
	for _, m := range schemas {
		parts[m.Name] = strings.Split(strings.TrimPrefix(m.Name, b.prefix), ".")
	}
	dotted := 0
	for _, m := range schemas {
		if strings.Contains(m.Name, ".") {
			dotted++
		}
	}
	if dotted*10 < len(schemas)*9 {
		return
	}
	kept := map[string]int{} // parts of each name
	for _, m := range schemas {
		kept[m.Name] = 1
	}
	for changed := true; changed; {
		changed = false
		same := map[string][]string{}
		for _, m := range schemas {
			list := parts[m.Name]
			short := names.Exported(strings.Join(list[len(list)-kept[m.Name]:], "."))
			b.shortNames[m.Name] = short
			same[short] = append(same[short], m.Name)
		}
		for _, list := range same {
			for _, name := range list {
				if len(list) > 1 && kept[name] < len(parts[name]) {
					kept[name]++
					changed = true
				}
			}
		}
	}
}

// namespace is what most schema names start with where they are dotted
// ("io.k8s."): it says nothing in a package of its own.
func (b *builder) namespace() string {
	schemas := b.doc.Root.Get("components", "schemas")
	if schemas == nil || schemas.Kind != load.Object {
		return ""
	}
	count := map[string]int{}
	for _, m := range schemas.Members {
		for i := range len(m.Name) {
			if m.Name[i] == '.' {
				count[m.Name[:i+1]]++
			}
		}
	}
	best := ""
	for p, n := range count {
		if n*10 >= len(schemas.Members)*9 && len(p) > len(best) {
			best = p
		}
	}
	return best
}

// inputSuffix ends the name of what requests hold of a schema that responses
// hold, too.
const inputSuffix = "Input"

// updateSuffix ends the name of what a PATCH holds of a schema that other requests
// hold, too.
const updateSuffix = "Update"

// suffixInputs tells the write types of schemas that are read as well from the
// types that are read, and parts of what is written from those of what is read.
// All uses are known by then.
func (b *builder) suffixInputs() {
	read := map[string]bool{}
	for _, d := range b.order {
		if d.Role == RoleRead {
			read[d.name.base] = true
		}
	}
	for key, d := range b.decls {
		if !key.role.writes() || d.Role != RoleWrite || d.Resource != "" || d.name.suffix != "" {
			continue
		}
		if r := b.decls[declKey{key.schema, RoleRead}]; r != nil {
			r.name.both = true
		}
		if key.role.patches() && b.decls[declKey{key.schema, key.role.whole()}] != nil {
			d.name.suffix = updateSuffix
			continue
		}
		if b.decls[declKey{key.schema, RoleRead}] != nil || d.name.rank == rankInline && read[d.name.base] {
			d.name.suffix = inputSuffix
		}
	}
}

// declare returns the declaration of the schema s in a role, and whether it is
// new: the caller fills a new one.
func (b *builder) declare(s *schema.Schema, role Role, at place) (*Decl, bool) {
	if role == RoleRead || role.writes() {
		if b.neutral(s) {
			role = RoleShared
		}
	}
	key := declKey{s.Origin, role}
	if d := b.decls[key]; d != nil {
		return d, false
	}
	declared := onlyPart(s.Node())
	d := &Decl{Role: role, Pointer: declared.Pointer(), Pos: s.Node().Position(), Doc: schemaDoc(s)}
	if s.Made {
		d.Pointer = ""
	}
	name := componentName(declared)
	if s.Made {
		name = ""
	}
	switch {
	case name != "":
		d.name = naming{base: b.schemaName(name), rank: rankComponent}
		if g := goName(s); g != "" {
			d.name.base, d.name.given = names.Given(g), true
		}
		if d.name.base == "" {
			d.name.base = "Schema"
		}
		d.File = fileOf(d.name.base)
	case at.owner != nil:
		part := names.Exported(at.part)
		d.name = naming{base: at.owner.name.base + part, owner: at.owner, part: part, member: at.part, rank: rankInline}
		if g := goName(s); g != "" {
			d.name.base, d.name.given = names.Given(g), true
		}
		d.File = at.owner.File
	default:
		d.name = naming{base: cmp.Or(at.whole, at.base+names.Exported(at.part)), alts: at.alts, member: at.part, rank: rankOperation}
		d.method = at.op
		d.File = at.file
	}
	d.name.node = s.Node()
	d.name.apart, d.name.formerApart = b.otherPlaces(s)
	if role.uploads() { // the same schema may be written as JSON, too
		d.name.formerApart = b.formerApart(d) + " upload"
		d.name.apart += " upload"
	}
	if role.patches() { // and as a whole
		d.name.formerApart = b.formerApart(d)
		d.name.apart += " patch"
	}
	if name == "" {
		identity := cmp.Or(b.roleOf(s, at), b.fingerprint(s, d))
		if e := b.inline[identity]; e != nil {
			if d.Pointer != "" {
				e.name.also = append(e.name.also, b.key(d))
			}
			b.decls[key] = e
			return e, false
		}
		b.inline[identity] = d
	}
	b.add(d)
	b.decls[key] = d
	return d, true
}

func (b *builder) add(d *Decl) {
	d.name.place = len(b.order)
	b.order = append(b.order, d)
	if d.name.rank == rankComponent {
		b.ofComponents[d.name.node] = append(b.ofComponents[d.name.node], d)
	}
}

// otherPlaces distinguishes a schema that several parts of an allOf describe from
// that of the first part alone, and one of a generic schema from its other uses. It is "" for other schemas; former is what locks
// of earlier versions have.
func (b *builder) otherPlaces(s *schema.Schema) (now, former string) {
	for i, n := range s.Places {
		if i > 0 {
			now += " " + b.identities(n)[0]
			former += " " + n.Pointer()
		}
	}
	if now != "" {
		now, former = " with"+now, " with"+former
	}
	if in := s.Bindings(); in != "" {
		now, former = now+" in "+in, former+" in "+in
	}
	return now, former
}

// goName is the name that the document gives to the type of s. What several parts
// describe has none.
func goName(s *schema.Schema) string {
	if len(s.Places) > 1 {
		return ""
	}
	return s.GoName()
}

// fingerprint is equal for inline schemas that may share a declaration: same wanted
// name, same role, same content.
func (b *builder) fingerprint(s *schema.Schema, d *Decl) string {
	var sb strings.Builder
	sb.WriteString(strconv.Itoa(int(d.Role)) + " " + d.name.base + d.name.suffix + " ")
	if s.Enum != nil && !s.IsObject() {
		for _, v := range s.Enum {
			sb.Write(v.JSON())
		}
		return sb.String()
	}
	if s.Made || len(s.Parts) != 1 {
		return sb.String() + s.Node().Pointer() + " " + strconv.Itoa(len(b.order))
	}
	sb.Write(s.Node().JSON())
	return sb.String()
}

// neutral tells whether no struct is below s: its Go type is the same in both
// directions.
func (b *builder) neutral(s *schema.Schema) bool {
	if v, ok := b.neutrals[s.Origin]; ok {
		return v
	}
	b.neutrals[s.Origin] = true // a cycle does not decide it
	v := b.computeNeutral(s)
	b.neutrals[s.Origin] = v
	return v
}

func (b *builder) computeNeutral(s *schema.Schema) bool {
	if len(s.Properties) > 0 || !s.SaysSomething() {
		return false // the type of "anything" differs, too
	}
	var below []*schema.Use
	below = append(below, s.Variants...)
	below = append(below, s.PrefixItems...)
	for _, p := range s.PatternProperties {
		below = append(below, &p.Use)
	}
	below = append(below, s.Items, s.AdditionalProperties)
	if (s.Types&schema.Array != 0 && s.Items == nil || s.Types&schema.Object != 0 && s.AdditionalProperties == nil) && len(s.Variants) == 0 {
		return false
	}
	for _, u := range below {
		if core := u.Schema().Core(); core != nil && !b.neutral(core) {
			return false
		}
	}
	return true
}

func itoa(i int) string { return strconv.Itoa(i) }

// quoteJSON is s as a JSON string.
func quoteJSON(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}
