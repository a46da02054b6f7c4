package model

import (
	"fmt"

	"github.com/docwright/docwright/internal/schema"
)

// This file limits what a small document can ask for.

// Types repeat the members that they take over from other schemas. A document may ask
// for this many fields, and for more if it is large.
const (
	fewestFields  = 20_000
	bytesPerField = 10
	largeType     = 50 // members; smaller types are not limited
)

type sizeKey struct {
	s    *schema.Schema
	role Role
}

// limitFields reports whether s becomes any value, because the types of the document
// have taken over too many members, and warns of it.
func (b *builder) limitFields(s *schema.Schema, role Role) bool {
	if len(s.Properties) <= largeType || len(s.Parts) < 2 {
		return false
	}
	key := sizeKey{s, role}
	if limited, known := b.limited[key]; known {
		return limited
	}
	most := fewestFields
	for _, file := range b.doc.Files {
		most += len(file.Data) / bytesPerField
	}
	b.limited[key] = b.takenOver+len(s.Properties) > most
	if !b.limited[key] {
		b.takenOver += len(s.Properties)
		return false
	}
	b.fallbackFix(s.Node(), fmt.Sprintf("an object becomes any value, because the members that types of this document take over from others come to more than %d", most),
		"refer to the schema in a member instead of allOf")
	return true
}

// limitScopes warns if the document binds dynamic anchors in too many ways.
func (b *builder) limitScopes() {
	if n, most := b.schemas.Unbound(); n != nil {
		b.fallbackFix(n, fmt.Sprintf("the dynamic anchors of this schema are not bound, because those of the document are bound more than %d times: a $dynamicRef to them is any value", most),
			"bind fewer anchors")
	}
}
