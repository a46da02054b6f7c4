package route_test

import (
	"fmt"
	"testing"

	"github.com/docwright/docwright/templates/runtime/apitest/route"
)

func TestMatch(t *testing.T) {
	for _, tt := range []struct{ template, path, want string }{
		{"/pets", "/pets", "[] true"},
		{"/pets", "/pets/", "[] false"},
		{"/pets", "/a/pets", "[] false"},
		{"/pets/{id}", "/pets/7", "[{id 7}] true"},
		{"/pets/{id}", "/pets/", "[] false"},
		{"/pets/{id}", "/pets/7/8", "[] false"},
		{"/pets/{id}", "/pets/a%2Fb%20c", "[{id a/b c}] true"},
		{"/pets/{id}", "/pets/%zz", "[] false"},
		{"/pets/{id}.json", "/pets/a.b.json", "[{id a.b}] true"},
		{"/pets/{id}.json", "/pets/a.xml", "[] false"},
		{"/{a}{b}", "/xyz", "[{a xy} {b z}] true"},
		{"/{name}{extension}", "/x", "[] false"},
		{"/{a}-{b}/c", "/1-2-3/c", "[{a 1-2} {b 3}] true"},
		{"/graphql#List", "/graphql", "[] true"},
		{"/search?term={term}", "/search", "[] true"},
		{"/a b/{id}", "/a%20b/1", "[{id 1}] true"},
		{"/a.b", "/aXb", "[] false"},
		{"/v1/{+path}", "/v1/x", "[{path x}] true"},
		{"/v1/{.format*}", "/v1/x", "[{format x}] true"},
		{"/v1/{broken", "/v1/{broken", "[] true"},
	} {
		values, ok := route.New(tt.template).Match(tt.path)
		if got := fmt.Sprintf("%v %v", values, ok); got != tt.want {
			t.Errorf("%s, %s: got %s, want %s", tt.template, tt.path, got, tt.want)
		}
	}
}
