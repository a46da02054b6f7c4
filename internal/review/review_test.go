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
	text := strings.TrimPrefix(r.Markdown(""), Marker)
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

// TestMarkdownFits: a report of any length fits into a comment. No section of it
// vanishes, whatever was opened is closed, and it says what was left out.
func TestMarkdownFits(t *testing.T) {
	for _, n := range []int{1, shownRows + 1, 5000} {
		client := &ClientReport{Spec: "api.yaml"}
		for i := range n {
			name := fmt.Sprint("Contact", i)
			client.GoChanges = append(client.GoChanges, &GoChange{Kind: GoRemoved, Symbol: name, Text: "removed"})
			client.WireChanges = append(client.WireChanges, &WireChange{Severity: SeverityWarning, Rule: fmt.Sprint("rule-", i), Text: name + " is gone"})
		}
		client.Resources = []*ResourceChange{{Resource: "contacts", Text: "the resource is gone"}}
		r := &Report{Clients: []*ClientReport{client}, NotCompared: []string{"callers: none"}}
		for i := range n {
			r.Callers = append(r.Callers, &Caller{Kind: CallerBreaks, At: Place{File: "main.go", Line: i}, Text: fmt.Sprint("undefined: Contact", i)})
		}
		r.settle()
		text := r.Markdown("")
		if len(text) > maxMarkdown || !strings.HasPrefix(text, Marker+"\n") {
			t.Errorf("%d changes: %d bytes, starting with %.30q", n, len(text), text)
		}
		for _, part := range []string{"**Callers in this module**", "**In Go**", "**On the wire**", "**JSON:API**", "**Not compared**", "Contact0", "rule-0"} {
			if !strings.Contains(text, part) {
				t.Errorf("%d changes: %s is missing", n, part)
			}
		}
		if cut := strings.Contains(text, "`gen diff` prints all"); cut != (n == 5000) {
			t.Errorf("%d changes: cut is %v", n, cut)
		}
		if open := strings.Count(text, "<details>"); (open > 0) != (n > shownRows) || open != strings.Count(text, "</details>") {
			t.Errorf("%d changes: %d folded tables, %d ends", n, open, strings.Count(text, "</details>"))
		}
	}
}

// TestMarkdownLinks: places of this tree are links if it is known where files can
// be seen, places of the older version are not.
func TestMarkdownLinks(t *testing.T) {
	r := &Report{Clients: []*ClientReport{{Spec: "api.yaml", GoChanges: []*GoChange{
		{Kind: GoChanged, Symbol: "A", Text: "changed", At: Place{File: "spec/my api.yaml", Line: 3, Col: 5}},
		{Kind: GoRemoved, Symbol: "B", Text: "removed", At: Place{File: "spec/api.yaml", Line: 7, Old: true}},
	}}}}
	text := r.Markdown("https://git.example.com/a/b/blob/1f/")
	for _, want := range []string{"[`spec/my api.yaml:3:5`](https://git.example.com/a/b/blob/1f/spec/my%20api.yaml#L3)", "| `was spec/api.yaml:7` |"} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %s in\n%s", want, text)
		}
	}
}

// TestRowsTogether: rows that differ in a name alone are one.
func TestRowsTogether(t *testing.T) {
	client := &ClientReport{Spec: "api.yaml"}
	add := func(kind GoKind, text string, compatible bool, symbols ...string) {
		for _, name := range symbols {
			client.GoChanges = append(client.GoChanges, &GoChange{Kind: kind, Symbol: name, Text: text, Compatible: compatible})
		}
	}
	add(GoRemoved, "removed", false, "Area.A", "Area.B", "Area.C", "Area.D", "Zone.A", "Zone.B")
	add(GoAdded, "added", true, "PetList.Meta", "ShopList.Meta", "TeamList.Meta", "Color", "ColorRed", "ColorBlue")
	client.GoChanges[len(client.GoChanges)-2].Enum, client.GoChanges[len(client.GoChanges)-1].Enum = "Color", "Color"
	for _, name := range []string{"a", "b", "c"} {
		client.WireChanges = append(client.WireChanges, &WireChange{
			Severity: SeverityWarning, Rule: "request-property-removed", Text: "removed the request property `" + name + "`", Operations: []string{"POST /areas"}, Symbols: []string{"Area." + name},
		})
	}
	for _, op := range []string{"GET /x", "GET /y", "GET /z"} {
		client.WireChanges = append(client.WireChanges, &WireChange{
			Severity: SeverityInfo, Rule: "response-optional-property-added", Text: "added the optional property `meta` to the response with the `200` status", Operations: []string{op},
		})
	}
	p := &printer{}
	p.client(client)
	want := `api.yaml: wire , Go 

  In Go
    breaking   4 members of Area: removed
               A, B, C, D
    breaking   Zone.A: removed
    breaking   Zone.B: removed

  On the wire
    warning    3 times: removed the request property ` + "`a`" + ` [request-property-removed]
               a, b, c
               POST /areas
               Go: Area.a, Area.b, Area.c

  Added in Go
    compatible Meta of 3 types: added
               PetList, ShopList, TeamList
    compatible Color: added, with 2 constants
               ColorRed, ColorBlue

  Also on the wire
    info       at 3 places: added the optional property ` + "`meta`" + ` to the response [response-optional-property-added]
               GET /x, GET /y, GET /z

  0 files, 0 lines, as before

`
	if p.String() != want {
		t.Errorf("got\n%s\nwant\n%s", p.String(), want)
	}
}
