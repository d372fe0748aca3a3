# Everything a person types; the steps are in scripts/.

LISTEN ?= 127.0.0.1:3000
DATA ?= ./data

.DEFAULT_GOAL := help
.PHONY: help run build test soak bench fmt lint lint-deny clean-data

help: ## list these commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: ## build and open the demo city on LISTEN (127.0.0.1:3000), data in DATA (./data)
	@LISTEN="$(LISTEN)" DATA="$(DATA)" scripts/run.sh

build: ## build the one binary, target/release/baedal
	@scripts/build.sh

test: ## all checks and tests, the browser's included
	@scripts/test.sh

soak: ## for an hour or so: races, random steps, crashes, the protocol and the API, each far more often than in test
	@scripts/soak.sh

bench: ## measure, and print every number
	@scripts/bench.sh

fmt: ## format the code
	@cargo fmt --all

lint: ## formatting, clippy, licences
	@scripts/lint.sh

lint-deny: ## the dependencies by cargo-deny (installs it when missing, which takes minutes)
	@scripts/lint-deny.sh

clean-data: ## delete the demo city's data in DATA
	@scripts/clean-data.sh "$(DATA)"
