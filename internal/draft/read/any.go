package read

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/docwright/docwright/internal/draft/redact"
)

// Input is a page, capture or command.
type Input struct {
	Name string // as shown in messages
	Data []byte
	As   string // the form, "" to find it from the content
	Host string // of a capture with several
	Dir  string // where files that the page names are, "" if they may not be read

	Redact *redact.Values // what was redacted in this run
}

// Result is what an input shows.
type Result struct {
	Form  string
	Calls []*Call
	Notes []string // what was left out, and better ways to draft
}

// Forms are the values of --as.
var Forms = []string{"openapi", "har", "postman", "exchange", "html", "markdown", "text", "curl"}

// NotFound is the error of an input without a call.
type NotFound struct {
	Name  string
	Form  string
	Tried []string
	Near  []string // the nearest things found, each with its line
}

// Error says what was looked for, and as what the input was read.
func (e *NotFound) Error() string {
	return fmt.Sprintf("%s: no call found. Looked for a method with a path (heading, code, breadcrumb or element), a curl command, a request of a capture, and an OpenAPI operation; read as %s", e.Name, e.Form)
}

// Any reads an input. Its form is found from the content, never from the name.
func Any(in Input) (*Result, error) {
	if len(in.Data) > maxJSON {
		return nil, fmt.Errorf("%s: larger than %d MB; draft from a part of it", in.Name, maxJSON>>20)
	}
	src := strings.TrimPrefix(string(in.Data), "\ufeff")
	if !utf8.ValidString(src) {
		src = strings.ToValidUTF8(src, "\ufffd")
	}
	if strings.IndexByte(src, 0) >= 0 {
		return nil, fmt.Errorf("%s: not text", in.Name)
	}
	if in.Redact == nil {
		in.Redact = redact.New(false)
	}
	r := &Result{}
	if err := r.read(in, src); err != nil {
		return nil, err
	}
	redactCalls(in.Redact, r.Calls)
	r.Calls = join(r.Calls)
	if len(r.Calls) == 0 {
		near := nearest(src)
		redactAll(in.Redact, near)
		return r, &NotFound{Name: in.Name, Form: r.Form, Tried: Forms, Near: near}
	}
	return r, nil
}

func (r *Result) read(in Input, src string) error {
	as := in.As
	is := func(form string) bool { return as == form || as == "" }
	trimmed := strings.TrimSpace(src)
	if is("openapi") {
		calls, err := embeddedFences(in.Name, src)
		if err != nil {
			return fmt.Errorf("%s: %w", in.Name, err)
		}
		if len(calls) == 0 && documentStart.MatchString(head(trimmed)) {
			if root, err := yamlMapping([]byte(trimmed)); err == nil {
				blockStyleIfJSON(root, trimmed)
				calls = documentCalls(in.Name, root, 1)
			}
		}
		if len(calls) == 0 && strings.HasPrefix(trimmed, "<") {
			calls = inlineDocument(in.Name, src)
		}
		if len(calls) > 0 {
			r.Form, r.Calls = "embedded OpenAPI", calls
			return nil
		}
	}
	if strings.HasPrefix(trimmed, "{") && (is("har") || is("postman")) {
		if root, n, err := ParseJSON(trimmed, 1); err == nil && n == len(trimmed) {
			if done, err := r.capture(in, root); done || err != nil {
				return err
			}
		} else if as == "har" || as == "postman" {
			return fmt.Errorf("%s: not valid JSON", in.Name)
		}
	}
	if is("exchange") && strings.Contains(src, "-- request --\n") {
		r.Form = "exchange"
		calls, err := readExchange(in.Name, src)
		r.Calls = calls
		return err
	}
	r.page(in, src, trimmed)
	return nil
}

var documentStart = regexp.MustCompile(`(?m)^["']?openapi["']?\s*:|^\{\s*"openapi"\s*:`)

func head(s string) string { return s[:min(len(s), 4000)] }

func blockStyleIfJSON(n *yaml.Node, src string) {
	if strings.HasPrefix(src, "{") {
		blockStyle(n, 0)
	}
}

// capture reads HAR and Postman.
func (r *Result) capture(in Input, root *Value) (bool, error) {
	switch {
	case root.Get("log").Get("entries") != nil && in.As != "postman":
		r.Form = "HAR"
		calls, skipped, hosts, err := readHAR(in.Name, root, in.Host)
		if err != nil {
			return true, fmt.Errorf("%s: %w", in.Name, err)
		}
		if len(hosts) > 1 && in.Host == "" {
			return true, fmt.Errorf("%s: the HAR has calls to %s; choose one with --host", in.Name, strings.Join(hosts, ", "))
		}
		if len(calls) == 0 && in.Host != "" && len(hosts) > 0 {
			return true, fmt.Errorf("%s: no call to %s; the HAR has calls to %s", in.Name, in.Host, strings.Join(hosts, ", "))
		}
		if skipped > 0 {
			r.Notes = append(r.Notes, fmt.Sprintf("%s: left out %d entries: preflights, redirects, static files or other hosts", in.Name, skipped))
		}
		r.Calls = calls
		return true, nil
	case root.Get("item") != nil && root.Get("info") != nil && in.As != "har":
		r.Form = "Postman"
		r.Calls = readPostman(in.Name, root)
		return true, nil
	}
	return false, nil
}

var (
	htmlStart     = regexp.MustCompile(`(?i)^\s*(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body|main|article|section|div|h[1-6]|table|p)\b`)
	htmlWhole     = regexp.MustCompile(`(?i)<(?:!doctype html|html|head|body)\b`)
	markdownFence = regexp.MustCompile("(?m)^ {0,3}#{1,6} \\S|^(?:```|~~~)") // pages in Markdown may begin with an element
	markdownSign  = regexp.MustCompile("(?m)^ {0,3}#{1,6} \\S|^\\s*(?:```|~~~)|^\\|.*\\|\\s*$|^\\[block:|^<(?:Route|ParamField|ResponseField|RequestExample|ResponseExample|Tabs|CodeGroup)\\b|^\\{% ")
)

// page reads HTML, Markdown, the text of a page, or a bare command.
func (r *Result) page(in Input, src, trimmed string) {
	switch as := in.As; {
	case as == "html" || as == "" && htmlStart.MatchString(head(src)) && !(markdownFence.MatchString(src) && !htmlWhole.MatchString(head(src))):
		r.Form = "HTML"
		r.Calls = readPage(in.Name, r.Form, htmlFront(src), htmlBlocks(src, 1))
	case as == "markdown" || as == "" && (markdownSign.MatchString(src) || strings.HasPrefix(trimmed, "---\n")):
		r.Form = "Markdown"
		m, blocks := markdownBlocks(src, 1)
		if calls := frontOperation(in.Name, m.front); len(calls) > 0 {
			r.Form, r.Calls = "embedded OpenAPI", calls
			return
		}
		if calls := gitbook(in, blocks); len(calls) > 0 {
			r.Form, r.Calls = "embedded OpenAPI", calls
			return
		}
		r.Calls = readPage(in.Name, r.Form, m.front, blocks)
	default:
		r.Form = "page text"
		if curlStart(firstLine(trimmed)) >= 0 {
			r.Form = "curl"
		}
		calls, banner := readText(in.Name, src)
		for _, c := range calls {
			c.Form = r.Form
		}
		r.Calls = calls
		if banner {
			r.Notes = append(r.Notes, in.Name+": this host serves the exact OpenAPI operation. Save the page as Markdown (add .md to its address) and draft from that file")
		}
	}
}

var htmlTitle = regexp.MustCompile(`(?is)<title[^>]*>([^<]*)</title>`)

func htmlFront(src string) map[string]string {
	front := map[string]string{}
	if g := htmlTitle.FindStringSubmatch(head(src)); g != nil && !callPattern.MatchString(strings.TrimSpace(g[1])) {
		title, _, _ := strings.Cut(entities.Replace(strings.TrimSpace(g[1])), " | ")
		front["title"] = title
	}
	return front
}

// gitbook reads {% swagger src="…" path="…" method="…" %} from the named file.
func gitbook(in Input, blocks []block) []*Call {
	var calls []*Call
	for _, b := range blocks {
		src := b.attrs["src"]
		if b.kind != element || b.ends || src == "" || in.Dir == "" || b.tag != "swagger" && b.tag != "openapi" {
			continue
		}
		if strings.Contains(src, "://") || !filepath.IsLocal(src) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(in.Dir, src))
		if err != nil {
			continue
		}
		root, err := yamlMapping(data)
		if err != nil {
			continue
		}
		for _, c := range documentCalls(in.Name, root, b.line) {
			if strings.EqualFold(c.Method, b.attrs["method"]) && c.Path == b.attrs["path"] {
				calls = append(calls, c)
			}
		}
	}
	return calls
}

// Join merges observations of the same call that several inputs show.
func Join(calls []*Call) []*Call { return join(calls) }

// join merges observations of the same call.
func join(calls []*Call) []*Call {
	var out []*Call
	for _, c := range calls {
		merged := false
		for _, have := range out {
			if have.Method == c.Method && have.Path == c.Path && sameOperation(have, c) {
				have.merge(c)
				merged = true
				break
			}
		}
		if !merged {
			out = append(out, c)
		}
	}
	return out
}

// sameOperation tells calls of one GraphQL path apart by their queries.
func sameOperation(a, b *Call) bool {
	x, y := a.GraphQL(), b.GraphQL()
	return x == "" || y == "" || x == y
}

// GraphQL returns the query that the call sends, "" if it sends none.
func (c *Call) GraphQL() string {
	if c.Method != "POST" || !strings.Contains(strings.ToLower(c.Path), "graphql") {
		return ""
	}
	for _, b := range c.Requests {
		for _, s := range b.Samples {
			if q := s.Value.Get("query"); q != nil && q.Kind == String {
				return q.Text
			}
		}
	}
	return ""
}

var (
	nearMethod = regexp.MustCompile(`(?i)\b(?:get|post|put|patch|delete)\b.{0,40}`)
	nearPath   = regexp.MustCompile("(?:^|[\\s`'\"(])(/[a-z][\\w/{}.-]{3,60}|https?://[^\\s`'\")]{5,100})")
)

// nearest lists at most three things that come nearest to a call.
func nearest(src string) []string {
	var near []string
	for i, line := range strings.Split(src, "\n") {
		if len(near) >= 3 || i > 20000 {
			break
		}
		found := ""
		if g := nearPath.FindStringSubmatch(line); g != nil {
			found = g[1]
		} else if strings.Contains(line, "curl") {
			found = strings.TrimSpace(line)
		} else if m := nearMethod.FindString(line); m != "" && strings.ToUpper(m[:3]) == m[:3] {
			found = strings.TrimSpace(m)
		}
		if found != "" {
			near = append(near, fmt.Sprintf("line %d: %s", i+1, clip(found, 80)))
		}
	}
	return near
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
