// Package templates holds whatever ends up in generated packages: the templates
// of their fixed shapes, the runtime, which is ordinary Go and copied whole, and
// the pages of gen docs (below "docs").
// There is no logic here; package emit fills the templates in.
package templates

import "embed"

// FS holds the templates, and the runtime's source below "runtime". The
// runtime's tests are in it, too, and are not for copying.
//
//go:embed *.go.tmpl runtime docs
var FS embed.FS

// Starter is an OpenAPI document for those who have none yet.
//
//go:embed starter.yaml
var Starter []byte
