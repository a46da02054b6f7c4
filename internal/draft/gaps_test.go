package draft

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/draft/read"
)

// TestGaps drafts calls whose request leaves open what the answer shows, and
// the other way round.
func TestGaps(t *testing.T) {
	const open = "# TODO(draft): only null was seen; what is it?"
	for _, test := range []struct {
		name, request, status, answer string
		want                          string // of both bodies
		todos                         int
	}{
		{"the request shows it", `{"a": "x"}`, "200 OK", `{"a": null}`, "a:\n string\na:\n string\n nullable", 0},
		{"the answer shows it, with its format", `{"a": null}`, "200 OK", `{"a": "2024-05-01"}`, "a:\n string\n date\n nullable\na:\n string\n date", 0},
		{"below", `{"b": {"a": 1}}`, "200 OK", `{"b": {"a": null}}`, "b:\n object\na:\n integer\nb:\n object\na:\n integer\n nullable", 0},
		{"in a list", `{"b": [{"a": true}]}`, "200 OK", `{"b": [{"a": null}]}`, "b:\n array\n object\na:\n boolean\nb:\n array\n object\na:\n boolean\n nullable", 0},
		{"neither shows it", `{"a": null}`, "200 OK", `{"a": null}`, "a:\n nullable\na:\n nullable", 2},
		{"another pointer", `{"b": {"a": "x"}}`, "200 OK", `{"a": null}`, "b:\n object\na:\n string\na:\n nullable", 1},
		{"several types are a contradiction", `{"b": [{"a": 1}, {"a": [1]}]}`, "200 OK", `{"b": [{"a": "x"}]}`, "b:\n array\n object\na: {}\nb:\n array\n object\na:\n string", 0},
		{"an error shows it", `{"a": null}`, "400 Bad Request", `{"a": "x"}`, "a:\n nullable\na:\n string", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			page := "https://docs.example.com\nseen: full\n-- request --\nPUT /boats HTTP/1.1\nHost: api.example.com\nContent-Type: application/json\n\n" + test.request +
				"\n-- response --\nHTTP/1.1 " + test.status + "\nContent-Type: application/json\n\n" + test.answer + "\n"
			res, err := Run(Options{Inputs: []read.Input{{Name: "boats.txtar", Data: []byte(page)}}, Spec: filepath.Join(t.TempDir(), "openapi.yaml")})
			if err != nil {
				t.Fatal(err, res.Problems)
			}
			draft := string(res.Files[0].New)
			if got := members(draft); got != test.want {
				t.Errorf("members\n%s\nwant\n%s\nof\n%s", got, test.want, draft)
			}
			if got := strings.Count(draft, open); got != test.todos {
				t.Errorf("%d open members, want %d:\n%s", got, test.todos, draft)
			}
		})
	}
}

// members lists the members a and b of a draft, with their types.
func members(draft string) string {
	var out []string
	before := ""
	for _, l := range strings.Split(draft, "\n") {
		l, _, _ = strings.Cut(strings.TrimSpace(l), " #")
		key, value, _ := strings.Cut(l, ": ")
		switch {
		case l == "a:" || l == "b:" || l == "a: {}":
			out = append(out, l)
		case len(out) == 0 || before == "schema:":
		case key == "type" || key == "format":
			out = append(out, " "+value)
		case key == "nullable":
			out = append(out, " nullable")
		}
		before = l
	}
	return strings.Join(out, "\n")
}
