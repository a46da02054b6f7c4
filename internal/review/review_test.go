package review

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// TestBump draws the conclusion from a client's changes.
func TestBump(t *testing.T) {
	info := []*WireChange{{Severity: SeverityInfo}}
	for _, tt := range []struct {
		name   string
		client ClientReport
		want   Bump
	}{
		{"nothing", ClientReport{}, NoBump},
		{"other files", ClientReport{Size: Size{Modified: []string{"doc.go"}}}, Patch},
		{"only the wire", ClientReport{WireChanges: info}, Patch},
		{"a symbol is new", ClientReport{GoChanges: []*GoChange{{Kind: GoAdded, Compatible: true}}}, Minor},
		{"a symbol is deprecated", ClientReport{GoChanges: []*GoChange{{Kind: GoDeprecated, Compatible: true}}}, Minor},
		{"a new client", ClientReport{Added: true}, Minor},
		{"Go breaks", ClientReport{Go: Breaking}, Major},
		{"the wire breaks", ClientReport{Wire: Breaking, Go: Compatible}, Major},
		{"the wire is unknown", ClientReport{Wire: Unknown, Go: Compatible}, UnknownBump},
		{"the wire is unknown and Go breaks", ClientReport{Wire: Unknown, Go: Breaking}, Major},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &Report{Clients: []*ClientReport{&tt.client}}
			r.settle()
			if r.Bump != tt.want {
				t.Errorf("bump %s, want %s", r.Bump, tt.want)
			}
		})
	}
}

// TestMeasure counts lines and files, and tells which differ.
func TestMeasure(t *testing.T) {
	old := &Side{Files: map[string][]byte{"a.go": []byte("1\n2\n"), "b.go": []byte("1\n"), "c.go": []byte("1\n")}}
	new := &Side{Files: map[string][]byte{"a.go": []byte("1\n2\n"), "b.go": []byte("2\n3\n"), "d.go": []byte("1\n2\n3\n")}}
	got := strings.Join(measure(old, new).lines(), "; ")
	if want := "3 files, 7 lines (+3); A d.go; M b.go; D c.go"; got != want {
		t.Errorf("%s; want %s", got, want)
	}
}

// barelink is what GitHub makes a link of outside of code.
var barelink = regexp.MustCompile(`(?i)://|www\.|#\d|gh-\d`)

// TestMarkdownHostile: what a document says is text in a comment, never markup,
// a mention, a link or the end of a table's cell.
func TestMarkdownHostile(t *testing.T) {
	hostile := "x|y\n<img src=x onerror=1> @team [a](http://b) `c` `<!-- d --> see HTTPS://evil.example/x www.evil.example org/repo#1 GH-1 ann@evil.example (ftp://evil.example)"
	r := &Report{Clients: []*ClientReport{{
		Spec: "api.yaml", Package: "crm",
		WireChanges: []*WireChange{{Severity: SeverityBreaking, Rule: "rule", Text: hostile, Operations: []string{"GET /" + hostile}}},
		GoChanges:   []*GoChange{{Kind: GoChanged, Symbol: "Contact", Text: hostile, At: Place{File: hostile}}},
		Resources:   []*ResourceChange{{Resource: hostile, Text: hostile}},
	}}}
	r.settle()
	text := strings.TrimPrefix(r.Markdown(), Marker)
	for line := range strings.Lines(text) {
		bare := ""
		for i, part := range strings.Split(strings.ReplaceAll(line, "<br>", ""), "`") {
			if i%2 == 0 {
				bare += part
			}
		}
		if strings.Count(line, "`")%2 != 0 || strings.ContainsAny(bare, "<@") || barelink.MatchString(bare) || strings.Contains(strings.ReplaceAll(bare, `\]`, ""), "](") {
			t.Errorf("markup in %q", line)
		}
		if cells := strings.Count(line, "|") - strings.Count(line, `\|`); cells != 0 && cells != 5 && cells != 6 {
			t.Errorf("%d cell borders in %q", cells, line)
		}
	}
}

// TestMarkdownFits: a report of any length fits into a comment, says so where it
// was cut, and folds long tables.
func TestMarkdownFits(t *testing.T) {
	for _, n := range []int{1, shownRows + 1, 5000} {
		client := &ClientReport{Spec: "api.yaml"}
		for i := range n {
			client.GoChanges = append(client.GoChanges, &GoChange{Kind: GoRemoved, Symbol: fmt.Sprint("Contact", i), Text: "removed"})
		}
		r := &Report{Clients: []*ClientReport{client}}
		r.settle()
		text := r.Markdown()
		if len(text) > 65536 || !strings.HasPrefix(text, Marker+"\n") {
			t.Errorf("%d changes: %d bytes, starting with %.30q", n, len(text), text)
		}
		if cut := strings.Contains(text, "longer than a comment can be"); cut != (n == 5000) {
			t.Errorf("%d changes: cut is %v", n, cut)
		}
		if folded := strings.Contains(text, "<details>"); folded != (n > shownRows) {
			t.Errorf("%d changes: folded is %v", n, folded)
		}
	}
}
