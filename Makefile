# Everything a fresh checkout needs: Python 3.11 to 3.14, and make.  `make help` lists what there is.
#
# The first target that needs it makes .venv and installs the locked requirements and the package there; stamp
# files inside .venv remember that, so that a second run installs nothing until a lock or pyproject.toml changes.

PYTHON ?= python3
VENV ?= .venv
DEMO_LANG ?= en
JOBS ?= 2

BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
LOCK = build/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
  --no-emit-index-url --no-emit-find-links $(UPGRADE) pyproject.toml

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test browser pictures test-llm llm-server check fix heads reader eval bench bench-llm bench-batch bench-batch-llm lock clean

help: ## list what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.run $(VENV)/.package ## set up, then draft a map from the sample study (DEMO_LANG=es for the Spanish one)
	@$(BIN)/journeyai demo --lang $(DEMO_LANG)
	@echo 'The command lies in $(BIN). To have it at hand in this terminal: . $(BIN)/activate' >&2

test: $(VENV)/.dev $(VENV)/.package ## set up, then run every test but those of test-llm (ARGS="tests/sources -k csv" for some of them)
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "not llm_server" $(ARGS)

browser: tests/browser/node_modules/.made ## fetch what tests in a real browser read: Mermaid and axe, by npm (200 MB of disk)

pictures: $(VENV)/.dev $(VENV)/.package ## make the README's pictures again: the page in Chromium, the terminal
	$(BIN)/python -m tests.browser.pictures

# One after the other: the model itself takes both cores of a small machine.
test-llm: $(VENV)/.dev $(VENV)/.package ## set up, then run the tests against a small real language model (130 MB to fetch), and the long ones
	$(BIN)/python -m tests.llm.fetch
	$(BIN)/python -m pytest -m llm_server -rs tests/llm tests/batch $(ARGS)

llm-server: $(VENV)/.dev $(VENV)/.package ## serve that model at an OpenAI-compatible address until Ctrl-C (ARGS are passed on)
	@$(BIN)/python -m tests.llm.fetch
	@$(BIN)/python -m tests.llm.server $(ARGS)

check: $(VENV)/.dev $(VENV)/.package ## format, lint, types, import contracts, spelling, project file
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/codespell src tests evals docs knowledge prompts Makefile .ci *.md pyproject.toml
	$(BIN)/validate-pyproject pyproject.toml

fix: $(VENV)/.dev $(VENV)/.package ## put right what ruff can put right by itself
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

heads: $(VENV)/.dev $(VENV)/.package ## train the local engine's heads again, from exemplars and development corpora
	$(BIN)/python -m evals.heads.train

reader: build/reader/.made ## train the local engine's reader again, in an environment of its own (6 GB of disk)
	build/reader/$(notdir $(BIN))/python -m evals.reader.train --out knowledge/reader $(ARGS)

eval: $(VENV)/.run $(VENV)/.package ## measure how good the maps are and write evals/RESULTS.md (ARGS are passed on)
	@status=0; $(BIN)/journeyai eval --baselines --out build/eval $(ARGS) || status=$$?; \
	case $$status in 0|6) cp build/eval/RESULTS.md evals/RESULTS.md;; esac; exit $$status

bench: $(VENV)/.dev $(VENV)/.package ## measure speed and size (ARGS are passed on)
	$(BIN)/python -m evals.bench $(ARGS)

bench-llm: $(VENV)/.dev $(VENV)/.package ## measure what asking a model takes, beside one plain prompt (ARGS are passed on)
	$(BIN)/python -m evals.bench.llm $(ARGS)

bench-batch: $(VENV)/.dev $(VENV)/.package ## measure batches by the local engine (ARGS=--soak for 20,000 transcripts)
	$(BIN)/python -m evals.bench.batch $(ARGS)

bench-batch-llm: $(VENV)/.dev $(VENV)/.package ## measure batches with a model, beside langchain's abatch (ARGS are passed on)
	$(BIN)/python -m evals.bench.batch_llm $(ARGS)

lock: build/uv/.made ## write both lock files again from pyproject.toml (UPGRADE=--upgrade for newer releases)
	$(LOCK) --group build --output-file requirements.lock
	$(LOCK) --group dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## remove .venv, build output and caches; studies stay
	rm -rf $(VENV) build dist tests/browser/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests evals -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14) and "JourneyAI is locked for \
	Python 3.11 to 3.14, and $(PYTHON) is %d.%d. Name another: make PYTHON=python3.12 $(MAKECMDGOALS)" % sys.version_info[:2])'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements.lock $(VENV)/.python
	@echo "Installing what JourneyAI needs into $(VENV). The first time takes a minute or two and 700 MB of disk."
	$(PIP) install --require-hashes --requirement requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.python
	@echo "Installing what JourneyAI and its tests need into $(VENV). The first time takes a few minutes and 1 GB of disk."
	$(PIP) install --require-hashes --requirement requirements-dev.lock
	@touch $(VENV)/.run $@

# After the requirements: the build back end is among them, so nothing without a hash is fetched.
$(VENV)/.package: pyproject.toml $(VENV)/.python
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

build/uv/.made:
	$(PYTHON) -m venv build/uv
	build/uv/bin/python -m pip --disable-pip-version-check --no-input install --quiet uv
	@touch $@

tests/browser/node_modules/.made: tests/browser/package.json tests/browser/package-lock.json
	npm ci --prefix tests/browser --ignore-scripts --no-audit --no-fund
	@touch $@

# What it trains with is named in pyproject.toml by exact release and is not locked: it differs from machine to machine.
build/reader/.made: requirements.lock pyproject.toml
	$(PYTHON) -m venv build/reader
	build/reader/$(notdir $(BIN))/python -m pip --disable-pip-version-check --no-input install --quiet --require-hashes --requirement requirements.lock
	build/reader/$(notdir $(BIN))/python -m pip --disable-pip-version-check --no-input install --quiet 'pip>=25.1'
	build/reader/$(notdir $(BIN))/python -m pip --no-input install --quiet --group reader
	build/reader/$(notdir $(BIN))/python -m pip --no-input install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
