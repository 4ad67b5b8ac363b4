# The first Python 3.11 or 3.12 there is; another one: `make run PYTHON=/path/to/python3.11`.
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3,$(shell command -v $(name) 2>/dev/null)))
BIN := .venv/bin
# Two at a time; tests that share a real part stay together.
PYTEST := $(BIN)/python -m pytest --numprocesses=2 --dist=loadgroup

.DEFAULT_GOAL := help
.PHONY: help run playground index doctor python install install-playground install-test check test test-long format lock browser

help:  ## What can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

run: install  ## Start the bot: in Discord with DISCORD_TOKEN, else as a chat in this terminal
	@$(BIN)/python -m bot run

playground: install-playground  ## Try the bot in the browser, without a token
	@$(BIN)/python -m bot playground

index: install  ## Crawl and index the documentation now
	@$(BIN)/python -m bot index

doctor: install  ## Check every part and say how to mend it
	@$(BIN)/python -m bot doctor

check: install-test  ## The quick part of `make test`: lint, types, import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

test: check browser  ## Everything that CI runs
	@$(PYTEST) --cov --cov-report=

test-long: check browser  ## The same with 10,000 examples of each property, and this checkout cloned and set up anew
	@$(PYTEST) --long --timeout=7200

lock: install-test  ## Make the lock files anew after a change of dependencies
	@$(BIN)/python -m tools.lock

format: install-test  ## Bring the code into shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

install: python
	@$(PYTHON) -I tools/bootstrap.py run && $(BIN)/python -m tools.libnuma

install-playground: python
	@$(PYTHON) -I tools/bootstrap.py playground && $(BIN)/python -m tools.libnuma

install-test: python
	@$(PYTHON) -I tools/bootstrap.py test && $(BIN)/python -m tools.libnuma

browser: install-test
	@$(BIN)/python -m tools.browser

python:
	@test -n "$(PYTHON)" || { echo "No Python was found: install Python 3.11, or name one: make run PYTHON=/path/to/it" >&2; exit 2; }
