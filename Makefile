# Brightline. `make help` says what there is.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
WORKERS ?= auto
# The kinds of test that are quick and say most while one works.
FAST := $(addprefix tests/,unit property policy rules contract)
NAME ?=
ONLY ?=
SIZE ?= small
SEED ?= 1

.PHONY: help setup setup-python setup-web setup-browser setup-leak-tools demo stop demo-reset test test-fast test-leak test-web \
	check lint types floors web-check bench screens new-feed new-report new-programme rules attacks locks

help: ## Say what there is
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: setup-python setup-web ## Make .venv and the browser part; quick when nothing has changed

setup-python:
	@scripts/setup-python

setup-web: setup-python
	@scripts/setup-web

setup-browser:
	@scripts/setup-browser

setup-leak-tools:
	@scripts/setup-leak-tools

demo: setup ## Make the demo world, start everything in the background, say where to look (SIZE=small|medium|large SEED=1)
	@$(BIN)/brightline demo --size $(SIZE) --seed $(SEED)

stop: setup-python ## Stop what `make demo` started; the data stays
	@$(BIN)/brightline down

demo-reset: setup ## Delete the demo installation and start over
	@$(BIN)/brightline demo --reset --size $(SIZE) --seed $(SEED)

ifdef ROOM
test: setup ## Run every test, or those of one room (ROOM=cases)
	@files=$$($(BIN)/python -m tests.rooms "$(ROOM)") && $(PYTEST) -n $(WORKERS) --dist loadscope $$files
else
test: setup setup-browser setup-leak-tools
	$(PYTEST) -n $(WORKERS) --dist loadscope
	@$(MAKE) test-web
endif

test-fast: setup ## Run the tests of rules and doors that take no seconds, in two minutes; attacks and faults are left out
	$(PYTEST) -n $(WORKERS) --dist loadscope -m "not slow and not browser and not data" $(FAST)

test-leak: setup setup-leak-tools ## Run the attacks on the line and the rules
	$(PYTEST) -n $(WORKERS) --dist loadscope $(wildcard tests/leak tests/policy tests/rules)

test-web: setup-web
	@if [ -f web/package-lock.json ]; then cd web && ../scripts/node npm test --silent; fi

check: lint types floors web-check ## Lint, types, floors of the house, the browser part's checks

lint: setup-python
	$(BIN)/ruff check src tests $(wildcard bench feeds)
	$(BIN)/ruff format --check src tests $(wildcard bench feeds)
	@$(BIN)/python scripts/wrap_sql.py --check

types: setup-python
	$(BIN)/mypy

floors: setup-python
	$(BIN)/lint-imports

web-check: setup-web
	@if [ -f web/package-lock.json ]; then cd web && ../scripts/node npm run --silent check && ../scripts/node npm run --silent lint; fi

bench: setup ## Measure against the peers and write bench/results (ONLY=name runs one)
	$(BIN)/python -m bench $(ONLY)

screens: setup setup-browser ## Draw docs/screens from the running demo, light and dark
	@cd web && ../scripts/node npm run --silent screens

new-feed: setup-python ## Begin a feed folder (NAME=harbour-register)
	@$(BIN)/python scripts/new feed "$(NAME)"

new-report: setup-python ## Begin a report (NAME=opened-cases)
	@$(BIN)/python scripts/new report "$(NAME)"

new-programme: setup-python ## Begin a screening programme (NAME=overstay-review)
	@$(BIN)/python scripts/new programme "$(NAME)"

rules: setup-python ## Write docs/rules.md: each rule and the tests that hold it
	@$(BIN)/python -m tests.rules.register

attacks: setup-python ## Write docs/attacks.md: each attack on the line and the tests that try it
	@$(BIN)/python -m tests.leak.register

locks: setup-python ## Renew the lock files after a change of pyproject.toml (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		pyproject.toml --group dev -o requirements/dev.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		pyproject.toml -o requirements/run.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		requirements/node.in -o requirements/node.txt
