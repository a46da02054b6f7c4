// These modules hold copies of the official JSON Schema test suite: google's has
// draft 2020-12 and xeipuuv's has draft 4. Nothing here is compiled: the tests
// read their files, which go.sum pins. See TestJSONSchemaSuite.
module github.com/docwright/docwright/internal/corpus/suites

go 1.26.0

require (
	github.com/google/jsonschema-go v0.4.3
	github.com/xeipuuv/gojsonschema v1.2.0
)
