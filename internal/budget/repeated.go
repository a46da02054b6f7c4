package budget

import (
	"fmt"
	"strings"
)

// rootDocument is a document with these members.
func rootDocument(rest string) string {
	return `{"openapi":"3.1.0","info":{"title":"Pets","version":"1"},"servers":[{"url":"https://pets.example.com"}],` + rest + `}`
}

const okResponse = `"responses":{"200":{"description":"ok"}}`

// repeated are documents that write something once and use it many times: what is
// made of them could be thousands of times as large.
func repeated(add func(name, document string)) {
	methods := []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}
	item := func(content string) string {
		var list []string
		for _, m := range methods {
			list = append(list, fmt.Sprintf(`"%s":{%s}`, m, okResponse))
		}
		return `{` + content + strings.Join(list, ",") + `}`
	}
	members := func(n int) string { return `"properties":{` + join(n, `"m%d":{"type":"string"}`) + `}` }
	add("500 paths that are one item with 100 parameters", rootDocument(`"paths":{`+join(500, `"/a%d":{"$ref":"#/components/pathItems/P"}`)+`},"components":{"pathItems":{"P":`+item(`"parameters":[`+join(100, `{"name":"p%d","in":"query"}`)+`],`)+`}}`))
	add("500 paths that are one item with 300 objects", rootDocument(`"paths":{`+join(500, `"/a%d":{"$ref":"#/components/pathItems/P"}`)+`},"components":{"pathItems":{"P":{"get":{"responses":{"200":{"description":"ok","content":{"application/json":{"schema":{"type":"object","properties":{`+
		join(300, `"m%d":{"type":"object","properties":{"a":{"type":"string"}}}`)+`}}}}}}}}}}`))
	add("300 extensions of one schema of 500 members", document(`{"$ref":"#/components/schemas/C"}`, `"A0":{"type":"object",`+members(500)+`},`+join(300, `"B%d":{"allOf":[`+toA+`]}`)+`,"C":{"type":"object","properties":{`+join(300, `"m%d":{"$ref":"#/components/schemas/B%[1]d"}`)+`}}`, ""))
	add("200 extensions with members of one schema of 600 members", document(`{"$ref":"#/components/schemas/C"}`, `"A0":{"type":"object",`+members(600)+`},`+join(200, `"B%d":{"allOf":[`+toA+`],"properties":{"x":{}}}`)+`,"C":{"type":"object","properties":{`+join(200, `"m%d":{"$ref":"#/components/schemas/B%[1]d"}`)+`}}`, ""))
	add("a union of 300 that are one schema of 600 members", document(`{"oneOf":[`+join(300, toA)+`]}`, `"A0":{"type":"object",`+members(600)+`}`, ""))
	add("450 bodies that are one response with 100 headers", rootDocument(`"paths":{`+join(450, `"/a%d":{"get":{"responses":{"200":{"$ref":"#/components/responses/R"}}}}`)+`},"components":{"responses":{"R":{"description":"ok","headers":{`+join(100, `"X-A%d":{"schema":{"type":"integer"}}`)+`}}}}`))
	add("a thousand parameters of eight methods", rootDocument(`"paths":{"/a":`+item(`"parameters":[`+join(1000, `{"name":"p%d","in":"query"}`)+`],`)+`}`))
	add("path items of path items", rootDocument(`"paths":{"/a":{"$ref":"#/components/pathItems/P0"}},"components":{"pathItems":{`+pathItems(40)+`}}`))
	add("callbacks of callbacks by reference", rootDocument(`"paths":{"/a":{"post":{"callbacks":{"c":{"$ref":"#/components/callbacks/C0"}},`+okResponse+`}}},"components":{"callbacks":{`+callbacks(60)+`}}`))
	add("links in circles", rootDocument(`"paths":{`+linked(150)+`}`))
	add("60 operations with 40 alternatives of security each", rootDocument(`"paths":{`+join(60, `"/a%d":{"get":{"security":[`+strings.ReplaceAll(join(40, `{"k#":[]}`), "#", "%[1]d")+`],`+okResponse+`}}`)+`},"components":{"securitySchemes":{`+join(60, `"k%d":{"type":"apiKey","in":"header","name":"K%[1]d"}`)+`}}`))
	add("1,500 tags", rootDocument(`"tags":[`+join(1500, `{"name":"t%d"}`)+`],"paths":{"/a":{"get":{"tags":[`+join(1500, `"t%d"`)+`],`+okResponse+`}}}`))
	add("a server of 300 variables", `{"openapi":"3.1.0","info":{"title":"Pets","version":"1"},"servers":[{"url":"https://`+strings.ReplaceAll(join(300, `{v%d}`), ",", ".")+`","variables":{`+join(300, `"v%d":{"default":"a","enum":["a","b","c"]}`)+`}}],"paths":{"/a":{"get":{`+okResponse+`}}}}`)
	add("500 servers with variables", `{"openapi":"3.1.0","info":{"title":"Pets","version":"1"},"servers":[`+join(500, `{"url":"https://{v}.example.com/%d","variables":{"v":{"default":"a"}}}`)+`],"paths":{"/a":{"get":{`+okResponse+`}}}}`)
	add("700 templates that overlap", rootDocument(`"paths":{`+join(700, `"/{a%d}/{b}/{c}":{"get":{"responses":{"200":{"description":""}}}}`)+`}`))
	add("300 encodings of a form", rootDocument(`"paths":{"/a":{"post":{"requestBody":{"content":{"multipart/form-data":{"schema":{"type":"object","properties":{`+join(300, `"m%d":{"type":"array","items":{"type":"string"}}`)+`}},"encoding":{`+join(300, `"m%d":{"contentType":"text/plain, application/json"}`)+`}}}},`+okResponse+`}}}`))
	add("references to deep places", document(toA, `"A0":`+nested(150, `{"type":"object","properties":{"a":`, `{"type":"string"}`, `}}`)+`,`+deepRefs(60, 30), ""))
	add("examples by reference", rootDocument(`"paths":{"/a":{"get":{"responses":{"200":{"description":"ok","content":{"application/json":{"schema":{"type":"integer"},"examples":{`+join(300, `"e%d":{"$ref":"#/components/examples/E"}`)+`}}}}}}}},"components":{"examples":{"E":{"value":[`+join(4000, `"x"`)+`]}}}`))
	add("one enum of 500 values in 300 members", document(`{"type":"object","properties":{`+join(300, `"m%d":{"$ref":"#/components/schemas/E"}`)+`}}`, `"E":{"enum":[`+join(500, `"v%d"`)+`]}`, ""))
	add("one inline enum of 100 values in 20 members", document(`{"type":"object","properties":{`+strings.ReplaceAll(join(20, `"m%d":{"enum":[#]}`), "#", join(100, `"value-%d"`))+`}}`, `"X":`+leaf, ""))
}

// callbacks are callbacks whose operations have the next one twice.
func callbacks(n int) string {
	var list []string
	for i := range n {
		next := fmt.Sprintf(`{"$ref":"#/components/callbacks/C%d"}`, i+1)
		list = append(list, fmt.Sprintf(`"C%d":{"{$request.body#/u}":{"post":{"callbacks":{"a":%s,"b":%s},%s}}}`, i, next, next, okResponse))
	}
	return strings.Join(append(list, fmt.Sprintf(`"C%d":{"{$request.body#/u}":{"post":{%s}}}`, n, okResponse)), ",")
}

// pathItems are path items whose callbacks have the next one twice.
func pathItems(n int) string {
	var list []string
	for i := range n {
		next := fmt.Sprintf(`{"{$request.body#/u}":{"$ref":"#/components/pathItems/P%d"}}`, i+1)
		list = append(list, fmt.Sprintf(`"P%d":{"post":{"callbacks":{"a":%s,"b":%s},%s}}`, i, next, next, okResponse))
	}
	return strings.Join(append(list, fmt.Sprintf(`"P%d":{"post":{%s}}`, n, okResponse)), ",")
}

// linked are operations with links to two others each.
func linked(n int) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf(`"/a%[1]d":{"get":{"operationId":"o%[1]d","responses":{"200":{"description":"ok","links":{"a":{"operationRef":"#/paths/~1a%[2]d/get"},"b":{"operationId":"o%[3]d","parameters":{"p":"$response.body#/a"}}}}}}}`, i, (i+1)%n, (i*2)%n))
	}
	return strings.Join(list, ",")
}

// deepRefs are schemas that point deep into another.
func deepRefs(n, depth int) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf(`"R%d":{"$ref":"#/components/schemas/A0%s"}`, i, strings.Repeat("/properties/a", depth)))
	}
	return strings.Join(list, ",")
}

// inline are schemas within each other, in keywords whose schemas say nothing of
// types.
func inline(add func(name, document string)) {
	for _, c := range []struct{ name, open, end string }{
		{"not", `{"not":`, `}`},
		{"if", `{"if":`, `,"then":{"minLength":1}}`},
		{"then", `{"if":{"type":"string"},"then":`, `}`},
		{"dependentSchemas", `{"type":"object","dependentSchemas":{"a":`, `}}`},
		{"patternProperties", `{"type":"object","patternProperties":{"^a":`, `}}`},
		{"additionalProperties", `{"type":"object","additionalProperties":`, `}`},
		{"prefixItems", `{"type":"array","prefixItems":[`, `]}`},
		{"contains", `{"type":"array","contains":`, `}`},
		{"anyOf", `{"anyOf":[`, `,{"type":"integer"}]}`},
		{"allOf of two", `{"allOf":[`, `,{"type":"object","properties":{"a":{"type":"string"}}}]}`},
		{"$defs", `{"$defs":{"a":`, `}}`},
	} {
		for _, depth := range []int{120, 290} {
			text := document(nested(depth, c.open, leaf, c.end), `"X":`+leaf, "")
			if len(text) <= MaxSize {
				add(fmt.Sprintf("%d %s in each other", depth, c.name), text)
			}
		}
	}
	add("a default of 290 levels", document(`{"default":`+nested(290, `{"a":`, `1`, `}`)+`}`, `"X":`+leaf, ""))
	add("a constant of 10,000 items", document(`{"const":[`+join(10_000, `1`)+`]}`, `"X":`+leaf, ""))
	add("a discriminator of discriminators", document(toA, chain(100, `{"oneOf":[%[1]s,{"$ref":"#/components/schemas/L"}],"discriminator":{"propertyName":"leaf","mapping":{"a":"#/components/schemas/L","b":"#/components/schemas/A0"}}}`, leaf)+`,"L":`+leaf, ""))
	add("bases of bases with mappings", document(toA, chain(100, `{"type":"object","properties":{"k%[2]d":{"type":"string"},"n":%[1]s},"discriminator":{"propertyName":"k%[2]d","mapping":{"a":"#/components/schemas/A0","b":"#/components/schemas/A%[2]d"}},"allOf":[%[1]s]}`, leaf), ""))
	add("$dynamicRef in 2^12 scopes", document(`{"$ref":"#/components/schemas/A0"}`, scopes(12), ""))
	add("$dynamicRef in 2^24 scopes", document(`{"$ref":"#/components/schemas/A0"}`, scopes(24), ""))
	add("$dynamicRef of a hundred names", document(`{"$ref":"#/components/schemas/A0"}`, scopes(60), ""))
	add("600 patterns of letters", document(`{"type":"object","properties":{`+join(600, `"m%d":{"pattern":"\\pL{1000}"}`)+`}}`, `"X":`+leaf, ""))
	add("250 patterns of words", document(`{"type":"object","properties":{`+join(250, `"m%d":{"pattern":"(([a-z]|[b-y]|[c-x]|[d-w]|[e-v]|[f-u]|[g-t]|ab|cd|ef|gh){5}){200}"}`)+`}}`, `"X":`+leaf, ""))
	add("patterns in names", document(`{"type":"object","patternProperties":{`+join(900, `"\\pL{1000}%d":{}`)+`}}`, `"X":`+leaf, ""))
}

// scopes are schemas at n levels: each level has two, which bind the anchor of the
// level, and each refers to both of the next level.
func scopes(n int) string {
	var list []string
	for i := range n {
		next := fmt.Sprintf(`"a":{"$ref":"#/components/schemas/A%d"},"b":{"$ref":"#/components/schemas/B%d"}`, i+1, i+1)
		for _, side := range []string{"A", "B"} {
			list = append(list, fmt.Sprintf(`"%[1]s%[2]d":{"$id":"https://a.example.com/%[1]s%[2]d","type":"object","properties":{%[3]s},"$defs":{"d":{"$dynamicAnchor":"n%[2]d","type":"object","properties":{"m%[1]s%[2]d":{"type":"string"}}}}}`, side, i,
				strings.ReplaceAll(next, "#/components/schemas/", "https://a.example.com/")))
		}
	}
	var last, defs []string
	for i := range n {
		last = append(last, fmt.Sprintf(`"r%d":{"$dynamicRef":"#n%[1]d"}`, i))
		defs = append(defs, fmt.Sprintf(`"d%d":{"$dynamicAnchor":"n%[1]d"}`, i))
	}
	for _, side := range []string{"A", "B"} {
		list = append(list, fmt.Sprintf(`"%[1]s%[2]d":{"$id":"https://a.example.com/%[1]s%[2]d","type":"object","properties":{%[3]s},"$defs":{%[4]s}}`, side, n, strings.Join(last, ","), strings.Join(defs, ",")))
	}
	return strings.Join(list, ",")
}

// long are texts of tens of thousands of characters where short ones are expected.
func long(add func(name, document string)) {
	x := strings.Repeat("x", 45_000)
	operation := func(rest string) string { return `"paths":{"/a":{"get":{` + rest + okResponse + `}}}` }
	add("a title of 45,000 characters", `{"openapi":"3.1.0","info":{"title":"`+x+`","version":"1"},"servers":[{"url":"https://pets.example.com"}],`+operation("")+`}`)
	add("an operationId of 45,000 characters", rootDocument(operation(`"operationId":"`+x+`",`)))
	add("an operationId of 20,000 words", rootDocument(operation(`"operationId":"`+strings.Repeat("a.", 20_000)+`",`)))
	add("a path of 20,000 elements", rootDocument(`"paths":{"`+strings.Repeat("/a", 20_000)+`":{"get":{`+okResponse+`}}}`))
	add("a tag of 45,000 characters", rootDocument(operation(`"tags":["`+x+`"],`)))
	add("a server of 45,000 characters", `{"openapi":"3.1.0","info":{"title":"x","version":"1"},"servers":[{"url":"https://pets.example.com/`+x+`"}],`+operation("")+`}`)
	add("a media type of 10,000 parameters", rootDocument(`"paths":{"/a":{"get":{"responses":{"200":{"description":"ok","content":{"application/json`+strings.Repeat(";a=b", 10_000)+`":{"schema":{"type":"integer"}}}}}}}}`))
	add("a parameter of 45,000 characters", rootDocument(operation(`"parameters":[{"name":"`+x+`","in":"query","schema":{"type":"string"}}],`)))
	add("a reference of 10,000 elements", document(`{"$ref":"#`+strings.Repeat("/a", 10_000)+`"}`, `"X":`+leaf, ""))
	add("a reference of 6,000 levels up", document(`{"$ref":"`+strings.Repeat("../", 6_000)+`a.json#/a"}`, `"X":`+leaf, ""))
	add("a schema of 7,000 words", document(`{"$ref":"#/components/schemas/`+strings.Repeat("a-", 7_000)+`"}`, `"`+strings.Repeat("a-", 7_000)+`":`+leaf, ""))
	add("a description of right-to-left text", document(toA, `"A0":{"type":"object","description":"`+strings.Repeat("ع ", 15_000)+`"}`, ""))
	add("escapes of JSON", document(toA, `"A0":{"type":"object","description":"`+strings.Repeat(`\u0061\ud83d\ude00`, 2_500)+`"}`, ""))
	add("a description of numbered lists", document(toA, `"A0":{"type":"object","description":"`+strings.Repeat(`1. a\n   1. `, 3_000)+`"}`, ""))
	add("a description of quotes in lists", document(toA, `"A0":{"type":"object","description":"`+strings.Repeat(`> - `, 8_000)+`"}`, ""))
	add("a description of link references", document(toA, `"A0":{"type":"object","description":"`+strings.Repeat(`[a][b](c)![d]`, 3_000)+`"}`, ""))
	add("a description of code", document(toA, `"A0":{"type":"object","description":"`+strings.Repeat("```\\na\\n", 4_000)+`"}`, ""))
}

// changed are documents of which gen diff compares all with all.
func changed() []Kind {
	var list []Kind
	add := func(name, old, replaced string, by string) {
		list = append(list, Kind{Name: "all changed: " + name, Old: old, New: strings.ReplaceAll(old, replaced, by)})
	}
	add("500 members", document(`{"type":"object","properties":{`+join(500, `"old%d":{"type":"string"}`)+`}}`, `"X":`+leaf, ""), `"old`, `"new`)
	add("300 schemas", document(`{"type":"object","properties":{`+join(300, `"m%d":{"$ref":"#/components/schemas/Old%[1]d"}`)+`}}`, join(300, `"Old%d":{"type":"object"}`), ""), `Old`, `New`)
	add("200 schemas with members", document(`{"type":"object","properties":{`+join(200, `"m%d":{"$ref":"#/components/schemas/Old%[1]d"}`)+`}}`, join(200, `"Old%d":{"type":"object","properties":{"a":{"type":"string"},"b":{"$ref":"#/components/schemas/Old0"}}}`), ""), `Old`, `New`)
	add("400 paths", rootDocument(`"paths":{`+join(400, `"/old%d":{"get":{"operationId":"o%[1]d","responses":{"200":{"description":"ok"}}}}`)+`}`), `/old`, `/new`)
	add("400 operations", rootDocument(`"paths":{`+join(400, `"/a%d":{"get":{"operationId":"old%[1]d","responses":{"200":{"description":"ok"}}}}`)+`}`), `"old`, `"new`)
	add("2,000 values of an enum", document(`{"enum":[`+join(2000, `"old%d"`)+`]}`, `"X":`+leaf, ""), `"old`, `"new`)
	add("400 alternatives", document(`{"oneOf":[`+join(400, `{"type":"object","properties":{"old%d":{"type":"string"}}}`)+`]}`, `"X":`+leaf, ""), `"old`, `"new`)
	add("a chain of 300 schemas", document(toA, chain(300, `{"type":"object","properties":{"old%[2]d":%[1]s}}`, leaf), ""), `"old`, `"new`)
	add("400 parameters", rootDocument(`"paths":{"/a":{"get":{"parameters":[`+join(400, `{"name":"old%d","in":"query","schema":{"type":"string"}}`)+`],`+okResponse+`}}}`), `"old`, `"new`)
	add("a lattice of members", document(toA, chain(40, `{"type":"object","properties":{"olda":%[1]s,"oldb":%[1]s}}`, leaf), ""), `"old`, `"new`)
	add("300 servers and schemes", `{"openapi":"3.1.0","info":{"title":"x","version":"1"},"servers":[`+join(300, `{"url":"https://old%d.example.com"}`)+`],"paths":{`+join(100, `"/a%d":{"get":{"servers":[{"url":"https://old%[1]d.example.com"}],`+okResponse+`}}`)+`}}`, `old`, `new`)
	return list
}

// aliases are documents of YAML that repeat by aliases.
func aliases(add func(name, document string)) {
	head := "openapi: 3.1.0\ninfo: {title: x, version: '1'}\nservers: [{url: 'https://pets.example.com'}]\n"
	lines := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format+"\n", i)
		}
		return b.String()
	}
	add("500 paths of one anchor", head+"x-p: &p\n  get: {responses: {'200': {description: ok, content: {application/json: {schema: {type: object, properties: {"+join(300, `m%d: {type: object, properties: {a: {type: string}}}`)+"}}}}}}}\npaths:\n"+lines(500, "  /a%d: *p"))
	add("500 members of one anchor", head+"components:\n  schemas:\n    A: &p {type: object, properties: {"+join(400, `m%d: {type: object, properties: {a: {type: string}}}`)+"}}\n    B:\n      type: object\n      properties:\n"+lines(500, "        n%d: *p")+"paths: {/a: {get: {responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/B'}}}}}}}}\n")
	add("1,500 merges of one anchor", head+"x-p: &p {"+join(300, `m%d: {type: string}`)+"}\npaths: {}\nx-q:\n"+lines(1500, "  a%d: {<<: *p}"))
	add("a merge of 8,000 aliases", head+"x-p: &p {"+join(300, `m%d: {type: string}`)+"}\npaths: {}\nx-q: {<<: ["+strings.TrimSuffix(strings.Repeat("*p, ", 8_000), ", ")+"]}\n")
	add("an anchor in each value", head+"paths: {}\nx-q: ["+join(4_000, "&a%d x")+"]\n")
	add("3,000 documents", head+"paths: {}\n"+strings.Repeat("---\na: 1\n", 3_000))
	add("complex keys", head+"paths: {}\nx-q:\n"+strings.Repeat("  ? {a: {b: c}}\n  : 1\n", 1_500))
	add("tags of YAML", head+"paths: {}\nx-q: ["+strings.TrimSuffix(strings.Repeat("!!binary YWFh, !a b, ", 1_800), ", ")+"]\n")
}

// exchanges are recorded calls whose bodies are costly to check.
func exchanges() []Kind {
	var list []Kind
	for _, c := range []struct{ name, schema, body string }{
		{"15,000 objects", `{"type":"array","items":{"oneOf":[` + join(12, `{"type":"object","properties":{"a%d":{"type":"string"}}}`) + `]}}`, `[` + join(15_000, `{}`) + `]`},
		{"10,000 lists in lists", `{"type":"array","items":` + toA + `}`, nested(10_000, "[", "", "]")},
		{"400 lists in unions", toA, nested(400, "[", "", "]")},
		{"10,000 members", `{"type":"object","properties":{"a":{"type":"string"}}}`, `{` + join(4_000, `"m%d":1`) + `}`},
		{"a text of 45,000 characters", `{"type":"object","properties":{"a":{"type":"string","pattern":"^(a*)*$"}}}`, `{"a":"` + strings.Repeat("a", 45_000) + `"}`},
		{"a number of 45,000 digits", `{"type":"number"}`, strings.Repeat("9", 45_000)},
	} {
		k := Kind{Name: "an exchange with " + c.name, Old: document(c.schema, `"A0":{"oneOf":[{"type":"array","items":`+toA+`},{"type":"array","minItems":1,"items":`+toA+`}]}`, "")}
		k.New = k.Old
		k.Exchange = "recorded from staging\n-- request --\nPOST /pets HTTP/1.1\nHost: pets.example.com\nContent-Type: application/json\n\n" + c.body + "\n-- response --\nHTTP/1.1 204 No Content\n\n"
		list = append(list, k)
	}
	return list
}
