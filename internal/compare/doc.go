// Command compare generates clients of one document with docwright,
// oapi-codegen and ogen, and compares them. It counts what was generated,
// measures the build and a call, and calls each client to find out what it does
// with null, unknown enum values, pages, failing servers and errors.
//
// It prints README's table. If README's is different, it says which rows differ
// and exits with status 1; with -write, it writes the table into README. Counts
// and behaviour must be equal, times may differ by a factor of two.
//
// The module is one of its own, because docwright does not need what the peers
// depend on. go generate writes the clients into out, with the versions of
// go.mod. oapi-codegen runs with its defaults, ogen without its server and
// without OpenTelemetry.
package main

//go:generate mkdir -p out/oapi
//go:generate go -C ../.. run ./cmd/gen -c internal/compare/testdata/gen.yaml
//go:generate go tool oapi-codegen -config testdata/oapi-codegen.yaml -o out/oapi/oapi.gen.go testdata/orders.yaml
//go:generate go tool ogen -config testdata/ogen.yaml -package ogen -target out/ogen -clean -loglevel warn testdata/orders.yaml
