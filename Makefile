# Everything here needs Go and nothing else, unless "make help" says so.

GO ?= go
GOLANGCI = $(GO) tool -modfile=internal/lint/go.mod golangci-lint

FUZZTIME ?= 20s
KILLS ?= 500
CORPUS ?=

# Packages whose tests have the flag -update.
GOLDEN = ./cmd/gen ./internal/emit ./internal/exchange ./internal/load

# Packages that are run under the race detector: those with goroutines.
RACE = ./cmd/gen ./internal/emit ./internal/tree ./templates/runtime/...

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: generate
generate: ## write the clients that spec/gen.yaml lists
	$(GO) run ./cmd/gen

.PHONY: test
test: ## run all tests
	$(GO) test ./...

.PHONY: golden
golden: ## rewrite wanted output in testdata; read the diff before you commit it
	$(GO) test $(GOLDEN) -update

.PHONY: check
check: format vet lint tidy fresh race ## run what CI runs beside the tests

.PHONY: format
format: ## list files that gofmt would change
	@files=$$(gofmt -l .); if [ -n "$$files" ]; then echo "gofmt would change:"; echo "$$files"; exit 1; fi

.PHONY: vet
vet: ## run go vet
	$(GO) vet ./...

.PHONY: lint
lint: ## run golangci-lint (built from source the first time)
	$(GOLANGCI) run ./...

.PHONY: tidy
tidy: ## hold go.mod against the imports
	$(GO) mod tidy -diff

.PHONY: fresh
fresh: ## hold the generated code against the specs
	$(GO) run ./cmd/gen check

.PHONY: race
race: ## run the tests of concurrent code under the race detector
	$(GO) test -race -short $(RACE)

.PHONY: bench
bench: ## run the benchmarks
	$(GO) test -run '^$$' -bench . -benchmem $$(grep -rl --include='*_test.go' '^func Benchmark' internal templates | xargs -n1 dirname | sort -u | sed 's|^|./|')

.PHONY: corpus
corpus: ## generate and compile real documents: make corpus CORPUS=dir
	@test -n "$(CORPUS)" || { echo "say which documents: make corpus CORPUS=dir"; exit 2; }
	CORPUS="$(abspath $(CORPUS))" $(GO) test ./internal/corpus -count=1 -timeout 0 -v

.PHONY: fuzz
fuzz: ## run each fuzz target for FUZZTIME
	@set -e; for file in $$(grep -rl --include='*_test.go' '^func Fuzz' internal templates); do \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9]*\).*/\1/p' $$file); do \
			echo "$$target in $$(dirname $$file) for $(FUZZTIME)"; \
			$(GO) test ./$$(dirname $$file) -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME); \
		done; \
	done

.PHONY: kill-test
kill-test: ## kill KILLS runs at random moments and look at what they leave
	GEN_KILLS=$(KILLS) $(GO) test ./internal/tree -run '^TestKill$$' -count=1 -timeout 0 -v

REDOCLY = @redocly/cli@2.77.0
SPECTRAL = @stoplight/spectral-cli@6.16.3
SPECS = $(wildcard spec/*/openapi.yaml)

.PHONY: lint-spec
lint-spec: ## run two linters of others over the curated specs (needs Node)
	REDOCLY_TELEMETRY=off npx --yes $(REDOCLY) lint --extends recommended --format stylish $(SPECS)
	npx --yes $(SPECTRAL) lint --ruleset spec/.spectral.yaml --fail-severity error $(SPECS)
