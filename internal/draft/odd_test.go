package draft

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/draft/read"
)

// oddPages are pages in unusual shapes, with what their drafts must have and must not
// have. Line breaks and indents are single spaces there.
var oddPages = []struct {
	name, page string
	want, not  []string
}{
	{"group rows", `<h2>GET /orders</h2><table><tr><th>Name</th><th>Type</th><th>Required</th></tr>
<tr><td colspan="3"><b>Query parameters</b></td></tr><tr><td>page</td><td>integer</td><td>no</td></tr>
<tr><td colspan="3"><b>Header parameters</b></td></tr><tr><td>X-Trace</td><td>string</td><td>yes</td></tr></table>`,
		[]string{"name: page in: query", "name: X-Trace in: header required: true"}, []string{"name: Query", "name: Header"}},
	{"columns of levels", `<h2>GET /orders</h2><h3>Response</h3><table><tr><th colspan="2">Field</th><th>Type</th></tr>
<tr><td colspan="2">lines</td><td>array</td></tr><tr><td></td><td>sku</td><td>string</td></tr><tr><td colspan="2">total</td><td>number</td></tr></table>`,
		[]string{"lines: type: array items: type: object properties: sku: type: string", "total: type: number"}, nil},
	{"cells over rows", `<h2>GET /orders</h2><h3>Query parameters</h3><table><tr><th>In</th><th>Name</th><th>Type</th></tr>
<tr><td rowspan="2">query</td><td>a</td><td>integer</td></tr><tr><td>b</td><td>boolean</td></tr></table>`,
		[]string{"name: a in: query schema: type: integer", "name: b in: query schema: type: boolean"}, nil},
	{"indices in brackets", "## Add\n\nPOST `/events.php`\n\nParameter | Type\n--- | ---\ntags[] | string\nguests[0][name] | string\nplace[city] | string\n\n    curl https://x.test/events.php -d 'tags[]=a' -d 'guests[0][name]=A' -d 'place[city]=U'\n",
		[]string{"operationId: events.create", "tags[]: type: array items: type: string", "guests: type: array items: type: object properties: name: type: string", "place: type: object properties: city: type: string"}, []string{"guests0"}},
	{"indices in a JSON body", "## Add\n\nPOST `/events`\n\n### Body\n\nParameter | Type\n--- | ---\ntags[] | string\n\n```json\n{\"tags\": [\"a\"]}\n```\n",
		[]string{"tags: type: array items: type: string"}, []string{"tags[]"}},
	{"answer behind the body's list", "## Rename\n\n`PATCH /boats/{id}`\n\nBody:\n\n- `name` (string): the name\n\nResponds with `200 OK` and the boat:\n\n```json\n{\"id\": 1, \"name\": \"a\"}\n```\n",
		[]string{"'200': description: OK content: application/json: schema: type: object properties: id: type: integer"}, []string{"TODO"}},
	{"two bodies", "## Add\n\n`POST /tokens`\n\n### Request body\n\nAndroid:\n\n```json\n{\"a\": 1}\n```\n\niOS:\n\n```json\n{\"b\": 1}\n```\n\n### Response 200\n\n```json\n{\"ok\": true}\n```\n",
		[]string{"a: type: integer b: type: integer responses:"}, nil},
	{"values in words", "## Set\n\n`PUT /boats/{id}`\n\n### Body\n\n- `kind` (string): Valid values are **sail**, **row** and **motor**.\n- `mode` (enum): eco | off\n- `port` (string): north | south\n",
		[]string{"kind: type: string enum: [sail, row, motor]", "mode: type: string enum: [eco, off]", "port: type: string enum: [north, south]"}, nil},
	{"no values in words", "## Set\n\n`PUT /boats/{id}`\n\n### Body\n\n- `kind` (string): Valid values are positive and short. By default, all are sent. Defaults to the boat's own.\n- `size` (integer): Defaults to 40 boats.\n- `order` (string): Default `asc`.\n",
		[]string{"kind: type: string size: type: integer default: 40 order: type: string default: asc"}, nil},
	{"dates in words", "## Set\n\n`PUT /boats/{id}`\n\n### Body\n\n- `on` (string): As YYYY-MM-DD.\n- `at` (string): As YYYY-MM-DD HH:MM.\n",
		[]string{"on: type: string format: date at: type: string responses:"}, nil},
	{"type of a resource in words", "## Add\n\n`POST /boats`\n\n### Body\n\n| Field | Type | Description |\n|---|---|---|\n| data.type | string | Must be `ships` |\n| data.attributes.name | string | |\n\n```bash\ncurl -X POST https://x.test/boats -H 'Content-Type: application/vnd.api+json' --data-raw @boat.json\n```\n",
		[]string{"type: type: string enum: [ships]", "attributes: type: object properties: name: type: string"}, []string{"TODO(draft): the page has a placeholder"}},
	{"key in the query", "## List\n\n`GET /rates`\n\n| Name | In | Type |\n|---|---|---|\n| access_key | query | string |\n| base | query | string |\n",
		[]string{"type: apiKey in: query name: access_key", "name: base"}, []string{"- name: access_key"}},
	{"digits of a version", "curl https://x.test/api/1/boats/17\n\n{\"id\": 17}\n", []string{"/api/1/boats/{boat_id}:"}, nil},
	{"server and path on two lines", "Change a hook\nPATCH\nhttps://x.test/api/v2\n/hooks/{hookId}\n\nBody Params\nevents\narray of strings\nWhich.\nat\ndate-time\nWhen.\n",
		[]string{"/api/v2/hooks/{hookId}:", "events: type: array items: type: string at: type: string format: date-time"}, nil},
	{"samples that are not of the format", "## Book\n\n`POST /slots`\n\n| Field | Type |\n|---|---|\n| at | datetime |\n| ref | uuid |\n\n```bash\ncurl -X POST https://x.test/slots -d '{\"at\": \"2024-01-01 10:00\", \"ref\": \"abc\"}'\n```\n",
		[]string{`at: type: string # TODO(draft): the page says date-time and shows "2024-01-01 10:00" ref: type: string # TODO(draft): the page says uuid and shows "abc"`}, []string{"format:"}},
	{"call in two labels", "# Query\n\n**Endpoint:** `/rest/jobs/{jobId}`\n**Method:** `GET`\n\n| **Parameter** | **Mandatory** |\n|:-:|:-:|\n| jobId | M |\n| deep | O |\n", []string{"/rest/jobs/{jobId}: get:", "name: deep in: query schema:"}, nil},
	{"values in a list below", "<h2>POST /refunds</h2><h3>Body parameters</h3><ul><li><b>reason</b> enum<p>Possible values</p><ul><li><code>lost</code></li><li><code>late</code></li></ul></li><li><b>amount</b> integer</li></ul>",
		[]string{"reason: type: string enum: [lost, late] amount: type: integer"}, nil},
	{"generated page", "<h1 id=\"pets\">Pets</h1>\n\n## addPet\n\n```shell\ncurl -X POST https://x.test/pets -H 'Accept: application/json'\n```\n\n`POST /pets`\n\n> Body parameter\n\n```json\n{\"name\": \"doggie\"}\n```\n\n<h3 id=\"p\">Parameters</h3>\n\n|Name|In|Type|Required|Description|\n|---|---|---|---|---|\n|body|body|[Pet](#pet)|true|none|\n|» id|body|integer(int64)|false|none|\n|» name|body|string|true|none|\n|» status|body|string|false|none|\n\n#### Enumerated Values\n\n|Parameter|Value|\n|---|---|\n|» status|new|\n|» status|sold|\n\n> 200 Response\n\n```json\n{\"id\": 0}\n```\n",
		[]string{"required: [name] properties: name: type: string id: type: integer format: int64 status: type: string enum: [new, sold] responses:", "'200': description: OK content: application/json: schema: type: object properties: id: type: integer"}, nil},
	{"names with code spans", "# Get\n\n**GET** `/boats/{id}`\n\n### Query parameters\n\n**include** `array` `optional`\n\nMore.\n\n### Response\n\n**size** `integer` `nullable`\n\nIn metres.\n\n**port** `object`\n\n> **city** `string`\n>\n> The city.\n",
		[]string{"name: include in: query schema: type: array", "size: type: integer nullable: true port: type: object properties: city: type: string"}, nil},
	{"samples in cells", "<h2>GET /boats/{id}</h2><h4>Responses</h4><table><tr><td>Code</td><td>Description</td></tr><tr><td>200</td><td>fine<pre>{\"id\": 10}</pre></td></tr><tr><td>404</td><td>missing<pre>{\"message\": \"no\"}</pre></td></tr></table>",
		[]string{"'200': description: OK content: application/json: schema: type: object properties: id: type: integer '404': description: Not found content: application/json: schema: type: object properties: message: type: string"}, nil},
	{"relationship without data, error without document", "# Add\n\n`POST /boats`\n\n```json\n{\"data\": {\"type\": \"boats\", \"attributes\": {\"a\": 1}}}\n```\n\n### Response 201\n\n```json\n{\"data\": {\"type\": \"boats\", \"id\": \"1\", \"relationships\": {\"crew\": [{\"type\": \"users\", \"id\": \"1\"}]}}}\n```\n\n### Response 400\n\n```json\n{\"status\": \"400\", \"title\": \"no\"}\n```\n",
		[]string{"crew: type: array # TODO(draft): the page shows relationship crew as a list; JSON:API has it in data", "errors: type: array # TODO(draft): the page shows an error object alone; JSON:API sends it in errors items: type: object properties: status:"}, nil},
	{"only an error is shown", "# Remove\n\n`DELETE /boats`\n\n### Response\n\n```json\n{\"error\": \"<string>\"}\n```\n\n### Notes\n\n- 204 on success; blocked while at sea\n", []string{"'204': description: No content 'default':"}, []string{"'200'"}},
	{"required members in words", "Add\nPOST /boats\n\nRequest body\n{\"data\": {\"type\": \"boats\", \"attributes\": {\"name\": \"a\", \"code\": \"b\", \"size\": 1}}}\n\nResponse\n{\"ok\": true}\n\nNotes\n- code, name required; a licence is required\n", []string{"attributes: type: object required: [name, code]"}, nil},
	{"facts of all calls", "# API\n\nBase URL: `https://api.x.test/v3`\n\nEach request has the header `Authorization: Bearer YOUR_TOKEN`.\n\n## List\n\n`GET /hooks?page={page}`\n\n## Add\n\n`POST /hooks`\n",
		[]string{"servers: - url: https://api.x.test/v3", "name: page in: query schema: type: integer", "scheme: bearer"}, nil},
	{"names of a table of contents", "# Carts\n\n| Method | URL |\n|---|---|\n| GET | /carts/{cartId} |\n| PUT | /carts/{cartId} |\n| DELETE | /carts/{cartId} |\n\n## Get\n\n`GET /carts/17`\n\n## Remove\n\n`DELETE /carts/17`\n", []string{"/carts/{cartId}: get:", "delete:"}, []string{"cart_id", "put:"}},
	{"a value that is no id", "curl -X PUT https://x.test/items/ITM-00042/labels -d '{\"a\": 1}'\n", []string{"/items/{item_id}/labels:"}, nil},
	{"default null, values in capitals", "## Set\n\n`PUT /boats/{id}`\n\n### Body\n\n| Field | Type | Default | Description |\n|---|---|---|---|\n| a | string | null | One of DE, EN or FR. |\n| b | string | absent | One of the boats. |\n", []string{"a: type: string enum: [DE, EN, FR] b: type: string responses:"}, nil},
	{"captures of one operation", `{"log":{"version":"1.2","entries":[{"request":{"method":"GET","url":"https://x.test/boats/17"},"response":{"status":200,"content":{"mimeType":"application/json","text":"{\"id\":17}"}}},{"request":{"method":"GET","url":"https://x.test/boats/18"},"response":{"status":404,"content":{"mimeType":"application/json","text":"{\"no\":true}"}}},{"request":{"method":"POST","url":"https://x.test/files","postData":{"mimeType":"multipart/form-data","params":[{"name":"file","fileName":"a.png"}]}},"response":{"status":204,"content":{}}}]}}`,
		[]string{"/boats/{boat_id}: get:", "'404': description: Not found content: application/json: schema: type: object properties: no: type: boolean", "file: type: string format: binary"}, []string{"get2"}},
	{"variables in a body", `{"info":{"name":"Z"},"item":[{"name":"Add","request":{"method":"POST","url":"https://x.test/orders","body":{"mode":"raw","raw":"{\n // how many\n \"qty\": {{qty}}, \"sku\": \"A\"}"}}}]}`, []string{"qty: {} # TODO(draft): the page does not show the type sku: type: string"}, nil},
	{"method in a mark", "## Get a wallet\n\n<mark style=\"color:green;\">`GET`</mark> `/wallets/{address}`\n\n**Headers**\n\n| Name | Value |\n|---|---|\n| Authorization | `Bearer <token>` |\n\n**Response**\n\n{% tabs %}\n{% tab title=\"200\" %}\n```json\n{\"a\": 1}\n```\n{% endtab %}\n\n{% tab title=\"400\" %}\n```json\n{\"error\": \"no\"}\n```\n{% endtab %}\n{% endtabs %}\n",
		[]string{"/wallets/{address}: get:", "- bearer: []", "properties: a: type: integer '400':", "error: type: string"}, nil},
	{"digits as text", "curl https://x.test/books/124\n\n{\"id\": \"124\"}\n", []string{"name: book_id in: path required: true schema: type: string"}, nil},
	{"API Blueprint", "FORMAT: 1A\nHOST: https://x.test/v1\n\n# Boats\n\n## Boat [/boats/{id}{?deep}]\n\n### View [GET]\n\n+ Response 200 (application/json)\n\n        {\"a\": 1}\n\n### Change [PUT]\n\n+ Request (application/json)\n\n        {\"b\": 1}\n\n+ Response 204\n\n## All [GET /boats]\n\n+ Response 200 (application/json)\n\n        []\n",
		[]string{"url: https://x.test/v1", "/boats/{id}: get: operationId: boats.get summary: View", "name: deep in: query", "properties: a: type: integer put:", "properties: b: type: integer responses: '204'", "/boats: get:"}, nil},
	{"members in lines", "Create an order\nPOST\nhttps://x.test/v1/orders\n\nHeaders\nAuthorization string Required\nBearer token\n\nRequest body\nbuyer string Required\nThe buyer\nlines array of objects Required\nThe lines\nlines.sku string\nnote string or null\n\nReturns\nid string\n",
		[]string{"- bearer: []", "required: [buyer, lines] properties: buyer: type: string lines: type: array items: type: object properties: sku: type: string note: type: string nullable: true", "properties: id: type: string"}, nil},
}

func TestOddPages(t *testing.T) {
	for _, p := range oddPages {
		t.Run(p.name, func(t *testing.T) {
			got := spaced(drafted(t, p.page))
			for _, w := range p.want {
				if !strings.Contains(got, w) {
					t.Errorf("the draft has no %q:\n%s", w, got)
				}
			}
			for _, w := range p.not {
				if strings.Contains(got, w) {
					t.Errorf("the draft has %q:\n%s", w, got)
				}
			}
		})
	}
}

// drafted is the spec that a page alone becomes.
func drafted(t *testing.T, page string) string {
	t.Helper()
	res, err := Run(Options{Inputs: []read.Input{{Name: "page", Data: []byte(page)}}, Spec: filepath.Join(t.TempDir(), "openapi.yaml")})
	if err != nil {
		t.Fatal(err, res.Problems)
	}
	return string(res.Files[0].New)
}

var blanks = regexp.MustCompile(`\s+`)

func spaced(s string) string { return blanks.ReplaceAllString(s, " ") }

// TestTagOfKin drafts into a spec whose first path only shares /api with the new one.
func TestTagOfKin(t *testing.T) {
	spec := filepath.Join(t.TempDir(), "openapi.yaml")
	draftInto(t, spec, read.Input{Name: "a", Data: []byte("curl https://x.test/api/customers\n\n[{\"id\": 1}]\n")})
	draftInto(t, spec, read.Input{Name: "b", Data: []byte("curl https://x.test/api/stocks/1\n\n{\"id\": 1}\n")})
	draftInto(t, spec, read.Input{Name: "c", Data: []byte("curl https://x.test/api/stocks\n\n[{\"id\": 1}]\n")})
	data, _ := os.ReadFile(spec)
	if strings.Count(string(data), "tags: [Customers]") != 1 || strings.Count(string(data), "tags: [Stocks]") != 2 {
		t.Errorf("tags in\n%s", data)
	}
}

// TestExchangeOfSamples drafts pages whose exchanges need more than the sample: the
// type of a resource, an id in the path, a form.
func TestExchangeOfSamples(t *testing.T) {
	for name, test := range map[string]struct{ page, want string }{
		"type of a resource": {"# Add\n\n`POST /v3/orgs/{org_id}/accounts`\n\n```bash\ncurl -X POST https://x.test/v3/orgs/{org_id}/accounts -H 'Content-Type: application/vnd.api+json' -d '{\"data\": {\"type\": \"<string>\", \"attributes\": {\"a\": 1}}}'\n```\n", `"type": "accounts"`},
		"id":                 {"# Set\n\n`PUT /boats/{boat_id}`\n\n```bash\ncurl -X PUT https://x.test/boats/{boat_id} -H 'Content-Type: application/vnd.api+json' -d '{\"data\": {\"type\": \"boats\", \"id\": \"3c90c3cc-0d44-4b50-8888-8dd25736052a\"}}'\n```\n", "PUT /boats/3c90c3cc-0d44-4b50-8888-8dd25736052a HTTP/1.1"},
		"form":               {"curl https://x.test/boats -d 'name=Ann Lee' -d size=4\n\n{\"id\": 1}\n", "\nname=Ann+Lee&size=4\n"},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := Run(Options{Inputs: []read.Input{{Name: "page", Data: []byte(test.page)}}, Spec: filepath.Join(t.TempDir(), "openapi.yaml")})
			if err != nil || len(res.Files) != 2 {
				t.Fatal(err, res.Problems, res.Notes)
			}
			if got := string(res.Files[1].New); !strings.Contains(got, test.want) {
				t.Errorf("no %q in\n%s", test.want, got)
			}
		})
	}
}

// TestExchangeDecided decides in the spec what a placeholder of the page stands for
// and drafts again: the exchange follows, and nothing else of it changes.
func TestExchangeDecided(t *testing.T) {
	page := "# Add\n\n`POST /boats`\n\n```bash\ncurl -X POST https://x.test/boats -H 'Content-Type: application/json' -d '{\"data\": {\"type\": \"boats\", \"relationships\": {\"author\": {\"data\": {\"type\": \"<string>\", \"id\": \"1\"}}}}}'\n```\n"
	spec := filepath.Join(t.TempDir(), "openapi.yaml")
	in := read.Input{Name: "page", Data: []byte(page)}
	draftInto(t, spec, in)
	data, err := os.ReadFile(spec)
	if err != nil {
		t.Fatal(err)
	}
	const open = "type: string # TODO(draft): type of relationship author: the page has a placeholder"
	if !strings.Contains(string(data), open) {
		t.Fatalf("no decision in\n%s", data)
	}
	if err := os.WriteFile(spec, []byte(strings.Replace(string(data), open, "enum: [users]", 1)), 0o666); err != nil {
		t.Fatal(err)
	}
	again := func() {
		res, err := Run(Options{Inputs: []read.Input{in}, Spec: spec})
		if err == nil {
			err = Write(res.Files)
		}
		if err != nil {
			t.Fatal(err, res.Problems)
		}
	}
	path := filepath.Join(filepath.Dir(spec), "exchanges", "boats.create.txtar")
	before, _ := os.ReadFile(path)
	again()
	after, _ := os.ReadFile(path)
	if want := strings.Replace(string(before), "<string>", "users", 1); string(after) != want {
		t.Errorf("got\n%s\nwant\n%s", after, want)
	}
	if err := os.WriteFile(path, append([]byte("https://x.test/mine\n"), before[strings.IndexByte(string(before), '\n')+1:]...), 0o666); err != nil {
		t.Fatal(err)
	}
	again()
	if mine, _ := os.ReadFile(path); !strings.Contains(string(mine), "<string>") {
		t.Errorf("an exchange that a person has changed was written:\n%s", mine)
	}
}

// TestExchangeContradiction drafts a page whose sample is none of what its table
// says. The spec is written and the exchange is not.
func TestExchangeContradiction(t *testing.T) {
	page := "## Set\n\n`PUT /boats/{id}`\n\n### Body\n\n| Field | Type |\n|---|---|\n| size | integer |\n\n```bash\ncurl -X PUT https://x.test/boats/1 -d '{\"size\": \"big\"}'\n```\n\n### Response\n\n```json\n{\"size\": 1}\n```\n"
	res, err := Run(Options{Inputs: []read.Input{{Name: "page", Data: []byte(page)}}, Spec: filepath.Join(t.TempDir(), "openapi.yaml")})
	if err != nil {
		t.Fatal(err, res.Problems)
	}
	if len(res.Files) != 1 || len(res.Notes) != 1 || !strings.Contains(res.Notes[0], "is not written: the page's sample contradicts what the page says") {
		t.Errorf("files %v, notes %q", len(res.Files), res.Notes)
	}
}
