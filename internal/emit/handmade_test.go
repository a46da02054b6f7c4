package emit

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/docwright/docwright/internal/model"
)

var update = flag.Bool("update", false, "rewrite testdata with what is generated now, where it type-checks")

var testOptions = Options{Runtime: runtimeSource, Import: "example.com/client"}

// Short forms for models made by hand.
func text(s string) model.Doc                    { return model.Doc{Text: s} }
func str() *model.Type                           { return &model.Type{Kind: model.KindString} }
func kind(k model.Kind) *model.Type              { return &model.Type{Kind: k} }
func of(k model.Kind, e *model.Type) *model.Type { return &model.Type{Kind: k, Elem: e} }
func named(d *model.Decl) *model.Type            { return &model.Type{Kind: model.KindNamed, Decl: d} }

// contacts is the JSON:API of the project's contract: a resource with all that
// it can have, and a service.
func contacts() *model.API {
	association := &model.Decl{GoName: "ContactAssociation", File: "contact", Kind: model.DeclEnum, Role: model.RoleShared,
		Doc: text("ContactAssociation tells what a contact is to a property."), Underlying: str(), Values: []*model.Value{
			{GoName: "ContactAssociationOccupier", JSON: `"occupier"`},
			{GoName: "ContactAssociationOwner", JSON: `"owner"`, Doc: text("ContactAssociationOwner owns the property.")},
		}}
	account := &model.Decl{GoName: "CustomerAccount", File: "customer_account", Kind: model.DeclStruct, Role: model.RoleRead, Codec: true, Resource: "customer-accounts", Ref: true,
		Doc:    text("CustomerAccount is what a customer is billed on.\n\nIt is the JSON:API resource type \"customer-accounts\"."),
		Fields: []*model.Field{{Name: "id", GoName: "ID", In: model.InID, Type: str(), Doc: text("ID is the account's id.")}}}
	meta := &model.Decl{GoName: "ContactMeta", File: "contact", Kind: model.DeclStruct, Role: model.RoleRead, Codec: true, Doc: text("ContactMeta is the meta of a Contact."),
		Fields: []*model.Field{{Name: "created_at", GoName: "CreatedAt", In: model.InMember, Type: kind(model.KindTime), OmitZero: true}}}
	contact := &model.Decl{GoName: "Contact", File: "contact", Kind: model.DeclStruct, Role: model.RoleRead, Codec: true, Resource: "contacts", Ref: true,
		Doc: text("Contact is a person whom a customer account can be reached through.\n\nIt is the JSON:API resource type \"contacts\"."),
		Fields: []*model.Field{
			{Name: "id", GoName: "ID", In: model.InID, Type: str()},
			{Name: "association", GoName: "Association", In: model.InAttr, Type: named(association), OmitZero: true},
			{Name: "first_name", GoName: "FirstName", In: model.InAttr, Type: str(), Doc: text("FirstName is the given name.")},
			{Name: "email", GoName: "Email", In: model.InAttr, Type: str(), OmitZero: true},
			{Name: "accounts", GoName: "Accounts", In: model.InRel, Type: of(model.KindToMany, named(account)), OmitZero: true},
			{Name: "meta", GoName: "Meta", In: model.InMeta, Type: named(meta), OmitZero: true},
			{Name: "links", GoName: "Links", In: model.InLinks, Type: kind(model.KindLinks), OmitZero: true},
		}}
	update := &model.Decl{GoName: "ContactUpdate", File: "contact", Kind: model.DeclStruct, Role: model.RoleWrite, Resource: "contacts",
		Doc: text("ContactUpdate holds the members of a contact that an update sends."),
		Fields: []*model.Field{
			{Name: "type", GoName: "_", In: model.InType, Type: kind(model.KindStruct0)},
			{Name: "first_name", GoName: "FirstName", In: model.InAttr, Type: str()},
			{Name: "email", GoName: "Email", In: model.InAttr, Type: of(model.KindOpt, str()), OmitZero: true},
			{Name: "accounts", GoName: "Accounts", In: model.InRel, Type: of(model.KindToMany, named(account)), OmitZero: true},
		}}
	include := &model.Decl{GoName: "ContactInclude", File: "contact", Kind: model.DeclEnum, Role: model.RoleShared, Underlying: str(),
		Doc:    text("ContactInclude is a relationship that can come with a contact."),
		Values: []*model.Value{{GoName: "ContactIncludeAccounts", JSON: `"accounts"`}}}
	get := &model.Decl{GoName: "ContactGetParams", File: "contacts_service_options", Kind: model.DeclStruct, Role: model.RoleOptions,
		Doc: text("ContactGetParams holds the parameters of ContactsService.Get."),
		Fields: []*model.Field{
			{Name: "include", GoName: "Include", In: model.InQuery, OmitZero: true, Type: of(model.KindSlice, named(include)), Flags: []string{"csv"}},
			{Name: "limit", GoName: "Limit", In: model.InQuery, OmitZero: true, Type: of(model.KindOpt, kind(model.KindInt))},
			{Name: "X-Tenant", GoName: "Tenant", In: model.InHeader, OmitZero: true, Type: of(model.KindOpt, str()), Flags: []string{"default=main"}},
		}}
	problem := &model.Decl{GoName: "Problem", File: "problem", Kind: model.DeclStruct, Role: model.RoleRead, Doc: text("Problem says why a call failed."),
		Fields: []*model.Field{{Name: "title", GoName: "Title", In: model.InMember, Type: str()}}}

	args := []*model.Arg{{Name: "org_id", GoName: "orgID", Type: str()}, {Name: "contact_id", GoName: "contactID", Type: str()}}
	const path, media = "/v3/orgs/{org_id}/customers/contacts/{contact_id}", "application/vnd.api+json"
	return &model.API{
		Package: "ctrlhub", Title: "Ctrl Hub API", Source: "spec/ctrlhub/openapi.yaml", JSONAPI: true,
		Doc:      text("Package ctrlhub calls the Ctrl Hub API: customers, their contacts and their accounts."),
		Servers:  []model.Server{{Name: "DefaultServer", URL: "https://api.ctrl-hub.com"}, {Name: "ServerStaging", URL: "https://api.ctrl-hub.dev", Doc: text("ServerStaging is the server for tests.")}},
		Security: model.Security{{"sessionToken"}, {"oauth"}},
		Schemes: []model.Scheme{
			{Name: "sessionToken", GoName: "SessionToken", Kind: model.SchemeHeaderKey, Param: "X-Session-Token", Doc: text("WithSessionToken sends the token of a session.")},
			{Name: "oauth", GoName: "ClientCredentials", Kind: model.SchemeClientCredentials, TokenURL: "https://auth.ctrl-hub.com/token"},
		},
		Headers: []model.ClientHeader{{Name: "X-Version", GoName: "Version", Default: "3"}},
		Services: []*model.Service{{Name: "contacts", GoName: "Contacts", File: "contacts_service", Doc: text("ContactsService calls the contact operations."),
			Operations: []*model.Operation{
				{ID: "contacts.get", GoName: "Get", Method: "GET", Path: path, Doc: text("Get fetches a contact."), Args: args, Options: get,
					Accept: media, Result: model.Result{Kind: model.ResultResource, Type: named(contact)}, Errors: []model.Status{{Code: "404", Type: named(problem)}}},
				{ID: "contacts.update", GoName: "Update", Method: "PUT", Path: path, Args: args, Accept: media,
					Doc:    model.Doc{Text: "Update replaces a contact.", Deprecated: "use Patch instead."},
					Body:   &model.Body{Kind: model.BodyResource, ContentType: media, GoName: "contact", Type: named(update), ID: "contactID"},
					Result: model.Result{Kind: model.ResultResource, Type: named(contact)}},
				{ID: "contacts.delete", GoName: "Delete", Method: "DELETE", Path: path, Args: args, Doc: text("Delete deletes a contact."), Security: model.Security{{"oauth"}}},
			}}},
		Decls: []*model.Decl{contact, meta, association, include, update, get, account, problem},
	}
}

// TestHandmade compares what is emitted for models made by hand with wanted
// output.
func TestHandmade(t *testing.T) {
	for name, api := range map[string]*model.API{"contacts": contacts()} {
		t.Run(name, func(t *testing.T) {
			got, err := Files(api, testOptions)
			if err != nil {
				t.Fatal(err)
			}
			typecheck(t, got, nil)
			golden(t, filepath.Join("testdata", "handmade", name+".txtar"), nil, got)
		})
	}
}

// golden compares files with those of the archive at name, or rewrites it. The
// archive's own files, its input, come first and stay.
func golden(t *testing.T, name string, input []txtar.File, files map[string][]byte) {
	t.Helper()
	ar, err := txtar.ParseFile(name)
	if os.IsNotExist(err) && *update {
		ar = new(txtar.Archive)
	} else if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, f := range ar.Files[min(len(input), len(ar.Files)):] {
		want[f.Name] = string(f.Data)
	}
	out := append([]txtar.File(nil), input...)
	for _, path := range sortedKeys(files) {
		out = append(out, txtar.File{Name: path, Data: files[path]})
		if w, ok := want[path]; !ok {
			t.Logf("%s: %s is not wanted", name, path)
		} else if g := string(files[path]); g != w && !*update {
			t.Errorf("%s: %s differs; if that is intended, run go test ./internal/emit -update\n%s", name, path, firstDifference(w, g))
		}
		delete(want, path)
	}
	for path := range want {
		if !*update {
			t.Errorf("%s: %s is missing", name, path)
		}
	}
	if *update && !t.Failed() {
		ar.Files = out
		if err := os.WriteFile(name, txtar.Format(ar), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// firstDifference shows where two texts part.
func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		if i >= len(w) || i >= len(g) || w[i] != g[i] {
			show := func(lines []string) string {
				return strings.Join(lines[min(i, len(lines)):min(i+6, len(lines))], "\n\t")
			}
			return "line " + strconv.Itoa(i+1) + ":\nwant:\n\t" + show(w) + "\ngot:\n\t" + show(g)
		}
	}
	return ""
}
