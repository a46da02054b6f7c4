package conformance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/docwright/docwright/generated/api"
	"github.com/docwright/docwright/generated/apitest"
	"github.com/docwright/docwright/generated/clarus"
	"github.com/docwright/docwright/generated/clarus/clarustest"
	"github.com/docwright/docwright/generated/ctrlhub"
	"github.com/docwright/docwright/generated/ctrlhub/ctrlhubtest"
	"github.com/docwright/docwright/generated/jsonapi"
)

// TestFakeHandlers answers with typed values, and takes typed requests.
func TestFakeHandlers(t *testing.T) {
	srv := ctrlhubtest.NewServer(t)
	ctx := t.Context()
	srv.Contacts.OnGet(func(_ context.Context, req *ctrlhubtest.ContactsGetRequest) (*ctrlhub.Contact, error) {
		if !slices.Contains(req.Params.Include, ctrlhub.ContactIncludeAccounts) {
			return nil, apitest.Error(404, "no such contact")
		}
		account := &ctrlhub.CustomerAccount{ID: sampleID}
		req.Include(account)
		return &ctrlhub.Contact{ID: req.ContactID, FirstName: "Ann", Accounts: jsonapi.Refs(account)}, nil
	})
	contact, err := srv.Client.Contacts.Get(ctx, sampleID, sampleID, ctrlhub.ContactGetParams{Include: []ctrlhub.ContactInclude{ctrlhub.ContactIncludeAccounts}})
	if err != nil || contact.FirstName != "Ann" || len(contact.Accounts.Loaded()) != 1 {
		t.Errorf("got %+v, %v", contact, err)
	}
	_, err = srv.Client.Contacts.Get(ctx, sampleID, sampleID)
	var apiErr *api.Error
	if !errors.Is(err, api.ErrNotFound) || !errors.As(err, &apiErr) || apiErr.Errors[0].Detail != "no such contact" {
		t.Errorf("got %v", err)
	}
	srv.Contacts.OnUpdate(func(_ context.Context, req *ctrlhubtest.ContactsUpdateRequest) (*ctrlhub.Contact, error) {
		if name, _ := req.Body.FirstName.Get(); name != "Bob" {
			return nil, fmt.Errorf("the first name is %q", name)
		}
		return &ctrlhub.Contact{ID: req.ContactID}, nil
	})
	if _, err := srv.Client.Contacts.Update(ctx, sampleID, sampleID, ctrlhub.ContactUpdate{FirstName: api.Set("Bob")}); err != nil {
		t.Error(err)
	}
}

// TestFakePages reads lists on: of handlers, of the store, and of GraphQL.
func TestFakePages(t *testing.T) {
	srv := ctrlhubtest.NewServer(t, apitest.WithEmptyStore())
	srv.Schemes.OnList(func(context.Context, *ctrlhubtest.SchemesListRequest) ([]*ctrlhub.Scheme, error) {
		var all []*ctrlhub.Scheme
		for k := range 5 {
			all = append(all, &ctrlhub.Scheme{ID: fmt.Sprintf("00000000-0000-4000-8000-%012d", k)})
		}
		return all, nil
	})
	n := 0
	for _, err := range srv.Client.Schemes.All(t.Context(), ctrlhub.SchemeListParams{Limit: api.Set[int64](2)}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 5 || len(srv.Requests()) != 3 {
		t.Errorf("%d schemes in %d requests", n, len(srv.Requests()))
	}
	wms := clarustest.NewServer(t)
	wms.Accounts.OnList(func(context.Context, *clarustest.AccountsListRequest) ([]*clarus.AccountNode, error) {
		return []*clarus.AccountNode{{ID: 1, Code: "a"}, {ID: 2, Code: "b"}, {ID: 3, Code: "c"}}, nil
	})
	var codes string
	for account, err := range wms.Client.Accounts.All(t.Context(), clarus.AccountListParams{First: api.Int(2)}) {
		if err != nil {
			t.Fatal(err)
		}
		codes += account.Code
	}
	if codes != "abc" || len(wms.Requests()) != 2 {
		t.Errorf("accounts %s in %d requests", codes, len(wms.Requests()))
	}
}

// TestFakeStore finds what was seeded and created, changes it, and includes it.
func TestFakeStore(t *testing.T) {
	srv := ctrlhubtest.NewServer(t, apitest.WithEmptyStore())
	ctx := t.Context()
	ann := &ctrlhub.Contact{ID: sampleID, FirstName: "Ann", Email: "ann@example.com"}
	if err := srv.Seed(ann); err != nil {
		t.Fatal(err)
	}
	account, err := srv.Client.CustomerAccounts.Create(ctx, sampleID, ctrlhub.CustomerAccountCreate{Contacts: jsonapi.Refs[ctrlhub.Contact](ann)})
	if err != nil {
		t.Fatal(err)
	}
	if loaded := account.Contacts.Loaded(); len(loaded) != 1 || loaded[0].FirstName != "Ann" {
		t.Errorf("included: %v", loaded)
	}
	if _, err := srv.Client.Contacts.Update(ctx, sampleID, sampleID, ctrlhub.ContactUpdate{FirstName: api.Set("Anna")}); err != nil {
		t.Fatal(err)
	}
	read, err := srv.Client.Contacts.Get(ctx, sampleID, sampleID)
	if err != nil || read.FirstName != "Anna" || read.Has(&read.Email) {
		t.Errorf("PUT replaces: got %+v, %v", read, err)
	}
	if err := srv.Client.CustomerAccounts.ReplaceContacts(ctx, sampleID, account.ID, jsonapi.ToMany[ctrlhub.Contact]{}); err != nil {
		t.Error(err)
	}
	if _, err := srv.Client.Contacts.Get(ctx, sampleID, "00000000-0000-4000-8000-000000000009"); !errors.Is(err, api.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

// TestFakeFaults meets servers that fail, and clients that go on.
func TestFakeFaults(t *testing.T) {
	srv := ctrlhubtest.NewServer(t, apitest.WithClient(api.WithRetry(api.RetryPolicy{MaxAttempts: 3, BaseDelay: time.Millisecond, MaxDelay: time.Millisecond})))
	get := func() error {
		_, err := srv.Client.Contacts.Get(t.Context(), sampleID, sampleID)
		return err
	}
	srv.Fault(apitest.Status(503), apitest.Times(2), apitest.Only("contacts.get"))
	if err := get(); err != nil || len(srv.Requests()) != 3 {
		t.Errorf("%v after %d requests", err, len(srv.Requests()))
	}
	srv.Fault(apitest.Reset(), apitest.Times(1))
	if err := get(); err != nil {
		t.Error(err)
	}
	srv.Fault(apitest.CutBody(10))
	if err := get(); !errors.Is(err, api.ErrTruncated) {
		t.Errorf("got %v", err)
	}
	srv.Heal()
	srv.Fault(apitest.Latency(time.Minute))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := srv.Client.Contacts.Get(ctx, sampleID, sampleID); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

// failing is a test that notes its failures.
type failing struct {
	*testing.T
	errors []string
}

func (f *failing) Errorf(format string, args ...any) {
	f.errors = append(f.errors, fmt.Sprintf(format, args...))
}

// TestFakeViolations fails tests whose requests, or answers, the document does
// not allow.
func TestFakeViolations(t *testing.T) {
	f := &failing{T: t}
	srv := ctrlhubtest.NewServer(f, apitest.WithClient(api.WithRetries(0)))
	_, err := srv.Client.Contacts.Update(t.Context(), sampleID, sampleID, ctrlhub.ContactUpdate{Email: api.Set("nowhere")})
	if !errors.Is(err, api.ErrBadRequest) || len(f.errors) != 1 || !strings.HasPrefix(f.errors[0], "contacts.update: request: /data/attributes/email: ") {
		t.Errorf("%v, and the test fails with %q", err, f.errors)
	}
	f.errors = nil
	srv.Contacts.OnGet(func(context.Context, *ctrlhubtest.ContactsGetRequest) (*ctrlhub.Contact, error) {
		return &ctrlhub.Contact{ID: "7"}, nil
	})
	_, err = srv.Client.Contacts.Get(t.Context(), sampleID, sampleID)
	if !errors.Is(err, api.ErrServer) || len(f.errors) != 1 || !strings.HasPrefix(f.errors[0], "contacts.get: answer: /data/id: ") {
		t.Errorf("%v, and the test fails with %q", err, f.errors)
	}
}

// TestFakeReadme runs what README shows.
func TestFakeReadme(t *testing.T) {
	const orgID, contactID = sampleID, sampleID
	ctx := t.Context()
	srv := ctrlhubtest.NewServer(t)
	srv.Contacts.OnGet(func(_ context.Context, req *ctrlhubtest.ContactsGetRequest) (*ctrlhub.Contact, error) {
		return &ctrlhub.Contact{ID: req.ContactID, FirstName: "Ann"}, nil // or apitest.Error(404, "no such contact")
	})
	srv.Fault(apitest.Status(503), apitest.Times(2), apitest.Only("contacts.get"))

	contact, err := srv.Client.Contacts.Get(ctx, orgID, contactID) // two retries
	if err != nil || contact.FirstName != "Ann" || len(srv.Requests()) != 3 {
		t.Errorf("got %v, %v after %d requests", contact, err, len(srv.Requests()))
	}
	readme, err := os.ReadFile("../../cmd/gen/help/fake.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("fake_usage_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, shown, _ := strings.Cut(string(readme), "```go\nsrv := ctrlhubtest.NewServer(t)\n")
	shown, _, ok := strings.Cut(shown, "```")
	for line := range strings.Lines(shown) {
		ok = ok && strings.Contains(string(source), strings.TrimSpace(line))
	}
	if !ok {
		t.Errorf("README shows what this test does not run:\n%s", shown)
	}
}
