package draft

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/draft/read"
)

// TestTitledType drafts the first page of an API whose types are placeholders.
// The type is guessed where path and title agree, and stays a decision.
func TestTitledType(t *testing.T) {
	for _, test := range []struct{ title, call, want string }{
		{"Update an existing contact", "PUT /customers/contacts/{contact_id}", "contacts"},
		{"List all stock checks", "GET /api/stock_checks", "stock_checks"},
		{"Create a category", "POST /categories", "categories"},
		{"Create a Service Account", "POST /iam/service-accounts", "service-accounts"},
		{"List the members of an organisation", "GET /iam/members", "members"},
		{"Create an organisation", "POST /orgs", ""},                         // another word
		{"Create a customer account", "POST /customers/accounts", ""},        // a longer name
		{"Create a content", "POST /documents/{document_id}/contents", ""},   // part of another resource
		{"Get contents", "GET /documents/{document_id}/contents/{id}", ""},   // likewise
		{"Contacts", "PUT /contacts/{id}", ""},                               // no title of a call
		{"Set contacts", "PATCH /boats/{id}/relationships/contacts", ""},     // identifiers
		{"Release stocks on hold", "POST /stocks/hold", ""},                  // an action
		{"Update a contact", "PUT /customers/contacts/{contact_id}/ids", ""}, // another segment
	} {
		t.Run(test.title, func(t *testing.T) {
			method, path, _ := strings.Cut(test.call, " ")
			page := "# " + test.title + "\n\n`" + test.call + "`\n\n```shell\ncurl -X " + method + " https://api.example.com" + path + " -H 'Content-Type: application/vnd.api+json'\n```\n\n```json\n" +
				`{"data": {"type": "<string>", "id": "<string>", "attributes": {"name": "<string>"}}}` + "\n```\n"
			res, err := Run(Options{Inputs: []read.Input{{Name: "page.md", Data: []byte(page)}}, Spec: filepath.Join(t.TempDir(), "openapi.yaml")})
			if err != nil {
				t.Fatal(err, res.Problems)
			}
			draft := string(res.Files[0].New)
			todo, enum := "# TODO(draft): the page has a placeholder; which resource type?", 0
			if test.want != "" {
				todo, enum = "# TODO(draft): the page has a placeholder; is the type "+test.want+", after the path and the title?", 1
			}
			if strings.Count(draft, todo) != 1 || strings.Count(draft, "enum: ["+test.want+"]") != enum || enum == 0 && strings.Contains(draft, "enum:") {
				t.Errorf("want %q in\n%s", todo, draft)
			}
		})
	}
}

// TestNamedTarget drafts relationships to many whose types are placeholders. The
// type is guessed by a name in the plural, and stays a decision.
func TestNamedTarget(t *testing.T) {
	for name, want := range map[string]string{"comments": "comments", "sales_reps": "sales-reps", "staff": "", "status": ""} {
		page := "# Add\n\n`POST /boats`\n\n```json\n{\"data\": {\"type\": \"boats\", \"relationships\": {\"" + name + "\": {\"data\": [{\"type\": \"<string>\", \"id\": \"<string>\"}]}}}}\n```\n"
		got, todo := drafted(t, page), "enum: ["+want+"]"
		if strings.Contains(got, todo) != (want != "") || !strings.Contains(got, "TODO(draft): ") || want != "" && !strings.Contains(got, "is the type "+want+", after the relationship's name?") {
			t.Errorf("%s: want %q in\n%s", name, want, got)
		}
	}
}

// TestShownTarget drafts a relationship whose type is a placeholder, on a page that
// shows the resource that the name is the singular of.
func TestShownTarget(t *testing.T) {
	page := "# Add\n\n`POST /boats`\n\n```json\n{\"data\": {\"type\": \"boats\", \"relationships\": {\"harbour\": {\"data\": {\"type\": \"<string>\", \"id\": \"<string>\"}}, \"owner\": {\"data\": {\"type\": \"<string>\", \"id\": \"<string>\"}}}}, \"included\": [{\"type\": \"harbours\", \"id\": \"1\"}]}\n```\n"
	got := drafted(t, page)
	if strings.Count(got, "enum: [harbours]") != 2 || strings.Contains(got, "relationship harbour") || !strings.Contains(got, "type of relationship owner: the page has a placeholder") {
		t.Error(got)
	}
}
