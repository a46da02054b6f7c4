package draft

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/docwright/docwright/internal/draft/infer"
)

// maxDecisions is how many decisions of a call are listed; the rest is counted.
const maxDecisions = 8

// Changed reports whether a file is to be written.
func (f File) Changed() bool { return f.Old == nil || !bytes.Equal(f.Old, f.New) }

// Summary lists the lines for stdout: inputs, files and the total.
func (r *Result) Summary() []string {
	var out []string
	for _, in := range r.Inputs {
		var calls []string
		for _, c := range in.Calls {
			calls = append(calls, c.Method+" "+c.Path)
		}
		shown := strings.Join(calls, ", ")
		if len(calls) > 3 {
			shown = strings.Join(calls[:3], ", ") + ", …"
		}
		out = append(out, fmt.Sprintf("%s: %s, %s: %s", in.Name, in.Form, count(len(calls), "call"), shown))
	}
	for _, f := range r.Files {
		if !f.Changed() {
			continue
		}
		kind := "A"
		if f.Old != nil {
			kind = "M"
		}
		added := bytes.Count(f.New, []byte("\n")) - bytes.Count(f.Old, []byte("\n"))
		out = append(out, fmt.Sprintf("%s %s (+%d lines)", kind, filepath.ToSlash(f.Path), added))
	}
	members, relationships := 0, 0
	for _, o := range r.Operations {
		members, relationships = members+o.Members, relationships+o.Relationships
	}
	total := fmt.Sprintf("%s drafted: %s", count(len(r.Operations), "call"), count(members, "member"))
	if relationships > 0 {
		total += ", " + count(relationships, "relationship")
	}
	return append(out, total+", "+count(len(r.distinct()), "decision")+" open")
}

func count(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// place finds the decisions in the planned files: each is a comment there.
func (r *Result) place() {
	used := map[string]int{}
	for i := range r.Decisions {
		d := &r.Decisions[i]
		text := infer.Comment(d.Text)
		for _, f := range r.Files {
			if !f.Changed() || filepath.Ext(f.Path) == ".txtar" {
				continue
			}
			if line, col := find(f.New, infer.Mark+text, used[f.Path+text]); line > 0 {
				used[f.Path+text]++
				d.File, d.Line, d.Col = f.Path, line, col
				break
			}
		}
	}
}

// find returns the position of the nth line that ends in a text.
func find(data []byte, text string, n int) (line, col int) {
	for i, l := range strings.Split(string(data), "\n") {
		if strings.HasSuffix(l, text) {
			if n == 0 {
				return i + 1, strings.Index(l, infer.Mark) + 1
			}
			n--
		}
	}
	return 0, 0
}

// Shown returns the decisions to print, the most important first, and how many
// are left. A question that is asked at several places is one decision.
func (r *Result) Shown() ([]infer.Decision, int) {
	all := r.distinct()
	limit := maxDecisions * max(1, len(r.Operations))
	if len(all) <= limit {
		return all, 0
	}
	return all[:limit], len(all) - limit
}

// distinct joins the decisions about relationships of one name.
func (r *Result) distinct() []infer.Decision {
	var out []infer.Decision
	places := map[string]int{}
	for _, d := range r.Decisions {
		key := d.Kind + d.Text
		if d.Kind == "relationship target" && places[key] > 0 {
			places[key]++
			continue
		}
		places[key]++
		out = append(out, d)
	}
	for i, d := range out {
		if n := places[d.Kind+d.Text]; d.Kind == "relationship target" && n > 1 {
			out[i].Text += fmt.Sprintf(" (at %d places)", n)
		}
	}
	return out
}
