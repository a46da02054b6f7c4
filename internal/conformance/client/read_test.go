package client

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/docwright/docwright/generated/ctrlhub"
	"github.com/docwright/docwright/generated/jsonapi"
)

const equipment = `{"data":[
	{"type":"equipment-items","id":"e1","attributes":{"serial":"S1"},"relationships":{
		"vehicle":{"data":{"type":"vehicles","id":"v1"}},"model":{"data":null}}},
	{"type":"equipment-items","id":"e2","relationships":{"vehicle":{"links":{"related":"/v3/vehicles/v2"}}}}],
"included":[
	{"type":"vehicles","id":"v1","attributes":{"registration":"AB1"},"relationships":{
		"equipment":{"data":[{"type":"equipment-items","id":"e1"},{"type":"equipment-items","id":"e9"}]},
		"specification":{"data":{"type":"vehicle-specifications","id":"s1"}},
		"assignee":{"data":{"type":"users","id":"u1"}}}},
	{"type":"vehicle-specifications","id":"s1","relationships":{"model":{"data":{"type":"vehicle-models","id":"m1"}}}},
	{"type":"vehicle-models","id":"m1","attributes":{"name":"Transit"},"relationships":{
		"manufacturer":{"data":{"type":"vehicle-manufacturers","id":"f1"}},"categories":{"data":[]}}},
	{"type":"vehicle-manufacturers","id":"f1","attributes":{"name":"Ford"}},
	{"type":"telematics-units","id":"t1","attributes":{"imei":"12"}}],
"meta":{"pagination":{"offsets":{"next":null}}}}`

// TestInclude asks for nested paths by typed constants, and follows what came.
func TestInclude(t *testing.T) { onBackends(t, testInclude) }

func testInclude(t *testing.T, ctrlHub connect) {
	var sent record
	client := ctrlHub(t, sent.then(answer(200, equipment)))
	page, err := client.EquipmentItems.List(t.Context(), ctrlhub.EquipmentItemListParams{
		Include: []ctrlhub.EquipmentItemInclude{
			ctrlhub.EquipmentItemIncludeVehicleEquipment,
			ctrlhub.EquipmentItemIncludeVehicleSpecificationModelManufacturer,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if sent.query != "include=vehicle.equipment,vehicle.specification.model.manufacturer" {
		t.Errorf("sent %s", sent.query)
	}
	item := page.Items[0]
	vehicle := item.Vehicle.Loaded()
	if vehicle == nil || vehicle.Registration != "AB1" || vehicle.Equipment.Loaded()[0] != item {
		t.Fatalf("vehicle: %+v", vehicle)
	}
	model := vehicle.Specification.Loaded().Model.Loaded()
	if model.Name != "Transit" || model.Manufacturer.Loaded().Name != "Ford" {
		t.Errorf("model: %+v", model)
	}
	if unknown := page.Included.Unknown(); len(unknown) != 1 || unknown[0].Type != "telematics-units" || unknown[0].ID != "t1" {
		t.Errorf("unknown resources: %v", unknown)
	} else {
		var unit struct {
			Attributes struct {
				IMEI string `json:"imei"`
			} `json:"attributes"`
		}
		if err := unknown[0].Decode(&unit); err != nil || unit.Attributes.IMEI != "12" {
			t.Errorf("%+v %v", unit, err)
		}
	}
	if found := jsonapi.Find(page.Included, jsonapi.ID[ctrlhub.VehicleModel]("m1")); found != model {
		t.Errorf("found %v", found)
	}
}

// TestNotFetched tells what was not fetched, what is empty, and what is null.
func TestNotFetched(t *testing.T) { onBackends(t, testNotFetched) }

func testNotFetched(t *testing.T, ctrlHub connect) {
	client := ctrlHub(t, answer(200, equipment))
	page, err := client.EquipmentItems.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	first, second := page.Items[0], page.Items[1]
	if first.Model.IsZero() || !first.Model.IsNull() || first.Vehicle.IsNull() || first.Vehicle.ID() != "v1" {
		t.Error("the model is known to be none, the vehicle to be one")
	}
	if !second.Model.IsZero() || second.Model.IsNull() || !second.Vehicle.IsZero() || second.Vehicle.Links().Href("related") != "/v3/vehicles/v2" {
		t.Error("nothing is known of the second item's model and vehicle but a link")
	}
	vehicle := first.Vehicle.Loaded()
	if got := vehicle.Equipment; !slices.Equal(got.IDs(), []string{"e1", "e9"}) || len(got.Loaded()) != 1 {
		t.Errorf("equipment %s, of which %d are loaded", got.IDs(), len(got.Loaded()))
	}
	if user := vehicle.Assignee; user.ID() != "u1" || user.Loaded() != nil {
		t.Error("the assignee is known and was not included")
	}
	model := vehicle.Specification.Loaded().Model.Loaded()
	if model.Categories.IsZero() || model.Categories.Len() != 0 {
		t.Error("the model is known to have no categories")
	}
	if !second.Has(&second.ID) || second.Has(&second.Serial) || !first.Has(&first.Serial) {
		t.Error("presence of attributes")
	}
}

// TestCycles follows a resource that leads to itself, and two that lead to each other.
func TestCycles(t *testing.T) { onBackends(t, testCycles) }

func testCycles(t *testing.T, ctrlHub connect) {
	client := ctrlHub(t, answer(200, `{"data":{"type":"contacts","id":"c1","relationships":{
		"accounts":{"data":[{"type":"customer-accounts","id":"a1"},{"type":"customer-accounts","id":"a1"}]},"author":{"data":{"type":"users","id":"c1"}}}},
	"included":[
		{"type":"customer-accounts","id":"a1","relationships":{"contacts":{"data":[{"type":"contacts","id":"c1"}]}}},
		{"type":"customer-accounts","id":"a1","attributes":{"x":"a duplicate"}},
		{"type":"users","id":"c1","relationships":{"organisations":{"data":[{"type":"organisations","id":"o"}]}}},
		{"type":"organisations","id":"o","relationships":{"users":{"data":[{"type":"users","id":"c1"}]}}}]}`))
	contact, err := client.Contacts.Get(t.Context(), orgID, contactID)
	if err != nil {
		t.Fatal(err)
	}
	at := contact
	for range 1000 {
		at = at.Accounts.Loaded()[1].Contacts.Loaded()[0]
	}
	if at != contact {
		t.Error("the circle does not close")
	}
	author := contact.Author.Loaded()
	if author == nil || author.Organisations.Loaded()[0].Users.Loaded()[0] != author {
		t.Error("the author's circle does not close")
	}
}

// TestFilters holds that no value of a filter can become anything else.
func TestFilters(t *testing.T) { onBackends(t, testFilters) }

func testFilters(t *testing.T, ctrlHub connect) {
	var sent record
	client := ctrlHub(t, sent.then(answer(200, `{"data":[]}`)))
	nasty := `a&b=c]%5D,d)(é "` + "\n"

	_, err := client.Organisations.List(t.Context(), ctrlhub.OrganisationListParams{
		Filter: map[string]string{"created_at.since": "2024-01-01T00:00:00+01:00", "name": nasty, "x]&y": "z"},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := url.ParseQuery(sent.query)
	if err != nil || len(got) != 3 || got.Get("filter[name]") != nasty || got.Get("filter[x]&y]") != "z" || got.Get("filter[created_at.since]") != "2024-01-01T00:00:00+01:00" {
		t.Errorf("%s: %v %v", sent.query, got, err)
	}

	filter := jsonapi.And(jsonapi.Eq("organisation", nasty), jsonapi.In("status", "open", "a,b"))
	_, err = client.Schemes.List(t.Context(), ctrlhub.SchemeListParams{Filter: filter})
	if err != nil {
		t.Fatal(err)
	}
	got, err = url.ParseQuery(sent.query)
	if want := "and(eq(organisation,a%26b%3Dc%5D%255D%2Cd%29%28é %22%0A),in(status,[open,a%2Cb]))"; err != nil || len(got) != 1 || got.Get("filter") != want {
		t.Errorf("%s: %v %v", sent.query, got, err)
	}
}

// TestSort sorts by a documented key, and the other way round.
func TestSort(t *testing.T) { onBackends(t, testSort) }

func testSort(t *testing.T, ctrlHub connect) {
	var sent record
	client := ctrlHub(t, sent.then(answer(200, `{"data":[]}`)))
	for want, sort := range map[string]ctrlhub.OrganisationSort{
		"sort=name":        ctrlhub.OrganisationSortName,
		"sort=-created_at": jsonapi.Descending(ctrlhub.OrganisationSortCreatedAt),
	} {
		if _, err := client.Organisations.List(t.Context(), ctrlhub.OrganisationListParams{Sort: sort}); err != nil || sent.query != want {
			t.Errorf("sent %s, want %s, %v", sent.query, want, err)
		}
	}
}

// TestEmbeddedDocuments resolves what a payload names with the documents that are
// embedded in the version of a submission.
func TestEmbeddedDocuments(t *testing.T) { onBackends(t, testEmbeddedDocuments) }

func testEmbeddedDocuments(t *testing.T, ctrlHub connect) {
	client := ctrlHub(t, answer(200, `{"data":{"type":"form-submission-versions","id":"1",
		"attributes":{"payload":{"photo":"i1"},"resources":[
			{"data":{"type":"images","id":"i1","attributes":{"mime_type":"image/png"},"relationships":{"author":{"data":{"type":"users","id":"u1"}}}},"jsonapi":{"version":"1.0"}},
			{"data":{"type":"users","id":"u1","attributes":{"x":1}}},
			{"data":{"type":"weather-reports","id":"w1","attributes":{"rain":true}}}]},
		"relationships":{"payload_images":{"data":[{"type":"images","id":"i1"}]},"author":{"data":{"type":"users","id":"u1"}}}}}`))
	version, err := client.FormSubmissionVersions.Get(t.Context(), otherID)
	if err != nil {
		t.Fatal(err)
	}
	first, second, third := version.Resources[0].Data, version.Resources[1].Data, version.Resources[2].Data
	if first.Image == nil || second.User == nil || third.Image != nil || !strings.Contains(string(third.Unknown()), `"rain":true`) {
		t.Fatalf("%+v", version.Resources)
	}
	if got := version.PayloadImages.Loaded(); len(got) != 1 || got[0] != first.Image || got[0].Author.Loaded() != second.User {
		t.Errorf("payload images: %+v", got)
	}
	if version.Author.Loaded() != second.User {
		t.Error("the author is not resolved")
	}
}
