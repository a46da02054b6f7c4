package model

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/schema"
)

// Build decides the Go client of doc. Its diagnostics tell what was read as
// something other than what the document says, or could not be said in Go.
func Build(doc *load.Document, opts Options) (*API, []load.Diagnostic) {
	b := &builder{
		doc:               doc,
		opts:              opts,
		api:               &API{Package: opts.Package, Source: opts.Source, Held: map[string]string{others: "value"}},
		schemas:           schema.Read(doc),
		decls:             map[declKey]*Decl{},
		open:              map[declKey]*openType{},
		inline:            map[string]*Decl{},
		neutrals:          map[*schema.Schema]bool{},
		resources:         map[string]*resource{},
		placed:            map[*load.Node]int{},
		bodies:            map[declKey]place{},
		patched:           map[*schema.Schema]bool{},
		numbers:           numbers{},
		folded:            map[*schema.Schema][]variant{},
		delegated:         map[declKey]bool{},
		choices:           map[string]*schema.Use{},
		counted:           map[*schema.Schema]bool{},
		limited:           map[sizeKey]bool{},
		reportedFallbacks: map[string]bool{},
		nextChoice:        map[*schema.Schema]*schema.Schema{},
		extended:          map[*schema.Schema][]variant{},
		identified:        map[*load.Node][]string{},
		uses:              map[*Decl][]*load.Node{},
		ofComponents:      map[*load.Node][]*Decl{},
	}
	b.survey()
	b.draft()
	b.settle()
	b.describe()
	return b.api, b.api.Diagnostics
}

// survey reads what the document has, and what is used where: operations,
// JSON:API types, the nouns of schemas. It needs the document alone, and gives
// each operation its service and its method name.
func (b *builder) survey() {
	b.prefix = b.namespace()
	b.findShortNames()
	b.describeAPI()
	b.collectOperations()
	for _, o := range b.ops {
		b.api.JSONAPI = b.api.JSONAPI || o.speaksJSONAPI()
	}
	for _, o := range b.ops {
		o.nextToJSONAPI = b.api.JSONAPI
	}
	b.findOperationKeys()
	b.findSingulars()
	b.warnUnrecognised()
	b.findResources()
	b.nameServices()
	b.namePackages()
	b.findBodies()
	b.findErrorBodies()
}

// draft turns operations and the schemas that they reach into methods and
// declarations. It needs the survey, and gives declarations that know what they
// would like to be called, with all of their members.
func (b *builder) draft() {
	b.convertOperations()
	b.warnUndescribed()
	b.warnUnused()
	b.convertWebhooks()
	b.declareWanted()
	b.completeResources()
	b.warnInferences()
}

// settle decides what depends on all drafts: which errors are shared, which types
// are stored as pointers, which package and which name each has. It needs
// complete drafts, and gives each thing its final name.
func (b *builder) settle() {
	b.settleText()
	b.markCodec()
	b.markRefs()
	b.shareErrors()
	b.separateKeys()
	b.pinFields()
	b.holdByPointer()
	b.requireFields()
	b.dropNilPages()
	b.suffixInputs()
	b.splitDecls()
	b.nameDecls()
	b.linkUpdates()
	b.linkInputs()
}

// describe writes the comments, which need the final names, puts declarations in
// output order and completes the report. Nothing changes after it.
func (b *builder) describe() {
	b.limitScopes()
	b.describeLinks()
	b.documentAll()
	b.sortDecls()
	b.api.Report.Operations = len(b.ops)
	b.api.Report.Types = len(b.api.Decls)
	b.countNames()
	b.api.Report.Percent = math.Round(1e4*float64(b.api.Report.Fallbacks)/float64(max(1, b.api.Report.Schemas))) / 100
	load.Sort(b.api.Diagnostics)
	if b.opts.Fake {
		b.api.Fake = b.fake()
	}
}

// builder is the state of one run.
type builder struct {
	doc     *load.Document
	opts    Options
	api     *API
	schemas *schema.Document
	ops     []*op
	prefix  string // see namespace

	shortNames map[string]string     // see findShortNames
	lookedUp   map[*Decl][2][]string // see declLookups

	decls             map[declKey]*Decl
	order             []*Decl                           // as declared
	open              map[declKey]*openType             // arrays, maps and unions under way
	inline            map[string]*Decl                  // inline schemas that look the same and want the same name
	placed            map[*load.Node]int                // how many operations are of a node
	patched           map[*schema.Schema]bool           // see patchable
	bodies            map[declKey]place                 // JSON:API resources that are request bodies
	neutrals          map[*schema.Schema]bool           // schemas without structs below
	resources         map[string]*resource              // by JSON:API type
	typeNames         []string                          // JSON:API types in order of appearance
	singulars         map[string]bool                   // see findSingulars
	folded            map[*schema.Schema][]variant      // see foldOnce
	delegated         map[declKey]bool                  // unions of one alternative that are being converted
	choices           map[string]*schema.Use            // see itemChoice
	counted           map[*schema.Schema]bool           // schemas in the report
	limited           map[sizeKey]bool                  // see limitFields
	takenOver         int                               // fields of types that take members over
	reportedFallbacks map[string]bool                   // fallbacks in the report
	nextChoice        map[*schema.Schema]*schema.Schema // schemas without their first oneOf or anyOf
	extended          map[*schema.Schema][]variant      // see withOwnMembers
	kinds             map[*schema.Schema]kind           // of subtypes; nil before findKinds
	numbers           numbers                           // of package-level names
	operations        map[*load.Node]string             // see findOperationKeys
	identified        map[*load.Node][]string           // see identities
	uses              map[*Decl][]*load.Node            // see noteUse
	ofComponents      map[*load.Node][]*Decl            // types of components by their schemas
	inlined           *inlined                          // see formerly; nil until it is asked for
	undescribed       []*load.Node                      // responses without documented content
	meant             []*schema.Body                    // bodies that are read as documents of JSON:API
	shownLinkage      []linked                          // see linkage
	errorBodies       map[*schema.Schema]*errorBody     // inline error bodies by their schema
	commonError       *errorBody                        // the one that most inline error bodies are; nil if there is none
	unused            []unused                          // media types that no method has
	undescribedGet    bool                              // one of them is of a GET
}

// declKey identifies a declaration: a schema, and the way its values travel.
type declKey struct {
	schema *schema.Schema
	role   Role
}

// openType is a type that is being built, and may be met again below itself.
type openType struct {
	decl *Decl // set when it was met: it needs a name then
}

func (b *builder) warn(n *load.Node, code, message, fix string) {
	b.api.Diagnostics = append(b.api.Diagnostics, load.Diagnostic{Pos: n.Position(), Severity: load.Warning, Code: load.Code(code), Message: message, Fix: fix})
}

// repair warns of an illegal place that was read in a sensible way.
func (b *builder) repair(n *load.Node, code, message, fix string) {
	b.api.Report.Repairs++
	b.warn(n, code, message, fix)
}

// fallback warns of a schema that says more than its Go type.
func (b *builder) fallback(n *load.Node, message string) {
	b.fallbackFix(n, message, "simplify the schema")
}

// fallbackFix warns as fallback does, with a way out that the schema has.
func (b *builder) fallbackFix(n *load.Node, message, fix string) {
	key := n.Pointer() + " " + message
	if b.reportedFallbacks[key] { // a schema has a type per direction
		return
	}
	b.reportedFallbacks[key] = true
	b.api.Report.Fallbacks++
	b.warn(n, "fallback", message, "set types: in gen.yaml for this pointer, or "+fix+": "+n.Pointer())
}

// count counts a schema once.
func (b *builder) count(s *schema.Schema) {
	if !b.counted[s.Origin] {
		b.counted[s.Origin] = true
		b.api.Report.Schemas++
	}
}

// describeAPI reads what the document says of itself.
func (b *builder) describeAPI() {
	root := b.doc.Root
	b.api.Title = strings.TrimSpace(root.Get("info", "title").Str())
	b.api.Doc.Text = root.Get("info", "description").Str()
	b.readServers()
	b.readSchemes()
}

// sortDecls brings the declarations into output order: by file, and within it
// by name, what is read before what is written and before parameters. What is
// declared within another type follows it. Nothing of that depends on where the
// document uses a type.
func (b *builder) sortDecls() {
	decls := slices.Clone(b.order)
	slices.SortStableFunc(decls, func(x, y *Decl) int {
		p, q := leader(x), leader(y)
		return cmp.Or(strings.Compare(x.File, y.File),
			strings.Compare(p.name.base, q.name.base),
			fileRank(p)-fileRank(q),
			strings.Compare(p.GoName, q.GoName),
			x.name.place-y.name.place)
	})
	b.api.Decls = decls
}

// leader is the type that d follows in its file: the outermost of those there that
// it is declared within.
func leader(d *Decl) *Decl {
	for d.name.owner != nil && d.name.owner.File == d.File {
		d = d.name.owner
	}
	return d
}

// fileRank orders the types of one name.
func fileRank(d *Decl) int {
	switch d.Role {
	case RoleWrite:
		return 1
	case RoleStatus:
		return 2
	case RoleOptions:
		return 3
	case RoleHeader:
		return 4
	}
	return 0
}
