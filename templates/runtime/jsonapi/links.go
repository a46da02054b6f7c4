package jsonapi

import (
	"encoding/json"
	"iter"
	"maps"
	"slices"

	"github.com/docwright/docwright/templates/runtime/api"
	"github.com/docwright/docwright/templates/runtime/internal/codec"
)

// Links are the links of a document, a resource or a relationship. They are kept
// as they came and looked into when someone asks.
type Links struct {
	raw codec.Raw
}

// Link is a JSON:API link: a URL, and what a link object may say about it.
type Link struct {
	Href        string
	Rel         string
	DescribedBy string
	Title       string
	Type        string
	HrefLang    []string
	Meta        Meta
}

// Href returns the URL of the link of that name, "" if there is none or if it is
// null.
func (l Links) Href(name string) string {
	link, _ := l.Get(name)
	return link.Href
}

// Get returns the link of that name. A link that is null is not there.
func (l Links) Get(name string) (Link, bool) {
	raw, ok := l.members()[name]
	if !ok || string(raw) == "null" {
		return Link{}, false
	}
	return parseLink(raw)
}

// All iterates over the links in the order of their names.
func (l Links) All() iter.Seq2[string, Link] {
	return func(yield func(string, Link) bool) {
		members := l.members()
		for _, name := range slices.Sorted(maps.Keys(members)) {
			if link, ok := parseLink(members[name]); ok && !yield(name, link) {
				return
			}
		}
	}
}

// IsZero reports whether there are no links.
func (l Links) IsZero() bool { return len(l.raw.JSON) == 0 }

// MarshalJSON returns the links as they came.
func (l Links) MarshalJSON() ([]byte, error) { return api.Marshal(&l) }

// UnmarshalJSON keeps the links.
func (l *Links) UnmarshalJSON(data []byte) error { return api.Unmarshal(data, l) }

func (l Links) members() map[string]json.RawMessage {
	var m map[string]json.RawMessage
	if !l.IsZero() {
		_ = api.Unmarshal(l.raw.JSON, &m) // what is not an object holds no links
	}
	return m
}

// parseLink reads a link: a string, or an object with an href.
func parseLink(raw json.RawMessage) (Link, bool) {
	var href string
	if api.Unmarshal(raw, &href) == nil {
		return Link{Href: href}, string(raw) != "null"
	}
	var o struct {
		Href        *string         `json:"href"`
		Rel         string          `json:"rel"`
		DescribedBy json.RawMessage `json:"describedby"`
		Title       string          `json:"title"`
		Type        string          `json:"type"`
		HrefLang    json.RawMessage `json:"hreflang"`
		Meta        Meta            `json:"meta"`
	}
	if api.Unmarshal(raw, &o) != nil || o.Href == nil {
		return Link{}, false
	}
	link := Link{Href: *o.Href, Rel: o.Rel, Title: o.Title, Type: o.Type, Meta: o.Meta}
	if len(o.DescribedBy) > 0 {
		described, _ := parseLink(o.DescribedBy)
		link.DescribedBy = described.Href
	}
	if len(o.HrefLang) > 0 && api.Unmarshal(o.HrefLang, &link.HrefLang) != nil {
		var one string
		if api.Unmarshal(o.HrefLang, &one) == nil {
			link.HrefLang = []string{one}
		}
	}
	return link, true
}

// Meta is meta information that no Go type describes.
type Meta map[string]json.RawMessage

// Decode decodes the member of that name to what v points to, and reports whether
// there is such a member.
func (m Meta) Decode(name string, v any) (bool, error) {
	raw, ok := m[name]
	if !ok {
		return false, nil
	}
	return true, api.Unmarshal(raw, v)
}

// DecodeAll decodes m to what v points to, such as a struct of the client.
func (m Meta) DecodeAll(v any) error {
	raw, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return api.Unmarshal(raw, v)
}
