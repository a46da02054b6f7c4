package guards

import "strings"

const (
	carrierTypes = "spec/clarus/exchanges/customCarrierTypes.create.txtar"
	oneExchange  = "/clarus$/customCarrierTypes.create$"
	conformance  = "internal/conformance "
)

// covered are guards that only run other guards.
var covered = map[string][]string{
	"make test":                           {conformance + "TestExchanges", "internal/lint TestReadme"},
	"make corpus":                         {"internal/corpus TestCorpus", "internal/corpus TestSemantics"},
	"make fakes":                          {"internal/corpus TestFakes"},
	"make fuzz-structure":                 {"internal/corpus TestStructure"},
	"make jsonschema-suite":               {"internal/corpus TestJSONSchemaSuite"},
	"make hostile":                        {"internal/hostile TestSpecs", "internal/hostile TestStrings"},
	"make mutations":                      {conformance + "TestMutatedResponses"},
	"make fuzz":                           {"internal/load FuzzFile", "templates/runtime/api FuzzPath"},
	"make interop":                        {"internal/sbom TestWrite"},
	"make fake-node":                      {conformance + "TestFakeKitsu"},
	"make live":                           {"internal/corpus TestLiveNotices"},
	"internal/corpus TestLive":            {"internal/corpus TestLiveNotices"},
	"make sabotage":                       {"internal/lint TestReadme"}, // these runs
	"make docs-check":                     {"internal/docs TestLinks"},  // and Chromium, where it is installed
	"make heavy":                          {"internal/emit TestProof"},
	"make prism":                          {conformance + "TestPrism"},
	"make lint-spec":                      {conformance + "TestSpecs"}, // with the rules of others
	conformance + "TestDecisionsSabotage": {conformance + "TestDecisions"},
	"internal/guards TestSabotageApplies": {"internal/guards TestEveryGuard"},
	"internal/guards TestSabotage":        {"internal/guards TestEveryGuard"},
	"internal/corpus TestFakesNotice":     {"internal/corpus TestFakes"},
	"internal/corpus TestHashes":          {"internal/corpus TestCorpus"}, // prints, and compares nothing
}

var sabotages = []sabotage{
	// The documented calls.
	{guard: conformance + "TestDescriptions", in: "spec/clarus/sites.yaml", old: "description: The code and the name are required.", new: "description: Creates a site.", want: "says no more than"},
	{guard: conformance + "TestSpecs", in: "spec/clarus/openapi.yaml", old: "  title:", new: "  titel:", want: "title"},
	{guard: conformance + "TestExchanges", sub: oneExchange + "/spec$", in: carrierTypes, old: `"page_width": 100`, new: `"page_width": "wide"`, want: "page_width: value must be"},
	{guard: conformance + "TestExchanges", sub: oneExchange + "/client$", in: "generated/clarus/custom_carrier_types_service.go",
		old: `Path: "/api/custom_carrier_types"`, new: `Path: "/api/carrier_types"`, want: "/api/carrier_types"},
	{guard: conformance + "TestExchanges", sub: oneExchange + "/server$", in: "generated/clarus/custom_carrier_types_service.go",
		old: `Path: "/api/custom_carrier_types"`, new: `Path: "/api/carrier_types"`, want: "404"},
	{guard: conformance + "TestExchanges", sub: oneExchange + "/fake$", in: "generated/clarus/custom_carrier_types_service.go",
		old: `Path: "/api/custom_carrier_types"`, new: `Path: "/api/carrier_types"`, want: "no operation"},
	{guard: conformance + "TestExchanges", sub: oneExchange + "/roundtrip$", in: "generated/clarus/label.go",
		old: "PageWidth float64 `json:\"page_width,", new: "PageWidth float64 `json:\"page_wide,", want: `no field for "page_width"`},
	{guard: conformance + "TestExchanges", sub: oneExchange + "/roundtrip$", in: carrierTypes,
		old: "\n-- response --\nHTTP/1.1 201 Created\nContent-Type: application/json\n\n{\n  \"data\": {",
		new: "\n-- response --\nHTTP/1.1 201 Created\nContent-Type: application/json\n\n{\n  \"data\": {\"page_wdth\": 7,", want: `no field for "page_wdth"`},
	{guard: conformance + "TestExchanges", sub: "/ctrlhub$/appointments.list$/next$", in: "generated/jsonapi", fn: "Next", stmt: "return p, nil", want: "next"},
	{guard: conformance + "TestUndescribed", in: "internal/exchange", fn: "memberSchemas", stmt: "return nil, true", want: "page_wdth is not found"},
	{guard: conformance + "TestCoverage", in: "spec/clarus/calls.tsv", old: "\taccounts.create", new: "\taccounts.creat", want: "the spec has no operation accounts.creat"},
	{guard: conformance + "TestDecisions", in: "spec/clarus/decisions.tsv", old: "\n", new: "\nnothing\n"},
	{guard: conformance + "TestUndocumented", in: "spec/ctrlhub/undocumented.yaml", old: "target: $.paths", new: "target: $.path"},
	{guard: conformance + "TestWire", in: "templates/runtime/api", fn: "refusedUnprocessed", stmt: "return false"},
	{guard: conformance + "TestUsage", in: "generated/clarus/accounts_service.go", old: `Path: "/api/accounts"`, new: `Path: "/api/account"`, want: "/api/account"},
	{guard: conformance + "TestOpenTypes", in: "internal/conformance/testdata/open.tsv", old: "clarus.CarrierCreate.CarrierAuthentication", new: "clarus.CarrierCreate.Carrier", want: "give it a type"},
	{guard: conformance + "TestPrefill", in: "generated/jsonapi", fn: "prefill", stmt: "return"},
	{guard: conformance + "TestMutatedResponses", in: "generated/internal/codec", fn: "UnmarshalWith", stmt: `if len(data)%5 == 1 { panic("sabotage") }`, want: "sabotage"},
	{guard: conformance + "TestDifferences", in: "internal/conformance/json_test.go", old: "func differences(", new: "func differences([]byte, []byte) []string { return nil }\n\nfunc otherDifferences("},

	// The fakes.
	{guard: conformance + "TestFakeExchanges", in: "generated/apitest", fn: "replay", stmt: "return nil, nil"},
	{guard: conformance + "TestFakeViolations", in: "generated/apitest", fn: "checkRequest", stmt: "return nil"},
	{guard: conformance + "TestFakeHandlers", in: "generated/apitest", fn: "setHandler", stmt: "return"},
	{guard: conformance + "TestFakePages", in: "generated/apitest", fn: "OnPage", stmt: "return"},
	{guard: conformance + "TestFakeStore", in: "generated/apitest", fn: "store.find", stmt: "return nil"},
	{guard: conformance + "TestFakeFaults", in: "generated/apitest", fn: "nextFault", stmt: "return nil"},
	{guard: conformance + "TestFakeReadme", in: "generated/apitest", fn: "nextFault", stmt: "return nil"},
	{guard: conformance + "TestFakeKitsu", needs: "npx", env: "FAKE_NODE=1", in: "templates/runtime/apitest", fn: "store.find", stmt: "return nil"},
	{guard: conformance + "TestFoundDocuments", needs: "npx", env: "FAKE_NODE=1", in: "templates/runtime/apitest", fn: "store.find", stmt: "return nil"},
	{guard: conformance + "TestFoundPrograms", in: "templates/runtime/internal/codec", fn: "UnmarshalPadded", stmt: "return nil"},
	{guard: conformance + "TestEvolution", in: "internal/model", fn: "isPinned", stmt: "return false"},
	{guard: conformance + "TestSampleCalls", in: "internal/schema", fn: "sampler.object", stmt: "return nil"},
	{guard: conformance + "TestPrism", needs: "prism", env: "PRISM=prism", in: "generated/clarus/accounts_service.go", old: `Path: "/api/accounts"`, new: `Path: "/api/account"`},

	// The architecture.
	{guard: "cmd/gen TestImportDirection", add: map[string]string{"internal/names/sabotage.go": "package names\n\nimport _ \"github.com/docwright/docwright/internal/lock\"\n"}, want: "internal/names must not import internal/lock"},
	{guard: "cmd/gen TestImportDepth", add: map[string]string{
		"internal/input/sabotage.go": "package input\n\nimport _ \"github.com/docwright/docwright/internal/sabotage1\"\n",
		"internal/sabotage1/a.go":    "package sabotage1\n\nimport _ \"github.com/docwright/docwright/internal/sabotage2\"\n",
		"internal/sabotage2/a.go":    "package sabotage2\n\nimport _ \"github.com/docwright/docwright/internal/sabotage3\"\n",
		"internal/sabotage3/a.go":    "package sabotage3\n"}, want: "deep"},
	{guard: "cmd/gen TestSizes", add: map[string]string{"internal/names/sabotage.go": "package names\n\nfunc sabotage() {\n" + strings.Repeat("\tprintln()\n", 150) + "}\n"}, want: "sabotage"},
	{guard: "cmd/gen TestCommandSize", add: map[string]string{"cmd/gen/sabotage.go": "package main\n" + strings.Repeat("\n", 2000)}, want: "more than"},
	{guard: "cmd/gen TestServiceExamples", in: "generated/clarus/example_test.go", old: "func ExampleAccountWarehousesService_", new: "func ExampleOther_", want: "AccountWarehousesService"},
	{guard: "cmd/gen TestFresh", in: "cmd/gen", fn: "matchInputs", stmt: "return true", want: "loaded 0 times, want 1"},
	{guard: "cmd/gen TestFreshWarnings", in: "cmd/gen", fn: "freshOutput", stmt: "return false"},
	{guard: "cmd/gen TestFreshDangling", in: "internal/project/fresh.go", old: "if err != nil || dangling {", new: "if err != nil {"},

	// The catalogue of findings, and exchanges.
	{guard: "internal/lint TestCatalogue", in: "internal/lint/exchanges.go", old: `"DW064"`, new: `"DW063"`, want: "DW063"},
	{guard: "internal/lint TestEveryDiagnostic", add: map[string]string{"internal/load/sabotage.go": "package load\n\nfunc sabotage(r *report) { r.warn(Position{}, \"sabotage-code\", \"\", \"x\") }\n"}, want: "sabotage-code"},
	{guard: "internal/lint TestReadme", in: "cmd/gen/help/lint.md", old: "| DW064 | warning |", new: "| DW064 | error |", want: "out of date"},
	{guard: "internal/exchange TestReadMalformed", in: "internal/exchange", fn: "checkJSON", stmt: "return 0, nil", want: "has no problem"},
	{guard: "internal/exchange TestReadNowhere", in: "internal/exchange", fn: "reason", stmt: `return ""`},
	{guard: "internal/exchange TestRead", in: "internal/exchange", fn: "comment", stmt: "return true"},
	{guard: "internal/exchange TestParseCRLF", in: "internal/exchange/parse.go", old: `[]byte("\r\n"), []byte("\n")`, new: `[]byte("\r\r"), []byte("\n")`},
	{guard: "internal/exchange TestPosition", in: "internal/exchange", fn: "readPlace", stmt: "offset++"},
	{guard: "internal/exchange TestValidate", in: "internal/exchange", fn: "matchPath", stmt: "return nil, false"},
	{guard: "internal/exchange TestValidateInvalid", in: "internal/exchange", fn: "report", stmt: "return"},
	{guard: "internal/exchange TestLoadSpecOutside", in: "internal/exchange", fn: "within", stmt: "return true"},
	{guard: "internal/exchange TestHTTPWithoutHost", in: "internal/exchange", fn: "HTTP", stmt: `base += "/x"`},
	{guard: "internal/exchange FuzzParse", in: "internal/exchange", fn: "lineCol", stmt: "return 0, 0", want: "position outside the file"},

	// Proof of shape.
	{guard: "internal/emit TestBrokenTemplate", in: "internal/emit", fn: "badGo", stmt: "return err"},
	{guard: "internal/emit TestProof", in: "internal/emit", fn: "prove", stmt: "return nil"},
	{guard: "internal/emit TestCheck", in: "internal/emit", fn: "checkAPI", stmt: "return nil, nil"},
	{guard: "internal/emit TestClientPathIsChecked", in: "internal/emit/imports.go", old: "module.CheckImportPath(importPath); err != nil", new: "module.CheckImportPath(importPath); false"},
	{guard: "internal/emit TestRuntimePathIsChecked", in: "internal/emit/imports.go", old: "module.CheckImportPath(runtime); err != nil", new: "module.CheckImportPath(runtime); false"},
	{guard: "internal/emit FuzzComment", in: "internal/emit", fn: "comment", stmt: `return doc.Text + "\n"`},

	// Reference pages.
	{guard: "internal/docs TestOutlines", in: "internal/docs", fn: "jsonCode", stmt: "return"},
	{guard: "internal/docs TestLinks", in: "internal/docs", fn: "webAddress", stmt: `return "http://["`},
	{guard: "internal/docs TestHowToCall", in: "templates/docs/index.html.tmpl", old: "go get {{.}}", new: "go get it", want: "the page has not"},
	{guard: "internal/docs TestSplit", in: "internal/docs", fn: "goCode", stmt: `return ""`},
	{guard: "internal/docs TestDeterminism", in: "internal/docs/docs.go", old: "func visible(page []byte) []byte {", new: "var visited int\n\nfunc visible(page []byte) []byte {\n\tif visited++; visited%3 == 0 {\n\t\treturn nil\n\t}"},
	{guard: "internal/docs TestHostile", in: "internal/docs", fn: "visible", stmt: "return page", want: "cannot be seen"},
	{guard: "internal/docs FuzzMarkdown", in: "internal/docs/markdown.go", old: "func (m *markdown) render(text string) template.HTML {", new: "func (m *markdown) render(text string) template.HTML {\n\treturn template.HTML(text)"},
	{guard: "internal/docs FuzzCode", in: "internal/docs", fn: "jsonCode", stmt: "return"},

	// Hostile documents.
	{guard: "internal/hostile TestForbidden", in: "internal/hostile/shape_test.go", old: `"a call of panic"`, new: `"a call of recover"`},
	{guard: "internal/hostile TestLarge", in: "internal/load", fn: "File", stmt: "return nil, nil"},
	{guard: "internal/hostile TestSpecs", sub: "/^path-", in: "internal/load", fn: "File", stmt: "return nil, nil"},
	{guard: "internal/hostile TestStrings", in: "internal/names", fn: "Exported", stmt: "return name"},
	{guard: "internal/exchange TestDeepBodies", in: "internal/limit", fn: "Depth", stmt: "return 0"},
	{guard: "internal/model FuzzMethodNames", in: "internal/model", fn: "derivedNames", stmt: "return []string{o.id}"},
	{guard: "internal/hostile FuzzNames", in: "internal/names", fn: "Exported", stmt: "return name"},

	// Real documents: one of ours takes their place here.
	{guard: "internal/corpus TestCorpus", env: "CORPUS=$ROOT/internal/bench/testdata/articles.yaml", in: "templates/client.go.tmpl", old: "return newClient(c), nil", new: "return newClient(c, nil), nil", want: "does not compile"},
	{guard: "internal/corpus TestSemantics", env: "CORPUS=$ROOT/internal/bench/testdata/articles.yaml", in: "templates/runtime/internal/codec", fn: "Marshal", stmt: "return []byte(\"{}\"), nil", want: "failures are ours"},
	{guard: "internal/corpus TestJSONSchemaSuite", env: "JSONSCHEMA_SUITE=1", sub: "/4$", in: "templates/runtime/internal/codec", fn: "Marshal", stmt: "return []byte(\"{}\"), nil", want: "a reason that is not documented"},
	{guard: "internal/corpus TestLiveNotices", in: "internal/corpus/driver", fn: "walker.walkStruct", stmt: "return", want: "no longer differs: GET /more: undocumented /extra"},
	{guard: "internal/corpus TestLiveNotices", in: "templates/runtime/internal/codec", fn: "Marshal", stmt: "return []byte(\"{}\"), nil", want: "encoded again, the response differs"},
	{guard: "internal/corpus TestStructure", env: "FUZZ_STRUCTURE=10", in: "templates/runtime/internal/codec", fn: "Facts.marked", stmt: "return 0", want: "failures"},
	{guard: "internal/corpus TestStructure", env: "FUZZ_STRUCTURE=60", in: "templates/runtime/internal/codec", fn: "encoder.checkSet", stmt: "return", want: "failures: not set and sent"},
	{guard: "internal/corpus TestStructure", env: "FUZZ_STRUCTURE=60", in: "internal/model", fn: "builder.rulesOut", stmt: "return true", want: "failures: valid and refused"},
	{guard: "internal/corpus TestStructureCases", in: "internal/model", fn: "builder.fallbackFix", stmt: "return", want: "no warning is about /paths/"},
	{guard: "internal/corpus TestStructureCases", in: "templates/runtime/internal/codec", fn: "takesWithin", stmt: "return true", want: "failures: variant"},
	{guard: "internal/corpus TestAdditions", env: "CORPUS=$ROOT/spec/clarus", in: "internal/model/build.go", old: "func Build(",
		new: `func Build(doc *load.Document, opts Options) (*API, []load.Diagnostic) {
	api, diags := otherBuild(doc, opts)
	for _, d := range api.Decls {
		if len(doc.Root.Get("paths").Members)%2 == 0 {
			d.GoName += "Even"
		}
	}
	return api, diags
}

func otherBuild(`, want: "is gone since"},

	{guard: "internal/corpus TestFakes", env: "CORPUS=$ROOT/templates/runtime/apitest/testdata/blog.json", in: "templates/runtime/internal/codec", fn: "UnmarshalWith", stmt: "return nil"},
	{guard: "internal/corpus TestJSONAPI", env: "CORPUS=$ROOT/sabotage", add: map[string]string{
		"sabotage/klaviyo.json": `{"openapi": "3.0.3", "info": {"title": "One", "version": "1"}, "paths": {"/a": {"get": {"responses": {"200": {"description": "A.", "content": {"application/vnd.api+json": {"schema":
			{"type": "object", "properties": {"data": {"type": "object", "properties": {"id": {"type": "string"}, "type": {"enum": ["as"]}, "attributes": {"type": "object"}}}}}}}}}}}}}`}, want: "0 iterators"},
	{guard: "internal/corpus TestPages", env: "CORPUS=$ROOT/sabotage", add: map[string]string{
		"sabotage/stripe.com.json": `{"openapi": "3.0.3", "info": {"title": "None", "version": "1"}, "paths": {}}`}, want: "0 lists with All"},

	{guard: "internal/sbom TestWrite", in: "internal/sbom", fn: "write", stmt: "info.Deps = nil", want: "library"},

	// The runtime's fuzz targets, and the loader's.
	{guard: "templates/runtime/api FuzzQuery", in: "templates/runtime/api", fn: "appendQuery", stmt: "return b, nil", want: "made"},
	{guard: "templates/runtime/api FuzzContentType", in: "templates/runtime/api", fn: "mediaType", stmt: "return contentType", want: "by package mime"},
	{guard: "templates/runtime/api FuzzResponse", in: "templates/runtime/api", fn: "lookup", stmt: `panic("sabotage")`, want: "sabotage"},
	{guard: "templates/runtime/api FuzzRetryAfter", in: "templates/runtime/api", fn: "retryAfter", stmt: "return -1", want: "gives -1ns"},
	{guard: "templates/runtime/api FuzzLookup", in: "templates/runtime/api", fn: "lookup", stmt: "_ = doc[len(doc)-1:][1]", want: "panic"},
	{guard: "templates/runtime/api FuzzPath", in: "templates/runtime/api", fn: "callURL", stmt: `return t.client.base.JoinPath(call.Args[0].(string)), nil`, want: "made"},
	{guard: "templates/runtime/jsonapi FuzzDocument", in: "templates/runtime/internal/codec", fn: "Marshal", stmt: `return []byte("{"), nil`},
	{guard: "templates/runtime/internal/codec FuzzKept", in: "templates/runtime/internal/codec", fn: "Marshal", stmt: `return []byte("{"), nil`},
	{guard: conformance + "TestWire", in: "internal/model", fn: "lacks", stmt: "return nil"},
	{guard: "templates/runtime/internal/codec FuzzDecode", in: "templates/runtime/internal/codec", fn: "UnmarshalWith", stmt: "return nil"},
	{guard: "internal/draft/read FuzzAny", in: "internal/draft/read", fn: "Any", stmt: `if len(in.Data) > 99 { panic("sabotage") }`, want: "sabotage"},
	{guard: "internal/tree FuzzJournal", in: "internal/tree", fn: "checkStep", stmt: "return nil"},
	{guard: "internal/load FuzzFile", in: "internal/load", fn: "JSON", stmt: `return []byte("1")`},
	{guard: "internal/load FuzzJSON", in: "internal/load", fn: "parseJSON", stmt: `return &Node{Kind: String}, nil`, want: "accepted"},
	{guard: "internal/load FuzzJSONPath", in: "internal/load", fn: "parsePath", stmt: `panic("sabotage")`, want: "sabotage"},

	// What CI runs besides.
	{guard: "make generate", in: "spec/clarus/openapi.yaml", old: "openapi: 3.0.3", new: "openapi: 2.0.3"},
	{guard: "make format", add: map[string]string{"internal/names/sabotage.go": "package names\n\n\n\nvar  sabotage = 1\n"}, want: "gofmt would change"},
	{guard: "make vet", add: map[string]string{"internal/names/sabotage.go": "package names\n\nimport \"fmt\"\n\nfunc sabotage() { fmt.Printf(\"%d\", \"x\") }\n"}, want: "Printf"},
	{guard: "make lint", add: map[string]string{"internal/names/sabotage.go": "package names\n\nfunc Sabotage() int { return 1 }\n"}, want: "Sabotage"},
	{guard: "make tidy", add: map[string]string{"internal/names/sabotage.go": "package names\n\nimport _ \"golang.org/x/tools/cover\"\n\nimport _ \"github.com/google/uuid\"\n"}, want: "uuid"},
	{guard: "make verify", in: "go.sum", old: "github.com/spf13/cobra v1.10.2 h1:", new: "github.com/spf13/cobra v1.10.2 h1:A", want: "cobra"},
	{guard: "make fresh", in: "generated/clarus/label.go", old: "package clarus", new: "package clarus // changed", want: "label.go"},
	{guard: "make gen-lint", in: carrierTypes, old: "\"print_params\": {", new: "\"print_params\": {\"page_wdth\": 7,", want: "did you mean page_width?"},
	{guard: "make race", add: map[string]string{"templates/runtime/graphql/sabotage_test.go": "package graphql\n\nimport \"testing\"\n\nfunc TestSabotage(t *testing.T) {\n\tn, done := 0, make(chan bool)\n\tgo func() { n++; done <- true }()\n\tn++\n\t<-done\n\tt.Log(n)\n}\n"}, want: "DATA RACE"},

	{guard: "cmd/gen FuzzTree", in: "internal/input", fn: "Open", stmt: "if f, err := os.Open(name); err == nil {\n\t\treturn f, nil\n\t}"},
	{guard: "internal/guards TestPromises", in: "cmd/gen/help/security.md", old: "| A document cannot write code |", new: "| A document cannot do harm |", want: "run make promises"},
	{guard: "internal/guards TestNodeTools", in: "Makefile", old: "--ignore-scripts --no-audit", new: "--no-audit", want: "Makefile:"},
	{guard: "internal/guards TestEveryGuard", add: map[string]string{"internal/lint/sabotage_test.go": "package lint\n\nimport \"testing\"\n\nfunc FuzzSabotage(f *testing.F) {}\n"}, want: "internal/lint FuzzSabotage"},
}
