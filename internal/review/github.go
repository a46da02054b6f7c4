package review

import (
	"slices"
	"strings"
)

// An Annotation is a remark at a line, for GitHub's view of a pull request.
type Annotation struct {
	Level string // "error", "warning" or "notice"
	Code  string
	At    Place
	Text  string
}

// Annotations spells the report as remarks at lines of this tree: what breaks
// the wire or callers, what means something else, and the verdicts. What is only
// there in the older version has no line to stand at.
func (r *Report) Annotations() []Annotation {
	levels := map[CallerKind]string{CallerBreaks: "error", CallerMeaning: "warning", CallerDeprecated: "notice"}
	var list []Annotation
	for _, c := range r.Callers {
		list = append(list, Annotation{levels[c.Kind], "caller", c.At, because(c.Text, c.Because)})
	}
	for _, c := range r.Clients {
		for _, change := range slices.Concat(c.Credentials, c.WireChanges) {
			if change.Severity == SeverityInfo {
				continue
			}
			text := change.Text
			if len(change.Symbols) > 0 {
				text += "\nGo: " + joinNames(change.Symbols)
			}
			level := map[Severity]string{SeverityBreaking: "error", SeverityWarning: "warning"}[change.Severity]
			list = append(list, Annotation{level, change.Rule, inThisTree(change.At, c.Spec), text})
		}
		for _, change := range c.GoChanges {
			if !change.Compatible {
				list = append(list, Annotation{"warning", "go", inThisTree(change.At, c.Spec), change.Symbol + ": " + change.Text})
			}
		}
	}
	for _, note := range r.NotCompared {
		list = append(list, Annotation{"notice", "not compared", Place{}, note})
	}
	return append(list, Annotation{"notice", "diff", Place{}, r.Headline()})
}

func because(text, why string) string {
	if why == "" {
		return text
	}
	return text + "\nbecause of " + why
}

// inThisTree is p, or the document as a whole where p is gone.
func inThisTree(p Place, spec string) Place {
	if p.Old || p.File == "" {
		return Place{File: strings.TrimSpace(spec)}
	}
	return p
}
