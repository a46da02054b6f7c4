package client

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/docwright/docwright/generated/api"
	"github.com/docwright/docwright/generated/ctrlhub"
	"github.com/docwright/docwright/generated/jsonapi"
)

func wantSent(t *testing.T, sent *record, method, path, body string) {
	t.Helper()
	if sent.method != method || sent.path != path {
		t.Errorf("sent %s %s, want %s %s", sent.method, sent.path, method, path)
	}
	var got, want any
	if err := json.Unmarshal([]byte(sent.body), &got); err != nil {
		t.Fatalf("body %q: %v", sent.body, err)
	}
	if err := json.Unmarshal([]byte(body), &want); err != nil {
		t.Fatal(err)
	}
	g, _ := json.Marshal(got)
	w, _ := json.Marshal(want)
	if string(g) != string(w) {
		t.Errorf("sent %s\nwant %s", g, w)
	}
}

const contact = `{"data":{"type":"contacts","id":"` + contactID + `",
	"attributes":{"association":"occupier","first_name":"Ann","last_name":null,"email":"a@x.org","telephone":"1","new_attribute":true},
	"relationships":{"accounts":{"data":[{"type":"customer-accounts","id":"` + accountID + `"}],"links":{"related":"/x"}}},
	"meta":{"created_at":"2024-01-01T00:00:00Z"}}}`

// TestUpdate reads a contact, changes a member, and sends all the others as they were.
func TestUpdate(t *testing.T) { onBackends(t, testUpdate, notNullable) }

func testUpdate(t *testing.T, ctrlHub connect) {
	var sent record
	client := ctrlHub(t, sent.then(answer(200, contact)))
	read, err := client.Contacts.Get(t.Context(), orgID, contactID)
	if err != nil {
		t.Fatal(err)
	}
	change := read.Update()
	if first, ok := change.FirstName.Get(); !ok || first != "Ann" || !change.LastName.IsNull() {
		t.Errorf("prefilled: %+v", change)
	}
	change.Email = api.Set("ann@x.org")
	change.Telephone = api.Null[string]()
	if _, err := client.Contacts.Update(t.Context(), orgID, read.ID, change); err != nil {
		t.Fatal(err)
	}
	wantSent(t, &sent, "PUT", "/v3/orgs/"+orgID+"/customers/contacts/"+contactID,
		`{"data":{"type":"contacts","id":"`+contactID+`","attributes":{"first_name":"Ann","last_name":null,"email":"ann@x.org","telephone":null}}}`)
}

// TestPartialUpdate sends what is set, null where it is null, and nothing else.
func TestPartialUpdate(t *testing.T) { onBackends(t, testPartialUpdate, notNullable) }

func testPartialUpdate(t *testing.T, ctrlHub connect) {
	var sent record
	client := ctrlHub(t, sent.then(answer(204, "")))
	got, err := client.Interactions.Update(t.Context(), orgID, interactionID, ctrlhub.InteractionUpdate{
		DateTime: api.Set(time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)),
		Notes:    api.Null[string](),
	})
	if err != nil || got != nil {
		t.Fatalf("%+v %v", got, err)
	}
	wantSent(t, &sent, "PUT", "/v3/orgs/"+orgID+"/customers/interactions/"+interactionID,
		`{"data":{"type":"customer-interactions","id":"`+interactionID+`","attributes":{"date_time":"2024-01-02T03:04:05Z","notes":null}}}`)
}

// TestWriteAnswers takes what servers answer to writes.
func TestWriteAnswers(t *testing.T) { onBackends(t, testWriteAnswers) }

func testWriteAnswers(t *testing.T, ctrlHub connect) {
	for status, body := range map[int]string{200: contact, 201: contact, 202: "", 204: ""} {
		client := ctrlHub(t, answer(status, body, "Location", "/v3/orgs/"+orgID+"/customers/contacts/"+contactID))
		var response api.Response
		got, err := client.With(api.CaptureResponse(&response)).Contacts.Update(t.Context(), orgID, contactID, ctrlhub.ContactUpdate{})
		if err != nil || (got != nil) != (body != "") || response.StatusCode != status || response.Header.Get("Location") == "" {
			t.Errorf("%d: %+v %v", status, got, err)
		}
	}
	client := ctrlHub(t, answer(202, `{"data":{"type":"contacts","id":"queued"}}`))
	if got, err := client.Contacts.Update(t.Context(), orgID, contactID, ctrlhub.ContactUpdate{}); err != nil || got.ID != "queued" {
		t.Errorf("202 with a body: %+v %v", got, err)
	}
}

// TestRelationships calls the relationships' own URLs.
func TestRelationships(t *testing.T) { onBackends(t, testRelationships, notNullable) }

func testRelationships(t *testing.T, ctrlHub connect) {
	var sent record
	client := ctrlHub(t, sent.then(answer(204, "")))
	ctx := t.Context()
	accounts, interactions := client.CustomerAccounts, client.Interactions
	ann := &ctrlhub.Contact{ID: contactID}
	for name, c := range map[string]struct {
		call               func() error
		method, path, body string
	}{
		"add": {
			func() error {
				return accounts.AddContacts(ctx, orgID, accountID, jsonapi.Refs(ann, jsonapi.ID[ctrlhub.Contact](otherID)))
			},
			"POST", "/v3/orgs/" + orgID + "/customers/accounts/" + accountID + "/relationships/contacts", `{"data":[{"type":"contacts","id":"` + contactID + `"},{"type":"contacts","id":"` + otherID + `"}]}`,
		},
		"replace": {
			func() error {
				return accounts.ReplaceContacts(ctx, orgID, accountID, jsonapi.Refs[ctrlhub.Contact](ann))
			},
			"PATCH", "/v3/orgs/" + orgID + "/customers/accounts/" + accountID + "/relationships/contacts", `{"data":[{"type":"contacts","id":"` + contactID + `"}]}`,
		},
		"clear to-many": {
			func() error {
				return accounts.ReplaceContacts(ctx, orgID, accountID, jsonapi.ToMany[ctrlhub.Contact]{})
			},
			"PATCH", "/v3/orgs/" + orgID + "/customers/accounts/" + accountID + "/relationships/contacts", `{"data":[]}`,
		},
		"set": {
			func() error {
				return interactions.SetContact(ctx, orgID, interactionID, jsonapi.One[ctrlhub.Contact](ann))
			},
			"PATCH", "/v3/orgs/" + orgID + "/customers/interactions/" + interactionID + "/relationships/contact", `{"data":{"type":"contacts","id":"` + contactID + `"}}`,
		},
		"clear to-one": {
			func() error {
				return interactions.SetContact(ctx, orgID, interactionID, jsonapi.Null[ctrlhub.Contact]())
			},
			"PATCH", "/v3/orgs/" + orgID + "/customers/interactions/" + interactionID + "/relationships/contact", `{"data":null}`,
		},
		"clear": {
			func() error { return client.Documents.ClearFolder(ctx, documentID) },
			"PATCH", "/v3/documents/" + documentID + "/relationships/folder", `{"data":null}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if err := c.call(); err != nil {
				t.Fatal(err)
			}
			wantSent(t, &sent, c.method, c.path, c.body)
		})
	}
}
