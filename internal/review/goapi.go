package review

import (
	"cmp"
	"fmt"
	"go/types"
	"maps"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/exp/apidiff"

	"github.com/docwright/docwright/internal/model"
)

// This file compares the exported Go API of a client's versions: apidiff first,
// then what it overlooks, what has only another name, and what compiles as
// before but does something else.

func (j *joined) compareGo(w *world) error {
	before, err := w.client(j.Client, j.Old, maps.Clone(w.known))
	if err != nil {
		return err
	}
	after, err := w.client(j.Client, j.New, maps.Clone(w.known))
	if err != nil {
		return err
	}
	if was, is := before[""], after[""]; was != nil && is != nil && was.Name() != is.Name() {
		j.addGo(&GoChange{Kind: GoRenamed, Symbol: "package " + was.Name(), NewName: "package " + is.Name(), Text: "renamed to package " + is.Name()})
	}
	for _, sub := range j.packages() {
		j.comparePackages(sub, before[sub], after[sub])
	}
	j.findRenames()
	j.findKept()
	j.keptTypes()
	j.findMeanings()
	j.findDifferences()
	for _, change := range j.report.GoChanges {
		if change.Kind != GoMeaning { // which names media types, not Go's
			change.Text = shortTypes(change.Text)
		}
		change.At = cmp.Or(change.At, j.placeOf(change))
	}
	slices.SortStableFunc(j.report.GoChanges, func(a, b *GoChange) int {
		if a.Compatible != b.Compatible {
			if b.Compatible {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.Symbol, b.Symbol), cmp.Compare(a.Text, b.Text))
	})
	return nil
}

// comparePackages compares one package of the client; a package that is not there
// in one version has no symbols.
func (j *joined) comparePackages(sub string, old, new *types.Package) {
	if old == nil {
		old = types.NewPackage(new.Path(), new.Name())
	}
	if new == nil {
		new = types.NewPackage(old.Path(), old.Name())
	}
	for _, change := range apidiff.Changes(old, new).Changes {
		symbol, text, _ := strings.Cut(change.Message, ": ")
		if j.isServer(symbol) && strings.HasPrefix(text, "value changed") {
			continue // see compareServers
		}
		symbol = promoted.ReplaceAllString(symbol, "$2.$1")
		if strings.Contains(symbol, "/") {
			continue // a method of an embedded type, of which retyped finds the type that has it
		}
		j.addGo(goChange(sub, symbol, text, change.Compatible))
	}
	for _, change := range retyped(sub, old, new) {
		if known := j.byName[change.Symbol]; known == nil || known.Compatible && known.Kind != GoChanged {
			j.addGo(change)
		}
	}
}

// isServer reports whether a constant is the address of a server.
func (j *joined) isServer(name string) bool {
	return slices.ContainsFunc(j.New.API.Servers, func(s model.Server) bool { return s.Name == name })
}

// incomparable is what is said of a type that lost ==. Most do not use it, and
// callers that do are known.
const incomparable = "values can no longer be compared with =="

// pointerReceiver is how apidiff names methods: (*ContactsService).Get.
var pointerReceiver = regexp.MustCompile(`^\(\*([^)]+)\)`)

// promoted is how apidiff names methods that a type has of an embedded one:
// example.com/api.(*Presence).Has, method set of *Contact.
var promoted = regexp.MustCompile(`^\S+\.([A-Za-z0-9_]+), method set of \*?([A-Za-z0-9_]+)$`)

func goChange(sub, symbol, text string, compatible bool) *GoChange {
	c := &GoChange{Kind: GoChanged, Symbol: qualified(sub, pointerReceiver.ReplaceAllString(symbol, "$1")), Text: text, Compatible: compatible}
	switch text {
	case "old is comparable, new is not":
		c.Text, c.Compatible = incomparable, true // callers that compare them are found
	case "added":
		c.Kind = GoAdded
	case "removed":
		c.Kind = GoRemoved
	}
	return c
}

func (j *joined) addGo(c *GoChange) {
	if known := j.byName[c.Symbol]; known != nil && known.Text == c.Text {
		return
	}
	c.Enum = cmp.Or(j.new.enumOf[c.Symbol], j.old.enumOf[c.Symbol])
	c.Compatible = c.Compatible || c.Kind == GoChanged && loosens(c.Text)
	j.report.GoChanges = append(j.report.GoChanges, c)
	if known := j.byName[c.Symbol]; known == nil || known.Compatible && !c.Compatible {
		j.byName[c.Symbol] = c
	}
}

// retyped finds what apidiff takes for the same: of a generic type of another
// package, such as api.Opt, it compares the name and not the arguments. Two types
// that are spelled alike are the same here, because both versions stand in one
// package and import the same ones.
func retyped(sub string, old, new *types.Package) []*GoChange {
	var list []*GoChange
	was, is := spellings(old), spellings(new)
	for name, before := range was {
		if after, kept := is[name]; kept && before != after {
			list = append(list, &GoChange{Kind: GoChanged, Symbol: qualified(sub, name), Text: fmt.Sprintf("changed from %s to %s", before, after)})
		}
	}
	return list
}

// spellings spells the types of a package's exported functions, fields and
// methods.
func spellings(pkg *types.Package) map[string]string {
	out := map[string]string{}
	spell := func(t types.Type) string {
		return types.TypeString(unnamed(t), types.RelativeTo(pkg))
	}
	for _, name := range pkg.Scope().Names() {
		obj := pkg.Scope().Lookup(name)
		if !obj.Exported() {
			continue
		}
		if _, isType := obj.(*types.TypeName); !isType {
			if _, isConst := obj.(*types.Const); !isConst {
				out[name] = spell(obj.Type())
			}
			continue
		}
		if s, ok := obj.Type().Underlying().(*types.Struct); ok {
			for f := range s.Fields() {
				if f.Exported() {
					out[name+"."+f.Name()] = spell(f.Type())
				}
			}
		} else if _, basic := obj.Type().Underlying().(*types.Basic); !basic {
			out[name] = spell(obj.Type().Underlying())
		}
		for m := range types.NewMethodSet(types.NewPointer(obj.Type())).Methods() {
			if m.Obj().Exported() {
				out[name+"."+m.Obj().Name()] = spell(m.Obj().Type())
			}
		}
	}
	return out
}

// unnamed takes the names of parameters out of a signature.
func unnamed(t types.Type) types.Type {
	sig, ok := t.(*types.Signature)
	if !ok {
		return t
	}
	strip := func(list *types.Tuple) *types.Tuple {
		var vars []*types.Var
		for v := range list.Variables() {
			vars = append(vars, types.NewParam(v.Pos(), v.Pkg(), "", v.Type()))
		}
		return types.NewTuple(vars...)
	}
	return types.NewSignatureType(nil, nil, nil, strip(sig.Params()), strip(sig.Results()), sig.Variadic())
}

// importPath is the path before a package's name in a type.
var importPath = regexp.MustCompile(`([A-Za-z0-9_.~-]+/)+([A-Za-z0-9_]+)\.`)

// shortTypes spells types as code does: api.Opt, not example.com/app/api.Opt.
func shortTypes(text string) string { return importPath.ReplaceAllString(text, "$2.") }

// findMeanings finds symbols that callers can use as before, and that stand for
// something else.
//
// A method that sends another call is breaking if the document still has what it
// sent: its name went to something else, of which the wire knows nothing. If the
// call is gone, the wire tells, and the program compiles.
func (j *joined) findMeanings() {
	stillSent := map[string]bool{}
	for _, sends := range j.new.sends {
		stillSent[pathText(sends)] = true
	}
	for name, is := range j.new.meaning {
		was, known := j.old.meaning[name]
		if !known || j.byName[name] != nil && !j.byName[name].Compatible {
			continue
		}
		if f := j.new.fields[name]; f != nil && f.In == model.InVariant && was != is && enumName(j.old.fields[name].Type) == enumName(f.Type) {
			continue // see compareVariants
		}
		if was != is && pathText(was) != pathText(is) {
			j.addGo(&GoChange{Kind: GoMeaning, Symbol: name, Text: instead(was, is), Compatible: pathText(j.new.sends[name]) == pathText(j.old.sends[name]) || !stillSent[pathText(j.old.sends[name])]})
		}
		if was, is := j.old.needs[name], j.new.needs[name]; !sameCredentials(was, is) {
			j.addGo(&GoChange{Kind: GoMeaning, Symbol: name, Text: fmt.Sprintf("takes the credentials %s, not %s", is, was), Compatible: true, Credentials: true})
		}
	}
	for name, why := range j.new.deprecated {
		if _, was := j.old.at[name]; was && j.old.deprecated[name] == "" {
			j.addGo(&GoChange{Kind: GoDeprecated, Symbol: name, Text: "is deprecated: " + why, Compatible: true})
		}
	}
}

// sameCredentials reports whether calls send the credentials that they sent, whichever
// of the ways was had the caller took: of each, the first way that it can take now is
// the same one.
func sameCredentials(was, is string) bool {
	for way := range strings.SplitSeq(was, " or ") {
		had := strings.Split(way, " and ")
		for now := range strings.SplitSeq(is, " or ") {
			if now == way {
				break
			}
			missing := now != "none" && slices.ContainsFunc(strings.Split(now, " and "), func(scheme string) bool { return !slices.Contains(had, scheme) })
			if !missing {
				return false
			}
		}
		if !slices.Contains(strings.Split(is, " or "), way) {
			return false
		}
	}
	return true
}

// instead tells two meanings apart: "sends GET /people, not GET /contacts".
func instead(was, is string) string {
	verb, _, _ := strings.Cut(is, " ")
	return is + ", not " + strings.TrimPrefix(was, verb+" ")
}

// placeOf finds where the document says what a symbol stands for.
func (j *joined) placeOf(c *GoChange) Place {
	name := c.Symbol
	if p, ok := j.new.at[cmp.Or(c.NewName, name)]; ok {
		return p
	}
	if p, ok := j.old.at[name]; ok {
		p.Old = true
		return p
	}
	return Place{}
}
