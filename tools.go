//go:build tools

// Package tools pins what the Makefile runs but no package imports; go.mod's
// tool lines make each available as "go tool NAME".
package tools

import (
	_ "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen"
)
