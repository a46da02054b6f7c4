package emit

import (
	"strings"

	"github.com/docwright/docwright/internal/model"
)

// This file says which media types a call states: those that the runtime would
// not take by itself.

const jsonapiType = "application/vnd.api+json"

// ContentType is the type of the request's body; "" where the body tells it.
func (m methodView) ContentType() string {
	switch {
	case m.Body.Kind == model.BodyJSON && m.Body.ContentType == "application/json",
		(m.Body.Kind == model.BodyResource || m.Body.Kind == model.BodyLinkage) && m.Body.ContentType == jsonapiType:
		return ""
	}
	return m.Body.ContentType
}

// AcceptHeader is the type of the answer; "" where the function that fetches it
// asks for its own.
func (m methodView) AcceptHeader() string {
	if m.Accept == jsonapiType && strings.HasPrefix(m.Fetch(), "jsonapi.") {
		return ""
	}
	return m.Accept
}
