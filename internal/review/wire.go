package review

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/diff"
	oasload "github.com/oasdiff/oasdiff/load"

	"github.com/docwright/docwright/internal/limit"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// This file asks oasdiff what changes on the wire. Both versions reach it as
// bundles: one file each, without what our loader had to repair. It says where a
// change is by the line of the bundle, which leads back to the document.

// wire is what oasdiff found in a client's document.
type wire struct {
	changes []wireFinding
	err     error
}

// wireFinding is one finding of oasdiff, of one operation.
type wireFinding struct {
	change    checker.Change
	text      string
	operation string          // "GET /contacts"; "" when it is about the document
	node      *load.Node      // where; nil when unknown
	old       bool            // node is of the older version
	ways      [2][]*load.Node // to it, in the older version and in the newer, where it is a property
}

// ignoredRules are oasdiff's rules that are not reported as changes of the wire.
// The document's own version number is not part of it.
var ignoredRules = map[string]bool{
	checker.APIVersionNotBumpedId: true, checker.APIMajorVersionNotBumpedId: true,

	// compareCredentials reports these, by what they mean to callers.
	checker.APISecurityRemovedCheckId: true, checker.APISecurityAddedCheckId: true, checker.APISecurityScopeAddedId: true, checker.APISecurityScopeRemovedId: true,
	checker.APIGlobalSecurityRemovedCheckId: true, checker.APIGlobalSecurityAddedCheckId: true, checker.APIGlobalSecurityScopeAddedId: true, checker.APIGlobalSecurityScopeRemovedId: true,
	checker.APISecurityAnonymousAccessAddedId: true, checker.APISecurityAnonymousAccessRemovedId: true,
	checker.APISecurityInheritedCommentId: true, checker.APIGlobalSecurityNotInheritedCommentId: true,
	checker.APIComponentsSecurityComponentOauthUrlUpdatedId: true, checker.APIComponentsSecurityOauthTokenUrlUpdatedId: true,
	checker.APIComponentsSecurityOpenIdConnectUrlUpdatedId: true, checker.APIComponentsSecurityOauthRefreshUrlUpdatedId: true,
	checker.APIComponentsSecurityTypeUpdatedId: true, checker.APIComponentsSecurityApiKeyNameUpdatedId: true,
	checker.APIComponentsSecurityApiKeyInUpdatedId: true, checker.APIComponentsSecurityHttpSchemeUpdatedId: true,
	checker.APIComponentsSecurityAddedId: true, checker.APIComponentsSecurityRemovedId: true, // a name

	// compareSunset reports these.
	checker.APISunsetDeletedId: true, checker.APISunsetDateChangedTooSmallId: true, checker.EndpointDeprecatedWithSunsetId: true,
}

func compareWire(client *Client) (w *wire) {
	w = &wire{}
	if client.Old == nil || client.New == nil {
		return w
	}
	traces := [2]*load.TracedBundle{client.Old.Document.Trace(), client.New.Document.Trace()}
	if string(traces[0].Data) == string(traces[1].Data) {
		return w
	}
	traces[1].Data = renameComponents(traces[1].Data, renamedComponents(client.Old.Document, client.New.Document))
	joinOnly([2][]byte{traces[0].Data, traces[1].Data})
	prune(traces)
	for _, trace := range traces {
		if w.err = cmp.Or(limit.CheckDepth("oasdiff", trace.Data), limit.CheckUnions("oasdiff", trace.Data)); w.err != nil {
			return w
		}
	}
	w.changes, w.err = limit.Run("oasdiff", limit.Size(traces[0].Data)+limit.Size(traces[1].Data), func() ([]wireFinding, error) {
		var specs [2]*oasload.SpecInfo
		var errs [2]error
		var wait sync.WaitGroup
		for i := range traces {
			wait.Go(func() { specs[i], errs[i] = readBundle(traces[i], client.Spec) })
		}
		wait.Wait()
		for _, err := range errs {
			if err != nil {
				return nil, err
			}
		}
		for _, spec := range specs {
			inheritParameters(spec.Spec)
		}
		flatten(specs, traces)
		return findings(specs, traces)
	})
	if w.err != nil {
		return w
	}
	for i := range w.changes {
		w.changes[i].locate(client)
	}
	return w
}

// locate finds the way to a property, and its place where oasdiff tells none.
func (f *wireFinding) locate(client *Client) {
	f.ways = [2][]*load.Node{chain(client.Old.Document, *f), chain(client.New.Document, *f)}
	if isOperation(f.node) { // where allOf is merged, oasdiff knows no better
		f.node, f.old = nil, false
		for i, way := range f.ways {
			if len(way) > 1 {
				f.node, f.old = placeOn(way, aboutMember.MatchString(f.change.GetId())), i == 0
			}
		}
	}
	for i, way := range f.ways {
		if f.node == nil && len(way) > 0 && !(i == 0 && len(f.ways[1]) > 0) {
			f.node, f.old = way[len(way)-1], i == 0
		}
	}
	if f.node == nil && f.operation != "" {
		f.node = nodeOf(client.New.Document, *f)
		if f.node == nil {
			f.node, f.old = nodeOf(client.Old.Document, *f), true
		}
	}
}

// isOperation reports whether a node is an operation of the document.
func isOperation(n *load.Node) bool {
	return n != nil && slices.Contains(httpMethods, n.Name) && n.Parent != nil && n.Parent.Parent != nil && n.Parent.Parent.Name == "paths"
}

// placeOn is the last member on a way, or what it refers to.
func placeOn(way []*load.Node, member bool) *load.Node {
	for i := len(way) - 1; i > 0 && member; i-- {
		if way[i].Parent != nil && way[i].Parent.Name == "properties" {
			return way[i]
		}
	}
	return way[len(way)-1]
}

// isComponent reports whether a node is the schema of a component.
func isComponent(n *load.Node) bool {
	return n != nil && n.Parent != nil && n.Parent.Name == "schemas" && n.Parent.Parent != nil && n.Parent.Parent.Name == "components"
}

// withoutName is a general text without the name that the text quotes first.
func withoutName(general, text string) string {
	name := strings.Trim(quotedPart.FindString(text), "`")
	return strings.Replace(general, name[strings.LastIndexByte(name, '/')+1:], "", 1)
}

// largeBundle is how long a bundle is whose positions are not recorded, which would
// take twice the time and memory. Places are found by name then: see nodeOf.
const largeBundle = 1 << 20

// readBundle has kin-openapi read a bundle, as YAML, because it records
// positions in YAML only.
func readBundle(b *load.TracedBundle, name string) (*oasload.SpecInfo, error) {
	loader := openapi3.NewLoader()
	data := b.Data
	if loader.IncludeOrigin = len(data) < largeBundle; loader.IncludeOrigin {
		data = append([]byte(yamlMark), data...)
	}
	doc, err := loader.LoadFromData(data)
	if err != nil {
		return nil, fmt.Errorf("kin-openapi cannot read the document: %w", err)
	}
	return &oasload.SpecInfo{Url: name, Spec: doc}, nil
}

// yamlMark, one line, makes YAML of a bundle.
const yamlMark = "# read as YAML, so that lines are recorded\n"

func findings(specs [2]*oasload.SpecInfo, traces [2]*load.TracedBundle) ([]wireFinding, error) {
	report, sources, err := diff.GetWithOperationsSourcesMap(diff.NewConfig(), specs[0], specs[1])
	if err != nil {
		return nil, err
	}
	changes := checker.CheckBackwardCompatibilityUntilLevel(checker.NewConfig(checker.GetAllChecks()), report, sources, checker.INFO)
	localizer := checker.NewDefaultLocalizer()
	var list []wireFinding
	for _, change := range changes {
		if ignoredRules[change.GetId()] {
			continue
		}
		f := wireFinding{change: change, text: plainText(change.GetUncolorizedText(localizer))}
		if change.GetOperation() != "" {
			f.operation = change.GetOperation() + " " + change.GetPath()
		}
		if s := change.GetRevisionSource(); s != nil {
			f.node = traces[1].Node(s.Line - 1)
		}
		if s := change.GetBaseSource(); s != nil && f.node == nil {
			f.node, f.old = traces[0].Node(s.Line-1), true
		}
		list = append(list, f)
	}
	return list, nil
}

// wholeNumber is an integer as oasdiff prints it.
var wholeNumber = regexp.MustCompile("`(-?[0-9]+)\\.00`")

// plainText is a text of oasdiff with integers as the document has them, and without
// a name that is not there.
func plainText(text string) string {
	text = strings.TrimSuffix(wholeNumber.ReplaceAllString(text, "`$1`"), " and replaced with ``")
	text = operationIDs.ReplaceAllString(text, "the operationId is $2, not $1")
	return removedWords.Replace(text)
}

// operationIDs is how oasdiff says that an operation has another id.
var operationIDs = regexp.MustCompile("^api operation id (`[^`]*`) removed and replaced with (`[^`]*`)$")

// removedWords says of operations that come and go what oasdiff says of an API.
var removedWords = strings.NewReplacer(
	"api path removed without deprecation", "the operation is removed, and was not deprecated", "api removed without deprecation", "the operation is removed, and was not deprecated",
	"api path removed with deprecation", "the deprecated operation is removed", "api removed with deprecation", "the deprecated operation is removed",
	"api path removed before", "the operation is removed before", "api removed before", "the operation is removed before",
	"endpoint added", "the operation is new", "api operation id", "there is no longer the operationId",
)

var severities = map[checker.Level]Severity{checker.ERR: SeverityBreaking, checker.WARN: SeverityWarning}

// joinWire puts what oasdiff found into the report: what one line of the
// document makes of many operations is one change.
func (j *joined) joinWire(w *wire) {
	groups := map[string]*WireChange{}
	followsAlternative := map[string]bool{}
	for _, f := range w.changes {
		if strings.HasSuffix(f.change.GetId(), "-of-added") || strings.HasSuffix(f.change.GetId(), "-of-removed") {
			followsAlternative[alternativePlace(f)] = true
		}
	}
	for _, f := range w.changes {
		if j.unsaid(f) || followsAlternative[aboutAlternatives(f)] {
			continue
		}
		text := j.pathMoves(f)
		change := &WireChange{
			Severity: severities[f.change.GetLevel()], Rule: f.change.GetId(), Text: text,
			At: at(f.node.KeyPosition()), Fingerprint: checker.Fingerprint(f.change),
		}
		if change.Severity == "" {
			change.Severity = SeverityInfo
		}
		change.At.Old = f.old
		key := change.Rule + " " + change.At.String() + " "
		if about := generalText(text, f.node != nil); strings.HasSuffix(change.Rule, "-type-changed") && isComponent(f.node) {
			key += withoutName(about, text) // the members that refer to it have other names
		} else {
			key += about
		}
		if known := groups[key]; known != nil {
			if f.operation != "" && !slices.Contains(known.Operations, f.operation) {
				known.Operations = append(known.Operations, f.operation)
			}
			if text != known.Text {
				known.Text = shorter(known.Text, text)
			}
			for _, name := range j.follow(f) {
				if !slices.Contains(known.Symbols, name) {
					known.Symbols = append(known.Symbols, name)
				}
			}
			known.Symbols = j.withoutFollowing(known.Symbols)
			continue
		}
		if f.operation != "" {
			change.Operations = []string{f.operation}
		}
		change.Symbols = j.withoutFollowing(j.follow(f))
		groups[key] = change
		j.report.WireChanges = append(j.report.WireChanges, change)
	}
	j.pairStatuses()
	for _, change := range j.report.WireChanges {
		change.Severity = j.weigh(change)
		j.limitByStability(change)
	}
	j.report.WireChanges = slices.DeleteFunc(j.report.WireChanges, func(c *WireChange) bool { return c.Severity == severityNone })
	for _, change := range j.report.WireChanges {
		change.callers = j.callersOf(change)
		j.called = append(j.called, change)
	}
	j.addDifferences()
	slices.SortStableFunc(j.report.WireChanges, func(a, b *WireChange) int {
		return cmp.Or(cmp.Compare(severityRank[a.Severity], severityRank[b.Severity]), byPlace(a.At, b.At, a.Rule+a.Text, b.Rule+b.Text))
	})
}

// pairStatuses makes one row of a successful status that goes and another that comes.
func (j *joined) pairStatuses() {
	comes := map[string][]*WireChange{}
	for _, c := range j.report.WireChanges {
		if c.Rule == checker.ResponseSuccessStatusAddedId {
			comes[strings.Join(c.Operations, " ")] = append(comes[strings.Join(c.Operations, " ")], c)
		}
	}
	dropped := map[*WireChange]bool{}
	for _, c := range j.report.WireChanges {
		added := comes[strings.Join(c.Operations, " ")]
		if c.Rule != checker.ResponseSuccessStatusRemovedId || len(added) != 1 || dropped[added[0]] {
			continue
		}
		dropped[added[0]] = true
		c.Text = fmt.Sprintf("the status of success is %s, not %s", quotedPart.FindString(added[0].Text), quotedPart.FindString(c.Text))
		c.At = added[0].At
	}
	j.report.WireChanges = slices.DeleteFunc(j.report.WireChanges, func(c *WireChange) bool { return dropped[c] })
}

var severityRank = map[Severity]int{SeverityBreaking: 0, SeverityWarning: 1, SeverityInfo: 2}

// aboutAlternatives is the place of a mapping that gains or loses values, "" of other
// findings. Where alternatives come or go, their values do.
func aboutAlternatives(f wireFinding) string {
	if id := f.change.GetId(); !strings.HasSuffix(id, "-discriminator-mapping-added") && !strings.HasSuffix(id, "-discriminator-mapping-deleted") {
		return ""
	}
	return alternativePlace(f)
}

// alternativePlace says where a finding about alternatives is.
func alternativePlace(f wireFinding) string {
	args := f.change.GetArgs()
	return fmt.Sprint(f.operation, args[min(1, len(args)):])
}

// quotedPart is a name, a path to a property or a value in oasdiff's text.
var quotedPart = regexp.MustCompile("`[^`]*`")

// generalText is what remains of a text when one line of the document shows in
// several operations: the way to it differs, its last name does not.
func generalText(text string, located bool) string {
	if !located {
		return text
	}
	text = sharedPhrase.ReplaceAllString(mediaPhrase.ReplaceAllString(text, ""), "")
	return quotedPart.ReplaceAllStringFunc(text, func(s string) string {
		s = strings.Trim(s, "`")
		if i := strings.LastIndexByte(s, '/'); i >= 0 {
			s = s[i+1:]
		}
		if len(s) == 3 && s[0] >= '1' && s[0] <= '5' || s == "default" {
			return "" // a status
		}
		return s
	})
}

// statusPhrase is how oasdiff says of which response a change is.
var statusPhrase = regexp.MustCompile(" (with|for) (the )?(response )?(`[^`]*` status|status `[^`]*`)")

// mediaPhrase is how oasdiff says of which media type of a body a change is.
var mediaPhrase = regexp.MustCompile(` \(media type: [^)]*\)`)

// sharedPhrase is how oasdiff says where else in one response a change shows.
var sharedPhrase = regexp.MustCompile(" \\(shared schema: `[^`]*`, also at [^)]*\\)")

// withoutResponse is a text that does not say of which response it is.
func withoutResponse(text string) string {
	return sharedPhrase.ReplaceAllString(mediaPhrase.ReplaceAllString(statusPhrase.ReplaceAllString(text, ""), ""), "")
}

// shorter is the text of a change that two texts tell: that of the shorter way,
// without the status, of which there may be several.
func shorter(a, b string) string {
	a, b = withoutResponse(a), withoutResponse(b)
	if len(b) < len(a) {
		return b
	}
	return a
}

// pathMoves tells of a removed path where the operation went, if it went.
func (j *joined) pathMoves(f wireFinding) string {
	if to := j.movedTo(f); to != "" {
		return "the operation is " + to + " now"
	}
	return f.text
}

// movedTo finds where a removed operation went: the method that sent it sends
// something else now.
func (j *joined) movedTo(f wireFinding) string {
	if !strings.HasPrefix(f.change.GetId(), "api-path-removed") && !strings.HasPrefix(f.change.GetId(), "api-removed") {
		return ""
	}
	if to := j.new.sends[j.old.methods[f.operation]]; to != f.operation {
		return to
	}
	return ""
}

// cameFrom is what the method that sends an operation sent before, if that is gone;
// "" for an operation that is new.
func (j *joined) cameFrom(operation string) string {
	from := j.old.sends[j.new.methods[operation]]
	if from == operation || j.new.methods[from] != "" {
		return ""
	}
	return from
}

// follow lists the Go symbols that a finding is about: those that change, and
// where none does, those that stand for its place in the document.
func (j *joined) follow(f wireFinding) []string {
	list := j.following(f)
	if strings.Contains(f.change.GetId(), "enum-value-") {
		if constants := j.constantsOf(f, list); len(constants) > 0 {
			return constants
		}
	}
	if method := cmp.Or(j.new.methods[f.operation], j.old.methods[f.operation]); strings.HasPrefix(f.change.GetId(), "response-body-") && len(j.changed([]string{method})) > 0 {
		return []string{method}
	}
	if alternatives := j.alternatives(f); len(j.changed(alternatives)) > 0 {
		return alternatives
	}
	if len(j.changed(list)) == 0 {
		list = j.withoutPages(list)
	}
	return list
}

// alternatives are the types of the components that a finding adds to a union, or
// takes from it.
func (j *joined) alternatives(f wireFinding) []string {
	added := strings.HasSuffix(f.change.GetId(), "-of-added")
	if !added && !strings.HasSuffix(f.change.GetId(), "-of-removed") || len(f.change.GetArgs()) == 0 || !endsInUnion(f.ways[0]) || !endsInUnion(f.ways[1]) {
		return nil // the type itself becomes a union, or is none any more
	}
	doc := j.New.Document
	if !added {
		doc = j.Old.Document
	}
	var list []string
	for ref := range strings.SplitSeq(fmt.Sprint(f.change.GetArgs()[0]), ", ") {
		if name, ok := strings.CutPrefix(ref, "#/components/schemas/"); ok {
			list = append(list, j.side(!added).by[at(doc.Root.Get("components", "schemas", name).Position())]...)
		}
	}
	return list
}

// withoutFollowing leaves out the symbols that change because another one of the list
// does.
func (j *joined) withoutFollowing(list []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(name string) bool {
		change := j.byName[name]
		return change != nil && change.Follows != "" && change.Follows != name && slices.Contains(list, change.Follows)
	})
}

// withoutPages leaves out of a method's symbols its iterators and its struct of
// parameters, which are at the same place of the document.
func (j *joined) withoutPages(list []string) []string {
	if !slices.ContainsFunc(list, func(name string) bool { return j.new.operations[name] != nil }) {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), func(name string) bool {
		d := j.new.decls[name]
		return j.new.sends[name] != "" && j.new.operations[name] == nil || d != nil && d.Role == model.RoleOptions
	})
}

// constantsOf are the constants of the value that a finding is about, of the enums
// among the symbols.
func (j *joined) constantsOf(f wireFinding, symbols []string) []string {
	var list []string
	values := valuesOf(f)
	for _, s := range []*symbolIndex{j.new, j.old} {
		for _, name := range symbols {
			enum := cmp.Or(j.new.enumOf[name], j.old.enumOf[name], name)
			if field := s.fields[name]; field != nil {
				enum = enumName(field.Type)
			}
			for _, value := range values {
				for _, constant := range s.constantsByValue(enum)[value] {
					if !slices.Contains(list, constant) {
						list = append(list, constant)
					}
				}
			}
		}
	}
	return list
}

// valuesOf lists what a finding says, as it is and as JSON.
func valuesOf(f wireFinding) []string {
	var list []string
	for _, arg := range f.change.GetArgs() {
		text := fmt.Sprint(arg)
		list = append(list, text)
		if quoted, err := json.Marshal(text); err == nil {
			list = append(list, string(quoted))
		}
	}
	return list
}

// constantsByValue are the constants of an enum by their values, as JSON. A finding
// for each of 2,000 values asks.
func (s *symbolIndex) constantsByValue(enum string) map[string][]string {
	if known := s.byValue[enum]; known != nil {
		return known
	}
	if s.byValue == nil {
		s.byValue = map[string]map[string][]string{}
	}
	byValue := map[string][]string{}
	for _, constant := range s.constants[enum] {
		byValue[s.values[constant]] = append(byValue[s.values[constant]], constant)
	}
	s.byValue[enum] = byValue
	return byValue
}

// enumName is the type that t is, or is a list of.
func enumName(t *model.Type) string {
	for t != nil && t.Decl == nil {
		t = t.Elem
	}
	if t == nil {
		return ""
	}
	return qualified(t.Decl.Package, t.Decl.GoName)
}

func (j *joined) following(f wireFinding) []string {
	var touched []string
	for i, way := range f.ways {
		names := j.side(i == 0).along(way)
		if aboutMember.MatchString(f.change.GetId()) {
			names = cmpOr(j.side(i == 0).member(way, strings.HasPrefix(f.change.GetId(), "request-") || strings.HasPrefix(f.change.GetId(), "new-")), names)
		}
		if changed := j.changed(names); len(changed) > 0 {
			return changed
		}
		if len(names) > 0 {
			touched = names
		}
	}
	if len(touched) > 0 {
		return touched
	}
	for _, index := range []*symbolIndex{j.side(f.old), j.side(!f.old)} {
		if touched = index.near(f.node); len(touched) == 0 && f.operation == "" || strings.HasPrefix(f.change.GetId(), "endpoint-") {
			touched = index.below(f.node)
		}
		if changed := j.changed(touched); len(changed) > 0 {
			return changed
		}
	}
	// What is said of the whole document, such as its security, is said here of
	// one operation.
	near := j.side(f.old).near(f.node)
	if method := cmp.Or(j.new.methods[f.operation], j.old.methods[f.operation]); method != "" && len(near) == 0 {
		return []string{method}
	}
	return near
}

// aboutMember matches rules about how an object has a member, not about its type.
var aboutMember = regexp.MustCompile("-property-(became-|removed|added|.*nullable)|^new-.*-request-property$")

func (j *joined) side(old bool) *symbolIndex {
	if old {
		return j.old
	}
	return j.new
}

// changed returns those of the symbols that change.
func (j *joined) changed(names []string) []string {
	var list []string
	for _, name := range names {
		if j.byName[name] != nil {
			list = append(list, name)
		}
	}
	return list
}
