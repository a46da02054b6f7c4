package review

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/flatten/allof"
	oasload "github.com/oasdiff/oasdiff/load"

	"github.com/docwright/docwright/internal/load"
)

// This file corrects oasdiff for what our clients do: it gives both documents the
// same names and shapes where only those differ, leaves out what is not on the
// wire, and weighs a finding about a response by what it does to the Go API.

// unsentRules are oasdiff's about what is not on the wire: tags, and names of
// components.
var unsentRules = map[string]bool{
	"api-tag-added": true, "api-tag-removed": true, "api-schema-added": true, "api-schema-removed": true,
}

// severityOf are the severities of rules where ours differ.
var severityOf = map[string]Severity{
	"response-property-discriminator-property-name-changed": SeverityBreaking,
	"response-body-discriminator-property-name-changed":     SeverityBreaking,
	"request-property-discriminator-property-name-changed":  SeverityBreaking,
	"request-body-discriminator-property-name-changed":      SeverityBreaking,
	"request-body-discriminator-mapping-deleted":            SeverityBreaking,
	"request-property-discriminator-mapping-deleted":        SeverityBreaking,
	"request-body-discriminator-mapping-changed":            SeverityBreaking,
	"request-property-discriminator-mapping-changed":        SeverityBreaking,
	"response-body-discriminator-mapping-changed":           SeverityBreaking,
	"response-property-discriminator-mapping-changed":       SeverityBreaking,

	// Who reads the member may get its zero value now.
	"response-property-became-optional": SeverityWarning,
	"response-property-became-nullable": SeverityWarning,

	// Who leaves it out gets another value.
	"request-parameter-default-value-changed": SeverityWarning,
	"request-property-default-value-changed":  SeverityWarning,
	"request-body-default-value-changed":      SeverityWarning,
}

// joinOnly makes a part of allOf of what is the only alternative of a oneOf or an
// anyOf, which says the same, unless the other version has more alternatives there.
// The words are of one length, so that places stay.
func joinOnly(bundles [2][]byte) {
	var found [2]map[string]union
	for i, data := range bundles {
		w := &unionWalker{data: data, found: map[string]union{}}
		w.value(0, nil)
		found[i] = w.found
	}
	for i, data := range bundles {
		for place, u := range found[i] {
			if other := found[1-i][place]; u.size == 1 && other.size < 2 {
				copy(data[u.word:], `"allOf":`)
			}
		}
	}
}

// union is a list of alternatives in a bundle.
type union struct{ word, size int }

// unionWalker finds the unions of a bundle by their places.
type unionWalker struct {
	data  []byte
	found map[string]union
}

// value reads the value at pos, and returns where it ends, and how many items it has
// if it is a list.
func (w *unionWalker) value(pos int, place []string) (end, items int) {
	switch w.data[pos] {
	case '{':
		for pos = w.space(pos + 1); w.data[pos] != '}'; pos = w.space(pos) {
			pos = w.member(pos, place)
		}
		return pos + 1, 0
	case '[':
		for pos = w.space(pos + 1); w.data[pos] != ']'; pos = w.space(pos) {
			pos, _ = w.value(pos, append(place, strconv.Itoa(items)))
			items++
		}
		return pos + 1, items
	}
	return scalarEnd(w.data, pos), 0
}

// member reads a member of an object.
func (w *unionWalker) member(pos int, place []string) int {
	colon := scalarEnd(w.data, pos)
	key := string(w.data[pos+1 : colon-1])
	start := w.space(colon)
	end, items := w.value(start, append(place, key))
	if !nameMaps[lastOf(place)] && (key == "oneOf" || key == "anyOf") && w.data[colon] == ':' && w.data[start] == '[' {
		w.found[strings.Join(place, "/")+"/"+key] = union{pos, items}
	}
	return end
}

func lastOf(place []string) string {
	if len(place) == 0 {
		return ""
	}
	return place[len(place)-1]
}

// space passes what separates values.
func (w *unionWalker) space(pos int) int {
	for pos < len(w.data) && strings.IndexByte(" \n\r\t,:", w.data[pos]) >= 0 {
		pos++
	}
	return pos
}

// inheritParameters gives each operation the parameters of its path. oasdiff
// compares less of those.
func inheritParameters(spec *openapi3.T) {
	for _, item := range spec.Paths.Map() {
		if item == nil || len(item.Parameters) == 0 {
			continue
		}
		for _, op := range item.Operations() {
			for _, p := range item.Parameters {
				if p.Value != nil && op.Parameters.GetByInAndName(p.Value.In, p.Value.Name) == nil {
					op.Parameters = append(op.Parameters, p)
				}
			}
		}
		item.Parameters = nil
	}
}

// flatten merges allOf in both documents. If one of them has none, or oasdiff
// cannot merge it, both stay as they are.
func flatten(specs [2]*oasload.SpecInfo, traces [2]*load.TracedBundle) {
	word := []byte(`"allOf":`)
	if !bytes.Contains(traces[0].Data, word) && !bytes.Contains(traces[1].Data, word) {
		return
	}
	var flat [2]*openapi3.T
	for i, spec := range specs {
		var err error
		if flat[i], err = allof.MergeSpec(spec.Spec); err != nil {
			return
		}
	}
	specs[0].Spec, specs[1].Spec = flat[0], flat[1]
}

// schemaRef is a reference to a component in a bundle.
var schemaRef = regexp.MustCompile(`"#/components/schemas/([^"/]+)"`)

// renamedComponents finds the components that have only another name: new name →
// old name. What they say may differ in such names alone.
func renamedComponents(old, new *load.Document) map[string]string {
	before, after := old.Root.Get("components", "schemas").Target(), new.Root.Get("components", "schemas").Target()
	if before == nil || after == nil {
		return nil
	}
	gone, fresh := missingMembers(before, after), missingMembers(after, before)
	if len(gone) == 0 || len(fresh) == 0 {
		return nil
	}
	texts := func(list []load.Member) map[string]string {
		names := map[string]bool{}
		for _, m := range list {
			names[m.Name] = true
		}
		out := map[string]string{}
		for _, m := range list {
			out[m.Name] = string(schemaRef.ReplaceAllFunc(m.Value.JSON(), func(ref []byte) []byte {
				if names[string(schemaRef.FindSubmatch(ref)[1])] {
					return []byte(`"?"`)
				}
				return ref
			}))
		}
		return out
	}
	byText := map[string][]string{}
	for name, text := range texts(gone) {
		byText[text] = append(byText[text], name)
	}
	renamed, twice := map[string]string{}, map[string]bool{}
	for name, text := range texts(fresh) {
		if was := byText[text]; len(was) == 1 && !twice[was[0]] {
			twice[was[0]] = true
			renamed[name] = was[0]
		}
	}
	return renamed
}

// missingMembers are the members of n that other does not have.
func missingMembers(n, other *load.Node) []load.Member {
	var list []load.Member
	for _, m := range n.Members {
		if other.Get(m.Name) == nil {
			list = append(list, m)
		}
	}
	return list
}

// renameComponents gives components of a bundle other names, on the same lines.
func renameComponents(data []byte, names map[string]string) []byte {
	if len(names) == 0 {
		return data
	}
	data = schemaRef.ReplaceAllFunc(data, func(ref []byte) []byte {
		if name, ok := names[string(schemaRef.FindSubmatch(ref)[1])]; ok {
			return []byte(`"#/components/schemas/` + name + `"`)
		}
		return ref
	})
	// The components themselves: the third level below the line of "schemas".
	start := bytes.Index(data, []byte("\n  \"schemas\":"))
	if start < 0 {
		return data
	}
	end := len(data)
	if next := regexp.MustCompile(`\n {0,2}[^ \n]`).FindIndex(data[start+1:]); next != nil {
		end = start + 1 + next[0]
	}
	section := string(data[start:end])
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		pairs = append(pairs, "\n   \""+name+"\":", "\n   \""+names[name]+"\":")
	}
	section = strings.NewReplacer(pairs...).Replace(section)
	return slices.Concat(data[:start], []byte(section), data[end:])
}

// unsaid reports whether a finding says nothing that a reader of the report needs:
// it is not about the wire, or a difference of the calls says it better.
func (j *joined) unsaid(f wireFinding) bool {
	id := f.change.GetId()
	if unsentRules[id] {
		return true
	}
	if strings.Contains(id, "-discriminator-mapping-") {
		for typ := range j.retyped {
			if strings.Contains(f.text, "`"+typ+"`") {
				return true
			}
		}
	}
	if id == "endpoint-added" && j.cameFrom(f.operation) != "" {
		return true // where the other one went is said there
	}
	if strings.Contains(id, "-enum-value-") || strings.Contains(id, "-const-") {
		for typ := range j.retyped {
			if value, err := json.Marshal(typ); err == nil && slices.Contains(valuesOf(f), string(value)) && strings.Contains(f.text, "/type`") {
				return true
			}
		}
	}
	return slices.ContainsFunc(j.differences, func(d *difference) bool {
		replaced := d.replaces != "" && slices.ContainsFunc(strings.Split(d.replaces, "|"), func(part string) bool { return strings.Contains(id, part) })
		return replaced && strings.Contains(f.text, d.mentions) &&
			(f.operation == "" || slices.ContainsFunc(d.operations, func(op string) bool { return pathText(op) == pathText(f.operation) }))
	})
}

// weigh decides how much a change of the wire means to a client. What the server
// refuses or needs counts as it is. What it answers counts as far as the Go API
// changes: clients keep unknown values, variants and members.
func (j *joined) weigh(c *WireChange) Severity {
	if severity, ok := j.policy[c.Rule]; ok {
		return severity
	}
	if severity, ok := severityOf[c.Rule]; ok {
		return severity
	}
	if !strings.Contains(c.Rule, "response-") || strings.Contains(c.Rule, "success-status") || strings.HasPrefix(c.Rule, "response-media-type-changed") {
		return c.Severity
	}
	breaks, means := j.consequence(c.Symbols)
	switch {
	case means && strings.HasSuffix(c.Rule, "-discriminator-mapping-deleted"): // another value stands for the variant
		return SeverityBreaking
	case breaks && c.Severity == SeverityInfo && (strings.HasSuffix(c.Rule, "-added") || strings.HasSuffix(c.Rule, "-deprecated")):
		return SeverityInfo
	case breaks && c.Severity == SeverityInfo:
		return SeverityWarning
	case breaks || means:
		return c.Severity
	}
	return SeverityInfo
}

// consequence says what becomes of symbols or their members in Go: whether one of
// them breaks, or means something else.
func (j *joined) consequence(symbols []string) (breaks, means bool) {
	if j.outcomes == nil {
		j.outcomes = map[string]outcome{}
		for _, change := range j.report.GoChanges {
			for _, name := range []string{change.Symbol, change.NewName, ownerOf(change.Symbol)} {
				o := j.outcomes[name]
				j.outcomes[name] = outcome{o.breaks || !change.Compatible, o.means || change.Kind == GoMeaning}
			}
		}
	}
	for _, name := range symbols {
		breaks = breaks || j.outcomes[name].breaks
		means = means || j.outcomes[name].means
	}
	return breaks, means
}

// outcome is what becomes of a symbol.
type outcome struct{ breaks, means bool }

// ownRules are the rules of differences that oasdiff has no rule for.
var ownRules = []string{
	"graphql-query-changed", "request-header-default-changed", "request-media-type-changed", "request-parameter-default-changed",
	"request-parameter-reserved-changed", "request-parameter-style-changed", "request-part-header-changed", "request-part-type-changed",
	"request-path-style-changed", "resource-type-changed", "response-media-type-changed", stabilityRule, sunsetRule, "variant-value-changed",
}

// Rules lists the rules of changes of the wire, but not those on credentials,
// which always count.
func Rules() []string {
	list := slices.Clone(ownRules)
	for _, rule := range checker.GetAllRules() {
		if !ignoredRules[rule.Id] && !unsentRules[rule.Id] {
			list = append(list, rule.Id)
		}
	}
	slices.Sort(list)
	return list
}

// severityNone is the severity of a rule whose changes are left out.
const severityNone Severity = "none"

// addDifferences makes rows on the wire of what the calls differ in.
func (j *joined) addDifferences() {
	for _, d := range j.differences {
		if d.severity == "" || d.rule == "" {
			continue
		}
		change := &WireChange{
			Severity: d.severity, Rule: d.rule, Text: d.text, At: d.at, Operations: d.operations, Symbols: d.symbols, Fingerprint: fingerprint(d),
			callers: cmpOr(d.callers, d.symbols),
		}
		if d.severity == SeverityInfo {
			change.callers = nil
		}
		if severity, ok := j.policy[d.rule]; ok && !d.credentials {
			change.Severity = severity
		}
		if change.Severity == severityNone {
			continue
		}
		if !d.credentials {
			j.limitByStability(change)
			j.report.WireChanges = append(j.report.WireChanges, change)
		}
		j.called = append(j.called, change)
	}
}

func cmpOr(a, b []string) []string {
	if len(a) > 0 {
		return a
	}
	return b
}

// callersOf are the symbols whose callers a row concerns: what they name in Go, of
// a limit, or the methods that make the calls.
func (j *joined) callersOf(c *WireChange) []string {
	if c.Severity == SeverityInfo {
		return nil
	}
	if breaks, _ := j.consequence(c.Symbols); breaks {
		return nil // the compiler finds them
	}
	limit := (strings.HasPrefix(c.Rule, "request-property-") || strings.HasPrefix(c.Rule, "request-parameter-")) && !strings.Contains(c.Rule, "-default-value-")
	missing := strings.HasPrefix(c.Rule, "response-property-became-")
	if missing || limit && !strings.Contains(c.Rule, "required") {
		var fields []string
		for _, name := range c.Symbols {
			if j.new.fields[name] != nil || j.new.enumOf[name] != "" {
				fields = append(fields, name)
			}
		}
		if len(fields) > 0 {
			return fields
		}
	}
	var methods []string
	for _, name := range slices.Sorted(maps.Keys(j.new.sends)) {
		if slices.Contains(c.Operations, j.new.sends[name]) {
			methods = append(methods, name)
		}
	}
	return methods
}
