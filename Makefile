.DEFAULT_GOAL := help
.NOTPARALLEL:
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

FUZZTIME ?= 10s
DEMO_FLAGS ?=
BENCH_FLAGS ?= --remotes 500 --rounds 20

# The race detector needs a C compiler; a machine without one still runs every test.
RACE := $(if $(shell command -v gcc || command -v clang || command -v cc),-race)

# The linter is built once for each version, and it and what it learned stay outside the tree.
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/fedhub
LINT_VERSION := v2.15.0
LINT := $(CACHE)/bin/golangci-lint-$(LINT_VERSION)

# The web console. WEB=0 leaves it out: the program then has the one that was built last, or none.
CONSOLE := api/console
WEB ?= 1
NPM := PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm --prefix $(CONSOLE)
MODULES := $(CONSOLE)/node_modules/.package-lock.json
PAGE := $(CONSOLE)/dist/index.html
VITE_PORT ?= 5173

# What the console is built from. A folder is newer than the page when a file of it is gone.
PAGE_SOURCES := $(wildcard $(CONSOLE)/index.html $(CONSOLE)/*.json $(CONSOLE)/*.config.*) \
	$(shell find $(CONSOLE)/src $(CONSOLE)/public -not -name '*.test.*' 2>/dev/null)

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  \033[36m%-15s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: $(if $(filter 0,$(WEB)),,web) ## Build bin/fedhub, with the web console unless WEB=0
	CGO_ENABLED=0 go build -trimpath -o bin/fedhub ./cmd/fedhub

web: $(PAGE) ## Build the web console that bin/fedhub has

$(PAGE): $(MODULES) $(PAGE_SOURCES)
	$(NPM) run build
	@touch $(CONSOLE)/dist/.gitkeep $@

$(MODULES): $(CONSOLE)/package.json $(CONSOLE)/package-lock.json
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null \
		&& command -v npm >/dev/null || { echo "the web console needs node >= 20.19 and npm:" \
		"install them, or say WEB=0 to do without the console" >&2; exit 1; }
	$(NPM) ci --no-audit --no-fund
	@touch $@

web-lint: $(MODULES)
	$(NPM) run types
	$(NPM) run lint

web-test: build web-lint ## Check the web console: types, lint, its tests, then a browser with bin/fedhub
	$(NPM) run test
	$(NPM) run e2e

dev: $(MODULES) ## Run the demo with a console that follows its sources (VITE_PORT, DEMO_FLAGS)
	$(MAKE) build WEB=0
	@(cd $(CONSOLE) && exec node_modules/.bin/vite --port $(VITE_PORT)) & vite=$$!; \
	bin/fedhub demo --console-dev http://127.0.0.1:$(VITE_PORT) $(DEMO_FLAGS) & demo=$$!; \
	trap 'kill $$vite $$demo 2>/dev/null || true; wait || true' EXIT; trap 'exit 0' INT TERM; \
	wait -n $$vite $$demo

demo: build ## Run a master and three remotes on this machine (DEMO_FLAGS)
	bin/fedhub demo $(DEMO_FLAGS)

demo-kubernetes: build kubeapi ## Run a master and two remotes, each with a Kubernetes API server (DEMO_FLAGS)
	bin/fedhub demo --kubernetes $(DEMO_FLAGS)

test: build kubeapi helm ## Run every test, with the race detector
	@$(if $(RACE),,echo "no C compiler found: the race detector is off")
	go test $(RACE) -timeout 20m ./...

e2e: kubeapi ## Run the tests that draw whole federations
	go test $(RACE) -timeout 10m -count 1 ./internal/e2e/...

kubeapi: ## Build the Kubernetes API server that tests and the demo use
	@go run ./internal/kubeapi/build >/dev/null

helm: ## Build the programs that render the manifests in tests
	@go -C tools/helm tool -n helm >/dev/null
	@go -C tools/helm tool -n kustomize >/dev/null

lint: $(LINT) $(if $(filter 0,$(WEB)),,web-lint) ## Run every linter
	GOLANGCI_LINT_CACHE=$(CACHE)/lint $(LINT) run --allow-parallel-runners ./...

fmt: $(LINT) $(if $(filter 0,$(WEB)),,$(MODULES)) ## Format every file
	$(LINT) fmt ./...
	$(if $(filter 0,$(WEB)),,$(NPM) run fmt)

$(LINT):
	mkdir -p $(@D)
	GOBIN=$(@D) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	mv $(@D)/golangci-lint $@

generate: $(if $(filter 0,$(WEB)),,$(MODULES)) ## Rewrite the code that follows from api/openapi.yaml
	go generate ./...
	$(if $(filter 0,$(WEB)),,$(NPM) run generate)

bench: build kubeapi ## Measure: Go benchmarks, then a fleet of agents (BENCH_FLAGS)
	go test -run '^$$' -bench . -benchmem ./...
	bin/fedhub bench fleet $(BENCH_FLAGS)

bench-console: build $(MODULES) ## Measure the console with ten thousand clusters (MINUTES, CLUSTERS, BEATS)
	$(NPM) run measure

fuzz: ## Run every fuzz target for FUZZTIME
	@grep -roE --include='*_test.go' --exclude-dir=node_modules '^func Fuzz\w+' . | sort | while IFS=: read -r file func; do \
		go test -run '^$$' -fuzz "^$${func#func }$$" -fuzztime $(FUZZTIME) "$$(dirname "$$file")" || exit; \
	done

cover: kubeapi helm ## Show how much of the code the tests reach
	@mkdir -p bin
	go test -timeout 10m -coverpkg ./... -coverprofile bin/cover.out ./...
	@go tool cover -func bin/cover.out | tail -n 1

check: generate lint test web-test ## All that CI does; fails if it leaves the tree changed
	@git diff --exit-code
	@! git ls-files --others --exclude-standard | grep . || { echo "files that git does not know"; exit 1; }

up: .secrets/admin-password ## Start a master and two remotes in containers
	docker compose up --build --detach --wait
	@echo "https://127.0.0.1:10443, user admin, password in $<"

down: ## Stop the containers; their data stays
	docker compose down

# The directory keeps other users of this machine out; the file itself must be readable by the
# container's own user.
.secrets/admin-password:
	@mkdir -p -m 0700 $(@D)
	@head -c 24 /dev/urandom | base64 > $@ && chmod 0444 $@

.PHONY: help build web web-lint web-test dev demo demo-kubernetes test e2e kubeapi helm lint fmt generate bench bench-console fuzz cover check up down
