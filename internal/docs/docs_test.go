package docs_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/docwright/docwright/internal/docs"
	"github.com/docwright/docwright/internal/emit"
	"github.com/docwright/docwright/internal/exchange"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

var update = flag.Bool("update", false, "rewrite the wanted outlines in testdata")

// describe makes a client of a document and of the exchanges in a directory,
// which may be "".
func describe(t testing.TB, spec, exchanges string, opts model.Options) docs.Client {
	t.Helper()
	doc, diags := load.File(spec, load.Options{})
	if doc == nil || load.Errors(diags) {
		t.Fatal(diags)
	}
	api, diags := model.Build(doc, opts)
	if load.Errors(diags) {
		t.Fatal(diags)
	}
	spelling, err := emit.Spell(api, emit.Options{Runtime: "example.com/runtime", Import: "example.com/" + opts.Package})
	if err != nil {
		t.Fatal(err)
	}
	c := docs.Client{API: api, Go: spelling}
	if exchanges != "" {
		if c.Exchanges, err = exchange.Read(exchanges); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func pagesOf(t testing.TB, clients ...docs.Client) map[string][]byte {
	t.Helper()
	pages, err := docs.Pages(clients)
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// curated describes the repository's own clients.
func curated(t testing.TB) []docs.Client {
	t.Helper()
	var clients []docs.Client
	for _, name := range []string{"ctrlhub", "clarus"} {
		dir := filepath.Join("../../spec", name)
		c := describe(t, filepath.Join(dir, "openapi.yaml"), filepath.Join(dir, "exchanges"), model.Options{
			Package: name, Formats: map[string]string{"rql": "example.com/runtime/jsonapi.Filter"},
		})
		c.Dir = name
		clients = append(clients, c)
	}
	return clients
}

// TestOutlines holds the pages of small documents, without their looks. An
// archive has spec.yaml, exchanges if there are any, and the wanted outlines.
func TestOutlines(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal(err, "no archives")
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { checkOutlines(t, name) })
	}
}

func checkOutlines(t *testing.T, name string) {
	ar, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	exchanges := ""
	var inputs []txtar.File
	var want strings.Builder
	for _, f := range ar.Files {
		switch {
		case strings.HasPrefix(f.Name, "exchanges/"):
			exchanges = filepath.Join(dir, "exchanges")
		case f.Name != "spec.yaml":
			fmt.Fprintf(&want, "-- %s --\n%s", f.Name, f.Data)
			continue
		}
		inputs = append(inputs, f)
		data := f.Data
		if exchanges != "" { // an archive in an archive: its separators are indented
			data = []byte(strings.ReplaceAll(string(data), "\n -- ", "\n-- "))
		}
		file := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	pages := pagesOf(t, describe(t, filepath.Join(dir, "spec.yaml"), exchanges, model.Options{Package: "pets"}))
	var got []txtar.File
	for _, page := range slices.Sorted(maps.Keys(pages)) {
		switch path.Ext(page) {
		case ".html":
			got = append(got, txtar.File{Name: page, Data: []byte(outline(t, pages[page]))})
		case ".js":
			if page != "search.js" {
				got = append(got, txtar.File{Name: page, Data: pages[page]})
			}
		}
	}
	if *update {
		ar.Files = append(inputs, got...)
		if err := os.WriteFile(name, txtar.Format(ar), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if text := string(txtar.Format(&txtar.Archive{Files: got})); text != want.String() {
		t.Errorf("the outlines differ; if that is intended, run go test ./internal/docs -update\ngot:\n%s\nwant:\n%s", text, want.String())
	}
}

// element is an element with its attributes.
type element struct {
	name  string
	attrs map[string]string
}

// walk calls open for each element of a page and text for what is written
// between. Elements that are not closed in order fail the test.
func walk(t testing.TB, page []byte, open func(element), text func(string), shut func(name string)) {
	t.Helper()
	dec := xml.NewDecoder(bytes.NewReader(page))
	dec.Strict = false // for attributes without a value
	dec.AutoClose = xml.HTMLAutoClose
	dec.Entity = xml.HTMLEntity
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v near %s", err, page[max(0, dec.InputOffset()-80):dec.InputOffset()])
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{token.Name.Local, map[string]string{}}
			for _, a := range token.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			open(e)
		case xml.CharData:
			text(string(token))
		case xml.EndElement:
			shut(token.Name.Local)
		}
	}
}

// outline is a page as text: a line per heading, paragraph, item, row or line
// of code, with links as in Markdown.
func outline(t testing.TB, page []byte) string {
	t.Helper()
	var b, line strings.Builder
	prefix, pre := "", false
	flush := func() {
		words := strings.Join(strings.Fields(line.String()), " ")
		if words != "" && words != "|" {
			b.WriteString(prefix + words + "\n")
		}
		line.Reset()
	}
	var hrefs []string
	blocks := map[string]string{
		"title": "title: ", "h1": "# ", "h2": "## ", "h3": "### ", "p": "", "li": "- ", "tr": "| ", "pre": "    ", "dt": "", "dd": "", "summary": "> ",
		"ul": "", "div": "", "nav": "", "table": "", "details": "", "section": "",
	}
	open := func(e element) {
		if p, block := blocks[e.name]; block && !(e.name == "p" && prefix == "| ") {
			flush()
			prefix = p
		}
		switch e.name {
		case "pre":
			pre = true
		case "a":
			hrefs = append(hrefs, e.attrs["href"])
			line.WriteString("[")
		}
	}
	text := func(s string) {
		for i, part := range strings.SplitAfter(s, "\n") {
			if pre && i > 0 {
				b.WriteString(strings.TrimRight("    "+line.String(), "\n") + "\n")
				line.Reset()
			}
			line.WriteString(part)
		}
	}
	shut := func(name string) {
		switch name {
		case "a":
			line.WriteString("](" + hrefs[len(hrefs)-1] + ")")
			hrefs = hrefs[:len(hrefs)-1]
		case "td", "th":
			line.WriteString(" | ")
		case "pre":
			b.WriteString("    " + line.String() + "\n")
			line.Reset()
			pre, prefix = false, ""
		}
		if _, block := blocks[name]; block && !(name == "p" && prefix == "| ") {
			flush()
			prefix = ""
		}
	}
	walk(t, page, open, text, shut)
	flush()
	return b.String()
}

// TestLinks holds all pages of both clients together: each link leads to a page
// and to an element of it, no id stands twice, each operation and each type is
// where it should be.
func TestLinks(t *testing.T) {
	clients := curated(t)
	pages := pagesOf(t, clients...)
	ids, outside := checkLinks(t, pages)
	if outside == 0 {
		t.Error("no page links to the documentation")
	}
	for _, c := range clients {
		checkPresent(t, c, pages, ids)
	}
}

// TestHowToCall holds the first page of a client whose import path is known. That
// the program compiles is held where it is spelled, in emit.
func TestHowToCall(t *testing.T) {
	c := describe(t, "../../spec/clarus/openapi.yaml", "", model.Options{Package: "clarus"})
	c.Import = "example.com/wms/clarus"
	program := "    " + strings.ReplaceAll(c.Go.FirstCall(c.Import), "\n", "\n    ") + "\n"
	if !strings.Contains(program, "    import (\n") || !strings.Contains(program, `"example.com/wms/clarus"`) || !strings.Contains(program, "clarus.New(") {
		t.Errorf("the program is\n%s", program)
	}
	want := "## How to call\n    go get example.com/wms/clarus\n" + program + "## "
	if page := outline(t, pagesOf(t, c)["index.html"]); !strings.Contains(page, want) {
		t.Errorf("the page has not\n%s\nbut is\n%s", want, page)
	}
}

// TestSplit does the same with a client whose services have packages.
func TestSplit(t *testing.T) {
	c := describe(t, "../../spec/ctrlhub/openapi.yaml", "../../spec/ctrlhub/exchanges", model.Options{
		Package: "ctrlhub", Split: true, Formats: map[string]string{"rql": "example.com/runtime/jsonapi.Filter"},
	})
	pages := pagesOf(t, c)
	checkLinks(t, pages)
	if page := outline(t, pages["services/contacts.html"]); !strings.Contains(page, "contacts.New(client).Update(ctx, orgID, contactID, ctrlhub.[ContactUpdate](../types/contact.html#ContactUpdate){") {
		t.Errorf("the call of a service with a package of its own:\n%s", page)
	}
}

// checkLinks returns the ids of each page, and how many links lead elsewhere.
func checkLinks(t *testing.T, pages map[string][]byte) (ids map[string]map[string]bool, outside int) {
	t.Helper()
	ids = map[string]map[string]bool{}
	links := map[string][]string{}
	for name, page := range pages {
		if path.Ext(name) != ".html" {
			continue
		}
		ids[name] = map[string]bool{}
		walk(t, page, func(e element) {
			if id := e.attrs["id"]; id != "" {
				if ids[name][id] {
					t.Errorf("%s: the id %s stands twice", name, id)
				}
				ids[name][id] = true
			}
			for _, attr := range []string{"href", "src"} {
				if target, ok := e.attrs[attr]; ok {
					links[name] = append(links[name], target)
				}
			}
		}, func(string) {}, func(string) {})
	}
	for name, targets := range links {
		for _, target := range targets {
			u, err := url.Parse(target)
			switch {
			case err != nil:
				t.Errorf("%s: %v", name, err)
			case u.Scheme == "https" || u.Scheme == "http":
				outside++
			case u.Scheme != "" || u.Host != "":
				t.Errorf("%s links to %s", name, target)
			default:
				to := name
				if u.Path != "" {
					to = path.Join(path.Dir(name), u.Path)
				}
				if pages[to] == nil || u.Fragment != "" && !ids[to][u.Fragment] {
					t.Errorf("%s links to %s, which is not there", name, target)
				}
			}
		}
	}
	return ids, outside
}

// checkPresent looks for the operations and types of a client.
func checkPresent(t *testing.T, c docs.Client, pages map[string][]byte, ids map[string]map[string]bool) {
	operations := 0
	for _, s := range c.API.Services {
		name := path.Join(c.Dir, "services", strings.TrimSuffix(c.Go.ServiceFile(s), "_service.go")+".html")
		text := outline(t, pages[name])
		for _, op := range s.Operations {
			operations++
			if !ids[name][op.GoName] {
				t.Errorf("%s: %s is not there", name, op.GoName)
			}
			if !strings.Contains(text, "## ["+op.GoName+"](#"+op.GoName+")\n"+op.Method+" "+op.Path+"\n") {
				t.Errorf("%s: %s %s is not there", name, op.Method, op.Path)
			}
		}
	}
	if operations != c.API.Report.Operations || operations == 0 {
		t.Errorf("%s: services have %d operations, the client %d", c.Dir, operations, c.API.Report.Operations)
	}
	for _, d := range c.API.Decls {
		if name := path.Join(c.Dir, "types", strings.TrimSuffix(c.Go.TypeFile(d), ".go")+".html"); !ids[name][d.GoName] {
			t.Errorf("%s: %s is not there", name, d.GoName)
		}
	}
}

// TestDeterminism makes the pages of both clients twice.
func TestDeterminism(t *testing.T) {
	first, second := pagesOf(t, curated(t)...), pagesOf(t, curated(t)...)
	if len(first) != len(second) {
		t.Errorf("%d pages, then %d", len(first), len(second))
	}
	for name := range first {
		if !bytes.Equal(first[name], second[name]) {
			t.Errorf("%s comes out otherwise the second time", name)
		}
		if !docs.Written(name, first[name]) {
			t.Errorf("%s does not count as written", name)
		}
	}
}

// elements are all that a page may consist of.
var elements = strings.Fields(`html head meta title link script body a header nav ol ul li div main h1 h2 h3 p span code pre table thead
	tbody tr th td section details summary dl dt dd strong em br hr blockquote`)

// attributes are all that an element may have.
var attributes = strings.Fields(`lang charset name content rel href src defer class aria-label aria-current id data-home data-verb hidden tabindex scope start`)

// TestHostile puts markup wherever a document holds text: none of it becomes
// part of a page.
func TestHostile(t *testing.T) {
	c := describe(t, "testdata/hostile/spec.yaml", "testdata/hostile/exchanges", model.Options{Package: "pets"})
	pages := pagesOf(t, c)
	mentioned := 0
	for name, page := range pages {
		if bytes.ContainsAny(page, "\u202e\u2066\x07") {
			t.Errorf("%s holds characters that cannot be seen", name)
		}
		if path.Ext(name) == ".js" && bytes.Contains(page, []byte("</script")) {
			t.Errorf("%s could end a script", name)
		}
		if path.Ext(name) != ".html" {
			continue
		}
		mentioned += strings.Count(string(page), "alert")
		walk(t, page, func(e element) {
			if !slices.Contains(elements, e.name) {
				t.Errorf("%s has an element %s", name, e.name)
			}
			for attr, value := range e.attrs {
				if !slices.Contains(attributes, attr) {
					t.Errorf("%s: %s has an attribute %s", name, e.name, attr)
				}
				if attr == "href" || attr == "src" {
					if u, err := url.Parse(value); err != nil || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
						t.Errorf("%s links to %s", name, value)
					}
				}
			}
			if e.name == "script" && path.Base(e.attrs["src"]) != "search.js" {
				t.Errorf("%s has a script %v", name, e.attrs)
			}
		}, func(string) {}, func(string) {})
	}
	if mentioned < 10 {
		t.Errorf("the hostile text is on the pages only %d times: it is lost, or was never there", mentioned)
	}
}
