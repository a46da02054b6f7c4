package model

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/names"
)

// This file gives every declaration its name. All wishes are known by then:
// they are granted in an order that does not depend on the document's, names of
// an earlier run (gen.lock) first, so that adding something renames nothing.

// nameDecls names types, then constants, then fields.
func (b *builder) nameDecls() {
	inPackage := map[string]map[string]bool{"": b.reservedNames("")}
	for _, s := range b.api.Services {
		if inPackage[s.Package] == nil {
			inPackage[s.Package] = b.reservedNames(s.Package)
		}
	}
	decls := slices.Clone(b.order)
	slices.SortStableFunc(decls, func(x, y *Decl) int { // equal ones as declared: in canonical order of the operations
		return cmp.Or(int(x.name.rank-y.name.rank), yields(x)-yields(y), depth(x)-depth(y))
	})
	for _, d := range mostShared(decls) {
		taken := inPackage[d.Package]
		if name := b.lockedName(d); name != "" && !taken[name] {
			d.GoName = name
			taken[d.GoName] = true
		}
	}
	for _, d := range decls {
		if d.GoName == "" {
			taken := inPackage[d.Package]
			d.GoName = b.freeName(d, taken)
			taken[d.GoName] = true
		}
		for _, k := range b.keys(d) {
			key := b.written(k)
			b.remember(key, d.GoName)
			if d.byRef {
				b.api.Held[key] = heldByPointer
			}
		}
		b.noteUses(d)
	}
	b.noteInlined()
	b.checkLockedTypes(decls)
	for _, d := range decls {
		b.nameValues(d, inPackage[d.Package])
		b.nameFields(d)
	}
}

func (b *builder) remember(key, name string) {
	if b.api.Names == nil {
		b.api.Names = map[string]string{}
	}
	b.api.Names[key] = name
}

// at tells an operation from others of the same node.
func (o *op) at() string { return " at " + strings.ToUpper(o.method) + " " + o.path }

// yields is 1 for a type that leaves its name to others of its rank.
func yields(d *Decl) int {
	if d.name.yields {
		return 1
	}
	return 0
}

func depth(d *Decl) int {
	n := 0
	for ; d.name.owner != nil && n < 100; d = d.name.owner {
		n++
	}
	return n
}

// reservedNames are what the client and the services declare in a package.
func (b *builder) reservedNames(pkg string) map[string]bool {
	taken := map[string]bool{}
	for _, s := range b.api.Services {
		if s.Package == pkg {
			taken[s.TypeName()] = true
		}
	}
	for _, o := range b.ops {
		if g := o.out.GraphQL; g != nil && o.svc.Package == pkg {
			taken[g.Const] = true
		}
	}
	if pkg != "" {
		taken["New"] = true
		return taken
	}
	for _, name := range []string{"Client", "New", "DefaultServer", "Option"} {
		taken[name] = true
	}
	for _, s := range b.api.Schemes {
		taken["With"+s.GoName] = true
	}
	for _, h := range b.api.Headers {
		taken["With"+h.GoName] = true
	}
	for _, s := range b.api.Servers {
		taken[s.Name] = true
		for _, v := range s.Variables {
			taken["With"+v.GoName] = true
		}
	}
	return taken
}

// isReadResource reports whether d is what responses hold of a resource.
func isReadResource(d *Decl) bool { return d.Resource != "" && d.Role == RoleRead }

// freeName is the most wanted name that nobody has.
func (b *builder) freeName(d *Decl, taken map[string]bool) string {
	wanted := wantedNames(d)
	for i, w := range wanted {
		if w != "" && !taken[w] {
			if i > 0 {
				b.renamed(d.Pos, wanted[0], w)
			}
			return w
		}
	}
	w := b.numbers.next(wanted[0], taken)
	b.renamed(d.Pos, wanted[0], w)
	return w
}

// wantedNames are the names that d may have, most wanted first.
func wantedNames(d *Decl) []string {
	wanted := []string{d.name.base + d.name.suffix}
	wanted = append(wanted, d.name.alts...)
	if o := d.name.owner; o != nil && o.GoName != "" {
		wanted = append(wanted, o.GoName+d.name.part+d.name.suffix, o.GoName+d.name.part)
	}
	return append(wanted, d.name.base+d.name.suffix+kindSuffix(d))
}

// numbers remembers the last number that each base of names got, so that a
// thousand names that are one take a thousand steps and not their square.
type numbers map[string]int

// next returns base with the lowest number from 2 on that gives a name which is
// not taken. Names are never given back between two calls.
func (n numbers) next(base string, taken map[string]bool) string {
	i := max(n[base], 1)
	for {
		i++
		if name := base + strconv.Itoa(i); !taken[name] {
			n[base] = i
			return name
		}
	}
}

// renamed notes a name that another one had to make way for.
func (b *builder) renamed(pos load.Position, wanted, name string) {
	b.api.Report.Renames++
	b.api.Report.Renamed = append(b.api.Report.Renamed, Rename{At: pos.String(), Wanted: wanted, Name: name})
}

// kindSuffix distinguishes a type from another of its name.
func kindSuffix(d *Decl) string {
	switch {
	case d.Kind == DeclEnum:
		return "Enum"
	case d.Kind == DeclUnion:
		return "Union"
	case d.Role == RoleOptions:
		return "Params"
	case d.Resource != "":
		return "Resource"
	case d.Kind == DeclDefined:
		return "Value"
	case d.Role == RoleWrite:
		return "Body"
	case d.Role == RoleRead && d.name.both:
		return "Result"
	}
	return "Object"
}

// nameValues names the constants of an enum.
func (b *builder) nameValues(d *Decl, taken map[string]bool) {
	if d.Kind != DeclEnum {
		return
	}
	for _, v := range d.Values {
		raw := v.GoName
		word := names.Exported(raw)
		if v.JSON != quoteJSON(raw) { // the document gives the name
			word = names.Given(raw)
		}
		switch {
		case d.Underlying.Kind == KindInt && isNumberText(raw):
			word = strings.Replace(raw, "-", "Minus", 1)
		case raw == "":
			word = "Empty"
		case word == "":
			word = "Value"
		case strings.HasPrefix(word, "N") && unicode.IsDigit(rune(raw[0])):
			word = word[1:] // the type's name stands before it
		case raw[0] == '-' && slices.ContainsFunc(d.Values, func(o *Value) bool { return o.JSON == quoteJSON(raw[1:]) }):
			word += "Descending" // a key to sort by, and the same key the other way round
		}
		name := d.GoName + word
		for _, alt := range []string{name, d.GoName + names.Spelled(raw), d.GoName + "Value" + word} {
			if name = alt; !taken[name] {
				break
			}
		}
		if taken[name] {
			name = b.numbers.next(name, taken)
		}
		taken[name] = true
		v.GoName = name
	}
}

func isNumberText(s string) bool {
	_, err := strconv.ParseInt(s, 10, 64)
	return err == nil
}

// reservedFields are the methods that a struct has or is promoted.
var reservedFields = map[Role][]string{
	RoleRead:  {"MarshalJSON", "UnmarshalJSON", "ResourceIdentifier", "Presence", "Has", "IsNull", "Raw", "Unknown"},
	RoleWrite: {"MarshalJSON"},
}

// nameFields names the members of a struct.
func (b *builder) nameFields(d *Decl) {
	if d.Kind == DeclUnion {
		b.nameVariants(d)
		return
	}
	taken, counted := map[string]bool{}, numbers{}
	for _, name := range reservedFields[d.Role] {
		taken[name] = true
	}
	order := slices.Clone(d.Fields)
	slices.SortStableFunc(order, func(x, y *Field) int {
		return cmp.Or(fieldRank(d, x)-fieldRank(d, y), strings.Compare(x.Name, y.Name)) // never by the place in the document
	})
	for _, f := range order {
		if f.GoName == "_" {
			continue
		}
		wanted := []string{f.GoName, names.Exported(f.Name), names.Exported(f.Name) + fieldWord(f), names.Spelled(f.Name), "Field"}
		if d.Role == RoleOptions && (f.In == InMember || f.In == InBody) {
			wanted[2] = "Body" + names.Exported(f.Name)
		}
		if f.GoName != "" {
			wanted[0] = names.Given(f.GoName)
		}
		name := ""
		for _, w := range wanted {
			if w != "" && !taken[w] {
				name = w
				break
			}
		}
		if name == "" {
			name = counted.next(names.Spelled(f.Name), taken)
		}
		taken[name] = true
		f.GoName = name
	}
}

// nameVariants gives the fields of a union that are declared within it the names
// of an earlier run. They are named after a member that they alone have, and a
// document may add one that would come first.
func (b *builder) nameVariants(d *Decl) {
	for _, f := range d.Fields {
		t := f.Type.Elem
		if t == nil || t.Kind != KindNamed || t.Decl.name.owner != d || len(b.keys(t.Decl)) == 0 {
			continue
		}
		now, _ := b.lookups(b.key(t.Decl))
		for _, key := range now {
			name := b.opts.Names[key+variantKey]
			if names.IsExported(name) && !slices.ContainsFunc(d.Fields, func(o *Field) bool { return o.GoName == name }) {
				f.GoName = name
			}
		}
		b.remember(b.writtenOwn(t.Decl)+variantKey, f.GoName)
	}
}

// variantKey ends the key in gen.lock of the field that holds an alternative.
const variantKey = " variant"

// fieldRank says which of several fields keeps a name: members that a format
// names, then what has a place that is more common, and parameters before members
// of a body.
func fieldRank(d *Decl, f *Field) int {
	switch f.In {
	case InID, InMeta, InLinks, InType:
		return 0
	case InHeader:
		return 2
	case InCookie:
		return 3
	case InMember, InBody:
		if d.Role == RoleOptions {
			return 4
		}
	case InUnknown:
		return 5
	}
	return 1
}

// fieldWord tells fields of one name apart by what they are.
func fieldWord(f *Field) string {
	switch f.In {
	case InAttr:
		return "Attribute"
	case InRel:
		return "Relationship"
	case InHeader:
		return "Header"
	case InCookie:
		return "Cookie"
	case InQuery:
		return "Query"
	}
	return "Member"
}
