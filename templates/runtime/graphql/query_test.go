package graphql_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/docwright/docwright/templates/runtime/api"
	"github.com/docwright/docwright/templates/runtime/graphql"
)

type account struct {
	ID   string `json:"id"`
	Code string `json:"code,omitzero"`
	api.Presence
}

type accountList struct {
	Filter api.Opt[map[string]string] `json:"filter,omitzero"`
	First  api.Opt[int]               `json:"first,omitzero"`
	After  api.Opt[string]            `json:"after,omitzero"`
}

var accounts = graphql.Query{Text: "query { plain }", Paged: "query { paged }", Path: []string{"accounts", "all"}}

// server answers each request with the next of answers, and notes what was asked.
func server(t *testing.T, answers ...string) (*api.Client, *[]string) {
	t.Helper()
	var asked []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		asked = append(asked, string(body))
		if len(asked) > len(answers) {
			t.Errorf("request %d was not expected: %s", len(asked), body)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, answers[len(asked)-1])
	}))
	t.Cleanup(s.Close)
	c, err := api.NewClient(api.Config{Server: s.URL, UserAgent: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return c, &asked
}

func call() *api.Call {
	return &api.Call{Operation: "accounts.list", Method: http.MethodPost, Path: "/graphql", ContentType: "application/json", Accept: "application/json"}
}

// list is what a generated method does.
func list(c *api.Client, variables *accountList) func(context.Context) (*graphql.Page[account], error) {
	return func(ctx context.Context) (*graphql.Page[account], error) {
		return graphql.List[account](ctx, c, call(), accounts, variables)
	}
}

const onePage = `{"data":{"accounts":{"all":{"edges":[{"node":{"id":"1","code":"A"}},{"node":{"id":"2"}}]}}}}`

func TestListSendsTheDocumentedQuery(t *testing.T) {
	c, asked := server(t, onePage)
	page, err := graphql.List[account](context.Background(), c, call(), accounts, &accountList{})
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Items) != 2 || page.Items[0].Code != "A" || page.Items[1].ID != "2" || page.HasNext() {
		t.Errorf("got %+v", page)
	}
	if want := `{"query":"query { plain }"}`; (*asked)[0] != want {
		t.Errorf("sent %s, want %s", (*asked)[0], want)
	}
}

func TestListWithALimitSendsThePagedQuery(t *testing.T) {
	c, asked := server(t, onePage)
	if _, err := graphql.List[account](context.Background(), c, call(), accounts, &accountList{First: api.Set(2)}); err != nil {
		t.Fatal(err)
	}
	if want := `{"query":"query { paged }","variables":{"first":2}}`; (*asked)[0] != want {
		t.Errorf("sent %s, want %s", (*asked)[0], want)
	}
}

func TestPageHasTotalAndResponse(t *testing.T) {
	c, _ := server(t, `{"data":{"accounts":{"all":{"totalCount":7,"edges":[{"node":{"id":"1"}},{"node":null}]}}}}`)
	page, err := graphql.List[account](t.Context(), c, call(), accounts, nil)
	if err != nil {
		t.Fatal(err)
	}
	if page.Total != 7 || len(page.Items) != 1 || page.Response() == nil || page.Response().StatusCode != 200 {
		t.Errorf("total %d, %d items, response %v", page.Total, len(page.Items), page.Response())
	}
}

func TestAllFollowsCursors(t *testing.T) {
	c, asked := server(t,
		`{"data":{"accounts":{"all":{"pageInfo":{"hasNextPage":true,"endCursor":"Mg"},"edges":[{"node":{"id":"1"}},{"node":{"id":"2"}}]}}}}`,
		`{"data":{"accounts":{"all":{"pageInfo":{"hasNextPage":false,"endCursor":"Mw"},"nodes":[{"id":"3"}]}}}}`)
	var ids []string
	for a, err := range graphql.All(graphql.Pages(context.Background(), list(c, &accountList{Filter: api.Set(map[string]string{"code": "A"})}))) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, a.ID)
	}
	if want := []string{"1", "2", "3"}; !slices.Equal(ids, want) {
		t.Errorf("got %v, want %v", ids, want)
	}
	if !strings.Contains((*asked)[0], "paged") {
		t.Errorf("the first page was asked for by %s", (*asked)[0])
	}
	var second struct{ Variables map[string]json.RawMessage }
	if err := json.Unmarshal([]byte((*asked)[1]), &second); err != nil || string(second.Variables["after"]) != `"Mg"` || second.Variables["filter"] == nil {
		t.Errorf("second request %s", (*asked)[1])
	}
}

func TestPageLoopEnds(t *testing.T) {
	const again = `{"data":{"accounts":{"all":{"pageInfo":{"hasNextPage":true,"endCursor":"Mg"},"edges":[]}}}}`
	c, _ := server(t, again, again)
	var last error
	for _, err := range graphql.Pages(context.Background(), list(c, &accountList{})) {
		last = err
	}
	if !errors.Is(last, api.ErrPageLoop) {
		t.Errorf("got %v, want ErrPageLoop", last)
	}
}

func TestErrorsWithStatus200(t *testing.T) {
	c, _ := server(t, `{"data":{"accounts":null},"errors":[{"message":"unknown field","path":["accounts","all",3,"code"],"locations":[{"line":1,"column":9}],"extensions":{"code":"X"}},{"message":"too deep"}]}`)
	_, err := graphql.List[account](context.Background(), c, call(), accounts, nil)
	var e *graphql.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a *graphql.Error", err)
	}
	if want := "accounts.list: unknown field (at accounts.all[3].code); too deep"; e.Error() != want {
		t.Errorf("got  %q\nwant %q", e, want)
	}
	if e.Problems[0].Locations[0].Column != 9 || string(e.Problems[0].Extensions["code"]) != `"X"` || e.Data == nil {
		t.Errorf("got %+v", e)
	}
}

func TestAnswersWithoutTheList(t *testing.T) {
	for answer, want := range map[string]string{
		`{"data":{}}`:                        "accounts.list: graphql: the response does not have the list: data.accounts is missing",
		`{"data":{"accounts":{}}}`:           "data.accounts.all is missing",
		`{"data":{"accounts":{"all":null}}}`: "data.accounts.all is null",
		`{"data":{"accounts":{"all":{"edges":[{"node":{"id":7}}]}}}}`: "accounts.list: accounts.all: ",
	} {
		c, _ := server(t, answer)
		_, err := graphql.List[account](context.Background(), c, call(), accounts, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", answer, err, want)
		}
	}
}
