# SPDX-License-Identifier: Apache-2.0
# For people who type make. `make` alone lists the targets; ARGS="…" passes options on.

ARGS ?=
OSC_KOLLA := node bin/osc-kolla.js
SHELL := /bin/bash
.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# --- the three jobs -------------------------------------------------------------------------------------------------

.PHONY: osc-image osc-context osc-tarball osc-doctor
osc-image: checkout ## build OSC from source and make the images osc-base and osc
	$(OSC_KOLLA) image $(ARGS)
osc-context: checkout ## build OSC and write what the stock kolla-build needs
	$(OSC_KOLLA) context $(ARGS)
osc-tarball: checkout ## build OSC and pack it for packagers
	$(OSC_KOLLA) tarball $(ARGS)
osc-doctor: build venv ## look whether this machine has all that osc-image needs, and what mends it
	$(OSC_KOLLA) doctor $(ARGS)

# --- trying and testing ---------------------------------------------------------------------------------------------

.PHONY: demo test check test-accidents test-matrix test-podman test-osc test-debian13 bench docs
demo: ## the whole main job on a small sample of OSC, with nothing set up beforehand
	@scripts/demo.sh
test: ## everything: setup, checks, unit, integration and end-to-end tests
	@scripts/test.sh
test-accidents: ## all kills, full disks, flipped bytes …: about 20 minutes; make test does some of them
	@scripts/test-accidents.sh
test-matrix: ## kolla's releases x distributions x engines, all of them; writes docs/matrix.md
	@scripts/test-matrix.sh
test-podman: ## the sample's images by a real podman, Debian 13's; says what it needs
	@scripts/test-podman.sh
test-osc: ## the real OSC, built, started and asked; says what it needs
	@scripts/test-osc.sh
test-debian13: ## the sample on a fresh Debian 13, in a tree made for that; says what it needs
	@scripts/test-debian13.sh
bench: checkout ## how fast it is, beside a script by hand and upstream's way; ARGS="--help" tells the cases
	@scripts/tools.sh pigz=pigz docker-registry=docker-registry || echo 'bench: their cases are left out' >&2
	@node --import tsx bench/run.ts $(ARGS)
check: node_modules/.package-lock.json ## lint, types, formatting, unused code and unit tests
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target check-lint check-unit check-types check-format check-unused
# for check, which has two of them at work
.PHONY: check-lint check-types check-format check-unused check-unit
check-lint: ; npm run --silent lint
check-types: ; npm run --silent types
check-format: ; npm run --silent format:check
check-unused: ; npm run --silent unused
check-unit: ; npm run --silent test:unit

docs: node_modules/.package-lock.json ## write the pages that are made from the code: docs/settings.md, docs/oracle.md, docs/errors
	npm run --silent docs

# --- this machine and this checkout ---------------------------------------------------------------------------------

.PHONY: setup teardown clean
setup: ## install and make what this machine lacks (as root on Debian); says beforehand what
	@scripts/setup.sh $(ARGS)
teardown: ## undo what setup made; lists the packages that it installed
	@scripts/teardown.sh
clean: ## remove what was compiled and built here; setup's part and the work folder stay
	rm -rf dist dist.new build coverage

# What the checkout needs to run: npm packages, the compiled command, the Python venv, the sample's repositories.
.PHONY: checkout build venv sample
checkout: build venv sample
build: dist/bundle/main.js
venv:
	@scripts/venv.sh
sample:
	@scripts/make-sample.sh .osc-kolla/sample

# under another name until it is whole
dist/bundle/main.js: node_modules/.package-lock.json tsconfig.json tsconfig.build.json scripts/bundle.js $(shell find src -name '*.ts')
	@rm -rf dist dist.new
	@npm run --silent compile -- --outDir dist.new
	@node scripts/bundle.js dist.new
	@mv dist.new dist

# npm writes this file last
node_modules/.package-lock.json: package.json package-lock.json
	@echo 'make: getting the npm packages (about 20 s) ...' >&2
	@npm ci --no-progress --no-fund --no-audit --loglevel=error >&2
	@touch $@
