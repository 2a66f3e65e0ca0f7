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

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  \033[36m%-15s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## Build bin/fedhub
	CGO_ENABLED=0 go build -trimpath -o bin/fedhub ./cmd/fedhub

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

lint: $(LINT) ## Run every linter
	GOLANGCI_LINT_CACHE=$(CACHE)/lint $(LINT) run --allow-parallel-runners ./...

fmt: $(LINT) ## Format every Go file
	$(LINT) fmt ./...

$(LINT):
	mkdir -p $(@D)
	GOBIN=$(@D) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	mv $(@D)/golangci-lint $@

generate: ## Rewrite the code that follows from api/openapi.yaml
	go generate ./...

bench: build kubeapi ## Measure: Go benchmarks, then a fleet of agents (BENCH_FLAGS)
	go test -run '^$$' -bench . -benchmem ./...
	bin/fedhub bench fleet $(BENCH_FLAGS)

fuzz: ## Run every fuzz target for FUZZTIME
	@grep -roE --include='*_test.go' '^func Fuzz\w+' . | sort | while IFS=: read -r file func; do \
		go test -run '^$$' -fuzz "^$${func#func }$$" -fuzztime $(FUZZTIME) "$$(dirname "$$file")" || exit; \
	done

cover: kubeapi helm ## Show how much of the code the tests reach
	@mkdir -p bin
	go test -timeout 10m -coverpkg ./... -coverprofile bin/cover.out ./...
	@go tool cover -func bin/cover.out | tail -n 1

check: generate lint test ## All that CI does; fails if it leaves the tree changed
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

.PHONY: help build demo demo-kubernetes test e2e kubeapi helm lint fmt generate bench fuzz cover check up down
