package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// dump is what a server was sent, without what net/http adds.
func dump(r *http.Request) string {
	body, _ := io.ReadAll(r.Body)
	var lines []string
	for name, v := range r.Header {
		switch name {
		case "Accept-Encoding", "User-Agent", "Content-Length":
		default:
			lines = append(lines, name+"="+strings.Join(v, ","))
		}
	}
	return fmt.Sprintf("%s %s %q %s", r.Method, r.URL, lines, body)
}

func TestRedirects(t *testing.T) {
	var away []string
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		away = append(away, dump(r))
		if back := r.URL.Query().Get("back"); back != "" {
			http.Redirect(w, r, back, http.StatusFound)
		}
	}))
	defer other.Close()
	var home []string
	var target string
	var status int
	c, srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		home = append(home, dump(r))
		if r.URL.Path == "/base/from" {
			http.Redirect(w, r, target, status)
		}
	},
		WithCredential("a", HeaderKey("X-Key", topSecret)), WithCredential("b", Bearer(topSecret)),
		WithCredential("c", CookieKey("sid", topSecret)), WithCredential("d", QueryKey("key", topSecret)))
	body := ownerBody{"private"}
	tests := []struct {
		name   string
		method string
		status int
		target string
		ok     bool
		home   int
		away   int
	}{
		{"same origin", "GET", 302, "/base/to", true, 2, 0},
		{"same origin, absolute", "GET", 301, srv.URL + "/base/to", true, 2, 0},
		{"other port", "GET", 302, other.URL + "/to", true, 1, 1},
		{"other port and back", "GET", 302, other.URL + "/to?back=" + srv.URL + "/base/back", true, 2, 1},
		{"other host, same port", "GET", 302, strings.Replace(srv.URL, "127.0.0.1", "localhost", 1) + "/base/to", true, 2, 0},
		{"write kept a write", "POST", 307, "/base/to", true, 2, 0},
		{"write to see another", "POST", 303, "/base/to", true, 2, 0},
		{"write turned to a read", "POST", 302, "/base/to", false, 1, 0},
		{"write turned to a read", "PUT", 301, "/base/to", false, 1, 0},
		{"write to elsewhere", "POST", 307, other.URL + "/to", false, 1, 0},
		{"delete to elsewhere", "DELETE", 308, other.URL + "/to", false, 1, 0},
		{"write to see elsewhere", "POST", 303, other.URL + "/to", false, 1, 0},
		{"no web address", "GET", 302, "file:///etc/passwd", false, 1, 0},
		{"endless", "GET", 302, "/base/from", false, 10, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			home, away, target, status = nil, nil, tt.target, tt.status
			call := &Call{Operation: "x.y", Method: tt.method, Path: "/from", Accept: "application/json"}
			if tt.method != "GET" {
				call.Body = body
			}
			err := Exec(t.Context(), c, call, WithHeader("X-Own", "own-secret"), WithRetries(0))
			if (err == nil) != tt.ok || len(home) != tt.home || len(away) != tt.away {
				t.Errorf("err %v\nhome %q\naway %q", err, home, away)
			}
			var failed *Error
			if !tt.ok && tt.name != "endless" && (!errors.As(err, &failed) || failed.StatusCode != tt.status) {
				t.Errorf("%v", err)
			}
			if strings.Contains(fmt.Sprint(err), topSecret) {
				t.Errorf("leaks: %v", err)
			}
			leaked := append(away, home...)[:len(away)]
			if tt.name == "other port and back" || tt.name == "other host, same port" {
				leaked = append(leaked, home[1])
			}
			for _, request := range leaked {
				if strings.Contains(request, "secret") || strings.Contains(request, topSecret) || strings.Contains(request, "private") ||
					!strings.Contains(request, "Accept=application/json") {
					t.Errorf("went to another origin: %s", request)
				}
			}
		})
	}
}

func TestRedirectMessage(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "https://user:pw@elsewhere.example/x?token=1")
		w.WriteHeader(307)
	})
	wantPart(t, Exec(t.Context(), c, post(ownerBody{"e"})), "307 Temporary Redirect: redirects to https://elsewhere.example/x, which was not followed")
}

func TestOwnRedirectPolicy(t *testing.T) {
	n := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++
		http.Redirect(w, r, "/again", http.StatusFound)
	}))
	defer srv.Close()
	theirs := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	c, err := NewClient(Config{}, WithServer(srv.URL), WithHTTPClient(theirs))
	if err != nil {
		t.Fatal(err)
	}
	if err := Exec(t.Context(), c, get("/x")); err == nil || n != 1 {
		t.Errorf("%d requests, %v", n, err)
	}
}

func TestLink(t *testing.T) {
	c, err := NewClient(Config{Server: "https://api.example.com/v1"})
	if err != nil {
		t.Fatal(err)
	}
	from := &Response{URL: mustURL("https://api.example.com/v1/items?page=1")}
	for link, want := range map[string]string{
		"?page=2":          "https://api.example.com/v1/items?page=2",
		"/v1/items?page=2": "https://api.example.com/v1/items?page=2",
		"other":            "https://api.example.com/v1/other",
		"https://api.example.com/v1/items?a=%2F#frag": "https://api.example.com/v1/items?a=%2F",
		"https://API.example.com:443/x":               "https://API.example.com:443/x",
	} {
		next, err := c.Link(get("/items"), from, link)
		if err != nil || next.link.String() != want {
			t.Errorf("%s: %v, %v", link, next, err)
		}
	}
	for link, away := range map[string]string{
		"https://evil.example/x":             "https://evil.example:443",
		"https://api.example.com:8443/x":     "https://api.example.com:8443",
		"http://api.example.com:8443/x":      "http://api.example.com:8443",
		"http://evil.example/x":              "http://evil.example:80",
		"//evil.example/x":                   "https://evil.example:443",
		"https://api.example.com@evil.test/": "https://evil.test:443",
	} {
		_, err := c.Link(get("/items"), from, link)
		wantText(t, err, "things.get: link to "+away+" leaves the server https://api.example.com:443: not followed\n"+
			"\tif that is another name of the server, pass api.WithOriginAlias(\""+away+"\") to New")
	}
	for link, want := range map[string]string{
		"https://u:p@api.example.com/": "things.get: link to https://api.example.com:443 has user information: not followed",
		"javascript:alert(1)":          "things.get: the link is not a URL",
		"http://[::1":                  "things.get: the link is not a URL",
		"https:\\\\evil.example/x":     "things.get: the link is not a URL",
	} {
		_, err := c.Link(get("/items"), from, link)
		wantText(t, err, want)
	}
}

// TestLinkCleaned is W04: what a URL cannot have is encoded, as the URL standard's
// parser does (https://url.spec.whatwg.org/#query-state).
func TestLinkCleaned(t *testing.T) {
	c, err := NewClient(Config{Server: "https://api.example.com/v1"})
	if err != nil {
		t.Fatal(err)
	}
	from := &Response{URL: mustURL("https://api.example.com/v1/items?page=1")}
	for link, want := range map[string]string{
		"/items?where=a eq 'b'":       "https://api.example.com/items?where=a%20eq%20%27b%27",
		" ?page[number]=2&q=\"x\"\n":  "https://api.example.com/v1/items?page[number]=2&q=%22x%22",
		"/a b/ü?q=ü&p=100%":           "https://api.example.com/a%20b/%C3%BC?q=%C3%BC&p=100%25",
		"/items?a=%20b+c\td":          "https://api.example.com/items?a=%20b+c%09d",
		"/x?a={b}|c\\d^`<e>":          "https://api.example.com/x?a=%7Bb%7D%7Cc%5Cd%5E%60%3Ce%3E",
		"https://api.example.com/p q": "https://api.example.com/p%20q",
	} {
		next, err := c.Link(get("/items"), from, link)
		if err != nil {
			t.Errorf("%q: %v", link, err)
		} else if got := next.link.String(); got != want {
			t.Errorf("%q: got %s, want %s", link, got, want)
		}
	}
}

// TestLinkOfAnotherName is W20: a server behind a proxy knows itself by http, and
// an option names what else it is called.
func TestLinkOfAnotherName(t *testing.T) {
	for _, tt := range []struct{ server, alias, link, want string }{
		{"https://api.example.com", "", "http://api.example.com/x?a=1", "https://api.example.com/x?a=1"},
		{"https://api.example.com", "", "http://API.example.com:80/x", "https://api.example.com/x"},
		{"https://api.example.com", "", "http://api.example.com:443/x", "https://api.example.com/x"},
		{"https://api.example.com:8443", "", "http://api.example.com:8443/x", "https://api.example.com:8443/x"},
		{"https://api.example.com:8443", "", "http://api.example.com/x", ""},
		{"http://api.example.com", "", "https://api.example.com/x", ""}, // never the other way
		{"https://api.example.com", "", "http://inner.example:8080/x", ""},
		{"https://api.example.com", "http://inner.example:8080", "http://inner.example:8080/x", "https://api.example.com/x"},
		{"http://127.0.0.1:90", "http://localhost:90/", "http://localhost:90/x", "http://127.0.0.1:90/x"},
		{"https://api.example.com", "http://inner.example:8080", "http://u:p@inner.example:8080/x", ""},
	} {
		opts := []Option{}
		if tt.alias != "" {
			opts = append(opts, WithOriginAlias(tt.alias))
		}
		c, err := NewClient(Config{Server: tt.server}, opts...)
		if err != nil {
			t.Fatal(err)
		}
		next, err := c.Link(get("/items"), nil, tt.link)
		var origin *OriginError
		switch {
		case tt.want == "" && !errors.As(err, &origin):
			t.Errorf("%s of %s: %v, %v", tt.link, tt.server, next, err)
		case tt.want != "" && (err != nil || next.link.String() != tt.want):
			t.Errorf("%s of %s: %v, %v", tt.link, tt.server, next, err)
		}
	}
	for _, alias := range []string{"inner", "https://inner.example/path", "ftp://inner.example"} {
		if _, err := NewClient(Config{Server: "https://api.example.com"}, WithOriginAlias(alias)); err == nil {
			t.Errorf("%s is no origin", alias)
		}
	}
}

func TestServers(t *testing.T) {
	vars := []ServerVariable{{Name: "tenant", Default: "demo"}, {Name: "port", Default: "443", Enum: []string{"443", "8443"}}, {Name: "need", NoDefault: true},
		{Name: "base", Default: "api/v2"}, {Name: "server", Default: "https://eu.example"}, {Name: "prefix"}, {Name: "scheme", Default: "https"}, {Name: "version", Default: "v1/", Enum: []string{"v1/", "beta/v2/"}}}
	tests := []struct {
		server string
		opts   []Option
		call   Call
		want   string
		err    string
	}{
		{"https://h.example", nil, Call{Path: "/x"}, "https://h.example/x", ""},
		{"https://h.example/v1/?q#f", nil, Call{Path: "x"}, "https://h.example/v1/x", ""},
		{"https://{tenant}.h.example:{port}/v1", nil, Call{Path: "/x"}, "https://demo.h.example:443/v1/x", ""},
		{"https://{tenant}.h.example", []Option{WithServerVariable("tenant", "acme")}, Call{Path: "/x"}, "https://acme.h.example/x", ""},
		{"https://h.example", []Option{WithServer("{server}/v4")}, Call{Path: "/x"}, "https://us.example/v4/x", ""},
		{"https://h.example", []Option{WithServerVariable("server", "https://ca.example"), WithServer("{server}/v4")}, Call{Path: "/x", Server: "/v2"}, "https://ca.example/v4/x", ""},
		{"{server}/v3", []Option{WithServer("{server}/v3"), WithServerVariable("server", "https://ca.example")}, Call{Path: "/x"}, "https://ca.example/v3/x", ""},
		{"https://h.example", []Option{WithServer("{server}/v4"), WithServer("https://mine.example")}, Call{Path: "/x"}, "https://mine.example/x", ""},
		{"https://h.example", []Option{WithServer("{server}/v4"), WithServerVariable("base", "x")}, Call{}, "", `api: the server "{server}/v4" has no variable "base"`},
		{"https://h.example/{base}", nil, Call{Path: "/x"}, "https://h.example/api/v2/x", ""},
		{"https://h.example/{base}", []Option{WithServerVariable("base", "api/v3/")}, Call{Path: "/x"}, "https://h.example/api/v3/x", ""},
		{"https://h.example/{base}", []Option{WithServerVariable("base", "")}, Call{Path: "/x"}, "https://h.example/x", ""},
		{"https://h.example/{prefix}", nil, Call{Path: "/x"}, "https://h.example/x", ""},
		{"https://{prefix}.h.example", nil, Call{Path: "/x"}, "", "api: server \"https://.h.example\" is not an absolute http or https URL\n\tset the variables of \"https://{prefix}.h.example\" with api.WithServerVariable, or pass api.WithServer with the address of the API"},
		{"{server}/v3", nil, Call{Path: "/x"}, "https://eu.example/v3/x", ""},
		{"{server}/v3", []Option{WithServerVariable("server", "http://localhost:8080/proxy")}, Call{Path: "/x"}, "http://localhost:8080/proxy/v3/x", ""},
		{"{server}/v3", []Option{WithServerVariable("server", "localhost")}, Call{Path: "/x"}, "", "api: server \"localhost/v3\" is not an absolute http or https URL\n\tset the variables of \"{server}/v3\" with api.WithServerVariable, or pass api.WithServer with the address of the API"},
		{"{server}/v3", []Option{WithServerVariable("server", "https://me:secret@h.example")}, Call{Path: "/x"}, "", "api: server https://h.example has user information in its URL: use a credential\n\tset the variables of \"{server}/v3\" with api.WithServerVariable, or pass api.WithServer with the address of the API"},
		{"{scheme}://{tenant}/v1", []Option{WithServerVariable("tenant", "h.example:8443/base")}, Call{Path: "/x"}, "https://h.example:8443/base/v1/x", ""},
		{"https://h.example/{version}", []Option{WithServerVariable("version", "beta/v2/")}, Call{Path: "/x"}, "https://h.example/beta/v2/x", ""},
		{"https://h.example/{version}", []Option{WithServerVariable("version", "beta/v2")}, Call{}, "", `api: "beta/v2" is none of the values ["v1/" "beta/v2/"] of server variable "version"`},
		{"https://h.example/{base}", []Option{WithServerVariable("base", "a?key=1")}, Call{}, "", `api: "a?key=1" cannot be the value of server variable "base": the address of a server has no query, no fragment and no dot segments`},
		{"https://h.example/{base}", []Option{WithServerVariable("base", "a/../..")}, Call{}, "", `api: "a/../.." cannot be the value of server variable "base": the address of a server has no query, no fragment and no dot segments`},
		{"https://{tenant}.h.example", []Option{WithServerVariable("tenant", "evil.test/")}, Call{}, "", `api: "evil.test/" cannot be the value of server variable "tenant": it would change which part of "https://{tenant}.h.example" is the host` + "\n\tpass api.WithServer to call another host"},
		{"{scheme}://h.example", []Option{WithServerVariable("scheme", "https://evil.test/")}, Call{}, "", `api: "https://evil.test/" cannot be the value of server variable "scheme": it would change which part of "{scheme}://h.example" is the host` + "\n\tpass api.WithServer to call another host"},
		{"https://{tenant}", []Option{WithServer("https://mine.example"), WithServerVariable("tenant", "x")}, Call{}, "", "api: api.WithServer replaces the address that api.WithServerVariable sets a part of: pass one of the two"},
		{"https://h.example:{port}", []Option{WithServerVariable("port", "80")}, Call{}, "", `api: "80" is none of the values ["443" "8443"] of server variable "port"`},
		{"https://h.example", []Option{WithServerVariable("x", "80")}, Call{}, "", `api: the server "https://h.example" has no variable "x"`},
		{"https://{need}.h.example", nil, Call{}, "", "api: server \"https://{need}.h.example\" needs a value for \"need\"\n\tpass api.WithServerVariable(\"need\", …)"},
		{"https://{what}.h.example", nil, Call{}, "", `api: variable "what" of server "https://{what}.h.example" is not declared`},
		{"/v3", nil, Call{}, "", "api: server \"/v3\" is not an absolute http or https URL\n\tpass api.WithServer with the address of the API"},
		{"", nil, Call{}, "", "api: the document names no server\n\tpass api.WithServer with the address of the API"},
		{"https://u:p@h.example", nil, Call{}, "", "api: server https://h.example has user information in its URL: use a credential\n\tpass api.WithServer with the address of the API"},
		{"https://h.example/v1", nil, Call{Path: "/x", Server: "https://up.example/u"}, "https://up.example/u/x", ""},
		{"https://h.example/v1", nil, Call{Path: "/x", Server: "/v2"}, "https://h.example/v2/x", ""},
		{"https://h.example/v1", []Option{WithServer("https://mine.example")}, Call{Path: "/x", Server: "https://up.example/u"}, "https://mine.example/x", ""},
		{"https://h.example/v1", nil, Call{Path: "/x?beta=true", Params: &struct {
			A int `query:"a"`
		}{1}}, "https://h.example/v1/x?beta=true&a=1", ""},
		{"https://h.example/a%2Fb", nil, Call{Path: "/x(1)"}, "https://h.example/a%2Fb/x(1)", ""},
	}
	for _, tt := range tests {
		c, err := NewClient(Config{Server: tt.server, Variables: vars, FurtherServers: map[string][]ServerVariable{"{server}/v4": {{Name: "server", Default: "https://us.example"}}}}, tt.opts...)
		if tt.err != "" {
			wantText(t, err, tt.err)
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", tt.server, err)
			continue
		}
		tt.call.Method = "GET"
		got := ""
		_ = Exec(t.Context(), c, &tt.call, DryRun(func(r *http.Request) { got = r.URL.String() }))
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.server, got, tt.want)
		}
	}
}
