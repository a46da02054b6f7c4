package model

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

const lockedDoc = lockHead + `  /pets:
    get: {operationId: listPets, tags: [pets], responses: {"200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}}}
    post: {tags: [pets], responses: {"204": {description: ok}}}
  /pets/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: getPet, tags: [pets], responses: {"200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Owner"}}}}}}
    delete: {operationId: deletePet, tags: [pets], responses: {"204": {description: ok}}}
  /pets/{id}/pay:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    post: {operationId: payPet, tags: [pets], responses: {"204": {description: ok}}}
  /pets/{id}/refund:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    post: {operationId: refundPet, tags: [pets], responses: {"204": {description: ok}}}
  /shops:
    get: {operationId: listShops, tags: [shops], responses: {"204": {description: ok}}}
components:
  schemas:
    Pet: {type: object, properties: {name: {type: string}}}
    Owner: {type: object, properties: {first: {type: string}}}
`

// TestLockedNames changes names in a lock. Those that belong to something else
// are reported.
func TestLockedNames(t *testing.T) {
	first := buildText(t, lockedDoc, nil)
	const (
		del, get       = "DELETE /pets/{} method", "GET /pets/{} method"
		delID, getID   = "operation deletePet method", "operation getPet method"
		pay, refund    = "POST /pets/{}/pay method", "POST /pets/{}/refund method"
		payID, refID   = "operation payPet method", "operation refundPet method"
		pet, owner     = "#/components/schemas/Pet read", "#/components/schemas/Owner read"
		pets, shops    = "service pets", "service shops"
		methodOfDelete = `gen.lock gives the method of DELETE /pets/{id} the name `
	)
	for _, tt := range []struct {
		name string
		edit map[string]string
		want []string
	}{
		{"as they were", nil, nil},
		{"a kept name", map[string]string{get: "Fetch", getID: "Fetch"}, nil},
		{"Get and Delete are swapped", map[string]string{get: "Delete", getID: "Delete", del: "Get", delID: "Get"}, []string{
			`gen.lock gives the method of GET /pets/{id} the name "Delete", which says that it deletes; the document gives it the name "Get"`,
			methodOfDelete + `"Get", which says that it reads; the document gives it the name "Delete"`}},
		{"by the path alone", map[string]string{get: "Delete", del: "Get"}, []string{
			`gen.lock gives the method of GET /pets/{id} the name "Delete", which says that it deletes; the document gives it the name "Get"`,
			methodOfDelete + `"Get", which says that it reads; the document gives it the name "Delete"`}},
		{"a method that deletes is Load", map[string]string{del: "Fetch", delID: "Fetch"}, []string{
			methodOfDelete + `"Fetch", which says that it reads; the document gives it the name "Delete"`}},
		{"two of one HTTP method", map[string]string{pay: "Refund", payID: "Refund", refund: "Pay", refID: "Pay"}, []string{
			`gen.lock gives the method of POST /pets/{id}/pay the name "Refund", which the document gives to the method of POST /pets/{id}/refund`,
			`gen.lock gives the method of POST /pets/{id}/refund the name "Pay", which the document gives to the method of POST /pets/{id}/pay`}},
		{"one takes a name, the other has a third", map[string]string{pay: "Refund", payID: "Refund", refund: "Credit", refID: "Credit"}, []string{
			`gen.lock gives the method of POST /pets/{id}/pay the name "Refund", which the document gives to the method of POST /pets/{id}/refund`}},
		{"types", map[string]string{pet: "Owner", owner: "Pet"}, []string{
			`gen.lock gives the type of #/components/schemas/Owner the name "Pet", which the document gives to the type of #/components/schemas/Pet`,
			`gen.lock gives the type of #/components/schemas/Pet the name "Owner", which the document gives to the type of #/components/schemas/Owner`}},
		{"services", map[string]string{pets: "Shops", shops: "Pets"}, []string{
			`gen.lock gives the service of "pets" the name "Shops", which the document gives to the service of "shops"`,
			`gen.lock gives the service of "shops" the name "Pets", which the document gives to the service of "pets"`}},
		{"a service into another", map[string]string{shops: "Pets"}, []string{
			`gen.lock gives the service of "shops" the name "Pets", which is that of the service of "pets"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			names := maps.Clone(first.Names)
			for key, name := range tt.edit {
				if names[key] == "" {
					t.Fatalf("the lock has no %q: %v", key, slices.Sorted(maps.Keys(names)))
				}
				names[key] = name
			}
			api := buildText(t, lockedDoc, &API{Names: names, Held: first.Held})
			var got []string
			for _, d := range api.Diagnostics {
				if d.Code == "locked-name" {
					got = append(got, d.Message)
				}
			}
			slices.Sort(got)
			slices.Sort(tt.want)
			if !slices.Equal(got, tt.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}
