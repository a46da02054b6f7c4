// Package jsonapi is the part of generated clients that handles JSON:API documents
// (https://jsonapi.org/format/1.1): resources, relationships between them,
// included resources and pages.
//
// A resource is one flat Go struct. Its relationships are of type [ToOne] and
// [ToMany]: they always have the type and id of what they point to, and point to
// the resource itself where the document includes it.
//
// A resource of a large document keeps in memory all resources that its
// relationships reference. A program that keeps many should fetch them [Unlinked],
// and look up what it needs with [Find], or keep ids.
//
// Resources that are in attributes, as documents in a document, are resolved as
// well, after the included ones.
//
// What an update sends is best made from what was read: [Prefill] is behind the
// Update method of generated resources. [Operations] is a list of changes that are
// made together. [Filter] builds conditions that no value can break out of.
package jsonapi
