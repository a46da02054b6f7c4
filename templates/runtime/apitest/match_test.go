package apitest_test

import (
	"net/http"
	"testing"

	"github.com/docwright/docwright/templates/runtime/apitest"
)

// TestMatch holds which operation a request is for, where more than one path matches:
// the one with the query of the request in its path, with more literal text, without
// the path of a server.
func TestMatch(t *testing.T) {
	const responses = `{"responses": {"200": {"description": "ok"}}}`
	spec := `{"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "servers": [{"url": "https://example.com/api"}], "paths": {`
	for i, path := range []string{
		"/rest?method=a", "/rest?method=b", "/rest?method=b&kind=x", "/ip/{address}", "/ip/{address}.txt", "/ip/v-{address}", "/zone/{area}/{city}", "/zone/{area}.{kind}/{city}",
		"/plugins", "/api/plugins", "/plain", "/plain#b",
	} {
		if i > 0 {
			spec += ","
		}
		spec += `"` + path + `": {"get": ` + responses + `}`
	}
	server, err := apitest.Start(&apitest.Definition{Spec: spec + `}}`})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	for target, want := range map[string]string{
		"/rest?method=a":          "/rest?method=a",
		"/rest?method=b&page=2":   "/rest?method=b",
		"/rest?kind=x&method=b":   "/rest?method=b&kind=x",
		"/api/rest?method=b":      "/rest?method=b",
		"/ip/192.0.2.1":           "/ip/{address}",
		"/ip/192.0.2.1.txt":       "/ip/{address}.txt",
		"/ip/v-192":               "/ip/v-{address}",
		"/zone/europe/paris":      "/zone/{area}/{city}",
		"/zone/europe.long/paris": "/zone/{area}.{kind}/{city}",
		"/plugins":                "/plugins",
		"/api/plugins":            "/api/plugins",
		"/api/api/plugins":        "/api/plugins",
		"/api/plain":              "/plain",
	} {
		resp, err := http.Get(server.URL + target)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		all := server.Requests()
		if got := all[len(all)-1].Operation; got != "GET "+want {
			t.Errorf("%s is taken for %q, want %q", target, got, "GET "+want)
		}
	}
}
