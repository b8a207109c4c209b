# leadtui: the two commands a newcomer needs are `make demo` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
# pip compiles what it installs, but not an editable tree: the first sign-in page would wait for it
COMPILE := $(BIN)/python -m compileall -q src

.DEFAULT_GOAL := help
.PHONY: help demo setup test check bench bench-agents bench-stress bench-large lock format clean

help:
	@echo "make demo    set everything up and open the program with synthetic customers"
	@echo "make test    run the whole test suite (sets itself up)"
	@echo "make check   lint, types, import contracts"
	@echo "make bench   the figures, as a table and bench/out/bench.json"
	@echo "make bench-agents  200 agents at work on a million leads for ten minutes, and what a cycle costs"
	@echo "make bench-stress  100,000 calls by clients that are killed with -9 at random (a quarter of an hour)"
	@echo "make bench-large  pages of ten million leads against a hundred thousand (16 GB, a quarter of an hour)"
	@echo "make setup   the development environment in $(VENV)"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "leadtui needs Python 3.11 or newer: make PYTHON=python3.12 demo" >&2; exit 1; }
	@echo "making a virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

# what the program needs, pinned by hash; with the extra `train`, or `leadtui models train` would send a
# newcomer back to pip
$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	@echo "installing the pinned packages (once) ..."
	@$(PIP) install --quiet --require-hashes -r requirements.lock
	@$(PIP) install --quiet --no-deps --editable .
	@$(COMPILE)
	@touch $@

# what its developers need beside that
$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "installing the pinned development packages (once) ..."
	@$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@$(PIP) install --quiet --no-deps --editable .
	@$(COMPILE)
	@touch $(VENV)/.run $@

demo: $(VENV)/.run
	@$(BIN)/leadtui demo $(ARGS)

setup: $(VENV)/.dev
	@echo "ready: $(BIN)/leadtui"

test: $(VENV)/.dev
	$(BIN)/python -m pytest $(if $(ARGS),$(ARGS),-n 3 --dist loadfile)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python -m bench $(ARGS)

bench-agents: $(VENV)/.dev
	$(BIN)/python -m bench flat eligible agents

bench-stress: $(VENV)/.dev
	$(BIN)/python -m bench stress

# by hand: ten million leads, about 16 GB of disk and a quarter of an hour
bench-large: $(VENV)/.dev
	$(BIN)/python -m bench large

lock: $(VENV)/.dev
	$(BIN)/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	    --strip-extras --no-header --allow-unsafe --extra train -o requirements.lock pyproject.toml
	$(BIN)/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	    --strip-extras --no-header --allow-unsafe --extra dev --extra train -o requirements-dev.lock pyproject.toml

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
