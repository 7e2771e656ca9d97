# make setup | api | dask | web | run | test | lint | bench | recipes | dashboard | screenshots | constraints. Needs Python 3.11 or newer, pip and make; nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
export DAGSTER_DISABLE_TELEMETRY = yes
INTERNSHIPS_HOME ?= data/home
DAGSTER_HOME ?= $(INTERNSHIPS_HOME)/dagster

.PHONY: setup api dask web run test tests lint bench recipes dashboard screenshots constraints clean help
.DEFAULT_GOAL := help

help:
	@echo "make setup        a virtual environment in $(VENV) from constraints.txt, with the command 'internships' in it"
	@echo "make api          what 'internships serve --api' and '--mcp' need beside it"
	@echo "make dask         what --scheduler needs: work on more machines than one"
	@echo "make web          Dagster's own pages on the home, on loopback"
	@echo "make run          the same, and one whole night on the recorded sample, offline"
	@echo "make test         the same, and every test, with the linters beside them"
	@echo "make lint         ruff, mypy, deptry (dependencies), vulture (dead code)"
	@echo "make bench        speed and memory, as ratios"
	@echo "make recipes      what the documents tell to type, typed into a fresh root; needs root and the registries, takes minutes"
	@echo "make dashboard    the bundle of the dashboard anew, after a change in pipeline/dashboard/src; needs Node.js 20 and npm"
	@echo "make screenshots  pictures of the dashboard over the sample; needs Chromium"
	@echo "make constraints  resolve the newest versions again into constraints.txt"

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml constraints.txt
	@if [ -e $@ ]; then echo "== updating $(VENV): $(notdir $?) changed"; else echo "== setting up $(VENV) (once; a minute or two)"; fi
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0])'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --disable-pip-version-check --constraint constraints.txt --editable '.[test]' > $(VENV)/install.log
	@grep '^Successfully installed' $(VENV)/install.log || echo "nothing new to install"
	@touch $@

api: setup
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[api]'

dask: setup
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dask]'

web: setup
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[web]'
	@mkdir -p "$(DAGSTER_HOME)"
	@[ -e "$(DAGSTER_HOME)/dagster.yaml" ] || printf 'telemetry:\n  enabled: false\n' > "$(DAGSTER_HOME)/dagster.yaml"
	@DAGSTER_HOME="$(abspath $(DAGSTER_HOME))" $(BIN)/dagster-webserver -m pipeline.definitions

run: setup
	@$(BIN)/internships run --sample

test: setup
	@$(MAKE) --no-print-directory --jobs=2 lint tests

tests: setup
	@echo "== tests"
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: setup
	@echo "== ruff"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@echo "== mypy"
	@$(BIN)/mypy
	@echo "== deptry, vulture"
	@$(BIN)/deptry .
	@$(BIN)/vulture

bench: setup
	@$(BIN)/python -m tests.bench

recipes: setup
	@$(BIN)/python -m tests.recipes

dashboard:
	@cd pipeline/dashboard && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build

screenshots: setup
	@$(BIN)/python -m tests.dashboard.screenshots

constraints:
	@$(PYTHON) -m venv $(VENV)-resolve
	@$(VENV)-resolve/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[test,api,dask,web]'
	@(echo "# Versions that were resolved and tested together; made by 'make constraints'."; \
	  $(VENV)-resolve/bin/python -m pip freeze --exclude-editable) > constraints.txt
	@rm -rf $(VENV)-resolve

clean:
	rm -rf $(VENV) pipeline/dashboard/node_modules build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
