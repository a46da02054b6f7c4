package jsonapi_test

import (
	"testing"
	"time"

	"github.com/docwright/docwright/templates/runtime/jsonapi"
)

func TestFilter(t *testing.T) {
	at := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	for want, got := range map[jsonapi.Filter]jsonapi.Filter{
		"eq(status,open)":        jsonapi.Eq("status", ArticleStatus("open")),
		"ne(a.b,true)":           jsonapi.Ne("a.b", true),
		"in(status,[open,shut])": jsonapi.In("status", "open", "shut"),
		"in(n,[])":               jsonapi.In[int]("n"),
		"between(created_at,2024-01-02T03:04:05Z,now)": jsonapi.Between("created_at", at, "now"),
		"and(eq(a,1),or(gt(b,2),lt(b,1000000)))":       jsonapi.And(jsonapi.Eq("a", 1), jsonapi.Or(jsonapi.Gt("b", int64(2)), jsonapi.Lt("b", 1e6))),
		"lte(a,1)":                                     jsonapi.And(jsonapi.Lte("a", 1)),
		"gte(a,null)":                                  jsonapi.Gte("a", nil),
		"is_latest()":                                  jsonapi.Condition("is_latest"),
		"eq(name,a%29%2Ceq%28admin%2C1)":               jsonapi.Eq("name", "a),eq(admin,1"),
		"eq(na%29me,%27ü ß%22%25%5B%5D%0A)":            jsonapi.Eq("na)me", "'ü ß\"%[]\n"),
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if key := jsonapi.Descending(ArticleStatus("title")); key != "-title" {
		t.Error(key)
	}
}
