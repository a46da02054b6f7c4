package programs

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/docwright/docwright/generated/api"
	"github.com/docwright/docwright/generated/clarus"
	"github.com/docwright/docwright/generated/ctrlhub"
	"github.com/docwright/docwright/generated/jsonapi"
)

const (
	org = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
	ann = "3c91c3cc-0d44-4b50-8888-8dd25736052a"
)

// wire answers requests and notes them.
type wire struct {
	sent   []string // "POST https://host/path?query body"
	answer func(r *http.Request, body string) (status int, text string)
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	w.sent = append(w.sent, strings.TrimSpace(r.Method+" "+r.URL.String()+" "+string(body)))
	status, text := w.answer(r, string(body))
	kind := "application/json"
	if strings.Contains(text, `"type"`) {
		kind = "application/vnd.api+json"
	}
	return &http.Response{
		StatusCode: status, Status: fmt.Sprintf("%d %s", status, http.StatusText(status)), Request: r, ContentLength: -1,
		Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(strings.NewReader(text)),
	}, nil
}

func (w *wire) options(options ...api.Option) []api.Option {
	return append(options, api.WithHTTPClient(&http.Client{Transport: w}), api.WithRetries(0))
}

func (w *wire) wants(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(w.sent, want) {
		t.Errorf("sent\n%s\nwant\n%s", strings.Join(w.sent, "\n"), strings.Join(want, "\n"))
	}
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// upsert creates or updates a customer for each row of a table: its code and its
// name. It goes on after a row that the API refuses, and says which column is wrong.
func upsert(ctx context.Context, client *clarus.Client, table io.Reader) ([]string, error) {
	rows, err := csv.NewReader(table).ReadAll()
	if err != nil {
		return nil, err
	}
	var problems []string
	for n, row := range rows {
		err := upsertRow(ctx, client, row[0], row[1])
		var refused *api.Error
		switch {
		case err == nil:
		case errors.As(err, &refused) && len(refused.Errors) > 0:
			for _, e := range refused.Errors {
				problems = append(problems, fmt.Sprintf("row %d, %s: %s", n+1, e.Field(), e.Detail))
			}
		default:
			return problems, fmt.Errorf("row %d: %w", n+1, err)
		}
	}
	return problems, nil
}

func upsertRow(ctx context.Context, client *clarus.Client, code, name string) error {
	params := clarus.CustomerListParams{Filter: &clarus.CustomerFilter{Code: &clarus.StringFilter{Eq: api.Set(code)}}}
	for found, err := range client.Customers.All(ctx, params) {
		if err != nil {
			return err
		}
		_, err = client.Customers.Update(ctx, found.ID, clarus.CustomerUpdate{Name: api.Set(name)})
		return err
	}
	_, err := client.Customers.Create(ctx, clarus.CustomerCreate{Code: code, Name: name})
	return err
}

func TestUpsert(t *testing.T) {
	w := &wire{answer: func(r *http.Request, body string) (int, string) {
		switch {
		case strings.HasSuffix(r.URL.Path, "graphql") && strings.Contains(body, `"C1"`):
			return 200, `{"data":{"customers":{"all":{"pageInfo":{"hasNextPage":false},"edges":[{"node":{"id":"17","code":"C1"}}]}}}}`
		case strings.HasSuffix(r.URL.Path, "graphql"):
			return 200, `{"data":{"customers":{"all":{"pageInfo":{"hasNextPage":false},"edges":[]}}}}`
		case strings.Contains(body, `"C3"`):
			return 422, `{"errors":[{"detail":"is taken","source":{"pointer":"/data/attributes/code"}},{"detail":"is too short","source":{"pointer":"/data/attributes/name"}}]}`
		}
		return 200, `{"data":{"id":"17","type":"customers"}}`
	}}
	client := must[*clarus.Client](t)(clarus.New(w.options(clarus.WithToken("t"), clarus.WithSubdomain("acme"))...))
	problems, err := upsert(t.Context(), client, strings.NewReader("C1,Acme\nC2,Bolt\nC3,x\n"))
	if want := []string{"row 3, Code: is taken", "row 3, Name: is too short"}; err != nil || !slices.Equal(problems, want) {
		t.Errorf("%q, %v", problems, err)
	}
	var writes []string
	for _, s := range w.sent {
		if !strings.Contains(s, "graphql") {
			writes = append(writes, s[:strings.IndexByte(s, '{')]+s[strings.Index(s, `"attributes"`):])
		}
	}
	if len(writes) != 3 || !strings.HasPrefix(writes[0], "PATCH ") || !strings.Contains(writes[0], "/customers/17 ") || !strings.HasSuffix(writes[0], `"attributes":{"name":"Acme"}}}`) ||
		!strings.HasPrefix(writes[1], "POST ") || !strings.HasSuffix(writes[1], `"attributes":{"code":"C2","name":"Bolt"}}}`) {
		t.Errorf("%s", strings.Join(writes, "\n"))
	}
}

// export writes the teams of an organisation with the addresses of their members.
func export(ctx context.Context, client *ctrlhub.Client, org string, to io.Writer) error {
	out := csv.NewWriter(to)
	params := ctrlhub.TeamListParams{Include: []ctrlhub.TeamInclude{"members"}, Sort: "name", Limit: api.Int(50)}
	for team, err := range client.Teams.All(ctx, org, params) {
		if err != nil {
			return err
		}
		row := []string{team.Name}
		for _, member := range team.Members.Loaded() {
			row = append(row, member.Email)
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func TestExport(t *testing.T) {
	w := &wire{answer: func(*http.Request, string) (int, string) {
		return 200, `{"data":[{"id":"t1","type":"teams","attributes":{"name":"North"},"relationships":{"members":{"data":[{"id":"u1","type":"users"},{"id":"u2","type":"users"}]}}}],
			"included":[{"id":"u1","type":"users","attributes":{"email":"ann@example.com"}},{"id":"u2","type":"users","attributes":{"email":"bob@example.com"}}]}`
	}}
	client := must[*ctrlhub.Client](t)(ctrlhub.New(w.options(ctrlhub.WithSessionToken("t"))...))
	var out bytes.Buffer
	if err := export(t.Context(), client, org, &out); err != nil || out.String() != "North,ann@example.com,bob@example.com\n" {
		t.Errorf("%q, %v", out.String(), err)
	}
	w.wants(t, "GET https://api.ctrl-hub.com/v3/orgs/"+org+"/people/teams?include=members&limit=50&sort=name")
}

// TestPartialUpdate changes what is set, clears what is null, and leaves the rest.
func TestPartialUpdate(t *testing.T) {
	w := &wire{answer: func(*http.Request, string) (int, string) {
		return 200, `{"data":{"id":"` + ann + `","type":"contacts"}}`
	}}
	client := must[*ctrlhub.Client](t)(ctrlhub.New(w.options(ctrlhub.WithSessionToken("t"))...))
	change := ctrlhub.ContactUpdate{Email: api.Set("ann@example.com"), Telephone: api.Null[string]()}
	if _, err := client.Contacts.Update(t.Context(), org, ann, change); err != nil {
		t.Fatal(err)
	}
	w.wants(t, "PUT https://api.ctrl-hub.com/v3/orgs/"+org+"/customers/contacts/"+ann+
		` {"data":{"id":"`+ann+`","type":"contacts","attributes":{"email":"ann@example.com","telephone":null}}}`)
}

// TestFilteredList reads all pages of a GraphQL list.
func TestFilteredList(t *testing.T) {
	w := &wire{answer: func(_ *http.Request, body string) (int, string) {
		if strings.Contains(body, `"after":"e1"`) {
			return 200, `{"data":{"accounts":{"all":{"pageInfo":{"hasNextPage":false,"endCursor":"e2"},"edges":[{"node":{"id":"2","code":"b"}}]}}}}`
		}
		return 200, `{"data":{"accounts":{"all":{"pageInfo":{"hasNextPage":true,"endCursor":"e1"},"edges":[{"node":{"id":"1","code":"a"}}]}}}}`
	}}
	client := must[*clarus.Client](t)(clarus.New(w.options(clarus.WithToken("t"), clarus.WithSubdomain("acme"))...))
	params := clarus.AccountListParams{
		First:  api.Int(1),
		Filter: &clarus.AccountFilter{Name: &clarus.StringFilter{Ilike: api.Set("acme")}, WarehouseID: &clarus.IDFilter{In: []int64{3, 4}}},
	}
	var ids []int64
	for account, err := range client.Accounts.All(t.Context(), params) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, account.ID)
	}
	if !slices.Equal(ids, []int64{1, 2}) || len(w.sent) != 2 || !strings.Contains(w.sent[0], `"variables":{"filter":{"name":{"ilike":"acme"},"warehouse_id":{"in":["3","4"]}},"first":1}`) {
		t.Errorf("%d\n%s", ids, strings.Join(w.sent, "\n"))
	}
}

// TestUpload sends a file as it is read.
func TestUpload(t *testing.T) {
	w := &wire{answer: func(r *http.Request, _ string) (int, string) {
		if r.Header.Get("Content-Disposition") != `attachment; filename="a.pdf"` {
			return 400, `{}`
		}
		return 200, `{"data":{"id":"5","type":"documents"}}`
	}}
	client := must[*clarus.Client](t)(clarus.New(w.options(clarus.WithToken("t"), clarus.WithSubdomain("acme"))...))
	document, err := client.Documents.Upload(t.Context(), 7, strings.NewReader("%PDF"), clarus.DocumentUploadParams{ContentDisposition: `attachment; filename="a.pdf"`})
	if err != nil || document.ID != 5 {
		t.Fatalf("%+v, %v", document, err)
	}
	if len(w.sent) != 1 || !strings.HasSuffix(w.sent[0], " %PDF") {
		t.Errorf("sent %q", w.sent)
	}
}

// TestUndocumentedCall makes a call that the document lacks, with the server,
// credentials and errors of the client.
func TestUndocumentedCall(t *testing.T) {
	w := &wire{answer: func(r *http.Request, _ string) (int, string) {
		if r.Header.Get("X-Session-Token") != "t" {
			return 401, `{"errors":[{"detail":"no token"}]}`
		}
		return 200, `{"data":[{"id":"v1","type":"vehicles"}]}`
	}}
	client := must[*ctrlhub.Client](t)(ctrlhub.New(w.options(ctrlhub.WithSessionToken("t"))...))
	var out jsonapi.Document[[]*ctrlhub.Vehicle, ctrlhub.ListMeta]
	if err := client.With(api.WithQuery("include", "team")).Call(t.Context(), http.MethodGet, "/v3/vehicles", nil, &out); err != nil || len(out.Data) != 1 || out.Data[0].ID != "v1" {
		t.Errorf("%v, %v", out.Data, err)
	}
	w.wants(t, "GET https://api.ctrl-hub.com/v3/vehicles?include=team")
}

// TestStagingCredentials holds that a secret of staging goes to staging alone.
func TestStagingCredentials(t *testing.T) {
	w := &wire{answer: func(r *http.Request, _ string) (int, string) {
		if strings.Contains(r.URL.Path, "token") {
			return 200, `{"access_token":"a","token_kind":"bearer","expires_in":60}`
		}
		return 200, `{"data":{"id":"` + ann + `","type":"contacts"}}`
	}}
	client := must[*ctrlhub.Client](t)(ctrlhub.New(w.options(ctrlhub.WithClientCredentials("id", "hush"), api.WithServer(ctrlhub.ServerStaging))...))
	if _, err := client.Contacts.Get(t.Context(), org, ann); err != nil {
		t.Fatal(err)
	}
	if len(w.sent) != 2 {
		t.Fatalf("%q", w.sent)
	}
	for _, s := range w.sent {
		if !strings.Contains(s, "ctrl-hub.dev/") || strings.Contains(s, "ctrl-hub.com") {
			t.Errorf("not to staging: %s", s)
		}
	}
}
