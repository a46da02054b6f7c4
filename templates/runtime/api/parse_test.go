package api

import (
	"maps"
	"mime"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzQuery holds that net/url reads from a query what was put into it: no value
// becomes two, or part of another.
func FuzzQuery(f *testing.F) {
	for _, s := range []string{"", "a", "a&b=c", "a=b", "a;b", "#", "%26", "+", " ", "a,b", "|", "\x00", "\r\nHost: x", "é", "\xff", "?", "[x]", "x][y"} {
		f.Add(s, "b")
		f.Add("x", s)
	}
	type params struct {
		A    string            `query:"a"`
		B    string            `query:"filter[a b]"`
		Keep string            `query:"keep,reserved"`
		List []string          `query:"list"`
		CSV  []string          `query:"csv,csv"`
		Deep map[string]string `query:"deep,deep"`
	}
	program, err := paramsOf(reflect.TypeFor[params]())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		in := params{a, b, a, []string{a, b}, []string{a, b}, map[string]string{a: b}}
		query, err := program.appendQuery(nil, reflect.ValueOf(in))
		if err != nil {
			t.Fatalf("%q, %q: %v", a, b, err)
		}
		got, err := url.ParseQuery(string(query))
		if err != nil {
			t.Fatalf("%q, %q made %s: %v", a, b, query, err)
		}
		want := url.Values{"a": {a}, "filter[a b]": {b}, "keep": {a}, "list": {a, b}, "csv": {a + "," + b}, "deep[" + a + "]": {b}}
		if !maps.EqualFunc(want, got, slices.Equal) {
			t.Fatalf("%q, %q made %s: %v", a, b, query, got)
		}
		u := &url.URL{Scheme: "https", Host: "h.example", Path: "/x", RawQuery: string(query)}
		if again, err := url.Parse(u.String()); err != nil || again.RawQuery != u.RawQuery || again.Fragment != "" {
			t.Fatalf("%q, %q made %s", a, b, u)
		}
		for part := range strings.SplitSeq(string(query), "&") {
			if list, ok := strings.CutPrefix(part, "csv="); ok && strings.Count(list, ",") != 1 {
				t.Fatalf("%q, %q made the list %s", a, b, list)
			}
		}
	})
}

// FuzzContentType holds the reading of content types to package mime's: what that
// reads is read alike, and nothing is taken for JSON that it would not.
func FuzzContentType(f *testing.F) {
	for _, s := range []string{"application/json", "Application/JSON ; charset=utf-8", "application/vnd.api+json; ext=\"x;y\"", "text/html", "", ";", "/", "application/json, text/html", "+json", "a/b+json;q", "multipart/form-data; boundary=\"a;b\"", "\xff", "application/json\r\nX: y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := mediaType(text)
		want, _, err := mime.ParseMediaType(text)
		if err == nil && utf8.ValidString(text) && got != want {
			t.Fatalf("%q is %q, by package mime %q", text, got, want)
		}
		if err == nil && isJSON(got) != isJSON(want) {
			t.Fatalf("%q is JSON: %v", text, isJSON(got))
		}
		e := &BodyError{Response: &Response{Header: map[string][]string{"Content-Type": {text}}, Body: []byte("x")}, Err: &DecodeError{}}
		if said := e.Error(); len(said) > 2000 || strings.ContainsAny(said, "\x00\r\x1b") {
			t.Fatalf("%q", said)
		}
	})
}
