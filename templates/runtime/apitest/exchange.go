package apitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
)

// Exchange is a recorded call: documentation's sample of an operation, or what a
// server once said.
type Exchange struct {
	Name      string   `json:"name"`      // e.g. "contacts.update.cleared"
	Operation string   `json:"operation"` // operationId
	Request   Message  `json:"request"`
	Response  *Message `json:"response,omitempty"` // nil when nothing is known of it
}

// Message is a request or a response of an [Exchange].
type Message struct {
	Method string            `json:"method,omitempty"` // of a request
	Target string            `json:"target,omitempty"` // of a request: path and query
	Status int               `json:"status,omitempty"` // of a response
	Header map[string]string `json:"header,omitempty"`
	JSON   json.RawMessage   `json:"json,omitempty"` // a body of JSON
	Data   []byte            `json:"data,omitempty"` // any other body
}

// body is the message's body; ok is false when there is one that was not recorded.
func (m *Message) body() (body []byte, ok bool) {
	switch {
	case m.JSON != nil:
		return m.JSON, true
	case m.Data != nil:
		return m.Data, true
	}
	return nil, m.Header["Content-Type"] == ""
}

// ReadExchanges reads exchanges, one as JSON on each line.
func ReadExchanges(lines string) ([]*Exchange, error) {
	var all []*Exchange
	for line := range strings.Lines(lines) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		ex := &Exchange{}
		if err := json.Unmarshal([]byte(line), ex); err != nil {
			return nil, fmt.Errorf("line %d: %w", len(all)+1, err)
		}
		all = append(all, ex)
	}
	return all, nil
}

// replay answers with the recorded exchange that resembles the request most. One
// that fails is recorded for its very request only, and comes after one that does
// not. A request may name the exchange that it asks for in a header:
//
//	Prefer: example=contacts.update.cleared
func (c *call) replay() (*answer, error) {
	var best *Exchange
	most := -1
	for _, ex := range c.server.api.exchanges[c.op.id] {
		if ex.Response == nil {
			continue
		}
		if _, ok := ex.Response.body(); !ok {
			continue
		}
		likeness := c.likeness(ex)
		if strings.TrimPrefix(c.request.Header.Get("Prefer"), "example=") == ex.Name {
			likeness = preferred
		}
		if ex.Response.Status >= 400 && likeness < identical {
			continue
		}
		if ex.Response.Status < 400 {
			likeness += succeeds
		}
		if likeness > most {
			best, most = ex, likeness
		}
	}
	if best == nil {
		return nil, fmt.Errorf("%w: none is recorded with a response", errNoAnswer)
	}
	body, _ := best.Response.body()
	a := &answer{status: best.Response.Status, header: http.Header{}, body: bytes.Clone(body)}
	for name, value := range best.Response.Header {
		a.header.Set(name, value)
	}
	a.header.Del("Content-Length")
	return a, nil
}

// The parts of likeness.
const (
	succeeds  = 1
	samePath  = 2
	sameQuery = 4
	sameBody  = 8
	identical = samePath + sameQuery + sameBody
	preferred = 16
)

// likeness says how much of a recorded request the request has.
func (c *call) likeness(ex *Exchange) int {
	n := 0
	target, err := url.ParseRequestURI(ex.Request.Target)
	if err != nil {
		return 0
	}
	if strings.HasSuffix(c.request.URL.EscapedPath(), target.EscapedPath()) || target.EscapedPath() == c.request.URL.EscapedPath() {
		n += samePath
	}
	if reflect.DeepEqual(target.Query(), c.query) {
		n += sameQuery
	}
	if body, ok := ex.Request.body(); !ok || sameBytes(body, c.body) {
		n += sameBody
	}
	return n
}

// sameBytes compares bodies, JSON by its values.
func sameBytes(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	x, y := decode(a), decode(b)
	return x != nil && y != nil && reflect.DeepEqual(x, y)
}
