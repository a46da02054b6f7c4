package review

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/model"
	"github.com/docwright/docwright/internal/names"
)

// This file finds renames: what apidiff reports as a symbol removed and another
// one added, and what is one thing to those who read the document.

func (j *joined) findRenames() {
	removed, added := j.ofKind(GoRemoved), j.ofKind(GoAdded)
	j.findUsed(removed, added)
	byValue := map[string][]*GoChange{} // constants: enums have thousands
	for _, new := range added {
		byValue[j.new.values[new.Symbol]] = append(byValue[j.new.values[new.Symbol]], new)
	}
	types := slices.DeleteFunc(slices.Clone(removed), func(c *GoChange) bool { return j.old.decls[c.Symbol] == nil })
	others := slices.DeleteFunc(removed, func(c *GoChange) bool { return j.old.decls[c.Symbol] != nil })
	removed = append(types, others...) // variants follow their types
	for _, old := range removed {
		if old.Kind != GoRemoved {
			continue
		}
		var found []*GoChange
		candidates := added
		if value := j.old.values[old.Symbol]; value != "" {
			candidates = byValue[value]
		}
		for _, new := range candidates {
			if new.Kind == GoAdded && old.Kind == GoRemoved && j.sameThing(old.Symbol, new.Symbol) {
				found = append(found, new)
			}
		}
		// The other way round there must be one candidate, too.
		if len(found) == 1 && !j.others(removed, old, found[0].Symbol) {
			j.merge(old, found[0])
		}
	}
	j.findMoves()
	j.findConsequences()
	j.report.GoChanges = slices.DeleteFunc(j.report.GoChanges, func(c *GoChange) bool { return c.Kind == "" })
	for _, c := range j.report.GoChanges {
		if c.Kind == GoRenamed {
			c.Keep = j.keep(c)
		}
	}
}

// findMoves finds the methods that another service has now: it sends the same.
func (j *joined) findMoves() {
	services := map[string][]string{} // removed service → where its methods are
	for _, name := range slices.Sorted(maps.Keys(j.old.operations)) {
		service := ownerOf(name)
		to := j.nowSends(name)
		known := j.byName[service]
		switch {
		case known != nil && known.Kind == GoRemoved:
			services[service] = append(services[service], to)
			if to != "" {
				j.addGo(&GoChange{Kind: GoRenamed, Symbol: name, NewName: to, Text: "renamed to " + to})
			}
		case to != "" && j.byName[name] != nil && j.byName[name].Kind == GoRemoved:
			change := j.byName[name]
			change.Kind, change.NewName, change.Text = GoRenamed, to, "renamed to "+to
			j.moveIterators(name, to)
		}
	}
	for service, methods := range services {
		j.moveService(service, methods)
	}
	j.dropServicesOfMoves()
}

// nowSends is the method that sends what the method name sent; "" if no other does.
func (j *joined) nowSends(name string) string {
	if _, kept := j.new.sends[name]; kept {
		return ""
	}
	sent := pathText(j.old.sends[name])
	for _, other := range slices.Sorted(maps.Keys(j.new.operations)) {
		if pathText(j.new.sends[other]) == sent {
			return other
		}
	}
	return ""
}

// moveIterators renames the methods over pages along with their list.
func (j *joined) moveIterators(name, to string) {
	was, is := j.old.operations[name].Page, j.new.operations[to].Page
	if was == nil || is == nil {
		return
	}
	from, into := name[:strings.LastIndexByte(name, '.')+1], to[:strings.LastIndexByte(to, '.')+1]
	for old, new := range map[string]string{was.All: is.All, was.Pages: is.Pages} {
		if change := j.byName[from+old]; change != nil && change.Kind == GoRemoved && new != "" {
			change.Kind, change.NewName, change.Text = GoRenamed, into+new, "renamed to "+into+new
		}
	}
}

// moveService renames a removed service if all of its methods are in one other
// now, and that is new.
func (j *joined) moveService(service string, methods []string) {
	to := ""
	for _, method := range methods {
		other := ownerOf(method)
		if other == "" || to != "" && other != to {
			return
		}
		to = other
	}
	added := j.byName[to]
	if added == nil || added.Kind != GoAdded {
		return
	}
	j.merge(j.byName[service], added)
	old, new := j.byName["Client."+strings.TrimSuffix(service, "Service")], j.byName["Client."+strings.TrimSuffix(to, "Service")]
	if old != nil && new != nil && old.Kind == GoRemoved && new.Kind == GoAdded {
		j.merge(old, new)
	}
}

// dropServicesOfMoves leaves out that a service is new if all of its methods come
// from elsewhere: the moves say so.
func (j *joined) dropServicesOfMoves() {
	own := map[string]bool{} // services that have a method of their own
	for name := range j.new.operations {
		service := ownerOf(name)
		moved := slices.ContainsFunc(j.report.GoChanges, func(c *GoChange) bool { return c.NewName == name })
		own[service] = own[service] || !moved
	}
	for _, c := range j.report.GoChanges {
		service := strings.TrimPrefix(c.Symbol, "Client.")
		if service != c.Symbol {
			service += "Service"
		}
		if only, known := own[service]; c.Kind == GoAdded && known && !only {
			c.Kind = ""
			delete(j.byName, c.Symbol)
		}
	}
}

// findConsequences marks the changes that a rename makes: of what belongs to a
// renamed type, and of types that name it.
func (j *joined) findConsequences() {
	renames := map[string]*GoChange{}
	for _, r := range j.ofKind(GoRenamed) {
		renames[r.Symbol] = r
	}
	for _, c := range j.report.GoChanges {
		if r := j.causeOf(c, renames); r != nil {
			c.Follows = r.Symbol
		}
	}
	j.followUsers(j.old, GoRemoved)
	j.followUsers(j.new, GoAdded)
	j.followInputs()
	j.followMethods(j.old, GoRemoved)
	j.followMethods(j.new, GoAdded)
}

// followMethods marks the structs of parameters that come or go because a method
// takes them, or does no longer.
func (j *joined) followMethods(s *symbolIndex, kind GoKind) {
	for _, name := range slices.Sorted(maps.Keys(s.operations)) {
		op, method := s.operations[name], j.byName[name]
		if op.Options == nil || method == nil || method.Kind != GoChanged {
			continue
		}
		if c := j.byName[qualified(op.Options.Package, op.Options.GoName)]; c != nil && c.Kind == kind && c.Follows == "" {
			c.Follows = name
		}
	}
}

// followInputs marks the methods that make the type of a request of one that is
// read: they come and go with that type.
func (j *joined) followInputs() {
	for _, c := range j.report.GoChanges {
		owner, isInput := strings.CutSuffix(c.Symbol, ".Input")
		if made := j.byName[owner+"Input"]; isInput && made != nil && made.Kind == c.Kind && c.Follows == "" && (c.Kind == GoAdded || c.Kind == GoRemoved) {
			c.Follows = cmp.Or(made.Follows, made.Symbol)
		}
	}
}

// followUsers marks the types that come or go because all that uses them does.
func (j *joined) followUsers(s *symbolIndex, kind GoKind) {
	users := s.typeUsers()
	var causeOf func(name string, depth int) *GoChange
	causeOf = func(name string, depth int) *GoChange {
		var cause *GoChange
		for _, user := range users[name] {
			change := j.byName[user]
			if change == nil {
				change = j.byName[ownerOf(user)]
			}
			if change == nil || change.Kind != kind || change.Symbol == name {
				return nil // it was there before, or is there still
			}
			if s.decls[change.Symbol] != nil && depth < maxBranches {
				if root := causeOf(change.Symbol, depth+1); root != nil {
					change = root
				}
			}
			if cause == nil {
				cause = change
			}
		}
		return cause
	}
	for _, c := range j.ofKind(kind) {
		if s.decls[c.Symbol] != nil && c.Follows == "" {
			if cause := causeOf(c.Symbol, 0); cause != nil && cause != c {
				c.Follows = cause.Symbol
			}
		}
	}
}

// word is a name within the spelling of a type.
var word = regexp.MustCompile(`[A-Za-z0-9_]+`)

// causeOf is the rename that makes a change; nil without one.
func (j *joined) causeOf(c *GoChange, renames map[string]*GoChange) *GoChange {
	switch c.Kind {
	case GoRenamed:
		if r := renames[j.old.enumOf[c.Symbol]]; r != nil {
			return r
		}
		if r := renames[ownerOf(c.Symbol)]; r != nil && strings.TrimPrefix(c.Symbol, r.Symbol) == strings.TrimPrefix(c.NewName, r.NewName) {
			return r
		}
		if r := outerRename(c, renames); r != nil {
			return r
		}
		if f := j.old.fields[c.Symbol]; f != nil && f.In == model.InVariant && renames[enumName(f.Type)] != nil {
			return renames[enumName(f.Type)]
		}
		if service, ok := strings.CutPrefix(c.Symbol, "Client."); ok {
			return renames[service+"Service"]
		}
	case GoChanged:
		var cause *GoChange
		was, is, ok := strings.Cut(strings.TrimPrefix(c.Text, "changed from "), " to ")
		now := word.ReplaceAllStringFunc(was, func(name string) string {
			if r := renames[name]; r != nil {
				cause = r
				return r.NewName
			}
			return name
		})
		if ok && now == is {
			return cause
		}
	}
	return nil
}

// outerRename is the rename of a type that contains a renamed type, whose name begins
// with the other's: Pet and PetOwner become Animal and AnimalOwner.
func outerRename(c *GoChange, renames map[string]*GoChange) *GoChange {
	for i := len(c.Symbol) - 1; i > 0; i-- {
		r := renames[c.Symbol[:i]]
		if r != nil && c.Symbol[i] >= 'A' && c.Symbol[i] <= 'Z' && c.NewName == r.NewName+c.Symbol[i:] {
			return r
		}
	}
	return nil
}

// keep is the line of the document that gives something its old name back, "" if
// there is none.
func (j *joined) keep(c *GoChange) string {
	if slices.ContainsFunc(j.report.GoChanges, func(o *GoChange) bool { return o != c && o.NewName == c.NewName }) || j.old.decls[c.NewName] != nil {
		return "" // several are one now
	}
	if d := j.new.decls[c.NewName]; d != nil && d.Pointer != "" && d.Package == "" {
		return "x-go-name: " + c.Symbol
	}
	if f := j.new.fields[c.NewName]; f != nil {
		return "x-go-name: " + j.old.fields[c.Symbol].GoName
	}
	op, was := j.new.operations[c.NewName], j.old.operations[c.Symbol]
	switch {
	case op == nil || was == nil:
		return ""
	case j.sameService(c):
		return "x-go-name: " + was.GoName
	case was.ID != op.ID && !strings.Contains(was.ID, " "):
		return "operationId: " + was.ID
	}
	return ""
}

// sameService reports whether a method stays in its service.
func (j *joined) sameService(c *GoChange) bool {
	a := ownerOf(c.Symbol)
	b := ownerOf(c.NewName)
	return a == b
}

// findKept finds the methods that gen.lock keeps from getting another name, since
// this change.
func (j *joined) findKept() {
	for _, name := range slices.Sorted(maps.Keys(j.new.operations)) {
		is, was := j.new.operations[name], j.old.operations[name]
		if was == nil || is.Unlocked == "" || is.Unlocked == was.Unlocked {
			continue
		}
		j.addGo(&GoChange{
			Kind: GoKept, Symbol: name, Compatible: true, Keep: "x-go-name: " + is.Unlocked,
			Text: fmt.Sprintf("gen.lock keeps the name; without it, the name is %s", is.Unlocked),
		})
	}
}

// keptTypes reports fields and pages whose types gen.lock keeps, if the document gives
// them others now and did not before. What a constant becomes is another member.
func (j *joined) keptTypes() {
	kept := func(name, text string) {
		j.addGo(&GoChange{Kind: GoKept, Symbol: name, Compatible: true, Text: text})
	}
	const typed = "gen.lock keeps the type; without its line on this, the type is "
	for _, name := range slices.Sorted(maps.Keys(j.new.fields)) {
		was, is := j.old.fields[name], j.new.fields[name]
		switch {
		case was == nil || is.Unlocked == nil || was.Unlocked != nil || is.GoName == "_":
		case goText(is.Unlocked) == goText(is.Type):
			kept(name, "gen.lock keeps it sent always; without its line on this, it is left out if it has its zero value")
		default:
			kept(name, typed+goText(is.Unlocked))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(j.new.operations)) {
		was, is := j.old.operations[name], j.new.operations[name]
		if was != nil && is.Result.MetaHeld && !was.Result.MetaHeld {
			kept(name, typed+"a page with the meta "+goText(is.Result.Meta))
		}
	}
}

// goText spells a type as Go does, without packages of the client.
func goText(t *model.Type) string {
	return t.Go(func(d *model.Decl) string { return d.GoName }, func(_, ident string) string { return ident })
}

func (j *joined) ofKind(kind GoKind) []*GoChange {
	var list []*GoChange
	for _, c := range j.report.GoChanges {
		if c.Kind == kind {
			list = append(list, c)
		}
	}
	return list
}

func (j *joined) others(removed []*GoChange, old *GoChange, name string) bool {
	return slices.ContainsFunc(removed, func(c *GoChange) bool {
		return c != old && c.Kind == GoRemoved && j.sameThing(c.Symbol, name)
	})
}

// merge makes one change of a removal and an addition.
func (j *joined) merge(old, new *GoChange) {
	delete(j.byName, new.Symbol)
	old.Kind, old.NewName, old.Text = GoRenamed, new.Symbol, "renamed to "+new.Symbol
	j.byName[new.Symbol] = old
	new.Kind = "" // dropped
}

// sameThing reports whether a symbol that is gone and a new one stand for the
// same thing.
func (j *joined) sameThing(old, new string) bool {
	if j.old.sends[old] != "" {
		_, isMethod := j.new.sends[new]
		return isMethod && pathText(j.old.sends[old]) == pathText(j.new.sends[new]) && (j.old.operations[old] != nil) == (j.new.operations[new] != nil)
	}
	if d, e := j.old.decls[old], j.new.decls[new]; d != nil && e != nil {
		return sameDecl(d, e) && (d.Role != model.RoleOptions || j.sameUse(d, e))
	}
	if f, g := j.old.fields[old], j.new.fields[new]; f != nil && g != nil {
		if f.In == model.InVariant && g.In == model.InVariant && enumName(f.Type) != "" && j.sameOwner(old, new) && j.nameNow(enumName(f.Type)) == enumName(g.Type) {
			return true
		}
		return j.sameOwner(old, new) && sameField(f, g) && (f.Name == g.Name || f.Doc.Text != "" || shareWord(f.GoName, g.GoName) || onlyOfType(j.old.owners[old], f))
	}
	return j.sameConstant(old, new)
}

// sameUse reports whether one operation has the parameters d, and e now.
func (j *joined) sameUse(d, e *model.Decl) bool {
	return slices.ContainsFunc(j.old.users[d], func(was string) bool {
		return slices.ContainsFunc(j.new.users[e], func(is string) bool { return pathText(j.old.sends[was]) == pathText(j.new.sends[is]) })
	})
}

// sameOwner reports whether two fields are of one struct.
func (j *joined) sameOwner(old, new string) bool {
	return strings.TrimSuffix(old, j.old.fields[old].GoName) == strings.TrimSuffix(new, j.new.fields[new].GoName)
}

// shareWord reports whether two names have a word in common: IsDeleteAction and
// IsDeleteDialogAction.
func shareWord(a, b string) bool {
	words := names.Words(b)
	return slices.ContainsFunc(names.Words(a), func(w string) bool { return len(w) > 2 && slices.Contains(words, w) })
}

// onlyOfType reports whether no other field of a struct has the type of f: another
// such field shows that the type says little.
func onlyOfType(d *model.Decl, f *model.Field) bool {
	return !slices.ContainsFunc(d.Fields, func(g *model.Field) bool { return g != f && typeText(g.Type) == typeText(f.Type) })
}

// sameField reports whether two fields of one struct hold the same: the same
// member of another name in Go, or a member of the same type and, where both are
// described, described alike.
func sameField(f, g *model.Field) bool {
	if f.Name == g.Name && f.In == g.In {
		return true
	}
	return f.In == g.In && typeText(f.Type) == typeText(g.Type) && f.OmitZero == g.OmitZero && f.Doc.Text == g.Doc.Text
}

// sameDecl reports whether two types are one: of one place in the document, or
// of the same members.
func sameDecl(d, e *model.Decl) bool {
	if d.Kind != e.Kind || d.Role != e.Role {
		return false
	}
	if d.Pointer != "" && d.Pointer == e.Pointer && (d.Resource == "") == (e.Resource == "") {
		return true
	}
	text := declText(d)
	return text != "" && text == declText(e)
}

// declText spells what a type is made of, its own name left out; "" when that is
// too little to tell it by.
func declText(d *model.Decl) string {
	var parts []string
	for _, f := range d.Fields {
		parts = append(parts, f.Name+" "+shapeText(f.Type))
	}
	for _, v := range d.Values {
		parts = append(parts, v.JSON)
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "\n")
}

// sameConstant reports whether two constants are the same value of an enum that
// got another name.
func (j *joined) sameConstant(old, new string) bool {
	return j.old.values[old] != "" && j.old.values[old] == j.new.values[new] && j.sameEnum(old, new)
}

func (j *joined) sameEnum(old, new string) bool {
	a, b := j.old.decls[j.old.enumOf[old]], j.new.decls[j.new.enumOf[new]]
	return a != nil && b != nil && (a.GoName == b.GoName || sameDecl(a, b))
}

// shapeText spells a type of the model without the names of declared types, which
// may have changed along.
func shapeText(t *model.Type) string {
	if t == nil {
		return ""
	}
	text := typeText(&model.Type{Kind: t.Kind, Bits: t.Bits, ImportPath: t.ImportPath, Ident: t.Ident})
	if t.Decl != nil {
		text += string(rune('a' + t.Decl.Kind))
	}
	return text + shapeText(t.Elem)
}

// typeText spells a type of the model, for comparison.
func typeText(t *model.Type) string {
	if t == nil {
		return ""
	}
	text := string(rune('a'+t.Kind)) + string(rune('0'+t.Bits/32)) + t.ImportPath + t.Ident
	if t.Decl != nil {
		text += t.Decl.GoName
	}
	return text + "(" + typeText(t.Elem) + ")"
}
