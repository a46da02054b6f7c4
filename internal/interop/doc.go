// Package interop shows how generated clients work with packages that they do not
// import: golang.org/x/oauth2 for tokens, OpenTelemetry for traces, log/slog for
// logs. It is a module of its own, so that those stay out of docwright's go.mod.
//
// The examples are made for copying.
package interop
