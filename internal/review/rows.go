package review

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/oasdiff/oasdiff/checker"

	"github.com/docwright/docwright/internal/diag"
)

// This file makes rows for readers: in sections, the worst first, one for each
// cause. What a rename makes is part of its row, and rows that differ in a name
// alone are one.

// row is one row of a report for readers.
type row struct {
	word       string // what it means, e.g. "breaking"
	subject    string // what it is about: a symbol, or several
	text       string
	enum       string // whose constant this is
	at         Place
	rule       string
	operations []string
	symbols    []string
	names      []string // what the row is about, if that is several things
	with       []string // what follows from it
	notes      []string // what to do
}

// section is a titled list of rows.
type section struct {
	title string
	wire  bool
	rows  []row
}

// sections are the parts of the report on a client, the most important first.
func (c *ClientReport) sections() []section {
	added := map[string]bool{}
	for _, g := range c.GoChanges {
		added[g.Symbol] = added[g.Symbol] || g.Kind == GoAdded
		if g.Kind == GoRenamed {
			added[g.NewName] = true
		}
	}
	list := []section{
		{title: "In Go", rows: c.goRows(func(g *GoChange) bool { return !g.adds() })},
		{title: "Where credentials go", wire: true, rows: wireRows(c.Credentials, func(w *WireChange) bool { return true })},
		{title: "On the wire", wire: true, rows: wireRows(c.WireChanges, func(w *WireChange) bool { return w.Severity != SeverityInfo })},
		{title: "Added in Go", rows: c.goRows((*GoChange).adds)},
		{title: "JSON:API", rows: c.resourceRows()},
		{title: "Also on the wire", wire: true, rows: wireRows(c.WireChanges, func(w *WireChange) bool { return w.Severity == SeverityInfo && !showsAdded(w, added) })},
		{title: "New fallbacks", rows: c.fallbackRows()},
	}
	return slices.DeleteFunc(list, func(s section) bool { return len(s.rows) == 0 })
}

// adds reports whether a change only adds to the API.
func (g *GoChange) adds() bool {
	return g.Compatible && (g.Kind == GoAdded || g.Kind == GoChanged || g.Kind == GoDeprecated)
}

// showsAdded reports whether a change of the wire is only that something is new
// that the API has as new, too.
func showsAdded(w *WireChange, added map[string]bool) bool {
	if w.Rule == checker.EndpointDeprecatedId && len(w.Symbols) > 0 {
		return true // the methods are shown as deprecated
	}
	return len(w.Symbols) > 0 && !slices.ContainsFunc(w.Symbols, func(name string) bool { return !added[name] && !added[ownerOf(name)] })
}

// goRows makes rows of changes of the Go API. A change of meaning that the wire
// tells in the same words is left to the wire.
func (c *ClientReport) goRows(wanted func(*GoChange) bool) []row {
	var rows []row
	constants, told := c.constants(), c.toldByWire()
	members, follows := map[*GoChange][]string{}, map[string][]string{}
	for _, g := range c.GoChanges {
		if typ := constants[g.Symbol]; typ != nil {
			members[typ] = append(members[typ], g.Symbol)
		}
		if g.Follows != "" {
			follows[g.Follows] = append(follows[g.Follows], g.Symbol)
		}
	}
	for _, g := range c.GoChanges {
		if !wanted(g) || g.Follows != "" || g.Kind == GoMeaning && (told[g.Symbol+": "+g.Text] || g.Credentials && len(c.Credentials) > 0) || constants[g.Symbol] != nil {
			continue
		}
		r := row{word: g.verdict(), subject: g.Symbol, text: signatureText(g.Text), enum: g.Enum, at: g.At, operations: g.Operations}
		if members := members[g]; len(members) > 0 {
			r.text += fmt.Sprintf(", with %s", diag.Count(len(members), "constant"))
			r.notes = append(r.notes, joinNames(members))
		}
		r.with = follows[g.Symbol]
		r.notes = append(r.notes, notesOn(g)...)
		rows = append(rows, r)
	}
	rows = togetherBySignature(togetherByText(together(togetherByEnum(rows), ownerOf, memberOf)))
	for i, r := range rows {
		if len(r.with) > 0 {
			rows[i].notes = append([]string{"with it: " + joinNames(r.with)}, r.notes...)
		}
	}
	return rows
}

// constants are the constants that come or go with their enum type, whose row names
// them.
func (c *ClientReport) constants() map[string]*GoChange {
	types := map[string]*GoChange{}
	for _, g := range c.GoChanges {
		if g.Kind == GoAdded || g.Kind == GoRemoved {
			types[g.Symbol] = g
		}
	}
	out := map[string]*GoChange{}
	for _, g := range c.GoChanges {
		if typ := types[g.Enum]; typ != nil && g.Kind == typ.Kind {
			out[g.Symbol] = typ
		}
	}
	return out
}

// toldByWire are the symbols whose change of meaning a row on the wire tells.
func (c *ClientReport) toldByWire() map[string]bool {
	told := map[string]bool{}
	for _, w := range c.WireChanges {
		for _, name := range w.Symbols {
			if w.Severity != SeverityInfo {
				told[name+": "+w.Text] = true
			}
		}
	}
	return told
}

// notesOn says what to do about a change.
func notesOn(g *GoChange) []string {
	var notes []string
	if g.Accepted != "" {
		notes = append(notes, "accepted: "+g.Accepted)
	}
	switch {
	case g.Keep != "" && g.Kind == GoKept:
		notes = append(notes, "to take that name: "+g.Keep)
	case g.Keep != "":
		notes = append(notes, "to keep the old name: "+g.Keep)
	}
	return notes
}

func wireRows(changes []*WireChange, wanted func(*WireChange) bool) []row {
	var rows []row
	for _, w := range changes {
		if wanted(w) {
			r := row{word: string(w.Severity), text: w.Text, at: w.At, rule: w.Rule, operations: w.Operations, symbols: w.Symbols}
			if w.Stability != "" {
				r.notes = append(r.notes, "no more than that, because it is "+w.Stability)
			}
			if w.Accepted != "" {
				r.notes = append(r.notes, "accepted: "+w.Accepted)
			}
			rows = append(rows, r)
		}
	}
	return togetherOnWire(rows)
}

func (c *ClientReport) resourceRows() []row {
	var rows []row
	for _, r := range c.Resources {
		rows = append(rows, row{subject: r.Resource, text: r.Text, at: r.At})
	}
	return rows
}

func (c *ClientReport) fallbackRows() []row {
	var rows []row
	for _, f := range c.Fallbacks {
		rows = append(rows, row{text: f.Message, at: f.At})
	}
	return rows
}

// likeRows is how many rows that differ in a name alone are one.
const likeRows = 3

// together makes one row of rows that say the same of the members of one type, and
// of the same member of many types.
func together(rows []row, owner, member func(string) string) []row {
	rows = merged(rows, func(r row) string {
		if owner(r.subject) == "" || len(r.notes)+len(r.names) > 0 {
			return ""
		}
		return r.word + "\n" + r.text + "\n" + owner(r.subject)
	}, func(list []row) row {
		r := list[0]
		r.subject = fmt.Sprintf("%d members of %s", len(list), owner(r.subject))
		for _, one := range list {
			r.names = append(r.names, member(one.subject))
		}
		r.with = allWith(list)
		return r
	})
	return merged(rows, func(r row) string {
		if owner(r.subject) == "" || len(r.notes) > 0 || len(r.names) > 0 {
			return ""
		}
		return r.word + "\n" + sameText(r.text, owner(r.subject)) + "\n" + member(r.subject)
	}, func(list []row) row {
		r := list[0]
		r.subject = fmt.Sprintf("%s of %d types", member(r.subject), len(list))
		for _, one := range list {
			r.names = append(r.names, owner(one.subject))
		}
		r.with = allWith(list)
		return r
	})
}

// togetherByText makes one row of members whose types change in one way.
func togetherByText(rows []row) []row {
	return merged(rows, func(r row) string {
		if len(r.names)+len(r.notes)+len(r.with) > 0 || strings.Contains(r.text, "func(") || !strings.HasPrefix(r.text, "changed from ") && !strings.HasPrefix(r.text, "gen.lock keeps ") {
			return ""
		}
		return r.word + "\n" + r.text
	}, func(list []row) row {
		return allNamed(list, fmt.Sprintf("%d members", len(list)))
	})
}

// togetherByEnum makes one row of constants of one enum that say the same.
func togetherByEnum(rows []row) []row {
	return merged(rows, func(r row) string {
		if r.enum == "" || len(r.notes)+len(r.with) > 0 {
			return ""
		}
		return r.word + "\n" + r.text + "\n" + r.enum
	}, func(list []row) row {
		return allNamed(list, fmt.Sprintf("%d constants of %s", len(list), list[0].enum))
	})
}

// signature is a change of a method's type, as apidiff words it.
var signature = regexp.MustCompile(`^changed from func\((.*)\) (.+) to func\((.*)\) (.+)$`)

// paramsType is the struct of a call's parameters, as the last of its arguments.
var paramsType = regexp.MustCompile(`(?:^|, )(\.\.\.)?([A-Z]\w*Params)$`)

// signatureText says in words how a method takes its parameters now, if that is all
// that changes in its type.
func signatureText(text string) string {
	m := signature.FindStringSubmatch(text)
	if m == nil || m[2] != m[4] {
		return text
	}
	was, is := paramsType.FindStringSubmatch(m[1]), paramsType.FindStringSubmatch(m[3])
	if paramsType.ReplaceAllString(m[1], "") != paramsType.ReplaceAllString(m[3], "") {
		return text
	}
	switch {
	case was == nil && is == nil:
	case is == nil:
		return fmt.Sprintf("calls no longer have %s", was[2])
	case was == nil && is[1] == "":
		return fmt.Sprintf("each call must have %s", is[2])
	case was == nil:
		return fmt.Sprintf("calls may have %s", is[2])
	case was[1] != "" && is[1] == "" && was[2] == is[2]:
		return fmt.Sprintf("each call must have %s, which could be left out", is[2])
	case was[1] == "" && is[1] != "" && was[2] == is[2]:
		return fmt.Sprintf("calls need no longer have %s", is[2])
	}
	return text
}

// paramsWord is the name of a struct of parameters in a text of signatureText.
var paramsWord = regexp.MustCompile(`[A-Z]\w*Params`)

// togetherBySignature makes one row of methods that take their parameters in another
// way.
func togetherBySignature(rows []row) []row {
	return merged(rows, func(r row) string {
		if len(r.names)+len(r.notes) > 0 || !strings.Contains(r.text, " have ") || !paramsWord.MatchString(r.text) {
			return ""
		}
		return r.word + "\n" + paramsWord.ReplaceAllString(r.text, "Params")
	}, func(list []row) row {
		r := allNamed(list, fmt.Sprintf("%d methods", len(list)))
		r.text, r.with = paramsWord.ReplaceAllString(r.text, "their Params"), allWith(list)
		return r
	})
}

// allNamed is the first of several rows, about a subject that has those of all.
func allNamed(list []row, subject string) row {
	r := list[0]
	r.subject = subject
	for _, one := range list {
		r.names = append(r.names, one.subject)
	}
	return r
}

// allWith is what follows from several rows.
func allWith(list []row) []string {
	var with []string
	for _, r := range list {
		with = append(with, r.with...)
	}
	return with
}

// sameText is a text without the name of the type that it is about.
func sameText(text, owner string) string { return strings.ReplaceAll(text, owner, "T") }

// togetherOnWire makes one row of findings of one rule that differ in a name, or
// in the operations.
func togetherOnWire(rows []row) []row {
	rows = merged(rows, func(r row) string {
		return r.word + strings.Join(r.notes, "") + "\n" + r.rule + "\n" + strings.Join(r.operations, "\n") + "\n" + quotedPart.ReplaceAllString(r.text, "`…`")
	}, func(list []row) row {
		r := list[0]
		for i, one := range list {
			r.names = append(r.names, lastQuoted(one.text, list[max(1-i, 0)].text))
			for _, name := range one.symbols {
				if !slices.Contains(r.symbols, name) {
					r.symbols = append(slices.Clip(r.symbols), name)
				}
			}
		}
		r.text = fmt.Sprintf("%d times: %s", len(list), r.text)
		return r
	})
	return merged(rows, func(r row) string {
		if len(r.names) > 0 {
			return ""
		}
		return r.word + strings.Join(r.notes, "") + "\n" + r.rule + "\n" + generalText(statusPhrase.ReplaceAllString(r.text, ""), true)
	}, func(list []row) row {
		r := list[0]
		for _, one := range list[1:] {
			r.operations = append(slices.Clip(r.operations), one.operations...)
			for _, name := range one.symbols {
				if !slices.Contains(r.symbols, name) {
					r.symbols = append(slices.Clip(r.symbols), name)
				}
			}
		}
		slices.Sort(r.operations)
		r.operations = slices.Compact(r.operations)
		r.text = fmt.Sprintf("at %d places: %s", len(list), statusPhrase.ReplaceAllString(r.text, ""))
		return r
	})
}

// lastQuoted is what text quotes where first quotes something else; the first of
// its quotes if both are the same.
func lastQuoted(text, first string) string {
	quotes, others := quotedPart.FindAllString(text, -1), quotedPart.FindAllString(first, -1)
	for i, quote := range quotes {
		if i < len(others) && others[i] != quote {
			return strings.Trim(quote, "`")
		}
	}
	if len(quotes) == 0 {
		return ""
	}
	return strings.Trim(quotes[0], "`")
}

// merged joins rows of the same key, unless that is "" or there are few of them.
func merged(rows []row, key func(row) string, join func([]row) row) []row {
	groups := map[string][]row{}
	for _, r := range rows {
		groups[key(r)] = append(groups[key(r)], r)
	}
	var out []row
	done := map[string]bool{}
	for _, r := range rows {
		k := key(r)
		switch {
		case k == "" || len(groups[k]) < likeRows:
			out = append(out, r)
		case !done[k]:
			done[k] = true
			out = append(out, join(groups[k]))
		}
	}
	return out
}

// ownerOf is the type of a member, "" for what is no member.
func ownerOf(symbol string) string {
	i := strings.LastIndexByte(symbol, '.')
	if i < 0 {
		return ""
	}
	return symbol[:i]
}

func memberOf(symbol string) string { return symbol[strings.LastIndexByte(symbol, '.')+1:] }

// callerRow is one row of callers: those that the same thing happens to.
type callerRow struct {
	*Caller
	places []Place
}

// callerRows joins callers of the same text.
func (r *Report) callersByText() []*callerRow {
	var rows []*callerRow
	known := map[string]*callerRow{}
	for _, c := range r.Callers {
		key := string(c.Kind) + "\n" + c.Text + "\n" + c.Because
		if known[key] == nil {
			known[key] = &callerRow{Caller: c}
			rows = append(rows, known[key])
		}
		known[key].places = append(known[key].places, c.At)
	}
	slices.SortStableFunc(rows, func(a, b *callerRow) int { return cmp.Compare(callerRank[a.Kind], callerRank[b.Kind]) })
	return rows
}

// spelled lists the places, as many as can be read.
func (c *callerRow) spelled(spell func(Place) string) string {
	var list []string
	for _, p := range c.places[:min(len(c.places), shownNames)] {
		list = append(list, spell(p))
	}
	text := strings.Join(list, ", ")
	if more := len(c.places) - shownNames; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
