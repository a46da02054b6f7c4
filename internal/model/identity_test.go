package model

import (
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

const lockHead = "openapi: 3.1.0\ninfo: {title: T, version: \"1\"}\npaths:\n"

// buildText makes the API of a document, with the names of an earlier one.
func buildText(t *testing.T, text string, before *API) *API {
	t.Helper()
	c := goldenCase{input: []txtar.File{{Name: "spec.yaml", Data: []byte(text)}}}
	api, _ := c.build(t, func(o *Options) {
		if before != nil {
			o.Names, o.Held = before.Names, before.Held
		}
	})
	return api
}

// exportedNames lists what an API declares, with what it stands for on the wire, so
// that a name that goes to another thing shows.
func exportedNames(api *API) map[string]string {
	out := map[string]string{}
	for _, s := range api.Services {
		for _, o := range s.Operations {
			out[s.TypeName()+"."+o.GoName] = o.Method + " " + pathParameter.ReplaceAllString(o.Path, "{}")
		}
	}
	for _, d := range api.Decls {
		out[d.GoName] = "type"
		for _, f := range d.Fields {
			out[d.GoName+"."+f.GoName] = f.Name + " " + spell(f.Type)
		}
		for _, v := range d.Values {
			out[v.GoName] = v.JSON
		}
	}
	return out
}

// TestNamesStay edits documents: what the client had before it has after the edit,
// with the lock of before, and for the same thing on the wire.
func TestNamesStay(t *testing.T) {
	const ok = `responses: {"200": {description: ok, content: {application/json: {schema: {type: array, items: {type: string}}}}}}`
	const done = `responses: {"204": {description: ok}}`
	list := func(parameters string) string {
		return lockHead + "  /tickets:\n    get:\n      operationId: tickets.list\n      parameters: [" + parameters + "]\n      " + ok + "\n"
	}
	const (
		order = `{name: order, in: query, schema: {type: string, enum: [oldest, newest]}}`
		queue = `{name: queue, in: query, schema: {type: string, enum: [billing, support]}}`
		// Both want one name, so that order decides without a lock.
		sort1 = `{name: sort, in: query, schema: {type: string, enum: [up, down]}}`
		sort2 = `{name: sort, in: header, schema: {type: string, enum: [fast, slow]}}`
	)
	holder := func(alternatives string) string {
		return lockHead + "  /accounts:\n    get:\n      operationId: accounts.get\n      responses: {\"200\": {description: ok, content: {application/json: {schema: {$ref: \"#/components/schemas/Account\"}}}}}\n" +
			"components:\n  schemas:\n    Account:\n      type: object\n      properties:\n        holder: {" + alternatives + "}\n"
	}
	const (
		person  = `{type: object, required: [first], properties: {first: {type: string}, last: {type: string}}}`
		firm    = `{type: object, required: [legal], properties: {legal: {type: string}, vat: {type: string}}}`
		grown   = `{type: object, required: [legal], properties: {brand: {type: string}, legal: {type: string}, vat: {type: string}}}`
		titled  = `{title: Human, type: object, properties: {first: {type: string}}}`
		titled2 = `{title: Human, type: object, properties: {age: {type: integer}, first: {type: string}}}`
		kindA   = `{type: object, properties: {kind: {const: a}, x: {type: string}}}`
		kindB   = `{type: object, properties: {kind: {const: b}, x: {type: integer}}}`
		kindB2  = `{type: object, properties: {kind: {const: b}, x: {type: integer}, y: {type: integer}}}`
	)
	path := func(p, method, rest string) string {
		return "  " + p + ":\n    " + method + ":\n" + rest + "      " + done + "\n"
	}
	argument := func(name string) string {
		return "      parameters: [{name: " + name + ", in: path, required: true, schema: {type: string}}]\n"
	}
	for _, c := range []struct{ name, before, after string }{
		{"a parameter comes first", list(order), list(queue + ", " + order)},
		{"parameters are swapped", list(order + ", " + queue), list(queue + ", " + order)},
		{"parameters of one name are swapped", list(sort1 + ", " + sort2), list(sort2 + ", " + sort1)},
		{"a parameter goes to the path item", list(order + ", " + queue), strings.Replace(list(order+", "+queue), ", "+queue, "", 1)},
		{"alternatives are swapped", holder("oneOf: [" + person + ", " + firm + "]"), holder("oneOf: [" + firm + ", " + person + "]")},
		{"an alternative comes first", holder("anyOf: [" + person + ", {type: string}]"), holder("anyOf: [" + firm + ", " + person + ", {type: string}]")},
		{"an alternative grows", holder("oneOf: [" + person + ", " + firm + "]"), holder("oneOf: [" + grown + ", " + person + "]")},
		{"a titled alternative grows", holder("oneOf: [" + titled + ", " + firm + "]"), holder("oneOf: [" + firm + ", " + titled2 + "]")},
		{"alternatives with a constant grow", holder("oneOf: [" + kindA + ", " + kindB + "]"), holder("oneOf: [" + kindB2 + ", " + kindA + "]")},
		{"an alternative may be null", holder("oneOf: [" + person + ", " + firm + "]"), holder("oneOf: [{type: \"null\"}, " + firm + ", " + person + "]")},
		{"alternatives in a list are swapped", holder("type: array, items: {oneOf: [" + person + ", " + firm + "]}"), holder("type: array, items: {oneOf: [" + firm + ", " + person + "]}")},
		{
			"arrays are alternatives, and nothing changes",
			holder("oneOf: [{type: array, items: {oneOf: [" + person + ", " + firm + "]}}, {type: array, items: {oneOf: [" + kindA + ", " + kindB + "]}}]"),
			holder("oneOf: [{type: array, items: {oneOf: [" + person + ", " + firm + "]}}, {type: array, items: {oneOf: [" + kindA + ", " + kindB + "]}}]"),
		},
		{"a member is wrapped in allOf", holder("type: object, properties: {a: {type: string}}"), holder("description: Text., allOf: [{type: object, properties: {a: {type: string}}}]")},
		{
			"a path reaches a shared enum first",
			lockHead + "  /batches:\n    post:\n      operationId: createBatch\n      requestBody: {content: {multipart/form-data: {schema: {type: object, properties: {size: {type: string, enum: [screen, page]}}}}}}\n      " + done + "\n" +
				"  /screenshot/create:\n    get:\n      parameters: [{in: query, name: size, schema: {type: string, enum: [screen, page]}}]\n      responses: {\"200\": {description: ok, content: {application/json: {schema: {$ref: \"#/components/schemas/Screenshot\"}}}}}\n" + screenshots,
			lockHead + "  /account/info:\n    get:\n      responses: {\"200\": {description: ok, content: {application/json: {schema: {$ref: \"#/components/schemas/Account\"}}}}}\n" +
				"  /batches:\n    post:\n      operationId: createBatch\n      requestBody: {content: {multipart/form-data: {schema: {type: object, properties: {size: {type: string, enum: [screen, page]}}}}}}\n      " + done + "\n" +
				"  /screenshot/create:\n    get:\n      parameters: [{in: query, name: size, schema: {type: string, enum: [screen, page]}}]\n      responses: {\"200\": {description: ok, content: {application/json: {schema: {$ref: \"#/components/schemas/Screenshot\"}}}}}\n" + screenshots,
		},
		{
			"a path in the plural comes to a tag in the singular",
			lockHead + path("/print_queue_tokens/{token}", "delete", "      operationId: revokeToken\n      tags: [print queue]\n"+argument("token")),
			lockHead + path("/print_queues/jobs", "post", "      tags: [print queue]\n") + path("/print_queue_tokens/{token}", "delete", "      operationId: revokeToken\n      tags: [print queue]\n"+argument("token")),
		},
		{
			"a path in the plural comes to one in the singular",
			lockHead + path("/publisher/{name}", "get", "      tags: [Publisher]\n"+argument("name")),
			lockHead + path("/publisher/{name}", "get", "      tags: [Publisher]\n"+argument("name")) + path("/publishers/{query}", "get", "      tags: [Publisher]\n"+argument("query")),
		},
		{
			"a path parameter is renamed",
			lockHead + path("/publisher/{name}", "get", "      operationId: publishers.read\n"+argument("name")),
			lockHead + path("/publisher/{id}", "get", "      operationId: publishers.read\n"+argument("id")),
		},
		{
			"an operationId is renamed",
			lockHead + path("/publisher/{name}", "get", "      operationId: publishers.read\n"+argument("name")),
			lockHead + path("/publisher/{name}", "get", "      operationId: publishers.fetch\n"+argument("name")),
		},
		{
			"a path is renamed",
			lockHead + path("/v1/publisher/{name}", "get", "      operationId: getPublisherByName\n      tags: [publisher]\n"+argument("name")),
			lockHead + path("/v2/publisher/{name}", "get", "      operationId: getPublisherByName\n      tags: [publisher]\n"+argument("name")),
		},
	} {
		t.Run(c.name, func(t *testing.T) { checkNamesStay(t, c.name, c.before, c.after) })
	}
}

// TestInlinedStay writes components where they were referenced. What the client had
// before stays, and stays when the document is edited once more.
func TestInlinedStay(t *testing.T) {
	const address = `{type: object, properties: {street: {type: string}, point: {type: object, properties: {x: {type: number}}}}}`
	const other = `{description: Where it is., properties: {point: {properties: {x: {type: number}}, type: object}, street: {type: string}}, type: object}`
	const grown = `{type: object, properties: {street: {type: string}, town: {type: string}, point: {type: object, properties: {x: {type: number}}}}}`
	const ref = `{$ref: "#/components/schemas/Address"}`
	get := func(noun, schema string) string {
		return "  /" + noun + "/{id}:\n    get:\n      operationId: " + noun + ".get\n      parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n" +
			"      responses: {\"200\": {description: ok, content: {application/json: {schema: " + schema + "}}}}\n"
	}
	house := func(place string) string {
		return "{type: object, properties: {place: " + place + ", floors: {type: integer}}}"
	}
	document := func(paths, components string) string {
		if components != "" {
			components = "components:\n  schemas:\n" + components
		}
		return lockHead + paths + components
	}
	component := func(name, schema string) string { return "    " + name + ": " + schema + "\n" }
	const refHouse = `{$ref: "#/components/schemas/House"}`
	for _, c := range []struct{ name, before, after string }{
		{"in a member", document(get("houses", refHouse), component("House", house(ref))+component("Address", address)), document(get("houses", refHouse), component("House", house(other)))},
		{"in two members", document(get("houses", house(ref))+get("shops", house(ref)), component("Address", address)), document(get("houses", house(address))+get("shops", house(other)), "")},
		{"in one of two members", document(get("houses", house(ref))+get("shops", house(ref)), component("Address", address)), document(get("houses", house(ref))+get("shops", house(other)), component("Address", address))},
		{"in a response", document(get("houses", refHouse), component("House", house("{type: string}"))), document(get("houses", house("{type: string}")), "")},
		{"with its parts", document(get("houses", refHouse), component("House", house(ref))+component("Address", address)), document(get("houses", house(other)), "")},
		{"in a list", document(get("houses", "{type: array, items: "+ref+"}"), component("Address", address)), document(get("houses", "{type: array, items: "+address+"}"), "")},
		{"and it grows", document(get("houses", house(ref)), component("Address", address)), document(get("houses", house(grown)), "")},
		{"in an allOf", document(get("houses", house(ref)), component("Address", address)), document(get("houses", house("{allOf: ["+address+"]}")), "")},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkNamesStay(t, c.name, c.before, c.after)
			old := buildText(t, c.before, nil)
			next := buildText(t, c.after, old)
			last := exportedNames(buildText(t, strings.Replace(c.after, "paths:\n", "paths:\n"+get("aerials", `{type: object, properties: {x: {type: string}}}`), 1), next))
			for name, meaning := range exportedNames(old) {
				if last[name] != meaning {
					t.Errorf("after another edit, %s was %q and is %q", name, meaning, last[name])
				}
			}
		})
	}
}

// checkNamesStay builds a document, and an edited one with its lock.
func checkNamesStay(t *testing.T, edit, before, after string) {
	old := buildText(t, before, nil)
	was, is := exportedNames(old), exportedNames(buildText(t, after, old))
	for name, meaning := range was {
		if edit == "a parameter goes to the path item" && strings.Contains(name, "Queue") {
			continue
		}
		if edit == "a path is renamed" {
			meaning = strings.ReplaceAll(meaning, "/v1/", "/v2/")
		}
		if is[name] != meaning {
			t.Errorf("%s was %q and is %q", name, meaning, is[name])
		}
	}
	for name := range old.Names {
		if strings.Contains(name, "/0/") || strings.Contains(name, "/1/") || strings.HasSuffix(name, "/0 read") {
			t.Errorf("the key %q has an index", name)
		}
	}
}

// TestFormerLock reads a lock of an earlier version, whose keys are JSON pointers.
func TestFormerLock(t *testing.T) {
	text := lockHead + `  /tickets/{id}:
    get:
      operationId: tickets.get
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: order, in: query, schema: {type: string, enum: [oldest, newest]}}
      responses: {"200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Ticket"}}}}}
components:
  schemas:
    Base: {type: object, properties: {owner: {type: object, properties: {a: {type: string}}}}}
    Ticket:
      allOf:
        - $ref: "#/components/schemas/Base"
        - type: object
          properties:
            owner: {type: object, properties: {b: {type: string}}}
            holder:
              oneOf:
                - {type: object, properties: {first: {type: string}}}
                - {type: object, properties: {legal: {type: string}}}
`
	const get = "#/paths/~1tickets~1{id}/get"
	const part = "#/components/schemas/Ticket/allOf/1/properties/"
	before := &API{
		Names: map[string]string{
			get + " method":                    "Fetch",
			get + "/parameters":                "FetchParameters",
			get + "/parameters/1/schema":       "AgeOrder",
			part + "holder/oneOf/1 read":       "Firm",
			part + "holder read":               "Somebody",
			part + "owner read":                "unused, and no name",
			"#/components/schemas/Ticket read": "Case",
			"#/components/schemas/Base/properties/owner with " + part + "owner read": "Proprietor",
		},
		Held: map[string]string{others: "value", part + "holder/oneOf/1 read": heldByPointer},
	}
	api := buildText(t, text, before)
	got := exportedNames(api)
	for _, name := range []string{"TicketsService.Fetch", "FetchParameters", "AgeOrder", "Firm", "Somebody", "Case", "Proprietor"} {
		if got[name] == "" {
			t.Errorf("the name %s is lost", name)
		}
	}
	if got["Firm.Legal"] == "" {
		t.Error("Firm is another type than before")
	}
	if again := exportedNames(buildText(t, text, api)); len(again) != len(got) || again["Firm.Legal"] == "" {
		t.Errorf("with its new lock, the API is %v, was %v", again, got)
	}
}

// TestEditedLock does not take what is not a Go name from a lock.
func TestEditedLock(t *testing.T) {
	text := lockHead + "  /tickets:\n    get:\n      operationId: tickets.get\n      responses: {\"204\": {description: ok}}\n"
	for _, name := range []string{"", "get", "Get it", "Get()", "Gét"} {
		before := &API{Names: map[string]string{"GET /tickets method": name, "service tickets": name}}
		if got := exportedNames(buildText(t, text, before)); got["TicketsService.Get"] == "" {
			t.Errorf("with the name %q in the lock: %v", name, got)
		}
	}
}

const screenshots = `components:
  schemas:
    Account: {type: object, properties: {screenshots: {type: array, items: {$ref: "#/components/schemas/Screenshot"}}}}
    Screenshot: {type: object, properties: {size: {type: string, enum: [screen, page]}}}
`
