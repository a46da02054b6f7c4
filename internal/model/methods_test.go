package model

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/load"
)

// TestMethodNames holds what operations are called: each row is a document of a few
// operations, "METHOD path operationId status result", and the methods of its
// services in the same order. A result is a schema: "-" for none, "[]" for a list.
func TestMethodNames(t *testing.T) {
	for _, c := range []struct {
		name, tag string
		ops       []string
		want      string
	}{
		{"Stripe", "", []string{
			"GET /v1/quotes GetQuotes 200 []", "POST /v1/quotes PostQuotes 200 Quote", "GET /v1/quotes/{quote} GetQuotesQuote 200 Quote",
			"POST /v1/quotes/{quote} PostQuotesQuote 200 Quote", "POST /v1/quotes/{quote}/accept PostQuotesQuoteAccept 200 Quote",
			"GET /v1/quotes/{quote}/line_items GetQuotesQuoteLineItems 200 []", "GET /v1/quotes/{quote}/pdf GetQuotesQuotePdf 200 -",
			"GET /v1/accounts/{account}/persons/{person} GetAccountsAccountPersonsPerson 200 Person",
			"POST /v1/accounts/{account}/persons/{person} PostAccountsAccountPersonsPerson 200 Person",
			"DELETE /v1/accounts/{account}/persons/{person} DeleteAccountsAccountPersonsPerson 200 Person",
			"POST /v1/readers/{reader}/set_reader_display PostReadersReaderSetReaderDisplay 200 -",
			"POST /v1/transactions/create_from_calculation PostTransactionsCreateFromCalculation 200 -",
		}, "Quotes.List Quotes.Create Quotes.Get Quotes.Update Quotes.Accept Quotes.ListLineItems Quotes.GetPDF Accounts.GetPerson Accounts.UpdatePerson Accounts.DeletePerson Readers.SetReaderDisplay Transactions.CreateFromCalculation"},
		{"GitHub", "repos", []string{
			"GET /repos/{owner}/releases/tags/{tag} repos/get-release-by-tag 200 -", "GET /orgs/{org}/issues issues/list-for-org 200 []",
			"GET /repos/{owner}/topics repos/get-all-topics 200 []", "PATCH /repos/{owner} repos/update 200 -", "GET /search/repos search/repos 200 []",
			"PUT /repos/{owner}/lock repos/lock 204 -", "GET /insights/{org}/stats api-insights/get-stats 200 -",
			"GET /orgs/{org}/usage copilot/copilot-usage-metrics 200 -", "PUT /teams/{team}/orgs/{org} team-orgs/add 200 -",
			"GET /orgs/{org}/bypass repos/get-bypass-list-for-org 200 []",
		}, "Repos.GetReleaseByTag Issues.ListForOrg Repos.ListTopics Repos.Update Search.Repos Repos.Lock APIInsights.GetStats Copilot.GetUsageMetrics TeamOrgs.Add Repos.GetBypassListForOrg"},
		{"Klaviyo", "Catalogs", []string{
			"POST /api/catalog-category-bulk-create-jobs bulk_create_catalog_categories 202 -", "GET /api/catalog-items get_catalog_items 200 []",
			"GET /api/catalog-items/{id} get_catalog_item 200 -", "GET /api/jobs/{id} get_bulk_create_catalog_items_job 200 -",
		}, "Catalogs.BulkCreateCategories Catalogs.ListItems Catalogs.GetItem Catalogs.GetBulkCreateItemsJob"},
		{"whole phrases", "Profiles", []string{
			"POST /a/import bulkImportProfiles 202 -", "POST /b createOrUpdateProfile 200 -", "POST /c/contacts addContacts 200 -", "POST /d addProfile 200 -",
			"POST /e createActiveProfile 201 -",
		}, "Profiles.BulkImport Profiles.CreateOrUpdate Profiles.AddContacts Profiles.Create Profiles.CreateActiveProfile"},
		{"Kubernetes", "core_v1", []string{
			"GET /api/v1/namespaces/{namespace}/pods/{name} readCoreV1NamespacedPod 200 -", "PATCH /api/v1/namespaces/{namespace}/pods/{name} patchCoreV1NamespacedPod 200 -",
			"PUT /api/v1/namespaces/{namespace}/pods/{name} replaceCoreV1NamespacedPod 200 -", "GET /api/v1/pods listCoreV1PodForAllNamespaces 200 []",
			"GET /api/v1/namespaces/{namespace}/replicationcontrollers/{name} readCoreV1NamespacedReplicationController 200 -",
		}, "CoreV1.GetNamespacedPod CoreV1.PatchNamespacedPod CoreV1.ReplaceNamespacedPod CoreV1.ListPodForAllNamespaces CoreV1.GetNamespacedReplicationController"},
		{"FastAPI", "items", []string{
			"GET /items/{item_id} read_item_items__item_id__get 200 -", "GET /items read_items_items_get 200 []", "PUT /items/{item_id} update_item_items__item_id__put 200 -",
		}, "Items.Get Items.List Items.Update"},
		{"NSwag", "Orders", []string{"GET /api/Orders Orders_GetAll 200 []", "POST /api/Orders OrdersPOST 201 -", "DELETE /api/Orders/{id} OrdersDELETE 204 -"}, "Orders.List Orders.Create Orders.Delete"},
		{"NestJS", "users", []string{"GET /users UsersController_findAll 200 []", "GET /users/{id} UsersController_findOne 200 -", "DELETE /users/{id} UsersController_remove 200 -"}, "Users.List Users.Get Users.Delete"},
		{"Django", "admin", []string{
			"GET /admin/users/ admin_users_list 200 []", "GET /admin/users/{id}/ admin_users_retrieve 200 -", "PATCH /admin/users/{id}/ admin_users_partial_update 200 -",
			"PUT /admin/users/{id}/ admin_users_update 200 -", "DELETE /admin/users/{id}/ admin_users_destroy 204 -",
		}, "Admin.ListUsers Admin.GetUser Admin.PatchUser Admin.UpdateUser Admin.DeleteUser"},
		{"Laravel", "", []string{"GET /users users.index 200 []", "POST /users users.store 201 -", "GET /users/{user} users.show 200 -", "DELETE /users/{user} users.destroy 204 -"}, "Users.List Users.Create Users.Get Users.Delete"},
		{"AutoRest", "Account", []string{"POST /apps/{app}/subscriptions azureSubscription_linkForApp 200 -", "GET /apps apps_list 200 []"}, "Account.LinkAzureSubscriptionForApp Account.ListApps"},
		{"collections", "", []string{
			"DELETE /files - 204 -", "DELETE /files/{id} - 204 -", "DELETE /tags?ids - 204 -", "GET /tags - 200 []", "PATCH /tags - 200 -", "PUT /tags - 200 -", "PUT /settings - 200 -", "GET /settings - 200 Settings",
		}, "Files.DeleteAll Files.Delete Tags.DeleteMany Tags.List Tags.UpdateMany Tags.ReplaceAll Settings.Update Settings.Get"},
		{"PUT beside PATCH", "", []string{"PUT /pets/{id} - 200 -", "PATCH /pets/{id} - 200 -", "PUT /cats/{id} - 200 -"}, "Pets.Replace Pets.Update Cats.Update"},
		{"actions", "", []string{
			"POST /x/search - 200 []", "POST /x/query - 200 -", "POST /x/_count - 200 -", "POST /x/{id}:cancel - 200 -", "POST /jobs/{id}/shipping - 200 -",
			"POST /jobs/{id}/refund - 201 -", "POST /query - 200 -",
		}, "X.Search X.Query X.Count X.Cancel Jobs.Shipping Jobs.CreateRefund Query.Run"},
		{"two paths", "issues", []string{"GET /issues - 200 []", "GET /orgs/{org}/issues - 200 []"}, "Issues.List Issues.ListForOrg"},
		{"operationIds without words", "projects", []string{
			"GET /projects \"\\u200b\" 200 []", "PUT /projects/{id} \"\\ufeff\" 200 -", "POST /projects/{id}/archive \"\\ufeff\\u200b\" 200 -",
			"DELETE /projects/{id} - 204 -", "PATCH /projects/{id} --- 200 -",
		}, "Projects.List Projects.Replace Projects.Archive Projects.Delete Projects.MinusMinusMinus"},
		{"given", "", []string{"GET /pets x-go-name=Everything 200 []"}, "Pets.Everything"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := methodsOf(t, c.tag, c.ops); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// methodsOf builds a document of operations and returns their methods.
func methodsOf(t *testing.T, tag string, ops []string) string {
	t.Helper()
	var doc strings.Builder
	doc.WriteString("openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n")
	paths := map[string][]string{}
	var order []string
	for _, line := range ops {
		f := strings.Fields(line)
		path, query, _ := strings.Cut(f[1], "?")
		if paths[path] == nil {
			order = append(order, path)
		}
		paths[path] = append(paths[path], methodYAML(f, path, query, tag))
	}
	for _, p := range order {
		fmt.Fprintf(&doc, "  %s:\n%s", p, strings.Join(paths[p], ""))
	}
	doc.WriteString("components:\n  schemas:\n")
	for _, s := range []string{"Quote", "Person", "Settings", "Thing"} {
		fmt.Fprintf(&doc, "    %s: {type: object, properties: {id: {type: string}}}\n", s)
	}
	file := filepath.Join(t.TempDir(), "spec.yaml")
	if err := os.WriteFile(file, []byte(doc.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	d, ds := load.File(file, load.Options{})
	if d == nil {
		t.Fatalf("%v\n%s", ds, doc.String())
	}
	api, _ := Build(d, Options{Package: "client"})
	names := map[string]string{}
	for _, s := range api.Services {
		for _, o := range s.Operations {
			names[o.Method+" "+o.Path] = s.GoName + "." + o.GoName
		}
	}
	var got []string
	for _, line := range ops {
		f := strings.Fields(line)
		path, _, _ := strings.Cut(f[1], "?")
		got = append(got, names[f[0]+" "+path])
	}
	return strings.Join(got, " ")
}

func methodYAML(f []string, path, query, tag string) string {
	op := fmt.Sprintf("    %s:\n", strings.ToLower(f[0]))
	name, given := strings.CutPrefix(f[2], "x-go-name=")
	switch {
	case given:
		op += "      x-go-name: " + name + "\n"
	case f[2] != "-":
		op += "      operationId: " + f[2] + "\n"
	}
	if tag != "" {
		op += "      tags: [" + tag + "]\n"
	}
	var params []string
	for rest := path; strings.Contains(rest, "{"); {
		_, after, _ := strings.Cut(rest, "{")
		var p string
		p, rest, _ = strings.Cut(after, "}")
		params = append(params, "{name: "+p+", in: path, required: true, schema: {type: string}}")
	}
	if query != "" {
		params = append(params, "{name: "+query+", in: query, schema: {type: string}}")
	}
	op += "      parameters: [" + strings.Join(params, ", ") + "]\n"
	schema := map[string]string{"-": "", "[]": `{type: array, items: {$ref: "#/components/schemas/Thing"}}`}[f[4]]
	if schema == "" && f[4] != "-" {
		schema = `{$ref: "#/components/schemas/` + f[4] + `"}`
	}
	if schema == "" {
		return op + "      responses: {'" + f[3] + "': {description: ok}}\n"
	}
	return op + "      responses: {'" + f[3] + "': {description: ok, content: {application/json: {schema: " + schema + "}}}}\n"
}
