package apitest

import (
	"net/http"
	"slices"
	"strings"
	"unicode"
)

// Curl returns a curl command for one of the API's operations, to begin with: a
// GET whose path takes the fewest parameters. It is "" for an API without one.
func (s *Server) Curl() string {
	op := s.api.byID[http.MethodGet+" "+s.api.example.Path]
	if op == nil {
		return ""
	}
	out := "curl" + s.curlCredential(op)
	for _, header := range s.api.example.Header {
		out += " -H " + quoted(header)
	}
	return out + " " + quoted(s.URL+s.api.example.Target)
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
// security needs.
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
