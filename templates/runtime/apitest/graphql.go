package apitest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// queryBody is the body of a request to GraphQL.
type queryBody struct {
	Query     string         `json:"query"`
	Variables map[string]any `json:"variables"`
}

func (c *call) queryBody() queryBody {
	var b queryBody
	_ = json.Unmarshal(c.body, &b) // what is not a query is like none
	b.Query = oneLine(b.Query)
	return b
}

// oneLine makes texts that differ in their white space alone the same.
func oneLine(query string) string { return strings.Join(strings.Fields(query), " ") }

// chooseQuery finds the operation whose query is sent; nil when none is.
func chooseQuery(c *call, found []*operation) *operation {
	sent := c.queryBody().Query
	i := slices.IndexFunc(found, func(op *operation) bool {
		q := op.endpoint.GraphQL
		return sent != "" && q != nil && (sent == oneLine(q.Query) || sent == oneLine(q.Paged))
	})
	if i < 0 {
		return nil
	}
	return found[i]
}

// connection answers a query with the part of a list that it asks for.
func (c *call) connection(nodes []any) (*answer, error) {
	sent := c.queryBody()
	w := &window{Paging: Paging{Style: byCursor}, total: len(nodes), to: len(nodes)}
	if first, ok := sent.Variables["first"].(float64); ok && first > 0 {
		w.limit = int(first)
	}
	if after, ok := sent.Variables["after"].(string); ok && after != "" {
		n, err := strconv.Atoi(after)
		if err != nil || n < 0 {
			return c.queryFailure("after: " + strconv.Quote(after) + " is not a cursor of this list"), nil
		}
		w.from = min(n, len(nodes))
	}
	if w.limit > 0 {
		w.to = min(w.from+w.limit, len(nodes))
	}
	connection := map[string]any{}
	q := c.op.endpoint.GraphQL
	if q.Edges {
		edges := []any{}
		for k, node := range nodes[w.from:w.to] {
			edge := map[string]any{"node": node}
			if strings.Contains(sent.Query, "cursor") && q.Cursors {
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
	setPointer(body, strings.Join(q.Connection, "/"), connection)
	return jsonAnswer(http.StatusOK, c.op.endpoint.ContentType, body), nil
}

// queryFailure answers a query with an error, which has status 200 in GraphQL.
func (c *call) queryFailure(message string) *answer {
	return jsonAnswer(http.StatusOK, "application/json", map[string]any{
		"data": nil, "errors": []any{map[string]any{"message": message}},
	})
}
