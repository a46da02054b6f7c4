package apitest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// graphQL is an operation that posts a documented query; see x-graphql.
type graphQL struct {
	query, paged string
	connection   []string // members from the answer to the list: "data", "accounts", "all"
}

func readGraphQL(op *openapi3.Operation) *graphQL {
	x, ok := op.Extensions["x-graphql"].(map[string]any)
	if !ok {
		return nil
	}
	text := func(name string) string { s, _ := x[name].(string); return s }
	return &graphQL{
		query: strings.Join(strings.Fields(text("query")), " "), paged: strings.Join(strings.Fields(text("pagedQuery")), " "),
		connection: strings.Split(strings.Trim(text("connection"), "/"), "/"),
	}
}

// queryBody is the body of a request to GraphQL.
type queryBody struct {
	Query     string         `json:"query"`
	Variables map[string]any `json:"variables"`
}

func (c *call) queryBody() queryBody {
	var b queryBody
	_ = json.Unmarshal(c.body, &b) // what is no query is like none
	b.Query = strings.Join(strings.Fields(b.Query), " ")
	return b
}

// chooseQuery finds the operation whose query is sent; nil when none is.
func chooseQuery(c *call, found []*operation) *operation {
	sent := c.queryBody().Query
	i := slices.IndexFunc(found, func(op *operation) bool {
		return sent != "" && op.graphQL != nil && (sent == op.graphQL.query || sent == op.graphQL.paged)
	})
	if i < 0 {
		return nil
	}
	return found[i]
}

// connection answers a query with the part of a list that it asks for.
func (c *call) connection(nodes []any) (*answer, error) {
	sent := c.queryBody()
	w := &window{total: len(nodes), to: len(nodes), style: byCursor}
	if first, ok := sent.Variables["first"].(float64); ok && first > 0 {
		w.limit = int(first)
	}
	if after, ok := sent.Variables["after"].(string); ok && after != "" {
		n, err := strconv.Atoi(after)
		if err != nil || n < 0 {
			return c.queryFailure("after: " + strconv.Quote(after) + " is no cursor of this list"), nil
		}
		w.from = min(n, len(nodes))
	}
	if w.limit > 0 {
		w.to = min(w.from+w.limit, len(nodes))
	}
	connection := map[string]any{}
	_, m := c.op.success()
	schema := property(m.schema, c.op.graphQL.connection...)
	if property(schema, "edges") != nil {
		edges := []any{}
		for k, node := range nodes[w.from:w.to] {
			edge := map[string]any{"node": node}
			if strings.Contains(sent.Query, "cursor") && property(items(property(schema, "edges")), "cursor") != nil {
				edge["cursor"] = strconv.Itoa(w.from + k + 1)
			}
			edges = append(edges, edge)
		}
		connection["edges"] = edges
	} else {
		connection["nodes"] = slices.Concat([]any{}, nodes[w.from:w.to])
	}
	if strings.Contains(sent.Query, "pageInfo") {
		connection["pageInfo"] = map[string]any{"hasNextPage": w.hasNext(), "endCursor": strconv.Itoa(w.to)}
	}
	body := map[string]any{}
	setPointer(body, strings.Join(c.op.graphQL.connection, "/"), connection)
	return jsonAnswer(http.StatusOK, m.contentType, body), nil
}

// queryFailure answers a query with an error, which has status 200 in GraphQL.
func (c *call) queryFailure(message string) *answer {
	return jsonAnswer(http.StatusOK, "application/json", map[string]any{
		"data": nil, "errors": []any{map[string]any{"message": message}},
	})
}
