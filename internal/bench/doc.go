// Command bench measures the runtime against its peers, all in one process and
// in rounds: each round runs every benchmark once, and a ratio is the median of
// the ratios of the rounds. A machine that slows down for a while slows down all
// of them.
//
// It prints a table, and one line "ratio NAME X" for each comparison. The
// directory generator holds another command, which does the same for what the
// generator costs.
//
// The peers read and write the structs that oapi-codegen makes of the same
// document, with its defaults. The module is one of its own so that their
// dependencies stay out of ours; go generate makes the clients of both in out,
// with the generators as they are now.
package main

//go:generate mkdir -p out/peer/articles out/peer/clarus
//go:generate go -C ../.. run ./cmd/gen -c internal/bench/testdata/gen.yaml
//go:generate go run ./unbounded
//go:generate go -C ../conformance/servers tool oapi-codegen -config ../../bench/testdata/oapi-codegen.yaml -package articles -o ../../bench/out/peer/articles/articles.gen.go ../../bench/testdata/articles.yaml
//go:generate go run ./bundle ../../spec/clarus/openapi.yaml out/clarus.json
//go:generate go -C ../conformance/servers tool oapi-codegen -config ../../bench/testdata/oapi-codegen-clarus.yaml -o ../../bench/out/peer/clarus/clarus.gen.go ../../bench/out/clarus.json
