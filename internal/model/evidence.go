package model

import (
	"cmp"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/schema"
)

// This file makes Go of what package schema found out about JSON:API that the
// document does not say as a constant, and warns of it.

// polymorphicType is the type of a resource of several types: a union of them.
func (b *builder) polymorphicType(s *schema.Schema, role Role, at place) *Type {
	var variants []variant
	for _, u := range s.ByType() {
		variants = append(variants, variant{s.Node(), u.Schema(), u.Schema()})
	}
	d, made := b.declare(s, role, at)
	if !made {
		return named(d)
	}
	d.Kind, d.Union = DeclUnion, "type"
	for i, v := range variants {
		typ := s.ResourceTypes()[i]
		t := b.resourceType(v.s, role, place{owner: d, part: typ, word: at.word, idFromPath: at.idFromPath})
		b.addVariant(d, t, b.singularOf(typ), typ, v.node)
	}
	return named(d)
}

// addFurtherMembers adds the members of resources that JSON:API does not have, such
// as the attributes of an API that has no object for them.
func (b *builder) addFurtherMembers(d *Decl, schemas []*schema.Schema, role Role) {
	seen := map[string]bool{}
	for _, s := range schemas {
		for _, p := range s.Properties {
			if schema.IsResourceMember(p.Name) || seen[p.Name] {
				continue
			}
			seen[p.Name] = true
			m := gather(schemas, p.Name)
			if f := b.member(d, b.reconcile(&m.Property), m.required && !role.patches(), role.whole()); f != nil {
				d.Fields = append(d.Fields, f)
			}
		}
	}
}

// evidenceRank orders schemas of one resource type: constants before evidence, and
// stronger evidence before weaker.
func (b *builder) evidenceRank(s *schema.Schema) schema.Evidence {
	if found := b.schemas.InferenceOf(s); found != nil {
		return found.By
	}
	return 0
}

// linkage is where a relationship leads: as the schemas of its data say, or else as
// examples, calls and names show.
func (b *builder) linkage(typ string, m *sharedMember, data []*schema.Schema) (many bool, types []string) {
	counted := false
	for _, one := range data {
		element, list := one.Element()
		many, counted = many || list, true
		for _, t := range element.Core().IdentifierTypes() {
			if !slices.Contains(types, t) {
				types = append(types, t)
			}
		}
	}
	if counted && len(types) > 0 {
		return many, types
	}
	shown := b.schemas.LinkageOf(typ, m.Name)
	if shown != nil && len(types) == 0 && len(shown.Types) > 0 {
		types = shown.Types
		b.shownLinkage = append(b.shownLinkage, linked{typ, m, shown})
	}
	switch {
	case counted:
	case shown != nil && shown.Counted:
		many = shown.Many
	default:
		last := lastWord(m.Name)
		many = last != "" && singular(last) != last
	}
	return many, types
}

// linked is a relationship whose types are not those of its schema.
type linked struct {
	typ   string
	m     *sharedMember
	shown *schema.Linkage
}

// againstWords name evidence of another type.
var againstWords = map[schema.Evidence]string{schema.ByDefault: "its default", schema.ByExamples: "an example", schema.ByDescription: "its description"}

// contradictions says what else the document, or its recorded calls, have as the type.
func contradictions(against []schema.Claim) string {
	var words []string
	for _, c := range against {
		if c.Exchange == "" {
			words = append(words, againstWords[c.By]+" has "+quoteJSON(c.Type))
		} else {
			words = append(words, "the exchange "+c.Exchange+" has "+quoteJSON(c.Type)+" ("+c.At.Position().String()+")")
		}
	}
	return ", though " + strings.Join(words, " and ")
}

// warnInferences warns of what is JSON:API by evidence: once for each resource type,
// once for each kind of body, and once for relationships.
func (b *builder) warnInferences() {
	sent := map[string]bool{}
	for _, o := range b.ops {
		if o.bodyDoc != nil {
			for _, t := range o.bodyDoc.Types {
				sent[t] = true
			}
		}
	}
	byType := map[string][]*schema.Schema{}
	var order []string
	for _, s := range b.schemas.Inferences() {
		typ := b.schemas.InferenceOf(s).Type
		if b.resources[typ] == nil && !sent[typ] {
			continue // of an operation that is left out
		}
		if byType[typ] == nil {
			order = append(order, typ)
		}
		byType[typ] = append(byType[typ], s)
	}
	for _, typ := range order {
		b.warnInference(typ, byType[typ], sent[typ])
	}
	b.warnContradictions()
	b.warnMeant()
	b.warnLinkage()
}

// warnContradictions warns of resources whose x-jsonapi and whose constant differ.
func (b *builder) warnContradictions() {
	for _, typ := range b.typeNames {
		for _, s := range b.resources[typ].schemas {
			if constants := s.ConstantTypes(); len(constants) > 0 && !slices.Contains(constants, typ) {
				b.warn(s.Property("type").Node(), "inferred-type", "the type of this resource is "+quoteJSON(typ)+" by x-jsonapi, though its constant is "+quoteJSON(constants[0]),
					"leave one of them out")
			}
		}
	}
}

// warnInference warns of a type that schemas do not have as a constant. One that is
// known by the name of a schema alone matters if it is sent.
func (b *builder) warnInference(typ string, schemas []*schema.Schema, sent bool) {
	first, found := schemas[0], b.schemas.InferenceOf(schemas[0])
	code, subject := "inferred-type", "the type of this resource"
	if found.By == schema.ByName {
		if code = "guessed-type"; !sent {
			return
		}
	}
	if n := len(schemas) - 1; n > 0 {
		subject += " and of " + itoa(n) + " more"
	}
	at, fix := first.Node(), typeFix(first, typ, b.doc.Root)
	if p := first.Property("type"); p != nil {
		at = p.Node()
	}
	evidence := found.By.String()
	if found.Exchange != "" {
		evidence = "the exchange " + found.Exchange
	}
	if found.At != nil && found.At != first.Node() && found.At.Position() != at.Position() {
		evidence += " (" + found.At.Position().String() + ")"
	}
	message := subject + " is not a constant: " + quoteJSON(typ) + " is inferred from " + evidence
	for _, s := range schemas {
		if against := b.schemas.InferenceOf(s).Against; len(against) > 0 {
			message += contradictions(against)
			break
		}
	}
	b.warn(at, code, message, fix)
}

// typeFix is the line that gives a resource its type.
func typeFix(s *schema.Schema, typ string, root *load.Node) string {
	n, update := s.Node().Target(), "properties: {type: {type: string, enum: ["+typ+"]}}"
	if p := s.Property("type"); p != nil && p.Node().Target() != nil {
		n, update = p.Node().Target(), "enum: ["+typ+"]"
	}
	if target := overlayTarget(n, root); target != "" {
		return "if that is right, say it by the overlay action {target: " + quoteJSON(target) + ", update: {" + update + "}}"
	}
	return "if that is right, add " + update + " at " + n.Pointer()
}

// warnMeant warns of bodies that are read as documents of JSON:API.
func (b *builder) warnMeant() {
	count := map[string]int{}
	seen := map[*schema.Body]bool{}
	first := map[string]*schema.Body{}
	var order []string
	for _, m := range b.meant {
		if seen[m] {
			continue
		}
		seen[m] = true
		if first[m.Why] == nil {
			first[m.Why] = m
			order = append(order, m.Why)
		}
		count[m.Why]++
	}
	for _, why := range order {
		message := why
		if n := count[why] - 1; n > 0 {
			message += "; " + itoa(n) + " more are read so"
		}
		b.warn(first[why].At, "inferred-document", message, "describe the document: an object whose member data is the resource, or an array of resources")
	}
}

// warnLinkage warns once of relationships whose types are read from elsewhere.
func (b *builder) warnLinkage() {
	if len(b.shownLinkage) == 0 {
		return
	}
	l := b.shownLinkage[0]
	message := "relationship " + l.m.Name + " of " + quoteJSON(l.typ)
	if n := len(b.shownLinkage) - 1; n > 0 {
		message += ", and " + itoa(n) + " more,"
	}
	message += " does not say the types of its resources: " + quoteJSON(strings.Join(l.shown.Types, `", "`)) + " because " + l.shown.Why
	b.warn(l.m.Node(), "inferred-linkage", message, "describe its data: the type of its identifiers as a constant or an enum")
}

// warnUnrecognised warns of bodies whose media type says JSON:API and whose schemas
// do not: their clients are those of plain JSON. Each reason is reported once.
func (b *builder) warnUnrecognised() {
	type group struct {
		reason *schema.Reason
		ids    []string
	}
	var groups []*group
	for _, o := range b.ops {
		for _, reason := range b.plainReasons(o) {
			i := slices.IndexFunc(groups, func(g *group) bool { return g.reason.At == reason.At && g.reason.Text == reason.Text })
			if i < 0 {
				i = len(groups)
				groups = append(groups, &group{reason: reason})
			}
			if id := o.label(); !slices.Contains(groups[i].ids, id) {
				groups[i].ids = append(groups[i].ids, id)
			}
		}
	}
	for _, g := range groups {
		which := g.ids[0]
		if n := len(g.ids) - 1; n > 0 {
			which += " and of " + itoa(n) + " more"
		}
		b.warn(g.reason.At, "plain-jsonapi", "application/vnd.api+json of "+which+" is treated as plain JSON: "+g.reason.Text, g.reason.Fix)
	}
}

// plainReasons says why bodies of o that are declared as application/vnd.api+json are
// read as plain JSON.
func (b *builder) plainReasons(o *op) []*schema.Reason {
	var all []*schema.Reason
	switch {
	case !o.body.isJSONAPI():
	case o.body.schema == nil:
		all = append(all, schema.WhyWithoutSchema(o.body.node))
	default:
		all = append(all, cmp.Or(b.schemas.WhyPlain(o.body.schema), o.plainRequest))
	}
	success := o.successes()
	for _, r := range o.responses {
		switch {
		case !r.media.isJSONAPI():
		case r.schema == nil:
			all = append(all, schema.WhyWithoutSchema(r.media.node))
		case slices.ContainsFunc(success, func(s response) bool { return s.code == r.code }):
			all = append(all, b.schemas.WhyPlain(r.schema))
		default:
			all = append(all, b.schemas.WhyPlainError(r.schema))
		}
	}
	return slices.DeleteFunc(all, func(r *schema.Reason) bool { return r == nil })
}

// isJSONAPI reports whether a body is declared as application/vnd.api+json.
func (m *media) isJSONAPI() bool {
	return m != nil && baseType(m.contentType) == jsonAPIMedia
}
