# Everything a newcomer types. Each target works on a bare checkout: it sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# durable-rules 2.0.28 calls a function that Python 3.13 renamed; with this it builds and imports there too.
export CPPFLAGS := -DPyEval_CallObject=PyObject_CallObject $(CPPFLAGS)
# Bytecode is kept, whatever the shell says: each process that a test starts would compile the whole product again.
unexport PYTHONDONTWRITEBYTECODE
PYTEST := $(BIN)/python -m pytest -q -n 2 --dist worksteal
.DEFAULT_GOAL := help
.PHONY: help setup demo serve test check docs coverage house wheel pictures bench drill drill-long pin clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.ready ## virtual environment with everything pinned

$(VENV)/.ready: requirements.txt requirements-dev.txt setup.cfg
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v < (3, 14) else f"Monitum needs Python 3.11, 3.12 or 3.13; {sys.executable} is {v.major}.{v.minor}. Name another with: make setup PYTHON=python3.12")'
	@command -v $${CC:-cc} >/dev/null || { echo "Monitum needs a C compiler to build durable-rules. On Debian: apt-get install gcc python3-dev" >&2; exit 1; }
	@$(PYTHON) -c 'import sysconfig, pathlib, sys; sys.exit(0 if (pathlib.Path(sysconfig.get_path("include")) / "Python.h").exists() else "Monitum needs the Python headers to build durable-rules. On Debian: apt-get install python3-dev")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt -r requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

demo: setup ## a sample company and a real one: synced, decided, mailed, verified
	$(BIN)/monitum demo

serve: setup ## web, worker and scheduler on http://127.0.0.1:8000
	$(BIN)/monitum serve

test: setup ## the whole suite on a real PostgreSQL
	$(PYTEST) tests

check: setup ## linters, types, arrows, rulesets
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/monitum rules check rules adapters/finance/csv_folder/samples

docs: setup ## what is generated: facts, lints, map, schemas, openapi
	$(BIN)/python -m tests.architecture.generated

coverage: setup ## how much of engine and rules their own tests reach, at least 95 %
	$(PYTEST) --cov --cov-report=term:skip-covered tests/engine tests/rules

house: setup ## what the house measures, against its bounds
	$(BIN)/python -m tests.architecture.measures

wheel: setup ## built, installed into an empty environment, and the demo run from it
	rm -rf var/wheel build
	$(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir var/wheel .
	$(PYTHON) -m venv var/wheel/venv
	var/wheel/venv/bin/pip install --quiet --disable-pip-version-check -r requirements.txt
	var/wheel/venv/bin/pip install --quiet --disable-pip-version-check --no-deps var/wheel/*.whl
	cd var/wheel && env -u PYTHONPATH MONITUM_HOME=home venv/bin/monitum demo

pictures: setup ## pages of every document, in docs/pictures
	$(BIN)/monitum documents pictures

bench: setup ## figures at 10,000, 100,000 and 1,000,000 open items
	$(BIN)/python -m tests.bench

drill: setup ## long tests, and faults injected, short: simulated histories, killed workers, races, brokers, reinstatement
	$(PYTEST) --hypothesis-profile full -m "drill or hypothesis" tests
	$(BIN)/python -m tests.drills.simulation --histories 5000
	$(BIN)/python -m tests.drills.kills --actions 400 --kills 40 --crashes 2 --naps 2 --workers 2
	$(BIN)/python -m tests.drills.races --races 400
	$(BIN)/python -m tests.drills.brokers --actions 200
	$(BIN)/python -m tests.drills.reinstatement --queue 1000 --payers 20
	$(BIN)/python -m tests.drills.tamper --edits 200
	$(BIN)/python -m tests.drills.rollback

drill-long: setup ## the same, long: 100,000 histories, 1,000 kills, 10,000 races; more than an hour
	$(BIN)/python -m tests.drills.simulation --histories 100000 --processes 2
	$(BIN)/python -m tests.drills.simulation --planted
	$(BIN)/python -m tests.drills.kills --actions 10000 --kills 1000
	$(BIN)/python -m tests.drills.races --races 10000
	$(BIN)/python -m tests.drills.brokers --actions 1000
	$(BIN)/python -m tests.drills.reinstatement --queue 10000 --payers 100
	$(BIN)/python -m tests.drills.tamper --edits 5000
	$(BIN)/python -m tests.drills.rollback

pin: setup ## renew requirements.txt from requirements.in
	$(BIN)/pip-compile --quiet --upgrade --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --no-annotate --no-header -o requirements.txt requirements.in
	$(BIN)/pip-compile --quiet --upgrade --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --no-annotate --no-header --allow-unsafe -o requirements-dev.txt requirements-dev.in

clean: ## forget the demo's database, keys and mail
	rm -rf var
