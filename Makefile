# Everything below works on a fresh machine with Python 3.11 or newer and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: setup demo test check lint types docs
setup: $(READY)

$(INSTALLED): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) -e '.[all]'
	$(BIN)/python -m compileall -q qticonv
	touch $@

$(READY): $(INSTALLED)
	$(PIP) -e '.[dev]'
	touch $@

demo: $(INSTALLED)
	$(BIN)/qticonv convert examples/security-dilemma.txt --answers examples/security-dilemma.answers.yaml \
	  -t qti21 -t moodle -t gift -t canvas -o output --force
	@ls -l output

test: $(READY)
	$(BIN)/python -m pytest

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

check: lint types test

docs: $(READY)
	$(PIP) -e '.[docs]'
	$(BIN)/python tools/make_docs.py
	$(BIN)/sphinx-build -W -b html docs site
