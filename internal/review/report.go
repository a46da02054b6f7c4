package review

import (
	"fmt"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
)

// Report is what a change does. Its JSON shape is stable: members may be added
// within a Version, none is removed or changes its meaning.
type Report struct {
	Version     int             `json:"version"`        // of this shape: 1
	Base        string          `json:"base,omitempty"` // what was compared with
	Wire        Verdict         `json:"wire"`           // the worst of the clients'
	Go          Verdict         `json:"go"`             // likewise
	Bump        Bump            `json:"bump"`
	Clients     []*ClientReport `json:"clients"`
	Callers     []*Caller       `json:"callers"`
	NotCompared []string        `json:"not_compared"`    // what could not be compared, and why
	Notes       []string        `json:"notes,omitempty"` // on acceptances that no longer count
}

// Verdict tells whether a change breaks those who rely on what was there.
type Verdict string

// The verdicts.
const (
	Compatible Verdict = "compatible"
	Breaking   Verdict = "breaking"
	Unknown    Verdict = "unknown" // it could not be compared
)

// Bump is the part of a semantic version that a change raises: major when the
// wire or the Go API breaks, minor when either grows, patch when the generated
// code is merely different.
type Bump string

// The bumps.
const (
	Major       Bump = "major"
	Minor       Bump = "minor"
	Patch       Bump = "patch"
	NoBump      Bump = "none"
	UnknownBump Bump = "unknown"
)

// ClientReport is what changes in one client.
type ClientReport struct {
	Spec        string            `json:"spec"`
	Out         string            `json:"out,omitempty"`
	Package     string            `json:"package"`
	Added       bool              `json:"added,omitempty"`   // the older version has no such client
	Removed     bool              `json:"removed,omitempty"` // the newer version has none
	Wire        Verdict           `json:"wire"`
	Go          Verdict           `json:"go"`
	Bump        Bump              `json:"bump"`
	Resources   []*ResourceChange `json:"resources,omitempty"`   // in JSON:API's words
	Credentials []*WireChange     `json:"credentials,omitempty"` // where credentials go; Rule is one of ours
	WireChanges []*WireChange     `json:"wire_changes"`
	GoChanges   []*GoChange       `json:"go_changes"`
	Fallbacks   []Fallback        `json:"new_fallbacks,omitempty"`
	Size        Size              `json:"size"`
}

// Place is a place in a file.
type Place struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"` // 1-based
	Col  int    `json:"col,omitempty"`  // 1-based
	Old  bool   `json:"old,omitempty"`  // in the older version of the file
}

func at(pos load.Position) Place { return Place{File: pos.File, Line: pos.Line, Col: pos.Col} }

// String spells p as file:line:col, or as much of it as is known.
func (p Place) String() string {
	return load.Position{File: p.File, Line: p.Line, Col: p.Col}.String()
}

// Severity tells what a change of the wire means to those who talk over it.
type Severity string

// The severities, which are oasdiff's: ERR, WARN and INFO.
const (
	SeverityBreaking Severity = "breaking"
	SeverityWarning  Severity = "warning" // may break some
	SeverityInfo     Severity = "info"
)

// WireChange is a change of what travels over the wire, as an oasdiff rule found
// it, once for all operations that it touches.
type WireChange struct {
	Severity    Severity `json:"severity"`
	Rule        string   `json:"rule"` // oasdiff's id, e.g. "request-property-removed"
	Text        string   `json:"text"`
	At          Place    `json:"at"`
	Operations  []string `json:"operations,omitempty"`  // e.g. "GET /contacts/{id}"
	Symbols     []string `json:"symbols,omitempty"`     // Go symbols that change because of it, or that stand for what changes
	Fingerprint string   `json:"fingerprint,omitempty"` // oasdiff's, of the first operation; the same change has the same one
	Stability   string   `json:"stability,omitempty"`   // of the operations, where it lowers the severity
	Accepted    string   `json:"accepted,omitempty"`    // why a reviewer accepted the change

	callers []string // symbols whose callers this concerns
}

// GoKind tells what happens to a Go symbol.
type GoKind string

// The kinds of change.
const (
	GoAdded      GoKind = "added"
	GoRemoved    GoKind = "removed"
	GoChanged    GoKind = "changed"
	GoRenamed    GoKind = "renamed"
	GoMeaning    GoKind = "meaning" // compiles as before and does something else
	GoDeprecated GoKind = "deprecated"
	GoKept       GoKind = "kept" // gen.lock holds a name that the document no longer gives
)

// GoChange is a change of an exported Go symbol of the client.
type GoChange struct {
	Kind       GoKind `json:"kind"`
	Symbol     string `json:"symbol"` // e.g. "Contact.Telephone", "ContactsService.Get"
	NewName    string `json:"new_name,omitempty"`
	Text       string `json:"text"` // e.g. "removed"
	Compatible bool   `json:"compatible"`
	At         Place  `json:"at"` // of the part of the document that the symbol stands for

	Operations  []string `json:"operations,omitempty"`  // e.g. "GET /contacts/{id}", of a change of what is sent or read
	Credentials bool     `json:"credentials,omitempty"` // the section on credentials reports it, too
	Fingerprint string   `json:"fingerprint,omitempty"` // of a change that breaks
	Accepted    string   `json:"accepted,omitempty"`    // why a reviewer accepted the change
	Follows     string   `json:"follows,omitempty"`     // symbol of the change that makes this one
	Enum        string   `json:"enum,omitempty"`        // type of the constant that this is about
	Keep        string   `json:"keep,omitempty"`        // line for the document: of a rename, to keep the old name; of a kept name, to take the new one
}

// ResourceChange is a change in JSON:API's words.
type ResourceChange struct {
	Resource string `json:"resource"` // e.g. "contacts"
	Text     string `json:"text"`     // e.g. `attribute "telephone" is gone`
	At       Place  `json:"at"`
}

// CallerKind tells what becomes of a call.
type CallerKind string

// The kinds of caller.
const (
	CallerBreaks     CallerKind = "breaks"     // stops compiling
	CallerMeaning    CallerKind = "meaning"    // compiles, and does something else
	CallerWire       CallerKind = "wire"       // compiles, and the server may refuse the call or answer otherwise
	CallerDeprecated CallerKind = "deprecated" // uses what is deprecated now
)

// Caller is a place in the module that a change concerns.
type Caller struct {
	Kind    CallerKind `json:"kind"`
	At      Place      `json:"at"`   // relative to the module's root
	Text    string     `json:"text"` // the compiler's message, or what changes
	Symbols []string   `json:"symbols,omitempty"`
	Because string     `json:"because,omitempty"` // the change of the first symbol, and where the document makes it

	clients []*ClientReport // whose callers these are
	root    string          // symbol of the change that made the one behind it, or of that itself
}

// Fallback is a schema that Go cannot say, and could before.
type Fallback struct {
	At      Place  `json:"at"`
	Message string `json:"message"`
}

// Size is how much a client is, and which of its files differ.
type Size struct {
	OldFiles int      `json:"old_files"`
	NewFiles int      `json:"new_files"`
	OldLines int      `json:"old_lines"`
	NewLines int      `json:"new_lines"`
	Added    []string `json:"added,omitempty"`
	Modified []string `json:"modified,omitempty"`
	Deleted  []string `json:"deleted,omitempty"`
}

func (s Size) changed() bool { return len(s.Added)+len(s.Modified)+len(s.Deleted) > 0 }

func (r *Report) note(format string, args ...any) {
	r.NotCompared = append(r.NotCompared, fmt.Sprintf(format, args...))
}

// settle draws the conclusions.
func (r *Report) settle() {
	r.Wire, r.Go, r.Bump = Compatible, Compatible, NoBump
	for _, c := range r.Clients {
		c.Bump = c.bump()
		r.Wire = worse(r.Wire, c.Wire)
		r.Go = worse(r.Go, c.Go)
		if bumpRank[c.Bump] > bumpRank[r.Bump] {
			r.Bump = c.Bump
		}
	}
	r.fillLists()
}

// fillLists makes empty arrays of what would be null in JSON.
func (r *Report) fillLists() {
	if r.Clients == nil {
		r.Clients = []*ClientReport{}
	}
	if r.Callers == nil {
		r.Callers = []*Caller{}
	}
	if r.NotCompared == nil {
		r.NotCompared = []string{}
	}
	for _, c := range r.Clients {
		if c.WireChanges == nil {
			c.WireChanges = []*WireChange{}
		}
		if c.GoChanges == nil {
			c.GoChanges = []*GoChange{}
		}
	}
}

var (
	verdictRank = map[Verdict]int{Compatible: 0, Unknown: 1, Breaking: 2}
	bumpRank    = map[Bump]int{NoBump: 0, Patch: 1, Minor: 2, UnknownBump: 3, Major: 4}
)

func worse(a, b Verdict) Verdict {
	if verdictRank[b] > verdictRank[a] {
		return b
	}
	return a
}

func (c *ClientReport) bump() Bump {
	switch {
	case c.Wire == Breaking || c.Go == Breaking:
		return Major
	case c.Wire == Unknown || c.Go == Unknown:
		return UnknownBump
	case c.Added || c.grows() || c.warns() || c.loosens():
		return Minor
	case len(c.Credentials) > 0 || len(c.WireChanges) > 0 || len(c.GoChanges) > 0 || c.Size.changed():
		return Patch
	}
	return NoBump
}

// loosens reports whether something that had to be sent need not be sent now.
func (c *ClientReport) loosens() bool {
	return slices.ContainsFunc(c.WireChanges, func(w *WireChange) bool {
		return strings.HasPrefix(w.Rule, "request-") && (strings.HasSuffix(w.Rule, "-became-optional") || strings.HasSuffix(w.Rule, "-became-nullable"))
	})
}

// warns reports whether a change of the wire may break some.
func (c *ClientReport) warns() bool {
	return slices.ContainsFunc(c.WireChanges, func(w *WireChange) bool { return w.Severity == SeverityWarning })
}

// grows reports whether there is something to use that was not there before, or
// something to stop using.
func (c *ClientReport) grows() bool {
	for _, change := range c.GoChanges {
		if change.Kind == GoAdded || change.Kind == GoDeprecated || change.Kind == GoMeaning {
			return true
		}
	}
	return false
}
