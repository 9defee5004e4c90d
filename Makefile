# A machine with Python 3.11 or newer is all that is needed.
PYTHON ?= python3
BIN := .venv/bin
# What docs/python.md names: fully typed.
PUBLIC := gpvton.domain gpvton.refine gpvton.result gpvton.pipeline
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock

.PHONY: demo setup test lint format system lock clean

demo: .venv/core.done ## dress the sample people in the sample garments: out/demo/
	$(BIN)/gpvton demo --out out/demo

setup: .venv/test.done ## everything for working on gpvton: core, lab, tests

test: lint ## all checks
	$(BIN)/pytest -n 2

lint: .venv/test.done
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/pyright
	$(BIN)/lint-imports --no-cache
	for module in $(PUBLIC); do PYTHONPATH=src $(BIN)/pyright --verifytypes $$module --ignoreexternal || exit 1; done

format: .venv/test.done
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

system: ## Debian packages that the renderer of synthetic people needs
	apt-get update -q && apt-get install -q -y --no-install-recommends libegl1 libgl1-mesa-dri

lock: .venv/test.done ## pin what is installed now
	$(BIN)/pip freeze --exclude-editable | sed 's/+cpu$$//' > requirements.lock.tmp
	mv requirements.lock.tmp requirements.lock

clean:
	rm -rf .venv out build

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("gpvton needs Python 3.11 or newer: make PYTHON=...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv

.venv/core.done: pyproject.toml requirements.lock | .venv/bin/python
	$(PIP_INSTALL) -e .
	touch $@

.venv/test.done: pyproject.toml requirements.lock | .venv/bin/python
	$(PIP_INSTALL) -e '.[test]'
	touch $@ .venv/core.done
