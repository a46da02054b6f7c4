package apitest

import (
	"net/http"
	"slices"
	"strings"
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
	path, _, _ := strings.Cut(best.Path, "#")
	for _, p := range best.parameters("path") {
		value := "1"
		if p.Schema != nil {
			if text, ok := s.api.sample(p.Schema.Value, sampleRequired).(string); ok {
				value = text
			}
		}
		path = strings.ReplaceAll(path, "{"+p.Name+"}", value)
	}
	return "curl" + s.curlCredential(best) + " '" + s.URL + path + "'"
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
			out += " -H '" + ref.Value.Name + ": fake'"
		case ref.Value.Type == "http" && ref.Value.Scheme == "basic":
			out += " -u fake:fake"
		case ref.Value.Type != "apiKey":
			out += " -H 'Authorization: Bearer fake'"
		}
	}
	return out
}
