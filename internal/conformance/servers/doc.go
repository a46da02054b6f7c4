// Package servers holds servers of the curated specs that another generator
// made: oapi-codegen, at the version that go.mod pins. Package conformance
// sends documented requests to them, so that a misreading of a spec by our
// generator has to be repeated by theirs to go unnoticed. Each is a package of
// its own; nothing but tests imports them.
//
// The test of this package fails when they are not what the specs and
// oapi-codegen give, and writes them anew with -update.
package servers

//go:generate go test . -run TestUpToDate -update
