package draft

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/draft/read"
)

// draftInto drafts inputs into a spec and writes the result.
func draftInto(t *testing.T, spec string, inputs ...read.Input) *Result {
	t.Helper()
	res, err := Run(Options{Inputs: inputs, Spec: spec})
	if err != nil {
		t.Fatal(err, res.Problems)
	}
	for _, f := range res.Files {
		insertionsOnly(t, f)
	}
	if err := Write(res.Files); err != nil {
		t.Fatal(err)
	}
	return res
}

var boats = []read.Input{
	{Name: "a.md", Data: []byte("## Get a boat\n\n`GET /boats/{boat_id}`\n\n```bash\ncurl https://api.example.com/boats/7 -H 'Authorization: Bearer $T'\n```\n\n```json\n{\"id\": 7, \"name\": \"Ann\", \"crew\": [{\"name\": \"Bo\"}]}\n```\n")},
	{Name: "b.md", Data: []byte("## Add a boat\n\n`POST /boats`\n\n```bash\ncurl -X POST https://api.example.com/boats -H 'Authorization: Bearer $T' -d '{\"name\":\"Ann\"}'\n```\n\n```json\n{\"id\": 7, \"name\": \"Ann\"}\n```\n")},
	{Name: "c.md", Data: []byte("## Remove a boat\n\n`DELETE /boats/{boat_id}`\n\nReturns `204 No Content`.\n\n```bash\ncurl -X DELETE https://api.example.com/boats/7 -H 'Authorization: Bearer $T'\n```\n")},
}

// TestIdempotent drafts the same pages twice: the second run changes nothing.
func TestIdempotent(t *testing.T) {
	spec := filepath.Join(t.TempDir(), "openapi.yaml")
	draftInto(t, spec, boats...)
	again, err := Run(Options{Inputs: boats, Spec: spec})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range again.Files {
		if f.Changed() {
			t.Errorf("the second run changes %s:\n%s", f.Path, again.Diff())
		}
	}
	if len(again.Differences) > 0 {
		t.Errorf("the second run differs from the first: %v", again.Differences)
	}
}

// TestCommutative drafts pages in every order, and all at once: the same lines,
// in another order.
func TestCommutative(t *testing.T) {
	sorted := func(order []int, atOnce bool) string {
		spec := filepath.Join(t.TempDir(), "openapi.yaml")
		if atOnce {
			var all []read.Input
			for _, i := range order {
				all = append(all, boats[i])
			}
			draftInto(t, spec, all...)
		} else {
			for _, i := range order {
				draftInto(t, spec, boats[i])
			}
		}
		data, err := os.ReadFile(spec)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(data), "\n")
		slices.Sort(lines)
		return strings.Join(lines, "\n")
	}
	want := sorted([]int{0, 1, 2}, true)
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		for _, atOnce := range []bool{true, false} {
			if got := sorted(order, atOnce); got != want {
				t.Errorf("order %v, at once %t:\n%s\nwant\n%s", order, atOnce, got, want)
			}
		}
	}
}

// TestSameBytes drafts 100 times and compares the bytes.
func TestSameBytes(t *testing.T) {
	var want []byte
	for i := range 100 {
		res, err := Run(Options{Inputs: boats, Spec: filepath.Join(t.TempDir(), "openapi.yaml")})
		if err != nil {
			t.Fatal(err)
		}
		var all []byte
		for _, f := range res.Files {
			all = append(append(all, filepath.Base(f.Path)...), f.New...)
		}
		if i == 0 {
			want = all
		} else if !bytes.Equal(all, want) {
			t.Fatalf("run %d differs", i)
		}
	}
}

// TestInsertionsOnly drafts a page into documents that are written in many
// ways. Every byte of the old document stays.
func TestInsertionsOnly(t *testing.T) {
	base := "openapi: 3.0.3\ninfo:\n  title: T # a title\n  version: '1'\npaths:\n  /boats:\n    # all of them\n    get:\n      operationId: boats.list\n      responses:\n        \"200\":\n          description: >-\n            folded\n            text\n\n  /ports: {get: {operationId: ports.list, responses: {'200': {description: OK}}}}\ncomponents:\n  schemas: {}\n# the end\n"
	for name, doc := range map[string]string{
		"two spaces":  base,
		"four spaces": strings.ReplaceAll(base, "  ", "    "),
		"crlf":        strings.ReplaceAll(base, "\n", "\r\n"),
		"no newline":  strings.TrimSuffix(base, "\n# the end\n"),
		"json":        "{\n  \"openapi\": \"3.0.3\",\n  \"info\": {\"title\": \"T\", \"version\": \"1\"},\n  \"paths\": {\n    \"/ports\": {\"get\": {\"operationId\": \"ports.list\", \"responses\": {\"200\": {\"description\": \"OK\"}}}}\n  }\n}\n",
		"compact":     `{"openapi":"3.0.3","info":{"title":"T","version":"1"},"paths":{"/ports":{"get":{"operationId":"ports.list","responses":{"200":{"description":"OK"}}}}}}`,
		"anchors":     "openapi: 3.0.3\ninfo: &i\n  title: T\n  version: '1'\nx-i: *i\npaths:\n  /ports:\n    get: &g\n      operationId: ports.list\n      responses:\n        '200': {description: OK}\n",
	} {
		t.Run(name, func(t *testing.T) {
			spec := filepath.Join(t.TempDir(), "openapi.yaml")
			if err := os.WriteFile(spec, []byte(doc), 0o666); err != nil {
				t.Fatal(err)
			}
			res := draftInto(t, spec, boats...)
			data, err := os.ReadFile(spec)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{"/boats/{boat_id}", "boats.create", "boats.delete"} {
				if !strings.Contains(string(data), want) {
					t.Errorf("%s is missing; notes %v\n%s", want, res.Notes, data)
				}
			}
			if strings.Contains(doc, "\r\n") && strings.Count(string(data), "\n") != strings.Count(string(data), "\r\n") {
				t.Error("line ends are mixed")
			}
		})
	}
}

// TestExtend drafts a page about an operation that is there. What is missing is
// added, what differs is reported, and --accept replaces it.
func TestExtend(t *testing.T) {
	spec := filepath.Join(t.TempDir(), "openapi.yaml")
	doc := "openapi: 3.0.3\ninfo: {title: T, version: '1'}\nservers:\n  - url: https://api.example.com\nsecurity:\n  - bearer: []\npaths:\n  /boats/{id}:\n    get:\n      operationId: boats.get # ours\n      parameters:\n        - name: id\n          in: path\n          required: true\n          schema: {type: integer}\n      responses:\n        '200':\n          description: The boat.\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/Boat'\ncomponents:\n  securitySchemes:\n    bearer: {type: http, scheme: bearer}\n  schemas:\n    Boat:\n      type: object\n      properties:\n        id:\n          type: string # we believe\n        name:\n          type: string\n"
	if err := os.WriteFile(spec, []byte(doc), 0o666); err != nil {
		t.Fatal(err)
	}
	res := draftInto(t, spec, boats[0])
	data, _ := os.ReadFile(spec)
	if !strings.Contains(string(data), "        name:\n          type: string\n        crew:\n          type: array\n") {
		t.Errorf("crew is not behind name:\n%s", data)
	}
	if len(res.Differences) != 1 || res.Differences[0].Text != "boats.get response.id: the page has integer, the spec has string" || res.Differences[0].Line != 31 {
		t.Errorf("differences %+v", res.Differences)
	}
	res, err := Run(Options{Inputs: boats[:1], Spec: spec, Accept: []string{"boats.get response.id"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Differences) > 0 || !strings.Contains(string(res.Files[len(res.Files)-1].New)+string(res.Files[0].New), "type: integer # we believe") {
		t.Errorf("not accepted: %v", res.Differences)
	}
}

// TestSecrets plants 60 secrets over all forms. None is in a file or a line.
func TestSecrets(t *testing.T) {
	planted := 0
	secret := func(kind string) string {
		planted++
		switch kind {
		case "jwt":
			return fmt.Sprintf("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI%03dIn0.c2lnbmF0dXJl%03d", planted, planted)
		case "aws":
			return fmt.Sprintf("AKIAIOSFODNN7EXAM%03d", planted)
		case "live":
			return fmt.Sprintf("sk_live_4eC39HqLyjWDarjtT1zd%03d", planted)
		case "github":
			return fmt.Sprintf("ghp_16C7e42F292c6912E7710c838347Ae17%03d", planted)
		case "slack":
			return fmt.Sprintf("xoxb-123456789012-abcdefABCDEF%03d", planted)
		case "mail":
			return fmt.Sprintf("ann.sailor%d@harbour.org", planted)
		}
		return fmt.Sprintf("S3cr3t-%s-0a1b2c3d4e5f%03d", kind, planted)
	}
	for n, page := range []func(s func(string) string) string{
		func(s func(string) string) string {
			token := s("bearer")
			return "## Add a boat\n\n```bash\ncurl -X POST 'https://api.example.com/boats?access_token=" + s("query") + "&page=1' -H 'Authorization: Bearer " + token + "' -H 'X-Api-Key: " + s("key") + "' -H 'Cookie: session=" + s("cookie") + "' -d '{\"name\":\"Ann\",\"password\":\"" + s("password") + "\",\"note\":\"" + s("live") + "\"}'\n```\n\n```json\n{\"id\":1,\"api_token\":\"" + s("token") + "\",\"echo\":\"" + token + "\",\"jwt\":\"" + s("jwt") + "\",\"nested\":{\"client_secret\":\"" + s("client") + "\"}}\n```\n"
		},
		func(s func(string) string) string {
			return "curl -u ann:" + s("basic") + " 'https://api.example.com/boats/" + s("jwt") + "' -d 'grant=x&client_secret=" + s("form") + "&note=" + s("github") + "'\n\n{\"token\":\"" + s("token") + "\",\"list\":[\"" + s("slack") + "\"]}\n"
		},
		func(s func(string) string) string {
			k := s("harheader")
			return `{"log":{"version":"1.2","entries":[{"request":{"method":"POST","url":"https://api.example.com/login?code=` + s("code") + `","headers":[{"name":"Authorization","value":"Token ` + s("token") + `"},{"name":"X-Session-Token","value":"` + k + `"},{"name":"Cookie","value":"sid=` + s("cookie") + `; other=` + s("cookie") + `"}],"postData":{"mimeType":"application/json","text":"{\"password\":\"` + s("password") + `\",\"email\":\"` + s("mail") + `\",\"otp\":\"` + s("otp") + `\"}"}},"response":{"status":200,"headers":[{"name":"Set-Cookie","value":"sid=` + s("set") + `"}],"content":{"mimeType":"application/json","text":"{\"access_token\":\"` + s("jwt") + `\",\"refresh_token\":\"` + s("refresh") + `\",\"echo\":\"` + k + `\",\"owner\":\"` + s("mail") + `\"}"}}}]}}`
		},
		func(s func(string) string) string {
			return `{"info":{"name":"Boats"},"auth":{"type":"apikey","apikey":[{"key":"key","value":"X-Api-Key"},{"key":"value","value":"` + s("postman") + `"}]},"item":[{"name":"Add","request":{"method":"POST","url":{"raw":"https://api.example.com/boats?signature=` + s("sig") + `","protocol":"https","host":["api","example","com"],"path":["boats"],"query":[{"key":"signature","value":"` + s("sig") + `"},{"key":"api_key","value":"` + s("key") + `"}]},"header":[{"key":"X-Auth-Token","value":"` + s("header") + `"}],"body":{"mode":"raw","raw":"{\"secret\":\"` + s("raw") + `\"}"}},"response":[{"code":201,"header":[{"key":"Content-Type","value":"application/json"}],"body":"{\"id\":1,\"private_key\":\"` + s("private") + `\"}"}]}]}`
		},
		func(s func(string) string) string {
			return "https://docs.example.com/boats\nseen: full\n-- request --\nPOST /boats?token=" + s("query") + " HTTP/1.1\nHost: api.example.com\nAuthorization: Bearer " + s("bearer") + "\nX-Api-Key: " + s("key") + "\nContent-Type: application/json\n\n{\"name\":\"Ann\",\"pin\":\"" + s("pin") + "\",\"iban\":\"" + s("iban") + "\"}\n-- response --\nHTTP/1.1 201 Created\nContent-Type: application/json\n\n{\"id\":1,\"token\":\"" + s("token") + "\",\"url\":\"https://ann:" + s("userinfo") + "@example.com/x\"}\n"
		},
		func(s func(string) string) string {
			return "<!doctype html><html><body><h2>POST /boats</h2><pre><code>curl -X POST https://api.example.com/boats -H 'Authorization: Bearer " + s("html") + "' -d '{\"passphrase\":\"" + s("phrase") + "\",\"key\":\"" + s("aws") + "\"}'</code></pre><pre><code class=\"language-json\">{\"id\":1,\"session_id\":\"" + s("session") + "\",\"note\":\"" + s("github") + "\"}</code></pre></body></html>"
		},
		func(s func(string) string) string {
			return "Add a boat\nPOST\n/\nboats\ncurl --request POST \\\n--url https://ann:" + s("userinfo") + "@api.example.com/boats \\\n--header 'X-Session-Token: " + s("text") + "' \\\n--data '{\n\"token\": \"" + s("token") + "\",\n\"memo\": \"" + s("jwt") + "\"\n}'\n{\n\"id\": 1,\n\"accessToken\": \"" + s("camel") + "\",\n\"clientSecret\": \"" + s("camel") + "\"\n}\n"
		},
		func(s func(string) string) string {
			return "---\nopenapi: 'POST /boats'\n---\n\n<RequestExample>\n```http\nPOST /boats?sig=" + s("sig") + " HTTP/1.1\nHost: api.example.com\nX-Signature: " + s("signature") + "\nAuthorization: Basic " + s("basic") + "\n\n{\"credentials\": \"" + s("creds") + "\", \"text\": \"" + s("slack") + "\"}\n```\n</RequestExample>\n\n<ResponseExample>\n```json 200\n{\"secret\": \"" + s("secret") + "\", \"card_number\": \"" + s("card") + "\", \"cvv\": \"" + s("cvv") + "\"}\n```\n</ResponseExample>\n"
		},
	} {
		var secrets []string
		text := page(func(kind string) string {
			x := secret(kind)
			secrets = append(secrets, x)
			return x
		})
		res, err := Run(Options{Inputs: []read.Input{{Name: "page", Data: []byte(text)}}, Spec: filepath.Join(t.TempDir(), "openapi.yaml")})
		if err != nil {
			t.Errorf("page %d: %v %v", n, err, res.Problems)
			continue
		}
		var all strings.Builder
		for _, f := range res.Files {
			all.WriteString(f.Path + "\n" + string(f.New))
		}
		fmt.Fprintln(&all, res.Summary(), res.Decisions, res.Notes, res.Diff())
		for _, c := range res.Calls() {
			fmt.Fprintf(&all, "%+v\n", *c)
			for _, b := range append(append([]read.Body{}, c.Requests...), c.Answers...) {
				for _, x := range b.Samples {
					all.WriteString(x.Value.Indented())
				}
			}
		}
		for _, s := range secrets {
			if strings.Contains(all.String(), s) {
				t.Errorf("page %d: %s is in what is written or printed", n, s)
			}
		}
	}
	if planted < 60 {
		t.Errorf("planted %d secrets, want 60", planted)
	}
}

// TestHostile drafts pages that try to write YAML, or to take time.
func TestHostile(t *testing.T) {
	evil := []string{"a: b\n  paths: {}", "x # y", "'; drop", "\"\n- !!python/object", "&anchor", "*alias", "{{}}", "\u2028line", "yes", "null", "1e3", "%YAML", "| block", "<<"}
	var b strings.Builder
	b.WriteString("# " + evil[0] + "\n\n## `POST /boats`\n\n| Field | Type | Description |\n|---|---|---|\n")
	for i, e := range evil {
		fmt.Fprintf(&b, "| m%d | string | One of: `%s`, `ok%d`. |\n", i, strings.ReplaceAll(e, "\n", " "), i)
	}
	b.WriteString("\n```bash\ncurl -X POST https://api.example.com/boats -d '{}'\n```\n\n```json\n{")
	for i, e := range evil {
		fmt.Fprintf(&b, "%q: %q,", fmt.Sprint(e, i), e)
	}
	b.WriteString("\"at\": \"2024-01-01 10:00:00 # \\n evil: yes\"}\n```\n")
	res, err := Run(Options{Inputs: []read.Input{{Name: "evil.md", Data: []byte(b.String())}}, Spec: filepath.Join(t.TempDir(), "openapi.yaml")})
	if err != nil {
		t.Fatal(err, res.Problems)
	}
	for _, l := range strings.Split(string(res.Files[0].New), "\n") {
		if strings.HasPrefix(strings.TrimSpace(l), "evil:") {
			t.Errorf("the page wrote YAML: %q", l)
		}
	}
}
