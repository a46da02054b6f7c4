package conformance

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/docwright/docwright/generated/api"
	"github.com/docwright/docwright/generated/clarus"
	"github.com/docwright/docwright/generated/ctrlhub"
	"github.com/docwright/docwright/generated/jsonapi"
)

// What the documentation's samples have in common.
const (
	sampleID   = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
	sampleText = "<string>"
)

var sampleTime = time.Date(2023, 11, 7, 5, 31, 56, 0, time.UTC)

// TestUsage makes the calls that the project began with as a user writes them, to
// each of the backends, and holds the requests against the same exchanges as the
// driver does.
func TestUsage(t *testing.T) {
	for name, call := range map[string]func(context.Context, *testing.T, ...api.Option){
		"ctrlhub/customerAccounts.create": createCustomerAccount,
		"ctrlhub/organisations.create":    createOrganisation,
		"ctrlhub/serviceAccounts.create":  createServiceAccount,
		"ctrlhub/contacts.update":         updateContact,
		"clarus/accounts.create":          createAccount,
		"clarus/accounts.create.acme":     createAcmeAccount,
	} {
		for _, s := range backends {
			t.Run(name+"/"+s.name, func(t *testing.T) { checkUsage(t, s, name, call) })
		}
	}
}

func checkUsage(t *testing.T, s backend, name string, call func(context.Context, *testing.T, ...api.Option)) {
	for _, a := range apis {
		for _, ex := range a.exchanges(t) {
			if a.name+"/"+ex.Name != name {
				continue
			}
			b := newBench(t, a)
			handler, operations := s.serve(t, b, ex)
			var requests []*sent
			b.handle = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				request := receive(t, r)
				requests = append(requests, request)
				r.Body = io.NopCloser(bytes.NewReader(request.body))
				handler.ServeHTTP(w, r)
			})
			call(t.Context(), t, api.WithHTTPClient(b.http))
			if got := operations(); len(requests) != 1 || len(got) != 1 {
				t.Fatalf("%d requests, taken for %q, want 1", len(requests), got)
			}
			for _, diff := range compareRequests(&ex.Request, requests[0]) {
				t.Error(diff)
			}
			return
		}
	}
	t.Fatal("no such exchange")
}

func createCustomerAccount(ctx context.Context, t *testing.T, opts ...api.Option) {
	client, err := ctrlhub.New(append(opts, ctrlhub.WithSessionToken("secret"))...)
	if err != nil {
		t.Fatal(err)
	}
	account, err := client.CustomerAccounts.Create(ctx, sampleID, ctrlhub.CustomerAccountCreate{
		Contacts:   jsonapi.Refs(jsonapi.ID[ctrlhub.Contact](sampleID)),
		Properties: jsonapi.Refs(jsonapi.ID[ctrlhub.Property](sampleID)),
	})
	if err != nil {
		t.Fatal(err)
	}
	if account.ID != sampleID || !account.Meta.CreatedAt.Equal(sampleTime) {
		t.Errorf("got account %s of %s", account.ID, account.Meta.CreatedAt)
	}
	for _, contact := range account.Contacts.Loaded() { // included with the account
		if contact.Association != "occupier" || contact.FirstName != sampleText {
			t.Errorf("got contact %s, %s", contact.FirstName, contact.Association)
		}
	}
	if n := len(account.Contacts.Loaded()); n != 1 {
		t.Errorf("%d contacts are included, want 1", n)
	}
}

func createOrganisation(ctx context.Context, t *testing.T, opts ...api.Option) {
	client, err := ctrlhub.New(append(opts, ctrlhub.WithSessionToken("secret"))...)
	if err != nil {
		t.Fatal(err)
	}
	organisation, err := client.Organisations.Create(ctx, ctrlhub.OrganisationCreate{
		Name:        api.Set("<string>"),
		Description: api.Set("<string>"),
		Sandbox:     api.Set(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	if organisation.Slug != sampleText || !organisation.Sandbox || organisation.Teams.Len() != 1 {
		t.Errorf("got organisation %s", organisation.Slug)
	}
}

func createServiceAccount(ctx context.Context, t *testing.T, opts ...api.Option) {
	client, err := ctrlhub.New(append(opts, ctrlhub.WithToken("secret"))...)
	if err != nil {
		t.Fatal(err)
	}
	account, err := client.ServiceAccounts.Create(ctx, sampleID, ctrlhub.ServiceAccountCreate{
		Name:        api.Set("ACME Corp"),
		Description: api.Set("This service account is for integrating with ACME Corp"),
		Enabled:     api.Set(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	if account.Email == "" || len(account.Keys.IDs()) != 1 || account.Keys.Loaded() != nil {
		t.Errorf("got service account %s with keys %s", account.Email, account.Keys.IDs())
	}
}

func updateContact(ctx context.Context, t *testing.T, opts ...api.Option) {
	client, err := ctrlhub.New(append(opts, ctrlhub.WithSessionToken("secret"))...)
	if err != nil {
		t.Fatal(err)
	}
	contact, err := client.Contacts.Update(ctx, sampleID, sampleID, ctrlhub.ContactUpdate{
		FirstName: api.Set("<string>"),
		LastName:  api.Set("<string>"),
		Email:     api.Set("john@doe.com"),
		Telephone: api.Set("<string>"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if contact.Email != "jsmith@example.com" || contact.Has(&contact.Salutation) || contact.Author.ID() != sampleID {
		t.Errorf("got contact %s of author %s", contact.Email, contact.Author.ID())
	}
}

func createAccount(ctx context.Context, t *testing.T, opts ...api.Option) {
	client, err := clarus.New(append(opts, clarus.WithToken("secret"), clarus.WithSubdomain("tenant"))...)
	if err != nil {
		t.Fatal(err)
	}
	text, number, moment, flag := api.Set(sampleText), api.Set[int64](123), api.Set(sampleTime), api.Set(true)
	account, err := client.Accounts.Create(ctx, clarus.AccountCreate{
		Code: sampleText, Name: sampleText, IsActive: flag,
		ExternalSystemReference1: text, ExternalSystemReference2: text, ExternalSystemReference3: text,
		String1: text, String2: text, String3: text, String4: text, String5: text,
		Integer1: number, Integer2: number, Integer3: number, Integer4: number, Integer5: number,
		Datetime1: moment, Datetime2: moment, Datetime3: moment, Datetime4: moment, Datetime5: moment,
		Boolean1: flag, Boolean2: flag, Boolean3: flag, Boolean4: flag, Boolean5: flag,
	})
	if err != nil {
		t.Fatal(err)
	}
	if account.ID != 123 || account.Code != sampleText || account.Integer5 != 123 || !account.Datetime5.Equal(sampleTime) {
		t.Errorf("got account %d, %s", account.ID, account.Code)
	}
}

func createAcmeAccount(ctx context.Context, t *testing.T, opts ...api.Option) {
	client, err := clarus.New(append(opts, clarus.WithToken("secret"), clarus.WithSubdomain("tenant"))...)
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Accounts.Create(ctx, clarus.AccountCreate{
		Code:     "ACME",
		Name:     "Acme Corporation",
		Email:    api.Set("contact@example.com"),
		IsActive: api.Set(true),
	})
	if err != nil { // the page shows no response: none is decoded
		t.Fatal(err)
	}
}
