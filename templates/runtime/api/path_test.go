package api

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

type color string

func TestExpandPath(t *testing.T) {
	rgb := map[string]int{"R": 100, "G": 200}
	tests := []struct {
		template string
		args     []any
		want     string
	}{
		{"/pets", nil, "/pets"},
		{"/pets/{id}", []any{"a b"}, "/pets/a%20b"},
		{"/pets/{id}/x", []any{"a/b"}, "/pets/a%2Fb/x"},
		{"/pets/{id}", []any{"%2f"}, "/pets/%252f"},
		{"/pets/{id}", []any{"?x#y;z&="}, "/pets/%3Fx%23y%3Bz%26%3D"},
		{"/pets/{id}", []any{"..."}, "/pets/..."},
		{"/pets/{id}", []any{"../.."}, "/pets/..%2F.."},
		{"/pets/{id}", []any{`..\x`}, "/pets/..%5Cx"},
		{"/pets/{id}", []any{"é\x00\xff"}, "/pets/%C3%A9%00%FF"},
		{"/pets/{id}", []any{int64(-7)}, "/pets/-7"},
		{"/pets/{id}", []any{1e21}, "/pets/1e%2B21"},
		{"/pets/{id}", []any{true}, "/pets/true"},
		{"/pets/{id}", []any{color("red")}, "/pets/red"},
		{"/pets/{id}", []any{Date{2024, 2, 29}}, "/pets/2024-02-29"},
		{"/pets/{id}", []any{Set(3)}, "/pets/3"},
		{"/pets/{id}", []any{time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)}, "/pets/2024-01-02T03%3A04%3A05Z"},
		{"/pets/{ids}", []any{[]string{"a", "b,c"}}, "/pets/a,b%2Cc"},
		{"/pets/{ids*}", []any{[]int{1, 2}}, "/pets/1,2"},
		{"/pets/{c}", []any{rgb}, "/pets/G,200,R,100"},
		{"/pets/{c*}", []any{rgb}, "/pets/G=200,R=100"},
		{"/pets{.c}", []any{"blue"}, "/pets.blue"},
		{"/pets/{.c}", []any{[]string{"a", "b"}}, "/pets/.a,b"},
		{"/pets/{.c*}", []any{[]string{"a", "b"}}, "/pets/.a.b"},
		{"/pets/{.c*}", []any{rgb}, "/pets/.G=200.R=100"},
		{"/pets/{;c}", []any{"blue"}, "/pets/;c=blue"},
		{"/pets/{;c}", []any{[]string{"a", "b"}}, "/pets/;c=a,b"},
		{"/pets/{;c*}", []any{[]string{"a", "b"}}, "/pets/;c=a;c=b"},
		{"/pets/{;c}", []any{rgb}, "/pets/;c=G,200,R,100"},
		{"/pets/{;c*}", []any{rgb}, "/pets/;G=200;R=100"},
		{"/a/{x}-{y}.json", []any{"1", "2"}, "/a/1-2.json"},
		{"/a b/{x}/%20/é{", []any{"1"}, "/a%20b/1/%20/%C3%A9%7B"},
		{"/graphql#Thing", nil, "/graphql"},
		{"/trailing/{x}/", []any{"1"}, "/trailing/1/"},
	}
	for _, tt := range tests {
		got, _, err := expandPath(nil, tt.template, tt.args)
		if err != nil || string(got) != tt.want {
			t.Errorf("expandPath(%q, %q) = %q, %v; want %q", tt.template, tt.args, got, err, tt.want)
		}
	}
}

func TestExpandQueryOfPath(t *testing.T) {
	tests := []struct {
		template string
		args     []any
		want     string
	}{
		{"/icons?term={term}&amount={amount}", []any{"a&b=c #", int64(5)}, "term=a%26b%3Dc%20%23&amount=5"},
		{"/users/{id}/pic?key={key}", []any{"7", "secret"}, "key=secret"},
		{"/icons?ids={ids}&rest={rest}&x={", []any{[]string{"a", "b,c"}, ""}, "ids=a,b%2Cc&rest=&x={"},
	}
	for _, tt := range tests {
		_, got, err := expandPath(nil, tt.template, tt.args)
		if err != nil || got != tt.want {
			t.Errorf("expandPath(%q, %q) = query %q, %v; want %q", tt.template, tt.args, got, err, tt.want)
		}
	}
	_, _, err := expandPath(nil, "/icons?term={term}", nil)
	wantText(t, err, "no argument for {term}")
}

func TestExpandPathErrors(t *testing.T) {
	tests := []struct {
		template string
		args     []any
		want     string
	}{
		{"/pets/{id}", []any{""}, "path parameter id: is empty"},
		{"/pets/{id}", []any{"."}, `path parameter id: "." would change the path`},
		{"/pets/{id}", []any{".."}, `path parameter id: ".." would change the path`},
		{"/pets/{id}", []any{color("..")}, `path parameter id: ".." would change the path`},
		{"/pets/{id}", []any{[]string{}}, "path parameter id: is empty"},
		{"/pets/{id}", []any{[]string{".."}}, `path parameter id: ".." would change the path`},
		{"/pets/{id}", []any{nil}, "path parameter id: is empty"},
		{"/pets/{id}", []any{(*string)(nil)}, "path parameter id: is empty"},
		{"/pets/{id}", []any{Opt[string]{}}, "path parameter id: is empty"},
		{"/pets/{id}", []any{".;"}, `the arguments make the path segment ".%3B"`},
		{"/pets/{id}", []any{"..;v=1"}, `the arguments make the path segment "..%3Bv%3D1"`},
		{"/pets/{.id}/x", []any{"."}, `path parameter id: "." would change the path`},
		{"/pets/{.id*}/x", []any{[]string{"", ""}}, `the arguments make the path segment ".."`},
		{"/pets/{id}", nil, "no argument for {id}"},
		{"/pets", []any{"x"}, "1 arguments for the 0 parameters of /pets"},
		{"/pets/{id}", []any{func() {}}, "path parameter id: a func() cannot be sent"},
	}
	for _, tt := range tests {
		_, _, err := expandPath(nil, tt.template, tt.args)
		wantText(t, err, tt.want)
	}
}

// isStep reports whether a segment is empty or a step in the hierarchy, before
// a semicolon too: what follows one are parameters of the segment to many servers.
func isStep(segment string) bool {
	step, _, _ := strings.Cut(segment, ";")
	return segment == "" || step == "." || step == ".."
}

// FuzzPath holds that no argument changes the path around it, by net/url's
// reading of the result.
func FuzzPath(f *testing.F) {
	for _, s := range []string{"a", "..", "%2e%2e", "/", "a/../b", "?q", "#f", ";x=y", ".;", "..;x=y", "..%3b", "\\", "\x00", "é", "%", "//host"} {
		f.Add(s, "b")
		f.Add("x", s)
	}
	c := &Client{base: &url.URL{Scheme: "https", Host: "h.example", Path: "/v1"}}
	f.Fuzz(func(t *testing.T, a, b string) {
		u, err := (&activeCall{client: c}).callURL(&Call{Path: "/x/{a}/y/{b}", Args: []any{a, b}})
		if err != nil {
			if !isStep(a) && !isStep(b) {
				t.Fatalf("refused %q, %q: %v", a, b, err)
			}
			return
		}
		again, err := url.Parse(u.String())
		if err != nil {
			t.Fatal(err)
		}
		parts := strings.Split(again.EscapedPath(), "/")
		if again.Host != "h.example" || again.RawQuery != "" || again.Fragment != "" || len(parts) != 6 {
			t.Fatalf("%q, %q made %s", a, b, u)
		}
		gotA, _ := url.PathUnescape(parts[3])
		gotB, _ := url.PathUnescape(parts[5])
		if gotA != a || gotB != b || parts[2] != "x" || parts[4] != "y" {
			t.Fatalf("%q, %q made %s", a, b, u)
		}
		if cleaned := again.JoinPath(); len(strings.Split(cleaned.EscapedPath(), "/")) != 6 {
			t.Fatalf("%q, %q is cleaned to %s", a, b, cleaned)
		}
	})
}
