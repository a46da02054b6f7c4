package apitest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"
)

// Curl returns a curl command for one of the API's operations, to begin with: a
// GET whose path takes the fewest parameters. It is "" for an API without one.
func (s *Server) Curl() string {
	var best *operation
	parameters := func(op *operation) int { return strings.Count(op.Path, "{") }
	for _, op := range s.api.operations {
		if op.Method == http.MethodGet && (best == nil || parameters(op) < parameters(best)) {
			best = op
		}
	}
	if best == nil {
		return ""
	}
	params := map[string]string{}
	for _, p := range best.parameters("path") {
		params[p.Name] = s.curlValue(p)
	}
	address, _ := best.pathWith(params)
	query := url.Values{}
	for _, p := range best.parameters("query") {
		if p.Required {
			query.Set(p.Name, s.curlValue(p))
		}
	}
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	out := "curl" + s.curlCredential(best)
	for _, p := range best.parameters("header") {
		if p.Required {
			out += " -H " + quoted(p.Name+": "+s.curlValue(p))
		}
	}
	return out + " " + quoted(s.URL+address)
}

// curlValue is a value for a parameter.
func (s *Server) curlValue(p *openapi3.Parameter) string {
	if p.Example != nil {
		return idText(plain(p.Example))
	}
	if p.Schema != nil {
		switch v := s.api.sample(p.Schema.Value, sampleRequired).(type) {
		case string, json.Number, bool:
			return idText(v)
		}
	}
	return "1"
}

// quoted is a word for a shell. The text is the document's.
func quoted(word string) string {
	word = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, word)
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// curlCredential spells the headers that the operation's first alternative of
// security wants.
func (s *Server) curlCredential(op *operation) string {
	security := s.api.doc.Security
	if op.Operation.Security != nil {
		security = *op.Operation.Security
	}
	if len(security) == 0 || s.api.doc.Components == nil {
		return ""
	}
	var names []string
	for name := range security[0] {
		names = append(names, name)
	}
	slices.Sort(names)
	out := ""
	for _, name := range names {
		ref := s.api.doc.Components.SecuritySchemes[name]
		switch {
		case ref == nil || ref.Value == nil:
		case ref.Value.Type == "apiKey" && ref.Value.In == "header":
			out += " -H " + quoted(ref.Value.Name+": fake")
		case ref.Value.Type == "http" && ref.Value.Scheme == "basic":
			out += " -u fake:fake"
		case ref.Value.Type != "apiKey":
			out += " -H 'Authorization: Bearer fake'"
		}
	}
	return out
}
