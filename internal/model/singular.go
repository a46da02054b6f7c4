package model

import (
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/names"
)

// This file finds the singular of a noun in the document itself, before the
// rules of English are asked: a schema Sku, a resource type "tracking-setting" or
// a path parameter sku_id says what one of /skus or of TrackingSettings is.

// idWords end the names of path parameters that identify something.
var idWords = map[string]bool{"id": true, "ids": true, "pk": true, "key": true, "uuid": true, "guid": true, "slug": true, "number": true, "code": true}

// findSingulars collects the nouns of schemas and path parameters. resourceOf adds
// those of JSON:API types as it meets them.
func (b *builder) findSingulars() {
	b.singulars = map[string]bool{}
	for _, m := range members(b.doc.Root.Get("components", "schemas")) {
		b.singulars[b.schemaName(m.Name)] = true
	}
	for _, o := range b.ops {
		for _, p := range o.params {
			if ws := names.Words(p.name); p.in == "path" && len(ws) > 1 && idWords[ws[len(ws)-1]] {
				b.singulars[names.Join(ws[:len(ws)-1])] = true
			}
		}
	}
}

// singularOf is the identifier of a name with its last word in the singular, by
// the document's evidence or else by the rules.
func (b *builder) singularOf(name string) string {
	plural := names.Exported(name)
	for _, ending := range []struct{ plural, singular string }{{"ies", "y"}, {"es", ""}, {"s", ""}} {
		stem, ok := strings.CutSuffix(plural, ending.plural)
		if one := stem + ending.singular; ok && b.singulars[one] && !b.singulars[plural] {
			return one
		}
	}
	return names.SingularName(name)
}

// members are the members of an object, and none of anything else.
func members(n *load.Node) []load.Member {
	if n == nil {
		return nil
	}
	return n.Members
}
