# The first Python 3.11 or 3.12 there is; another one: `make run PYTHON=/path/to/python3.11`.
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3,$(shell command -v $(name) 2>/dev/null)))
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run playground index doctor python install install-playground install-test check test format

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

test: check  ## Everything that CI runs
	@$(BIN)/python -m pytest

format: install-test  ## Bring the code into shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

install: python
	@$(PYTHON) -I tools/bootstrap.py

install-playground: python
	@$(PYTHON) -I tools/bootstrap.py playground

install-test: python
	@$(PYTHON) -I tools/bootstrap.py test

python:
	@test -n "$(PYTHON)" || { echo "No Python was found: install Python 3.11, or name one: make run PYTHON=/path/to/it" >&2; exit 2; }
