package review

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/oasdiff/oasdiff/checker"

	"github.com/docwright/docwright/internal/load"
)

// This file weighs changes by what the project and the document promise: how stable
// an operation is, and which changes a reviewer accepted.

// stabilityKeys are the extensions that say how stable an operation is.
var stabilityKeys = []string{"x-stability", "x-stability-level"}

// stable is the level of operations without one.
const stable = "stable"

// levels are the words for stability, the least stable first: how they rank, and what
// a change of an operation is at most, if gen.yaml does not say so. Other words are
// stable.
var levels = []level{
	{"draft", 0, SeverityInfo}, {"experimental", 1, SeverityInfo}, {"alpha", 1, SeverityInfo},
	{"preview", 2, SeverityWarning}, {"beta", 2, SeverityWarning}, {stable, 3, SeverityBreaking},
}

type level struct {
	word string
	rank int
	most Severity
}

// levelNamed is the level of a word, nil if it is none.
func levelNamed(word string) *level {
	if i := slices.IndexFunc(levels, func(l level) bool { return l.word == word }); i >= 0 {
		return &levels[i]
	}
	return nil
}

// Levels lists the words for stability.
func Levels() []string {
	words := make([]string, len(levels))
	for i, l := range levels {
		words[i] = l.word
	}
	return words
}

// stabilityOf is how stable an operation is: as it says itself, or its path.
func stabilityOf(doc *load.Document, operation string) (is *level, at *load.Node, found bool) {
	method, path, _ := strings.Cut(operation, " ")
	item := doc.Root.Get("paths", path).Target()
	op := item.Get(strings.ToLower(method))
	if op == nil {
		return nil, nil, false
	}
	for _, n := range []*load.Node{op, item} {
		for _, key := range stabilityKeys {
			if said := n.Get(key); said != nil {
				if is = levelNamed(strings.ToLower(said.Str())); is != nil {
					return is, said, true
				}
			}
		}
	}
	return levelNamed(stable), op, true
}

// levelOf is the level that the most stable of the operations had, or has if all of
// them are new.
func (j *joined) levelOf(operations []string) *level {
	var best *level
	for _, side := range []*Side{j.Old, j.New} {
		for _, op := range operations {
			if is, _, found := stabilityOf(side.Document, op); found && (best == nil || is.rank > best.rank) {
				best = is
			}
		}
		if best != nil {
			return best
		}
	}
	return levelNamed(stable)
}

// limitByStability lowers the severity of a change of operations that are not
// stable.
func (j *joined) limitByStability(c *WireChange) {
	if len(c.Operations) == 0 || c.Rule == stabilityRule {
		return
	}
	is := j.levelOf(c.Operations)
	most, said := j.stability[is.word]
	if !said {
		most = is.most
	}
	if severityRank[c.Severity] < severityRank[most] {
		c.Severity, c.Stability = most, is.word
	}
}

// stabilityRule is the rule of a promise that changes.
const stabilityRule = "stability-changed"

// compareStability finds operations that are less stable than they were, or more.
func (j *joined) compareStability() {
	for _, name := range slices.Sorted(maps.Keys(j.new.operations)) {
		op := j.new.sends[name]
		was, _, before := stabilityOf(j.Old.Document, op)
		is, at1, after := stabilityOf(j.New.Document, op)
		if !before || !after || was == is {
			continue
		}
		d := &difference{
			rule: stabilityRule, severity: SeverityInfo, text: fmt.Sprintf("%s is %s, not %s", op, is.word, was.word), operations: []string{op}, at: at(at1.Position()), onWireOnly: true, symbols: []string{name},
		}
		if is.rank < was.rank {
			d.severity = SeverityWarning
		}
		j.differ(d)
	}
}

// sunsetKey is the extension with the day from which an operation may go.
const sunsetKey = "x-sunset"

// sunsetRule is the rule of such a day that comes or changes.
const sunsetRule = "sunset-changed"

// compareSunset finds operations that are to go, and did not say so before.
func (j *joined) compareSunset() {
	for _, name := range slices.Sorted(maps.Keys(j.new.operations)) {
		op := j.new.sends[name]
		before, after := operationNode(j.Old.Document, op), operationNode(j.New.Document, op)
		was, is := before.Get(sunsetKey).Str(), after.Get(sunsetKey).Str()
		if before == nil || after == nil || was == is {
			continue
		}
		d := &difference{rule: sunsetRule, severity: SeverityWarning, operations: []string{op}, onWireOnly: true, symbols: []string{name}}
		switch {
		case was == "":
			d.text = fmt.Sprintf("the operation may be removed from `%s` on", is)
		case is == "":
			d.severity, d.text = SeverityInfo, fmt.Sprintf("the operation is no longer to be removed, and was from `%s` on", was)
		default:
			d.text = fmt.Sprintf("the operation may be removed from `%s` on, not from `%s` on", is, was)
			if is > was { // as dates of RFC 3339 are
				d.severity = SeverityInfo
			}
		}
		if d.at = at(after.Get(sunsetKey).KeyPosition()); is == "" {
			d.at = at(after.KeyPosition())
		}
		j.differ(d)
	}
}

// accept marks the changes that the project accepted, and says which entries have
// none.
func (c *comparison) accept() {
	used := map[string]bool{}
	for _, client := range c.report.Clients {
		for _, change := range slices.Concat(client.Credentials, client.WireChanges) {
			change.Accepted = c.opts.Accepted[change.Fingerprint]
			used[change.Fingerprint] = true
		}
		for _, change := range client.GoChanges {
			if !change.Compatible {
				change.Fingerprint = checker.ComputeFingerprint("go-"+string(change.Kind), client.Package, change.Symbol, []any{change.Text})
				change.Accepted = c.opts.Accepted[change.Fingerprint]
				used[change.Fingerprint] = true
			}
		}
	}
	for fingerprint := range c.opts.Accepted {
		if !used[fingerprint] {
			c.report.Notes = append(c.report.Notes, fmt.Sprintf("%s accepts %s, which is no change: delete the line", c.opts.AcceptedIn, fingerprint))
		}
	}
	slices.Sort(c.report.Notes)
}

// Acceptable lists the changes that break or may break and are not accepted, as
// lines with their fingerprints.
func (r *Report) Acceptable() []string {
	var lines []string
	for _, client := range r.Clients {
		for _, c := range slices.Concat(client.Credentials, client.WireChanges) {
			if c.Severity != SeverityInfo && c.Accepted == "" {
				lines = append(lines, fmt.Sprintf("%s %s: %s [%s]", c.Fingerprint, c.Severity, c.Text, c.Rule))
			}
		}
		for _, g := range client.GoChanges {
			if !g.Compatible && g.Accepted == "" && g.Follows == "" {
				lines = append(lines, fmt.Sprintf("%s breaking: %s: %s", g.Fingerprint, g.Symbol, g.Text))
			}
		}
	}
	return lines
}

// BreaksGo reports whether the Go API breaks in a way that nobody accepted. Lines
// of callers cannot be accepted: they do not compile.
func (r *Report) BreaksGo() bool {
	for _, client := range r.Clients {
		accepted := map[string]bool{}
		for _, g := range client.GoChanges {
			accepted[g.Symbol] = g.Accepted != ""
		}
		for _, g := range client.GoChanges {
			if !g.Compatible && g.Accepted == "" && !accepted[cmp.Or(g.Follows, g.Symbol)] {
				return true
			}
		}
		if client.Removed {
			return true
		}
	}
	return r.Go == Unknown || r.countCallers(CallerBreaks) > 0
}
