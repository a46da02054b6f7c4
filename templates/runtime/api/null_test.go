package api_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/docwright/docwright/templates/runtime/api"
)

// TestOrNull: a body of any value that is nil is sent as null, with its type, as any
// other JSON text is.
func TestOrNull(t *testing.T) {
	for _, tt := range []struct {
		body any
		want string
	}{{nil, "null"}, {7, "7"}, {"a", `"a"`}, {json.RawMessage(`[1]`), "[1]"}} {
		var got, contentType string
		s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			text, _ := io.ReadAll(r.Body)
			got, contentType = string(text), r.Header.Get("Content-Type")
		}))
		c, err := api.NewClient(api.Config{Server: s.URL})
		if err != nil {
			t.Fatal(err)
		}
		err = api.Exec(t.Context(), c, &api.Call{Operation: "put", Method: http.MethodPost, Path: "/", Body: api.OrNull(tt.body)})
		s.Close()
		if err != nil || got != tt.want || contentType != "application/json" {
			t.Errorf("%v: sent %s as %q, %v", tt.body, got, contentType, err)
		}
	}
}
