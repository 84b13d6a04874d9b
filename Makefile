# Targets for people. What a change must pass is in .ci/run.
LINT_VERSION := v2.15.0
FUZZTIME ?= 10m
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

.PHONY: test race lint bench soak fuzz demo build

test: ## every test
	go test ./...

race: ## every test in random order under the race detector
	go test -race -shuffle=on ./...

lint: ## vet and golangci-lint, with the version that .ci/run uses
	go vet ./...
	go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION) run

bench: ## benchmarks only
	go test -run='^$$' -bench=. -benchmem ./...

soak: ## the heavy proofs in full length, then the tests over and over, to find what happens rarely
	BACKOUT_SOAK=1 go test -v -count=1 -timeout=4h -run='^(TestZeroLoss|TestADeadSocket|TestABacklog|TestLoad|TestOneHugeIncident|TestManyClosedIncidents|TestCorruption)' ./cmd/backout ./bot ./timeline/boltlog
	go test -race -shuffle=on -count=20 -timeout=4h ./...

fuzz: ## anything at all into every parser and decoder, FUZZTIME each; what fails is kept in testdata/fuzz
	@grep -roE --include='*_test.go' '^func Fuzz[A-Za-z]+' . | sort | sed -E 's|^(.*)/[^/]+:func (.*)$$|\1 \2|' | while read -r dir name; do \
		echo "== $$dir $$name"; \
		go test "$$dir" -run='^$$' -fuzz="^$$name$$" -fuzztime=$(FUZZTIME) -fuzzminimizetime=50x || exit 1; \
	done

demo: ## try Backout in the browser, without a Slack account
	go run ./cmd/backout demo

build: ## a static binary in ./backout
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w -X main.version=$(VERSION)' -o backout ./cmd/backout
