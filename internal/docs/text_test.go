package docs

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/model"
)

func TestMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"":                              "",
		"Plain.":                        "<p>Plain.</p>",
		"One.\n\nTwo with `a<b`.":       "<p>One.</p>\n<p>Two with <code>a&lt;b</code>.</p>",
		"- a\n- b":                      "<ul>\n<li>a</li>\n<li>b</li>\n</ul>",
		"# Heading\ntext":               "<p><strong>Heading</strong></p>\n<p>text</p>",
		"[x](https://example.com/?a&b)": `<p><a href="https://example.com/?a&amp;b">x</a></p>`,
		"see https://example.com/a.":    `<p>see <a href="https://example.com/a">https://example.com/a</a>.</p>`,
		"[x](javascript:alert(1))":      "<p>x</p>",
		"[x](data:text/html,y)":         "<p>x</p>",
		"[x](//evil.example/)":          "<p>x</p>",
		"<javascript:alert(1)>":         "<p>javascript:alert(1)</p>",
		"a@example.com":                 "<p>a@example.com</p>",
		"![alt](https://e.com/x.png)":   "<p>alt</p>",
		"<script>alert(1)</script>":     "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
		"a <img src=x onerror=y> b":     "<p>a  b</p>",
		"<p>One</p><p><b>Two</b></p>":   "<p>One</p>\n<p><strong>Two</strong></p>",
		`<a href="https://e.com">x</a>`: `<p><a href="https://e.com">x</a></p>`,
		"```js\"x\n<b>\n```":            "<pre><code>&lt;b&gt;\n</code></pre>",
		"|a|b|\n|:-|-|\n|1|2|":          "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>",
	} {
		if got := string(newMarkdown().render(in)); got != want {
			t.Errorf("%q:\n%s\nwant:\n%s", in, got, want)
		}
	}
}

// markdownElements are all that a description may become, with the attributes
// that they may have.
var markdownElements = map[string][]string{
	"p": nil, "ul": nil, "ol": {"start"}, "li": nil, "blockquote": nil, "pre": nil, "code": nil, "em": nil, "strong": nil, "br": nil, "hr": nil,
	"table": nil, "thead": nil, "tbody": nil, "tr": nil, "th": nil, "td": nil, "a": {"href"},
}

func FuzzMarkdown(f *testing.F) {
	for _, seed := range []string{"# a\n*b* [c](http://d) `e`", "<a href=\"x\">y</a>", "1. a\n\n   b\n", "<svg onload=x>", "[a]: javascript:x\n[a]", "&lt;script&gt;", "<b\n>", "*<B>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		checkElements(t, string(newMarkdown().render(text)))
	})
}

// checkElements holds a piece of HTML against markdownElements.
func checkElements(t *testing.T, page string) {
	t.Helper()
	// The decoder closes a void element, such as hr, when something follows it.
	dec := xml.NewDecoder(strings.NewReader(string(visible([]byte(page))) + "\n"))
	dec.Strict = false
	dec.AutoClose = xml.HTMLAutoClose
	dec.Entity = xml.HTMLEntity
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in %q", err, page)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		attrs, known := markdownElements[start.Name.Local]
		if !known {
			t.Fatalf("element %s in %q", start.Name.Local, page)
		}
		for _, a := range start.Attr {
			if !slices.Contains(attrs, a.Name.Local) {
				t.Fatalf("attribute %s in %q", a.Name.Local, page)
			}
			if a.Name.Local == "href" && !strings.HasPrefix(a.Value, "http://") && !strings.HasPrefix(a.Value, "https://") {
				t.Fatalf("link to %q in %q", a.Value, page)
			}
		}
	}
}

// textOf is what a reader sees of highlighted code.
func textOf(t *testing.T, page string) string {
	t.Helper()
	var b strings.Builder
	dec := xml.NewDecoder(strings.NewReader(page))
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatalf("%v in %q", err, page)
		}
		if text, ok := token.(xml.CharData); ok {
			b.Write(text)
		}
	}
}

func FuzzCode(f *testing.F) {
	for _, seed := range []string{`{"a": [1, "b\"", null]}`, "x := Pet{Name: \"…\"} // c\n", "`<a>`", `"open`, "/* a", "'", "a;b\n"} {
		f.Add(seed)
	}
	c := &client{decls: map[string]*model.Decl{}, pages: map[*model.Decl]string{}}
	pet := &model.Decl{GoName: "Pet"}
	c.API = &model.API{Package: "pets"}
	c.decls[".Pet"], c.pages[pet] = pet, "types/pet.html"
	f.Fuzz(func(t *testing.T, src string) {
		src = strings.ReplaceAll(strings.ToValidUTF8(string(visible([]byte(src))), ""), "\r", "")
		if got := textOf(t, string(c.goCode(place{"../", ""}, src))); got != src {
			t.Errorf("Go: %q reads %q", src, got)
		}
		var w codeWriter
		jsonCode(&w, src)
		if got := textOf(t, string(w.html())); got != src {
			t.Errorf("JSON: %q reads %q", src, got)
		}
	})
}

func TestHighlighting(t *testing.T) {
	pet := &model.Decl{GoName: "Pet"}
	c := &client{decls: map[string]*model.Decl{".Pet": pet}, pages: map[*model.Decl]string{pet: "types/pet.html"}}
	c.API = &model.API{Package: "pets"}
	const link = `<a href="../types/pet.html#Pet">Pet</a>`
	for in, want := range map[string]string{
		"func (s *S) Pet(p Pet) []Pet": `<span class="k">func</span> (s *S) Pet(p ` + link + `) []` + link,
		"pets.Pet{Pet: api.Pet(1)}":    `pets.` + link + `{Pet: api.Pet(<span class="n">1</span>)}`,
		`x = "<b>" // y`:               `x = <span class="s">&#34;&lt;b&gt;&#34;</span> <span class="c">// y</span>`,
	} {
		if got := string(c.goCode(place{"../", ""}, in)); got != want {
			t.Errorf("%s:\n%s\nwant:\n%s", in, got, want)
		}
	}
	var w codeWriter
	jsonCode(&w, `{"a": "b", "c": -1.5e3, "d": null}`)
	const want = `{<span class="k">&#34;a&#34;</span>: <span class="s">&#34;b&#34;</span>, <span class="k">&#34;c&#34;</span>: <span class="n">-1.5e3</span>, ` +
		`<span class="k">&#34;d&#34;</span>: <span class="n">null</span>}`
	if got := string(w.html()); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
