//go:build tools

// Package tools says where the tools that the Makefile runs are pinned. Each is
// a tool of a module of its own, so that those who get gen with "go get -tool"
// do not get its dependencies as well:
//
//   - oapi-codegen: internal/conformance/servers/go.mod
//   - golangci-lint: internal/golangci/go.mod
package tools
