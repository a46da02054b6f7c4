package budget

import (
	"fmt"
	"strings"
)

// lattices are schemas that reach the next one in two or more ways: 2^40 paths
// lead to the last one. Some hold themselves.
func lattices(add func(name, document string)) {
	for _, c := range []struct{ name, format string }{
		{"allOf", `{"allOf":[%[1]s,%[1]s]}`},
		{"oneOf", `{"oneOf":[%[1]s,%[1]s]}`},
		{"anyOf", `{"anyOf":[%[1]s,%[1]s]}`},
		{"members", `{"type":"object","properties":{"a":%[1]s,"b":%[1]s}}`},
		{"required members", `{"type":"object","required":["a","b"],"properties":{"a":%[1]s,"b":%[1]s}}`},
		{"lists", `{"type":"array","minItems":2,"items":%[1]s}`},
		{"tuples", `{"type":"array","prefixItems":[%[1]s,%[1]s],"items":false}`},
		{"maps", `{"type":"object","minProperties":2,"additionalProperties":%[1]s}`},
		{"patternProperties", `{"type":"object","patternProperties":{"^a":%[1]s,"^b":%[1]s}}`},
		{"not", `{"allOf":[{"not":%[1]s},{"not":%[1]s}]}`},
		{"if then else", `{"if":%[1]s,"then":%[1]s,"else":%[1]s}`},
		{"dependentSchemas", `{"type":"object","dependentSchemas":{"a":%[1]s,"b":%[1]s}}`},
		{"contains", `{"type":"array","contains":{"anyOf":[%[1]s,%[1]s]}}`},
		{"unevaluated", `{"type":"object","unevaluatedProperties":%[1]s,"additionalProperties":%[1]s}`},
		{"propertyNames", `{"type":"object","propertyNames":%[1]s,"additionalProperties":%[1]s}`},
		{"allOf of inline parts", `{"allOf":[{"allOf":[%[1]s]},{"type":"object","properties":{"m%[2]d":{"type":"string"}}},%[1]s]}`},
		{"allOf and oneOf", `{"allOf":[{"oneOf":[%[1]s,{"type":"object","properties":{"m%[2]d":{"type":"string"}}}]},{"oneOf":[%[1]s,{"type":"object","properties":{"n%[2]d":{"type":"string"}}}]}]}`},
		{"oneOf of lists", `{"oneOf":[{"type":"array","items":%[1]s},{"type":"array","minItems":1,"items":%[1]s}]}`},
		{"oneOf in members", `{"type":"object","required":["a"],"properties":{"a":{"oneOf":[%[1]s,{"type":"object","required":["b"],"properties":{"b":%[1]s}}]}}}`},
		{"anyOf with null", `{"anyOf":[%[1]s,{"anyOf":[%[1]s,{"type":"null"}]},{"type":"null"}]}`},
		{"members of allOf", `{"allOf":[{"type":"object","properties":{"a":%[1]s}},{"type":"object","properties":{"a":%[1]s,"b":%[1]s}}]}`},
		{"all keywords", `{"type":"object","properties":{"a":%[1]s},"allOf":[%[1]s],"anyOf":[%[1]s,%[1]s],"oneOf":[%[1]s],"not":{"not":%[1]s},"additionalProperties":%[1]s}`},
		{"discriminated", `{"oneOf":[%[1]s,%[1]s],"discriminator":{"propertyName":"leaf"}}`},
		{"lists of oneOf of members", `{"type":"array","items":{"oneOf":[%[1]s,{"type":"object","properties":{"x":%[1]s}}]}}`},
	} {
		add("lattice of "+c.name, document(toA, chain(40, c.format, leaf), ""))
		circle := fmt.Sprintf(c.format, toA, 40)
		add("circle of "+c.name, document(toA, chain(12, c.format, circle), ""))
	}
	for _, c := range []struct{ name, format string }{
		{"allOf", `{"allOf":[%s],"description":"%d"}`},
		{"oneOf", `{"oneOf":[%s],"description":"%d"}`},
		{"members", `{"type":"object","properties":{%s},"description":"%d"}`},
	} {
		add("complete graph of "+c.name, document(toA, complete(24, c.format), ""))
	}
}

// complete lists n schemas, each of which refers to all that follow.
func complete(n int, format string) string {
	var list []string
	for i := range n {
		var next []string
		for k := i + 1; k < n; k++ {
			ref := fmt.Sprintf(`{"$ref":"#/components/schemas/A%d"}`, k)
			if strings.Contains(format, "properties") {
				ref = fmt.Sprintf(`"m%d":%s`, k, ref)
			}
			next = append(next, ref)
		}
		schema := leaf
		if len(next) > 0 {
			schema = fmt.Sprintf(format, strings.Join(next, ","), i)
		}
		list = append(list, fmt.Sprintf(`"A%d":%s`, i, schema))
	}
	return strings.Join(list, ",")
}

// nested is depth values, each within the one before.
func nested(depth int, open, inner, end string) string {
	return strings.Repeat(open, depth) + inner + strings.Repeat(end, depth)
}

// values are examples and defaults that must be checked against lattices.
func values(add func(name, document string)) {
	deep := nested(40, `{"a":`, `{"leaf":1}`, `}`)
	lists := nested(40, `[`, `1`, `]`)
	add("an example of a lattice of oneOf", document(toA, chain(30, `{"oneOf":[{"type":"object","properties":{"a":%[1]s}},{"type":"object","required":["a"],"properties":{"a":%[1]s}}]}`, leaf), `,"example":`+deep))
	add("an example of a lattice of anyOf", document(toA, chain(30, `{"anyOf":[{"type":"object","properties":{"a":%[1]s}},{"type":"object","required":["a"],"properties":{"a":%[1]s}}]}`, leaf), `,"example":`+deep))
	add("an example of a lattice of allOf", document(toA, chain(30, `{"allOf":[{"type":"object","properties":{"a":%[1]s}},{"type":"object","required":["a"],"properties":{"a":%[1]s}}]}`, leaf), `,"example":`+deep))
	add("an example of lists of oneOf", document(toA, chain(30, `{"oneOf":[{"type":"array","items":%[1]s},{"type":"array","minItems":1,"items":%[1]s}]}`, leaf), `,"example":`+lists))
	add("an example of a schema of itself", document(toA, `"A0":{"oneOf":[{"type":"array","items":`+toA+`},{"type":"array","items":`+toA+`},{"type":"string"}]}`, `,"example":`+lists))
	add("an example of a union without members", document(toA, chain(40, `{"oneOf":[%[1]s,%[1]s,{"type":"boolean"}]}`, `{"type":"string"}`), `,"example":7`))
	add("a default at each level of a lattice", document(toA, chain(30, `{"oneOf":[%[1]s,%[1]s],"default":{"a":[1,2,3]}}`, leaf), ""))
	add("an example at each level of a lattice", document(toA, chain(30, `{"type":"object","properties":{"a":%[1]s,"b":%[1]s},"example":{"a":{"a":{"a":{"a":1}}}}}`, leaf), ""))
	add("a list of a thousand items against unions", document(`{"type":"array","items":`+toA+`}`, chain(12, `{"oneOf":[%[1]s,%[1]s]}`, `{"type":"string"}`), `,"example":[`+strings.TrimSuffix(strings.Repeat(`1,`, 1000), ",")+`]`))
	add("an enum of objects against itself", document(`{"enum":[`+join(400, `{"a":%d,"b":[1,2,3]}`)+`]}`, `"X":`+leaf, ""))
	add("many examples of one schema", document(toA, chain(10, `{"oneOf":[%[1]s,%[1]s,{"type":"integer"}]}`, leaf), `,"examples":{`+join(200, `"e%d":{"value":{"a":1}}`)+`}`))
}

// join is format for each number below n.
func join(n int, format string) string {
	list := make([]string, n)
	for i := range list {
		if strings.Contains(format, "%") {
			list[i] = fmt.Sprintf(format, i)
		} else {
			list[i] = format
		}
	}
	return strings.Join(list, ",")
}

// unions are choices of many alternatives.
func unions(add func(name, document string)) {
	add("a union of 400 alike", document(`{"oneOf":[`+join(400, `{"type":"object","properties":{"a%d":{"type":"string"}}}`)+`]}`, `"X":`+leaf, ""))
	add("a union of 300 constants", document(`{"oneOf":[`+join(300, `{"type":"object","required":["k"],"properties":{"k":{"const":"v%d"}}}`)+`]}`, `"X":`+leaf, ""))
	add("an enum of 2,500 values", document(`{"enum":[`+join(2500, `"v%d"`)+`]}`, `"X":`+leaf, ""))
	add("unions of 12 in unions of 12", document(`{"oneOf":[`+join(12, `{"oneOf":[`+join(12, `{"type":"object","properties":{"a":{"type":"string"}}}`)+`]}`)+`]}`, `"X":`+leaf, ""))
	add("two unions of 200 in an allOf", document(`{"allOf":[{"oneOf":[`+join(200, `{"type":"object","properties":{"a%d":{"type":"string"}}}`)+`]},{"oneOf":[`+join(200, `{"type":"object","properties":{"b%d":{"type":"string"}}}`)+`]}]}`, `"X":`+leaf, ""))
	add("ten unions of 20 in an allOf", document(`{"allOf":[`+join(10, `{"oneOf":[`+strings.ReplaceAll(join(20, `{"type":"object","properties":{"a#":{"type":"string"}}}`), "#", "%[1]d")+`]}`)+`]}`, `"X":`+leaf, ""))
	add("subtypes of subtypes", document(toA, chain(120, `{"allOf":[%[1]s,{"type":"object","properties":{"m%[2]d":{"type":"string"}}}]}`, `{"type":"object","required":["kind"],"properties":{"kind":{"type":"string"}},"discriminator":{"propertyName":"kind"}}`), ""))
	add("a hundred subtypes with children", document(`{"$ref":"#/components/schemas/Base"}`, `"Base":{"type":"object","required":["kind"],"properties":{"kind":{"type":"string"},"child":{"$ref":"#/components/schemas/Base"}},"discriminator":{"propertyName":"kind"}},`+join(200, `"S%d":{"allOf":[{"$ref":"#/components/schemas/Base"},{"type":"object","properties":{"of":{"type":"array","items":{"$ref":"#/components/schemas/Base"}}}}]}`), ""))
	add("a mapping of 500 names", document(`{"oneOf":[`+toA+`],"discriminator":{"propertyName":"leaf","mapping":{`+join(500, `"m%d":"#/components/schemas/A0"`)+`}}}`, `"A0":`+leaf, ""))
}

// texts are descriptions, names and patterns.
func texts(add func(name, document string)) {
	described := func(name, text string) {
		add("a description of "+name, document(toA, `"A0":{"type":"object","description":`+quote(text)+`,"properties":{"a":{"type":"string","description":`+quote(text[:len(text)/4])+`}}}`, ""))
	}
	described("20,000 open brackets", strings.Repeat("[", 20_000))
	described("10,000 open links", strings.Repeat("[a](", 5_000))
	described("20,000 asterisks", strings.Repeat("*a ", 6_000))
	described("mixed emphasis", strings.Repeat("*a_b**c__d", 2_000))
	described("backticks of all lengths", backticks(180))
	described("nested quotes", strings.Repeat(">", 10_000)+" a")
	described("nested lists", nestedLists(200))
	described("open tags", strings.Repeat("<a ", 8_000))
	described("entities", strings.Repeat("&amp", 6_000))
	described("tables", strings.Repeat("|", 8_000)+"\n"+strings.Repeat("|-", 4_000)+"\n"+strings.Repeat("|", 8_000))
	described("link definitions", strings.Repeat("[a]: b\n", 3_000)+strings.Repeat("[a]", 3_000))
	described("one long word", strings.Repeat("x", 30_000))
	described("7,000 lines", strings.Repeat("a\n\n", 7_000))
	described("angles", strings.Repeat("<!--", 5_000))
	described("line breaks", strings.Repeat("a  \n", 6_000))
	add("a pattern of nested repetition", document(`{"type":"string","pattern":"`+nested(20, "(a*", "", ")*")+`$","example":"`+strings.Repeat("a", 500)+`b"}`, `"X":`+leaf, ""))
	add("a pattern of large counts", document(`{"type":"string","pattern":"((a{1,100}){1,100}){1,100}","example":"a"}`, `"X":`+leaf, ""))
	add("300 patterns", document(`{"type":"object","patternProperties":{`+join(300, `"^a%d.{0,900}$":{"type":"string"}`)+`}}`, `"X":`+leaf, `,"example":{`+join(300, `"a%d":"x"`)+`}`))
	add("700 names that are one", document(`{"type":"object","properties":{`+sameNames(700)+`}}`, `"X":`+leaf, ""))
	add("700 schemas that are one name", document(`{"$ref":"#/components/schemas/a"}`, `"a":`+leaf+`,`+sameNames(700), ""))
	add("names of 8,000 characters", document(`{"type":"object","properties":{"`+strings.Repeat("x", 8_000)+`":{"type":"object","properties":{"`+strings.Repeat("y", 8_000)+`":{"enum":["`+strings.Repeat("z", 6_000)+`"]}}}}}`, `"X":`+leaf, ""))
}

func backticks(n int) string {
	var b strings.Builder
	for i := 1; i < n; i++ {
		b.WriteString(strings.Repeat("`", i) + " ")
	}
	return b.String()
}

func nestedLists(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("  ", i%60) + "- a\n")
	}
	return b.String()
}

// sameNames are members whose names differ in punctuation alone.
func sameNames(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(`"a%s":{"type":"string"}`, strings.NewReplacer("0", "-", "1", ".").Replace(fmt.Sprintf("%b", i+2)))
	}
	return strings.Join(list, ",")
}

func quote(text string) string {
	return `"` + strings.NewReplacer("\\", `\\`, `"`, `\"`, "\n", `\n`).Replace(text) + `"`
}

// numbers are limits that ask for large values.
func numbers(add func(name, document string)) {
	for _, c := range []struct{ name, schema string }{
		{"minItems", `{"type":"array","minItems":1000000000,"items":{"type":"string"}}`},
		{"minItems at each of ten levels", nested(10, `{"type":"array","minItems":50,"items":`, `{"type":"string"}`, `}`)},
		{"minItems of 2^63", `{"type":"array","minItems":9223372036854775807,"items":{"type":"string"}}`},
		{"minLength", `{"type":"string","minLength":2000000000}`},
		{"minLength of 2^63", `{"type":"string","minLength":9223372036854775807}`},
		{"minProperties", `{"type":"object","minProperties":1000000000,"additionalProperties":{"type":"string"}}`},
		{"minContains", `{"type":"array","contains":{"type":"string"},"minContains":1000000000}`},
		{"multipleOf", `{"type":"number","multipleOf":1e-300,"minimum":1e300}`},
		{"exponents", `{"type":"number","minimum":1e308,"default":1e-99999999,"example":1e999999999,"const":1e999999999}`},
		{"10,000 digits", `{"type":"integer","maximum":` + strings.Repeat("9", 10_000) + `,"default":` + strings.Repeat("8", 10_000) + `}`},
		{"required members without a schema", `{"type":"object","required":[` + join(3000, `"m%d"`) + `]}`},
	} {
		add("a large "+c.name, document(c.schema, `"X":`+leaf, ""))
	}
}
