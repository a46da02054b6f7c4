package apitest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// costSpec is a document whose request, parameter and answer have a schema.
const costSpec = `{"openapi":"%s","info":{"title":"T","version":"1"},"servers":[{"url":"https://api.example.com"}],"paths":{"/a":{
	"get":{"operationId":"a.get","parameters":[{"name":"p","in":"query","schema":{"$ref":"#/components/schemas/A0"}}],"responses":{"200":{"description":"ok","content":{"application/json":{"schema":{"$ref":"#/components/schemas/A0"}}}}}},
	"post":{"operationId":"a.create","requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/A0"}}}},"responses":{"204":{"description":"ok"}}}}},
	"components":{"schemas":{%s"A40":{"type":"object","required":["x"],"properties":{"x":{"type":"string"}}}}}}`

func latticeSpec(version, format string) string {
	var b strings.Builder
	for i := range 40 {
		fmt.Fprintf(&b, `"A%d":%s,`, i, strings.ReplaceAll(format, "NEXT", fmt.Sprintf(`{"$ref":"#/components/schemas/A%d"}`, i+1)))
	}
	return fmt.Sprintf(costSpec, version, b.String())
}

// largePatterns are members of patternProperties that take a validator a thousand
// instructions each.
func largePatterns(n int) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf(`"^a%d(.[a-c]){0,450}$":{"type":"string"}`, i))
	}
	return strings.Join(list, ",")
}

// TestLongReasons: what a validator says of a value is cut, since it lists all the
// values of an enum.
func TestLongReasons(t *testing.T) {
	enum := `{"enum":["` + strings.Repeat("é", 5000) + `"]}`
	s, err := Start(&Definition{Spec: fmt.Sprintf(costSpec, "3.1.0", `"A0":`+enum+`,`), Endpoints: []Endpoint{{Method: "POST", Path: "/a", Status: 204}}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	request(t, s, "POST", "/a", "", "", "application/json", `7`)
	for _, r := range s.Requests() {
		if len(r.Violations) != 1 || len(r.Violations[0].Reason) > 1000 || !strings.HasSuffix(r.Violations[0].Reason, "é…") {
			t.Errorf("%d violations: %.1500s", len(r.Violations), r.Violations)
		}
	}
}

// TestCost attacks a fake with schemas that refer to the next one in several
// ways. What would take too many steps is not checked, and the record says so;
// what is cheap is checked.
func TestCost(t *testing.T) {
	for _, tt := range []struct {
		name, format string
		body         string // of requests and answers
		want         []string
		cheap        bool // the body is checked
	}{
		{"allOf", `{"allOf":[NEXT,NEXT]}`, `{"x":"y"}`, []string{"the request's body", "the response", "the query parameter p"}, false},
		{"oneOf", `{"oneOf":[NEXT,NEXT]}`, `{"x":"y"}`, []string{"the request's body", "the response", "the query parameter p"}, false},
		{"anyOf", `{"anyOf":[NEXT,NEXT]}`, `7`, []string{"the request's body", "the response", "the query parameter p"}, false},
		{"not", `{"allOf":[{"not":NEXT},{"not":NEXT}]}`, `{}`, []string{"the request's body", "the response", "the query parameter p"}, false},
		{"members of a small body", `{"type":"object","properties":{"a":NEXT,"b":NEXT}}`, `{"a":{"a":7}}`, []string{"the query parameter p"}, true},
		{"members in unions", `{"oneOf":[{"type":"object","properties":{"a":NEXT}},{"type":"object","required":["a"],"properties":{"a":NEXT}}]}`,
			strings.Repeat(`{"a":`, 35) + "1" + strings.Repeat("}", 35), []string{"the request's body", "the response", "the query parameter p"}, false},
		{"lists in unions", `{"oneOf":[{"type":"array","items":NEXT},{"type":"array","minItems":1,"items":NEXT}]}`,
			strings.Repeat("[", 35) + strings.Repeat("]", 35), []string{"the request's body", "the response", "the query parameter p"}, false},
		{"patterns of large counts", `{"type":"object","properties":{"x":{"type":"integer"}},"patternProperties":{` + largePatterns(100) + `}}`, `{"x":"y"}`, []string{"the request's body", "the response", "the query parameter p"}, false},
		{"a few patterns", `{"type":"object","properties":{"x":{"type":"integer"}},"patternProperties":{` + largePatterns(4) + `}}`, `{"x":"y"}`, nil, true},
		{"a circle", `{"allOf":[{"$ref":"#/components/schemas/A0"}]}`, `{"x":"y"}`, []string{"the request's body", "the response", "the query parameter p"}, false},
	} {
		for _, version := range []string{"3.0.3", "3.1.0"} {
			t.Run(tt.name+" "+version, func(t *testing.T) {
				s, err := Start(&Definition{Spec: latticeSpec(version, tt.format), Endpoints: []Endpoint{
					{Method: "GET", Path: "/a", Status: 200, ContentType: "application/json", Samples: []string{tt.body}}, {Method: "POST", Path: "/a", Status: 204},
				}})
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				request(t, s, "GET", "/a?p=1", "", "", "", "")
				status, text := request(t, s, "POST", "/a", "", "", "application/json", tt.body)
				if checked := status == 400; checked != tt.cheap {
					t.Errorf("status %d: %s", status, text)
				}
				var got []string
				for _, r := range s.Requests() {
					got = append(got, r.Unchecked...)
				}
				slices.Sort(got)
				slices.Sort(tt.want)
				if !slices.Equal(got, tt.want) {
					t.Errorf("not checked: %q, want %q", got, tt.want)
				}
			})
		}
	}
}

// TestSpelled: schemas that are written within each other are spelled once for each
// level; references are not followed, and circles end.
func TestSpelled(t *testing.T) {
	nest := func(n int) string {
		return strings.Repeat(`{"type":"array","items":`, n) + `{"type":"string"}` + strings.Repeat("}", n)
	}
	for _, tt := range []struct {
		schema string
		want   int
	}{
		{`{"type":"string"}`, 1},
		{nest(3), 1 + 2 + 3 + 4},
		{`{"allOf":[{"type":"object"},{"properties":{"a":{"$ref":"#/components/schemas/A0"}}}]}`, 1 + 2 + 2},
		{nest(250), 251 * 252 / 2},
	} {
		api, err := newContract(&Definition{Spec: fmt.Sprintf(costSpec, "3.1.0", `"A0":{"type":"object","properties":{"a":{"$ref":"#/components/schemas/A0"}}},"S":`+tt.schema+`,`)})
		if err != nil {
			t.Fatal(err)
		}
		if n := spelled(api.doc.Components.Schemas["S"], 1); n != tt.want {
			t.Errorf("%.60s: %d, want %d", tt.schema, n, tt.want)
		}
	}
}

// TestCostSteps: counting takes one step for each pair of schema and value.
func TestCostSteps(t *testing.T) {
	api, err := newContract(&Definition{Spec: latticeSpec("3.1.0", `{"oneOf":[{"type":"object","properties":{"a":NEXT}},{"type":"object","required":["a"],"properties":{"a":NEXT}}]}`)})
	if err != nil {
		t.Fatal(err)
	}
	value, size := costOf(decode([]byte(strings.Repeat(`{"a":`, 35) + "1" + strings.Repeat("}", 35))))
	c := &costing{most: maxSteps, known: map[costKey]int{}, texts: map[*openapi3.Schema]int{}}
	if n := c.of(api.doc.Components.Schemas["A0"].Value, value); n <= maxSteps || len(c.known) > 5*size {
		t.Errorf("%d steps are counted with %d pairs of %d values", n, len(c.known), size)
	}
}

// TestCostOfAlternatives: a value that matches no alternative of a union has an error
// with the text of each.
func TestCostOfAlternatives(t *testing.T) {
	union := func(n, members int) string {
		var list []string
		for i := range members {
			list = append(list, fmt.Sprintf(`"m%d":{"type":"string"}`, i))
		}
		refs := strings.TrimSuffix(strings.Repeat(`{"$ref":"#/components/schemas/L"},`, n), ",")
		return `"S":{"oneOf":[` + refs + `]},"L":{"type":"object","properties":{` + strings.Join(list, ",") + `}},`
	}
	for _, tt := range []struct {
		n, members int
		want       bool
	}{{5, 600, false}, {100, 60, false}, {300, 600, true}} {
		api, err := newContract(&Definition{Spec: fmt.Sprintf(costSpec, "3.1.0", union(tt.n, tt.members)+`"A0":{},`)})
		if err != nil {
			t.Fatal(err)
		}
		v, _ := costOf(7.0)
		if got := tooCostly(api.doc.Components.Schemas["S"], v, maxSteps+stepsPerValue); got != tt.want {
			t.Errorf("%d alternatives of %d members: too costly: %v", tt.n, tt.members, got)
		}
	}
}
