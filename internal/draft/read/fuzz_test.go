package read

import (
	"os"
	"strings"
	"testing"
	"time"
)

// FuzzAny reads arbitrary text in every form. No reader panics.
func FuzzAny(f *testing.F) {
	for _, s := range []string{
		"# A\n\n`GET /a/{b}`\n\n| Name | Type |\n|---|---|\n| b | string |\n\n```json\n{\"a\": [1, ...]}\n```",
		"<h1>GET /a</h1><table><tr><th>Name</th></tr><tr><td>x</td></tr></table><pre>curl -d @- << EOF\n{}\nEOF</pre>",
		"POST\n/\na\n/\n{b}\nBody\nname\nstring\nrequired\n{\n\"a\": <string>\n}",
		"curl -X PUT $'https://x/\\u0041' -H \"A: ${B}\" --data '{\"a\":1}'{\"b\":2}",
		`{"log":{"entries":[{"request":{"method":"GET","url":"http://x/y"},"response":{"status":200}}]}}`,
		`{"info":{},"item":[{"request":{"url":{"path":["a",":b"]},"method":"POST","body":{"mode":"graphql","graphql":{"query":"{ a }"}}}}]}`,
		"---\napi: {\"method\":\"get\",\"path\":\"/x\"}\n---\n<SchemaItem name={\"a\"} schema={{\"type\":\"array\"}}><details><summary><strong>b</strong></summary></details></SchemaItem>",
		"````yaml GET /a\nopenapi: 3.0.0\npaths:\n  /a:\n    get: {responses: {}}\n````",
		"{% swagger method=\"get\" path=\"/x\" %}\n{% swagger-parameter in=\"query\" name=\"a\" type=\"string\" %}\n{% endswagger %}\n[block:parameters]\n{\"data\":{\"h-0\":\"Name\"},\"cols\":1,\"rows\":1}\n[/block]",
		"https://x\nseen: full\n-- request --\nGET /x HTTP/1.1\nHost: y\n",
	} {
		for _, as := range append([]string{""}, Forms...) {
			f.Add(s, as)
		}
	}
	f.Fuzz(func(t *testing.T, s, as string) {
		Any(Input{Name: "x", Data: []byte(s), As: as})
	})
}

// TestLinear reads inputs that grow: twice the size may not take more than
// about twice the time.
func TestLinear(t *testing.T) {
	if os.Getenv("GEN_HEAVY") == "" {
		t.Skip("measures time: make heavy runs it")
	}
	for name, unit := range map[string]string{
		"braces": "{\"a\":[", "quotes": "'\"`", "tags": "<a b={", "table": "| a | b |\n|---|---|\n", "fence": "```\n", "curl": "curl -d '\n", "list": "- `a`: b, `c`\n",
		"ticks": "`a`, ", "headings": "# GET /a\n\n", "text": "name\nstring\nrequired\n", "links": "[a](b", "angle": "<x ", "options": "Available options:\na,\n", "dots": "[...,", "contents": "| Method | URL |\n|---|---|\n| GET | /a/{b} |\n| PUT | /a/{b} |\n| POST | /a |\n\n`GET /a/1`\n\n", "method": "GET\n/\n",
	} {
		measure := func(n int) time.Duration {
			data := []byte(strings.Repeat(unit, n))
			start := time.Now()
			Any(Input{Name: "x", Data: data})
			return time.Since(start)
		}
		small, large := measure(4000), measure(32000)
		for n := 0; n < 5 && small > 5*time.Millisecond && large > 30*small; n++ { // the machine may have been busy with something else
			small, large = min(small, measure(4000)), min(large, measure(32000))
		}
		if small > 5*time.Millisecond && large > 30*small { // eight times as much
			t.Errorf("%s: %v for 4000, %v for 32000", name, small, large)
		}
	}
}
