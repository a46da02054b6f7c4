// Package read turns documentation pages, captures and commands into
// observations: what a page says about a call, each fact with its place. Any
// is its entry point. It decides nothing about OpenAPI; package infer does.
package read

import (
	"strings"
)

// Place is a line of an input.
type Place struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// Tri is an answer that a page may leave open.
type Tri int

// The answers.
const (
	Unknown Tri = iota
	Yes
	No
)

// Rank orders sources of facts. A lower rank fills gaps of a higher one and
// never overrules it.
type Rank int

// The ranks, from the weakest.
const (
	FromSample Rank = iota
	FromSentence
	FromTable
	FromElement // generated from a schema: MDX elements, Postman types
)

// Call is one documented call.
type Call struct {
	Form        string    `json:"form"`
	Method      string    `json:"method"`
	Path        string    `json:"path"`               // as documented, with {names}
	Concrete    string    `json:"concrete,omitempty"` // the path of a command or capture, if it differs
	Server      string    `json:"server,omitempty"`
	Summary     string    `json:"summary,omitempty"`
	OperationID string    `json:"operationId,omitempty"` // of an exchange
	Variant     string    `json:"variant,omitempty"`     // of an exchange
	URL         string    `json:"url,omitempty"`         // the address of the page
	Seen        string    `json:"seen,omitempty"`
	Place       Place     `json:"place"`
	Params      []Param   `json:"params,omitempty"`
	Requests    []Body    `json:"requests,omitempty"`
	Answers     []Body    `json:"answers,omitempty"`
	Auth        [][]Auth  `json:"auth,omitempty"` // alternatives, each a set that is sent together
	NoAuth      bool      `json:"noAuth,omitempty"`
	Doubts      []Doubt   `json:"doubts,omitempty"`
	Returns     string    `json:"returns,omitempty"`  // what a sentence says is returned
	Resource    string    `json:"resource,omitempty"` // the resource type that a transcript names
	Headers     []Header  `json:"headers,omitempty"`  // of the sample request, redacted
	Query       []Header  `json:"query,omitempty"`    // of the sample request, redacted
	Embedded    *Embedded `json:"-"`
	Recorded    bool      `json:"-"` // real traffic rather than a page
}

// Header is a header or query member of a sample.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Param is a documented parameter.
type Param struct {
	In       string   `json:"in"`
	Name     string   `json:"name"`
	Type     Type     `json:"type"`
	Required Tri      `json:"required,omitempty"`
	Values   []string `json:"values,omitempty"`
	Default  string   `json:"default,omitempty"`
	Place    Place    `json:"place"`
	Rank     Rank     `json:"rank"`
	Samples  []string `json:"samples,omitempty"`
}

// Body is what one direction carries with one status and media type.
type Body struct {
	Status   int      `json:"status,omitempty"` // 0: a request, or not said
	Assumed  bool     `json:"assumed,omitempty"`
	Media    string   `json:"media,omitempty"`
	Samples  []Sample `json:"samples,omitempty"`
	Fields   []Field  `json:"fields,omitempty"`
	Empty    bool     `json:"empty,omitempty"` // said to have no body
	Text     string   `json:"text,omitempty"`  // a body that is not JSON
	Place    Place    `json:"place"`
	Headers  []Header `json:"headers,omitempty"`
	Required Tri      `json:"required,omitempty"`
	Hidden   bool     `json:"hidden,omitempty"` // a body is sent that the page does not show
	Map      bool     `json:"map,omitempty"`    // said to be a map
	Form     []Header `json:"form,omitempty"`   // members of a sample form, redacted
}

// Field is a documented member. Pointer is its path of member names, "[]" for
// items and "{}" for values of a map.
type Field struct {
	Pointer  []string `json:"pointer"`
	Type     Type     `json:"type"`
	Required Tri      `json:"required,omitempty"`
	Nullable bool     `json:"nullable,omitempty"`
	Values   []string `json:"values,omitempty"`
	Default  string   `json:"default,omitempty"`
	Place    Place    `json:"place"`
	Rank     Rank     `json:"rank"`
	Brackets bool     `json:"brackets,omitempty"` // a list whose name ends in [] on the page, which forms send so
}

// Sample is a shown value.
type Sample struct {
	Value  *Value `json:"value"`
	Place  Place  `json:"place"`
	Strict bool   `json:"-"` // real traffic: its tokens are exact
}

// Auth is one credential that a call carries.
type Auth struct {
	Scheme string `json:"scheme"` // bearer, basic, header, query, cookie
	Name   string `json:"name,omitempty"`
}

// Doubt is something that a person must decide.
type Doubt struct {
	Pointer string `json:"pointer,omitempty"`
	Kind    string `json:"kind"`
	Text    string `json:"text"`
	Place   Place  `json:"place"`
}

// Type is what a page says about a type: zero if it says nothing.
type Type struct {
	Name     string `json:"name,omitempty"` // string, integer, number, boolean, object, array
	Format   string `json:"format,omitempty"`
	Items    *Type  `json:"items,omitempty"`
	Map      bool   `json:"map,omitempty"` // values of Items
	OneOf    []Type `json:"oneOf,omitempty"`
	Free     bool   `json:"free,omitempty"` // an object of any members
	Nullable bool   `json:"nullable,omitempty"`
	Listed   bool   `json:"-"` // said to be one of some values
}

// Known reports whether the page says anything about the type.
func (t Type) Known() bool { return t.Name != "" || len(t.OneOf) > 0 }

// Request returns the request body of a media type, made if there is none.
func (c *Call) Request(media string) *Body {
	for i := range c.Requests {
		if c.Requests[i].Media == media || media == "" || c.Requests[i].Media == "" {
			if c.Requests[i].Media == "" {
				c.Requests[i].Media = media
			}
			return &c.Requests[i]
		}
	}
	c.Requests = append(c.Requests, Body{Media: media})
	return &c.Requests[len(c.Requests)-1]
}

// Answer returns the response of a status, made if there is none. Status 0
// names the response of success whose status the page does not say.
func (c *Call) Answer(status int) *Body {
	for i := range c.Answers {
		if c.Answers[i].Status == status {
			return &c.Answers[i]
		}
	}
	if status >= 200 && status < 300 {
		for i := range c.Answers {
			if c.Answers[i].Status == 0 {
				c.Answers[i].Status = status
				return &c.Answers[i]
			}
		}
	}
	if status == 0 {
		for i := range c.Answers {
			if c.Answers[i].Status/100 == 2 {
				return &c.Answers[i]
			}
		}
	}
	c.Answers = append(c.Answers, Body{Status: status})
	return &c.Answers[len(c.Answers)-1]
}

// addParam adds a parameter or fills the gaps of one that is there.
func (c *Call) addParam(p Param) {
	for i := range c.Params {
		q := &c.Params[i]
		if q.In != p.In || !strings.EqualFold(q.Name, p.Name) {
			continue
		}
		if p.Type.Known() && (!q.Type.Known() || p.Rank > q.Rank) {
			q.Type = p.Type
		}
		if p.Required != Unknown && (q.Required == Unknown || p.Rank > q.Rank) {
			q.Required = p.Required
		}
		if len(q.Values) == 0 {
			q.Values = p.Values
		}
		if q.Default == "" {
			q.Default = p.Default
		}
		q.Samples = append(q.Samples, p.Samples...)
		q.Rank = max(q.Rank, p.Rank)
		return
	}
	c.Params = append(c.Params, p)
}

// addAuth adds a set of credentials unless it is there.
func (c *Call) addAuth(set ...Auth) {
	for _, have := range c.Auth {
		if subset(set, have) {
			return
		}
	}
	for i, have := range c.Auth {
		if subset(have, set) {
			c.Auth[i] = set
			return
		}
	}
	if len(set) > 0 {
		c.Auth = append(c.Auth, set)
	}
}

func subset(a, b []Auth) bool {
	for _, x := range a {
		found := false
		for _, y := range b {
			if x.Scheme == y.Scheme && strings.EqualFold(x.Name, y.Name) {
				found = true
			}
		}
		if !found {
			return false
		}
	}
	return true
}
