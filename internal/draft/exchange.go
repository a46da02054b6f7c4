package draft

import (
	"fmt"
	"net/url"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/draft/infer"
	"github.com/docwright/docwright/internal/draft/read"
)

var exchangeID = regexp.MustCompile(`^[a-z][A-Za-z0-9]*\.[a-z][A-Za-z0-9]*$`)

// exchanges spells the samples of an operation as recorded calls, by file name.
// Further samples of one page become variants.
func exchanges(o *infer.Operation) map[string][]byte {
	out := map[string][]byte{}
	if o.Embedded != nil || !exchangeID.MatchString(o.ID) || hostOf(o.Server) == "" {
		return out
	}
	requests, responses := samplesOf(o.Call.Requests), successes(o.Call)
	if len(requests) == 0 && len(responses) == 0 && o.Request != nil {
		return out
	}
	for i := 0; i < max(len(requests), len(responses), 1) && i < 5; i++ {
		name := o.ID
		if v := o.Call.Variant; v != "" {
			name += "." + v
		}
		if i > 0 {
			name = fmt.Sprintf("%s.sample%d", o.ID, i+1)
			if i >= len(requests) && o.Request != nil {
				break // the response of a call that the page does not show
			}
		}
		var request *read.Value
		if i < len(requests) {
			request = requests[i]
		}
		var response *read.Value
		if i < len(responses) {
			response = responses[i]
		}
		out[name+".txtar"] = spellExchange(o, request, response, i)
	}
	return out
}

func hostOf(server string) string {
	u, err := url.Parse(server)
	if err != nil || !strings.Contains(server, "://") {
		return ""
	}
	return u.Host
}

func samplesOf(bodies []read.Body) []*read.Value {
	var out []*read.Value
	for _, b := range bodies {
		for _, s := range b.Samples {
			if !seen(out, s.Value) {
				out = append(out, s.Value)
			}
		}
	}
	return out
}

func seen(list []*read.Value, v *read.Value) bool {
	text := v.Indented()
	for _, x := range list {
		if x.Indented() == text {
			return true
		}
	}
	return false
}

func successes(c *read.Call) []*read.Value {
	var bodies []read.Body
	for _, a := range c.Answers {
		if a.Status >= 0 && a.Status < 300 {
			bodies = append(bodies, a)
		}
	}
	return samplesOf(bodies)
}

// spellExchange spells one call.
func spellExchange(o *infer.Operation, request, response *read.Value, n int) []byte {
	var b strings.Builder
	page := o.URL
	if !strings.HasPrefix(page, "http") {
		page = strings.TrimSuffix(o.Server, "/") + "/"
	}
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("%s", oneLine(page))
	line("seen: %s", oneLine(orDefault(o.Call.Seen, "full")))
	base := ""
	if u, err := url.Parse(o.Server); err == nil {
		base = strings.TrimSuffix(u.Path, "/")
	}
	line("-- request --")
	line("%s %s%s%s HTTP/1.1", strings.ToUpper(o.Method), base, target(o), query(o, n))
	line("Host: %s", hostOf(o.Server))
	for _, h := range credentialHeaders(o) {
		line("%s", h)
	}
	if o.Request != nil && len(o.Request.Content) > 0 {
		line("Content-Type: %s", o.Request.Content[0].Media)
		if request != nil {
			line("\n%s", safeBody(normalise(request, o.Request.Content[0].Schema, 0)))
		}
	}
	r := success(o)
	if r == nil {
		return []byte(b.String())
	}
	status, _ := strconv.Atoi(r.Status)
	line("-- response --")
	line("HTTP/1.1 %s %s", r.Status, statusLine(status))
	if len(r.Content) > 0 {
		line("Content-Type: %s", r.Content[0].Media)
		if response != nil {
			line("\n%s", safeBody(normalise(response, r.Content[0].Schema, 0)))
		}
	}
	return []byte(b.String())
}

func orDefault(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// safeBody spells a body so that none of its lines begins a part of the
// archive: JSON escapes line breaks, so only the indent begins lines.
func safeBody(v *read.Value) string { return v.Indented() }

func success(o *infer.Operation) *infer.Response {
	for i := range o.Responses {
		if strings.HasPrefix(o.Responses[i].Status, "2") && o.Responses[i].Ref == "" {
			return &o.Responses[i]
		}
	}
	return nil
}

func statusLine(n int) string {
	switch n {
	case 200:
		return "OK"
	case 201:
		return "Created"
	case 202:
		return "Accepted"
	case 204:
		return "No Content"
	}
	return "Status"
}

var parameter = regexp.MustCompile(`\{([^}/]*)\}`)

// target fills the path with the values of the sample.
func target(o *infer.Operation) string {
	path, _, _ := strings.Cut(o.Path, "#")
	return parameter.ReplaceAllStringFunc(path, func(s string) string {
		name := s[1 : len(s)-1]
		if v := o.Values[name]; v != "" {
			return url.PathEscape(v)
		}
		for _, p := range o.Params {
			if p.In == "path" && p.Name == name && p.Schema != nil {
				return url.PathEscape(sampleText(p.Schema))
			}
		}
		return "1"
	})
}

// sampleText is a value that fits a schema of a parameter.
func sampleText(s *infer.Schema) string {
	switch {
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Type == "integer" || s.Type == "number":
		return "1"
	case s.Type == "boolean":
		return "true"
	case s.Format == "uuid":
		return "3c90c3cc-0d44-4b50-8888-8dd25736052a"
	case s.Format == "date-time":
		return "2023-11-07T05:31:56Z"
	case s.Format == "date":
		return "2023-11-07"
	case s.Format == "email":
		return "jsmith@example.com"
	case s.Format == "uri":
		return "https://example.com"
	case s.Format == "ipv4":
		return "192.0.2.1"
	case s.Format == "ipv6":
		return "2001:db8::1"
	}
	return "value"
}

// query spells the query of the sample, and the required members that it lacks.
func query(o *infer.Operation, n int) string {
	values := url.Values{}
	for _, p := range o.Params {
		if p.In != "query" || p.Schema == nil {
			continue
		}
		for _, q := range o.Call.Query {
			if q.Name == p.Name && n == 0 && fits(p.Schema, q.Value) {
				values.Add(p.Name, q.Value)
			}
		}
		if p.Required && len(values[p.Name]) == 0 {
			s := p.Schema
			if s.Type == "array" && s.Items != nil {
				s = s.Items
			}
			values.Set(p.Name, sampleText(s))
		}
	}
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}

func fits(s *infer.Schema, v string) bool {
	switch s.Type {
	case "integer":
		_, err := strconv.ParseInt(v, 10, 64)
		return err == nil
	case "number":
		_, err := strconv.ParseFloat(v, 64)
		return err == nil
	case "boolean":
		return v == "true" || v == "false"
	case "array":
		return s.Items == nil || strings.Contains(v, ",") || len(s.Items.Enum) == 0 || contains(s.Items.Enum, v)
	}
	if len(s.Enum) > 0 {
		return contains(s.Enum, v)
	}
	return s.Format == "" || !strings.HasPrefix(v, "<")
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// credentialHeaders spells the credentials of the first alternative.
func credentialHeaders(o *infer.Operation) []string {
	var out []string
	for _, p := range o.Params {
		if p.In == "header" && p.Required && p.Schema != nil {
			out = append(out, p.Name+": "+sampleText(p.Schema))
		}
	}
	if len(o.Security) == 0 {
		return out
	}
	for _, s := range o.Security[0] {
		switch s.Kind {
		case "bearer":
			out = append(out, "Authorization: Bearer secret")
		case "basic":
			out = append(out, "Authorization: Basic c2VjcmV0OnNlY3JldA==")
		case "header":
			value := "secret"
			if l := strings.ToLower(s.Name); strings.HasSuffix(l, "subdomain") || strings.HasSuffix(l, "tenant") {
				value = "tenant"
			}
			out = append(out, s.Name+": "+value)
		case "cookie":
			out = append(out, "Cookie: "+s.Name+"=secret")
		}
	}
	sort.Strings(out)
	return out
}

// normalise replaces what a page shows in place of values by values that fit
// the schema, and drops what it leaves out.
func normalise(v *read.Value, s *infer.Schema, depth int) *read.Value {
	if v == nil || s == nil || depth > 200 {
		return v
	}
	out := *v
	switch v.Kind {
	case read.String:
		_, placeholder := read.PlaceholderType(v.Text)
		switch {
		case v.Text == "[email protected]":
			out.Text = "jsmith@example.com"
		case placeholder && (len(s.Enum) > 0 || s.Format != "" && s.Format != "binary"):
			out.Text = sampleText(s)
		case placeholder && (s.Type == "integer" || s.Type == "number"):
			out.Kind, out.Text = read.Number, "1"
		case placeholder && s.Type == "boolean":
			out.Kind, out.Text = read.Bool, "true"
		case placeholder && s.Type == "object":
			out.Kind, out.Text = read.Object, ""
		case placeholder && s.Type == "array":
			out.Kind, out.Text = read.Array, ""
		}
	case read.Object:
		out.Members = nil
		for _, m := range v.Members {
			if m.Value.Kind == read.Elided {
				continue
			}
			child := s.Prop(m.Name)
			if child == nil {
				child = s.Map
			}
			out.Members = append(out.Members, read.Member{Name: m.Name, Value: normalise(m.Value, child, depth+1)})
		}
	case read.Array:
		out.Items = nil
		for _, item := range v.Items {
			out.Items = append(out.Items, normalise(item, s.Items, depth+1))
		}
	}
	return &out
}
