package budget

import (
	"fmt"
	"strings"
)

// structures are documents with many operations, parameters and references.
func structures(add func(name, document string)) {
	root := func(name, rest string) {
		add(name, `{"openapi":"3.1.0","info":{"title":"Pets","version":"1"},"servers":[{"url":"https://pets.example.com"}],`+rest+`}`)
	}
	ok := `"responses":{"200":{"description":"ok"}}`
	root("400 operations with one name", `"paths":{`+join(400, `"/a%d":{"get":{"operationId":"same","tags":["same"],`+ok+`}}`)+`}`)
	root("300 operations that return one lattice", `"paths":{`+join(300, `"/a%d":{"get":{"responses":{"200":{"description":"ok","content":{"application/json":{"schema":{"$ref":"#/components/schemas/A0"}}}}}}}`)+`},"components":{"schemas":{`+chain(30, `{"allOf":[%[1]s,{"type":"object","properties":{"m%[2]d":%[1]s}}]}`, leaf)+`}}`)
	root("100 path items by reference", `"paths":{`+join(100, `"/a%d":{"$ref":"#/components/pathItems/P"}`)+`},"components":{"pathItems":{"P":{"get":{`+ok+`},"post":{`+ok+`},"put":{`+ok+`}}}}`)
	root("a path of 200 parameters", `"paths":{"/`+strings.ReplaceAll(join(200, `{p%d}`), ",", "/")+`":{"get":{"operationId":"a.get",`+ok+`}}}`)
	root("templates that overlap", `"paths":{`+overlapping(10)+`}`)
	root("400 query parameters", `"paths":{"/a":{"get":{"operationId":"a.get","parameters":[`+join(400, `{"name":"p%d","in":"query","schema":{"type":"array","items":{"type":"string"}}}`)+`],`+ok+`}}}`)
	root("parameters of lattices", `"paths":{"/a":{"get":{"operationId":"a.get","parameters":[`+join(20, `{"name":"p%d","in":"query","required":true,"style":"deepObject","explode":true,"schema":{"$ref":"#/components/schemas/A0"}}`)+`],`+ok+`}}},"components":{"schemas":{`+chain(30, `{"oneOf":[%[1]s,%[1]s,{"type":"object","properties":{"a":%[1]s}}]}`, leaf)+`}}`)
	root("callbacks in callbacks", `"paths":{"/a":{"post":`+nested(60, `{"responses":{"200":{"description":"ok"}},"callbacks":{"c":{"{$request.body#/u}":{"post":`, `{`+ok+`}`, `}}}}`)+`}}`)
	root("300 alternatives of security", `"security":[`+join(300, `{"k0":[],"k%d":[]}`)+`],"paths":{`+join(40, `"/a%d":{"get":{`+ok+`}}`)+`},"components":{"securitySchemes":{`+join(300, `"k%d":{"type":"apiKey","in":"header","name":"K%[1]d"}`)+`}}`)
	root("500 statuses and headers", `"paths":{"/a":{"get":{"operationId":"a.get","responses":{`+join(400, `"%d":{"description":"ok","headers":{"X-A":{"schema":{"type":"string"}}}}`)+`}}}}`)
	root("300 media types", `"paths":{"/a":{"get":{"operationId":"a.get","responses":{"200":{"description":"ok","content":{`+join(300, `"application/a%d+json":{"schema":{"type":"object","properties":{"a":{"type":"string"}}}}`)+`}}}}}}`)
	root("500 links", `"paths":{"/a":{"get":{"operationId":"a.get","responses":{"200":{"description":"ok","links":{`+join(500, `"l%d":{"operationId":"a.get","parameters":{"x":"$response.body#/a"}}`)+`}}}}}}`)
	root("webhooks of lattices", `"paths":{},"webhooks":{`+join(100, `"w%d":{"post":{"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/A0"}}}},"responses":{"200":{"description":"ok"}}}}`)+`},"components":{"schemas":{`+chain(30, `{"anyOf":[%[1]s,%[1]s]}`, leaf)+`}}`)

	add("a chain of 700 references", document(toA, chain(700, `%[1]s`, leaf), ""))
	add("a chain of 500 members", document(toA, chain(500, `{"type":"object","properties":{"a":%[1]s}}`, leaf), ""))
	add("a chain of 500 lists", document(toA, chain(500, `{"type":"array","items":%[1]s}`, leaf), ""))
	add("a chain of 400 allOf", document(toA, chain(400, `{"allOf":[%[1]s,{"description":"%[2]d"}]}`, leaf), ""))
	add("a chain of 300 allOf with members", document(toA, chain(300, `{"allOf":[%[1]s,{"type":"object","properties":{"m%[2]d":{"type":"string"}}}]}`, leaf), ""))
	add("a chain of 400 oneOf", document(toA, chain(400, `{"oneOf":[%[1]s,{"type":"null"}]}`, leaf), ""))
	add("450 lists in lists", document(nested(450, `{"type":"array","items":`, `{}`, `}`), `"X":`+leaf, ""))
	add("450 allOf in allOf", document(nested(450, `{"allOf":[`, leaf, `]}`), `"X":`+leaf, ""))
	add("450 oneOf in oneOf", document(nested(450, `{"oneOf":[`, leaf, `,{"type":"null"}]}`), `"X":`+leaf, ""))
	add("250 objects in objects", document(nested(250, `{"type":"object","properties":{"a":`, `{"type":"string"}`, `}}`), `"X":`+leaf, ""))
	add("220 objects in lists", document(nested(220, `{"type":"array","items":{"type":"object","properties":{"a":`, `{"type":"string"}`, `}}}`), `"X":`+leaf, ""))
	add("300 allOf in members", document(nested(150, `{"allOf":[{"type":"object","properties":{"a":`, `{"type":"string"}`, `}},{"type":"object","properties":{"b":{"type":"string"}}}]}`), `"X":`+leaf, ""))
	add("$id in each schema", document(toA, chain(200, `{"$id":"https://a.example.com/s%[2]d","type":"object","properties":{"a":%[1]s,"b":{"$ref":"https://a.example.com/s%[2]d"}}}`, leaf), ""))
	add("$anchor in each schema", document(toA, chain(200, `{"$anchor":"a%[2]d","type":"object","properties":{"a":%[1]s,"b":{"$ref":"#a%[2]d"}}}`, leaf), ""))
	add("$dynamicRef in a lattice", document(toA, chain(24, `{"$id":"https://a.example.com/s%[2]d","$dynamicAnchor":"n","type":"object","properties":{"a":{"$ref":"https://a.example.com/s%[2]d"},"b":{"$dynamicRef":"#n"}},"allOf":[%[1]s]}`, leaf), ""))
	add("$dynamicRef bound in many ways", document(`{"oneOf":[`+join(60, `{"$ref":"#/components/schemas/B%d"}`)+`]}`, join(60, `"B%d":{"$id":"https://a.example.com/b%[1]d","$dynamicAnchor":"n","$ref":"https://a.example.com/t","properties":{"m%[1]d":{"type":"string"}}}`)+`,"T":{"$id":"https://a.example.com/t","$dynamicAnchor":"n","type":"object","properties":{"c":{"type":"array","items":{"$dynamicRef":"#n"}},"d":{"$dynamicRef":"#n"}}}`, ""))
}

// overlapping are templates of which a request matches 2^n.
func overlapping(n int) string {
	var list []string
	for i := range 1 << (n - 3) {
		var b strings.Builder
		for bit := range n - 3 {
			if i>>bit&1 == 1 {
				fmt.Fprintf(&b, "/{p%d}", bit)
			} else {
				b.WriteString("/a")
			}
		}
		list = append(list, fmt.Sprintf(`"%s":{"get":{"responses":{"200":{"description":"ok"}}}}`, b.String()))
	}
	return strings.Join(list, ",")
}

// jsonapi are documents of JSON:API whose resources refer to each other.
func jsonapi(add func(name, document string)) {
	resource := func(i, n, step int) string {
		var rels []string
		for k := 0; k < n; k += step {
			rels = append(rels, fmt.Sprintf(`"r%[1]d":{"type":"object","properties":{"data":{"type":"object","properties":{"type":{"const":"t%[1]d"},"id":{"type":"string"}}}}}`, k))
		}
		return fmt.Sprintf(`"T%[1]d":{"type":"object","required":["type","id"],"properties":{"type":{"const":"t%[1]d"},"id":{"type":"string"},"attributes":{"type":"object","properties":{"leaf":{"type":"string","description":"leaf"}}},"relationships":{"type":"object","properties":{%[2]s}}}}`, i, strings.Join(rels, ","))
	}
	make := func(n, step int) string {
		var list, included []string
		for i := range n {
			list = append(list, resource(i, n, step))
			included = append(included, fmt.Sprintf(`{"$ref":"#/components/schemas/T%d"}`, i))
		}
		var includes []string
		for i := range 200 {
			includes = append(includes, fmt.Sprintf(`"r%d.r%d.r%d"`, i%n, i/2%n, i/3%n))
		}
		return fmt.Sprintf(`{"openapi":"3.1.0","info":{"title":"T","version":"1"},"servers":[{"url":"https://pets.example.com"}],"paths":{"/t":{"get":{"operationId":"t.list","parameters":[{"name":"include","in":"query","explode":false,"schema":{"type":"array","items":{"type":"string","enum":[%[3]s]}}}],"responses":{"200":{"description":"ok","content":{"application/vnd.api+json":{"schema":{"type":"object","required":["data"],"properties":{"data":{"type":"array","items":{"$ref":"#/components/schemas/T0"}},"included":{"type":"array","items":{"anyOf":[%[1]s]}}}}}}}}}}},"components":{"schemas":{%[2]s}}}`,
			strings.Join(included, ","), strings.Join(list, ","), strings.Join(includes, ","))
	}
	add("15 resources that refer to each other", make(15, 1))
	add("50 resources in a circle", make(50, 12))
}

// yamls are attacks on readers of YAML.
func yamls(add func(name, document string)) {
	head := "openapi: 3.1.0\ninfo: {title: x, version: '1'}\npaths: {}\n"
	var aliases, merges strings.Builder
	for i := range 40 {
		fmt.Fprintf(&aliases, "x-%d: &a%d [*a%d, *a%d]\n", i+1, i+1, i, i)
		fmt.Fprintf(&merges, "x-%d: &a%d {<<: *a%d, b%d: *a%d}\n", i+1, i+1, i, i, i)
	}
	add("aliases of aliases", head+"x-0: &a0 [leaf, leaf]\n"+aliases.String())
	add("merges of merges", head+"x-0: &a0 {a: 1}\n"+merges.String())
	add("300 indents", head+indents(290))
	add("flows in flows", head+"x-a: "+strings.Repeat("[", 900)+strings.Repeat("]", 900)+"\n")
	add("10,000 empty members", head+"x-a: {"+strings.Repeat("a: , ", 8_000)+"}\n")
	add("anchors of one name", head+"x-a: ["+strings.Repeat("&a 1, *a, ", 4_000)+"]\n")
	add("a folded text of 20,000 lines", head+"x-a: >\n"+strings.Repeat("  a\n\n", 8_000))
	add("20,000 comments", head+strings.Repeat("# a\n", 10_000))
}

func indents(n int) string {
	var b strings.Builder
	b.WriteString("x-a:\n")
	for i := 1; i < n; i++ {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

// overlays are overlays that look for a target in costly ways.
func overlays() []Kind {
	document := `{"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{` + join(250, `"/a%d":{"get":{"operationId":"a%[1]d.get","tags":["a","b"],"responses":{"200":{"description":"ok"}}}}`) + `}}`
	overlay := func(actions string) string {
		return `{"overlay":"1.0.0","info":{"title":"o","version":"1"},"actions":[` + actions + `]}`
	}
	action := func(target string) string { return `{"target":` + quote(target) + `,"update":{"x-a":1}}` }
	filters := `$..*`
	for range 4 {
		filters = filters + `[?(@..*)]`
	}
	deep := `@.get`
	for range 6 {
		deep = `@..[?(` + deep + `)]`
	}
	var list []Kind
	for _, c := range []struct{ name, actions string }{
		{"descendants of descendants", action(`$..*..*..*..*`)},
		{"filters of descendants", action(filters)},
		{"filters in filters", action(`$..[?(` + deep + `)]`)},
		{"filters that compare all with all", action(`$..[?(@..operationId == $..operationId)]`)},
		{"counts of descendants", action(`$..[?(count($..*) > count(@..*))]`)},
		{"patterns in filters", action(`$..[?(match(@.operationId, '(a*)*b') || search(@.operationId, '((a{1,50}){1,50}){1,20}'))]`)},
		{"3,000 actions", strings.TrimSuffix(strings.Repeat(action(`$..x`)+",", 700), ",")},
		{"updates of themselves", strings.TrimSuffix(strings.Repeat(`{"target":"$.paths.*.get","update":{"x-a":{"x-a":[1,2,3]},"tags":["a","b"]}},`, 300), ",")},
		{"wildcards of wildcards", action(`$[*,*,*][*,*,*][*,*,*][*,*,*][*,*,*]`)},
		{"slices", action(`$.paths.*.get.tags[0:1,0:1,0:1,0:1,0:1,0:1,::1,::1,::-1]`)},
		{"a path of 3,000 brackets", action(`$` + strings.Repeat(`['a']`, 3000))},
		{"a filter of 2,000 parentheses", action(`$..[?` + strings.Repeat("(", 2000) + "@.a" + strings.Repeat(")", 2000) + `]`)},
	} {
		list = append(list, Kind{Name: "an overlay with " + c.name, Old: document, New: strings.Replace(document, `"tags":["a","b"]`, `"tags":["a"]`, 1), Overlay: overlay(c.actions)})
	}
	return list
}
